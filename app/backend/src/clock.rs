//! The one file that reads the clock, makes identifiers and draws random bytes.

use domain::timestamp::{Timestamp, Transition, Zone};
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

use crate::error::Fault;

/// The zone of the programmes.
pub const ZONE: &str = "America/Santiago";

/// Where the time comes from. Cloning a fixed clock shares its hands.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that moves only when it is told to, UTC milliseconds.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Fixed(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock by `ms`; the machine's clock is left alone.
    pub fn advance_ms(&self, ms: i64) {
        if let Self::Fixed(at) = self {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the clock")]
fn system_now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// A new identifier, UUID version 7 of the machine's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one file that makes identifiers")]
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}

/// `N` bytes nobody can foresee.
///
/// # Errors
/// [`Fault`] when the operating system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Fault::new("the system gives no random bytes"))?;
    Ok(bytes)
}

/// The first year whose hours are told right. Programmes of 2020 are told, and registers of years
/// before are taken in.
const FIRST_YEAR: i16 = 2015;

/// The changes of [`ZONE`] from 2015 to three years after `now`, headed by the offset that held
/// before.
///
/// # Errors
/// [`Fault`] when the machine has no tz database with [`ZONE`].
pub fn zone(now: Timestamp) -> Result<Zone, Fault> {
    let santiago = TimeZone::get(ZONE)
        .map_err(|_| Fault::new("the tz database with America/Santiago is missing (tzdata)"))?;
    let year = now.local(0).0.year();
    let start = |year: i16| {
        jiff::civil::date(year, 1, 1)
            .at(0, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .map(|moment| moment.timestamp())
            .map_err(|_| Fault::new("a year outside the calendar"))
    };
    let (from, until) = (start(FIRST_YEAR)?, start(year + 4)?);
    let mut changes = vec![change(from, santiago.to_offset(from))];
    for transition in santiago.following(from).take_while(|next| next.timestamp() < until) {
        changes.push(change(transition.timestamp(), transition.offset()));
    }
    Ok(Zone(changes))
}

fn change(at: jiff::Timestamp, offset: jiff::tz::Offset) -> Transition {
    Transition { at: Timestamp(at.as_millisecond()), offset_minutes: offset.seconds() / 60 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_in_santiago_is_three_hours_behind_and_winter_four() {
        let day = |text: &str| {
            let midnight = format!("{text}T00:00:00Z").parse::<jiff::Timestamp>().unwrap();
            Timestamp(midnight.as_millisecond())
        };
        let zone = zone(day("2026-11-22")).unwrap();
        assert_eq!(zone.offset_minutes(day("2026-11-22")), -180);
        assert_eq!(zone.offset_minutes(day("2026-07-01")), -240);
        assert_eq!(zone.offset_minutes(day("2025-01-02")), -180);
        assert_eq!(zone.offset_minutes(day("2029-07-01")), -240);
    }

    #[test]
    fn hours_of_years_ago_are_told_as_the_clocks_showed_them() {
        let zone = zone(Timestamp(1_795_366_800_000)).unwrap();
        // 1 January and 1 July 2020, and 31 December 2019.
        assert_eq!(zone.offset_minutes(Timestamp(1_577_836_800_000)), -180);
        assert_eq!(zone.offset_minutes(Timestamp(1_593_561_600_000)), -240);
        assert_eq!(zone.offset_minutes(Timestamp(1_577_750_400_000)), -180);
        assert_eq!(zone.offset_minutes(Timestamp(1_562_000_000_000)), -240, "July 2019");
        assert!(zone.0.len() < 40, "it is sent with the pages of the desks");
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(Timestamp(5));
        let shared = clock.clone();
        clock.advance_ms(10);
        assert_eq!(shared.now(), Timestamp(15));
    }
}
