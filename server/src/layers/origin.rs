//! A change made with a session must say where it comes from. Browsers that send cookies send
//! `Origin` or `Sec-Fetch-Site` with every POST; `CsrfLayer` judges them, and lets requests without
//! either pass, for programs send neither. A program has no business with a browser's session.

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;

use crate::refused::Refused;
use crate::session::Cookie;

const FETCH_SITE: &str = "sec-fetch-site";

/// Refuses a change that carries a session and no origin.
pub async fn known(request: Request, next: Next) -> Response {
    if !request.method().is_safe() && carries_session(request.headers()) {
        let headers = request.headers();
        if !headers.contains_key(header::ORIGIN) && !headers.contains_key(FETCH_SITE) {
            return Refused(Refusal::ForeignOrigin).into_response();
        }
    }
    next.run(request).await
}

fn carries_session(headers: &HeaderMap) -> bool {
    [Cookie::Staff, Cookie::Owner].into_iter().any(|cookie| cookie.is_in(headers))
}
