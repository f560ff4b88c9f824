//! An outreach that is called off while it is under way, and taken up on another day.

use backend::bookings;
use backend::clock::fresh_id;
use backend::closing::{self, Closed};
use backend::day;
use backend::desk::waiting;
use backend::planning;
use backend::store::StoreError;
use backend::store::vocabulary::booking::BookingRow;
use domain::booking::{NO_SHOW_AFTER_MS, Offering};
use domain::closing::Finding;
use domain::command::Command;
use domain::contact::{Email, Phone};
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, DayForm};
use domain::desk::queue::TaskAsk;
use domain::id::BookingId;
use domain::outreach::OutreachStatus;
use domain::outreach::life::LifeStep;
use domain::refusal::Refusal;
use domain::submission::Outcome;
use domain::timestamp::{DAY_MS, HOUR_MS};
use uuid::Uuid;

use crate::it::databases::Database;
use crate::it::day::{guest, lay_out};
use crate::it::desk::refused;
use crate::it::field::{Field, Guest, NOW};
use crate::it::offered::booker;
use crate::it::story_day::booking_row;

/// A booking of a dog in the slot that began an hour ago, by somebody with an address.
pub fn booked(field: &Field, run: u32) -> BookingRow {
    let mut details = booker(run, "María José", false);
    details.email = Email::parse("tenedora@example.cl.invalid").ok();
    BookingRow {
        slot_at: Some(NOW.0 - NO_SHOW_AFTER_MS),
        places: 1,
        details: serde_json::to_string(&details).unwrap(),
        ..booking_row(field.outreach.0, "chip")
    }
}

/// The same by somebody who left a telephone alone.
pub fn by_phone(field: &Field, run: u32) -> BookingRow {
    let mut details = booker(run, "Pedro", false);
    (details.email, details.phone) = (None, Phone::parse("+56 9 1234 5678").ok());
    let details = serde_json::to_string(&details).unwrap();
    BookingRow { details, ..booked(field, run) }
}

pub async fn row(field: &Field, id: Uuid) -> BookingRow {
    let read: Result<_, StoreError> =
        field.office.store.read(move |tx| Box::pin(async move { tx.booking(id).await })).await;
    read.unwrap().unwrap()
}

async fn state_of(field: &Field, id: Uuid) -> String {
    row(field, id).await.state
}

async fn states(field: &Field, rows: &[BookingRow]) -> Vec<String> {
    let mut states = Vec::new();
    for known in rows {
        states.push(state_of(field, known.id).await);
    }
    states
}

/// What the history says of the last step of the outreach.
async fn closed_with(field: &Field) -> serde_json::Value {
    let here = field.outreach.0;
    let read: Result<_, StoreError> = field
        .office
        .store
        .read(move |tx| Box::pin(async move { tx.history_bodies_of("outreach", here).await }))
        .await;
    serde_json::from_slice(&read.unwrap().last().unwrap().body).unwrap()
}

pub async fn letters(database: &Database, kind: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM outbox WHERE kind = '{kind}'")).await
}

on_both_databases! {
    async fn who_was_not_served_before_a_storm_comes_on_another_day(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let (served, late) = (Guest::new(12_345_678), Guest::new(6_543_210));
        let waiting = BookingRow {
            state: "waiting".to_owned(),
            slot_at: None,
            ..booked(&field, 7_654_321)
        };
        let rows = [
            booked(&field, served.run),
            booked(&field, late.run),
            booked(&field, 9_876_543),
            booked(&field, 8_765_432),
            waiting,
        ];
        lay_out(&field, 10, &rows).await;
        for row in &rows[..3] {
            day::check_in(office, actor, here, BookingId(row.id)).await.unwrap();
        }
        let walk_in = guest(&field, 1, None);
        day::welcome(office, actor, walk_in.clone()).await.unwrap();
        field.submit(field.visit(&served, "999000000000001")).await;
        // A phone without signal has served one more.
        let visit = field.visit(&late, "999000000000002");
        let visit = field.submission(field.as_operative(), visit);

        let told = planning::suspend(office, actor, here, "Viento").await.unwrap();
        assert_eq!(told, Asked::Done(4), "neither who was served nor who left no address");
        let after = ["served", "arrived", "arrived", "booked", "cancelled"];
        assert_eq!(states(&field, &rows).await, after);
        assert_eq!(letters(&database, "outreach_suspended").await, 4, "a walk-in has no address");
        assert_eq!(row(&field, rows[3].id).await.ended_reason.as_deref(), Some("Viento"));
        // Nobody is missed meanwhile, and the visit comes home.
        office.clock.advance_ms(3 * HOUR_MS);
        assert_eq!(bookings::tick(office).await.unwrap(), 0);
        let reply = field.send(field.as_operative(), &[visit]).await;
        let outcome = &reply.answers.first().unwrap().outcome;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        assert_eq!(day::tick(office).await.unwrap(), 1);
        let after = ["served", "served", "arrived", "booked", "cancelled"];
        assert_eq!(states(&field, &rows).await, after);

        let day = DayForm { day: "2026-11-29".to_owned(), starts: "10:00".to_owned() };
        let told = planning::reschedule(office, actor, here, &day).await.unwrap();
        assert_eq!(told, Asked::Done(2));
        assert_eq!(letters(&database, "outreach_moved").await, 2);
        let after = ["served", "served", "booked", "booked", "cancelled"];
        assert_eq!(states(&field, &rows).await, after);
        for known in &rows[2..4] {
            let row = row(&field, known.id).await;
            assert_eq!((row.accepted_date, row.queue_number, row.arrived_at), (0, None, None));
            assert!(row.slot_at > known.slot_at && row.ended_reason.is_none());
        }
        assert_eq!(row(&field, walk_in.id.0).await.state, "turned_away");
        let sheet = planning::plan::sheet(office, actor, here).await.unwrap();
        assert_eq!(sheet.outreach.status, OutreachStatus::Published);
        let places = sheet.offerings[0].places;
        assert_eq!((places.booked, places.used, places.free()), (2, 2, 6));
        assert_eq!(sheet.times.iter().map(|(_, time)| time.booked).sum::<u32>(), 2);
        let missed = "SELECT COUNT(*) FROM booking WHERE state = 'no_show'";
        assert_eq!(database.number(missed).await, 0);
    }

    async fn what_a_storm_left_of_a_booking_is_called_on_the_new_day(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let owner = Guest::new(12_345_678);
        let both = BookingRow { places: 2, ..booked(&field, owner.run) };
        lay_out(&field, 4, std::slice::from_ref(&both)).await;
        day::check_in(office, actor, here, BookingId(both.id)).await.unwrap();
        field.submit(field.visit(&owner, "999000000000001")).await;
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        let day = DayForm { day: "2026-11-29".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, here, &day).await.unwrap();
        let left = row(&field, both.id).await;
        assert_eq!((left.state.as_str(), left.places), ("booked", 1));
        let served = "SELECT COUNT(*) FROM booking WHERE state = 'served' AND places = 1";
        assert_eq!(database.number(served).await, 1, "one of them had its chip");
        let sheet = planning::plan::sheet(office, actor, here).await.unwrap();
        let places = sheet.offerings[0].places;
        assert_eq!((places.booked, places.used), (1, 1));

        office.clock.advance_ms(7 * DAY_MS);
        let begun = planning::step(office, actor, here, LifeStep::Begin).await.unwrap();
        assert_eq!(begun, Asked::Done(OutreachStatus::UnderWay));
        day::check_in(office, actor, here, BookingId(both.id)).await.unwrap();
        assert_eq!(day::tick(office).await.unwrap(), 0, "that service was of the first day");
        assert_eq!(state_of(&field, both.id).await, "arrived");
    }

    async fn what_a_phone_brings_home_after_a_storm_was_of_the_old_day(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let rows = [booked(&field, 12_345_678)];
        lay_out(&field, 3, &rows).await;
        let walk_in = |booking, number| Command::WalkIn {
            booking,
            offering: Offering::Chip,
            places: 2,
            share: None,
            number,
        };
        let (before, after) = (BookingId(fresh_id()), BookingId(fresh_id()));
        let ticket = Command::Arrive { booking: BookingId(rows[0].id), number: None };
        let mut visit = vec![walk_in(before, Some(1))];
        visit.extend(field.visit(&Guest::new(9_876_543), "999000000000003"));
        let sent = [
            field.submission(field.as_operative(), visit),
            field.submission(field.as_operative(), vec![ticket]),
        ];
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        let day = DayForm { day: "2026-11-29".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, here, &day).await.unwrap();
        for one in &sent {
            for _ in 0..2 {
                let reply = field.send(field.as_operative(), std::slice::from_ref(one)).await;
                let outcome = &reply.answers.first().unwrap().outcome;
                assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
            }
        }
        let came = row(&field, before.0).await;
        let left = (came.state.as_str(), came.ended_reason.as_deref());
        assert_eq!(left, ("turned_away", Some("no_time")));
        let visits = "SELECT COUNT(*) FROM service WHERE performed_on = '2026-11-22'";
        assert_eq!(database.number(visits).await, 3, "what was done was done");
        assert_eq!(state_of(&field, rows[0].id).await, "booked", "they come on the new day");
        let places = planning::plan::sheet(office, actor, here).await.unwrap().offerings[0].places;
        assert_eq!((places.booked, places.used, places.free()), (1, 0, 2));

        // The new day counts for itself, with the same ticket.
        office.clock.advance_ms(7 * DAY_MS);
        let begun = planning::step(office, actor, here, LifeStep::Begin).await.unwrap();
        assert_eq!(begun, Asked::Done(OutreachStatus::UnderWay));
        let ticket = Command::Arrive { booking: BookingId(rows[0].id), number: None };
        for command in [walk_in(after, None), ticket] {
            let outcome = field.submit(vec![command]).await;
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        }
        assert_eq!(state_of(&field, after.0).await, "arrived");
        let board = day::board(office, actor, here).await.unwrap();
        let line = board.offerings[0];
        assert_eq!((line.waiting, line.turned_away, line.places.free()), (3, 2, 0));
    }

    async fn who_was_served_before_a_storm_is_not_expected_again_once_it_is_known(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let guests = [12_345_678, 9_876_543, 8_765_432].map(Guest::new);
        let both = BookingRow { places: 2, ..booked(&field, guests[2].run) };
        let rows = [booked(&field, guests[0].run), booked(&field, guests[1].run), both];
        lay_out(&field, 6, &rows).await;
        let record = |commands| field.submission(field.as_operative(), commands);
        let arrive = |row: &BookingRow| {
            record(vec![Command::Arrive { booking: BookingId(row.id), number: None }])
        };
        let [one, other, part] = [0, 1, 2].map(|at: usize| {
            let visit = field.visit(&guests[at], &format!("99900000000010{at}"));
            (arrive(&rows[at]), record(visit))
        });
        office.clock.advance_ms(HOUR_MS / 2);
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        let day = DayForm { day: "2026-11-29".to_owned(), starts: "10:00".to_owned() };
        planning::reschedule(office, actor, here, &day).await.unwrap();
        // One door before its table, one after it, and one after everybody knows.
        for sent in [&[one.0, one.1, part.1][..], &[part.0, other.1], &[other.0]] {
            let reply = field.send(field.as_operative(), sent).await;
            for answer in reply.answers {
                assert!(matches!(answer.outcome, Outcome::Accepted { .. }), "{answer:?}");
            }
            day::tick(office).await.unwrap();
        }
        assert_eq!(day::tick(office).await.unwrap(), 0);
        assert_eq!(states(&field, &rows).await, ["served", "served", "booked"]);
        for known in &rows[..2] {
            let row = row(&field, known.id).await;
            assert_eq!((row.slot_at, row.served_at), (known.slot_at, Some(NOW.0)), "its own day");
        }
        let left = row(&field, rows[2].id).await;
        assert!((left.places, left.accepted_date) == (1, 0) && left.slot_at > rows[2].slot_at);
        let sheet = planning::plan::sheet(office, actor, here).await.unwrap();
        let places = sheet.offerings[0].places;
        assert_eq!((places.booked, places.used, places.free()), (1, 3, 2));
        assert_eq!(sheet.times.iter().map(|(_, time)| time.booked).sum::<u32>(), 1);

        // On the new day the old tickets are used, and the one that is left is good.
        office.clock.advance_ms(7 * DAY_MS);
        let begun = planning::step(office, actor, here, LifeStep::Begin).await.unwrap();
        assert_eq!(begun, Asked::Done(OutreachStatus::UnderWay));
        for known in &rows[..2] {
            let reply = field.send(field.as_operative(), &[arrive(known)]).await;
            assert_eq!(reply.answers[0].outcome.refusal(), Some(&Refusal::TicketUsed));
        }
        let reply = field.send(field.as_operative(), &[arrive(&rows[2])]).await;
        assert_eq!(reply.answers[0].outcome.refusal(), None);
        assert_eq!(day::tick(office).await.unwrap(), 0, "that service was of the first day");
        assert_eq!(state_of(&field, rows[2].id).await, "arrived");
    }

    async fn an_hour_corrected_after_a_storm_leaves_its_day_behind(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let guest = Guest::new(12_345_678);
        let rows = [booked(&field, guest.run)];
        lay_out(&field, 6, &rows).await;
        let visit = field.submission(field.as_operative(), field.visit(&guest, "999000000000101"));
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        for starts in ["10:00", "09:30"] {
            let day = DayForm { day: "2026-11-29".to_owned(), starts: starts.to_owned() };
            planning::reschedule(office, actor, here, &day).await.unwrap();
        }
        field.send(field.as_operative(), &[visit]).await;
        assert_eq!(day::tick(office).await.unwrap(), 1);
        let row = row(&field, rows[0].id).await;
        assert!(row.state == "served" && row.slot_at < Some(NOW.plus_ms(DAY_MS).0), "{row:?}");
    }

    async fn a_phone_whose_clock_is_behind_counts_today(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        lay_out(&field, 3, &[]).await;
        for is_earlier in [false, true] {
            if is_earlier {
                // It is the same day, at another hour.
                let form = planning::choices(office, actor, Some(here)).await.unwrap().form;
                let form = OutreachForm { starts: "12:00".to_owned(), ..form };
                planning::save(office, actor, Some(here), form).await.unwrap();
                let sheet = planning::plan::sheet(office, actor, here).await.unwrap();
                assert_eq!(sheet.moved_from, Some(NOW.plus_ms(-HOUR_MS)));
            }
            let booking = BookingId(fresh_id());
            let (offering, places, share, number) = (Offering::Chip, 1, None, None);
            let walk_in = Command::WalkIn { booking, offering, places, share, number };
            let mut sent = field.submission(field.as_operative(), vec![walk_in]);
            sent.recorded_at = NOW.plus_ms(-7 * DAY_MS);
            let reply = field.send(field.as_operative(), &[sent]).await;
            let outcome = &reply.answers.first().unwrap().outcome;
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
            assert_eq!(state_of(&field, booking.0).await, "arrived", "it left no day");
        }
    }

    async fn what_gets_no_new_day_is_closed_and_everybody_is_told(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let served = Guest::new(12_345_678);
        let there = by_phone(&field, 6_543_210);
        let rows = [booked(&field, served.run), there, booked(&field, 9_876_543)];
        lay_out(&field, 10, &rows).await;
        for row in &rows[..2] {
            day::check_in(office, actor, here, BookingId(row.id)).await.unwrap();
        }
        field.submit(field.visit(&served, "999000000000001")).await;
        assert_eq!(planning::suspend(office, actor, here, "Viento").await.unwrap(), Asked::Done(2));
        let steps = planning::plan::sheet(office, actor, here).await.unwrap().steps;
        assert_eq!(steps, [LifeStep::Close, LifeStep::Reschedule]);
        let sheet = closing::sheet(office, actor, here).await.unwrap();
        assert_eq!(sheet.step, Some(LifeStep::Close));
        let findings = sheet.verdict.findings;
        assert!(findings.contains(&Finding::WithoutDay(2)), "{findings:?}");
        assert!(!findings.iter().any(|one| matches!(one, Finding::LiveBookings(_))));
        let silent = closing::close(office, actor, here, ("close", "")).await;
        assert!(matches!(refused(silent), Refusal::Invalid { .. }));

        let closed = closing::close(office, actor, here, ("close", "No hay otra fecha")).await;
        assert_eq!(closed.unwrap(), Closed::Done(OutreachStatus::Closed));
        assert_eq!(states(&field, &rows).await, ["served", "turned_away", "cancelled"]);
        let ended = row(&field, rows[2].id).await.ended_reason;
        assert_eq!(ended.as_deref(), Some("Viento"), "the reason that they know");
        let told = letters(&database, "outreach_suspended").await;
        assert_eq!(told, 1, "the letter of the storm had not left, and is not doubled");
        let slots = "SELECT CAST(SUM(booked) AS BIGINT) FROM slot";
        assert_eq!(database.number(slots).await, 2, "of who came, but not of who was expected");
        assert_eq!(closed_with(&field).await["bookings"], 2);
        // Who came and left no address is still to be telephoned.
        let told = waiting::list(office, actor).await.unwrap();
        let calls: Vec<_> = told
            .into_iter()
            .filter_map(|line| match line.ask {
                TaskAsk::CallBooker { call } => Some((call.reason, call.is_over)),
                _ => None,
            })
            .collect();
        assert_eq!(calls, [(Some("Viento".to_owned()), false)]);
        let places = planning::plan::sheet(office, actor, here).await.unwrap().offerings[0].places;
        assert_eq!((places.booked, places.used), (0, 1));
        // Nobody is missed afterwards, and the day is accounted for.
        office.clock.advance_ms(DAY_MS);
        assert_eq!(bookings::tick(office).await.unwrap(), 0);
        assert_eq!(states(&field, &rows).await, ["served", "turned_away", "cancelled"]);
        let told = closing::close(office, actor, here, ("report", "Rendido")).await.unwrap();
        assert_eq!(told, Closed::Done(OutreachStatus::Reported));
    }

    async fn whoever_was_told_is_told_again_also_of_the_same_hour(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let rows = [booked(&field, 12_345_678)];
        lay_out(&field, 4, &rows).await;
        // The team is there half a day early, and the wind seems to come.
        database.raw("UPDATE outreach SET starts_at = starts_at + 10800000,
            ends_at = ends_at + 10800000").await;
        assert_eq!(planning::suspend(office, actor, here, "Viento").await.unwrap(), Asked::Done(1));
        database.raw("UPDATE outbox SET state = 'sent'").await;
        let day = DayForm { day: "2026-11-22".to_owned(), starts: "16:00".to_owned() };
        let told = planning::reschedule(office, actor, here, &day).await.unwrap();
        assert_eq!(told, Asked::Done(1));
        let after = row(&field, rows[0].id).await;
        assert_eq!((after.state.as_str(), after.accepted_date), ("booked", 0));
        assert_eq!(after.slot_at, rows[0].slot_at);
        let sheet = planning::plan::sheet(office, actor, here).await.unwrap();
        assert_eq!(sheet.moved_from, None, "it is the same hour");
    }
}
