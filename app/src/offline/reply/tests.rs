use super::*;
use crate::offline::json;
use domain::sync::{Action, Event, Item, ItemState, Sync};
use domain::timestamp::Timestamp;
use serde_json::{Value, json};

/// A reply as version 1 was answered.
const KEPT: &str = include_str!("../../../domain/src/submission/kept/reply-1.json");

/// That reply with something else in the place of an answer.
fn with(list: &str, at: usize, answer: &Value) -> String {
    let mut reply: Value = serde_json::from_str(KEPT).unwrap();
    reply[list][at] = answer.clone();
    reply.to_string()
}

/// An answer to the first submission of that reply.
fn said(mut answer: Value) -> Value {
    let reply: Value = serde_json::from_str(KEPT).unwrap();
    answer["id"] = reply["answers"][0]["id"].clone();
    answer
}

fn first(answer: Value) -> Outcome {
    read(&with("answers", 0, &said(answer))).unwrap().answers.remove(0).outcome
}

/// A reason of a later version, with facts that nobody here knows.
fn invented() -> Value {
    json!({ "reason": "of_later", "hours": [1, -2, null, true], "about": { "n": "ñ\"" } })
}

fn unheard(told: &Value) -> Refusal {
    Refusal::Unheard { told: told.to_string() }
}

#[test]
fn a_reply_is_read_as_a_whole_one_is() {
    assert_eq!(read(KEPT).unwrap(), serde_json::from_str::<Reply>(KEPT).unwrap());
}

#[test]
fn a_reason_of_later_is_kept_as_it_came_and_holds_nothing_else() {
    let told = json!({ "outcome": "refused", "command": 3, "refusal": invented() });
    for list in ["answers", "resolved"] {
        let reply = read(&with(list, 0, &said(told.clone()))).unwrap();
        let all = read(KEPT).unwrap();
        let (list, others) = match list {
            "answers" => (&reply.answers, all.answers),
            _ => (&reply.resolved, all.resolved),
        };
        let outcome = Outcome::Refused { command: Some(3), refusal: unheard(&invented()) };
        assert_eq!(list[0].outcome, outcome);
        assert_eq!((reply.answers.len(), reply.resolved.len()), (6, 2));
        assert_eq!(list[1..], others[1..]);
        // It is written down, and a later version reads what was told then.
        let written = json::write(&list[0]);
        let Outcome::Refused { refusal: Refusal::Unheard { told }, .. } =
            json::read::<Answer>(&written).unwrap().outcome
        else {
            panic!("{written}");
        };
        assert_eq!(serde_json::from_str::<Value>(&told).unwrap(), invented());
    }
}

#[test]
fn a_known_reason_with_an_unknown_fact_is_one_of_later() {
    let refusal = json!({ "reason": "invalid", "fields": [{ "field": "of_later", "code": "x" }] });
    let outcome = first(json!({ "outcome": "refused", "command": null, "refusal": refusal }));
    assert_eq!(outcome, Outcome::Refused { command: None, refusal: unheard(&refusal) });
}

#[test]
fn a_conflict_stays_one_whatever_its_reason() {
    let kept: Value = serde_json::from_str(KEPT).unwrap();
    let other = kept["answers"][3]["other"].clone();
    let said =
        json!({ "outcome": "conflict", "command": 0, "refusal": invented(), "other": other });
    let outcome = first(said.clone());
    assert!(
        matches!(&outcome, Outcome::Conflict { refusal, .. } if *refusal == unheard(&invented()))
    );
    let mut said = said;
    said["other"] = json!({ "species": "ferret" });
    said["refusal"] = json!({ "reason": "chip_taken" });
    let refusal = Refusal::ChipTaken;
    assert_eq!(
        first(said),
        Outcome::Refused { command: Some(0), refusal },
        "it stays on the phone"
    );
}

#[test]
fn what_was_accepted_is_accepted_whatever_else_is_said() {
    let kept: Value = serde_json::from_str(KEPT).unwrap();
    let aliases = kept["answers"][0]["aliases"].clone();
    let said = json!({ "outcome": "accepted", "aliases": aliases, "documents": [{ "id": 7 }] });
    let Outcome::Accepted { aliases, documents } = first(said) else { panic!("not accepted") };
    assert_eq!((aliases.len(), documents.len()), (1, 0));
}

#[test]
fn an_outcome_of_later_waits_for_a_person_and_clears_nothing() {
    let answer = said(json!({ "outcome": "of_later", "until": 7 }));
    let reply = read(&with("answers", 0, &answer)).unwrap();
    let told = serde_json::to_string(&answer).unwrap();
    let outcome = Outcome::Refused { command: None, refusal: Refusal::Unheard { told } };
    assert_eq!(reply.answers[0].outcome, outcome);

    let id = reply.answers[0].id;
    let item = Item {
        id,
        sequence: 1,
        bytes: 9,
        replaces: None,
        visit: None,
        recorded_at: Timestamp(0),
        state: ItemState::Pending,
        is_aside: false,
        is_put_away: false,
    };
    let mut sync = Sync::new(reply.receipt.device, [item]);
    sync.handle(Event::Timer, 0);
    let digest = reply.receipt.batch_hash.clone();
    let actions = sync.handle(Event::Reply { reply: Box::new(reply), digest }, 0);
    assert_eq!(sync.state(id), Some(ItemState::Refused));
    assert!(!actions.iter().any(|action| matches!(action, Action::Clear(_))), "{actions:?}");
}

#[test]
fn an_answer_that_names_nobody_makes_the_reply_unreadable() {
    for answer in [json!({ "outcome": "refused" }), json!(7), json!({ "id": "x" })] {
        assert!(read(&with("answers", 0, &answer)).is_err(), "{answer}");
    }
    for text in ["", "<h1>Wi-Fi</h1>", "{}", "[]"] {
        assert!(read(text).is_err(), "{text}");
    }
}
