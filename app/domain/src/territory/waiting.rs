//! Who still waits for a place, and for which units they speak.

use crate::catalogue::coded;
use crate::timestamp::Timestamp;

/// So many days after its outreach a waiting list still speaks for the units that it reaches.
pub const WAITS_DAYS: i64 = 365;

coded! {
    /// How somebody's waiting ended, as it is noted before what bookings say of people goes.
    pub enum Settled {
        /// They had what they waited for.
        Served = "served",
        /// They asked for a place elsewhere, or were offered one.
        Elsewhere = "elsewhere",
    }
}

/// Whether somebody who came on the waiting list of an outreach still waits: until an animal of
/// theirs has had what they wait for, anywhere. Whoever took another place, or was offered one, is
/// on no list any more; and a list counts for [`WAITS_DAYS`] after its outreach, whatever became of
/// that, for nobody gives up a place on the list of a day that is over.
#[must_use]
pub fn still_waits(since: Timestamp, served_at: Option<Timestamp>) -> bool {
    served_at.is_none_or(|at| at < since)
}

/// How many of the animals on one outreach's list one of the units that it reaches is counted for,
/// of which nobody says in which of them they live: as many for each as whole animals go, and one
/// more for each of the first. Together they are all of them, each once. Nothing for a unit beyond
/// the last.
#[must_use]
pub fn share_of_list(animals: u32, units: u32, place: u32) -> u32 {
    if place >= units {
        return 0;
    }
    let more = u32::from(place < animals % units);
    animals / units + more
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn who_was_served_since_does_not_wait_any_more() {
        let (before, since, after) = (Timestamp(1), Timestamp(2), Timestamp(3));
        assert!(still_waits(since, None));
        assert!(still_waits(since, Some(before)), "that was another time");
        assert!(!still_waits(since, Some(since)) && !still_waits(since, Some(after)));
    }

    proptest! {
        #[test]
        fn a_list_is_shared_out_once(animals in 0_u32..10_000, units in 1_u32..40) {
            let shares: Vec<_> =
                (0..units).map(|place| share_of_list(animals, units, place)).collect();
            prop_assert_eq!(shares.iter().sum::<u32>(), animals);
            let (first, last) = (shares[0], shares[shares.len() - 1]);
            prop_assert!(first - last <= 1, "{:?}", shares);
            prop_assert_eq!(share_of_list(animals, units, units), 0);
        }
    }
}
