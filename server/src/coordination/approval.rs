//! The municipality's approval: a number and its certificate, as a plain form with a file.

use app::routes::escape_query;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::{Error, Fault};
use backend::rnm::{self, Approval};
use domain::id::AnimalId;
use domain::refusal::Refusal;

use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// `POST /coordinacion/rnm/aprobar`: 303 to the animal's sheet; a refusal stands there beside the
/// form, and the number that was typed in the fragment of the address, which no server sees. The
/// file must be chosen again: no page may fill that field.
///
/// # Errors
/// [`Refusal::Unreadable`] for no form, [`Refusal::AnimalUnknown`] for no animal; a failed
/// database.
pub(super) async fn approve(
    State(state): State<AppState>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Response, Problem> {
    let approval = read(form).await?;
    let sheet = app::routes::desk_animal(approval.animal);
    let number = approval.number.clone();
    match rnm::approve(&state.office, visitor.actor(), approval).await {
        Ok(_) => {
            state.wake.notify_one();
            Ok(Redirect::to(&sheet).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let said = serde_json::to_string(&refusal).map_err(Fault::from).map_err(Error::from)?;
            let (said, number) = (escape_query(&said), escape_query(&number));
            let back = format!("{sheet}?{}={said}#{number}", app::routes::REFUSED);
            Ok(Redirect::to(&back).into_response())
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn read(mut form: Multipart) -> Result<Approval, Refusal> {
    let (mut animal, mut number, mut pdf) = (None, String::new(), Vec::new());
    // The guard bounds the whole body; an unreadable part is an unreadable form.
    while let Some(field) = form.next_field().await.map_err(|_| Refusal::Unreadable)? {
        match field.name().unwrap_or_default() {
            "animal" => animal = Some(field.text().await.map_err(|_| Refusal::Unreadable)?),
            "numero" => number = field.text().await.map_err(|_| Refusal::Unreadable)?,
            "pdf" => pdf = field.bytes().await.map_err(|_| Refusal::TooLarge)?.to_vec(),
            _ => {}
        }
    }
    let animal: Option<AnimalId> = animal.and_then(|id| id.parse().ok());
    Ok(Approval { animal: animal.ok_or(Refusal::AnimalUnknown)?, number, pdf })
}
