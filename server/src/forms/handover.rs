//! `/entregar`: what a phone kept, handed in as a file, which the page's script can make of filmed
//! codes. 303 to the same page with the counts in its address; a file that is none to be taken in
//! is told there with 422.

use app::pages::handover::FILE;
use app::pages::public::handover::{HandoverPage, SCRIPT};
use app::routes;
use axum::body::Bytes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::submissions;
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};
use domain::submission::{HandedIn, Unfit};
use leptos::prelude::*;

use crate::doors::Routes;
use crate::forms::see;
use crate::layers::headers::Policy;
use crate::pages::Ask;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::site;
use crate::state::AppState;

/// The routes of this module.
pub fn router() -> Routes {
    Routes::default().both(routes::HAND_IN, show, act)
}

async fn show(visitor: Visitor, RawQuery(query): RawQuery, ask: Ask) -> Response {
    let told = query.and_then(|word| HandedIn::from_word(&word));
    page(&visitor, told.map(Ok), ask).await
}

async fn act(
    State(state): State<AppState>,
    visitor: Visitor,
    ask: Ask,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let handed = match form {
        Ok(form) => {
            let file = file_of(form).await?;
            submissions::hand_in(&state.office, visitor.actor(), &file).await?
        }
        Err(_) => Err(Unfit::NotOurs),
    };
    match handed {
        Ok(told) => {
            state.wake.notify_one();
            Ok(see(&format!("{}?{}", routes::HAND_IN, told.word())))
        }
        Err(unfit) => {
            let ask = ask.status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(page(&visitor, Some(Err(unfit)), ask).await)
        }
    }
}

async fn page(visitor: &Visitor, told: Option<Result<HandedIn, Unfit>>, ask: Ask) -> Response {
    let has_desk = allows(visitor.caller(), UseCase::SolveTasks);
    let decoder = site::decoder();
    let page = move || view! { <HandoverPage told=told has_desk=has_desk decoder=decoder /> };
    let mut response = ask.script(SCRIPT).page(page).await;
    // The decoder is wasm.
    response.extensions_mut().insert(Policy::Mounted);
    response
}

/// The file of a form; nothing when it has none.
async fn file_of(mut form: Multipart) -> Result<Bytes, Refusal> {
    // The guard bounds the whole body: what is cut off was too large.
    while let Some(field) = form.next_field().await.map_err(|_| Refusal::Unreadable)? {
        if field.name() == Some(FILE) {
            return field.bytes().await.map_err(|_| Refusal::TooLarge);
        }
    }
    Ok(Bytes::new())
}
