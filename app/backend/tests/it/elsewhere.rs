//! What those who booked are told when the place or the hour of an outreach changes: how it was
//! when the letter was written, whatever happens before it leaves.

use backend::bookings::letters::{BookingMail, LetterKind};
use backend::bookings::{self, Request, Ticket};
use backend::desk::waiting;
use backend::planning;
use backend::store::StoreError;
use backend::store::vocabulary::booking::BookingRow;
use domain::contact::Phone;
use domain::desk::plan::OutreachForm;
use domain::desk::planned::{Asked, DayForm};
use domain::desk::queue::{CallAbout, CallLine, TaskAsk};
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS};

use crate::it::desk::refused;
use crate::it::fair::{ADDRESS, Fair, OPENS, booked, link};

/// The letters of a kind about a booking.
pub async fn letters(fair: &Fair, ticket: &Ticket, kind: LetterKind) -> Vec<BookingMail> {
    let id = ticket.id.0;
    let read: Result<Vec<_>, StoreError> = fair
        .field
        .office
        .store
        .read(move |tx| Box::pin(async move { tx.messages_about("booking", id).await }))
        .await;
    let of_kind = read.unwrap().into_iter().filter(|row| row.kind == kind.code());
    of_kind.map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

/// Somebody who left a telephone alone.
async fn by_phone(fair: &Fair, person: u32) -> Ticket {
    let mut asked: Request = fair.asks(person, 1);
    (asked.details.email, asked.details.phone) = (None, Phone::parse("+56 9 1234 5678").ok());
    booked(fair.book(asked).await)
}

async fn calls(fair: &Fair) -> Vec<CallLine> {
    let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
    let tasks = waiting::list(office, actor).await.unwrap();
    let calls = tasks.into_iter().map(|task| match task.ask {
        TaskAsk::CallBooker { call } => *call,
        other => panic!("something else: {other:?}"),
    });
    calls.collect()
}

/// Saves the form of the outreach after a change.
async fn change(fair: &Fair, change: impl Fn(OutreachForm) -> OutreachForm) {
    let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
    let form = planning::choices(office, actor, Some(fair.id)).await.unwrap().form;
    planning::save(office, actor, Some(fair.id), change(form)).await.unwrap();
}

on_both_databases! {
    async fn who_booked_is_told_that_it_is_held_elsewhere(database) {
        let fair = Fair::of(&database, 8).await;
        let (one, other) = (fair.booked(1, 1).await, by_phone(&fair, 2).await);
        let gone = fair.booked(3, 1).await;
        fair.cancel(&gone).await;
        let place = |place: &str| place.to_owned();
        change(&fair, |form| OutreachForm { place: place("Liceo A-22"), ..form }).await;
        let told = letters(&fair, &one, LetterKind::OutreachRelocated).await;
        let [mail] = told.as_slice() else { panic!("one letter: {told:?}") };
        assert_eq!(mail.was_place.as_deref(), Some("Sede vecinal, Antofagasta"));
        assert_eq!((mail.slot, mail.was_at), (one.slot, None));
        assert_eq!(letters(&fair, &gone, LetterKind::OutreachRelocated).await, []);
        let calls = calls(&fair).await;
        let [call] = calls.as_slice() else { panic!("one call: {calls:?}") };
        let places = (call.was_place.as_deref(), call.place.as_str());
        assert_eq!(places, (Some("Sede vecinal, Antofagasta"), "Liceo A-22, Antofagasta"));
        assert_eq!((call.about, Some(call.at)), (CallAbout::Relocated, other.slot));
        assert_eq!(fair.row(&one).await.accepted_date, 1, "the hour is the same");
        // Put right before the letter left, there is nothing to tell.
        change(&fair, |form| OutreachForm { place: place("Escuela D-59"), ..form }).await;
        let told = letters(&fair, &one, LetterKind::OutreachRelocated).await;
        let [mail] = told.as_slice() else { panic!("one letter: {told:?}") };
        assert_eq!(mail.was_place.as_deref(), Some("Sede vecinal, Antofagasta"));
        change(&fair, |form| OutreachForm { place: place("SEDE VECINAL"), ..form }).await;
        assert_eq!(letters(&fair, &one, LetterKind::OutreachRelocated).await, []);
    }

    async fn who_is_visited_is_told_of_no_other_hall(database) {
        let fair = Fair::of(&database, 8).await;
        let one = fair.booked(1, 1).await;
        database.raw("UPDATE outreach SET kind = 'home_visits'").await;
        let place = |place: &str| place.to_owned();
        change(&fair, |form| OutreachForm { place: place("Villa Esmeralda"), ..form }).await;
        assert_eq!(letters(&fair, &one, LetterKind::OutreachRelocated).await, []);
        assert_eq!(fair.seen(&one).await.home_until, one.slot.map(|at| at.plus_ms(HOUR_MS)));
    }

    async fn another_hour_and_another_place_are_one_letter(database) {
        let fair = Fair::of(&database, 8).await;
        let one = fair.booked(1, 1).await;
        change(&fair, |form| OutreachForm {
            place: "Liceo A-22".to_owned(),
            starts: "11:00".to_owned(),
            ends: "15:00".to_owned(),
            ..form
        }).await;
        assert_eq!(letters(&fair, &one, LetterKind::OutreachRelocated).await, []);
        let told = letters(&fair, &one, LetterKind::OutreachMoved).await;
        let [mail] = told.as_slice() else { panic!("one letter: {told:?}") };
        assert_eq!(mail.was_place.as_deref(), Some("Sede vecinal, Antofagasta"));
        assert_eq!((mail.was_at, mail.slot), (one.slot, one.slot.map(|at| at.plus_ms(HOUR_MS))));
    }

    async fn what_is_held_after_all_says_no_other_date(database) {
        let fair = Fair::of(&database, 1).await;
        let (one, other) = (by_phone(&fair, 1).await, fair.waiting(fair.asks(2, 1)).await.0);
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let put_off = async |day: &str| {
            let form = DayForm { day: day.to_owned(), starts: "10:00".to_owned() };
            planning::reschedule(office, actor, fair.id, &form).await.unwrap();
        };
        put_off("2026-12-04").await;
        let told = letters(&fair, &other, LetterKind::OutreachMoved).await;
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].was_at, told[0].slot), (Some(OPENS), None), "who waits has no hour");
        assert_eq!(calls(&fair).await[0].was_at, one.slot);
        database.raw("UPDATE task SET state = 'done'").await;
        planning::suspend(office, actor, fair.id, "Viento").await.unwrap();
        database.raw("UPDATE task SET state = 'done'").await;
        put_off("2026-12-04").await;
        let moved = calls(&fair).await.into_iter().find(|call| call.about == CallAbout::Moved);
        let call = moved.unwrap();
        assert_eq!(call.was_at, None, "it is held on the date that they know");
        assert_eq!(Some(call.at), one.slot.map(|at| at.plus_ms(7 * DAY_MS)));
    }

    async fn a_date_that_is_put_right_before_its_letter_left_is_told_once(database) {
        let fair = Fair::of(&database, 8).await;
        let one = fair.booked(1, 1).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let put_off = async |day: &str| {
            let form = DayForm { day: day.to_owned(), starts: "10:00".to_owned() };
            planning::reschedule(office, actor, fair.id, &form).await.unwrap();
        };
        put_off("2026-12-04").await;
        put_off("2026-12-11").await;
        let told = letters(&fair, &one, LetterKind::OutreachMoved).await;
        let [mail] = told.as_slice() else { panic!("one letter: {told:?}") };
        assert_eq!((mail.was_at, mail.slot), (one.slot, fair.seen(&one).await.slot));
        database.raw("UPDATE outbox SET state = 'sent'").await;
        put_off("2026-12-18").await;
        let told = letters(&fair, &one, LetterKind::OutreachMoved).await;
        assert_eq!((told.len(), told[1].was_at), (2, mail.slot), "they know of the second date");
    }

    async fn a_date_that_comes_back_before_its_letter_left_is_told_to_nobody(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let waits = fair.waiting(fair.asks(2, 1)).await.0;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let put_off = async |day: &str| {
            let form = DayForm { day: day.to_owned(), starts: "10:00".to_owned() };
            planning::reschedule(office, actor, fair.id, &form).await.unwrap()
        };
        let before = fair.row(&one).await;
        for there_and_back in ["2026-12-04", "2026-12-11"] {
            assert_eq!(put_off(there_and_back).await, Asked::Done(2));
            assert_eq!(put_off("2026-11-27").await, Asked::Done(0));
            for ticket in [&one, &waits] {
                assert_eq!(letters(&fair, ticket, LetterKind::OutreachMoved).await, []);
            }
        }
        let after = fair.row(&one).await;
        let stood = |row: &BookingRow| (row.slot_at, row.accepted_date, row.reminders);
        assert_eq!(stood(&after), stood(&before), "nobody is asked about the date they know");
        // Called off and on again before anybody heard of it is no news either.
        planning::suspend(office, actor, fair.id, "Viento").await.unwrap();
        assert_eq!(letters(&fair, &one, LetterKind::OutreachSuspended).await.len(), 1);
        assert_eq!(put_off("2026-11-27").await, Asked::Done(0));
        for kind in [LetterKind::OutreachSuspended, LetterKind::OutreachMoved] {
            assert_eq!(letters(&fair, &one, kind).await, []);
        }
        assert_eq!(stood(&fair.row(&one).await), stood(&before));
        // Who has agreed to the other date meanwhile is told that it is the first one after all.
        put_off("2026-12-04").await;
        bookings::accept_new_date(office, link(&one), ADDRESS).await.unwrap();
        assert_eq!(put_off("2026-11-27").await, Asked::Done(1));
        let told = letters(&fair, &one, LetterKind::OutreachMoved).await;
        let [mail] = told.as_slice() else { panic!("one letter: {told:?}") };
        let by = 7 * DAY_MS;
        assert_eq!((mail.slot, mail.was_at), (one.slot, one.slot.map(|at| at.plus_ms(by))));
        assert_eq!(fair.row(&one).await.accepted_date, 0);
    }

    async fn who_is_telephoned_hears_of_a_date_and_a_place_in_one_call(database) {
        let fair = Fair::of(&database, 8).await;
        let one = by_phone(&fair, 1).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let put_off = async |day: &str| {
            let form = DayForm { day: day.to_owned(), starts: "10:00".to_owned() };
            planning::reschedule(office, actor, fair.id, &form).await.unwrap();
        };
        put_off("2026-12-04").await;
        let place = |place: &str| place.to_owned();
        change(&fair, |form| OutreachForm { place: place("Liceo A-22"), ..form }).await;
        let told = calls(&fair).await;
        let [call] = told.as_slice() else { panic!("one call: {told:?}") };
        assert_eq!((call.about, call.was_at), (CallAbout::Moved, one.slot));
        assert_eq!(call.was_place.as_deref(), Some("Sede vecinal, Antofagasta"));
        put_off("2026-11-27").await;
        let told = calls(&fair).await;
        let [call] = told.as_slice() else { panic!("one call: {told:?}") };
        assert_eq!((call.about, call.was_at), (CallAbout::Relocated, None));
        assert_eq!(fair.row(&one).await.accepted_date, 1, "of the date nobody need ask");
        change(&fair, |form| OutreachForm { place: place("Sede vecinal"), ..form }).await;
        assert_eq!(calls(&fair).await, []);
    }

    async fn an_offer_is_kept_no_longer_than_its_hour(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let (waits, _) = fair.waiting(fair.asks(2, 1)).await;
        fair.cancel(&one).await;
        let offered = fair.seen(&waits).await;
        let day = OPENS.plus_ms(-4 * DAY_MS);
        assert!(offered.offered_until > Some(day), "a whole day to answer");
        // It is held tomorrow morning, before that.
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let form = DayForm { day: "2026-11-23".to_owned(), starts: "06:00".to_owned() };
        planning::reschedule(office, actor, fair.id, &form).await.unwrap();
        let moved = fair.seen(&waits).await;
        assert!(moved.slot < offered.offered_until, "{moved:?}");
        assert_eq!(moved.offered_until, moved.slot);
    }

    async fn what_is_booked_becomes_no_home_visit(database) {
        let fair = Fair::of(&database, 8).await;
        let one = fair.booked(1, 1).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let save = async |kind: &str| {
            let form = planning::choices(office, actor, Some(fair.id)).await.unwrap().form;
            let form = OutreachForm { kind: kind.to_owned(), ..form };
            planning::save(office, actor, Some(fair.id), form).await
        };
        assert_eq!(refused(save("home_visits").await), Refusal::StillBooked);
        save("chip_and_deworming").await.unwrap();
        fair.cancel(&one).await;
        save("home_visits").await.unwrap();
    }
}
