//! How a refusal or a fault leaves the server: a status here, its words in
//! `layers::error_pages`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use backend::error::{Error, Fault};
use domain::refusal::Refusal;

/// A refusal as a response; the outer layer gives it a body, JSON or a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Refusal);

/// A fault as a response: the outer layer writes its reference. It was logged where it was made.
#[derive(Clone, Copy, Debug)]
pub struct Failed;

/// Why a handler has no answer.
#[derive(Debug)]
pub enum Problem {
    /// Expected, told to the person.
    Refused(Refused),
    /// Unexpected, logged with the request's number.
    Failed(Fault),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(Refused(refusal)),
            Error::Failed(fault) => Self::Failed(fault),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Refused(refusal))
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::Failed(fault) => {
                tracing::error!(%fault, "a use case failed");
                Failed.into_response()
            }
        }
    }
}

/// What a response was made of, for the layer that words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub Refusal);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        if let Refusal::TooManyAttempts { retry_after_s } = self.0 {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response.extensions_mut().insert(Reason(self.0));
        response
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

/// The HTTP status of a refusal (RFC 9110 section 15.5).
#[must_use]
pub const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::SignedOut => StatusCode::UNAUTHORIZED,
        Refusal::Forbidden { .. }
        | Refusal::SignInAgain
        | Refusal::ForeignOrigin
        | Refusal::NotYourOutreach
        | Refusal::NoOpenOutreach
        | Refusal::NotYourRecord
        | Refusal::PhoneRevoked => StatusCode::FORBIDDEN,
        Refusal::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::LinkUnusable => StatusCode::GONE,
        Refusal::Unreadable => StatusCode::BAD_REQUEST,
        Refusal::OutreachUnknown
        | Refusal::OwnerUnknown
        | Refusal::AnimalUnknown
        | Refusal::ServiceUnknown
        | Refusal::DocumentUnknown
        | Refusal::PhoneUnknown
        | Refusal::PictureUnknown => StatusCode::NOT_FOUND,
        Refusal::AccountExists
        | Refusal::IdReused
        | Refusal::SubmissionNotStored
        | Refusal::IdentifierTaken
        | Refusal::DocumentTaken
        | Refusal::ChangedMeanwhile
        | Refusal::SheetUsed
        | Refusal::ChipTaken
        | Refusal::AnimalHasOtherChip => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
