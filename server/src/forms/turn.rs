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

/// After how many when the answer was an error: the screen of a hall has nobody to press a key, and
/// a server in trouble is not asked as often.
const CALMER: HeaderValue = HeaderValue::from_static("60");

/// After how long the browser asks again for a page that could not be shown; nothing for pages
/// that are shown once.
#[must_use]
pub fn after_error(path: &str) -> Option<HeaderValue> {
    let (pages, _) = routes::TURN.split_once('{')?;
    path.starts_with(pages).then_some(CALMER)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_that_asks_again_does_so_after_an_error() {
        for path in ["/turno/01900000-0000-7000-8000-000000000000", "/turno/x", "/turno/"] {
            assert_eq!(after_error(path), Some(CALMER), "{path}");
        }
        for path in ["/", "/turno", "/turnos/x", "/operativos", "/coordinacion/turno/x"] {
            assert_eq!(after_error(path), None, "{path}");
        }
    }
}
