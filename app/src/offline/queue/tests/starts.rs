//! The next start: after a death, with a summary, of a store that was closed or that tells no more
//! what the phone is.

use super::*;
use crate::offline::store::Value;

/// More than are read before the app is ready.
const MANY: u128 = 70;

/// A phone with many records, which were summed up.
fn summed() -> (Place, Queue) {
    let place = Place::default();
    let queue = opened(&place);
    for number in 1..=MANY {
        add(&queue, number);
    }
    all(&queue);
    at_once(queue.settle()).unwrap();
    assert!(place.text(META, SUMMARY).is_some());
    (place, queue)
}

fn changes(place: &Place) -> usize {
    let is_change = |key: &&String| key.starts_with("change ");
    place.keys(META).iter().filter(is_change).count()
}

#[test]
fn what_a_phone_dies_over_is_there_whole_or_not_at_all() {
    let place = Place::default();
    let first = opened(&place);
    add(&first, 1);
    answer(&first, 1, refused());
    place.fated(|| Ending::DiesBefore);
    let died = at_once(first.add(record(2, 0, Some(1)), None));
    assert_eq!(died.err(), Some(StorageError));
    assert!(place.has_died() && at_once(Queue::open(place.clone(), OTHER)).is_err());
    assert!(at_once(first.all()).is_err(), "it has ended");
    place.start();
    let second = opened(&place);
    assert_eq!(states(&second), [(1, ItemState::Refused)]);
    assert_eq!(one(&second, 1).held.replaced_by, None);
    place.fated(|| Ending::DiesAfter);
    assert!(at_once(second.add(record(2, 0, Some(1)), None)).is_err());
    place.start();
    place.fated(|| Ending::Done);
    let third = opened(&place);
    assert_eq!(states(&third), [(1, ItemState::Refused), (2, ItemState::Pending)]);
    assert_eq!(one(&third, 1).held.replaced_by, Some(id(2)));
    assert_eq!(add(&third, 3).head.sequence, 3, "its number was given");
}

#[test]
fn what_was_not_written_is_not_known_either() {
    let place = Place::default();
    let queue = opened(&place);
    add(&queue, 1);
    place.fated(|| Ending::Full);
    let answers = [Answer { id: id(1), outcome: accepted() }];
    assert_eq!(at_once(queue.store_answers(&answers, false)), Err(StorageError));
    assert_eq!(at_once(queue.clear(&[id(1)])), Err(StorageError));
    assert_eq!(at_once(queue.keep_receipt(&receipt())), Err(StorageError));
    assert_eq!(told(&place, &queue), [(1, ItemState::Pending)]);
    assert_eq!(at_once(queue.last_word()), Ok(None));
}

#[test]
fn a_start_reads_what_was_summed_up_and_no_record() {
    let (place, queue) = summed();
    assert_eq!(changes(&place), 0, "they are in the summary");
    let known = all(&queue);
    let key = id(7).to_string();
    // Were it read, nobody could.
    place.lay(SUBMISSIONS, &key, "{}".into());
    let second = opened(&place);
    let kept = at_once(second.now()).unwrap();
    assert!(kept.is_whole() && kept == known);
    // Now it is.
    place.lay(META, &format!("{SUMMARY} 0"), Value::Undefined);
    let kept = all(&opened(&place));
    assert_eq!((kept.records.len() as u128, kept.unreadable), (MANY - 1, 1));
    assert_eq!(states(&queue).len() as u128, MANY);
}

#[test]
fn what_has_changed_since_the_summary_is_read() {
    let (place, queue) = summed();
    answer(&queue, 3, accepted());
    add(&queue, MANY + 1);
    assert_eq!(changes(&place), 2);
    let told = told(&place, &queue);
    assert_eq!((told.len() as u128, told[2]), (MANY + 1, (3, ItemState::Sent)));
    // A summary that could not be written is written another time.
    for number in 1..=40 {
        answer(&queue, number, accepted());
    }
    place.fated(|| Ending::Full);
    all(&queue);
    assert_eq!(at_once(queue.settle()), Err(StorageError));
    assert!(changes(&place) > 40);
    place.fated(|| Ending::Done);
    at_once(opened(&place).settle()).unwrap();
    assert!(changes(&place) > 40, "that one has not read all so far");
    let second = opened(&place);
    answer(&second, 50, accepted());
    all(&second);
    at_once(second.settle()).unwrap();
    assert_eq!(changes(&place), 0);
    assert_eq!(states(&second), states(&queue));
}

#[test]
fn a_tab_that_misses_changes_begins_anew() {
    let (place, queue) = summed();
    let late = opened(&place);
    all(&late);
    for number in 1..=40 {
        answer(&queue, number, accepted());
    }
    all(&queue);
    at_once(queue.settle()).unwrap();
    assert_eq!(changes(&place), 0);
    assert_eq!(states(&late), states(&queue));
}

#[test]
fn what_an_older_tab_has_written_is_seen_by_whoever_doubts() {
    let place = Place::default();
    let queue = opened(&place);
    add(&queue, 1);
    all(&queue);
    // It notes nothing in a log.
    let theirs = record(2, 0, None).numbered(DEVICE, 2);
    place.lay(SUBMISSIONS, &id(2).to_string(), json::write(&theirs).into());
    assert_eq!(states(&queue).len(), 1);
    queue.doubt();
    assert_eq!(told(&place, &queue).len(), 2);
}

#[test]
fn a_store_that_the_browser_has_closed_is_opened_anew() {
    let place = Place::default();
    let queue = opened(&place);
    add(&queue, 1);
    place.close();
    assert_eq!(states(&queue), [(1, ItemState::Pending)]);
    place.close();
    answer(&queue, 1, accepted());
    assert_eq!(told(&place, &queue), [(1, ItemState::Sent)]);
}

#[test]
fn a_phone_that_cannot_read_its_name_is_another_one_and_counts_on() {
    let place = Place::default();
    let queue = opened(&place);
    add(&queue, 1);
    add(&queue, 2);
    place.lay(META, IDENTITY, "{".into());
    assert!(at_once(queue.add(record(3, 0, None), None)).is_err(), "no number is given twice");
    let renamed = at_once(Queue::open(place.clone(), OTHER)).unwrap();
    assert_eq!((renamed.device(), at_once(renamed.is_marked(RENAMED))), (OTHER, true));
    assert_eq!(renamed.former(), [Former { device: Some(DEVICE), last: 2 }]);
    let held = add(&renamed, 3);
    assert_eq!((held.head.sequence, renamed.maker(2), renamed.maker(3)), (3, DEVICE, OTHER));
    assert!(held.body.contains(r#""sequence":1"#), "the server's count begins anew");
    assert_eq!(told(&place, &renamed).len(), 3);
}

#[test]
fn a_phone_stays_what_it_was_called_first() {
    let place = Place::default();
    assert_eq!(opened(&place).device(), DEVICE);
    assert_eq!(at_once(Queue::open(place.clone(), OTHER)).unwrap().device(), DEVICE);
}

#[test]
fn bytes_are_kept_until_they_are_removed() {
    let queue = opened(&Place::default());
    at_once(queue.put_bytes(SETUP, "chips", &[1, 2])).unwrap();
    assert_eq!(at_once(queue.bytes(SETUP, "chips")), Ok(Some(vec![1, 2])));
    at_once(queue.delete(SETUP, "chips")).unwrap();
    assert_eq!(at_once(queue.bytes(SETUP, "chips")), Ok(None));
}
