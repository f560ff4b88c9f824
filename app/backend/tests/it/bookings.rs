//! Places are booked, waited for, offered, taken, moved and given back.

use backend::actor::Actor;
use backend::bookings::letters::{self, BookingMail, LetterKind};
use backend::bookings::{self, Key, Outcome, PublicFilter, Request, Ticket};
use backend::clock::fresh_id;
use backend::closing;
use backend::erasure::erase_owner;
use backend::error::Error;
use backend::planning::plan;
use backend::store::StoreError;
use domain::booking::{BookingState, Eligibility, Lack, Offering};
use domain::catalogue::Species;
use domain::contact::{Email, Phone};
use domain::field_error::{Field as FormField, Problem};
use domain::id::StaffId;
use domain::identity::IdentityDocument;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::territory::Commune;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};

use crate::it::databases::Database;
use crate::it::fair::{ADDRESS, Fair, OPENS, assert_sums_hold, booked, details, dog, link};
use crate::it::field::Guest;

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// How many letters of a kind were written.
async fn letters_of(database: &Database, kind: LetterKind) -> i64 {
    let code = kind.code();
    database.number(&format!("SELECT COUNT(*) FROM outbox WHERE kind = '{code}'")).await
}

/// What the last letter about a booking says.
pub async fn last_letter(fair: &Fair, ticket: &Ticket) -> letters::Told {
    let id = ticket.id.0;
    let office = &fair.field.office;
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            Ok::<_, StoreError>(tx.messages_about(letters::ABOUT, id).await?.pop().unwrap())
        })
    });
    let message = read.await.unwrap();
    let mail: BookingMail = serde_json::from_str(&message.body).unwrap();
    let kind = LetterKind::from_code(&message.kind).unwrap();
    letters::told(office, kind, mail).await.unwrap().unwrap()
}

on_both_databases! {
    async fn a_place_is_booked_told_and_given_back(database) {
        let fair = Fair::of(&database, 8).await;
        let office = &fair.field.office;
        let ticket = fair.booked(1, 1).await;
        assert_eq!((ticket.state, ticket.slot), (BookingState::Booked, Some(OPENS)));
        assert_eq!((ticket.animals.as_slice(), ticket.owner_given.as_str()),
            (["Ñato".to_owned()].as_slice(), "María José"));
        assert_eq!(ticket.bring.as_deref(), Some("Correa o transportador"));
        assert_eq!(fair.seen(&ticket).await, ticket);
        let by_code = bookings::ticket_by_code(office, &ticket.code.to_lowercase(), ADDRESS).await;
        assert_eq!(by_code.unwrap(), Ticket { link_token: None, ..ticket.clone() });
        let told = last_letter(&fair, &ticket).await;
        assert_eq!((told.kind, told.at, told.was_at), (LetterKind::Booked, OPENS, None));
        assert_eq!((&told.ticket, told.owner_name.as_str()), (&ticket, "María José Núñez"));

        // Neither code nor link stands anywhere.
        let token = ticket.link_token.clone().unwrap();
        for secret in [&ticket.code, &token] {
            let stored = format!("SELECT COUNT(*) FROM outbox WHERE body LIKE '%{secret}%'");
            assert_eq!(database.number(&stored).await, 0);
        }
        let wrong = format!("{}A", &token[..25]);
        let other = if wrong == token { format!("{}B", &token[..25]) } else { wrong };
        let answer = bookings::ticket_by_link(office, &other).await;
        assert_eq!(refused(answer), Refusal::LinkUnusable);

        let gone = fair.cancel(&ticket).await;
        assert_eq!(gone.state, BookingState::Cancelled);
        assert_eq!(fair.cancel(&ticket).await.state, BookingState::Cancelled, "twice is once");
        assert_eq!(letters_of(&database, LetterKind::BookingCancelled).await, 1);
        assert_sums_hold(&database).await;
        // The place is free, and the same document may book again.
        assert_eq!(fair.booked(1, 1).await.slot, Some(OPENS));
    }

    async fn who_may_not_book_is_told_why(database) {
        let fair = Fair::of(&database, 16).await;
        let office = &fair.field.office;
        fair.booked(1, 1).await;
        assert_eq!(fair.book(fair.asks(2, 4)).await, Outcome::TooManyAnimals { most: 3 });
        assert_eq!(fair.book(fair.asks(2, 7)).await, Outcome::TooManyAnimals { most: 6 });
        let mut young = fair.asks(2, 2);
        young.details.animals[1].age_months = Some(1);
        assert_eq!(fair.book(young).await, Outcome::NotTaken(vec![(1, Lack::TooYoung)]));
        let never = Request { slot: Some(Timestamp(OPENS.0 + 1)), ..fair.asks(2, 1) };
        assert_eq!(fair.book(never).await, Outcome::NotOpen);
        let surgery = Request { offering: Offering::Sterilisation, ..fair.asks(2, 1) };
        assert_eq!(fair.book(surgery).await, Outcome::NotOpen);
        let elsewhere = Request { outreach: fair.field.outreach, ..fair.asks(2, 1) };
        assert_eq!(fair.book(elsewhere).await, Outcome::NotOpen, "nothing is offered there");

        let mut nobody = fair.asks(3, 0);
        nobody.details.document = IdentityDocument::None;
        let answer = bookings::book(office, nobody, ADDRESS).await;
        let Refusal::Invalid { fields } = refused(answer) else { panic!("something else") };
        let fields: Vec<_> = fields.iter().map(|error| (error.field, error.code)).collect();
        let empty = Problem::Empty;
        assert_eq!(fields, [(FormField::Document, empty), (FormField::PetName, empty)]);
        assert_sums_hold(&database).await;
    }

    async fn a_team_that_comes_home_is_told_where(database) {
        let fair = Fair::of(&database, 8).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        database.raw("UPDATE outreach SET kind = 'home_visits'").await;
        let nowhere = bookings::book(office, fair.asks(1, 1), ADDRESS).await;
        let Refusal::Invalid { fields } = refused(nowhere) else { panic!("something else") };
        let lacking = [FormField::Address, FormField::Commune];
        assert!(fields.iter().map(|error| error.field).eq(lacking), "{fields:?}");
        let mut asks = fair.asks(1, 1);
        asks.details.address = ShortText::parse("Huantajaya 7180").ok();
        asks.details.commune = Some(Commune::ANTOFAGASTA);
        booked(fair.book(asks).await);
        let homes = plan::sheet(office, actor, fair.id).await.unwrap().homes;
        assert_eq!((homes.len(), homes[0].at), (1, Some(OPENS)));
        assert_eq!(homes[0].address, "Huantajaya 7180, Antofagasta");
        assert_eq!(closing::day_sheet(office, actor, fair.id).await.unwrap().homes[0].1, homes[0]);
        let auditor = Actor::Staff { id: StaffId(fresh_id()), role: Role::Auditor };
        assert_eq!(plan::sheet(office, auditor, fair.id).await.unwrap().homes, []);
        assert_eq!(closing::day_sheet(office, auditor, fair.id).await.unwrap().homes, []);
    }

    async fn who_types_anothers_document_is_told_nothing_and_its_owner_by_mail(database) {
        let fair = Fair::of(&database, 8).await;
        let theirs = fair.booked(1, 1).await;
        let mails = async || letters_of(&database, LetterKind::Booked).await;
        let strange = |person| {
            let mut request = fair.asks(person, 1);
            request.details.email = Email::parse("otra@example.cl.invalid").ok();
            request
        };
        // Of what nobody gets, the answer is the same for a document with and without a booking.
        for person in [1, 2] {
            let taken = Request { slot: Some(OPENS), waits: false, ..strange(person) };
            assert_eq!(fair.book(taken).await, Outcome::Full);
            let never = Request { slot: Some(Timestamp(OPENS.0 + 1)), ..strange(person) };
            assert_eq!(fair.book(never).await, Outcome::NotOpen);
        }
        assert_eq!(mails().await, 1);
        for _ in 0..2 {
            assert_eq!(fair.book(strange(1)).await, Outcome::NotGiven);
            assert_eq!(mails().await, 2, "the ticket is sent again, and once a day");
        }
        let strangers = "SELECT COUNT(*) FROM outbox WHERE recipient LIKE 'otra@%'";
        assert_eq!(database.number(strangers).await, 0);
        assert_eq!(last_letter(&fair, &theirs).await.ticket, theirs);
        fair.field.office.clock.advance_ms(DAY_MS + 1);
        assert_eq!(fair.book(strange(1)).await, Outcome::NotGiven);
        assert_eq!(mails().await, 3);
    }

    async fn a_form_that_comes_twice_books_once_and_tells_its_code_again(database) {
        let fair = Fair::of(&database, 8).await;
        let office = &fair.field.office;
        let form = |form: &str, person| {
            let mut request = Request { form: Some(form.to_owned()), ..fair.asks(person, 1) };
            request.details.email = None;
            request
        };
        let (one, other) = tokio::join!(
            bookings::book(office, form("a", 1), ADDRESS),
            bookings::book(office, form("a", 1), ADDRESS),
        );
        let (one, other) = (booked(one.unwrap()), booked(other.unwrap()));
        assert_eq!(one, other);
        assert_eq!(booked(fair.book(form("a", 1)).await), one);
        assert_eq!(database.number("SELECT COUNT(*) FROM booking").await, 1);
        // Another form of that person is another request, and the form of another is another's.
        assert_eq!(fair.book(form("b", 1)).await, Outcome::NotGiven);
        let neighbour = booked(fair.book(form("a", 2)).await);
        assert_ne!(neighbour.code, one.code);
        // Neither code nor form stands anywhere, and the form's name is not the booking's.
        assert_ne!(fair.row(&one).await.id, fair.row(&neighbour).await.id);
        fair.cancel(&one).await;
        assert_eq!(fair.book(form("a", 1)).await, Outcome::HasEnded, "it is none any more");
        for person in 10..17 {
            fair.booked(person, 1).await;
        }
        let first = fair.waiting(form("c", 3)).await;
        assert_eq!(fair.waiting(form("c", 3)).await, first, "a place in the line too");
        assert_sums_hold(&database).await;
    }

    async fn a_household_has_no_more_than_two_owners_may(database) {
        let fair = Fair::of(&database, 40).await;
        let at_home = |person, animals, street: &str| {
            let mut request = fair.asks(person, animals);
            request.details.address = Some(ShortText::parse(street).unwrap());
            request.details.commune = Some(Commune::ANTOFAGASTA);
            request
        };
        booked(fair.book(at_home(1, 3, "Sicilia 1516")).await);
        booked(fair.book(at_home(2, 2, "SICILIA  1516")).await);
        let third = fair.book(at_home(3, 2, "sicilia 1516")).await;
        assert_eq!(third, Outcome::NotGiven, "how many are left is not told");
        booked(fair.book(at_home(3, 1, "Sicilia 1516")).await);
        let full = fair.book(at_home(4, 1, "Sicilia 1516")).await;
        assert_eq!(full, Outcome::NotGiven);
        booked(fair.book(at_home(5, 3, "Sicilia 1518")).await);
        // As the plan says otherwise.
        let rule = Eligibility { per_household: Some(4), ..Eligibility::usual(Offering::Chip) };
        let rule = serde_json::to_string(&rule).unwrap();
        database.raw(&format!("UPDATE outreach_offering SET eligibility = '{rule}'")).await;
        booked(fair.book(at_home(6, 1, "Sicilia 1518")).await);
        assert_eq!(fair.book(at_home(7, 1, "Sicilia 1518")).await, Outcome::NotGiven);
    }

    async fn who_asks_too_often_waits(database) {
        let mut fair = Fair::of(&database, 8).await;
        fair.field.office.bookings_per_hour = 3;
        for _ in 0..3 {
            fair.book(Request { waits: false, ..fair.asks(1, 1) }).await;
        }
        let answer = bookings::book(&fair.field.office, fair.asks(2, 1), ADDRESS).await;
        assert!(matches!(refused(answer), Refusal::TooManyAttempts { .. }));
        let neighbour = bookings::book(&fair.field.office, fair.asks(2, 1), "192.0.2.8").await;
        booked(neighbour.unwrap());
        fair.field.office.clock.advance_ms(HOUR_MS + 1);
        fair.booked(3, 1).await;

        fair.field.office.bookings_per_hour = 1_000;
        let answers = futures_util::future::join_all((0..21).map(|number| {
            let office = fair.field.office.clone();
            let request = fair.asks(9, 1);
            async move { bookings::book(&office, request, &format!("198.51.100.{number}")).await }
        }));
        let answers = answers.await;
        let refused = answers.iter().filter(|answer| answer.is_err()).count();
        assert_eq!(refused, 1, "twenty a day with one document");
    }

    async fn who_leaves_one_way_to_be_reached_for_many_waits(database) {
        let fair = Fair::of(&database, 80).await;
        let email = Email::parse("una@example.cl.invalid").ok();
        let phone = Phone::parse("+56 9 1234 5678").ok();
        for (first, email, phone) in [(100, email, None), (200, None, phone)] {
            for person in first..first + 30 {
                let mut request = fair.asks(person, 1);
                (request.details.email, request.details.phone) = (email.clone(), phone);
                booked(fair.book(request).await);
            }
            let mut request = fair.asks(first + 30, 1);
            (request.details.email, request.details.phone) = (email, phone);
            let answer = bookings::book(&fair.field.office, request, ADDRESS).await;
            assert!(matches!(refused(answer), Refusal::TooManyAttempts { .. }));
        }
        fair.booked(300, 1).await;
    }

    async fn a_code_opens_with_the_end_of_the_document(database) {
        let fair = Fair::of(&database, 8).await;
        let office = &fair.field.office;
        let ticket = fair.booked(1, 1).await;
        let key = details(1, 1).document.key().unwrap();
        let end: String = key.replace('-', "").chars().skip(5).collect();
        let with = |end: &str| Key::Code {
            code: ticket.code.clone(),
            document_end: end.to_owned(),
        };
        assert_eq!(bookings::ticket_by_key(office, with(&end), ADDRESS).await.unwrap(), ticket);
        for _ in 0..5 {
            let answer = bookings::cancel(office, with("0000"), ADDRESS).await;
            assert!(matches!(refused(answer), Refusal::Invalid { .. }));
        }
        // Also the right one is looked at no more, until the hour is over.
        let answer = bookings::cancel(office, with(&end), ADDRESS).await;
        assert!(matches!(refused(answer), Refusal::TooManyAttempts { .. }));
        office.clock.advance_ms(HOUR_MS + 1);
        let gone = bookings::cancel(office, with(&end), ADDRESS).await.unwrap();
        assert_eq!(gone.state, BookingState::Cancelled);
        let unknown = Key::Code { code: "AAAAAAAAAA".to_owned(), document_end: end };
        let answer = bookings::cancel(office, unknown, ADDRESS).await;
        assert_eq!(refused(answer), Refusal::LinkUnusable);
        // A day after the outreach nothing is shown any more.
        office.clock.advance_ms(7 * DAY_MS);
        let token = ticket.link_token.as_deref().unwrap();
        let answer = bookings::ticket_by_link(office, token).await;
        assert_eq!(refused(answer), Refusal::LinkUnusable);
    }

    async fn a_booking_moves_to_another_time(database) {
        let fair = Fair::of(&database, 8).await;
        let office = &fair.field.office;
        let (ticket, other) = (fair.booked(1, 1).await, fair.booked(2, 1).await);
        let slot = |number: i64| Timestamp(OPENS.0 + number * HOUR_MS / 2);
        assert_eq!((ticket.slot, other.slot), (Some(slot(0)), Some(slot(1))));
        let to = async |at| {
            bookings::reschedule(office, link(&ticket), at, ADDRESS).await.unwrap()
        };
        assert_eq!(to(slot(1)).await, Outcome::Full);
        assert_eq!(to(slot(99)).await, Outcome::NotOpen);
        assert_eq!(booked(to(slot(5)).await).slot, Some(slot(5)));
        assert_eq!(booked(to(slot(5)).await).slot, Some(slot(5)), "twice is once");
        assert_eq!(letters_of(&database, LetterKind::BookingMoved).await, 1);
        assert_eq!(last_letter(&fair, &ticket).await.at, slot(5));
        assert_sums_hold(&database).await;
        assert_eq!(fair.booked(3, 1).await.slot, Some(slot(0)), "what it left is free");
        fair.cancel(&ticket).await;
        let answer = bookings::reschedule(office, link(&ticket), slot(6), ADDRESS).await;
        assert_eq!(refused(answer), Refusal::ChangedMeanwhile);
    }

    async fn the_public_sees_what_is_free(database) {
        let fair = Fair::of(&database, 8).await;
        let office = &fair.field.office;
        let filter = PublicFilter::default();
        fair.booked(1, 1).await;
        let (listed, has_more) = bookings::open_outreaches(office, filter).await.unwrap();
        let ids: Vec<_> = listed.iter().map(|one| (one.id, one.bookable)).collect();
        assert_eq!((ids, has_more), (vec![(fair.field.outreach, false), (fair.id, true)], false));
        assert_eq!((listed[1].offerings[0].capacity, listed[1].offerings[0].free), (8, 7));
        let chips = PublicFilter { offering: Some(Offering::Chip), ..filter };
        assert_eq!(bookings::open_outreaches(office, chips).await.unwrap().0.len(), 1);
        let there = PublicFilter { commune: Some(Commune::parse("02201").unwrap()), ..filter };
        assert_eq!(bookings::open_outreaches(office, there).await.unwrap(), (Vec::new(), false));

        let shown = bookings::public_outreach(office, fair.id).await.unwrap();
        let free: Vec<_> = shown.offerings[0].slots.iter().map(|slot| slot.capacity).collect();
        assert_eq!(free, [0, 1, 1, 1, 1, 1, 1, 1]);
        office.clock.advance_ms(5 * DAY_MS);
        let over = bookings::public_outreach(office, fair.id).await;
        assert_eq!(refused(over), Refusal::OutreachUnknown);
    }

    async fn only_what_is_taken_there_is_booked(database) {
        let fair = Fair::of(&database, 8).await;
        let cats = "UPDATE outreach_offering SET eligibility =
            REPLACE(eligibility, '\"species\":null', '\"species\":\"cat\"')";
        database.raw(cats).await;
        let answer = fair.book(fair.asks(1, 1)).await;
        assert_eq!(answer, Outcome::NotTaken(vec![(0, Lack::OtherSpecies)]));
        let mut cat = fair.asks(1, 0);
        cat.details.animals.push(domain::booking::AnimalAsked { species: Species::Cat, ..dog() });
        booked(fair.book(cat).await);
    }

    async fn an_erased_owners_bookings_say_nothing_and_free_their_places(database) {
        let fair = Fair::of(&database, 16).await;
        let office = &fair.field.office;
        let guest = Guest::new(10_000_001);
        fair.field.submit(vec![guest.registered()]).await;
        let (theirs, other) = (fair.booked(1, 2).await, fair.booked(2, 1).await);
        let erased = erase_owner(office, Actor::System, guest.owner, "Solicitud 7").await.unwrap();
        assert_eq!(erased.bookings, 1);
        let row = fair.row(&theirs).await;
        assert_eq!((row.state.as_str(), row.details.as_str()), ("cancelled", ""));
        assert_eq!((row.owner_key, row.household_key), (None, None));
        let token = theirs.link_token.as_deref().unwrap();
        let opened = bookings::ticket_by_link(office, token).await;
        assert_eq!(refused(opened), Refusal::LinkUnusable);
        let opened = bookings::ticket_by_code(office, &theirs.code, ADDRESS).await;
        assert_eq!(refused(opened), Refusal::LinkUnusable);
        assert_eq!(letters_of(&database, LetterKind::Booked).await, 1, "the other's");
        assert_eq!(fair.seen(&other).await, other);
        assert_sums_hold(&database).await;
        assert_eq!(database.number("SELECT booked FROM outreach_offering").await, 1);
        let again = erase_owner(office, Actor::System, guest.owner, "Solicitud 7").await.unwrap();
        assert_eq!(again.bookings, 0);
    }

    async fn an_erasure_leaves_the_mails_of_others_at_the_same_address(database) {
        let fair = Fair::of(&database, 16).await;
        let office = &fair.field.office;
        let guest = Guest::new(10_000_001);
        fair.field.submit(vec![guest.registered()]).await;
        let address = guest.email.unwrap();
        let at_home = |person| {
            let mut request = fair.asks(person, 1);
            request.details.email = Some(Email::parse(address).unwrap());
            request
        };
        let theirs = booked(fair.book(at_home(1)).await);
        let other = booked(fair.book(at_home(2)).await);
        let told = format!(
            "SELECT COUNT(*) FROM outbox WHERE recipient = '{address}'
                 AND subject_kind = 'booking'"
        );
        assert_eq!(database.number(&told).await, 2);
        erase_owner(office, Actor::System, guest.owner, "Solicitud 8").await.unwrap();
        assert_eq!(database.number(&told).await, 1, "only the mail of the own booking goes");
        assert_eq!(last_letter(&fair, &other).await.ticket.id, other.id);
        assert_eq!(fair.row(&theirs).await.details, "");
    }
}
