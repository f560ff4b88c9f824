//! One tab with its machine on a store in memory.

use super::*;
use crate::offline::held::NewRecord;
use crate::offline::polled::at_once;
use crate::offline::store::{Ending, Place};
use domain::refusal::Refusal;
use domain::submission::{Answer, MAX_BATCH_BYTES, Outcome, Receipt, Reply};
use domain::sync::Failure;
use uuid::Uuid;

const DEVICE: DeviceId = DeviceId(Uuid::from_u128(0xd0));

fn id(number: u128) -> SubmissionId {
    SubmissionId(Uuid::from_u128(number))
}

fn opened(place: &Place) -> Queue {
    at_once(Queue::open(place.clone(), DEVICE)).unwrap()
}

fn add(queue: &Queue, number: u128) {
    at_once(queue.add(NewRecord::blank(id(number)), None)).unwrap();
}

/// A tab that has the lock, of a phone with so many records.
fn leading(place: &Place, records: u128) -> Carrier {
    let queue = opened(place);
    for number in 1..=records {
        add(&queue, number);
    }
    let carrier = Carrier::new(queue, MAX_BATCH_BYTES);
    assert!(!carrier.leads() && carrier.is_stale());
    at_once(carrier.load());
    assert!(carrier.leads() && !carrier.is_stale());
    carrier
}

fn hear(carrier: &Carrier, event: Event) -> Vec<Action> {
    carrier.hear(vec![event], || 0)
}

fn receipt() -> Receipt {
    Receipt {
        device: DEVICE,
        batch_hash: "hash".to_owned(),
        stored_total: 1,
        complete_to_sequence: 1,
        answered_at: Timestamp(0),
        kid: String::new(),
        signature: String::new(),
    }
}

/// The server's reply to a batch.
fn reply(answers: Vec<Answer>) -> Event {
    let reply = Box::new(Reply { answers, resolved: Vec::new(), receipt: receipt() });
    Event::Reply { reply, digest: "hash".to_owned() }
}

fn accepted(number: u128) -> Answer {
    let outcome = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
    Answer { id: id(number), outcome }
}

fn held_state(carrier: &Carrier, number: u128) -> Option<ItemState> {
    let kept = at_once(carrier.queue().all()).unwrap();
    kept.record(id(number)).map(|record| record.held.state)
}

fn report(carrier: &Carrier) -> PhoneReport {
    carrier.report(DEVICE, ("build".to_owned(), Timestamp(7)), Some(true), 2)
}

#[test]
fn what_waits_is_sent_and_its_answer_is_written_down() {
    let place = Place::default();
    let carrier = leading(&place, 1);
    let sent = hear(&carrier, Event::Timer);
    assert_eq!(sent, [Action::Send(vec![id(1)])]);
    assert!(!is_writing(&sent) && !carrier.is_idle());
    let outgoing = at_once(carrier.queue().outgoing(&[id(1)])).unwrap();
    let (path, text) = letter(carrier.sender(&[id(1)]), outgoing, &report(&carrier));
    assert_eq!(path, "/api/v1/submissions");
    assert!(text.contains(&format!(r#""submissions":[{{"id":"{}""#, id(1))), "{text}");
    assert!(text.contains(r#""waiting":1"#) && text.contains(r#""pictures":2"#), "{text}");
    let actions = hear(&carrier, reply(vec![accepted(1)]));
    assert!(is_writing(&actions));
    for action in actions {
        assert!(at_once(carrier.write(action)));
    }
    assert_eq!(held_state(&carrier, 1), Some(ItemState::Sent));
    assert!(carrier.is_idle() && !carrier.has_failed());
    let word = at_once(opened(&place).last_word()).unwrap().unwrap();
    assert_eq!((word.receipt.batch_hash.as_str(), word.last), ("hash", 1));
    // Copies go elsewhere.
    let sealed = Outgoing::Sealed(vec!["{}".to_owned()]);
    let (path, text) = letter(DEVICE, sealed, &report(&carrier));
    assert!(path == "/api/v1/sealed" && text.contains(r#""sealed":[{}]"#), "{path} {text}");
}

#[test]
fn what_cannot_be_written_down_is_asked_for_again_and_ever_later() {
    let place = Place::default();
    let carrier = leading(&place, 1);
    let send = [Action::Send(vec![id(1)])];
    assert_eq!(hear(&carrier, Event::Timer), send);
    let actions = hear(&carrier, reply(vec![accepted(1)]));
    place.fated(|| Ending::Full);
    let store = actions.into_iter().find(|action| matches!(action, Action::Store(_))).unwrap();
    assert!(!at_once(carrier.write(store)));
    assert_eq!(held_state(&carrier, 1), Some(ItemState::Pending));
    assert_eq!([carrier.put_off(0), carrier.put_off(0)], [2_500, 5_000]);
    assert!(carrier.has_failed() && !carrier.is_stale());
    assert_eq!(hear(&carrier, Event::Timer), send, "the machine believes nothing else");
    carrier.written();
    assert!(!carrier.has_failed());
    assert_eq!(carrier.put_off(0), 2_500);
}

#[test]
fn a_phone_that_cannot_be_read_has_to_be_read_again() {
    let place = Place::default();
    let carrier = leading(&place, 1);
    place.fated(|| Ending::DiesBefore);
    assert!(!at_once(carrier.write(Action::Clear(vec![id(1)]))));
    assert!(carrier.is_stale() && carrier.leads(), "what was known stays");
    place.start();
    at_once(carrier.load());
    assert!(!carrier.is_stale());
}

#[test]
fn what_another_tab_writes_and_removes_is_news() {
    let place = Place::default();
    let carrier = leading(&place, 1);
    let other = opened(&place);
    let news = || carrier.news(&at_once(carrier.queue().all()).unwrap());
    assert!(news().is_empty());
    add(&other, 2);
    let queued = news();
    assert!(matches!(&queued[..], [Event::Queued(item)] if item.id == id(2)), "{queued:?}");
    assert_eq!(carrier.hear(queued, || 0), [Action::Send(vec![id(1), id(2)])]);
    at_once(other.clear(&[id(2)])).unwrap();
    assert_eq!(news(), [Event::Gone(id(2))]);
    let idle = Carrier::new(other, MAX_BATCH_BYTES);
    assert!(idle.news(&at_once(idle.queue().all()).unwrap()).is_empty());
    assert!(hear(&idle, Event::Timer).is_empty(), "it has no machine");
}

#[test]
fn what_was_set_aside_is_counted_at_once_and_after_a_start() {
    let place = Place::default();
    let carrier = leading(&place, 2);
    let refused = || {
        let refusal = Some(Refusal::Unreadable);
        hear(&carrier, Event::Failed(Failure::Status { code: 422, refusal }))
    };
    let write = |actions: Vec<Action>| {
        for action in actions {
            assert!(at_once(carrier.write(action)));
        }
    };
    assert_eq!(hear(&carrier, Event::Timer), [Action::Send(vec![id(1), id(2)])]);
    let _ = refused();
    assert_eq!(hear(&carrier, Event::Timer), [Action::Send(vec![id(1)])]);
    let actions = refused();
    assert!(matches!(&actions[..], [Action::SetAside(_), Action::Send(_)]), "{actions:?}");
    assert_eq!(report(&carrier).aside, 1, "what is sent meanwhile says so");
    write(actions);
    let reused = Outcome::Refused { command: None, refusal: Refusal::IdReused };
    write(hear(&carrier, reply(vec![Answer { id: id(2), outcome: reused }])));
    assert_eq!(report(&carrier).aside, 2);
    let again = Carrier::new(opened(&place), MAX_BATCH_BYTES);
    at_once(again.load());
    assert_eq!(report(&again).aside, 2);
    let other = DeviceId(Uuid::from_u128(1));
    let foreign = again.report(other, (String::new(), Timestamp(0)), None, 2);
    assert_eq!((foreign.aside, foreign.pictures), (0, 0), "they are not its own");
    assert!(at_once(again.write(Action::Keep(Box::new(receipt())))));
    assert!(at_once(again.write(Action::Clear(vec![id(1), id(2)]))));
    let kept = at_once(again.queue().all()).unwrap();
    at_once(again.count_aside(&kept));
    assert_eq!((kept.records.len(), report(&again).aside), (0, 2), "they have gone");
}

#[test]
fn an_empty_batch_asks_after_what_waits_for_a_person_all_in_turn() {
    let place = Place::default();
    let carrier = leading(&place, 250);
    assert!(report(&carrier).asks.is_empty(), "nothing has an answer");
    let sent = hear(&carrier, Event::Timer);
    let all: Vec<_> = (1..=250).map(id).collect();
    assert_eq!(sent, [Action::Send(all.clone())]);
    let answers = all.iter().map(|id| Answer { id: *id, outcome: Outcome::Quarantined });
    for action in hear(&carrier, reply(answers.collect())) {
        assert!(at_once(carrier.write(action)));
    }
    let first = report(&carrier).asks;
    assert_eq!(first, all[..MOST_ASKED]);
    let second = report(&carrier).asks;
    assert_eq!(second, [&all[MOST_ASKED..], &all[..MOST_ASKED - 50]].concat());
    // What goes along with records asks after nothing.
    add(carrier.queue(), 251);
    let news = carrier.news(&at_once(carrier.queue().all()).unwrap());
    assert_eq!(carrier.hear(news, || 0), [Action::Send(vec![id(251)])]);
    assert!(report(&carrier).asks.is_empty());
    let _ = hear(&carrier, reply(vec![accepted(251)]));
    let other = DeviceId(Uuid::from_u128(1));
    let foreign = carrier.report(other, (String::new(), Timestamp(0)), None, 0);
    assert!(foreign.asks.is_empty(), "they are not its own");
}

#[test]
fn the_next_batch_does_not_wait_for_what_is_written_down() {
    let place = Place::default();
    let carrier = leading(&place, 251);
    let first = lists(hear(&carrier, Event::Timer)).concat();
    assert!(matches!(&first[..], [Action::Send(ids)] if ids.len() == 250), "{first:?}");
    let answers: Vec<_> = (1..=250).map(accepted).collect();
    let [sent, mut written] = <[_; 2]>::try_from(lists(hear(&carrier, reply(answers)))).unwrap();
    assert_eq!(sent, [Action::Send(vec![id(251)])]);
    assert!(is_writing(&written) && !is_writing(&sent));
    // What cannot be written down is asked for again, whatever was sent meanwhile.
    place.fated(|| Ending::Full);
    assert!(!at_once(carrier.write(written.remove(0))));
    assert!(hear(&carrier, reply(vec![accepted(251)])).is_empty(), "it is sent again");
    place.fated(|| Ending::Done);
    let again = hear(&carrier, Event::Timer);
    assert!(matches!(&again[..], [Action::Send(ids)] if ids.len() == 250), "{again:?}");
    // What only waits, or does nothing, is one list.
    assert!(matches!(&lists(Vec::new())[..], [nothing] if nothing.is_empty()));
    let wait = vec![Action::Wait { ms: 7 }];
    assert_eq!(lists(wait.clone()), [wait]);
}

#[test]
fn what_goes_next_is_known_once_the_server_has_answered() {
    let place = Place::default();
    let carrier = leading(&place, 1);
    assert_eq!(hear(&carrier, Event::Timer), [Action::Send(vec![id(1)])]);
    add(carrier.queue(), 2);
    let news = carrier.news(&at_once(carrier.queue().all()).unwrap());
    assert!(carrier.hear(news, || 0).is_empty(), "one is under way");
    assert!(carrier.ahead().is_empty());
    let _ = hear(&carrier, reply(vec![accepted(1)]));
    add(carrier.queue(), 3);
    let news = carrier.news(&at_once(carrier.queue().all()).unwrap());
    assert!(carrier.hear(news, || 0).is_empty());
    assert_eq!(carrier.ahead(), [id(3)], "2 is on its way");
}
