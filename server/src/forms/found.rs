//! `/encontre`: a chip, and a message to the animal's family.
//!
//! The chip stays out of addresses: the look-up is a post that answers with the page itself.

use app::pages::public::form_state::FormState;
use app::pages::public::found::{
    FoundMessagePage, FoundPage, FoundSentPage, FoundUnknownPage, TRAP,
};
use app::routes;
use axum::extract::State;
use axum::response::Response;
use backend::error::Error;
use backend::owner_access::found::{self, ChipFound, Finder};
use domain::chip_number::ChipNumber;
use domain::field_error::{Field, FieldError};
use domain::refusal::Refusal;
use leptos::prelude::*;

use crate::doors::Routes;
use crate::forms::{Fields, see};
use crate::pages::Ask;
use crate::refused::Problem;
use crate::state::AppState;

/// What is shown again of a refused message.
const KEPT: [&str; 4] = ["message", "address", "contact", "person_name"];

/// The routes of this module.
pub fn router() -> Routes {
    Routes::default()
        .both(routes::FOUND_PET, show, look)
        .post(routes::FOUND_MESSAGE, send)
        .get(routes::FOUND_SENT, sent)
}

async fn show(ask: Ask) -> Response {
    ask.page(|| view! { <FoundPage /> }).await
}

async fn look(
    State(state): State<AppState>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let found = match ChipNumber::parse_read(fields.text("chip")) {
        Ok(chip) => found::look(&state.office, chip, &fields.address.to_string())
            .await
            .map(|found| (chip, found)),
        Err(error) => Err(Error::Refused(Refusal::field(FieldError::new(Field::Chip, error)))),
    };
    match found {
        Ok((chip, ChipFound::Registered)) => {
            Ok(ask.page(move || view! { <FoundMessagePage chip=chip /> }).await)
        }
        Ok((chip, ChipFound::Unknown)) => {
            Ok(ask.page(move || view! { <FoundUnknownPage chip=chip /> }).await)
        }
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&["chip"]));
            Ok(ask.refused(form).page(|| view! { <FoundPage /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn send(
    State(state): State<AppState>,
    ask: Ask,
    fields: Fields,
) -> Result<Response, Problem> {
    let read = ChipNumber::parse_read(fields.text("chip"));
    let chip = read.map_err(|_| Refusal::AnimalUnknown)?;
    // A program that fills in every field learns nothing from the answer.
    if !fields.text(TRAP).is_empty() {
        return Ok(see(routes::FOUND_SENT));
    }
    let finder = Finder {
        chip,
        name: fields.text("person_name").to_owned(),
        contact: fields.text("contact").to_owned(),
        place: fields.text("address").to_owned(),
        message: fields.text("message").to_owned(),
        address: fields.address.to_string(),
    };
    match found::relay(&state.office, finder).await {
        Ok(()) => {
            state.wake.notify_one();
            Ok(see(routes::FOUND_SENT))
        }
        Err(Error::Refused(refusal)) => {
            let form = FormState::refused(refusal, fields.keep(&KEPT));
            Ok(ask.refused(form).page(move || view! { <FoundMessagePage chip=chip /> }).await)
        }
        Err(failed) => Err(failed.into()),
    }
}

async fn sent(ask: Ask) -> Response {
    ask.page(|| view! { <FoundSentPage /> }).await
}
