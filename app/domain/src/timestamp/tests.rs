//! Dates, zones and what the clocks show.

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
fn what_came_later_or_before_is_not_soon_after() {
    let soon = |at| Timestamp(at).is_soon_after(Timestamp(1_000), 500);
    assert_eq!([999, 1_000, 1_499, 1_500].map(soon), [false, true, true, false]);
}

#[test]
fn a_zone_gives_the_offset_of_its_last_change() {
    let change = |at, offset_minutes| Transition { at: Timestamp(at), offset_minutes };
    let zone = Zone(vec![change(0, -240), change(1_000, -180)]);
    assert_eq!(zone.offset_minutes(Timestamp(999)), -240);
    assert_eq!(zone.offset_minutes(Timestamp(1_000)), -180);
    assert_eq!(zone.local(Timestamp(0)).0.to_string(), "1969-12-31");
}

#[test]
fn of_a_zone_as_much_is_told_as_later_moments_need() {
    let zone = chile();
    let [first, second, third] = [0, 1, 2].map(|at| zone.0[at].at);
    assert_eq!(zone.since(Timestamp(0)), zone);
    assert_eq!(zone.since(second.plus_ms(-1)), zone);
    for moment in [second, third.plus_ms(-1)] {
        let told = zone.since(moment);
        assert_eq!(told.0, zone.0[1..], "{moment:?}");
        assert_eq!(told.offset_minutes(moment), zone.offset_minutes(moment));
    }
    assert_eq!(zone.since(third.plus_ms(1)).0, zone.0[2..]);
    assert_eq!(zone.since(first).offset_minutes(second), -240);
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
    for (day, hour, minute) in [("2026-04-04", "23:30", 1_410), ("2026-09-05", "23:30", 1_410)] {
        let (on, told, _) = shown(day, hour);
        assert_eq!((on.as_str(), told), (day, minute), "{day} {hour}");
    }
    assert_eq!(shown("2026-04-04", "23:30").2, 1_775_358_000_000 - 30 * 60_000);
    let (on, minute, at) = shown("2026-09-06", "00:30");
    assert_eq!((on.as_str(), minute), ("2026-09-06", 90));
    assert_eq!(at, 1_788_667_200_000 + 30 * 60_000);
}

#[test]
fn of_the_two_hours_before_midnight_each_is_known() {
    let back = Timestamp(1_775_358_000_000);
    for (minutes, minute, twice) in [
        (-61, 1_379, None),
        (-60, 1_380, Some(Twice::First)),
        (-1, 1_439, Some(Twice::First)),
        (0, 1_380, Some(Twice::Second)),
        (59, 1_439, Some(Twice::Second)),
        (60, 0, None),
    ] {
        let at = back.plus_ms(minutes * 60_000);
        assert_eq!(chile().wall(at), WallTime { minute, twice }, "{minutes}");
    }
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
    fn an_hour_comes_twice_where_two_moments_show_it(
        change in 0_usize..3,
        minutes in -240_i64..240,
    ) {
        let zone = chile();
        let at = zone.0[change].at.plus_ms(minutes * 60_000);
        let (day, minute) = zone.local(at);
        let first = zone.moment(day, i64::from(minute) * 60_000);
        let comes_again = zone.local(first.plus_ms(HOUR_MS)) == (day, minute);
        let twice = match (first == at, comes_again) {
            (true, true) => Some(Twice::First),
            (true, false) => None,
            (false, _) => Some(Twice::Second),
        };
        prop_assert_eq!(zone.twice(at), twice);
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
