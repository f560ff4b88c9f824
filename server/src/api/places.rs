//! `/api/v1/field/places`: places of an outreach that a phone is lent, to promise without signal.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use backend::day;
use domain::booking::{PlacesAsked, PlacesHeld};

use crate::api::json;
use crate::api::openapi::RefusalBody;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::state::AppState;

/// Gives places back and is lent others, as many as are free of those that are asked for, and takes
/// numbers to give. Sent twice, it has the same places, so that a lost answer costs nothing.
///
/// # Errors
/// A refusal, or [`Problem`] when the database fails.
#[utoipa::path(
    post,
    path = "/api/v1/field/places",
    request_body = PlacesAsked,
    responses(
        (status = 200, description = "All shares that the phone has out there", body = PlacesHeld),
        (status = 400, description = "The body cannot be read", body = RefusalBody),
        (status = 403, description = "Not theirs, or a revoked phone", body = RefusalBody),
        (status = 404, description = "No such outreach or phone there", body = RefusalBody),
        (status = 409, description = "The share is another's, or has changed", body = RefusalBody),
        (status = 413, description = "More shares than are taken at once", body = RefusalBody),
        (status = 422, description = "No places are promised any more", body = RefusalBody),
    )
)]
pub async fn ask(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked: PlacesAsked = json::read(&headers, body)?;
    Ok(json::answer(&day::places(&state.office, visitor.actor(), asked).await?))
}
