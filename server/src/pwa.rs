//! The service worker of the field app, with the list of files of this build.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::site;

/// The worker's text; the server fills in `@BUILD@`, `@SHELL@`, `@FILES@`, `@DECODER@`, `@UNPACK@`,
/// `@WAITING@` and `@CARRY@`.
const WORKER: &str = include_str!("pwa/sw.js");
/// How what waits is read, for the app and for the worker, which imports nothing: a browser would
/// have to fetch another script, and keep it.
const WAITING: &str = include_str!("../../public/waiting.js");
/// How the program is made whole, likewise.
const UNPACK: &str = include_str!("../../public/unpack.js");
/// How a picture goes, likewise.
const CARRY: &str = include_str!("../../public/carry.js");

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
        .replace("@UNPACK@", &UNPACK.replace("export ", ""))
        .replace("@WAITING@", &WAITING.replace("export ", ""))
        .replace("@CARRY@", &CARRY.replace("export ", ""))
}

fn list(addresses: &[String]) -> String {
    serde_json::to_string(addresses).unwrap_or_else(|_| "[]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_reads_and_sends_what_waits_by_the_texts_of_the_app() {
        let text = text();
        assert!(WAITING.contains("\nexport async function waiting(asked, "), "{WAITING}");
        assert_eq!(text.matches("\nasync function waiting(asked, ").count(), 1);
        assert_eq!(text.matches("\nfunction batches(copies, devices, letters, ").count(), 1);
        assert!(text.contains("await waiting(asked)") && !text.contains("export "), "{text}");
        assert!(text.contains(" = batches(first, devices, LETTERS);"), "{text}");
        assert_eq!(text.matches("\nasync function carry(one, jpeg, sealed) {").count(), 1);
        assert!(text.contains("carry(one, null, sealed)"), "{text}");
        assert_eq!(text.matches("\nfunction unpack(packed) {").count(), 1);
        assert!(text.contains(" = unpack(new Uint8Array("), "{text}");
        let left = "@BUILD@ @SHELL@ @FILES@ @DECODER@ @UNPACK@ @WAITING@ @CARRY@";
        for left in left.split(' ') {
            assert!(!text.contains(left), "{left}");
        }
    }
}
