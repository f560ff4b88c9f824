//! How a phone stands: its own count beside the server's word, and how long something has waited.

use crate::refusal::Refusal;
use crate::submission::{Outcome, Receipt};
use crate::timestamp::{DAY_MS, Timestamp};

/// The phone's own count of its submissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The last number that it gave to one.
    pub last: u32,
    /// Those without an answer.
    pub open: u32,
    /// Those of which the server holds nothing under their number although they have an answer:
    /// set aside ([`super::Action::SetAside`]), or see [`is_unnumbered`].
    pub aside: u32,
    /// Those of which this app cannot say whether they have an answer.
    pub unknown: u32,
}

/// What the last receipt says of that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Every one has its answer, and the server holds all but those that were set aside.
    Complete,
    /// Some are still to be sent.
    Open,
    /// The server holds fewer than the phone has answers for: a database that was put back, or
    /// worse. A person has to know.
    Fewer {
        /// How many are missing there, at least.
        missing: u32,
    },
}

impl Count {
    /// Compares the count with the server's last word. The server's unbroken count ends for good
    /// before a record that was set aside: beyond it the phone has to know each answer itself.
    #[must_use]
    pub const fn beside(self, receipt: &Receipt) -> Agreement {
        let unsure = self.aside.saturating_add(self.unknown);
        let answered = self.last.saturating_sub(self.open).saturating_sub(unsure);
        let missing = answered.saturating_sub(receipt.stored_total);
        let all_known = self.aside > 0 && self.open == 0 && self.unknown == 0;
        if missing > 0 {
            Agreement::Fewer { missing }
        } else if receipt.complete_to_sequence >= self.last || all_known {
            Agreement::Complete
        } else {
            Agreement::Open
        }
    }
}

/// Whether the server's answer says that it keeps nothing under the record's number, for the
/// identifier stands for another. Every other refusal that it answers is stored with the number,
/// and counts as received: else it would stand for one that is missing.
#[must_use]
pub const fn is_unnumbered(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused { refusal: Refusal::IdReused, .. })
}

/// Whole days that the oldest of what was made at these moments has waited, once it is a day.
#[must_use]
pub fn days_waiting(made: impl Iterator<Item = Timestamp>, now: Timestamp) -> Option<u64> {
    let oldest = made.min()?;
    u64::try_from(now.since_ms(oldest) / DAY_MS).ok().filter(|days| *days > 0)
}

/// A request that took longer says nothing of the clock: the phone may have slept meanwhile.
const LONGEST_ROUND_TRIP_MS: i64 = 30_000;

/// By how much a phone's clock is ahead of the server's, in milliseconds, from its moments just
/// before and just after a request, in the middle of which the server is taken to have looked at
/// its own. None when they are too far apart, or the clock was set meanwhile.
#[must_use]
pub fn clock_skew(before: Timestamp, after: Timestamp, server: Timestamp) -> Option<i64> {
    let took = after.since_ms(before);
    let is_plausible = (0..=LONGEST_ROUND_TRIP_MS).contains(&took);
    is_plausible.then(|| before.plus_ms(took / 2).since_ms(server))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DeviceId, SubmissionId};
    use uuid::Uuid;

    fn receipt(stored_total: u32, complete_to_sequence: u32) -> Receipt {
        Receipt {
            device: DeviceId(Uuid::from_u128(7)),
            batch_hash: String::new(),
            stored_total,
            complete_to_sequence,
            answered_at: Timestamp(0),
            kid: String::new(),
            signature: String::new(),
        }
    }

    #[test]
    fn the_servers_word_is_held_against_the_phones_count() {
        let all = Count { last: 112, open: 0, aside: 0, unknown: 0 };
        let table = [
            (all, receipt(112, 112), Agreement::Complete),
            (Count { open: 3, ..all }, receipt(109, 109), Agreement::Open),
            // One in the middle is not sent yet: as many as there are answers for.
            (Count { open: 1, ..all }, receipt(111, 50), Agreement::Open),
            // The receipt is of before three more were recorded.
            (Count { last: 115, open: 3, ..all }, receipt(112, 112), Agreement::Open),
            (all, receipt(110, 110), Agreement::Fewer { missing: 2 }),
            (Count { open: 3, ..all }, receipt(100, 100), Agreement::Fewer { missing: 9 }),
            (all, receipt(0, 0), Agreement::Fewer { missing: 112 }),
            // The server could not read one and holds nothing of it: its count stops there.
            (Count { aside: 1, ..all }, receipt(111, 50), Agreement::Complete),
            (Count { aside: 1, ..all }, receipt(112, 112), Agreement::Complete),
            (Count { aside: 1, ..all }, receipt(110, 50), Agreement::Fewer { missing: 1 }),
            (Count { aside: 1, open: 1, ..all }, receipt(110, 50), Agreement::Open),
            // With none set aside a gap is a gap.
            (all, receipt(112, 50), Agreement::Open),
            // One of another version may not have been sent.
            (Count { unknown: 1, ..all }, receipt(111, 50), Agreement::Open),
            (Count { aside: 1, unknown: 1, ..all }, receipt(110, 50), Agreement::Open),
            (Count { last: 2, open: 2, aside: 1, unknown: 0 }, receipt(0, 0), Agreement::Open),
        ];
        for (count, receipt, agreement) in table {
            assert_eq!(count.beside(&receipt), agreement, "{count:?} {}", receipt.stored_total);
        }
    }

    #[test]
    fn a_refusal_that_the_server_stored_counts_as_received() {
        let refused = |refusal| Outcome::Refused { command: None, refusal };
        assert!(is_unnumbered(&refused(Refusal::IdReused)));
        for stored in [Refusal::Unreadable, Refusal::BadCommandCount, Refusal::TooLarge] {
            assert!(!is_unnumbered(&refused(stored)));
        }
        assert!(!is_unnumbered(&Outcome::Quarantined));
    }

    #[test]
    fn the_clock_is_measured_in_the_middle_of_a_request_and_never_across_a_sleep() {
        let server = Timestamp(1_795_366_800_000);
        let skew = |before: i64, after: i64| {
            clock_skew(server.plus_ms(before), server.plus_ms(after), server)
        };
        assert_eq!(skew(-100, 100), Some(0));
        assert_eq!(skew(0, 0), Some(0));
        assert_eq!(skew(840_000, 844_000), Some(842_000));
        assert_eq!(skew(-844_000, -840_000), Some(-842_000));
        assert_eq!(skew(-15_000, 15_000), Some(0));
        assert_eq!(skew(0, 8 * 3_600_000), None, "the phone has slept");
        assert_eq!(skew(0, -1), None, "the clock was set back");
    }

    #[test]
    fn what_has_waited_a_day_is_counted_in_days() {
        let made = |ms: u64| {
            SubmissionId(uuid::Builder::from_unix_timestamp_millis(ms, &[7; 10]).into_uuid())
        };
        let now = Timestamp(1_795_366_800_000);
        let ago = |ms: i64| made(u64::try_from(now.0 - ms).unwrap());
        let days = |ages: &[i64]| days_waiting(ages.iter().map(|age| ago(*age).made_at()), now);
        assert_eq!(ago(5).made_at(), now.plus_ms(-5));
        assert_eq!(days(&[]), None);
        assert_eq!(days(&[0, DAY_MS - 1]), None);
        assert_eq!(days(&[0, DAY_MS]), Some(1));
        assert_eq!(days(&[DAY_MS, 3 * DAY_MS + 5, 0]), Some(3));
        assert_eq!(days(&[-2 * DAY_MS]), None, "a clock that was put back");
    }
}
