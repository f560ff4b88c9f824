//! How long a phone waits before it tries again.

use super::MAX_WAIT_MS;

/// First wait after an attempt that failed, before it is spread, in milliseconds.
const FIRST_WAIT_MS: u32 = 1_000;
/// First wait after answers that could not be written down: the driver begins anew with what is
/// held.
const FIRST_REWRITE_MS: u32 = 5_000;

/// The wait of a phone that has failed so often before, in milliseconds.
pub(super) const fn retry_wait(failed: u32, random: u32) -> u32 {
    spread(doubled(FIRST_WAIT_MS, failed), random)
}

/// The wait after something could not be written down, when so many attempts to write have failed
/// before, in milliseconds, at most [`MAX_WAIT_MS`]. `random` is any number and spreads it.
#[must_use]
pub const fn rewrite_wait(failed: u32, random: u32) -> u32 {
    spread(doubled(FIRST_REWRITE_MS, failed), random)
}

/// A wait that doubles with each time, up to [`MAX_WAIT_MS`].
const fn doubled(first: u32, times: u32) -> u32 {
    let exponent = if times < 16 { times } else { 16 };
    let longest = first.saturating_mul(1 << exponent);
    if longest < MAX_WAIT_MS { longest } else { MAX_WAIT_MS }
}

/// Half of a wait is certain, half is chance, so that phones do not come at once.
pub(super) const fn spread(longest: u32, random: u32) -> u32 {
    longest / 2 + random % (longest / 2 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_tried_ever_more_seldom() {
        let shortest = [0, 1, 2, 3, 4, 5, u32::MAX].map(|failed| rewrite_wait(failed, 0));
        assert_eq!(shortest, [2_500, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000]);
        let spread = [0, 1, 9_999, 30_000, 30_001, u32::MAX].map(|random| rewrite_wait(9, random));
        assert!(spread.iter().all(|ms| *ms <= MAX_WAIT_MS), "{spread:?}");
        assert_eq!(spread[3], MAX_WAIT_MS);
    }
}
