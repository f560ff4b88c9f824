//! The service worker of the field app, with the list of files of this build.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::site;

/// The worker's text; the server fills in `@BUILD@`, `@SHELL@`, `@FILES@` and `@DECODER@`.
const WORKER: &str = include_str!("pwa/sw.js");

/// `GET /sw.js`. Browsers ask for it anew on every visit; it must never be kept.
pub async fn worker() -> Response {
    let head = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (head, text()).into_response()
}

fn text() -> String {
    WORKER
        .replace("@BUILD@", site::build_id())
        .replace("@SHELL@", app::routes::FIELD)
        .replace("@FILES@", &list(&site::field_files()))
        .replace("@DECODER@", &list(&site::decoder_files()))
}

fn list(addresses: &[String]) -> String {
    serde_json::to_string(addresses).unwrap_or_else(|_| "[]".to_owned())
}
