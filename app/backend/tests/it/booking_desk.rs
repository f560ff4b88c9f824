//! The desk sees who booked, and notes what they say by telephone; who does not answer about a new
//! date is telephoned, and keeps the place.

use backend::bookings::letters::LetterKind;
use backend::bookings::{self, Ticket, desk};
use backend::desk::waiting;
use backend::error::Error;
use backend::planning;
use domain::booking::BookingState;
use domain::contact::Phone;
use domain::desk::bookings::{Answered, BookedLine, BookingAnswer, BookingsShown};
use domain::desk::planned::{Asked, DayForm};
use domain::desk::queue::{CallAbout, TaskAsk};
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS};

use crate::it::databases::Database;
use crate::it::desk::refused;
use crate::it::fair::{ADDRESS, Fair, assert_sums_hold, booked, link};

async fn lines(fair: &Fair, shown: BookingsShown) -> Vec<BookedLine> {
    let actor = fair.field.as_coordinator();
    desk::sheet(&fair.field.office, actor, fair.id, (shown, 1)).await.unwrap().lines
}

/// The coordination notes what somebody said.
async fn noted(fair: &Fair, ticket: &Ticket, answer: BookingAnswer) -> Result<Answered, Error> {
    let actor = fair.field.as_coordinator();
    desk::answer(&fair.field.office, actor, fair.id, (ticket.id, answer)).await
}

/// The calls that the coordination has to make, and of each whether it is over.
async fn calls(fair: &Fair) -> Vec<(CallAbout, bool)> {
    let office = &fair.field.office;
    let tasks = waiting::list(office, fair.field.as_coordinator()).await.unwrap();
    let calls = tasks.into_iter().map(|task| match task.ask {
        TaskAsk::CallBooker { call } => {
            // Whom mails reach left no telephone here: they are written to.
            let is_asked = call.about == CallAbout::Unanswered;
            assert_eq!(call.email.is_some(), is_asked, "{call:?}");
            (call.about, call.is_over)
        }
        other => panic!("something else: {other:?}"),
    });
    calls.collect()
}

async fn count(database: &Database, what: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {what}")).await
}

const NOTED: &str = "history WHERE kind = 'booking_answered'";

on_both_databases! {
    async fn the_desk_sees_who_booked_and_how_they_are_reached(database) {
        let fair = Fair::of(&database, 2).await;
        let mut asks = fair.asks(1, 1);
        asks.details.email = None;
        asks.details.phone = Phone::parse("+56 9 1234 5678").ok();
        asks.details.has_priority = true;
        let by_phone = booked(fair.book(asks).await);
        let other = fair.booked(2, 1).await;
        let (waits, _) = fair.waiting(fair.asks(3, 1)).await;
        let live = lines(&fair, BookingsShown::Live).await;
        let seen: Vec<_> = live.iter().map(|line| (line.booking, line.state)).collect();
        let (holds, stands) = (BookingState::Booked, BookingState::Waiting);
        assert_eq!(seen, [(by_phone.id, holds), (other.id, holds), (waits.id, stands)]);
        let first = &live[0];
        assert_eq!((first.person.as_str(), first.email.as_deref()), ("María José Núñez", None));
        assert!(first.phone.as_deref().is_some_and(|phone| phone.ends_with("5678")));
        assert!(first.has_priority && !first.document.is_empty());
        assert_eq!((first.slot, first.places), (by_phone.slot, 1));
        assert_eq!(first.animals, ["Ñato"]);
        assert!(live[1].email.is_some());
        assert_eq!(live[2].position, Some(1));
        let waiting = lines(&fair, BookingsShown::Waiting).await;
        assert_eq!(waiting, live[2..]);
        fair.cancel(&other).await;
        assert_eq!(lines(&fair, BookingsShown::Live).await.len(), 2);
        assert_eq!(lines(&fair, BookingsShown::All).await.len(), 3);
    }

    async fn what_somebody_says_by_telephone_is_noted_once(database) {
        let fair = Fair::of(&database, 2).await;
        let (one, two) = (fair.booked(1, 1).await, fair.booked(2, 1).await);
        let mut asks = fair.asks(3, 1);
        asks.details.email = None;
        let (third, _) = fair.waiting(asks).await;
        let (fourth, _) = fair.waiting(fair.asks(4, 1)).await;
        let wrong = noted(&fair, &one, BookingAnswer::AcceptOffer).await;
        // What is theirs already stays theirs.
        assert_eq!(wrong.unwrap(), Answered::Done);
        let wrong = noted(&fair, &one, BookingAnswer::DeclineOffer).await;
        assert_eq!(refused(wrong), Refusal::ChangedMeanwhile);
        assert_eq!(count(&database, NOTED).await, 0);

        for _ in 0..2 {
            let done = noted(&fair, &one, BookingAnswer::Cancel).await;
            assert_eq!(done.unwrap(), Answered::Done);
        }
        assert_eq!(count(&database, NOTED).await, 1, "said twice it is done once");
        let cancelled = LetterKind::BookingCancelled.code();
        assert_eq!(count(&database, &format!("outbox WHERE kind = '{cancelled}'")).await, 1);
        // The place is offered to who waits first, and somebody has to call.
        assert_eq!(calls(&fair).await, [(CallAbout::Offered, false)]);
        let to_call = lines(&fair, BookingsShown::ToCall).await;
        let called: Vec<_> = to_call.iter().map(|line| (line.booking, &line.calls)).collect();
        assert_eq!(called, [(third.id, &vec![CallAbout::Offered])]);
        let done = noted(&fair, &third, BookingAnswer::AcceptOffer).await;
        assert_eq!(done.unwrap(), Answered::Done);
        assert_eq!(fair.seen(&third).await.state, BookingState::Booked);
        assert_eq!(calls(&fair).await, [], "nobody need call any more");
        assert_eq!(lines(&fair, BookingsShown::ToCall).await, []);

        // The next one is offered the other place, and answers too late.
        noted(&fair, &two, BookingAnswer::Cancel).await.unwrap();
        fair.field.office.clock.advance_ms(DAY_MS);
        let late = noted(&fair, &fourth, BookingAnswer::AcceptOffer).await;
        assert_eq!(late.unwrap(), Answered::TooLate);
        assert_eq!(fair.seen(&fourth).await.state, BookingState::Lapsed);
        assert_sums_hold(&database).await;
    }

    async fn a_booking_of_another_outreach_is_none_of_this_one(database) {
        let fair = Fair::of(&database, 2).await;
        let ticket = fair.booked(1, 1).await;
        let elsewhere = (fair.field.outreach, (ticket.id, BookingAnswer::Cancel));
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let answer = desk::answer(office, actor, elsewhere.0, elsewhere.1).await;
        assert_eq!(refused(answer), Refusal::ChangedMeanwhile);
        assert_eq!(fair.seen(&ticket).await.state, BookingState::Booked);
    }

    async fn who_does_not_answer_about_a_new_date_is_telephoned_and_keeps_the_place(database) {
        let fair = Fair::of(&database, 8).await;
        let (silent, quick) = (fair.booked(1, 1).await, fair.booked(2, 1).await);
        let moving = fair.booked(3, 1).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let form = DayForm { day: "2026-12-11".to_owned(), starts: "10:00".to_owned() };
        let moved = planning::reschedule(office, actor, fair.id, &form).await.unwrap();
        assert_eq!(moved, Asked::Done(3));
        assert_eq!(lines(&fair, BookingsShown::Unanswered).await.len(), 3);
        bookings::accept_new_date(office, link(&quick), ADDRESS).await.unwrap();
        // Who chooses another hour of the new date has said so.
        let hour = fair.seen(&moving).await.slot.unwrap().plus_ms(HOUR_MS);
        bookings::reschedule(office, link(&moving), hour, ADDRESS).await.unwrap();
        assert!(!fair.seen(&moving).await.needs_new_date_accepted);

        assert_eq!(fair.after(2 * DAY_MS - 1).await, 0);
        assert_eq!(calls(&fair).await, []);
        assert_eq!(fair.after(1).await, 1);
        assert_eq!(calls(&fair).await, [(CallAbout::Unanswered, false)]);
        assert_eq!(fair.after(DAY_MS).await, 0, "somebody calls once");
        let kept = fair.seen(&silent).await;
        assert_eq!((kept.state, kept.needs_new_date_accepted), (BookingState::Booked, true));
        let asked = lines(&fair, BookingsShown::Unanswered).await;
        let asked: Vec<_> = asked.iter().map(|line| (line.booking, line.asks_new_date)).collect();
        assert_eq!(asked, [(silent.id, true)]);

        let done = noted(&fair, &silent, BookingAnswer::AcceptDate).await;
        assert_eq!(done.unwrap(), Answered::Done);
        assert!(!fair.seen(&silent).await.needs_new_date_accepted);
        assert_eq!(calls(&fair).await, []);
        assert_eq!(lines(&fair, BookingsShown::Unanswered).await, []);
        assert_eq!(count(&database, NOTED).await, 1);
        assert_sums_hold(&database).await;
    }

    async fn a_ticket_that_waits_for_a_new_date_is_shown_by_its_code_too(database) {
        let fair = Fair::of(&database, 2).await;
        let ticket = fair.booked(1, 1).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let off = planning::suspend(office, actor, fair.id, "Lluvia").await.unwrap();
        assert_eq!(off, Asked::Done(1));
        office.clock.advance_ms(60 * DAY_MS);
        let shown = bookings::ticket_by_code(office, &ticket.code, ADDRESS).await.unwrap();
        assert_eq!((shown.state, shown.is_suspended), (BookingState::Booked, true));
        assert_eq!(fair.seen(&ticket).await.state, BookingState::Booked);
    }

    async fn who_has_answered_by_themselves_need_not_be_called(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let mut asks = fair.asks(2, 1);
        asks.details.email = None;
        let (waits, _) = fair.waiting(asks).await;
        fair.cancel(&one).await;
        let to_call = lines(&fair, BookingsShown::ToCall).await;
        assert_eq!(to_call.iter().map(|line| line.booking).collect::<Vec<_>>(), [waits.id]);
        fair.cancel(&waits).await;
        assert_eq!(calls(&fair).await, [(CallAbout::Offered, true)], "it stands, and says so");
        assert_eq!(lines(&fair, BookingsShown::ToCall).await, []);
        assert!(lines(&fair, BookingsShown::All).await.iter().all(|line| line.calls.is_empty()));
    }
}
