//! `/V/{text}`: what is said of a document, and `/P/{text}` of a provisional certificate.

use app::pages::public::provisional::ProvisionalPage;
use app::pages::public::verification::{SCRIPT, VerificationPage, shown};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use backend::documents;
use domain::document::{DocumentState, Verification};
use domain::id::DocumentId;
use domain::timestamp::CivilDate;
use leptos::prelude::*;
use serde::Serialize;

use crate::pages::Ask;
use crate::refused::Problem;
use crate::state::AppState;

/// `GET /V/{text}`.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn page(
    State(state): State<AppState>,
    Path(text): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let verification = documents::verify(&state.office, &text).await?;
    let ask = about(ask, &verification);
    Ok(ask.page(move || view! { <VerificationPage verification=verification text=text /> }).await)
}

/// `GET /P/{text}`.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn provisional_page(
    State(state): State<AppState>,
    Path(text): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let verification = documents::verify_provisional(&state.office, &text).await?;
    let code = documents::short_code(&text);
    let zone = state.office.zone.clone();
    let ask = about(ask, &verification);
    let page = move || {
        view! { <ProvisionalPage verification=verification text=text code=code zone=zone /> }
    };
    Ok(ask.page(page).await)
}

/// The answer's status, and the script where there is something to check.
fn about(ask: Ask, verification: &Verification) -> Ask {
    let status = match verification {
        Verification::NotOurs => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    let ask = ask.status(status);
    if shown(verification).is_some() { ask.script(SCRIPT) } else { ask }
}

/// Documents that were issued and are no longer in force, for who verifies without us.
#[derive(Debug, Serialize)]
struct Revocations {
    /// The local day of the list.
    as_of: CivilDate,
    /// Revoked by a person.
    revoked: Vec<DocumentId>,
    /// Withdrawn with an annulled service.
    withdrawn: Vec<DocumentId>,
    /// Replaced by a corrected one.
    replaced: Vec<DocumentId>,
}

/// `GET /.well-known/revocations.json`: identifiers and nothing else, as `huella verify
/// --revocations` reads them.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn revocations(State(state): State<AppState>) -> Result<Response, Problem> {
    let office = &state.office;
    let as_of = office.day_of(office.clock.now());
    let mut list =
        Revocations { as_of, revoked: Vec::new(), withdrawn: Vec::new(), replaced: Vec::new() };
    for ended in documents::ended(office).await? {
        match ended.state {
            DocumentState::Replaced => list.replaced.push(ended.document),
            DocumentState::Withdrawn => list.withdrawn.push(ended.document),
            DocumentState::Revoked => list.revoked.push(ended.document),
            DocumentState::Waiting | DocumentState::Issued => {}
        }
    }
    let kept = (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    Ok(([kept], axum::Json(list)).into_response())
}

/// The signed text of an address, `HTTPS://HOST/V/<text>` or `…/P/<text>`, without what a program
/// that passed it on, or a sentence around it, has put behind; any other text as it is.
#[must_use]
pub fn signed_text(text: &str) -> &str {
    let text = text.trim();
    let at = ["/V/", "/v/", "/P/", "/p/"].iter().filter_map(|part| text.find(part)).min();
    let Some(rest) = at.and_then(|at| text.get(at + 3..)) else { return text };
    rest.split(|letter: char| !is_base32(letter)).next().unwrap_or(rest)
}

/// Whether a letter can stand in a signed text.
#[must_use]
pub const fn is_base32(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | 'a'..='z' | '2'..='7')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_found_in_an_address_of_either_case() {
        assert_eq!(signed_text("HTTPS://HUELLA.CL/V/ABC"), "ABC");
        assert_eq!(signed_text(" https://huella.cl/v/abc\n"), "abc");
        assert_eq!(signed_text("HTTPS://HUELLA.CL/P/ABC"), "ABC");
        assert_eq!(signed_text("https://huella.cl/p/abc"), "abc");
        assert_eq!(signed_text("ABC"), "ABC");
        assert_eq!(signed_text("no signed text, but words"), "no signed text, but words");
    }

    #[test]
    fn the_text_ends_where_something_else_was_put_behind_it() {
        for behind in ["?fbclid=x", "#top", "/", ".", "?from=/p/abc", "%20", ")."] {
            assert_eq!(signed_text(&format!("HTTPS://HUELLA.CL/V/A2C{behind}")), "A2C", "{behind}");
            assert_eq!(signed_text(&format!("https://huella.cl/p/a2c{behind}")), "a2c", "{behind}");
        }
    }
}
