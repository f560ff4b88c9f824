//! `/api/v1/verify`: the same verdict as the page, for machines.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use backend::documents;
use domain::document::Verification;
use domain::refusal::Refusal;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::json;
use crate::api::openapi::RefusalBody;
use crate::refused::Problem;
use crate::state::AppState;
use crate::verification::signed_text;

/// What to verify.
#[derive(Debug, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// The signed text, or the whole address of the QR.
    text: String,
}

/// Verifies a text of the query. It names an animal: no log has it.
///
/// # Errors
/// [`Refusal::Unreadable`] without a text; [`Problem`] when the database fails.
#[utoipa::path(
    get,
    path = "/api/v1/verify",
    params(Question),
    responses(
        (status = 200, description = "The verdict, whatever it is", body = Verification),
        (status = 400, description = "No text was given", body = RefusalBody),
    )
)]
pub async fn by_query(
    State(state): State<AppState>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(question) = question.map_err(|_| Refusal::Unreadable)?;
    verify(&state, &question.text).await
}

/// Verifies a text of the body.
///
/// # Errors
/// As [`by_query`].
#[utoipa::path(
    post,
    path = "/api/v1/verify",
    request_body = Question,
    responses(
        (status = 200, description = "The verdict, whatever it is", body = Verification),
        (status = 400, description = "No text was given", body = RefusalBody),
    )
)]
pub async fn by_body(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let question: Question = json::read(&headers, body)?;
    verify(&state, &question.text).await
}

async fn verify(state: &AppState, text: &str) -> Result<Response, Problem> {
    Ok(json::answer(&documents::verify_any(&state.office, signed_text(text)).await?))
}
