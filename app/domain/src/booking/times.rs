//! The hours that go with a booking: until when a freed place is kept, when one is reminded, and
//! when nobody waits for somebody any more.

use super::SLOT_MINUTES;
use crate::timestamp::{CivilDate, DAY_MS, HOUR_MS, Timestamp, Zone};

/// The shortest time to accept a place, in milliseconds: what is left on the last day. A place
/// that begins sooner is not offered, but free for whoever comes.
pub const SHORTEST_OFFER_MS: i64 = 2 * HOUR_MS;
/// After the beginning of its slot, a booking whose people did not come frees its places.
pub const NO_SHOW_AFTER_MS: i64 = HOUR_MS;
/// After the beginning of a slot, a team that comes home may be there, in milliseconds: it goes
/// from one home to the next.
pub const HOME_WITHIN_MS: i64 = HOUR_MS;
/// Who does not say within it whether a new date suits is telephoned, and halfway to their hour at
/// the latest, in milliseconds.
pub const ANSWER_WITHIN_MS: i64 = 2 * DAY_MS;

/// The evening before, in milliseconds of the day, at which a kept place passes on: 20:00.
const EVENING_MS: i64 = 20 * HOUR_MS;
/// Two days before, as a minute of the day, the first reminder: 10:00.
const FIRST_REMINDER: u16 = 10 * 60;
/// The evening before, the second: 18:00.
const SECOND_REMINDER: u16 = 18 * 60;

/// Until when a place that became free is kept for whom it is offered to: 24 hours, but no longer
/// than the evening before, and two hours after that; nothing when the slot begins sooner.
#[must_use]
pub fn offered_until(now: Timestamp, slot: Timestamp, zone: &Zone) -> Option<Timestamp> {
    let evening = zone.moment(days_after(zone.local(slot).0, -1), EVENING_MS);
    let until = now.plus_ms(DAY_MS).min(evening).max(now.plus_ms(SHORTEST_OFFER_MS));
    (until <= slot).then_some(until)
}

/// Until when a team that comes home may be there: [`HOME_WITHIN_MS`] after the slot begins, and no
/// longer than the outreach lasts, but for the length of a slot at least.
#[must_use]
pub fn home_until(slot: Timestamp, ends_at: Timestamp) -> Timestamp {
    let shortest = slot.plus_ms(i64::from(SLOT_MINUTES) * 60_000);
    slot.plus_ms(HOME_WITHIN_MS).min(ends_at).max(shortest)
}

/// Which reminders are due at a moment: of the slots before these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminding {
    /// The first reminder, two days before.
    pub first_before: Timestamp,
    /// The second one, the evening before.
    pub second_before: Timestamp,
}

impl Reminding {
    /// Those due at `now`.
    #[must_use]
    pub fn at(now: Timestamp, zone: &Zone) -> Self {
        let (today, minute) = zone.local(now);
        let midnight = |days: i64| zone.moment(days_after(today, days), 0);
        Self {
            first_before: midnight(if minute >= FIRST_REMINDER { 3 } else { 2 }),
            second_before: midnight(if minute >= SECOND_REMINDER { 2 } else { 1 }),
        }
    }

    /// How many reminders of a slot are due or over: 0, 1 or 2. A booking made after the time of
    /// one does not get it, for its confirmation just came.
    #[must_use]
    pub fn stage(self, slot: Timestamp) -> u8 {
        match slot {
            slot if slot < self.second_before => 2,
            slot if slot < self.first_before => 1,
            _ => 0,
        }
    }
}

fn days_after(day: CivilDate, days: i64) -> CivilDate {
    CivilDate::from_days(day.days() + days)
}
