//! How old an animal is counts on the day of the outreach, not on that of the booking.

use backend::bookings::letters::LetterKind;
use backend::bookings::{self, Outcome, Request, desk};
use backend::planning;
use domain::booking::{BookingState, Eligibility, Lack, Offering};
use domain::desk::bookings::BookingsShown;
use domain::desk::planned::{Asked, DayForm};
use domain::timestamp::HOUR_MS;

use crate::it::bookings::last_letter;
use crate::it::databases::{Database, Stored};
use crate::it::fair::{ADDRESS, Fair, booked, link};

/// A fair for animals of two months to seven years and a half that is held on another day. It is
/// 22 November.
async fn held_on(database: &Database, (capacity, day): (u32, &'static str)) -> Fair {
    let fair = Fair::of(database, capacity).await;
    let rule = Eligibility { to_months: Some(90), ..Eligibility::usual(Offering::Chip) };
    let rule = serde_json::to_string(&rule).unwrap();
    database.raw(&format!("UPDATE outreach_offering SET eligibility = '{rule}'")).await;
    put_off(&fair, day).await;
    fair
}

async fn put_off(fair: &Fair, day: &'static str) {
    let id = fair.id.0;
    let moved = fair.field.office.store.write(move |tx| {
        Box::pin(async move {
            let mut row = tx.outreach(id).await?.unwrap();
            row.held_on = day.to_owned();
            tx.update_outreach(&row).await
        })
    });
    let moved: Stored<()> = moved.await;
    moved.unwrap();
}

fn of_age(fair: &Fair, person: u32, months: u16) -> Request {
    let mut request = fair.asks(person, 1);
    request.details.animals[0].age_months = Some(months);
    request
}

on_both_databases! {
    async fn who_will_be_old_enough_is_taken_and_who_will_be_too_old_is_not(database) {
        let fair = held_on(&database, (8, "2026-12-22")).await;
        booked(fair.book(of_age(&fair, 1, 1)).await);
        booked(fair.book(of_age(&fair, 2, 89)).await);
        // Seven years and a half at most, if they are seven as they say.
        booked(fair.book(of_age(&fair, 5, 84)).await);
        let none = |lack| Outcome::NotTaken(vec![(0, lack)]);
        assert_eq!(fair.book(of_age(&fair, 3, 0)).await, none(Lack::TooYoung));
        assert_eq!(fair.book(of_age(&fair, 4, 90)).await, none(Lack::TooOld));
    }

    async fn who_is_too_old_on_the_new_date_is_offered_no_place(database) {
        let fair = held_on(&database, (1, "2026-11-27")).await;
        let first = booked(fair.book(of_age(&fair, 1, 24)).await);
        let (older, _) = fair.waiting(of_age(&fair, 2, 90)).await;
        let (younger, _) = fair.waiting(of_age(&fair, 3, 12)).await;
        put_off(&fair, "2026-12-27").await;
        fair.cancel(&first).await;
        assert_eq!(fair.seen(&older).await.state, BookingState::Waiting);
        assert_eq!(fair.seen(&younger).await.state, BookingState::Offered);
    }

    async fn who_does_not_fit_on_the_new_date_is_named_in_the_list(database) {
        let fair = held_on(&database, (3, "2026-12-22")).await;
        booked(fair.book(of_age(&fair, 1, 1)).await);
        booked(fair.book(of_age(&fair, 2, 89)).await);
        booked(fair.book(of_age(&fair, 3, 24)).await);
        fair.waiting(of_age(&fair, 4, 89)).await;
        let unfit = async || {
            let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
            let asked = (BookingsShown::Live, 1);
            let sheet = desk::sheet(office, actor, fair.id, asked).await.unwrap();
            let unfit = sheet.lines.into_iter().map(|line| {
                assert!(line.unfit.iter().all(|(name, _)| name == "Ñato"));
                line.unfit.iter().map(|(_, lack)| *lack).collect::<Vec<_>>()
            });
            unfit.collect::<Vec<_>>()
        };
        let none = Vec::<Lack>::new();
        assert_eq!(unfit().await, vec![none.clone(); 4]);
        put_off(&fair, "2027-01-22").await;
        let old = vec![Lack::TooOld];
        assert_eq!(unfit().await, [none.clone(), old.clone(), none.clone(), old]);
        put_off(&fair, "2026-11-30").await;
        let young = vec![Lack::TooYoung];
        assert_eq!(unfit().await, [young, none.clone(), none.clone(), none.clone()]);
        let off = "UPDATE outreach SET status = 'suspended' WHERE held_on = '2026-11-30'";
        database.raw(off).await;
        assert_eq!(unfit().await, vec![none; 4], "it has no day yet");
    }

    async fn the_letter_of_a_new_date_and_its_page_name_who_will_be_too_old(database) {
        let fair = held_on(&database, (2, "2026-11-27")).await;
        let older = booked(fair.book(of_age(&fair, 1, 90)).await);
        let younger = booked(fair.book(of_age(&fair, 2, 24)).await);
        let (waits, _) = fair.waiting(of_age(&fair, 3, 90)).await;
        for ticket in [&older, &younger, &waits] {
            assert!(fair.seen(ticket).await.unfit.is_empty(), "all are taken on the first day");
        }
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        office.clock.advance_ms(HOUR_MS);
        let day = DayForm { day: "2026-12-27".to_owned(), starts: "10:00".to_owned() };
        let told = planning::reschedule(office, actor, fair.id, &day).await.unwrap();
        assert_eq!(told, Asked::Done(3));
        let old = vec![("Ñato".to_owned(), Lack::TooOld)];
        for (ticket, unfit) in [(&older, old.clone()), (&younger, Vec::new()), (&waits, old)] {
            let letter = last_letter(&fair, ticket).await;
            assert_eq!(letter.kind, LetterKind::OutreachMoved);
            assert_eq!(letter.ticket.unfit, unfit);
            assert_eq!(fair.seen(ticket).await.unfit, unfit);
        }
        let key = link(&older);
        let kept = bookings::accept_new_date(office, key, ADDRESS).await.unwrap();
        assert_eq!((kept.state, kept.unfit.len()), (BookingState::Booked, 1), "the place stays");
        assert!(fair.cancel(&older).await.unfit.is_empty(), "nothing is awaited any more");
    }
}
