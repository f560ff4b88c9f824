//! Records that the server refused, and their corrections.

use super::*;

#[test]
fn a_refused_record_stays_until_a_person_has_dealt_with_it() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![refused(1)], vec![]), 0);
    for event in [Event::Online, Event::Visible, Event::Timer] {
        assert_eq!(sent(&sync.handle(event, 0)), Some(vec![]), "it is not sent again");
        sync.handle(reply(vec![], vec![]), 0);
    }
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused));
    assert!(sync.handle(Event::Gone(id(1)), 0).is_empty());
    assert_eq!(sync.state(id(1)), None);
}

#[test]
fn a_correction_that_is_stored_clears_the_record_it_mends() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![refused(1)], vec![]), 0);
    sync.handle(Event::Queued(Item { replaces: Some(id(1)), ..item(2) }), 0);
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused), "until the server has the other");
    let actions = sync.handle(reply(vec![accepted(2)], vec![]), 0);
    assert!(actions.contains(&Action::Clear(vec![id(2), id(1)])));
}

#[test]
fn a_correction_of_a_correction_clears_all_that_came_before() {
    let refused = |number| Item { state: ItemState::Refused, ..item(number) };
    let second = Item { replaces: Some(id(1)), ..refused(2) };
    let third = Item { replaces: Some(id(2)), ..item(3) };
    let mut sync = Sync::new(DEVICE, [refused(1), second, third]);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply(vec![accepted(3)], vec![]), 0);
    assert!(actions.contains(&Action::Clear(vec![id(3), id(2), id(1)])), "{actions:?}");
    assert_eq!((sync.state(id(1)), sync.state(id(2))), (None, None));
}

#[test]
fn what_a_person_withdrew_is_known_before_anything_is_sent() {
    let mut sync = machine([1, 2]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![refused(1), conflict(2)], vec![]), 0);
    let (written, left) = (item(3), Item { state: ItemState::Conflict, ..item(2) });
    let news = sync.news(&[left, written]);
    assert_eq!(news, [Event::Gone(id(1)), Event::Queued(written)]);
    assert!(sync.handle(Event::Gone(id(1)), 0).is_empty());
    assert_eq!((sync.state(id(1)), sync.tally().to_mend), (None, 0));
    assert_eq!(sent(&sync.handle(Event::Queued(written), 0)), Some(vec![id(3)]));
    assert!(sync.news(&[left, written]).is_empty());
    assert!(sync.news(&[written, left]).is_empty(), "nor in another order");
    let other = Item { sequence: 3, ..item(4) };
    let news = sync.news(&[left, other]);
    assert_eq!(news, [Event::Gone(id(3)), Event::Queued(other)], "as many, and not the same");
    sync.handle(Event::Gone(id(3)), 0);
    assert_eq!(sync.state(id(3)), Some(ItemState::Sending), "its answer is on the way");
}

#[test]
fn what_a_correction_has_put_right_holds_nothing_before_that_is_written_down() {
    let visit = Some(VisitId(Uuid::from_u128(1)));
    let refused = |number| Item { visit, state: ItemState::Refused, ..item(number) };
    let second = Item { replaces: Some(id(1)), ..refused(2) };
    let third = Item { visit, replaces: Some(id(2)), ..item(3) };
    let behind = Item { visit, ..item(4) };
    // As the store still has them.
    let held = [refused(1), second, third, behind];
    let mut sync = Sync::new(DEVICE, [refused(1), second, third]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![accepted(3)], vec![]), 0);
    let mut actions = Vec::new();
    for event in sync.news(&held) {
        actions.extend(sync.handle(event, 0));
    }
    assert_eq!(sent(&actions), Some(vec![id(4)]), "{actions:?}");
    assert_eq!(sync.tally().to_mend, 0);
    // What nothing has put right, or what was refused itself, waits for a person.
    let other = Sync::new(DEVICE, [second]);
    assert_eq!(other.news(&held[..2]), [Event::Queued(refused(1))]);
}

#[test]
fn a_page_that_is_not_ours_is_no_word_of_the_server() {
    assert_eq!(Failure::of(404, None, false), Failure::NotOurs);
    let late = Failure::Status { code: 408, refusal: None };
    assert_eq!(Failure::of(408, None, false), late);
    assert_eq!(Failure::of(408, Some(Refusal::Unreadable), true), late);
    assert_eq!(Failure::of(502, None, false), Failure::Status { code: 502, refusal: None });
    let refusal = Some(Refusal::SignedOut);
    let status = Failure::Status { code: 401, refusal: refusal.clone() };
    assert_eq!(Failure::of(401, refusal, true), status);
}

#[test]
fn what_the_desk_resolved_under_the_identifier_of_a_refused_record_clears_nothing() {
    let mut sync = machine([1, 2]);
    sync.handle(Event::Timer, 0);
    let outcome = Outcome::Refused { command: None, refusal: Refusal::IdReused };
    let reused = Answer { id: id(1), outcome };
    let mut actions = sync.handle(reply(vec![reused, accepted(2)], vec![accepted(1)]), 0);
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused));
    sync.handle(Event::Timer, 0);
    actions.extend(sync.handle(reply(vec![], vec![accepted(1)]), 0));
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused));
    let clears = |action: &Action| matches!(action, Action::Clear(ids) if ids.contains(&id(1)));
    assert!(!actions.iter().any(clears), "{actions:?}");
}

#[test]
fn what_the_desk_recorded_of_a_refused_record_is_cleared() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![refused(1)], vec![]), 0);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply(vec![], vec![accepted(1)]), 0);
    assert!(actions.contains(&Action::Store(vec![accepted(1)])), "{actions:?}");
    assert!(actions.contains(&Action::Clear(vec![id(1)])), "{actions:?}");
    assert_eq!(sync.tally().to_mend, 0);
}

#[test]
fn what_the_desk_put_away_is_written_down_once_and_stays() {
    let outcome = Outcome::Refused { command: None, refusal: Refusal::PutAway };
    let told = Answer { id: id(1), outcome };
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![refused(1)], vec![]), 0);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply(vec![], vec![told.clone()]), 0);
    assert!(actions.contains(&Action::Store(vec![told.clone()])), "{actions:?}");
    assert_eq!(sent(&actions), Some(vec![]));
    let actions = sync.handle(reply(vec![], vec![told.clone()]), 0);
    assert!(!actions.iter().any(|action| matches!(action, Action::Store(_))), "{actions:?}");
    assert!(waits(&actions).is_some(), "it is not asked again and again: {actions:?}");
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused), "until somebody withdraws it");
    // Nor is what was refused for another reason anything new.
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply(vec![], vec![refused(1)]), 0);
    assert!(!actions.iter().any(|action| matches!(action, Action::Store(_))), "{actions:?}");
}

#[test]
fn what_a_correction_has_mended_is_not_told_beside_it() {
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![refused(1)], vec![]), 0);
    sync.handle(Event::Queued(Item { replaces: Some(id(1)), ..item(2) }), 0);
    let actions = sync.handle(reply(vec![accepted(2)], vec![accepted(1)]), 0);
    assert!(actions.contains(&Action::Store(vec![accepted(2)])), "{actions:?}");
    assert_eq!(sent(&actions), None);
}

#[test]
fn what_was_set_aside_is_not_what_the_desk_resolved() {
    let aside = Item { state: ItemState::Refused, is_aside: true, ..item(1) };
    let mut sync = Sync::new(DEVICE, [aside, item(2)]);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![accepted(2)], vec![accepted(1)]), 0);
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused));
    let mut sync = machine([1]);
    sync.handle(Event::Timer, 0);
    sync.handle(status(400, Some(Refusal::Unreadable)), 0);
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![], vec![accepted(1)]), 0);
    assert_eq!(sync.state(id(1)), Some(ItemState::Refused));
}

#[test]
fn a_record_over_which_the_server_breaks_again_and_again_is_named() {
    let mut sync = machine([1, 2]);
    sync.handle(Event::Timer, 0);
    for turn in 0..20 {
        if sync.stuck() == [id(1)] {
            break;
        }
        assert!(turn < 19, "{:?}", sync.stuck());
        let under_way = |number| sync.state(id(number)) == Some(ItemState::Sending);
        let event = match (under_way(1), under_way(2)) {
            (true, _) => status(500, None),
            (false, true) => reply(vec![accepted(2)], vec![]),
            (false, false) => Event::Timer,
        };
        sync.handle(event, 0);
    }
    // One try more brings it home.
    sync.handle(Event::Timer, 0);
    sync.handle(reply(vec![accepted(1)], vec![]), 0);
    assert!(sync.stuck().is_empty());
}
