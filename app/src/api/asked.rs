//! What a server function may know of its request; the server provides it as context.

use axum::http::StatusCode;
use backend::accounts::session::Present;
use backend::actor::Actor;
use backend::error::Error;
use backend::office::Office;
use domain::refusal::Refusal;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::api::ApiError;

/// Who asks, and of what.
#[derive(Clone)]
pub struct Asked {
    /// Database, keys, clock.
    pub office: Office,
    /// The session.
    pub present: Present,
    /// Name of the request in the log.
    pub reference: String,
    /// Identifier of the build that this server hands out.
    pub build: String,
}

/// The request of the running server function.
///
/// # Errors
/// [`Refusal::SignedOut`] when nobody is signed in.
pub(super) fn asked() -> Result<Asked, ApiError> {
    use_context().ok_or(ApiError::Refused(Refusal::SignedOut))
}

impl Asked {
    /// Who acts.
    pub(super) fn actor(&self) -> Actor {
        self.present.actor
    }

    /// A use case's answer for the wire, with its status: bad input is never a 5xx.
    pub(super) fn told<T>(&self, answer: Result<T, Error>) -> Result<T, ApiError> {
        let (error, status) = match answer {
            Ok(value) => return Ok(value),
            Err(Error::Refused(refusal)) => {
                let status = status_of(&refusal);
                (ApiError::Refused(refusal), status)
            }
            Err(Error::Failed(fault)) => {
                backend::desk::note_fault(&fault, &self.reference);
                (ApiError::Failed(self.reference.clone()), StatusCode::INTERNAL_SERVER_ERROR)
            }
        };
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status);
        }
        Err(error)
    }
}

const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::SignedOut => StatusCode::UNAUTHORIZED,
        Refusal::Forbidden { .. }
        | Refusal::SignInAgain
        | Refusal::NotYourOutreach
        | Refusal::NoOpenOutreach
        | Refusal::NotYourRecord => StatusCode::FORBIDDEN,
        Refusal::OutreachUnknown
        | Refusal::OwnerUnknown
        | Refusal::AnimalUnknown
        | Refusal::ServiceUnknown
        | Refusal::DocumentUnknown
        | Refusal::PhoneUnknown => StatusCode::NOT_FOUND,
        Refusal::ChangedMeanwhile | Refusal::IdReused | Refusal::SheetUsed => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
