//! The hours of an outreach, cut into slots, each with its share of the capacity.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a slot is, in minutes: people are asked to come at its beginning.
pub const SLOT_MINUTES: u16 = 30;

/// One slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// When it begins.
    pub starts_at: Timestamp,
    /// How many animals it takes.
    pub capacity: u32,
}

/// Cuts the time from `starts_at` to `ends_at` into slots of [`SLOT_MINUTES`], the last one as long
/// as what is left, and shares `capacity` out among them as evenly as whole animals allow. Time is
/// counted as it passes, so a night on which the clocks change has an hour more or less. A time of
/// no length is one slot. The capacities sum up to `capacity`.
#[must_use]
pub fn slots(starts_at: Timestamp, ends_at: Timestamp, capacity: u32) -> Vec<Slot> {
    let slot_ms = i64::from(SLOT_MINUTES) * 60_000;
    let length = ends_at.since_ms(starts_at).max(1);
    let count = u32::try_from(length.saturating_add(slot_ms - 1) / slot_ms).unwrap_or(1).max(1);
    let upto = |slot: u32| {
        let share = u64::from(capacity) * u64::from(slot) / u64::from(count);
        u32::try_from(share).unwrap_or(capacity)
    };
    (0..count)
        .map(|slot| Slot {
            starts_at: starts_at.plus_ms(i64::from(slot) * slot_ms),
            capacity: upto(slot + 1) - upto(slot),
        })
        .collect()
}

/// Where so many animals of one family find room: at the time that is wanted, or without one at the
/// first that has room for all of them. Where no single time has, the first with a place left takes
/// those of the times after it along ([`lent`]), so that nobody waits while places for all of them
/// are free. `free` holds what is free in each time of coming, in order.
#[must_use]
pub fn room(free: &[Slot], wanted: Option<Timestamp>, places: u32) -> Option<Timestamp> {
    let asked = free.iter().filter(|slot| wanted.is_none_or(|at| at == slot.starts_at));
    let whole = asked.clone().find(|slot| slot.capacity >= places);
    let mut asked = asked.map(|slot| slot.starts_at);
    let first = whole.map(|slot| slot.starts_at);
    first.or_else(|| asked.find(|at| lent(free, *at, places).is_some()))
}

/// What the times after `at` lend to it so that it has room for so many, the next one first; empty
/// where it has room of its own. Nothing when it has no place left, or when all after it have too
/// few.
#[must_use]
pub fn lent(free: &[Slot], at: Timestamp, places: u32) -> Option<Vec<(Timestamp, u32)>> {
    let own = free.iter().find(|slot| slot.starts_at == at)?.capacity;
    if own == 0 {
        return None;
    }
    let mut missing = places.saturating_sub(own);
    let mut lent = Vec::new();
    for slot in free.iter().filter(|slot| slot.starts_at > at) {
        let part = slot.capacity.min(missing);
        if part > 0 {
            lent.push((slot.starts_at, part));
            missing -= part;
        }
    }
    (missing == 0).then_some(lent)
}
