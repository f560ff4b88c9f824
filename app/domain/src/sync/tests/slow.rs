//! A line that is slow, and lives.

use super::*;

/// How long a request may take, in milliseconds.
const PATIENCE_MS: u64 = 45_000;

/// As the phone gives up, and as the server does, whose word for it is that of every bad request.
fn late(by_server: bool) -> Event {
    Event::Failed(match by_server {
        true => Failure::of(408, Some(Refusal::Unreadable), true),
        false => Failure::TimedOut,
    })
}

#[test]
fn what_does_not_come_in_time_goes_in_smaller_batches() {
    for by_server in [false, true] {
        let mut sync = machine(1..=100);
        let mut counts = Vec::new();
        for _ in 0..3 {
            counts.extend(sent(&sync.handle(Event::Timer, 0)).map(|ids| ids.len()));
            sync.handle(late(by_server), 0);
        }
        let ids = sent(&sync.handle(Event::Timer, 0)).unwrap();
        assert_eq!((counts, ids.len()), (vec![100, 50, 25], 12), "by the server: {by_server}");
        let more = sync.handle(reply((1..=12).map(accepted).collect(), vec![]), 0);
        assert_eq!(sent(&more).map(|ids| ids.len()), Some(24), "it grows again");
    }
}

#[test]
fn what_is_late_alone_gives_way_and_is_refused_by_nobody() {
    for by_server in [false, true] {
        let mut sync = machine([1, 2]);
        for _ in 0..9 {
            sync.handle(Event::Timer, 0);
            sync.handle(late(by_server), 0);
        }
        let states = [1, 2].map(|number| sync.state(id(number)));
        assert_eq!(states, [Some(ItemState::Pending); 2], "by the server: {by_server}");
        // Where nothing answers, no record is to blame.
        assert_eq!(sync.stuck().len(), if by_server { 2 } else { 0 });
    }
    let mut sync = machine([1, 2]);
    sync.handle(Event::Timer, 0);
    sync.handle(late(false), 0);
    for number in [1, 2] {
        assert_eq!(sent(&sync.handle(Event::Timer, 0)), Some(vec![id(number)]));
        sync.handle(late(false), 0);
    }
}

proptest! {
    #[test]
    fn over_a_line_of_any_pace_all_comes_home(
        sizes in proptest::collection::vec(1..40_000_u32, 1..150),
        pace in 1_000..100_000_u64,
        by_server in any::<bool>(),
    ) {
        let items = (1..).zip(&sizes).map(|(number, bytes)| Item { bytes: *bytes, ..item(number) });
        let mut sync = Sync::new(DEVICE, items).holding(PACKED_BATCH_BYTES);
        let number = |id: &SubmissionId| u32::try_from(id.0.as_u128()).unwrap();
        let mut actions = sync.handle(Event::Timer, 0);
        let mut steps = 0;
        while sync.items().any(|item| item.state.is_open()) {
            steps += 1;
            prop_assert!(steps <= 4 * sizes.len() + 40, "the same batch for ever");
            let event = match sent(&actions) {
                None => Event::Timer,
                Some(ids) => {
                    let numbers: Vec<u32> = ids.iter().map(number).collect();
                    let size = |number: &u32| u64::from(sizes[*number as usize - 1]);
                    let bytes: u64 = numbers.iter().map(size).sum();
                    match bytes * 1_000 / pace < PATIENCE_MS {
                        true => reply(numbers.into_iter().map(accepted).collect(), vec![]),
                        false => late(by_server),
                    }
                }
            };
            actions = sync.handle(event, 0);
        }
    }
}
