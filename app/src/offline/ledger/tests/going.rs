//! What is at hand to go to the server, and what has gone from the phone.

use super::super::at_hand::MOST;
use super::*;

#[test]
fn submissions_are_at_hand_until_they_have_an_answer() {
    let (store, mut tab) = summed(40);
    let all = store.truth();
    let waiting = |at: usize, body: &str| Held { body: body.to_owned(), ..all[at].clone() };
    let (id, later) = (all[0].head.id, all[9].head.id);
    tab.ledger.keep_at_hand(&waiting(0, "{}"));
    assert_eq!(tab.ledger.at_hand(id), Some("{}"));
    tab.ledger.keep_at_hand(&waiting(9, &"x".repeat(MOST)));
    assert_eq!(tab.ledger.at_hand(later), None, "there is no room for it");
    tab.ledger.keep_at_hand(&Held { state: ItemState::Refused, ..waiting(9, "{}") });
    assert_eq!(tab.ledger.at_hand(later), None, "it does not go by itself");
    tab.ledger.put(Held { state: ItemState::Sent, ..all[0].clone() });
    assert_eq!(tab.ledger.at_hand(id), None);
}

#[test]
fn those_that_go_first_have_the_room_at_hand_in_whatever_order_they_were_read() {
    let (store, mut tab) = summed(12);
    let all = store.truth();
    let body = "x".repeat(MOST / 4);
    // The newest first, as at a start; then one between those that are there.
    let (between, others): (Vec<_>, Vec<_>) =
        all.iter().rev().partition(|held| held.head.id == all[2].head.id);
    for held in others.into_iter().chain(between) {
        tab.ledger.keep_at_hand(&Held { body: body.clone(), ..held.clone() });
    }
    let here = all.iter().map(|held| tab.ledger.at_hand(held.head.id).is_some());
    let expected = (0..all.len()).map(|at| at < 4);
    assert_eq!(here.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn of_a_day_that_has_gone_nothing_is_looked_for_one_by_one() {
    let (mut store, mut tab) = summed(700);
    let ids = store.ids();
    let (gone, left) = ids.split_at(600);
    for id in gone {
        store.records.remove(id);
    }
    // One of those that stay was changed with them.
    store.note(&[gone, &left[..1]].concat(), false);
    tab.catch_up(&store, false);
    assert_eq!(tab.ledger.next(9), [left[0]]);
    assert_eq!(known(&tab), store.truth());
    tab.all(&mut store);
    tab.settling = tab.ledger.settling();
    tab.finish(&mut store);
    let mut fresh = Tab::default();
    fresh.catch_up(&store, false);
    assert!(fresh.ledger.is_whole(), "they have gone from the summary");
    assert_eq!(known(&fresh), store.truth());
}

#[test]
fn a_start_looks_for_nothing_that_has_gone_since_the_summary() {
    let (mut store, _) = summed(40);
    let id = store.ids()[3];
    store.records.remove(&id);
    store.note(&[id], false);
    let mut fresh = Tab::default();
    fresh.catch_up(&store, false);
    assert!(fresh.ledger.is_whole() && fresh.ledger.settling().is_some());
    assert_eq!(known(&fresh), store.truth());
}
