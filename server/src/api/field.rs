//! `/api/v1/field`: what the field app asks before and during a visit.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use backend::registry::{self, lookup};
use domain::view::{ChipRequest, ChipStatus, FieldSetup, SearchRequest, SearchResult};

use crate::api::json;
use crate::api::openapi::RefusalBody;
use crate::refused::Problem;
use crate::session::Visitor;
use crate::site;
use crate::state::AppState;

/// Everything the field page needs before the first visit.
///
/// # Errors
/// A refusal, or [`Problem`] when the database fails.
#[utoipa::path(
    get,
    path = "/api/v1/field/setup",
    responses(
        (status = 200, description = "Who, when, where", body = FieldSetup),
        (status = 401, description = "Nobody is signed in", body = RefusalBody),
        (status = 403, description = "The role has no field work", body = RefusalBody),
    )
)]
pub async fn setup(State(state): State<AppState>, visitor: Visitor) -> Result<Response, Problem> {
    let name = visitor.present()?.name.clone();
    Ok(json::answer(&registry::field_setup(&state.office, visitor.actor(), name).await?))
}

/// The chips that the register knows, as a compact list that a phone asks without signal: bytes of
/// the form that `domain::chip_filter` describes. It is the same for everybody who may have it.
///
/// # Errors
/// As [`setup`].
#[utoipa::path(
    get,
    path = "/api/v1/field/chips",
    params(("If-None-Match" = Option<String>, Header, description = "The tag of the list held")),
    responses(
        (
            status = 200,
            description = "The list, a few minutes old at most, with its tag",
            body = [u8],
            content_type = "application/octet-stream",
        ),
        (status = 304, description = "The list held is the newest"),
        (status = 401, description = "Nobody is signed in", body = RefusalBody),
        (status = 403, description = "The role has no field work", body = RefusalBody),
    )
)]
pub async fn chips(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let list = registry::chips::list(&state.office, visitor.actor()).await?;
    let tag = format!("\"{}\"", list.version);
    let is_held = site::has(&headers, &tag);
    // Kept by the browser, and asked for again each time: the next list may be there.
    let head = [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if is_held {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((head, kind, Bytes::from_owner(list.bytes)).into_response())
}

/// Finds owners and their animals. The owners see that they were looked at.
///
/// # Errors
/// As [`setup`].
#[utoipa::path(
    post,
    path = "/api/v1/field/search",
    request_body = SearchRequest,
    responses(
        (status = 200, description = "At most 20 owners with their animals", body = SearchResult),
        (status = 400, description = "The body cannot be read", body = RefusalBody),
        (status = 401, description = "Nobody is signed in", body = RefusalBody),
        (status = 403, description = "The role does not read the register", body = RefusalBody),
    )
)]
pub async fn search(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let wanted: SearchRequest = json::read(&headers, body)?;
    Ok(json::answer(&lookup::search(&state.office, visitor.actor(), &wanted.text).await?))
}

/// What is known of a chip.
///
/// # Errors
/// As [`setup`].
#[utoipa::path(
    post,
    path = "/api/v1/field/chip",
    request_body = ChipRequest,
    responses(
        (status = 200, description = "Free, or on which animal", body = ChipStatus),
        (status = 400, description = "The body cannot be read", body = RefusalBody),
        (status = 401, description = "Nobody is signed in", body = RefusalBody),
        (status = 403, description = "The role does not read the register", body = RefusalBody),
    )
)]
pub async fn chip(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let wanted: ChipRequest = json::read(&headers, body)?;
    Ok(json::answer(&lookup::chip_status(&state.office, visitor.actor(), wanted.chip).await?))
}
