//! A phone that asks what the desk has resolved.

use super::*;

#[test]
fn a_phone_with_nothing_but_conflicts_asks_at_a_calm_pace_until_they_are_resolved() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply(vec![conflict(1)], vec![]), 0);
    assert!(waits(&actions).is_some_and(|ms| ms >= ASKING_MS / 2), "{actions:?}");
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
    assert!(sync.is_busy() && sync.handle(Event::Visible, 0).is_empty());
    assert!(!sync.is_sending(), "no record is under way");
    let actions = sync.handle(reply(vec![], vec![]), u32::MAX);
    assert!(waits(&actions).is_some_and(|ms| ms >= ASKING_MS / 2), "{actions:?}");
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
    let failed = sync.handle(status(500, None), 0);
    assert!(waits(&failed).is_some());
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
    let actions = sync.handle(reply(vec![], vec![accepted(1)]), 0);
    assert!(actions.contains(&Action::Clear(vec![id(1)])), "{actions:?}");
    assert_eq!(sent(&actions), Some(vec![]), "the coordination hears that nothing waits any more");
    let actions = sync.handle(reply(vec![], vec![accepted(1)]), 0);
    assert!(waits(&actions).is_some_and(|ms| ms > MAX_WAIT_MS), "{actions:?}");
}

#[test]
fn an_empty_batch_that_fails_does_not_make_the_next_ones_small() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![conflict(1)], vec![]), 0);
    sync.handle(Event::Timer, 0);
    sync.handle(status(413, None), 0);
    for number in 2..=9 {
        sync.handle(Event::Queued(item(number)), 0);
    }
    assert_eq!(sent(&sync.handle(Event::Timer, 0)).map(|ids| ids.len()), Some(8));
}

#[test]
fn an_answer_that_cannot_be_read_does_not_hold_the_whole_batch() {
    let mut sync = machine(1..=4);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)).unwrap().len(), 4);
    sync.handle(status(200, None), 0);
    let half = sent(&sync.handle(Event::Timer, 0)).unwrap();
    assert!(half.len() < 4, "{half:?}");
}

#[test]
fn a_second_reply_to_the_same_batch_says_nothing() {
    let mut sync = machine(1..=1);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![accepted(1)], Vec::new()), 0);
    assert_eq!(sync.handle(reply(vec![accepted(1)], Vec::new()), 0), Vec::new());
    assert_eq!(sync.contact(), Contact::Reached);
}
