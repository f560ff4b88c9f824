//! `/V/{text}`: what is said of a document.

use app::pages::public::verification::{SCRIPT, VerificationPage, shown};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use backend::documents;
use domain::document::Verification;
use leptos::prelude::*;

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
    let status = match verification {
        Verification::NotOurs => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    let mut ask = ask.status(status);
    if shown(&verification).is_some() {
        ask = ask.script(SCRIPT);
    }
    Ok(ask.page(move || view! { <VerificationPage verification=verification text=text /> }).await)
}

/// The signed text of an address, `HTTPS://HOST/V/<text>`; any other text as it is.
#[must_use]
pub fn signed_text(text: &str) -> &str {
    let text = text.trim();
    let at = text.rfind("/V/").or_else(|| text.rfind("/v/"));
    at.and_then(|at| text.get(at + 3..)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_found_in_an_address_of_either_case() {
        assert_eq!(signed_text("HTTPS://HUELLA.CL/V/ABC"), "ABC");
        assert_eq!(signed_text(" https://huella.cl/v/abc\n"), "abc");
        assert_eq!(signed_text("ABC"), "ABC");
    }
}
