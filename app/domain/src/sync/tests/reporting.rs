//! A phone that says how it stands.

use super::*;

#[test]
fn a_phone_with_nothing_says_so_at_its_start_and_seldom_afterwards() {
    let mut sync = machine([]);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
    let actions = sync.handle(reply(vec![], vec![]), u32::MAX);
    assert!(waits(&actions).is_some_and(|ms| (REPORT_MS / 2..=REPORT_MS).contains(&ms)));
    for event in [Event::Online, Event::Visible, Event::Timer] {
        assert_eq!(sent(&sync.handle(event, 0)), Some(vec![]), "how it looks now is not known");
        let actions = sync.handle(reply(vec![], vec![]), 0);
        assert!(waits(&actions).is_some_and(|ms| ms > MAX_WAIT_MS), "{actions:?}");
    }
}

#[test]
fn a_word_that_is_lost_is_not_tried_again_and_again() {
    let mut sync = machine([]);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(Event::Failed(Failure::Unreachable), 0);
    assert!(waits(&actions).is_some_and(|ms| ms > MAX_WAIT_MS), "{actions:?}");
    assert_eq!(sent(&sync.handle(Event::Online, 0)), Some(vec![]), "but as soon as there is hope");
    let actions = sync.handle(Event::Failed(Failure::Unreachable), 0);
    assert!(waits(&actions).is_some_and(|ms| ms <= 4_000), "it may have come early: {actions:?}");
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
    let actions = sync.handle(Event::Failed(Failure::Unreachable), 0);
    assert!(waits(&actions).is_some_and(|ms| ms > MAX_WAIT_MS), "once: {actions:?}");
    let actions = sync.handle(Event::Queued(item(1)), 0);
    assert_eq!(sent(&actions), Some(vec![id(1)]), "a record does not wait for it");
    let actions = sync.handle(Event::Failed(Failure::Unreachable), 0);
    assert!(waits(&actions).is_some_and(|ms| ms <= 1_000), "{actions:?}");
}

#[test]
fn a_record_is_tried_at_once_although_a_word_was_lost_after_failures() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![conflict(1)], vec![]), 0);
    for _ in 0..4 {
        assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
        sync.handle(Event::Failed(Failure::Unreachable), 0);
    }
    sync.handle(Event::Gone(id(1)), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
    let actions = sync.handle(Event::Failed(Failure::Unreachable), 0);
    assert!(waits(&actions).is_some_and(|ms| ms > MAX_WAIT_MS), "{actions:?}");
    assert_eq!(sent(&sync.handle(Event::Queued(item(2)), 0)), Some(vec![id(2)]));
}

#[test]
fn a_record_that_came_while_a_word_was_under_way_is_sent_after_it() {
    let mut sync = machine([]);
    sync.handle(Event::Timer, 0);
    assert!(sync.handle(Event::Queued(item(1)), 0).is_empty());
    let mut lost = sync.clone();
    assert_eq!(sent(&sync.handle(reply(vec![], vec![]), 0)), Some(vec![id(1)]));
    let actions = lost.handle(status(503, None), 0);
    assert!(waits(&actions).is_some_and(|ms| ms <= MAX_WAIT_MS), "{actions:?}");
}

#[test]
fn a_phone_counts_what_it_holds_where_it_waits() {
    let in_state = |number, state| Item { state, ..item(number) };
    let held = [
        in_state(1, ItemState::Sent),
        in_state(2, ItemState::Pending),
        in_state(3, ItemState::Refused),
        in_state(4, ItemState::Refused),
        in_state(5, ItemState::Conflict),
        in_state(6, ItemState::Quarantined),
        Item { replaces: Some(id(4)), ..item(7) },
    ];
    let mut sync = Sync::new(DEVICE, held);
    let tally = Tally { waiting: 2, to_mend: 1, at_desk: 2, oldest: Some(Timestamp(2)) };
    assert_eq!(sync.tally(), tally);
    sync.handle(Event::Timer, 0);
    assert_eq!(sync.tally(), tally, "what is under way has no answer yet");
    sync.handle(reply(vec![accepted(2), refused(7)], vec![]), 0);
    assert_eq!(sync.tally(), Tally { waiting: 0, to_mend: 2, at_desk: 2, oldest: None });
    assert_eq!(machine([]).tally(), Tally::default());
    let told = tally.report("b".to_owned(), Timestamp(9), None, (3, 4));
    assert_eq!((told.waiting, told.to_mend, told.at_desk), (2, 1, 2));
    assert_eq!((told.aside, told.pictures), (3, 4));
}

#[test]
fn a_phone_asks_after_what_waits_for_a_person_and_may_have_been_resolved() {
    let in_state = |number, state| Item { state, ..item(number) };
    let held = [
        in_state(1, ItemState::Refused),
        in_state(2, ItemState::Conflict),
        in_state(3, ItemState::Quarantined),
        in_state(4, ItemState::Sent),
        in_state(5, ItemState::Pending),
        Item { is_aside: true, ..in_state(6, ItemState::Refused) },
        Item { is_put_away: true, ..in_state(7, ItemState::Refused) },
    ];
    let sync = Sync::new(DEVICE, held);
    assert!(sync.unsettled_of(DEVICE).eq([1, 2, 3].map(id)));
    assert_eq!(sync.unsettled_of(DeviceId(Uuid::nil())).count(), 0);
}
