//! What the table of doors and the layers before them answer to any request, told of each
//! operation: a handler describes only what is its own.

use domain::role::{Caller, Role, UseCase, allows};
use utoipa::Modify;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, Object, OpenApi, Ref, RefOr, Response, Type};

use crate::doors::{DOORS, Door};
use crate::session::Cookie;

/// The name of the way to say who one is.
const SESSION: &str = "session";

/// Adds to each operation its security and the answers of what stands before its handler.
pub(super) struct Doors;

impl Modify for Doors {
    fn modify(&self, described: &mut OpenApi) {
        let cookie = "The session of a member of staff, begun at `/ingresar`";
        let cookie = ApiKeyValue::with_description(Cookie::Staff.name(), cookie);
        let scheme = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        described.components.get_or_insert_default().add_security_scheme(SESSION, scheme);
        for door in DOORS {
            let item = described.paths.paths.get_mut(door.pattern);
            if let Some(operation) = item.and_then(|item| operation_of(item, door.method)) {
                tell(operation, door);
            }
        }
    }
}

fn operation_of<'p>(item: &'p mut PathItem, method: &str) -> Option<&'p mut Operation> {
    match method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        _ => None,
    }
}

fn tell(operation: &mut Operation, door: &Door) {
    let (signed_in, changes) = (door.needs != UseCase::UsePublicPages, door.method != "GET");
    let for_some = Role::ALL.iter().any(|role| !allows(Caller::from(*role), door.needs));
    if signed_in {
        let no_scopes: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new(SESSION, no_scopes)]);
    }
    let answers = [
        (signed_in, "401", "Nobody is signed in"),
        (for_some, "403", "The role does not include it"),
        (changes, "403", "It comes from another site, or with a session and without `Origin`"),
        (true, "408", "It took over half a minute, or its body came too slowly: broken off"),
        (changes, "413", "More than is taken at once"),
        (true, "429", "Too many requests of one address in a second"),
        (true, "500", "A fault of ours"),
    ];
    for (_, status, words) in answers.into_iter().filter(|(happens, ..)| *happens) {
        add(operation, status, words);
    }
}

/// Adds a reason for an answer to those that its handler tells.
fn add(operation: &mut Operation, status: &str, words: &str) {
    let responses = &mut operation.responses.responses;
    let mut response = match responses.remove(status) {
        Some(RefOr::T(mut known)) => {
            known.description = format!("{}. {words}", known.description);
            known
        }
        _ => Response::new(words),
    };
    let body = if status.starts_with('5') { "FaultBody" } else { "RefusalBody" };
    let body = RefOr::T(Content::new(Some(Ref::from_schema_name(body))));
    response.content.insert("application/json".to_owned(), body);
    if status == "429" {
        let mut seconds = Header::new(Object::with_type(Type::Integer));
        seconds.description = Some("Seconds until the next one is looked at".to_owned());
        response.headers.insert("Retry-After".to_owned(), RefOr::T(seconds));
    }
    responses.insert(status.to_owned(), RefOr::T(response));
}
