//! Moments and civil dates.
//!
//! A [`Timestamp`] is UTC milliseconds; a [`CivilDate`] is a day on the calendar without a zone.
//! The zone of the programme reaches the phone as a list of [`Transition`]s made by the server,
//! so that the phone needs no tz database of its own.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A moment: milliseconds since 1970-01-01T00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds in a day.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Timestamp {
    /// This moment `ms` milliseconds later (earlier when negative), held inside the range.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when it is later.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The civil date and the minute of the day (0–1439) at this moment, `offset_minutes` from UTC.
    #[must_use]
    pub fn local(self, offset_minutes: i32) -> (CivilDate, u16) {
        let local = self.0.saturating_add(i64::from(offset_minutes) * 60_000);
        let day = local.div_euclid(DAY_MS).clamp(MIN_DAY, MAX_DAY);
        let minute = local.rem_euclid(DAY_MS) / 60_000;
        (CivilDate::from_days(day), u16::try_from(minute).unwrap_or(0))
    }
}

/// A day on the calendar, ISO text `2026-11-22` on every wire and in every database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schema(value_type = String, example = "2026-11-22"))]
#[serde(try_from = "String", into = "String")]
pub struct CivilDate(jiff::civil::Date);

/// The day from which [`CivilDate::days`] counts.
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

/// First day that a [`CivilDate`] made from a day number may have: 1900-01-01.
const MIN_DAY: i64 = -25_567;
/// Last one: 2199-12-31.
const MAX_DAY: i64 = 84_005;

/// A text that is no ISO date between the years 1900 and 2199.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO date between 1900 and 2199")]
pub struct DateError;

impl CivilDate {
    /// The date `year`-`month`-`day`.
    ///
    /// # Errors
    /// [`DateError`] when there is no such day, or its year is outside 1900–2199.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        if !(1900..=2199).contains(&year) {
            return Err(DateError);
        }
        jiff::civil::Date::new(year, month, day).map(Self).map_err(|_| DateError)
    }

    /// Days since 1970-01-01; negative before.
    #[must_use]
    pub fn days(self) -> i64 {
        self.0.duration_since(EPOCH).as_hours() / 24
    }

    /// The date `days` after 1970-01-01, held inside 1900–2199.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let hours = days.clamp(MIN_DAY, MAX_DAY) * 24;
        Self(EPOCH.saturating_add(jiff::SignedDuration::from_hours(hours)))
    }

    /// The year, 1900–2199.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1–12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1–31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day of the week, 0 for Monday to 6 for Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0)
    }

    /// The same day so many months later, or the last of that month when it is shorter.
    #[must_use]
    pub fn plus_months(self, months: u16) -> Self {
        let all = i32::from(self.year()) * 12 + i32::from(self.month()) - 1 + i32::from(months);
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        let year = i16::try_from(year).unwrap_or(i16::MAX);
        let month = i8::try_from(month).unwrap_or(12);
        let ends = (1..=self.day()).rev().find_map(|day| Self::new(year, month, day).ok());
        ends.unwrap_or(self)
    }

    /// Whole years from this date to `later`, as an age is counted; negative when it is earlier.
    #[must_use]
    pub fn years_until(self, later: Self) -> i32 {
        let before = (later.month(), later.day()) < (self.month(), self.day());
        i32::from(later.year()) - i32::from(self.year()) - i32::from(before)
    }

    /// Whole months from this date to `later`, as an age is counted; negative when it is earlier.
    #[must_use]
    pub fn months_until(self, later: Self) -> i32 {
        let years = i32::from(later.year()) - i32::from(self.year());
        let months = i32::from(later.month()) - i32::from(self.month());
        years * 12 + months - i32::from(later.day() < self.day())
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for CivilDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.splitn(3, '-');
        let mut next = |width: usize| {
            let part = parts.next().ok_or(DateError)?;
            let digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<i16>().unwrap_or(0)).ok_or(DateError)
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let small = |n: i16| i8::try_from(n).map_err(|_| DateError);
        Self::new(year, small(month)?, small(day)?)
    }
}

impl TryFrom<String> for CivilDate {
    type Error = DateError;
    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<CivilDate> for String {
    fn from(date: CivilDate) -> Self {
        date.to_string()
    }
}

/// From `at` on, local time is `offset_minutes` from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The moment of the change.
    pub at: Timestamp,
    /// Minutes to add to UTC, −180 or −240 in Chile.
    pub offset_minutes: i32,
}

/// The changes of a zone in the years that matter, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone(pub Vec<Transition>);

impl Zone {
    /// Minutes to add to UTC at `moment`; those of the first change before it is known.
    #[must_use]
    pub fn offset_minutes(&self, moment: Timestamp) -> i32 {
        let at = self.0.partition_point(|change| change.at <= moment);
        let known = self.0.get(at.saturating_sub(1));
        known.map_or(0, |change| change.offset_minutes)
    }

    /// The civil date and minute of the day at `moment` in this zone.
    #[must_use]
    pub fn local(&self, moment: Timestamp) -> (CivilDate, u16) {
        moment.local(self.offset_minutes(moment))
    }

    /// The moment at which the clocks of this zone show so many milliseconds after the midnight of
    /// a day; of an hour that comes twice the first. An hour that the change to summer time leaves
    /// out is the one after it.
    #[must_use]
    pub fn moment(&self, day: CivilDate, ms: i64) -> Timestamp {
        let local = day.days() * DAY_MS + ms;
        let offset = |at: i64| i64::from(self.offset_minutes(Timestamp(at))) * 60_000;
        let first = local - offset(local);
        let second = local - offset(first);
        Timestamp(if second + offset(second) == local { second } else { first })
    }
}

/// An hour and its minutes as typed, `14:05`, in milliseconds of the day.
#[must_use]
pub fn ms_of_day(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':');
    let (hour, minute) = (parts.next()?.parse::<i64>().ok()?, parts.next()?.parse::<i64>().ok()?);
    let fits = (0..24).contains(&hour) && (0..60).contains(&minute);
    fits.then_some((hour * 60 + minute) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_day_number_of_known_dates_is_right() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap().days();
        assert_eq!(day("1970-01-01"), 0);
        assert_eq!(day("2000-03-01"), 11_017);
        assert_eq!(day("1900-01-01"), MIN_DAY);
        assert_eq!(day("2199-12-31"), MAX_DAY);
        assert_eq!("2026-11-22".parse::<CivilDate>().unwrap().weekday(), 6);
    }

    #[test]
    fn an_age_counts_only_whole_months_and_years() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        assert_eq!(day("2026-01-31").months_until(day("2026-03-30")), 1);
        assert_eq!(day("2020-02-29").years_until(day("2026-02-28")), 5);
        assert_eq!(day("2026-03-01").months_until(day("2026-02-01")), -1);
    }

    #[test]
    fn months_later_is_the_same_day_or_the_last() {
        for (from, months, to) in [
            ("2026-11-20", 2, "2027-01-20"),
            ("2026-12-31", 2, "2027-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2026-05-05", 0, "2026-05-05"),
        ] {
            let day: CivilDate = from.parse().unwrap();
            assert_eq!(day.plus_months(months), to.parse().unwrap(), "{from} {months}");
        }
    }

    #[test]
    fn half_written_and_impossible_dates_are_refused() {
        for text in ["", "2026-2-3", "2026-02-30", "1899-12-31", "2026-11-22T10", "+026-11-22"] {
            assert_eq!(text.parse::<CivilDate>(), Err(DateError), "{text}");
        }
    }

    #[test]
    fn a_zone_gives_the_offset_of_its_last_change() {
        let change = |at, offset_minutes| Transition { at: Timestamp(at), offset_minutes };
        let zone = Zone(vec![change(0, -240), change(1_000, -180)]);
        assert_eq!(zone.offset_minutes(Timestamp(999)), -240);
        assert_eq!(zone.offset_minutes(Timestamp(1_000)), -180);
        assert_eq!(zone.local(Timestamp(0)).0.to_string(), "1969-12-31");
    }

    /// 2026 in Chile: back in the night to the 5th of April, forward in that to the 6th of
    /// September.
    fn chile() -> Zone {
        let change = |at, offset_minutes| Transition { at: Timestamp(at), offset_minutes };
        Zone(vec![
            change(1_757_217_600_000, -180),
            change(1_775_358_000_000, -240),
            change(1_788_667_200_000, -180),
        ])
    }

    #[test]
    fn an_hour_that_is_left_out_is_the_one_after_it_and_of_two_it_is_the_first() {
        let zone = chile();
        let shown = |day: &str, hour: &str| {
            let at = zone.moment(day.parse().unwrap(), ms_of_day(hour).unwrap());
            let (on, minute) = zone.local(at);
            (on.to_string(), minute, at.0)
        };
        for (day, hour, minute) in [("2026-04-04", "23:30", 1_410), ("2026-09-05", "23:30", 1_410)]
        {
            let (on, told, _) = shown(day, hour);
            assert_eq!((on.as_str(), told), (day, minute), "{day} {hour}");
        }
        assert_eq!(shown("2026-04-04", "23:30").2, 1_775_358_000_000 - 30 * 60_000);
        let (on, minute, at) = shown("2026-09-06", "00:30");
        assert_eq!((on.as_str(), minute), ("2026-09-06", 90));
        assert_eq!(at, 1_788_667_200_000 + 30 * 60_000);
    }

    #[test]
    fn an_hour_of_the_day_is_read_and_nothing_else() {
        let ms = |hour: i64, minute: i64| Some((hour * 60 + minute) * 60_000);
        for (text, read) in [("00:00", ms(0, 0)), (" 9:05 ", ms(9, 5)), ("23:59:00", ms(23, 59))] {
            assert_eq!(ms_of_day(text), read, "{text}");
        }
        for text in ["", "9", "24:00", "12:60", "-1:00", "12:0x", ":"] {
            assert_eq!(ms_of_day(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_the_clocks_show_is_found_again(ms in 1_757_300_000_000i64..1_790_000_000_000) {
            let (day, minute) = chile().local(Timestamp(ms));
            let found = chile().moment(day, i64::from(minute) * 60_000);
            prop_assert_eq!(chile().local(found), (day, minute));
        }

        #[test]
        fn a_date_is_read_back_as_it_was_written(days in MIN_DAY..=MAX_DAY) {
            let date = CivilDate::from_days(days);
            prop_assert_eq!(date.days(), days);
            prop_assert_eq!(date.to_string().parse(), Ok(date));
        }

        #[test]
        fn no_text_makes_the_date_reader_panic(text in ".{0,20}") {
            let _ = text.parse::<CivilDate>();
        }

        #[test]
        fn no_moment_makes_local_time_panic(ms in any::<i64>(), offset in -900i32..900) {
            let _ = Timestamp(ms).local(offset);
        }
    }
}
