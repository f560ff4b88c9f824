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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::slots;
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

    proptest! {
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
