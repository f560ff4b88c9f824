//! Slots, places and who is taken.

use proptest::prelude::*;

use super::*;
use crate::catalogue::{Sex, Species};
use crate::name::PetName;
use crate::timestamp::{CivilDate, DAY_MS, HOUR_MS, Timestamp, Transition, Zone};

fn animal(age_months: Option<u16>, is_flat_faced: bool) -> AnimalAsked {
    AnimalAsked {
        name: PetName::parse("Luna").unwrap(),
        species: Species::Dog,
        sex: Sex::Female,
        age_months,
        is_flat_faced,
        chip: None,
    }
}

#[test]
fn a_morning_has_a_slot_every_half_hour_and_loses_no_place() {
    let slots = slots(Timestamp(0), Timestamp(4 * HOUR_MS), 52);
    assert_eq!(slots.len(), 8);
    assert_eq!(
        slots.iter().map(|slot| slot.capacity).collect::<Vec<_>>(),
        [6, 7, 6, 7, 6, 7, 6, 7]
    );
    assert_eq!(slots[7].starts_at, Timestamp(7 * HOUR_MS / 2));
}

/// Times half an hour apart, with what is free in each.
fn times(free: &[u32]) -> Vec<Slot> {
    let slot = |(at, capacity): (i64, &u32)| Slot {
        starts_at: Timestamp(at * HOUR_MS / 2),
        capacity: *capacity,
    };
    (0..).zip(free).map(slot).collect()
}

#[test]
fn a_family_takes_the_places_of_the_next_times_along() {
    let free = times(&[0, 1, 0, 1, 2, 1]);
    let at = |half: i64| Timestamp(half * HOUR_MS / 2);
    assert_eq!(room(&free, None, 2), Some(at(4)), "there is a time for both");
    assert_eq!(room(&free, None, 3), Some(at(1)));
    assert_eq!(lent(&free, at(1), 3), Some(vec![(at(3), 1), (at(4), 1)]));
    assert_eq!(room(&free, Some(at(5)), 2), None, "nothing comes after it");
    assert_eq!(room(&free, None, 6), None);
}

proptest! {
    #[test]
    fn slots_share_out_the_whole_capacity_evenly(
        start in -1_000_000_000_i64..1_000_000_000,
        minutes in 0_i64..3_000,
        capacity in 0_u32..5_000,
    ) {
        let slots = slots(Timestamp(start), Timestamp(start + minutes * 60_000), capacity);
        prop_assert_eq!(slots.iter().map(|slot| slot.capacity).sum::<u32>(), capacity);
        let (least, most) = (
            slots.iter().map(|slot| slot.capacity).min().unwrap(),
            slots.iter().map(|slot| slot.capacity).max().unwrap(),
        );
        prop_assert!(most - least <= 1);
        prop_assert_eq!(slots[0].starts_at, Timestamp(start));
        prop_assert!(slots.iter().all(|slot| slot.starts_at.0 - start < (minutes * 60_000).max(1)));
    }

    #[test]
    fn a_family_finds_room_wherever_as_many_places_are_free(
        left in prop::collection::vec(0_u32..4, 0..12), places in 1_u32..7,
    ) {
        let free = times(&left);
        let found = room(&free, None, places);
        prop_assert_eq!(found.is_some(), left.iter().sum::<u32>() >= places);
        let whole = free.iter().find(|slot| slot.capacity >= places);
        prop_assert!(whole.is_none_or(|slot| found == Some(slot.starts_at)));
        for slot in &free {
            let from_there = free.iter().filter(|other| other.starts_at >= slot.starts_at);
            let enough = from_there.map(|other| other.capacity).sum::<u32>() >= places;
            let fits = slot.capacity > 0 && enough;
            let here = room(&free, Some(slot.starts_at), places);
            prop_assert_eq!(here, fits.then_some(slot.starts_at));
            let Some(lent) = lent(&free, slot.starts_at, places) else {
                prop_assert!(!fits);
                continue;
            };
            // Exactly what is missing, of later times, and of each no more than is free there.
            let parts = lent.iter().map(|(_, part)| part).sum::<u32>();
            prop_assert_eq!(parts, places.saturating_sub(slot.capacity));
            for (at, part) in lent {
                let later = free.iter().find(|other| other.starts_at == at).unwrap();
                prop_assert!(at > slot.starts_at && (1..=later.capacity).contains(&part));
            }
        }
        prop_assert_eq!(room(&free, Some(Timestamp(1)), places), None);
    }

    #[test]
    fn what_is_free_is_what_nobody_was_promised(
        capacity in 0_u32..100, booked in 0_u32..60, used in 0_u32..60, shared in 0_u32..60,
    ) {
        let places = Places { capacity, booked, used, shared };
        let promised = booked + used + shared;
        prop_assert_eq!(places.holds(), promised <= capacity);
        prop_assert_eq!(places.free(), capacity.saturating_sub(promised));
    }
}

#[test]
fn an_animal_is_older_on_the_day_than_when_its_people_asked() {
    let day = |text: &str| text.parse::<CivilDate>().unwrap();
    let age = |months, told: &str, held: &str| {
        animal(months, false).on_day(day(told), day(held)).age_months
    };
    assert_eq!(age(Some(1), "2026-11-22", "2026-12-21"), Some(1));
    assert_eq!(age(Some(1), "2026-11-22", "2026-12-22"), Some(2));
    assert_eq!(age(Some(83), "2026-11-22", "2027-02-01"), Some(85));
    assert_eq!(age(Some(5), "2026-11-22", "2026-11-21"), Some(5), "nobody grows younger");
    assert_eq!(age(Some(84), "2026-11-22", "2027-10-22"), Some(84), "seven until the birthday");
    assert_eq!(age(Some(84), "2026-11-22", "2027-11-22"), Some(96));
    assert_eq!(age(Some(0), "2026-11-22", "2026-12-22"), Some(1), "new-born");
    assert_eq!(age(None, "2026-11-22", "2027-02-01"), None);
}

#[test]
fn surgery_takes_neither_the_young_nor_the_old_nor_flat_faces() {
    let surgery = Eligibility::usual(Offering::Sterilisation);
    assert_eq!(surgery.lacks(&animal(Some(24), false)), []);
    assert_eq!(surgery.lacks(&animal(None, false)), []);
    assert_eq!(surgery.lacks(&animal(Some(1), true)), [Lack::TooYoung, Lack::FlatFaced]);
    assert_eq!(surgery.lacks(&animal(Some(85), false)), [Lack::TooOld]);
    let chip = Eligibility { species: Some(Species::Cat), ..Eligibility::usual(Offering::Chip) };
    assert_eq!(chip.lacks(&animal(Some(200), true)), [Lack::OtherSpecies]);
    assert!(!chip.is_too_many(3));
    assert!(chip.is_too_many(4));
}

#[test]
fn what_was_done_serves_what_was_booked() {
    use crate::service::ServiceKind;
    for kind in ServiceKind::ALL {
        let served: Vec<_> = Offering::ALL.iter().filter(|one| one.is_served_by(*kind)).collect();
        assert_eq!(served.len(), 1, "{kind}");
    }
}

/// Three hours behind, then, from the 30th day on, four: the clocks go back at that midnight.
fn zone() -> Zone {
    let change = |at, offset_minutes| Transition { at: Timestamp(at), offset_minutes };
    Zone(vec![change(0, -180), change(30 * DAY_MS + 3 * HOUR_MS, -240)])
}

/// The moment of an hour of a day of that zone, before the clocks change.
fn local(day: i64, hour: i64) -> Timestamp {
    Timestamp(day * DAY_MS + (hour + 3) * HOUR_MS)
}

#[test]
fn a_kept_place_passes_on_after_a_day_and_the_evening_before_at_the_latest() {
    let slot = local(20, 10);
    let until = |now| offered_until(now, slot, &zone());
    assert_eq!(until(local(10, 9)), Some(local(11, 9)));
    assert_eq!(until(local(18, 21)), Some(local(19, 20)));
    assert_eq!(until(local(19, 17)), Some(local(19, 20)));
    // On the last day, two hours.
    assert_eq!(until(local(19, 19)), Some(local(19, 21)));
    assert_eq!(until(local(20, 8)), Some(local(20, 10)));
    assert_eq!(until(local(20, 9)), None);
    assert_eq!(until(local(20, 11)), None);
}

#[test]
fn a_team_that_comes_home_is_waited_for_an_hour_and_not_beyond_the_end() {
    let (slot, half) = (Timestamp(10 * HOUR_MS), HOUR_MS / 2);
    assert_eq!(home_until(slot, slot.plus_ms(4 * HOUR_MS)), slot.plus_ms(HOME_WITHIN_MS));
    assert_eq!(home_until(slot, slot.plus_ms(half + 1)), slot.plus_ms(half + 1));
    assert_eq!(home_until(slot, slot), slot.plus_ms(half), "an hour that stayed when it was cut");
}

#[test]
fn one_is_reminded_two_days_and_the_evening_before() {
    let slot = local(20, 10);
    let stage = |now| Reminding::at(now, &zone()).stage(slot);
    assert_eq!(stage(local(18, 9)), 0);
    assert_eq!(stage(local(18, 10)), 1);
    assert_eq!(stage(local(19, 17)), 1);
    assert_eq!(stage(local(19, 18)), 2);
    assert_eq!(stage(local(20, 9)), 2);
}

#[test]
fn the_night_on_which_the_clocks_go_back_moves_no_reminder() {
    // At midnight before the 30th day it is 23:00 of the 29th again.
    let slot = Timestamp(30 * DAY_MS + 14 * HOUR_MS);
    let zone = zone();
    assert_eq!(zone.local(slot), (crate::timestamp::CivilDate::from_days(30), 600));
    assert_eq!(Reminding::at(local(29, 17), &zone).stage(slot), 1);
    assert_eq!(Reminding::at(local(29, 18), &zone).stage(slot), 2);
    assert_eq!(offered_until(local(29, 10), slot, &zone), Some(local(29, 20)));
}

#[test]
fn the_night_on_which_the_clocks_go_forward_moves_no_reminder() {
    // At midnight before the 30th day it is one o'clock: that day has no midnight.
    let change = |at, offset_minutes| Transition { at: Timestamp(at), offset_minutes };
    let zone = Zone(vec![change(0, -240), change(30 * DAY_MS + 4 * HOUR_MS, -180)]);
    let local = |day: i64, hour: i64| Timestamp(day * DAY_MS + (hour + 4) * HOUR_MS);
    let stage = |now, slot| Reminding::at(now, &zone).stage(slot);
    let (last, first) = (local(29, 23).plus_ms(HOUR_MS / 2), local(30, 0));
    assert_eq!((zone.local(last).1, zone.local(first).1), (1_410, 60));
    for (now, stages) in [
        (local(27, 9), (0, 0)),
        (local(27, 10), (1, 0)),
        (local(28, 10), (1, 1)),
        (local(28, 18), (2, 1)),
        (local(29, 17), (2, 1)),
        (local(29, 18), (2, 2)),
    ] {
        assert_eq!((stage(now, last), stage(now, first)), stages, "{now:?}");
    }
}

proptest! {
    #[test]
    fn whoever_is_offered_a_place_has_two_hours_and_at_most_a_day(
        now in 0_i64..60 * DAY_MS, ahead in -DAY_MS..20 * DAY_MS,
    ) {
        let (now, slot) = (Timestamp(now), Timestamp(now + ahead));
        match offered_until(now, slot, &zone()) {
            Some(until) => {
                let time = until.since_ms(now);
                prop_assert!((SHORTEST_OFFER_MS..=DAY_MS).contains(&time), "{}", time);
                prop_assert!(until <= slot);
            }
            None => prop_assert!(ahead < SHORTEST_OFFER_MS),
        }
    }

    #[test]
    fn no_reminder_is_taken_back(
        now in 0_i64..60 * DAY_MS, later in 0_i64..3 * DAY_MS, ahead in 0_i64..5 * DAY_MS,
    ) {
        let slot = Timestamp(now + ahead);
        let stage = |at| Reminding::at(Timestamp(at), &zone()).stage(slot);
        prop_assert!(stage(now) <= stage(now + later));
    }
}
