//! An outreach with bookings that is put off or called off: they follow it, and everybody is told.

use backend::bookings;
use backend::clock::fresh_id;
use backend::day;
use backend::desk::waiting;
use backend::error::Error;
use backend::planning;
use backend::store::StoreError;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::plan::PlaceChange;
use domain::booking::{AnimalAsked, BookingDetails, Offering, ShareAsked};
use domain::catalogue::{Sex, Species};
use domain::contact::{Email, Phone};
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, DayForm, OfferingForm};
use domain::desk::queue::{CallAbout, CallLine, TaskAsk};
use domain::id::OutreachId;
use domain::identity::IdentityDocument;
use domain::name::{PersonName, PetName};
use domain::outreach::OutreachStatus;
use domain::outreach::life::{Hindrance, LifeStep};
use domain::refusal::Refusal;
use domain::run::Run;
use domain::submission::Outcome;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, NOW, refusal};
use crate::it::offered::offering_row;
use crate::it::story_booking::booking_row;
use crate::it::story_day::device_row;

/// An outreach on Sunday 6 December from ten to two with forty places for chips, open.
async fn opened(field: &Field) -> OutreachId {
    let (office, actor) = (&field.office, field.as_coordinator());
    let form = planning::choices(office, actor, None).await.unwrap().form;
    let form = OutreachForm {
        name: "Bonilla".to_owned(),
        place: "Av. Bonilla 9820".to_owned(),
        held_on: "2026-12-06".to_owned(),
        ..form
    };
    let id = planning::save(office, actor, None, form).await.unwrap();
    let chips = OfferingForm {
        offering: "chip".to_owned(),
        capacity: "40".to_owned(),
        minutes: "10".to_owned(),
        stations: "2".to_owned(),
        from_months: "2".to_owned(),
        per_owner: "3".to_owned(),
        ..OfferingForm::default()
    };
    planning::save_offering(office, actor, id, &chips).await.unwrap();
    for step in [LifeStep::Publish, LifeStep::Open] {
        planning::step(office, actor, id, step).await.unwrap();
    }
    id
}

/// What the details say of somebody who left a telephone and no address.
fn without_email(details: &str) -> String {
    let mut details: BookingDetails = serde_json::from_str(details).unwrap();
    details.email = None;
    details.phone = Some(Phone::parse("+56 9 1234 5678").unwrap());
    serde_json::to_string(&details).unwrap()
}

/// The calls that the coordination has to make.
async fn calls(field: &Field) -> Vec<(CallLine, Option<String>)> {
    let tasks = waiting::list(&field.office, field.as_coordinator()).await.unwrap();
    let calls = tasks.into_iter().map(|task| match task.ask {
        TaskAsk::CallBooker { call } => (*call, task.phone),
        other => panic!("something else: {other:?}"),
    });
    calls.collect()
}

fn details(number: u32) -> String {
    let run = Run::from_number(number).unwrap();
    let details = BookingDetails {
        document: IdentityDocument::of_run(run).unwrap(),
        name: PersonName::parse("María José", "Núñez").unwrap(),
        phone: None,
        email: Email::parse("tenedora@example.cl.invalid").ok(),
        address: None,
        commune: None,
        unit: None,
        has_priority: false,
        animals: vec![AnimalAsked {
            name: PetName::parse("Luna").unwrap(),
            species: Species::Dog,
            sex: Sex::Female,
            age_months: None,
            is_flat_faced: false,
            chip: None,
        }],
    };
    serde_json::to_string(&details).unwrap()
}

/// A booking one hour after the start, or a place on the waiting list for that hour.
async fn booked(field: &Field, outreach: OutreachId, (state, key): (&'static str, u8)) -> Uuid {
    let details = details(40_000_700 + u32::from(key));
    let made: Result<Uuid, StoreError> = field
        .office
        .store
        .write_with(details, move |tx, details| {
            Box::pin(async move {
                let first = tx.slots_of(outreach.0, "chip").await?;
                let at = first.first().map_or(0, |slot| slot.starts_at) + HOUR_MS;
                let holds = state != "waiting";
                if holds {
                    let change = PlaceChange { booked: 1, ..PlaceChange::default() };
                    assert!(tx.move_places(outreach.0, "chip", change).await?);
                    assert!(tx.move_slot(outreach.0, "chip", at, 1).await?);
                }
                let row = BookingRow {
                    slot_at: holds.then_some(at),
                    wanted_slot: (!holds).then_some(at),
                    details: details.clone(),
                    ..booking_row(outreach.0, state, key)
                };
                tx.insert_bookings(std::slice::from_ref(&row)).await?;
                Ok(row.id)
            })
        })
        .await;
    made.unwrap()
}

async fn row(field: &Field, id: Uuid) -> BookingRow {
    let read: Result<_, StoreError> =
        field.office.store.read(move |tx| Box::pin(async move { tx.booking(id).await })).await;
    read.unwrap().unwrap()
}

on_both_databases! {
    async fn bookings_follow_an_outreach_that_is_put_off(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = opened(&field).await;
        let (one, two) =
            (booked(&field, id, ("booked", 1)).await, booked(&field, id, ("waiting", 2)).await);
        let kept = planning::drop_offering(office, actor, id, "chip").await.unwrap();
        assert_eq!(kept, Asked::Hindered(Hindrance::NoOfferings));
        let (before, waits) = (row(&field, one).await, row(&field, two).await);
        let day = DayForm { day: "2026-12-13".to_owned(), starts: "10:00".to_owned() };
        let told = planning::reschedule(office, actor, id, &day).await.unwrap();
        assert_eq!(told, Asked::Done(2));
        let by = 7 * 24 * HOUR_MS;
        let after = row(&field, one).await;
        assert_eq!(after.slot_at, before.slot_at.map(|at| at + by));
        assert_eq!((after.accepted_date, after.state.as_str()), (0, "booked"));
        assert_eq!(row(&field, two).await.wanted_slot, waits.wanted_slot.map(|at| at + by));
        let letters = "SELECT COUNT(*) FROM outbox WHERE kind = 'outreach_moved'";
        assert_eq!(database.number(letters).await, 2);
        let sheet = planning::plan::sheet(office, actor, id).await.unwrap();
        assert_eq!(sheet.live_bookings, 2);
        let held = sheet.times.iter().find(|(_, time)| time.booked > 0).unwrap();
        assert_eq!(Some(held.1.slot.starts_at.0), after.slot_at);
    }

    async fn who_is_told_a_date_that_is_near_is_not_reminded_of_it_beside(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = opened(&field).await;
        booked(&field, id, ("booked", 1)).await;
        // It is Sunday 22 November, two in the afternoon.
        let day = DayForm { day: "2026-11-24".to_owned(), starts: "10:00".to_owned() };
        assert_eq!(planning::reschedule(office, actor, id, &day).await.unwrap(), Asked::Done(1));
        bookings::tick(office).await.unwrap();
        let reminders = "SELECT COUNT(*) FROM outbox WHERE kind = 'booking_reminder'";
        assert_eq!(database.number(reminders).await, 0);
        // On Monday evening.
        office.clock.advance_ms(28 * HOUR_MS);
        bookings::tick(office).await.unwrap();
        assert_eq!(database.number(reminders).await, 1);
        bookings::tick(office).await.unwrap();
        assert_eq!(database.number(reminders).await, 1);
    }

    async fn the_day_that_is_left_is_one_before_a_later_one(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = opened(&field).await;
        for (day, starts, left_on) in [
            ("2026-12-06", "11:00", None),
            ("2026-12-13", "10:00", Some("2026-12-06")),
            ("2026-12-13", "09:00", Some("2026-12-06")),
            // What comes earlier has left no day that it comes after.
            ("2026-12-10", "10:00", Some("2026-12-06")),
            ("2026-12-20", "10:00", Some("2026-12-10")),
        ] {
            let form = DayForm { day: day.to_owned(), starts: starts.to_owned() };
            let told = planning::reschedule(office, actor, id, &form).await.unwrap();
            assert_eq!(told, Asked::Done(0));
            let plan: Result<_, StoreError> = office
                .store
                .read(move |tx| Box::pin(async move { tx.outreach_plan(id.0).await }))
                .await;
            assert_eq!(plan.unwrap().unwrap().left_on.as_deref(), left_on, "{day} {starts}");
        }
    }

    async fn who_had_an_hour_of_what_is_called_off_is_asked_about_its_new_day(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = opened(&field).await;
        let one = booked(&field, id, ("booked", 1)).await;
        let two = booked(&field, id, ("waiting", 2)).await;
        let before = row(&field, one).await;
        let told = planning::suspend(office, actor, id, "Lluvia").await.unwrap();
        assert_eq!(told, Asked::Done(2));
        let (kept, ended) = (row(&field, one).await, row(&field, two).await);
        assert_eq!((kept.state.as_str(), kept.ended_reason.as_deref()), ("booked", Some("Lluvia")));
        assert_eq!((ended.state.as_str(), ended.slot_at), ("cancelled", None), "the line ends");
        let letters = "SELECT COUNT(*) FROM outbox WHERE kind = 'outreach_suspended'";
        assert_eq!(database.number(letters).await, 2);
        let sheet = planning::plan::sheet(office, actor, id).await.unwrap();
        assert_eq!((sheet.live_bookings, sheet.offerings[0].places.free()), (1, 39));
        assert_eq!(sheet.steps, [LifeStep::Close, LifeStep::Reschedule]);
        // Nobody is reminded of a day that is off, nor missed on it.
        office.clock.advance_ms(15 * DAY_MS);
        assert_eq!(bookings::tick(office).await.unwrap(), 0);
        assert_eq!(row(&field, one).await.state, "booked");

        let day = DayForm { day: "2026-12-13".to_owned(), starts: "10:00".to_owned() };
        let told = planning::reschedule(office, actor, id, &day).await.unwrap();
        assert_eq!(told, Asked::Done(1));
        let after = row(&field, one).await;
        assert_eq!(after.slot_at, before.slot_at.map(|at| at + 7 * DAY_MS));
        assert_eq!((after.accepted_date, after.ended_reason), (0, None), "they say if it suits");
        let letters = "SELECT COUNT(*) FROM outbox WHERE kind = 'outreach_moved'";
        assert_eq!(database.number(letters).await, 1);
        let sheet = planning::plan::sheet(office, actor, id).await.unwrap();
        assert_eq!((sheet.outreach.status, sheet.live_bookings), (OutreachStatus::Published, 1));
        assert_eq!(sheet.times.iter().map(|(_, time)| time.booked).sum::<u32>(), 1);
    }

    async fn a_service_that_somebody_expects_is_not_taken_away(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = opened(&field).await;
        planning::step(office, actor, id, LifeStep::Hold).await.unwrap();
        booked(&field, id, ("waiting", 3)).await;
        let kept = planning::drop_offering(office, actor, id, "chip").await.unwrap();
        assert_eq!(kept, Asked::Hindered(Hindrance::StillBooked));
        database.raw("DELETE FROM booking").await;
        let gone = planning::drop_offering(office, actor, id, "chip").await.unwrap();
        assert_eq!(gone, Asked::Done(()));
    }

    async fn a_visit_of_before_an_outreach_was_called_off_comes_home(database) {
        let field = Field::on(&database).await;
        let (office, actor, operative) =
            (&field.office, field.as_coordinator(), field.as_operative());
        let visit = field.visit(&Guest::new(40_000_801), "999000000000801");
        let visit = field.submission(operative, visit);
        office.clock.advance_ms(HOUR_MS / 4);
        let off = planning::suspend(office, actor, field.outreach, "Lluvia").await.unwrap();
        assert_eq!(off, Asked::Done(0));
        let reply = field.send(operative, &[visit]).await;
        let outcome = &reply.answers.first().unwrap().outcome;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        // A draft has no day yet.
        database.raw("UPDATE outreach SET status = 'draft'").await;
        let early = field.visit(&Guest::new(40_000_802), "999000000000802");
        let early = field.submit(early).await;
        assert_eq!(refusal(&early), &Refusal::OutreachNotOpen);
    }

    async fn places_lent_to_phones_come_back_when_an_outreach_is_called_off(database) {
        let field = Field::on(&database).await;
        let (here, device, staff) = (field.outreach, field.device, field.operative);
        let asked = ShareAsked { id: fresh_id(), offering: Offering::Chip, places: 4 };
        let lent: Result<u32, Error> = field.office.store.write_with(asked, move |tx, asked| {
            Box::pin(async move {
                assert!(tx.put_offering(&offering_row(here.0, "chip", 5)).await?);
                tx.write_devices(&[device_row(device.0, staff.0)]).await?;
                day::grant(tx, (here, device), asked, NOW).await
            })
        }).await;
        assert_eq!(lent.unwrap(), 4);
        let shared = "SELECT shared FROM outreach_offering";
        let out = "SELECT COUNT(*) FROM capacity_share WHERE returned_at IS NULL";
        assert_eq!((database.number(shared).await, database.number(out).await), (4, 1));
        let off = planning::suspend(&field.office, field.as_coordinator(), here, "Lluvia").await;
        assert_eq!(off.unwrap(), Asked::Done(0));
        assert_eq!((database.number(shared).await, database.number(out).await), (0, 0));
    }

    async fn who_left_no_address_is_telephoned(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_coordinator());
        let id = opened(&field).await;
        let one = booked(&field, id, ("booked", 1)).await;
        booked(&field, id, ("booked", 2)).await;
        let known = without_email(&details(40_000_701));
        let text = format!(
            "UPDATE booking SET details = '{known}' WHERE code_hash = (
                 SELECT code_hash FROM booking ORDER BY code_hash LIMIT 1)"
        );
        assert_eq!(database.raw(&text).await, 1);
        let before = row(&field, one).await.slot_at.map(Timestamp);
        assert_eq!(calls(&field).await, [], "nothing happened yet");

        for day in ["2026-12-13", "2026-12-20"] {
            let day = DayForm { day: day.to_owned(), starts: "10:00".to_owned() };
            let told = planning::reschedule(office, actor, id, &day).await.unwrap();
            assert_eq!(told, Asked::Done(2));
        }
        let letters = "SELECT COUNT(*) FROM outbox WHERE kind = 'outreach_moved'";
        assert_eq!(database.number(letters).await, 1, "the other is told by mail, of both at once");
        let told = calls(&field).await;
        let [(call, phone)] = told.as_slice() else { panic!("one call: {told:?}") };
        assert_eq!((call.about, call.person.as_str()), (CallAbout::Moved, "María José Núñez"));
        assert_eq!((call.outreach.as_str(), call.is_over), ("Bonilla", false));
        assert_eq!(call.was_at, before, "the date that they know");
        assert_eq!(Some(call.at), before.map(|at| at.plus_ms(14 * 24 * HOUR_MS)));
        assert!(phone.as_deref().is_some_and(|phone| phone.ends_with("5678")), "{phone:?}");
        // Nothing of the person stands in the task itself.
        let personal =
            "SELECT COUNT(*) FROM task WHERE body LIKE '%José%' OR body LIKE '%912345678%'";
        assert_eq!(database.number(personal).await, 0);
        database.raw("UPDATE booking SET accepted_date = 1").await;
        assert!(calls(&field).await[0].0.is_over, "they have answered by themselves");

        planning::suspend(office, actor, id, "Lluvia").await.unwrap();
        let told = calls(&field).await;
        let off = told.iter().find(|(call, _)| call.about == CallAbout::Suspended);
        let (call, _) = off.expect("a call");
        assert_eq!((told.len(), call.reason.as_deref()), (1, Some("Lluvia")));
        assert!(!call.is_over);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_looked_before_an_outreach_was_put_off_looks_anew() {
    let database = Database::postgres().await;
    let field = Field::on(&database).await;
    let (id, actor) = (opened(&field).await, field.as_coordinator());
    let runs = Arc::new(AtomicU32::new(0));
    let facts = (field.office.clone(), runs.clone());
    let looked: Result<Option<String>, StoreError> = database
        .store
        .write_with(facts, move |tx, (office, runs)| {
            Box::pin(async move {
                tx.outreach(id.0).await?;
                if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    let (day, starts) = ("2026-12-13".to_owned(), "10:00".to_owned());
                    let day = DayForm { day, starts };
                    let told = planning::reschedule(office, actor, id, &day).await.unwrap();
                    assert_eq!(told, Asked::Done(0));
                }
                // What was seen before no longer holds, although nobody had any place.
                tx.lock_offering(id.0, "chip").await?;
                Ok(tx.outreach(id.0).await?.map(|row| row.held_on))
            })
        })
        .await;
    assert_eq!(looked.unwrap().as_deref(), Some("2026-12-13"));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}
