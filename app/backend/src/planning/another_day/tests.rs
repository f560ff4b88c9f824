//! Nights: across midnight, and across the changes of the clocks.

use domain::booking::slots;
use domain::desk::plan::OutreachForm;
use domain::id::OutreachId;
use domain::timestamp::HOUR_MS;

use super::*;
use crate::clock::fresh_id;
use crate::planning::reading::read;

/// Santiago in 2026: clocks go back on the night to 5 April, forward on that to 6 September.
fn zone() -> Zone {
    let text = r#"[{"at":0,"offset_minutes":-180},{"at":1775358000000,"offset_minutes":-240},
        {"at":1788667200000,"offset_minutes":-180}]"#;
    serde_json::from_str(text).unwrap()
}

fn night(held_on: &str) -> Outreach {
    let text = |text: &str| text.to_owned();
    let form = OutreachForm {
        programme: fresh_id().to_string(),
        name: text("Feria nocturna"),
        kind: text("mixed"),
        status: text("draft"),
        held_on: text(held_on),
        starts: text("22:00"),
        ends: text("02:00"),
        place: text("Plaza"),
        commune: text("02101"),
        ..OutreachForm::default()
    };
    read(OutreachId(fresh_id()), &form, &zone()).unwrap().0
}

fn length(outreach: &Outreach) -> i64 {
    outreach.ends_at.since_ms(outreach.starts_at)
}

#[test]
fn a_night_on_which_the_clocks_change_has_an_hour_more_or_less() {
    for (held_on, hours) in [("2026-11-21", 4), ("2026-04-04", 5), ("2026-09-05", 3)] {
        let outreach = night(held_on);
        assert_eq!(length(&outreach), hours * HOUR_MS, "{held_on}");
        assert_eq!(outreach.held_on.to_string(), held_on);
        let times = slots(outreach.starts_at, outreach.ends_at, 60);
        assert_eq!(i64::try_from(times.len()).unwrap(), hours * 2, "{held_on}");
        assert_eq!(times.iter().map(|slot| slot.capacity).sum::<u32>(), 60);
        let (day, minute) = zone().local(outreach.ends_at);
        assert_eq!((day.days() - outreach.held_on.days(), minute), (1, 120), "{held_on}");
    }
}

#[test]
fn what_is_put_off_ends_when_the_clock_on_the_wall_says_so() {
    let usual = night("2026-11-21");
    for (held_on, hours) in [("2026-04-04", 5), ("2026-09-05", 3)] {
        let day: CivilDate = held_on.parse().unwrap();
        let there = on_day(&usual, (day, 22 * HOUR_MS), &zone());
        assert_eq!(length(&there), hours * HOUR_MS, "{held_on}");
        let back = on_day(&there, (usual.held_on, 22 * HOUR_MS), &zone());
        assert_eq!(back, usual);
    }
}

#[test]
fn a_day_to_put_off_to_has_not_begun() {
    let zone = zone();
    let form = |day: &str, starts: &str| DayForm { day: day.to_owned(), starts: starts.to_owned() };
    let now = night("2026-11-21").starts_at;
    let mut typed = Typed::default();
    assert_eq!(read_day(&mut typed, &form("2026-11-21", "22:00"), (&zone, now)), None);
    let past = PlanFault::new(PlanField::Day, PlanProblem::IsPast);
    assert_eq!(typed.faults(), Some(vec![past]));
    let mut typed = Typed::default();
    let later = read_day(&mut typed, &form(" 2026-11-21 ", "22:01"), (&zone, now));
    let day = "2026-11-21".parse().unwrap();
    assert_eq!(later, Some((day, 22 * HOUR_MS + 60_000)));
}
