//! Dates, times, numbers and identifiers as a person reads them (`ui.md`, Type).
//!
//! Group separators inside a chip or a number are no-break spaces and points, so that a value is
//! never broken over two lines. Copying gives the plain number: the components see to that.

use domain::timestamp::{CivilDate, Timestamp, Twice, Zone};

use crate::{Locale, common};

/// A no-break space.
const NBSP: char = '\u{a0}';

/// `sáb 22 nov 2026`.
#[must_use]
pub fn date(date: CivilDate, locale: Locale) -> String {
    let (weekday, month) = (weekday(date, locale), month(date, locale));
    format!("{weekday}{NBSP}{}{NBSP}{month}{NBSP}{}", date.day(), date.year())
}

/// `sábado 22 de noviembre de 2026`, for documents and headings.
#[must_use]
pub fn date_long(date: CivilDate, locale: Locale) -> String {
    let (weekday, month) = (weekday_long(date, locale), month_long(date, locale));
    common::date_long(locale, date.day(), month, weekday, date.year())
}

/// `14:05` from the minute of the day (0–1439).
#[must_use]
pub fn time(minute_of_day: u16) -> String {
    format!("{:02}:{:02}", minute_of_day / 60 % 24, minute_of_day % 60)
}

/// `14:05` at a moment; of an hour that comes twice in the night in which the clocks go back, which
/// of the two it is.
#[must_use]
pub fn hour(at: Timestamp, zone: &Zone, locale: Locale) -> String {
    let shown = time(zone.local(at).1);
    match zone.twice(at) {
        Some(Twice::First) => common::hour_before_change(locale, shown),
        Some(Twice::Second) => common::hour_after_change(locale, shown),
        None => shown,
    }
}

/// `sáb 22 nov 2026, 14:05` at `offset_minutes` from UTC.
#[must_use]
pub fn moment(moment: Timestamp, offset_minutes: i32, locale: Locale) -> String {
    let (day, minute) = moment.local(offset_minutes);
    common::day_at_time(locale, date(day, locale), time(minute))
}

/// The same in a zone; of an hour that comes twice, which of the two it is.
#[must_use]
pub fn moment_in(at: Timestamp, zone: &Zone, locale: Locale) -> String {
    common::day_at_time(locale, date(zone.local(at).0, locale), hour(at, zone, locale))
}

/// `152 0981 0000 0001` from 15 digits; anything else is given back as it is.
#[must_use]
pub fn chip(digits: &str) -> String {
    if digits.len() != 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut out = String::with_capacity(24);
    for (place, digit) in digits.chars().enumerate() {
        if matches!(place, 3 | 7 | 11) {
            out.push(NBSP);
        }
        out.push(digit);
    }
    out
}

/// `1.600`, in English `1,600`. Four digits are grouped too, since most counts stand in tables.
#[must_use]
pub fn count(number: u64, locale: Locale) -> String {
    match locale {
        Locale::Es => grouped(number, '.'),
        Locale::En => grouped(number, ','),
    }
}

/// `12,5 kg` from grams, rounded to the nearest 10 g, without needless zeros.
#[must_use]
pub fn weight(grams: u32, locale: Locale) -> String {
    let hundredths = u64::from(grams).saturating_add(5) / 10;
    let whole = count(hundredths / 100, locale);
    let comma = match locale {
        Locale::Es => ',',
        Locale::En => '.',
    };
    match hundredths % 100 {
        0 => format!("{whole}{NBSP}kg"),
        rest if rest % 10 == 0 => format!("{whole}{comma}{}{NBSP}kg", rest / 10),
        rest => format!("{whole}{comma}{rest:02}{NBSP}kg"),
    }
}

/// `3 años`, `5 meses` or `menos de un mes` on the day `today`.
#[must_use]
pub fn age(birth: CivilDate, today: CivilDate, locale: Locale) -> String {
    let months = u64::try_from(birth.months_until(today)).unwrap_or(0);
    match months {
        0 => common::age_newborn(locale).to_owned(),
        1..=23 => common::age_months(locale, months),
        _ => common::age_years(locale, months / 12),
    }
}

/// `14 minutos`, `3 horas` or `2 días`: how long a span of milliseconds is, whatever its sign, in
/// the greatest unit of which there are two.
#[must_use]
pub fn span(ms: i64, locale: Locale) -> String {
    let minutes = ms.unsigned_abs().saturating_add(30_000) / 60_000;
    match minutes {
        0..120 => common::minutes(locale, minutes),
        120..2_880 => common::hours(locale, minutes / 60),
        _ => common::days(locale, minutes / 1_440),
    }
}

/// `blanco, negro y café`: a list with its last conjunction.
#[must_use]
pub fn list<T: AsRef<str>>(items: &[T], locale: Locale) -> String {
    let Some((last, first)) = items.split_last() else {
        return String::new();
    };
    if first.is_empty() {
        return last.as_ref().to_owned();
    }
    let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
    common::list_two(locale, first.join(", "), last.as_ref())
}

fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// `lun`: the day of the week in three letters.
#[must_use]
pub fn weekday(date: CivilDate, locale: Locale) -> &'static str {
    match date.weekday() {
        0 => common::weekday_mon(locale),
        1 => common::weekday_tue(locale),
        2 => common::weekday_wed(locale),
        3 => common::weekday_thu(locale),
        4 => common::weekday_fri(locale),
        5 => common::weekday_sat(locale),
        _ => common::weekday_sun(locale),
    }
}

fn weekday_long(date: CivilDate, locale: Locale) -> &'static str {
    match date.weekday() {
        0 => common::weekday_mon_long(locale),
        1 => common::weekday_tue_long(locale),
        2 => common::weekday_wed_long(locale),
        3 => common::weekday_thu_long(locale),
        4 => common::weekday_fri_long(locale),
        5 => common::weekday_sat_long(locale),
        _ => common::weekday_sun_long(locale),
    }
}

/// `nov`: the month in three letters.
#[must_use]
pub fn month(date: CivilDate, locale: Locale) -> &'static str {
    match date.month() {
        1 => common::month_jan(locale),
        2 => common::month_feb(locale),
        3 => common::month_mar(locale),
        4 => common::month_apr(locale),
        5 => common::month_may(locale),
        6 => common::month_jun(locale),
        7 => common::month_jul(locale),
        8 => common::month_aug(locale),
        9 => common::month_sep(locale),
        10 => common::month_oct(locale),
        11 => common::month_nov(locale),
        _ => common::month_dec(locale),
    }
}

/// `noviembre`: the month in full.
#[must_use]
pub fn month_long(date: CivilDate, locale: Locale) -> &'static str {
    match date.month() {
        1 => common::month_jan_long(locale),
        2 => common::month_feb_long(locale),
        3 => common::month_mar_long(locale),
        4 => common::month_apr_long(locale),
        5 => common::month_may_long(locale),
        6 => common::month_jun_long(locale),
        7 => common::month_jul_long(locale),
        8 => common::month_aug_long(locale),
        9 => common::month_sep_long(locale),
        10 => common::month_oct_long(locale),
        11 => common::month_nov_long(locale),
        _ => common::month_dec_long(locale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::timestamp::Transition;

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn dates_and_moments_read_as_in_chile() {
        let day: CivilDate = "2026-11-21".parse().unwrap();
        assert_eq!(plain(&date(day, Locale::Es)), "sáb 21 nov 2026");
        assert_eq!(date_long(day, Locale::Es), "sábado 21 de noviembre de 2026");
        assert_eq!(date_long(day, Locale::En), "Saturday 21 November 2026");
        let noon = Timestamp(day.days() * domain::timestamp::DAY_MS + 17 * 3_600_000 + 300_000);
        assert_eq!(plain(&moment(noon, -180, Locale::Es)), "sáb 21 nov 2026, 14:05");
    }

    #[test]
    fn of_an_hour_that_comes_twice_it_is_said_which() {
        // The night to 5 April 2026 in Chile: at midnight it is 23:00 again.
        let back = Timestamp(1_775_358_000_000);
        let change = |at, offset_minutes| Transition { at, offset_minutes };
        let zone = Zone(vec![change(Timestamp(0), -180), change(back, -240)]);
        let said = |minutes: i64| hour(back.plus_ms(minutes * 60_000), &zone, Locale::Es);
        assert_eq!(said(-90), "22:30");
        assert_eq!(said(-30), "23:30 (antes del cambio de hora)");
        assert_eq!(said(30), "23:30 (después del cambio de hora)");
        assert_eq!(said(60), "00:00");
        let told = plain(&moment_in(back, &zone, Locale::En));
        assert_eq!(told, "Sat 4 Apr 2026, 23:00 (after the clocks went back)");
    }

    #[test]
    fn a_chip_is_grouped() {
        assert_eq!(plain(&chip("152098100000001")), "152 0981 0000 0001");
        assert_eq!(chip("12345"), "12345");
    }

    #[test]
    fn numbers_take_the_separators_of_their_language() {
        assert_eq!(count(0, Locale::Es), "0");
        assert_eq!(count(1_600, Locale::Es), "1.600");
        assert_eq!(count(1_234_567, Locale::En), "1,234,567");
        assert_eq!(plain(&weight(12_500, Locale::Es)), "12,5 kg");
        assert_eq!(plain(&weight(4_000, Locale::Es)), "4 kg");
        assert_eq!(plain(&weight(3_049, Locale::En)), "3.05 kg");
    }

    #[test]
    fn counted_messages_agree_with_their_number() {
        assert_eq!(common::animals(Locale::Es, 1), "1 animal");
        assert_eq!(common::animals(Locale::Es, 0), "0 animales");
        assert_eq!(common::animals(Locale::Es, 1_600), "1.600 animales");
    }

    #[test]
    fn a_span_is_told_in_the_unit_that_fits() {
        let said = |minutes: i64| span(minutes * 60_000, Locale::Es);
        assert_eq!(said(1), "1 minuto");
        assert_eq!(said(-14), "14 minutos");
        assert_eq!(said(119), "119 minutos");
        assert_eq!(said(120), "2 horas");
        assert_eq!(said(-2_879), "47 horas");
        assert_eq!(said(2_880), "2 días");
        assert!(span(i64::MIN, Locale::En).ends_with(" days"));
    }

    #[test]
    fn ages_and_lists_are_said_as_people_say_them() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        let said = |birth| age(day(birth), day("2026-11-22"), Locale::Es);
        assert_eq!(said("2026-11-01"), "menos de un mes");
        assert_eq!(said("2026-10-20"), "1 mes");
        assert_eq!(said("2020-01-01"), "6 años");
        assert_eq!(list(&["blanco", "negro", "café"], Locale::Es), "blanco, negro y café");
        assert_eq!(list::<&str>(&[], Locale::Es), "");
    }
}
