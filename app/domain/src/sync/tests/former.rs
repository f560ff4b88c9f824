//! A phone that was another device before.

use super::*;

const FIRST: DeviceId = DeviceId(Uuid::from_u128(5));
const SECOND: DeviceId = DeviceId(Uuid::from_u128(6));

/// It made two records as the first, one as the second, and two as what it is now.
fn renamed() -> Sync {
    let former = |device, last| Former { device: Some(device), last };
    machine(1..=5).formerly(vec![former(FIRST, 2), former(SECOND, 3)])
}

fn keeps(actions: &[Action]) -> bool {
    actions.iter().any(|action| matches!(action, Action::Keep(_)))
}

#[test]
fn each_record_goes_home_as_the_device_that_made_it() {
    let mut sync = renamed();
    let batches = [(FIRST, vec![1, 2]), (SECOND, vec![3]), (DEVICE, vec![4, 5])];
    let mut actions = sync.handle(Event::Timer, 0);
    for (device, numbers) in batches {
        let ids: Vec<_> = numbers.iter().copied().map(id).collect();
        assert_eq!(sent(&actions), Some(ids.clone()));
        assert_eq!(sync.sender(&ids), device);
        let answers: Vec<_> = numbers.iter().copied().map(accepted).collect();
        actions = sync.handle(reply_to(device, answers, vec![]), 0);
        assert!(actions.contains(&Action::Clear(ids)), "{actions:?}");
        assert_eq!(keeps(&actions), device == DEVICE, "the phone's word is of what it is now");
    }
    assert_eq!(sync.tally(), Tally::default());
}

#[test]
fn a_receipt_for_another_of_its_devices_clears_nothing() {
    let mut sync = renamed();
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply_to(DEVICE, vec![accepted(1), accepted(2)], vec![]), 0);
    assert!(waits(&actions).is_some() && actions.len() == 1, "{actions:?}");
    assert_eq!(sync.contact(), Contact::NotOurs);
    assert_eq!(sync.state(id(1)), Some(ItemState::Pending));
}

#[test]
fn a_record_of_before_that_breaks_the_server_holds_no_new_one() {
    let mut sync = renamed();
    sync.handle(Event::Timer, 0);
    sync.handle(status(500, None), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(1)]));
    sync.handle(status(500, None), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(2)]));
    let actions = sync.handle(reply_to(FIRST, vec![accepted(2)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(3)]));
    let actions = sync.handle(reply_to(SECOND, vec![accepted(3)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(4), id(5)]));
    let actions = sync.handle(reply_to(DEVICE, vec![accepted(4), accepted(5)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(1)]));
}

#[test]
fn the_desk_is_asked_as_each_device_whose_records_wait_there() {
    let mut sync = renamed();
    sync.handle(Event::Timer, 0);
    sync.handle(reply_to(FIRST, vec![accepted(1), conflict(2)], vec![]), 0);
    sync.handle(reply_to(SECOND, vec![accepted(3)], vec![]), 0);
    sync.handle(reply_to(DEVICE, vec![accepted(4), conflict(5)], vec![]), 0);
    assert_eq!(sync.tally().at_desk, 1);
    assert_eq!(sync.tally_of(FIRST).at_desk, 1);
    for device in [FIRST, DEVICE, FIRST] {
        assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![]));
        assert_eq!(sync.sender(&[]), device);
        sync.handle(reply_to(device, vec![], vec![]), 0);
    }
    sync.handle(Event::Timer, 0);
    sync.handle(reply_to(DEVICE, vec![], vec![]), 0);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply_to(FIRST, vec![], vec![accepted(2)]), 0);
    assert!(actions.contains(&Action::Clear(vec![id(2)])), "{actions:?}");
    assert_eq!(sync.sender(&[]), DEVICE, "nobody else is waited for any more");
}

#[test]
fn a_phone_speaks_of_itself_first() {
    let former = Former { device: Some(FIRST), last: 1 };
    let held = Item { state: ItemState::Conflict, ..item(1) };
    let mut sync = Sync::new(DEVICE, [held]).formerly(vec![former]);
    sync.handle(Event::Timer, 0);
    assert_eq!(sync.sender(&[]), DEVICE);
    sync.handle(reply_to(DEVICE, vec![], vec![]), 0);
    sync.handle(Event::Timer, 0);
    assert_eq!(sync.sender(&[]), FIRST);
}

#[test]
fn what_nobody_knows_the_maker_of_goes_as_the_phone_is_called_now() {
    let lost = Former { device: None, last: 2 };
    assert_eq!(maker(&[lost], 2), None);
    let second = Former { device: Some(SECOND), last: 4 };
    assert_eq!(maker(&[lost, second], 2), None, "the second made those behind it only");
    assert_eq!(maker(&[lost, second], 3), Some(SECOND));
    assert_eq!(maker(&[lost, second], 5), None);
    let mut sync = machine(1..=3).formerly(vec![lost]);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(1), id(2), id(3)]));
}
