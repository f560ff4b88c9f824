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

    /// Whether this moment is less than `ms` after an earlier one. By a clock that was put back
    /// since it is not: that says nothing.
    #[must_use]
    pub fn is_soon_after(self, earlier: Self, ms: i64) -> bool {
        (0..ms).contains(&self.since_ms(earlier))
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

/// Which of the two it is, of an hour that comes twice in the night in which the clocks go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twice {
    /// Before they go back.
    First,
    /// After that.
    Second,
}

/// What the clocks show at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    /// The minute of the local day.
    pub minute: u16,
    /// Of an hour that comes twice, which of the two.
    pub twice: Option<Twice>,
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

    /// As much of it as is needed for the moments from one on.
    #[must_use]
    pub fn since(&self, moment: Timestamp) -> Self {
        let at = self.0.partition_point(|change| change.at <= moment);
        Self(self.0.iter().skip(at.saturating_sub(1)).copied().collect())
    }

    /// The civil date and minute of the day at `moment` in this zone.
    #[must_use]
    pub fn local(&self, moment: Timestamp) -> (CivilDate, u16) {
        moment.local(self.offset_minutes(moment))
    }

    /// Of a moment whose hour the clocks of this zone show twice, which of the two it is.
    #[must_use]
    pub fn twice(&self, moment: Timestamp) -> Option<Twice> {
        self.0.windows(2).find_map(|changes| {
            let [before, after] = changes else { return None };
            let minutes = i64::from(before.offset_minutes) - i64::from(after.offset_minutes);
            let (back, since) = (minutes * 60_000, moment.since_ms(after.at));
            if (-back..0).contains(&since) {
                return Some(Twice::First);
            }
            (0..back).contains(&since).then_some(Twice::Second)
        })
    }

    /// What the clocks of this zone show at a moment.
    #[must_use]
    pub fn wall(&self, moment: Timestamp) -> WallTime {
        WallTime { minute: self.local(moment).1, twice: self.twice(moment) }
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
mod tests;
