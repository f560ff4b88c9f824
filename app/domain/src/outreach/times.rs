//! The times of coming of an outreach when its hours or its places change.

use crate::booking::Slot;
use crate::timestamp::Timestamp;
use std::collections::BTreeMap;

/// A time of coming, and how many of its places are promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// The time with its places.
    pub slot: Slot,
    /// Of these, promised.
    pub booked: u32,
}

/// The times of coming as they are now cut, with everything that was promised kept: a time that
/// holds more promises than its new share has as many places as it promised, one that is cut away
/// stays with its promises alone, and the places of both are taken from the times that have most
/// left. In order; the places sum up to those of `fresh`, unless more were promised than there are.
#[must_use]
pub fn remade(fresh: &[Slot], promised: &[(Timestamp, u32)]) -> Vec<Promised> {
    let mut times: BTreeMap<Timestamp, (u32, u32)> = BTreeMap::new();
    for slot in fresh {
        times.entry(slot.starts_at).or_default().0 += slot.capacity;
    }
    for (at, booked) in promised.iter().filter(|(_, booked)| *booked > 0) {
        times.entry(*at).or_default().1 += booked;
    }
    let mut over: u32 = 0;
    for (capacity, booked) in times.values_mut() {
        let missing = booked.saturating_sub(*capacity);
        *capacity += missing;
        over += missing;
    }
    while over > 0 {
        let roomy = times.values_mut().max_by_key(|(capacity, booked)| *capacity - *booked);
        match roomy {
            Some((capacity, booked)) if *capacity > *booked => *capacity -= 1,
            _ => break,
        }
        over -= 1;
    }
    let line =
        |(starts_at, (capacity, booked))| Promised { slot: Slot { starts_at, capacity }, booked };
    times.into_iter().map(line).collect()
}

/// Places that go from one time of coming to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// Where they were lent to.
    pub from: Timestamp,
    /// Whose they are by its share.
    pub to: Timestamp,
    /// How many.
    pub places: u32,
}

/// What times of coming that were lent places, and need them no more, give back to those that have
/// fewer than their share in `fresh` and begin after a moment: first to those behind them, which
/// lend ([`crate::booking::lent`]), the next one leading, and then to any other. What lies in the
/// past is of use to nobody, so nothing goes there. Every promise is kept.
#[must_use]
pub fn given_back(fresh: &[Slot], times: &[Promised], after: Timestamp) -> Vec<GivenBack> {
    let share = |at: Timestamp| {
        let own = fresh.iter().filter(|slot| slot.starts_at == at).map(|slot| slot.capacity);
        own.sum::<u32>()
    };
    let mut lacking: Vec<_> = times
        .iter()
        .map(|one| one.slot)
        .filter(|slot| slot.starts_at > after)
        .map(|slot| (slot.starts_at, share(slot.starts_at).saturating_sub(slot.capacity)))
        .collect();
    let mut back = Vec::new();
    for one in times {
        let from = one.slot.starts_at;
        let mut spare = one.slot.capacity.saturating_sub(share(from).max(one.booked));
        for is_behind in [true, false] {
            for (to, missing) in lacking.iter_mut().filter(|(to, _)| (*to > from) == is_behind) {
                let places = spare.min(*missing);
                if places > 0 {
                    back.push(GivenBack { from, to: *to, places });
                    spare -= places;
                    *missing -= places;
                }
            }
        }
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::{lent, slots};
    use crate::timestamp::HOUR_MS;
    use proptest::prelude::*;

    #[test]
    fn what_is_cut_away_keeps_its_promises_alone() {
        let fresh = slots(Timestamp(0), Timestamp(HOUR_MS), 10);
        let late = Timestamp(2 * HOUR_MS);
        let times = remade(&fresh, &[(Timestamp(0), 6), (late, 2), (Timestamp(9), 0)]);
        let told: Vec<_> =
            times.iter().map(|one| (one.slot.starts_at.0, one.slot.capacity, one.booked)).collect();
        assert_eq!(told, [(0, 6, 6), (HOUR_MS / 2, 2, 0), (2 * HOUR_MS, 2, 2)]);
    }

    /// Times half an hour apart, each with its places and those that are promised of it.
    fn times(places: &[(u32, u32)]) -> Vec<Promised> {
        let line = |(half, (capacity, booked)): (i64, &(u32, u32))| Promised {
            slot: Slot { starts_at: Timestamp(half * HOUR_MS / 2), capacity: *capacity },
            booked: *booked,
        };
        (0..).zip(places).map(line).collect()
    }

    #[test]
    fn what_was_lent_goes_back_to_the_next_that_lacks_it_and_never_into_the_past() {
        let fresh = slots(Timestamp(0), Timestamp(3 * HOUR_MS), 6);
        let held = times(&[(1, 1), (0, 0), (3, 1), (1, 1), (0, 0), (1, 0)]);
        let at = |half: i64| Timestamp(half * HOUR_MS / 2);
        let back = |to, places| GivenBack { from: at(2), to, places };
        assert_eq!(given_back(&fresh, &held, Timestamp(-1)), [back(at(4), 1), back(at(1), 1)]);
        assert_eq!(given_back(&fresh, &held, at(1)), [back(at(4), 1)], "that hour has begun");
        assert_eq!(given_back(&fresh, &held, at(4)), []);
        // Who still comes keeps what was lent.
        let kept = times(&[(1, 1), (0, 0), (3, 3), (1, 1), (0, 0), (1, 0)]);
        assert_eq!(given_back(&fresh, &kept, Timestamp(-1)), []);
    }

    proptest! {
        #[test]
        fn a_family_that_gives_its_places_back_leaves_every_time_as_it_was(
            capacity in 0_u32..30, singles in prop::collection::vec(0_u32..4, 8),
            at in 0_usize..8, places in 1_u32..7,
        ) {
            let fresh = slots(Timestamp(0), Timestamp(4 * HOUR_MS), capacity);
            let before: Vec<_> = fresh
                .iter()
                .zip(&singles)
                .map(|(slot, booked)| Promised { slot: *slot, booked: slot.capacity.min(*booked) })
                .collect();
            let free: Vec<_> = before
                .iter()
                .map(|one| Slot { capacity: one.slot.capacity - one.booked, ..one.slot })
                .collect();
            let at = fresh[at].starts_at;
            let Some(parts) = lent(&free, at, places) else { return Ok(()) };
            let mut times = before.clone();
            for (later, part) in parts {
                for one in &mut times {
                    if one.slot.starts_at == later {
                        one.slot.capacity -= part;
                    }
                    if one.slot.starts_at == at {
                        one.slot.capacity += part;
                    }
                }
            }
            for back in given_back(&fresh, &times, Timestamp(-1)) {
                for one in &mut times {
                    if one.slot.starts_at == back.from {
                        one.slot.capacity -= back.places;
                    }
                    if one.slot.starts_at == back.to {
                        one.slot.capacity += back.places;
                    }
                }
            }
            prop_assert_eq!(times, before);
        }

        #[test]
        fn no_promise_is_broken_and_no_place_is_made_or_lost(
            hours in 1_i64..12,
            capacity in 0_u32..400,
            promised in prop::collection::vec((0_i64..20, 0_u32..30), 0..12),
        ) {
            let fresh = slots(Timestamp(0), Timestamp(hours * HOUR_MS), capacity);
            let promised: Vec<_> = promised
                .into_iter()
                .map(|(half, booked)| (Timestamp(half * HOUR_MS / 2), booked))
                .collect();
            let times = remade(&fresh, &promised);
            for one in &times {
                let kept: u32 = promised
                    .iter()
                    .filter(|(at, _)| *at == one.slot.starts_at)
                    .map(|(_, booked)| booked)
                    .sum();
                prop_assert_eq!(one.booked, kept);
                prop_assert!(one.booked <= one.slot.capacity);
            }
            let asked: u32 = promised.iter().map(|(_, booked)| booked).sum();
            prop_assert_eq!(times.iter().map(|one| one.booked).sum::<u32>(), asked);
            let places: u32 = times.iter().map(|one| one.slot.capacity).sum();
            prop_assert_eq!(places, capacity.max(asked));
            prop_assert!(times.is_sorted_by_key(|one| one.slot.starts_at));
        }
    }
}
