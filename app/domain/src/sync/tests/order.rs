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

/// Whether a batch is in order and holds, of each visit, nothing but the first of what waits of it.
pub(super) fn is_kept(sync: &Sync, ids: &[SubmissionId]) -> bool {
    let mut before = BTreeSet::new();
    let goes_first = |item: &Item| {
        let is_stuck = item.state.needs_person() && !item.is_put_away;
        let waits = item.state.is_open() || is_stuck;
        let is_first = item.visit.filter(|_| waits).is_none_or(|visit| before.insert(visit));
        is_first || !ids.contains(&item.id)
    };
    ids.is_sorted() && sync.items().all(goes_first)
}

#[test]
fn a_correction_does_not_overtake_the_visit_over_which_the_server_breaks() {
    let mut sync = Sync::new(DEVICE, [of(1, 7), of(2, 7), of(3, 8), item(4)]);
    let first = vec![id(1), id(3), id(4)];
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(first), "one of a visit at a time");
    sync.handle(status(500, None), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(1)]));
    // It has failed all alone.
    sync.handle(status(500, None), 0);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(3)]), "another visit goes on");
    let actions = sync.handle(reply(vec![accepted(3)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(4)]), "and so does what is of none");
    let actions = sync.handle(reply(vec![accepted(4)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(1)]));
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
    assert_eq!(sent(&actions), Some(vec![id(1)]));
    let actions = sync.handle(reply(vec![accepted(1)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(2)]));
}

#[test]
fn what_stands_behind_a_refused_record_waits_for_its_correction() {
    let mut sync = Sync::new(DEVICE, [of(1, 7), of(2, 7), of(3, 8)]);
    sync.handle(Event::Timer, 0);
    let actions = sync.handle(reply(vec![refused(1), accepted(3)], vec![]), 0);
    assert_eq!((sent(&actions), sync.state(id(2))), (None, Some(ItemState::Pending)));
    assert_eq!((sync.tally().waiting, sync.held_back()), (1, vec![id(2)]), "it is counted");
    assert!(waits(&actions).is_some_and(|ms| ms > MAX_WAIT_MS), "nobody need be asked");
    assert_eq!(sync.handle(Event::Queued(of(4, 7)), 0), [], "nor does a third one go");
    // What mends the first stands in its place, before the others.
    let mended = Item { replaces: Some(id(1)), ..of(5, 7) };
    assert_eq!(sent(&sync.handle(Event::Queued(mended), 0)), Some(vec![id(5)]));
    let actions = sync.handle(reply(vec![refused(5)], vec![]), 0);
    assert_eq!(sent(&actions), None, "and they wait for what mends that");
    let again = Item { replaces: Some(id(5)), ..of(6, 7) };
    assert_eq!(sent(&sync.handle(Event::Queued(again), 0)), Some(vec![id(6)]));
    let actions = sync.handle(reply(vec![accepted(6)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(2)]));
    let actions = sync.handle(reply(vec![accepted(2)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(4)]));
}

#[test]
fn what_stood_behind_goes_when_the_first_was_withdrawn_or_resolved() {
    let both = [of(1, 7), of(2, 7)];
    let mut withdrawn = Sync::new(DEVICE, both);
    withdrawn.handle(Event::Timer, 0);
    let mut resolved = withdrawn.clone();
    withdrawn.handle(reply(vec![refused(1)], vec![]), 0);
    assert_eq!(sent(&withdrawn.handle(Event::Gone(id(1)), 0)), Some(vec![id(2)]));
    resolved.handle(reply(vec![conflict(1)], vec![]), 0);
    assert_eq!(sent(&resolved.handle(Event::Timer, 0)), Some(vec![]), "the desk is asked");
    let actions = resolved.handle(reply(vec![], vec![accepted(1)]), 0);
    assert_eq!(sent(&actions), Some(vec![id(2)]));
    // A phone that starts anew knows it again.
    let refused = Item { state: ItemState::Refused, ..of(1, 7) };
    let mut anew = Sync::new(DEVICE, [refused, of(2, 7), of(3, 8)]);
    assert_eq!(sent(&anew.handle(Event::Timer, 0)), Some(vec![id(3)]));
}

#[test]
fn what_the_desk_has_put_away_holds_nothing_any_more() {
    let put_away = Outcome::Refused { command: None, refusal: Refusal::PutAway };
    // Of what was in conflict its refusal says so.
    let table = [(refused(1), Answer { id: id(1), outcome: put_away }), (conflict(1), refused(1))];
    for (first, told) in table {
        let mut sync = Sync::new(DEVICE, [of(1, 7), of(2, 7)]);
        sync.handle(Event::Timer, 0);
        sync.handle(reply(vec![first], vec![]), 0);
        sync.handle(Event::Timer, 0);
        let actions = sync.handle(reply(vec![], vec![told.clone()]), 0);
        assert!(actions.contains(&Action::Store(vec![told])), "{actions:?}");
        assert_eq!(sent(&actions), Some(vec![id(2)]));
        assert_eq!(sync.state(id(1)), Some(ItemState::Refused), "until somebody withdraws it");
        // A phone that starts anew has that written down.
        let first = *sync.items().next().unwrap();
        let mut anew = Sync::new(DEVICE, [first, of(2, 7)]);
        assert_eq!(sent(&anew.handle(Event::Timer, 0)), Some(vec![id(2)]));
    }
}

#[test]
fn what_mends_a_record_is_waited_for_as_that_was() {
    let state = ItemState::Refused;
    let first = Item { state, is_put_away: true, ..of(1, 7) };
    let mends = Item { replaces: Some(id(1)), ..of(3, 7) };
    let mut sync = Sync::new(DEVICE, [first, of(2, 7), mends]);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(3)]), "although it was put away");
    let actions = sync.handle(reply(vec![accepted(3)], vec![]), 0);
    assert_eq!(sent(&actions), Some(vec![id(2)]));
    // It is the one that a person has to look at, and not what it stands for.
    let all = [Item { state, ..of(1, 7) }, of(2, 7), Item { state, ..mends }];
    assert_eq!(ahead_of(&all[1], &all).map(|item| item.id), Some(id(3)));
}

#[test]
fn what_goes_with_the_day_before_wakes_nothing() {
    let sent_before = Item { state: ItemState::Sent, ..of(1, 7) };
    let mut sync = Sync::new(DEVICE, [sent_before, of(2, 7)]);
    assert_eq!(sync.handle(Event::Gone(id(1)), 0), []);
    assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(2)]));
}

/// Answers whatever is sent, refusing the `bad` ones; whether nothing of it was sent before.
fn answer_all(
    sync: &mut Sync,
    mut actions: Vec<Action>,
    (bad, answered): (&BTreeSet<SubmissionId>, &mut BTreeSet<SubmissionId>),
) -> bool {
    let mut is_once = true;
    while let Some(ids) = sent(&actions) {
        let number = |id: &SubmissionId| u32::try_from(id.0.as_u128()).unwrap_or(0);
        let answer = |id: &SubmissionId| match bad.contains(id) {
            true => refused(number(id)),
            false => accepted(number(id)),
        };
        is_once &= ids.iter().all(|id| answered.insert(*id)) && is_kept(sync, &ids);
        actions = sync.handle(reply(ids.iter().map(answer).collect(), vec![]), 0);
    }
    is_once
}

proptest! {
    #[test]
    fn once_people_have_put_away_what_was_refused_everything_has_an_answer(
        made in proptest::collection::vec((visits(), any::<[bool; 2]>()), 1..40),
    ) {
        let (mut sync, mut bad, mut answered) = (machine([]), BTreeSet::new(), BTreeSet::new());
        let mut late = Vec::new();
        for ((visit, [is_bad, is_late]), number) in made.iter().zip(1..) {
            if *is_bad {
                bad.insert(id(number));
            }
            late.extend(sync.handle(Event::Queued(Item { visit: *visit, ..item(number) }), 0));
            if !is_late {
                let actions = std::mem::take(&mut late);
                prop_assert!(answer_all(&mut sync, actions, (&bad, &mut answered)));
            }
        }
        prop_assert!(answer_all(&mut sync, late, (&bad, &mut answered)));
        for _ in 0..made.len() {
            let refused = sync.items().find(|item| item.state.needs_person()).map(|item| item.id);
            let actions = refused.map(|id| sync.handle(Event::Gone(id), 0)).unwrap_or_default();
            prop_assert!(answer_all(&mut sync, actions, (&bad, &mut answered)));
        }
        let is_open = sync.items().any(|item| item.state.is_open());
        prop_assert!(!is_open, "held for ever: {:?}", sync.held_back());
        prop_assert_eq!(answered.len(), made.len());
    }
}
