mod asking;
mod former;
mod life;
mod mending;
mod order;
mod reporting;
mod slow;

use super::*;
use crate::id::VisitId;
use crate::refusal::Refusal;
use crate::submission::{Outcome, PACKED_BATCH_BYTES, Receipt};
use crate::timestamp::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

const DEVICE: DeviceId = DeviceId(Uuid::from_u128(7));

fn id(number: u32) -> SubmissionId {
    SubmissionId(Uuid::from_u128(u128::from(number)))
}

fn item(number: u32) -> Item {
    let (id, sequence, bytes) = (id(number), number, 2_000);
    let recorded_at = Timestamp(i64::from(number));
    let (replaces, visit, state) = (None, None, ItemState::Pending);
    let (is_aside, is_put_away) = (false, false);
    Item { id, sequence, bytes, replaces, visit, recorded_at, state, is_aside, is_put_away }
}

fn machine(numbers: impl IntoIterator<Item = u32>) -> Sync {
    Sync::new(DEVICE, numbers.into_iter().map(item))
}

fn accepted(number: u32) -> Answer {
    let outcome = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
    Answer { id: id(number), outcome }
}

fn refused(number: u32) -> Answer {
    let outcome = Outcome::Refused { command: None, refusal: Refusal::OwnerUnknown };
    Answer { id: id(number), outcome }
}

fn conflict(number: u32) -> Answer {
    let other = crate::submission::Masked {
        animal: None,
        name: "Ñ···".to_owned(),
        species: crate::catalogue::Species::Dog,
        sex: crate::catalogue::Sex::Male,
        commune: None,
        chip: None,
        registered_at: Timestamp(0),
    };
    let outcome = Outcome::Conflict { command: None, refusal: Refusal::ChipTaken, other };
    Answer { id: id(number), outcome }
}

fn reply(answers: Vec<Answer>, resolved: Vec<Answer>) -> Event {
    reply_to(DEVICE, answers, resolved)
}

fn reply_to(device: DeviceId, answers: Vec<Answer>, resolved: Vec<Answer>) -> Event {
    let digest = format!("{:?}", hashed_bytes(&answers));
    let receipt = Receipt {
        device,
        batch_hash: digest.clone(),
        stored_total: 0,
        complete_to_sequence: 0,
        answered_at: Timestamp(0),
        kid: String::new(),
        signature: String::new(),
    };
    Event::Reply { reply: Box::new(Reply { answers, resolved, receipt }), digest }
}

fn status(code: u16, refusal: Option<Refusal>) -> Event {
    Event::Failed(Failure::Status { code, refusal })
}

fn sent(actions: &[Action]) -> Option<Vec<SubmissionId>> {
    actions.iter().find_map(|action| match action {
        Action::Send(ids) => Some(ids.clone()),
        _ => None,
    })
}

fn waits(actions: &[Action]) -> Option<u32> {
    actions.iter().find_map(|action| match action {
        Action::Wait { ms } => Some(*ms),
        _ => None,
    })
}

#[test]
fn the_oldest_go_first_and_one_batch_is_in_flight() {
    let mut sync = machine([3, 1, 2]);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(1), id(2), id(3)]));
    assert!(sync.handle(Event::Queued(item(4)), 0).is_empty());
    assert!(sync.handle(Event::Online, 0).is_empty());
    let actions = sync.handle(reply(vec![accepted(1), accepted(2), accepted(3)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(4)]));
}

#[test]
fn a_batch_keeps_to_its_count_and_its_bytes() {
    let mut many = Sync::new(DEVICE, (1..=600).map(|n| Item { bytes: 100, ..item(n) }));
    assert_eq!(sent(&many.handle(Event::Timer, 0)).map(|ids| ids.len()), Some(250));
    let mut heavy = Sync::new(DEVICE, (1..=9).map(|n| Item { bytes: 100_000, ..item(n) }));
    assert_eq!(sent(&heavy.handle(Event::Timer, 0)).map(|ids| ids.len()), Some(2));
    let mut huge = Sync::new(DEVICE, (1..=2).map(|n| Item { bytes: 900_000, ..item(n) }));
    assert_eq!(sent(&huge.handle(Event::Timer, 0)), Some(vec![id(1)]));
    let visits = (1..=500).map(|n| Item { bytes: 1_700, ..item(n) });
    let mut packed = Sync::new(DEVICE, visits).holding(PACKED_BATCH_BYTES);
    assert_eq!(sent(&packed.handle(Event::Timer, 0)).map(|ids| ids.len()), Some(250));
    let too_large = Failure::Status { code: 413, refusal: None };
    packed.handle(Event::Failed(too_large), 0);
    assert_eq!(sent(&packed.handle(Event::Timer, 0)).map(|ids| ids.len()), Some(125));
}

#[test]
fn only_what_the_receipt_names_is_cleared() {
    let mut sync = machine([1, 2, 3]);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply(vec![accepted(1), refused(2)], vec![]), 0);
    let receipt_first = matches!(actions[..], [Action::Keep(_), Action::Store(_), ..]);
    assert!(receipt_first, "a death in between must not leave answers that no receipt counts");
    assert!(actions.contains(&Action::Clear(vec![id(1)])));
    assert_eq!(sync.state(id(1)), Some(ItemState::Sent));
    assert_eq!(sync.state(id(2)), Some(ItemState::Refused));
    assert_eq!(sent(&actions), Some(vec![id(3)]), "what has no answer is sent again");
}

#[test]
fn a_receipt_for_other_answers_or_another_phone_clears_nothing() {
    let Event::Reply { reply: good, digest } = reply(vec![accepted(1)], vec![]) else { panic!() };
    let mut foreign = good.clone();
    foreign.receipt.device = DeviceId(Uuid::from_u128(8));
    for (reply, digest) in [(good, "another".to_owned()), (foreign, digest)] {
        let mut sync = machine([1]);
        sync.handle(Event::Timer, 0);
        let actions = sync.handle(Event::Reply { reply, digest }, 0);
        assert!(waits(&actions).is_some());
        assert_eq!(sync.state(id(1)), Some(ItemState::Pending));
        assert_eq!(sync.contact(), Contact::NotOurs);
    }
}

#[test]
fn waits_double_up_to_a_minute_and_are_spread() {
    let mut sync = machine([1]);
    let mut longest = Vec::new();
    for _ in 0..9 {
        sync.handle(Event::Timer, 0);
        let actions = sync.handle(Event::Failed(Failure::Unreachable), u32::MAX);
        longest.extend(waits(&actions));
    }
    assert!(longest.iter().all(|ms| *ms <= MAX_WAIT_MS));
    assert!(longest[0] <= 1_000 && longest[8] >= MAX_WAIT_MS / 2, "{longest:?}");
}

#[test]
fn a_day_without_signal_does_not_try_once_for_each_record() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(Event::Failed(Failure::Unreachable), 0);
    assert!(sync.handle(Event::Queued(item(2)), 0).is_empty());
    assert_eq!(sent(&sync.handle(Event::Online, 0)), Some(vec![id(1), id(2)]));
}

#[test]
fn what_the_desk_resolved_reaches_the_phone() {
    let held = Item { state: ItemState::Quarantined, ..item(1) };
    let mut sync = Sync::new(DEVICE, [held, item(2)]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![accepted(2)], vec![accepted(1)]), 0);
    assert_eq!(sync.state(id(1)), Some(ItemState::Sent));
}

#[test]
fn a_record_that_breaks_the_server_does_not_hold_the_others() {
    let mut sync = machine(1..=8);
    let poison = id(3);
    let mut stored = BTreeSet::new();
    for _ in 0..40 {
        let mut actions = sync.handle(Event::Timer, 0);
        while let Some(ids) = sent(&actions) {
            actions = if ids.contains(&poison) {
                sync.handle(status(500, None), 0)
            } else {
                stored.extend(ids.iter().copied());
                let outcome = Outcome::Accepted { aliases: vec![], documents: vec![] };
                let answer = |id| Answer { id, outcome: outcome.clone() };
                sync.handle(reply(ids.into_iter().map(answer).collect(), vec![]), 0)
            };
        }
    }
    assert_eq!(stored.len(), 7);
    assert_eq!(sync.state(poison), Some(ItemState::Pending), "it is kept and tried alone");
}

#[test]
fn a_record_the_server_cannot_read_is_set_aside_for_a_person() {
    let mut sync = machine([1, 2]);
    sync.handle(Event::Timer, 0);
    let unreadable = || status(400, Some(Refusal::Unreadable));
    assert!(waits(&sync.handle(unreadable(), 0)).is_some(), "two: which of them is not known");
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(1)]));
    let actions = sync.handle(unreadable(), 0);
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused));
    assert!(matches!(&actions[0], Action::SetAside(answer) if answer.id == id(1)));
    assert_eq!(sent(&actions), Some(vec![id(2)]));
    // What the server answers it has stored, with its number.
    let outcome = Outcome::Refused { command: None, refusal: Refusal::Unreadable };
    let actions = sync.handle(reply(vec![Answer { id: id(2), outcome }], vec![]), 0);
    assert!(!actions.iter().any(|action| matches!(action, Action::SetAside(_))), "{actions:?}");
    assert_eq!(sync.state(id(2)), Some(ItemState::Refused));
}

#[test]
fn what_stands_between_phone_and_server_is_named() {
    let old = Some(Refusal::UnsupportedVersion { version: 1 });
    let table = [
        (Event::Failed(Failure::Unreachable), Contact::Unreachable),
        (Event::Failed(Failure::TimedOut), Contact::Unreachable),
        (Event::Failed(Failure::NotOurs), Contact::NotOurs),
        (Event::Failed(Failure::Unsigned), Contact::Unsigned),
        (status(401, Some(Refusal::SignedOut)), Contact::SignedOut),
        (status(422, old), Contact::Outdated),
        (status(503, None), Contact::Failing),
        (status(200, None), Contact::Outdated),
    ];
    for (event, contact) in table {
        let mut sync = machine([1]);
        sync.handle(Event::Timer, 0);
        sync.handle(event, 0);
        assert_eq!(sync.contact(), contact);
        assert_eq!(sync.state(id(1)), Some(ItemState::Pending), "kept: {contact:?}");
    }
}

#[test]
fn an_app_that_died_while_sending_sends_again() {
    let mut sync = Sync::new(DEVICE, [Item { state: ItemState::Sending, ..item(1) }]);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(1)]));
}
