//! What those who booked are told when the place or the hour of an outreach changes: how it was
//! when the letter was written, whatever happens before it leaves.

use backend::bookings::letters::{BookingMail, LetterKind};
use backend::bookings::{Request, Ticket};
use backend::desk::waiting;
use backend::planning;
use backend::store::StoreError;
use domain::contact::Phone;
use domain::desk::plan::OutreachForm;
use domain::desk::planned::DayForm;
use domain::desk::queue::{CallAbout, CallLine, TaskAsk};
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS};

use crate::it::desk::refused;
use crate::it::fair::{Fair, OPENS, booked};

/// The letters of a kind about a booking.
async fn letters(fair: &Fair, ticket: &Ticket, kind: LetterKind) -> Vec<BookingMail> {
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
