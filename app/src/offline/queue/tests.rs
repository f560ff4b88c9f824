//! The queue on a store in memory: what is in the store afterwards, and what whoever opens it then
//! is told of it.

mod starts;

use super::*;
use crate::offline::held::{Kept, Record};
use crate::offline::polled::at_once;
use crate::offline::store::Ending;
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome};
use uuid::Uuid;

const DEVICE: DeviceId = DeviceId(Uuid::from_u128(0xd0));
const OTHER: DeviceId = DeviceId(Uuid::from_u128(0xd1));

fn id(number: u128) -> SubmissionId {
    SubmissionId(Uuid::from_u128(number))
}

/// A record made at a moment, which mends another.
fn record(number: u128, at: i64, replaces: Option<u128>) -> NewRecord {
    NewRecord {
        recorded_at: Timestamp(at),
        replaces: replaces.map(id),
        form: format!("form {number}"),
        ..NewRecord::blank(id(number))
    }
}

fn opened(place: &Place) -> Queue {
    at_once(Queue::open(place.clone(), DEVICE)).unwrap()
}

fn add(queue: &Queue, number: u128) -> Held {
    at_once(queue.add(record(number, 0, None), None)).unwrap()
}

fn accepted() -> Outcome {
    Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() }
}

fn refused() -> Outcome {
    Outcome::Refused { command: None, refusal: Refusal::ConsentMissing }
}

fn answer(queue: &Queue, number: u128, outcome: Outcome) {
    at_once(queue.store_answers(&[Answer { id: id(number), outcome }], false)).unwrap();
}

fn receipt() -> Receipt {
    Receipt {
        device: DEVICE,
        batch_hash: String::new(),
        stored_total: 0,
        complete_to_sequence: 0,
        answered_at: Timestamp(0),
        kid: String::new(),
        signature: String::new(),
    }
}

fn all(queue: &Queue) -> Kept {
    at_once(queue.all()).unwrap()
}

fn one(queue: &Queue, number: u128) -> Record {
    at_once(queue.opened(&[id(number)])).unwrap().pop().unwrap()
}

/// The numbers of what is there, in the order of their making, each with its state.
fn states(queue: &Queue) -> Vec<(u128, ItemState)> {
    let records = all(queue).records.into_iter();
    records.map(|record| (record.held.head.id.0.as_u128(), record.held.state)).collect()
}

/// The same for a tab that is opened now, and for this one.
fn told(place: &Place, queue: &Queue) -> Vec<(u128, ItemState)> {
    let told = states(queue);
    assert_eq!(states(&opened(place)), told, "as whoever opens it now is told");
    told
}

#[test]
fn a_record_is_kept_closed_and_opens_as_it_was() {
    let place = Place::default();
    let queue = opened(&place);
    let held = add(&queue, 1);
    assert_eq!((held.head.sequence, held.state), (1, ItemState::Pending));
    let stored = place.text(SUBMISSIONS, &id(1).to_string()).unwrap();
    let stored: Held = json::read(&stored).unwrap();
    assert!(stored.body.is_empty() && vault::is_sealed(&stored.content));
    let found = one(&opened(&place), 1);
    assert_eq!((&found.held.body, &found.held.form), (&held.body, &held.form));
    assert_eq!(found.outcome, None);
    // One that an older app kept in the open is read all the same.
    let open = record(2, 0, None).numbered(DEVICE, 2);
    place.lay(SUBMISSIONS, &id(2).to_string(), json::write(&open).into());
    assert_eq!(one(&queue, 2).held.body, open.body);
}

#[test]
fn a_number_that_another_tab_has_taken_is_not_given_again() {
    let place = Place::default();
    let (one, other) = (opened(&place), opened(&place));
    assert_eq!(add(&one, 1).head.sequence, 1);
    assert_eq!(add(&other, 2).head.sequence, 2, "both thought that 1 was next");
    assert_eq!(add(&one, 3).head.sequence, 3);
    let pending = |number| (number, ItemState::Pending);
    assert_eq!(told(&place, &one), [1, 2, 3].map(pending));
    assert_eq!(states(&other), [1, 2, 3].map(pending));
}

#[test]
fn a_record_that_another_tab_has_kept_is_not_written_over() {
    let place = Place::default();
    let (first, other) = (opened(&place), opened(&place));
    let held = add(&first, 1);
    answer(&first, 1, accepted());
    let again = NewRecord { form: "other".to_owned(), ..record(1, 0, None) };
    assert_eq!(at_once(other.add(again, None)).err(), Some(StorageError));
    assert_eq!(told(&place, &other), [(1, ItemState::Sent)]);
    assert_eq!(one(&other, 1).held.form, held.form);
    assert_eq!(add(&other, 2).head.sequence, 2, "no number went with it");
}

#[test]
fn a_draft_goes_with_the_record_that_was_made_of_it_or_stays() {
    let place = Place::default();
    let queue = opened(&place);
    assert_eq!(at_once(queue.put_visit(queue.ask_visit(), Some("half"))), Ok(true));
    place.fated(|| Ending::Full);
    let full = at_once(queue.add(record(1, 0, None), Some(("visit", None))));
    assert_eq!(full.err(), Some(StorageError));
    assert_eq!(at_once(queue.text(DRAFTS, "visit")).as_deref(), Some("half"));
    assert!(told(&place, &queue).is_empty());
    place.fated(|| Ending::Done);
    let rest = Some("rest".to_owned());
    at_once(queue.add(record(1, 0, None), Some(("visit", rest)))).unwrap();
    assert_eq!(at_once(queue.text(DRAFTS, "visit")).as_deref(), Some("rest"));
    at_once(queue.add(record(2, 0, None), Some(("visit", None)))).unwrap();
    assert_eq!(at_once(queue.text(DRAFTS, "visit")), None);
}

#[test]
fn a_draft_that_another_tab_has_written_stays_and_what_was_overtaken_is_not_written() {
    let place = Place::default();
    let (one, other) = (opened(&place), opened(&place));
    let put = |queue: &Queue, text| at_once(queue.put_visit(queue.ask_visit(), text));
    assert_eq!(put(&one, Some("own")), Ok(true));
    assert_eq!(put(&other, Some("theirs")), Ok(false), "something else lies there");
    assert_eq!(put(&other, None), Ok(false));
    assert_eq!(put(&one, None), Ok(true));
    assert_eq!(put(&other, Some("theirs")), Ok(true));
    at_once(one.add(record(1, 0, None), Some(("visit", None)))).unwrap();
    assert_eq!(at_once(one.text(DRAFTS, "visit")).as_deref(), Some("theirs"));
    // Who has read it goes on with it.
    let (seen, _) = at_once(one.forms(["visit"])).unwrap();
    one.go_on_with(&seen);
    let late = one.ask_visit();
    assert_eq!(put(&one, Some("newer")), Ok(true));
    assert_eq!(at_once(one.put_visit(late, Some("older"))), Ok(true), "nobody waits for it");
    assert_eq!(at_once(one.text(DRAFTS, "visit")).as_deref(), Some("newer"));
}

#[test]
fn a_form_that_another_tab_has_changed_is_not_written_over() {
    let place = Place::default();
    let (one, other) = (opened(&place), opened(&place));
    let (seen, [text]) = at_once(one.forms(["visit"])).unwrap();
    assert_eq!(text, None);
    at_once(other.put_text(DRAFTS, "visit", "theirs")).unwrap();
    let own = || vec![("visit", Some("own".to_owned()))];
    assert_eq!(at_once(one.exchange(&seen, own())), Ok(false));
    let (seen, [text]) = at_once(one.forms(["visit"])).unwrap();
    assert_eq!(text.as_deref(), Some("theirs"));
    assert_eq!(at_once(one.exchange(&seen, own())), Ok(true));
    assert_eq!(at_once(other.text(DRAFTS, "visit")).as_deref(), Some("own"));
}

#[test]
fn what_has_its_answer_is_told_with_it_and_what_a_person_has_dealt_with_goes() {
    use ItemState::{Pending, Refused, Sent};
    let place = Place::default();
    let queue = opened(&place);
    for number in 1..=3 {
        add(&queue, number);
    }
    answer(&queue, 1, accepted());
    answer(&queue, 2, refused());
    assert_eq!(told(&place, &queue), [(1, Sent), (2, Refused), (3, Pending)]);
    assert_eq!(one(&opened(&place), 2).outcome, Some(refused()));
    at_once(queue.clear(&[id(1), id(2)])).unwrap();
    assert_eq!(told(&place, &queue), [(1, Sent), (3, Pending)], "the day's list keeps the first");
    assert!(one(&queue, 1).held.is_cleared);
    assert!(!place.keys(ANSWERS).contains(&id(2).to_string()));
    // An answer to what is there no more is written nowhere.
    answer(&queue, 2, accepted());
    assert_eq!(place.keys(ANSWERS), [id(1).to_string()]);
}

#[test]
fn what_is_sent_is_at_hand_and_nothing_of_what_has_gone() {
    let place = Place::default();
    let queue = opened(&place);
    let bodies = [1, 2].map(|number| add(&queue, number).body);
    let ids = [id(1), id(2)];
    for queue in [&queue, &opened(&place)] {
        let Outgoing::Plain(plain) = at_once(queue.outgoing(&ids)).unwrap() else {
            panic!("they can be read")
        };
        assert_eq!(plain, bodies);
    }
    at_once(queue.keep_copy(id(2), "copy".to_owned())).unwrap();
    // What is closed under a key that has gone goes as its copy.
    for id in ids {
        let text = place.text(SUBMISSIONS, &id.to_string()).unwrap();
        let held: Held = json::read(&text).unwrap();
        let shut = held.sealed("~elsewhere".to_owned());
        place.lay(SUBMISSIONS, &id.to_string(), json::write(&shut).into());
    }
    let Outgoing::Sealed(copies) = at_once(opened(&place).outgoing(&ids)).unwrap() else {
        panic!("they cannot be read")
    };
    assert_eq!(copies, ["copy"]);
}

#[test]
fn an_accepted_correction_puts_right_what_it_mends() {
    let place = Place::default();
    let queue = opened(&place);
    add(&queue, 1);
    answer(&queue, 1, refused());
    at_once(queue.add(record(2, 0, Some(1)), None)).unwrap();
    assert_eq!(one(&queue, 1).held.replaced_by, Some(id(2)));
    answer(&queue, 2, refused());
    at_once(queue.add(record(3, 0, Some(2)), None)).unwrap();
    answer(&queue, 3, accepted());
    let sent = |number| (number, ItemState::Sent);
    assert_eq!(told(&place, &queue), [1, 2, 3].map(sent), "and what that one mends");
    // What the desk says of it later changes nothing.
    answer(&queue, 1, refused());
    assert_eq!(told(&place, &queue), [1, 2, 3].map(sent));
}

#[test]
fn a_record_whose_correction_is_withdrawn_waits_for_a_person_again() {
    let place = Place::default();
    let queue = opened(&place);
    add(&queue, 1);
    answer(&queue, 1, refused());
    at_once(queue.add(record(2, 0, Some(1)), None)).unwrap();
    answer(&queue, 2, refused());
    at_once(queue.clear(&[id(2)])).unwrap();
    assert_eq!(told(&place, &queue), [(1, ItemState::Refused)]);
    assert_eq!(one(&opened(&place), 1).held.replaced_by, None);
}

#[test]
fn what_is_withdrawn_goes_with_the_word_of_it_or_not_at_all() {
    let place = Place::default();
    let queue = opened(&place);
    let [maker, ..] = [1, 2, 3, 4].map(|number| add(&queue, number).head.actor);
    for number in [1, 2, 4] {
        answer(&queue, number, refused());
    }
    at_once(queue.store_answers(&[Answer { id: id(3), outcome: refused() }], true)).unwrap();
    let withdraw = |number, by| {
        let record = all(&queue).record(id(number)).cloned().unwrap();
        at_once(queue.withdraw(&record, (by, Timestamp(9))))
    };
    place.fated(|| Ending::Full);
    assert!(withdraw(1, maker).is_err());
    assert_eq!((at_once(queue.untold()), all(&queue).records.len()), (Vec::new(), 4));
    place.fated(|| Ending::Done);
    // Somebody else's, and one that was set aside, the desk does not believe or does not ask for.
    withdraw(2, None).unwrap();
    withdraw(3, maker).unwrap();
    withdraw(1, maker).unwrap();
    place.fated(|| Ending::DiesAfter);
    let _ = withdraw(4, maker);
    place.fated(|| Ending::Done);
    place.start();
    let queue = opened(&place);
    let told = |number| Withdrawn { id: id(number), at: Timestamp(9) };
    assert_eq!(at_once(queue.untold()), [told(1), told(4)]);
    assert!(all(&queue).records.is_empty());
    let heard = [Answer { id: id(1), outcome: refused() }];
    at_once(queue.hear(&[told(1)], &heard));
    assert_eq!(at_once(queue.untold()), [told(4)]);
}

#[test]
fn only_what_was_sent_on_an_earlier_day_is_forgotten() {
    let place = Place::default();
    let queue = opened(&place);
    // Sent, waiting, refused, and one that was set aside and mended; then today's.
    let made = [(1, 5, None), (2, 5, None), (3, 5, None), (4, 5, None), (5, 6, Some(4))];
    for (number, at, replaces) in made.into_iter().chain([(6, 10, None)]) {
        at_once(queue.add(record(number, at, replaces), None)).unwrap();
    }
    let unreadable = Outcome::Refused { command: None, refusal: Refusal::Unreadable };
    answer(&queue, 1, accepted());
    answer(&queue, 3, refused());
    let aside = [Answer { id: id(4), outcome: unreadable }];
    at_once(queue.store_answers(&aside, true)).unwrap();
    // The fifth mends it.
    answer(&queue, 5, accepted());
    answer(&queue, 6, accepted());
    at_once(queue.keep_receipt(&receipt())).unwrap();
    let count = |queue: &Queue| {
        let word = at_once(queue.last_word()).unwrap().unwrap();
        let here = all(queue).records.iter().filter(|record| record.is_aside()).count();
        (word.last, word.gone_aside, here)
    };
    assert_eq!(count(&queue), (6, 0, 1));
    at_once(queue.forget_before(Timestamp(10))).unwrap();
    let numbers = |queue: &Queue| states(queue).into_iter().map(|(number, _)| number);
    assert!(numbers(&queue).eq([2, 3, 6]), "{:?}", told(&place, &queue));
    assert_eq!(count(&queue), (6, 1, 0), "it stays counted");
    at_once(opened(&place).forget_before(Timestamp(10))).unwrap();
    assert_eq!(count(&queue), (6, 1, 0));
    assert_eq!(told(&place, &queue).len(), 3);
}

/// A store in which an older app has kept a record of which the server keeps nothing: that is said
/// by its answer, which lies in the open, and by nothing beside the record.
fn set_aside_before(state: ItemState) -> Place {
    let place = Place::default();
    let key = id(1).to_string();
    add(&opened(&place), 1);
    let stored = place.text(SUBMISSIONS, &key).unwrap();
    let is_cleared = state == ItemState::Sent;
    let held = Held { state, is_cleared, ..json::read(&stored).unwrap() };
    let outcome = Outcome::Refused { command: None, refusal: Refusal::IdReused };
    place.lay(SUBMISSIONS, &key, json::write(&held).into());
    place.lay(ANSWERS, &key, json::write(&Answer { id: id(1), outcome }).into());
    place
}

#[test]
fn what_an_older_app_has_set_aside_stays_so_once_it_is_mended_and_answered_again() {
    let (place, mended) = (set_aside_before(ItemState::Refused), set_aside_before(ItemState::Sent));
    let queue = opened(&place);
    let is_aside = |queue: &Queue| all(queue).record(id(1)).unwrap().is_aside();
    assert!(is_aside(&queue));
    at_once(queue.add(record(2, 0, Some(1)), None)).unwrap();
    assert!(is_aside(&queue));
    answer(&queue, 2, accepted());
    assert!(is_aside(&queue), "by the window that has written it, which reads it no more");
    assert!(is_aside(&opened(&place)));
    // The answer that said so is written over by what the desk says later.
    for place in [&place, &mended] {
        let queue = opened(place);
        assert!(is_aside(&queue));
        answer(&queue, 1, refused());
        assert!(is_aside(&queue) && is_aside(&opened(place)));
        at_once(queue.keep_receipt(&receipt())).unwrap();
        at_once(queue.forget_before(Timestamp(10))).unwrap();
        assert_eq!(at_once(queue.last_word()).unwrap().unwrap().gone_aside, 1, "once");
    }
}
