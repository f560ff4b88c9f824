//! `GET /api/v1/openapi.json`: the description of `/api/v1`, made from the code.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// The body of every 4xx.
#[derive(Serialize, ToSchema)]
pub struct RefusalBody {
    /// Why it was not done.
    refusal: Refusal,
}

/// The body of every 5xx.
#[derive(Serialize, ToSchema)]
pub struct FaultBody {
    /// What to tell us, to find it in the log.
    reference: String,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Huella",
        description = "The register's versioned API: what phones send, what machines verify. \
                       Requests carry the session cookie; changing ones come from our own pages."
    ),
    paths(
        crate::api::session::own,
        crate::api::field::setup,
        crate::api::field::chips,
        crate::api::field::search,
        crate::api::field::chip,
        crate::api::field::pack,
        crate::api::field::pair,
        crate::api::stock::of_outreach,
        crate::api::places::ask,
        crate::api::submissions::receive,
        crate::api::submissions::receive_sealed,
        crate::api::pictures::announce,
        crate::api::pictures::add_piece,
        crate::api::verification::by_query,
        crate::api::verification::by_body,
    )
)]
struct Description;

static TEXT: LazyLock<String> =
    LazyLock::new(|| Description::openapi().to_pretty_json().unwrap_or_default());

/// The description.
pub async fn description() -> Response {
    let head = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (head, TEXT.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doors::DOORS;

    #[test]
    fn both_doors_of_records_are_told_alike() {
        let described: serde_json::Value = serde_json::from_str(&TEXT).unwrap();
        let door = |path: &str| described["paths"][path]["post"].clone();
        let (plain, sealed) = (door("/api/v1/submissions"), door("/api/v1/sealed"));
        assert_eq!(plain["responses"], sealed["responses"]);
        for (door, body, words) in
            [(&plain, "Batch", "250 submissions"), (&sealed, "SealedBatch", "250 copies")]
        {
            let taken = &door["requestBody"];
            assert!(taken["content"].to_string().contains(body), "{taken}");
            assert!(taken["description"].as_str().unwrap().contains(words), "{taken}");
            assert!(door["responses"]["200"]["content"].is_object(), "{door}");
            assert!(door["summary"].as_str().unwrap().starts_with("Takes "), "{door}");
        }
    }

    #[test]
    fn every_endpoint_of_the_api_is_described() {
        let described: serde_json::Value = serde_json::from_str(&TEXT).unwrap();
        let own = "/api/v1/openapi.json";
        let doors = DOORS.iter().filter(|door| door.pattern.starts_with("/api/v1/"));
        for door in doors.filter(|door| door.pattern != own) {
            let method = door.method.to_ascii_lowercase();
            assert!(described["paths"][door.pattern][&method].is_object(), "{door:?}");
        }
    }
}
