//! The permission matrix over HTTP: every role × every endpoint, none included.

use std::collections::BTreeMap;

use domain::role::{Caller, Role, UseCase, allows};
use server::doors::{DOORS, Door};

use crate::client::{Answer, Client};
use crate::house::{Engine, House};

/// A path that fits the pattern, with identifiers of nothing.
fn path_of(pattern: &str) -> String {
    pattern
        .replace("{id}", "01900000-0000-7000-8000-000000000000")
        .replace("{text}", "ABC")
        .replace("{token}", "abc")
        .replace("{*rest}", "algo")
        .replace("{mail}", "x")
        .replace("{part}", "0")
}

fn knock(client: &mut Client, door: &Door) -> Answer {
    let path = path_of(door.pattern);
    if path.starts_with("/api/") {
        let json = [("content-type", "application/json")];
        return client.send(door.method, &path, &json, b"{}");
    }
    let form = ("content-type", "application/x-www-form-urlencoded");
    let headers = [form, ("sec-fetch-site", "same-origin")];
    client.send(door.method, &path, &headers, b"")
}

/// Whether the guard stopped the request: the door's own refusal, or the way to the sign-in.
fn stopped(answer: &Answer) -> bool {
    let to = answer.header("location").unwrap_or_default();
    answer.status == 401
        || answer.status == 403
        || (answer.status == 303 && to.starts_with("/ingresar?next="))
        || (answer.status == 303 && to == "/certificados")
}

/// Doors whose act ends the session that knocks, or that exist in a demonstration only.
fn is_tried(door: &Door) -> bool {
    door.pattern != "/salir"
        && !door.pattern.starts_with("/correo")
        && !door.pattern.starts_with("/cuenta/sesiones")
        && !door.pattern.starts_with("/cuenta/confirmar")
}

#[test]
fn every_role_passes_exactly_its_doors() {
    for engine in Engine::all() {
        let house = House::start(engine);
        let mut callers = BTreeMap::from([(Caller::Public, house.client())]);
        for role in Role::ALL {
            callers.insert(Caller::from(*role), house.staff(role.code()));
        }
        let mut wrong = Vec::new();
        for door in DOORS.iter().filter(|door| is_tried(door)) {
            for (caller, client) in &callers {
                let answer = knock(&mut client.clone(), door);
                let expected = allows(*caller, door.needs);
                if stopped(&answer) == expected || answer.status >= 500 {
                    wrong.push(format!("{caller} {door:?}: {}", answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "{engine:?}\n{}", wrong.join("\n"));
    }
}

#[test]
fn the_door_of_a_use_case_opens_for_somebody() {
    let used = DOORS.iter().map(|door| door.needs);
    for needs in used {
        assert!(Caller::ALL.iter().any(|caller| allows(*caller, needs)), "{needs}");
    }
}

#[test]
fn an_address_without_a_row_is_not_there() {
    let house = House::start(Engine::Sqlite);
    let mut coordinator = house.staff("coordinator");
    coordinator.get("/api/v1/everything").expect(404);
    coordinator.post_json("/api/coordinacion/everything", &serde_json::json!({})).expect(404);
    let refused = coordinator.post_json("/api/v1/session", &serde_json::json!({})).expect(405);
    assert_eq!(refused.json()["refusal"]["reason"], "unreadable");
}

#[test]
fn who_may_not_is_told_why_in_the_words_of_the_api() {
    let house = House::start(Engine::Sqlite);
    let nobody = house.client().get("/api/v1/field/setup").expect(401).json();
    assert_eq!(nobody["refusal"]["reason"], "signed_out");
    let auditor = house.staff("auditor").get("/api/v1/field/setup").expect(403).json();
    assert_eq!(auditor["refusal"]["reason"], "forbidden");
    assert_eq!(auditor["refusal"]["use_case"], UseCase::ReadOwnOutreaches.code());
}
