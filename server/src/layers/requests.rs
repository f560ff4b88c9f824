//! Every request's number, log line and figures.
//!
//! The log and the metrics name the route's pattern, never the path or the query, which may hold
//! a certificate's text or a link's token.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::BASE32_NOPAD;
use tracing::Instrument;

/// The number of a request: 13 characters, random. It is what a person is told as a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The header that tells it.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// What is logged when no route has the path.
const NO_ROUTE: &str = "(none)";

/// Numbers, times and logs a request.
pub async fn follow(mut request: Request, next: Next) -> Response {
    let id = RequestId(BASE32_NOPAD.encode(&random()).to_ascii_lowercase());
    let method = known(request.method());
    let pattern = request.extensions().get::<MatchedPath>();
    let route = pattern.map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", id = %id.0, method, route = %route);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match status {
            500.. => tracing::error!(status, ms, "answered"),
            _ => tracing::info!(status, ms, "answered"),
        }
    });
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("huella_requests_total", &labels).increment(1);
    let labels = &labels[..2];
    metrics::histogram!("huella_request_seconds", labels).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn random() -> [u8; 8] {
    let mut bytes = [0; 8];
    // Without a source of randomness every request has the number zero; nothing else suffers.
    let _ = getrandom::fill(&mut bytes);
    bytes
}

/// The method as a label: a client may invent methods, the metrics must not grow with them.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        _ => "other",
    }
}
