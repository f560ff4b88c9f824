//! `/api/v1/field`: what the field app asks before and during a visit.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use backend::registry::{self, lookup, pack};
use backend::{day, pairing};
use domain::booking::Expected;
use domain::id::OutreachId;
use domain::pairing::{Paired, PairingRequest};
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use domain::view::{ChipRequest, ChipStatus, FieldSetup, PackPage, SearchRequest, SearchResult};

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
            description = "The list, an hour old at most, with its weak tag",
            body = [u8],
            content_type = "application/octet-stream",
        ),
        (status = 304, description = "The list held is the newest"),
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
    // The tag is weak, as a list says of which moment it is and the tag only what it holds.
    let tag = format!("W/{tag}");
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
        (status = 403, description = "No outreach needs them at present", body = RefusalBody),
        (status = 429, description = "Too many look-ups in a day", body = RefusalBody),
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
        (status = 403, description = "No outreach needs them at present", body = RefusalBody),
        (status = 429, description = "Too many look-ups in a day", body = RefusalBody),
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

/// A page of what the phone takes along to an outreach, to find people without signal. The owners
/// see that their cards were taken along. With `anew` it is the first page whatever was asked.
///
/// # Errors
/// As [`setup`].
#[utoipa::path(
    get,
    path = "/api/v1/field/pack/{id}",
    params(
        ("id" = String, Path, description = "The outreach"),
        ("after" = Option<String>, Query, description = "Begin after this owner: `next`"),
        ("since" = Option<i64>, Query, description = "Only what has changed since: `as_of`, in ms"),
        ("place" = Option<String>, Query, description = "The tag of what the phone has: `place`"),
    ),
    responses(
        (status = 200, description = "At most 256 owners with their animals", body = PackPage),
        (status = 400, description = "What is asked for cannot be read", body = RefusalBody),
        (status = 403, description = "Not theirs, or not at present", body = RefusalBody),
        (status = 404, description = "No such outreach", body = RefusalBody),
        (status = 429, description = "Too many pages in a day", body = RefusalBody),
    )
)]
pub async fn pack(
    State(state): State<AppState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id: OutreachId = id.parse().map_err(|_| Refusal::OutreachUnknown)?;
    let asked = asked(query.as_deref().unwrap_or_default()).ok_or(Refusal::Unreadable)?;
    let page = pack::page(&state.office, visitor.actor(), id, asked).await?;
    Ok(json::packed(&headers, &page))
}

/// The bookings that the phone takes along to an outreach, to take people in without signal.
///
/// # Errors
/// As [`setup`].
#[utoipa::path(
    get,
    path = "/api/v1/field/pack/{id}/bookings",
    params(("id" = String, Path, description = "The outreach")),
    responses(
        (status = 200, description = "Who is expected, or was taken in", body = Vec<Expected>),
        (status = 400, description = "What is asked for cannot be read", body = RefusalBody),
        (status = 403, description = "Not theirs, or not at present", body = RefusalBody),
        (status = 404, description = "No such outreach", body = RefusalBody),
    )
)]
pub async fn bookings(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id: OutreachId = id.parse().map_err(|_| Refusal::OutreachUnknown)?;
    let expected = day::expected(&state.office, visitor.actor(), id).await?;
    Ok(json::packed(&headers, &expected))
}

/// Pairs the phone that asks: its key is certified for the outreach of a coordinator's code.
///
/// # Errors
/// As [`setup`].
#[utoipa::path(
    post,
    path = "/api/v1/field/pairing",
    request_body = PairingRequest,
    responses(
        (status = 200, description = "Its name and the server's word on its key", body = Paired),
        (status = 400, description = "The body cannot be read", body = RefusalBody),
        (status = 403, description = "Not their outreach, or a revoked phone", body = RefusalBody),
        (status = 404, description = "No such outreach, or no phone", body = RefusalBody),
        (status = 422, description = "Code, name, proof or day is not right", body = RefusalBody),
        (status = 429, description = "Too many codes in an hour", body = RefusalBody),
    )
)]
pub async fn pair(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let wanted: PairingRequest = json::read(&headers, body)?;
    Ok(json::answer(&pairing::pair(&state.office, visitor.actor(), &wanted).await?))
}

/// Reads `after`, `since` and `place`, each at most once and nothing else; `None` when they cannot
/// be read.
fn asked(query: &str) -> Option<pack::Asked> {
    let mut asked = pack::Asked::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=')? {
            ("after", text) if asked.after.is_none() => asked.after = Some(text.parse().ok()?),
            ("since", text) if asked.since.is_none() => {
                asked.since = Some(text.parse::<i64>().ok().filter(|ms| *ms >= 0).map(Timestamp)?);
            }
            ("place", text) if asked.place.is_none() => asked.place = Some(text.parse().ok()?),
            _ => return None,
        }
    }
    Some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_a_moment_and_a_place_are_read_and_nothing_else() {
        let id = "01900000-0000-7000-8000-000000000000";
        let all = asked(&format!("since=5&place=00ff00ff00ff&after={id}")).unwrap();
        assert_eq!(all.after.unwrap().to_string(), id);
        assert_eq!(all.since, Some(Timestamp(5)));
        assert_eq!(all.place.unwrap().to_string(), "00ff00ff00ff");
        assert_eq!(asked(""), Some(pack::Asked::default()));
        for hostile in [
            "after=",
            "after=1",
            "since=-1",
            "since=x",
            "since=1&since=2",
            "x=1",
            "=",
            "after",
            "since=99999999999999999999",
            "after=%00",
            "place=",
            "place=00ff",
            "place=00FF00FF00FF",
            "place=00ff00ff00ff00",
            "place=zzzzzzzzzzzz",
            "place=00ff00ff00ff&place=00ff00ff00ff",
        ] {
            assert_eq!(asked(hostile), None, "{hostile}");
        }
    }
}
