//! Stands before every route: finds its row, looks who it is, lets pass or refuses.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use backend::actor::authorise;
use domain::refusal::Refusal;
use domain::role::UseCase;
use http_body_util::Limited;

use crate::doors::{DOORS, Door, door};
use crate::refused::{Problem, Refused};
use crate::session::{Cookie, Visitor};
use crate::state::AppState;

/// Lets a request pass to its route, with its [`Visitor`], or answers in its place.
pub async fn guard(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let Some(pattern) = pattern else { return StatusCode::NOT_FOUND.into_response() };
    let Some(door) = door(request.method().as_str(), pattern) else {
        return no_door(pattern);
    };
    if promised_length(request.headers()) > u64::from(door.body_limit) {
        return Refused(Refusal::TooLarge).into_response();
    }
    match recognise(&state, request.headers(), door).await {
        Ok(visitor) => request.extensions_mut().insert(visitor),
        Err(problem) => return problem.into_response(),
    };
    let limit = usize::try_from(door.body_limit).unwrap_or(usize::MAX);
    next.run(request.map(|body| Body::new(Limited::new(body, limit)))).await
}

/// Another method of a known address, or an address without a row: closed.
fn no_door(pattern: &str) -> Response {
    let mut methods = DOORS.iter().filter(|door| door.pattern == pattern).map(|door| door.method);
    let Some(first) = methods.next() else {
        tracing::error!(pattern, "a route has no row in the table of doors");
        return StatusCode::NOT_FOUND.into_response();
    };
    let allowed = methods.fold(first.to_owned(), |all, method| format!("{all}, {method}"));
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allowed)]).into_response()
}

async fn recognise(state: &AppState, headers: &HeaderMap, door: &Door) -> Result<Visitor, Problem> {
    if door.needs == UseCase::UsePublicPages {
        return Ok(Visitor::default());
    }
    let visitor = Visitor::of(state, headers, Cookie::of(door.needs)).await?;
    authorise(&visitor.actor(), door.needs)
        .map_err(|refusal| Problem::Refused(Refused(refusal)))?;
    Ok(visitor)
}

fn promised_length(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}
