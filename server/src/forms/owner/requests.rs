//! What an owner reports and asks: lost and found again, another address, a correction.

use app::pages::public::form_state::FormState;
use app::pages::public::owner::own::Done;
use app::pages::public::owner::request::{AddressPage, CorrectionPage};
use axum::extract::{Query, State};
use axum::response::Response;
use backend::error::Error;
use backend::owner_access::own;
use domain::catalogue::VitalState;
use domain::id::AnimalId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use serde::Deserialize;

use crate::forms::owner::records::{after, again};
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// Reports an animal lost or found again.
pub(super) async fn report(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let animal = fields.text("animal").parse().map_err(|_| Refusal::AnimalUnknown)?;
    let to = VitalState::from_code(fields.text("state")).ok_or(Refusal::Unreadable)?;
    match own::report(&state.office, visitor.actor(), animal, to).await {
        Ok(()) => {
            let done = if to == VitalState::Lost { Done::Lost } else { Done::Back };
            Ok(see(&after(done)))
        }
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, Vec::new());
            again(&state, &visitor, ask, form).await
        }
        Err(failed) => Err(failed.into()),
    }
}

pub(super) async fn show_address(ask: Ask) -> Response {
    ask.page(|| view! { <AddressPage /> }).await
}

pub(super) async fn ask_address(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    match own::ask_new_address(&state.office, visitor.actor(), fields.text("email")).await {
        Ok(()) => Ok(see(&after(Done::Address))),
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&["email"]));
            Ok(ask.refused(form).page(|| view! { <AddressPage /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// About which animal.
#[derive(Debug, Default, Deserialize)]
pub(super) struct AboutAnimal {
    #[serde(default)]
    animal: String,
}

pub(super) async fn show_correction(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(about): Query<AboutAnimal>,
    ask: Ask,
) -> Result<Response, Problem> {
    let about = named(&state, &visitor, &about.animal).await?;
    Ok(ask.page(move || view! { <CorrectionPage about=about /> }).await)
}

pub(super) async fn ask_correction(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let about = named(&state, &visitor, fields.text("animal")).await?;
    let animal = about.as_ref().map(|(id, _)| *id);
    let words = fields.text("correction");
    match own::ask_correction(&state.office, visitor.actor(), animal, words).await {
        Ok(()) => Ok(see(&after(Done::Correction))),
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&["correction"]));
            let page = move || view! { <CorrectionPage about=about /> };
            Ok(ask.refused(form).page(page).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

/// The animal that an identifier names, if it is the owner's; none for no identifier.
async fn named(
    state: &AppState,
    visitor: &Visitor,
    id: &str,
) -> Result<Option<(AnimalId, String)>, Problem> {
    if id.is_empty() {
        return Ok(None);
    }
    let id: AnimalId = id.parse().map_err(|_| Refusal::AnimalUnknown)?;
    let records = own::records(&state.office, visitor.actor()).await?;
    let found = records.animals.into_iter().find(|animal| animal.id == id);
    let found = found.ok_or(Refusal::AnimalUnknown)?;
    Ok(Some((id, found.details.name.to_string())))
}
