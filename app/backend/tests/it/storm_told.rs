//! What people are told whom a storm sent home, by letter and by telephone.

use backend::bookings::letters::BookingMail;
use backend::day;
use backend::desk::waiting;
use backend::planning;
use backend::store::StoreError;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::outbox::MessageRow;
use domain::booking::TurnAwayReason;
use domain::command::Command;
use domain::desk::planned::{Asked, DayForm};
use domain::desk::queue::{CallAbout, CallLine, TaskAsk};
use domain::id::BookingId;
use domain::outreach::life::LifeStep;
use domain::submission::Outcome;
use domain::timestamp::DAY_MS;
use uuid::Uuid;

use crate::it::day::lay_out;
use crate::it::field::{Field, NOW};
use crate::it::storm::{booked, by_phone, letters, row};

fn next_week() -> DayForm {
    DayForm { day: "2026-11-29".to_owned(), starts: "10:00".to_owned() }
}

/// The calls that the coordination has to make.
async fn calls(field: &Field) -> Vec<CallLine> {
    let tasks = waiting::list(&field.office, field.as_coordinator()).await.unwrap();
    let calls = tasks.into_iter().map(|task| match task.ask {
        TaskAsk::CallBooker { call } => *call,
        other => panic!("something else: {other:?}"),
    });
    calls.collect()
}

/// The messages about a booking that have not left.
async fn unsent(field: &Field, booking: Uuid) -> Vec<MessageRow> {
    let read: Result<Vec<MessageRow>, StoreError> = field
        .office
        .store
        .read(move |tx| Box::pin(async move { tx.messages_about("booking", booking).await }))
        .await;
    let mut messages = read.unwrap();
    messages.retain(|message| message.state == "pending");
    messages
}

on_both_databases! {
    async fn who_was_over_the_count_is_told_that_the_day_was_off(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let listed = |row: BookingRow| BookingRow {
            state: "waiting".to_owned(),
            slot_at: None,
            ..row
        };
        let rows = [
            booked(&field, 9_876_543),
            listed(booked(&field, 12_345_678)),
            listed(by_phone(&field, 6_543_210)),
        ];
        lay_out(&field, 1, &rows).await;
        for one in &rows[1..] {
            let booking = BookingId(one.id);
            let outcome = field.submit(vec![Command::Arrive { booking, number: None }]).await;
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        }
        let over = "SELECT COUNT(*) FROM booking WHERE state = 'arrived' AND over_count = 1";
        assert_eq!(database.number(over).await, 2);
        let told = planning::suspend(office, actor, here, "Viento").await.unwrap();
        assert_eq!(told, Asked::Done(3));
        assert_eq!(letters(&database, "outreach_suspended").await, 2, "one has no address");
        // That they keep a place is what they were told.
        database.raw("UPDATE outbox SET state = 'sent'").await;

        let told = planning::reschedule(office, actor, here, &next_week()).await.unwrap();
        assert_eq!(told, Asked::Done(1), "who has a place on the new day");
        assert_eq!(letters(&database, "outreach_suspended").await, 3);
        let unsent = unsent(&field, rows[1].id).await;
        let [letter] = unsent.as_slice() else { panic!("one letter: {unsent:?}") };
        assert_eq!(letter.kind, "outreach_suspended");
        let mail: BookingMail = serde_json::from_str(&letter.body).unwrap();
        assert_eq!((mail.slot, mail.reason.as_deref()), (Some(NOW), Some("Viento")));
        let left = row(&field, rows[1].id).await;
        assert_eq!((left.state.as_str(), left.accepted_date), ("turned_away", 1));
        // Nor has the new day anything to do with whom the coordination telephones.
        let told = calls(&field).await;
        let [call] = told.as_slice() else { panic!("one call: {told:?}") };
        assert_eq!((call.about, call.at, call.is_over), (CallAbout::Suspended, NOW, false));
        assert_eq!(call.reason.as_deref(), Some("Viento"));
    }

    async fn a_call_about_a_storm_makes_way_for_the_one_about_the_new_day(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let kept = by_phone(&field, 6_543_210);
        lay_out(&field, 4, std::slice::from_ref(&kept)).await;
        // The one call that there is, and whether it is over.
        let told = async || {
            let calls = calls(&field).await;
            let [call] = calls.as_slice() else { panic!("one call: {calls:?}") };
            (call.about, call.is_over)
        };
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        assert_eq!(told().await, (CallAbout::Suspended, false));
        let storm = calls(&field).await;
        assert_eq!(storm[0].reason.as_deref(), Some("Viento"), "never without a reason");
        let moved = planning::reschedule(office, actor, here, &next_week()).await.unwrap();
        assert_eq!(moved, Asked::Done(1));
        assert_eq!(told().await, (CallAbout::Moved, false), "what is said now is the new date");
        // On that day they come and are sent away for another reason.
        office.clock.advance_ms(7 * DAY_MS);
        planning::step(office, actor, here, LifeStep::Begin).await.unwrap();
        let booking = BookingId(kept.id);
        day::check_in(office, actor, here, booking).await.unwrap();
        let away = (booking, TurnAwayReason::Left);
        day::turn_away(office, actor, here, away).await.unwrap();
        assert_eq!(row(&field, kept.id).await.state, "turned_away");
        assert_eq!(told().await, (CallAbout::Moved, true));
        // Who gave it back knows.
        let given_back = "UPDATE booking SET state = 'cancelled', ended_reason = 'owner'";
        assert_eq!(database.raw(given_back).await, 1);
        assert_eq!(told().await, (CallAbout::Moved, true));
    }

    async fn a_letter_that_waits_is_not_doubled(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let rows = [BookingRow {
            state: "waiting".to_owned(),
            slot_at: None,
            ..booked(&field, 12_345_678)
        }];
        lay_out(&field, 1, &rows).await;
        let booking = BookingId(rows[0].id);
        let outcome = field.submit(vec![Command::Arrive { booking, number: None }]).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        planning::suspend(office, actor, here, "Viento").await.unwrap();
        let first = unsent(&field, rows[0].id).await;
        assert_eq!(first.len(), 1);
        planning::reschedule(office, actor, here, &next_week()).await.unwrap();
        let second = unsent(&field, rows[0].id).await;
        assert_eq!(second.len(), 1, "{second:?}");
        assert_ne!(second[0].id, first[0].id);
        assert_eq!(second[0].kind, "outreach_suspended");
    }
}
