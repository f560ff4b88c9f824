//! `erase owner`: the lawful erasure from the command line.

use domain::command::Command;
use domain::id::OwnerId;
use serde_json::{Value, json};

use crate::house::{Engine, House};
use crate::outreach::owner_details;

const OWNER: &str = "01900000-0000-7000-8000-00000000e001";
const NOBODY: &str = "01900000-0000-7000-8000-00000000e002";
const DEVICE: &str = "01900000-0000-7000-8000-0000000000e3";

/// A coordinator registers somebody from the desk.
fn registered(house: &House) {
    let mut desk = house.staff("coordinator");
    let actor = desk.get("/api/v1/session").expect(200).json()["id"].clone();
    let owner: OwnerId = OWNER.parse().expect("an identifier");
    let details = Box::new(owner_details(40_000_801));
    let submission = json!({
        "id": "01900000-0000-7000-8000-00000000e004",
        "version": 1,
        "device": DEVICE,
        "sequence": 1,
        "actor": actor,
        "outreach": null,
        "visit": null,
        "recorded_at": 1_700_000_000_000_i64,
        "utc_offset_minutes": -180,
        "replaces": null,
        "commands": [Command::RegisterOwner { owner, details }],
    });
    let sent = json!({ "device": DEVICE, "submissions": [submission] });
    let reply = desk.post_json("/api/v1/submissions", &sent).expect(200).json();
    assert_eq!(reply["answers"][0]["outcome"], "accepted", "{reply}");
}

fn printed(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn an_owner_is_erased_on_a_ground_and_the_history_says_erased() {
    for engine in Engine::all() {
        let house = House::start(engine);
        registered(&house);
        let erase = |owner: &str, ground: &str| {
            house.run(&["erase", "owner", owner, "--ground", ground], "")
        };
        assert_eq!(erase(OWNER, " ").status.code(), Some(2));
        assert_eq!(erase(NOBODY, "Ley 21.719").status.code(), Some(1));
        let erased = erase(OWNER, "Ley 21.719");
        assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
        let erased = printed(&erased);
        assert_eq!((&erased["owners"], &erased["links"]), (&json!(1), &json!(1)), "{erased}");
        let audit = house.run(&["audit", "verify"], "");
        assert!(audit.status.success(), "an erasure is no alteration");
        let audit = printed(&audit);
        assert_eq!((&audit["whole"], &audit["erased"]), (&json!(true), &json!(1)), "{audit}");
    }
}

#[test]
fn somebody_is_erased_by_the_document() {
    for engine in Engine::all() {
        let house = House::start(engine);
        registered(&house);
        let erase = |document: &str| {
            house.run(&["erase", "person", document, "--ground", "Ley 21.719"], "")
        };
        let key = owner_details(40_000_801).document.key().expect("a document");
        assert_eq!(erase("12.345.678-9").status.code(), Some(2), "that is no RUN");
        assert_eq!(erase("passport:ARG:AAB123456").status.code(), Some(1));
        let erased = erase(&key);
        assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
        assert_eq!(printed(&erased)["owners"], json!(1));
        assert_eq!(erase(&key).status.code(), Some(1), "nobody has it any more");
    }
}
