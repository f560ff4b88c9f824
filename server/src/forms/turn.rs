//! `/turno/{id}`: the numbers being served at an outreach, for whoever waits.

use app::pages::public::day::TurnPage;
use app::routes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use backend::day;
use domain::id::OutreachId;
use domain::refusal::Refusal;
use leptos::prelude::*;

use crate::doors::Routes;
use crate::pages::Ask;
use crate::refused::Problem;
use crate::state::AppState;

/// After how many seconds the browser asks again. Sent as a header: the page has no script, and
/// nothing is typed into it.
const AGAIN: HeaderValue = HeaderValue::from_static("15");

/// The routes of this module.
pub fn router() -> Routes {
    Routes::default().get(routes::TURN, show)
}

async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let outreach: OutreachId = id.parse().map_err(|_| Refusal::OutreachUnknown)?;
    let turn = day::turn(&state.office, outreach).await?;
    let mut response = ask.page(move || view! { <TurnPage turn=turn /> }).await;
    response.headers_mut().insert(header::REFRESH, AGAIN);
    Ok(response)
}
