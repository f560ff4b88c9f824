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
