//! What is of one visit goes in its order.

use super::*;

fn visit(number: u32) -> VisitId {
    VisitId(Uuid::from_u128(u128::from(number)))
}

fn of(number: u32, of: u32) -> Item {
    Item { visit: Some(visit(of)), ..item(number) }
}

/// The visits of a random life: few, so that they have several records, or none.
pub(super) fn visits() -> impl Strategy<Value = Option<VisitId>> {
    proptest::option::of((0..3_u32).prop_map(visit))
}

/// Whether a batch is in order and holds, of each visit, nothing before what waits of it.
pub(super) fn is_kept(sync: &Sync, ids: &[SubmissionId]) -> bool {
    let mut waiting = BTreeSet::new();
    let goes_last = |item: &Item| match ids.contains(&item.id) {
        true => item.visit.is_none_or(|visit| !waiting.contains(&visit)),
        false => {
            waiting.extend(item.visit.filter(|_| item.state.is_open()));
            true
        }
    };
    ids.is_sorted() && sync.items().all(goes_last)
}

#[test]
fn a_correction_does_not_overtake_the_visit_over_which_the_server_breaks() {
    let mut sync = Sync::new(DEVICE, [of(1, 7), of(2, 7), of(3, 8), item(4)]);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)).map(|ids| ids.len()), Some(4));
    // Halved until the visit has failed all alone.
    for ids in [vec![id(1), id(2)], vec![id(1)]] {
        sync.handle(status(500, None), 0);
        assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(ids));
    }
    sync.handle(status(500, None), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(3)]), "another visit goes on");
    let actions = sync.handle(reply(vec![accepted(3)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(4)]), "and so does what is of none");
    let actions = sync.handle(reply(vec![accepted(4)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(1), id(2)]), "in one batch the order is theirs");
    sync.handle(status(500, None), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(1)]));
    let actions = sync.handle(reply(vec![accepted(1)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(2)]), "once the visit has its answer");
}

#[test]
fn a_correction_that_is_made_after_its_visit_has_failed_stands_behind_it() {
    let mut sync = Sync::new(DEVICE, [of(1, 7)]);
    sync.handle(Event::Timer, 0);
    sync.handle(status(500, None), 0);
    sync.handle(Event::Queued(of(2, 7)), 0);
    sync.handle(Event::Queued(of(3, 8)), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(3)]));
    let actions = sync.handle(reply(vec![accepted(3)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(1), id(2)]));
}
