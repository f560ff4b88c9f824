//! What a ticket is, who is called, and who did not come.

use proptest::prelude::*;

use super::*;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn here() -> OutreachId {
    OutreachId(id(1))
}

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn shown(state: BookingState) -> Shown {
    Shown {
        outreach: here(),
        held_on: day("2026-11-22"),
        state,
        arrived_at: Some(Timestamp(7)),
        number: Some(12),
    }
}

#[test]
fn every_state_of_a_ticket_is_told_apart_at_its_own_door() {
    use BookingState as State;
    let already = Scanned::Already { at: Some(Timestamp(7)), number: Some(12) };
    let table = [
        (State::Waiting, Scanned::NeedsPlace { state: State::Waiting }),
        (State::Offered, Scanned::Fresh),
        (State::Booked, Scanned::Fresh),
        (State::Arrived, already),
        (State::Served, already),
        (State::TurnedAway, already),
        (State::Cancelled, Scanned::Cancelled),
        (State::NoShow, Scanned::NeedsPlace { state: State::NoShow }),
        (State::Lapsed, Scanned::NeedsPlace { state: State::Lapsed }),
    ];
    let states: Vec<_> = table.iter().map(|(state, _)| *state).collect();
    assert_eq!(states, State::ALL);
    for (state, is) in table {
        assert_eq!(scanned(&shown(state), here(), day("2026-11-22")), is, "{state}");
    }
}

#[test]
fn a_ticket_for_elsewhere_or_another_day_says_where_and_when() {
    let on = day("2026-11-22");
    for &state in BookingState::ALL {
        let other = scanned(&shown(state), OutreachId(id(2)), on);
        assert_eq!(other, Scanned::OtherOutreach { outreach: here(), on }, "{state}");
    }
    let next = day("2026-11-23");
    assert_eq!(scanned(&shown(BookingState::Booked), here(), next), Scanned::OtherDay { on });
    assert_eq!(scanned(&shown(BookingState::Waiting), here(), next), Scanned::OtherDay { on });
    // Who came across midnight is in, whatever the day.
    let late = scanned(&shown(BookingState::Arrived), here(), next);
    assert!(matches!(late, Scanned::Already { .. }), "{late:?}");
}

#[test]
fn an_hour_after_the_slot_the_places_go_to_who_waits() {
    let (slot, now) = (Timestamp(1_000), Timestamp(1_000 + NO_SHOW_AFTER_MS));
    let booked = BookingState::Booked;
    assert!(is_no_show(booked, Some(slot), now, true));
    assert!(!is_no_show(booked, Some(slot), now.plus_ms(-1), true), "it is not late yet");
    assert!(!is_no_show(booked, Some(slot), now, false), "nobody else would have them");
    assert!(!is_no_show(booked, None, now, true), "it has no slot to be late for");
}

#[test]
fn who_keeps_nobody_out_may_come_late() {
    assert!(!ends_lateness(1, false, false, false));
    assert!(ends_lateness(0, false, false, false), "somebody without a booking would have them");
    assert!(ends_lateness(1, true, false, false), "somebody waits in line");
    assert!(ends_lateness(1, false, true, false), "it is over");
}

#[test]
fn who_is_visited_is_not_missed_because_the_team_is_late() {
    for (free, is_waited_for) in [(0, true), (0, false), (1, true)] {
        assert!(!ends_lateness(free, is_waited_for, false, true));
        assert!(ends_lateness(free, is_waited_for, true, true), "it is over");
    }
}

#[test]
fn priority_goes_before_the_number() {
    let one = |number, has_priority| Queued {
        booking: BookingId(id(u128::from(number))),
        number,
        has_priority,
    };
    assert_eq!(next_called(&[]), None);
    assert_eq!(next_called(&[one(3, false), one(2, false)]), Some(one(2, false)));
    let queue = [one(1, false), one(9, true), one(4, true)];
    assert_eq!(next_called(&queue), Some(one(4, true)));
}

proptest! {
    #[test]
    fn who_is_there_is_never_a_no_show(
        state in prop::sample::select(BookingState::ALL),
        slot in prop::option::of(-1_000_000_i64..1_000_000_000),
        now in -1_000_000_i64..1_000_000_000,
        others in any::<bool>(),
    ) {
        let is = is_no_show(state, slot.map(Timestamp), Timestamp(now), others);
        prop_assert!(!is || state == BookingState::Booked);
        prop_assert!(!is || slot.is_some_and(|slot| now >= slot + NO_SHOW_AFTER_MS));
        // Later, and with others there, it stays one.
        prop_assert!(!is || is_no_show(state, slot.map(Timestamp), Timestamp(now + 1), true));
    }

    #[test]
    fn everybody_who_waits_is_called_once(numbers in prop::collection::btree_set(1_u32..99, 0..9)) {
        let mut queue: Vec<_> = numbers
            .iter()
            .map(|&number| Queued {
                booking: BookingId(id(u128::from(number))),
                number,
                has_priority: number > 50,
            })
            .collect();
        let mut called = Vec::new();
        while let Some(next) = next_called(&queue) {
            queue.retain(|one| one.booking != next.booking);
            called.push((!next.has_priority, next.number));
        }
        prop_assert_eq!(called.len(), numbers.len());
        prop_assert!(called.is_sorted());
    }
}

#[test]
fn a_phone_that_names_no_number_asks_for_its_part() {
    let asked = r#"{"id":"00000000-0000-0000-0000-000000000000","offering":"chip"}"#;
    let asked: ShareAsked = serde_json::from_str(asked).unwrap();
    assert_eq!(asked.places, MOST_PLACES_SHARED);
}
