//! What bookings say of people goes: by a lawful erasure, and by itself some time after the day.

use backend::actor::Actor;
use backend::bookings::{self, KEPT_MS, Request};
use backend::erasure::erase_person;
use backend::history;
use domain::booking::BookingState;
use domain::contact::Phone;
use domain::identity::IdentityDocument;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::territory::Commune;
use domain::timestamp::HOUR_MS;

use crate::it::databases::Database;
use crate::it::desk::refused;
use crate::it::fair::{Fair, OPENS, assert_sums_hold, booked, details};
use crate::it::field::Guest;

const GROUND: &str = "Solicitud del titular, Ley 21.719";

/// Somebody of whom the form knows everything, and who left no address for mail.
fn somebody(fair: &Fair, person: u32, animals: usize) -> Request {
    let mut request = fair.asks(person, animals);
    request.details.email = None;
    request.details.phone = Phone::parse("+56 9 1234 5678").ok();
    request.details.address = ShortText::parse("Sicilia 1516").ok();
    request.details.commune = Some(Commune::ANTOFAGASTA);
    request
}

/// Every text of every booking.
async fn said(database: &Database) -> String {
    let mut tables = crate::it::backup::contents(database).await;
    let rows = tables.remove("booking").expect("bookings");
    rows.into_iter().flatten().flatten().collect::<Vec<_>>().join("\n")
}

/// How many columns of bookings still lead to somebody.
const KNOWN: &str = "SELECT COUNT(*) FROM booking WHERE details <> '' OR owner_key IS NOT NULL
    OR household_key IS NOT NULL OR owner_id IS NOT NULL";

on_both_databases! {
    async fn ninety_days_after_the_day_bookings_say_nothing_of_people(database) {
        let fair = Fair::of(&database, 16).await;
        let office = &fair.field.office;
        let first = booked(fair.book(somebody(&fair, 1, 2)).await);
        fair.booked(2, 1).await;
        let gone = fair.booked(3, 1).await;
        fair.cancel(&gone).await;
        database.raw("UPDATE booking SET ended_reason = 'María no puede'
            WHERE state = 'cancelled'").await;
        let guest = Guest::new(10_000_001);
        fair.field.submit(vec![guest.registered()]).await;
        database.raw("UPDATE booking SET owner_id = (SELECT id FROM owner)
            WHERE places = 2").await;
        let personal = ["María", "Núñez", "Sicilia", "912345678", "Ñato", "10000001", "@example"];
        let before = said(&database).await;
        assert!(personal.iter().all(|text| before.contains(text)), "{before}");

        let clock = &office.clock;
        let ends = OPENS.0 + 4 * HOUR_MS;
        clock.advance_ms(ends + KEPT_MS - clock.now().0);
        bookings::tick(office).await.unwrap();
        assert_eq!(bookings::forget(office).await.unwrap(), 0, "not a moment too early");
        let kept = fair.row(&first).await;
        clock.advance_ms(1);
        assert_eq!(bookings::forget(office).await.unwrap(), 3);
        assert_eq!(bookings::forget(office).await.unwrap(), 0);
        let after = said(&database).await;
        for text in personal {
            assert!(!after.contains(text), "{text} is still there: {after}");
        }
        assert_eq!(database.number(KNOWN).await, 0);
        let mails = "SELECT COUNT(*) FROM outbox WHERE subject_kind = 'booking'";
        assert_eq!(database.number(mails).await, 0, "nor do the mails about them");
        // What happened stays: what was offered, when, for how many, and what became of it.
        let emptied = fair.row(&first).await;
        assert_eq!((emptied.state.as_str(), emptied.places), ("no_show", 2));
        assert_eq!((emptied.slot_at, emptied.created_at), (kept.slot_at, kept.created_at));
        assert_eq!(emptied.ended_reason.as_deref(), Some("no_show"), "a code is nobody's");
        assert_eq!(fair.row(&gone).await.ended_reason, None, "but words may be");
        assert_sums_hold(&database).await;
    }

    async fn who_only_booked_is_erased_by_the_document(database) {
        let fair = Fair::of(&database, 2).await;
        let office = &fair.field.office;
        let full = fair.booked(2, 1).await;
        let other = fair.booked(3, 1).await;
        let (theirs, _) = fair.waiting(somebody(&fair, 1, 1)).await;
        // The place that is offered has a task for who left no address.
        fair.cancel(&full).await;
        assert_eq!(fair.seen(&theirs).await.state, BookingState::Offered);
        let tasks = "SELECT COUNT(*) FROM task";
        assert_eq!(database.number(tasks).await, 1);
        let document = details(1, 1).document;
        let use_case = UseCase::EraseOwner;
        let answer = erase_person(office, fair.field.as_operative(), &document, GROUND).await;
        assert_eq!(refused(answer), Refusal::Forbidden { use_case });
        let answer = erase_person(office, Actor::System, &document, " ").await;
        assert!(matches!(refused(answer), Refusal::Invalid { .. }));
        let erased = erase_person(office, Actor::System, &document, GROUND).await.unwrap();
        assert_eq!((erased.owners, erased.bookings, erased.tasks), (0, 1, 1));
        let row = fair.row(&theirs).await;
        assert_eq!((row.state.as_str(), row.details.as_str()), ("cancelled", ""));
        assert_eq!(database.number(tasks).await, 0);
        assert!(!said(&database).await.contains("10000001"));
        assert_eq!(fair.seen(&other).await, other);
        assert_sums_hold(&database).await;
        fair.booked(4, 1).await;
        let noted = "SELECT COUNT(*) FROM history WHERE kind = 'booker_erased'";
        assert_eq!(database.number(noted).await, 1, "that it was done is kept");
        let report = history::verify(&office.store, &office.keys).await.unwrap();
        assert!(report.is_whole(), "{report:?}");
        for nobody in [document, IdentityDocument::None] {
            let answer = erase_person(office, Actor::System, &nobody, GROUND).await;
            assert_eq!(refused(answer), Refusal::OwnerUnknown);
        }
    }

    async fn an_owner_is_erased_by_the_document_with_the_bookings(database) {
        let fair = Fair::of(&database, 2).await;
        let office = &fair.field.office;
        let guest = Guest::new(10_000_001);
        fair.field.submit(vec![guest.registered()]).await;
        fair.booked(1, 1).await;
        let document = details(1, 1).document;
        let erased = erase_person(office, Actor::System, &document, GROUND).await.unwrap();
        assert_eq!((erased.owners, erased.bookings), (1, 1));
        assert_eq!(database.number(KNOWN).await, 0);
        let answer = erase_person(office, Actor::System, &document, GROUND).await;
        assert_eq!(refused(answer), Refusal::OwnerUnknown, "nobody has that document any more");
    }
}
