//! `GET /api/v1/openapi.json`: the description of `/api/v1`, made from the code.

mod everywhere;

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use domain::submission::{Sealed, Submission};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use everywhere::Doors;

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
    modifiers(&Doors),
    components(schemas(RefusalBody, FaultBody, Sealed, Submission)),
    paths(
        crate::api::session::own,
        crate::api::field::setup,
        crate::api::field::chips,
        crate::api::field::search,
        crate::api::field::chip,
        crate::api::field::pack,
        crate::api::field::bookings,
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
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::doors::DOORS;
    use domain::picture::SEALED_KIND;

    fn described() -> Value {
        serde_json::from_str(&TEXT).unwrap()
    }

    /// Every operation with its path, its method and what all operations of the path have.
    fn operations(described: &Value) -> Vec<(&str, &str, &Value, &Value)> {
        let mut all = Vec::new();
        for (path, item) in described["paths"].as_object().unwrap() {
            for method in ["get", "put", "post", "delete", "patch", "head", "options", "trace"] {
                let found = item.get(method);
                all.extend(found.map(|one| (path.as_str(), method, one, &item["parameters"])));
            }
        }
        all
    }

    #[test]
    fn both_doors_of_records_are_told_alike() {
        let described = described();
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
    fn a_piece_of_a_picture_is_told_as_both_of_its_kinds() {
        let described = described();
        let taken = &described["paths"]["/api/v1/pictures/{id}/{from}"]["put"]["requestBody"];
        let kinds: Vec<_> =
            taken["content"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(kinds, ["application/octet-stream", SEALED_KIND]);
        assert!(taken["description"].as_str().unwrap().contains(SEALED_KIND), "{taken}");
    }

    #[test]
    fn what_is_described_is_the_doors_of_the_api_and_no_other() {
        let described = described();
        let own = "/api/v1/openapi.json";
        let doors = DOORS.iter().filter(|door| door.pattern.starts_with("/api/v1/"));
        let doors = doors.filter(|door| door.pattern != own);
        let doors: BTreeSet<_> =
            doors.map(|door| (door.pattern, door.method.to_ascii_lowercase())).collect();
        let told = operations(&described).into_iter();
        let told: BTreeSet<_> = told.map(|(path, method, ..)| (path, method.to_owned())).collect();
        assert_eq!(told, doors);
    }

    #[test]
    fn a_parameter_of_the_path_stands_in_its_template_and_each_place_has_its_parameter() {
        let described = described();
        for (path, method, operation, shared) in operations(&described) {
            let told = [shared, &operation["parameters"]];
            let told = told.into_iter().filter_map(Value::as_array).flatten();
            let told = told.filter(|one| one["in"] == "path");
            let named: BTreeSet<_> = told.map(|one| one["name"].as_str().unwrap()).collect();
            let parts = path.split('/');
            let places = parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
            let places: BTreeSet<_> = places.collect();
            assert_eq!(named, places, "{method} {path}");
        }
        let verify = &described["paths"]["/api/v1/verify"]["get"]["parameters"][0];
        assert_eq!((&verify["name"], &verify["in"]), (&"text".into(), &"query".into()), "{verify}");
        assert_eq!(verify["required"], true, "{verify}");
    }

    #[test]
    fn operations_have_names_of_their_own_and_no_reference_leads_nowhere() {
        let described = described();
        let mut names = BTreeSet::new();
        for (path, method, operation, _) in operations(&described) {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{method} {path}: {name} names two");
        }
        let mut waiting = vec![&described];
        while let Some(value) = waiting.pop() {
            if let Some(to) = value.get("$ref").and_then(Value::as_str) {
                let there = described.pointer(to.strip_prefix('#').unwrap());
                assert!(there.is_some(), "{to} is not there");
            }
            waiting.extend(value.as_array().into_iter().flatten());
            waiting.extend(value.as_object().into_iter().flat_map(serde_json::Map::values));
        }
    }
}
