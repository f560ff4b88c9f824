//! An outreach that ends earlier than it was announced: who has an hour that falls out gets another
//! one or is told that there is none, and nobody loses a place unheard.

use backend::bookings::letters::LetterKind;
use backend::bookings::{self, Ticket, reason};
use backend::closing::{self, Closed};
use backend::desk::waiting;
use backend::error::Error;
use backend::planning;
use domain::closing::Finding;
use domain::contact::Phone;
use domain::desk::plan::OutreachForm;
use domain::desk::queue::{CallAbout, TaskAsk};
use domain::id::OutreachId;
use domain::outreach::OutreachStatus;
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};

use crate::it::databases::Database;
use crate::it::desk::refused;
use crate::it::elsewhere::letters;
use crate::it::fair::{Fair, OPENS, assert_sums_hold, booked};

/// The time of coming that begins so many half hours after the start.
fn half(number: i64) -> Timestamp {
    OPENS.plus_ms(number * HOUR_MS / 2)
}

/// Somebody who has such a time.
async fn at(fair: &Fair, person: u32, number: i64) -> Ticket {
    let mut asks = fair.asks(person, 1);
    asks.slot = Some(half(number));
    booked(fair.book(asks).await)
}

async fn ends(fair: &Fair, at: &str) -> Result<OutreachId, Error> {
    let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
    let form = planning::choices(office, actor, Some(fair.id)).await.unwrap().form;
    let form = OutreachForm { ends: at.to_owned(), ..form };
    planning::save(office, actor, Some(fair.id), form).await
}

/// It is under way for so long.
async fn begun(database: &Database, fair: &Fair, ms: i64) {
    database.raw("UPDATE outreach SET status = 'under_way'").await;
    fair.field.office.clock.advance_ms(5 * DAY_MS - 4 * HOUR_MS + ms);
}

on_both_databases! {
    async fn an_hour_that_falls_out_becomes_the_last_one_and_has_to_be_accepted(database) {
        let fair = Fair::of(&database, 8).await;
        let (early, late) = (at(&fair, 1, 0).await, at(&fair, 2, 7).await);
        let later = at(&fair, 3, 6).await;
        ends(&fair, "12:00").await.unwrap();
        for (ticket, was) in [(&late, 7), (&later, 6)] {
            let row = fair.row(ticket).await;
            assert_eq!((row.slot_at, row.accepted_date), (Some(half(3).0), 0));
            let told = letters(&fair, ticket, LetterKind::OutreachMoved).await;
            let [mail] = told.as_slice() else { panic!("one letter: {told:?}") };
            assert_eq!((mail.slot, mail.was_at), (Some(half(3)), Some(half(was))));
        }
        assert_eq!(letters(&fair, &early, LetterKind::OutreachMoved).await, []);
        assert_eq!(fair.row(&early).await.accepted_date, 1, "the hour is the same");
        assert_sums_hold(&database).await;
        let shown = bookings::public_outreach(&fair.field.office, fair.id).await.unwrap();
        let free: Vec<_> = shown.offerings[0].slots.iter().map(|slot| slot.capacity).collect();
        assert_eq!(free, [1, 2, 2, 0], "each of the hours that are left has its share");
        // It lasts longer after all: nobody is moved, and nobody told anything new.
        ends(&fair, "16:00").await.unwrap();
        assert_eq!(fair.row(&late).await.slot_at, Some(half(3).0));
        assert_eq!(letters(&fair, &late, LetterKind::OutreachMoved).await.len(), 1);
        assert_sums_hold(&database).await;
    }

    async fn an_end_that_leaves_no_hour_for_somebody_is_refused(database) {
        let fair = Fair::of(&database, 8).await;
        let late = at(&fair, 1, 7).await;
        fair.field.office.clock.advance_ms(5 * DAY_MS - 4 * HOUR_MS + 5 * HOUR_MS / 2);
        for end in ["12:45", "13:00"] {
            assert_eq!(refused(ends(&fair, end).await), Refusal::HoursPromised, "{end}");
        }
        assert_eq!(fair.seen(&late).await.slot, Some(half(7)));
        ends(&fair, "13:15").await.unwrap();
        assert_eq!(fair.seen(&late).await.slot, Some(half(6)));
        assert_sums_hold(&database).await;
    }

    async fn who_is_still_expected_when_it_closes_early_is_told(database) {
        let fair = Fair::of(&database, 8).await;
        let (missed, soon, ahead) =
            (at(&fair, 1, 0).await, at(&fair, 2, 3).await, at(&fair, 3, 7).await);
        let mut asks = fair.asks(4, 1);
        (asks.details.email, asks.details.phone) = (None, Phone::parse("+56 9 1234 5678").ok());
        asks.slot = Some(half(6));
        let by_phone = booked(fair.book(asks).await);
        begun(&database, &fair, 2 * HOUR_MS).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let findings = closing::sheet(office, actor, fair.id).await.unwrap().verdict.findings;
        assert!(findings.contains(&Finding::StillExpected(3)), "{findings:?}");
        assert!(findings.contains(&Finding::LiveBookings(1)), "{findings:?}");
        let close = ("close", "Viento");
        let closed = closing::close(office, actor, fair.id, close).await.unwrap();
        assert_eq!(closed, Closed::Done(OutreachStatus::Closed));
        for ticket in [&soon, &ahead, &by_phone] {
            let row = fair.row(ticket).await;
            let ended = (row.state.as_str(), row.ended_reason.as_deref());
            assert_eq!(ended, ("cancelled", Some(reason::ENDED)));
        }
        assert_eq!(fair.row(&missed).await.state, "booked", "whose hour has passed");
        for (ticket, count) in [(&missed, 0), (&soon, 1), (&ahead, 1), (&by_phone, 0)] {
            let told = letters(&fair, ticket, LetterKind::OutreachEnded).await;
            assert_eq!(told.len(), count);
            assert!(told.iter().all(|mail| mail.slot == ticket.slot), "{told:?}");
        }
        let tasks = waiting::list(office, actor).await.unwrap();
        let [task] = tasks.as_slice() else { panic!("one call: {tasks:?}") };
        let TaskAsk::CallBooker { call } = &task.ask else { panic!("{task:?}") };
        assert_eq!((call.about, call.is_over), (CallAbout::Ended, false));
        assert_eq!((Some(call.at), &call.reason), (by_phone.slot, &None));
        assert_sums_hold(&database).await;
        // Nobody is reminded of an hour that is none any more, or offered it.
        assert_eq!(bookings::tick(office).await.unwrap(), 0);
    }

    async fn who_never_heard_of_another_hour_is_told_that_the_one_they_know_is_off(database) {
        let fair = Fair::of(&database, 8).await;
        let late = at(&fair, 1, 7).await;
        let mut asks = fair.asks(2, 1);
        (asks.details.email, asks.details.phone) = (None, Phone::parse("+56 9 1234 5678").ok());
        asks.slot = Some(half(6));
        booked(fair.book(asks).await);
        ends(&fair, "12:00").await.unwrap();
        assert_eq!(fair.row(&late).await.slot_at, Some(half(3).0));
        begun(&database, &fair, HOUR_MS).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let closed = closing::close(office, actor, fair.id, ("close", "Viento")).await.unwrap();
        assert_eq!(closed, Closed::Done(OutreachStatus::Closed));
        assert_eq!(letters(&fair, &late, LetterKind::OutreachMoved).await, []);
        let told = letters(&fair, &late, LetterKind::OutreachEnded).await;
        let [mail] = told.as_slice() else { panic!("one letter: {told:?}") };
        assert_eq!(mail.slot, Some(half(7)));
        let tasks = waiting::list(office, actor).await.unwrap();
        let [task] = tasks.as_slice() else { panic!("one call: {tasks:?}") };
        let TaskAsk::CallBooker { call } = &task.ask else { panic!("{task:?}") };
        assert_eq!((call.about, call.at), (CallAbout::Ended, half(6)));
    }

    async fn who_still_waits_when_it_closes_early_sees_that_it_is_over(database) {
        let fair = Fair::of(&database, 1).await;
        fair.booked(1, 1).await;
        let (waits, _) = fair.waiting(fair.asks(2, 1)).await;
        begun(&database, &fair, HOUR_MS).await;
        assert!(!fair.seen(&waits).await.is_over);
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let closed = closing::close(office, actor, fair.id, ("close", "Viento")).await.unwrap();
        assert_eq!(closed, Closed::Done(OutreachStatus::Closed));
        assert!(fair.seen(&waits).await.is_over);
    }

    async fn who_is_late_when_it_closes_at_its_end_is_told_nothing(database) {
        let fair = Fair::of(&database, 8).await;
        let late = at(&fair, 1, 7).await;
        begun(&database, &fair, 4 * HOUR_MS).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let findings = closing::sheet(office, actor, fair.id).await.unwrap().verdict.findings;
        assert!(findings.contains(&Finding::LiveBookings(1)), "{findings:?}");
        let closed = closing::close(office, actor, fair.id, ("close", "Fin")).await.unwrap();
        assert_eq!(closed, Closed::Done(OutreachStatus::Closed));
        assert_eq!(fair.row(&late).await.state, "booked");
        assert_eq!(letters(&fair, &late, LetterKind::OutreachEnded).await, []);
    }
}
