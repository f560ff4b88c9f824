//! The municipality's approval: a number and its certificate, as a plain form with a file.

use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use backend::rnm::{self, Approval};
use domain::id::AnimalId;
use domain::refusal::Refusal;

use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// `POST /coordinacion/rnm/aprobar`: 303 to the animal's sheet.
///
/// # Errors
/// [`Refusal::Unreadable`] for no form; those of [`rnm::approve`].
pub(super) async fn approve(
    State(state): State<AppState>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Response, Problem> {
    let approval = read(form).await?;
    let animal = approval.animal;
    rnm::approve(&state.office, visitor.actor(), approval).await?;
    state.wake.notify_one();
    Ok(Redirect::to(&app::routes::desk_animal(animal)).into_response())
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
