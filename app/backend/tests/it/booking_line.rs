//! Who waits is offered what becomes free, in fairness; what is over ends by itself; everybody is
//! reminded, once.

use backend::bookings::letters::LetterKind;
use backend::bookings::{self, Outcome, Request, Ticket};
use backend::desk::waiting;
use backend::error::Error;
use backend::planning;
use backend::store::vocabulary::plan::SlotRow;
use domain::booking::{BookingState, Offering};
use domain::catalogue::Species;
use domain::contact::Phone;
use domain::desk::planned::{Asked, DayForm};
use domain::desk::queue::{CallAbout, TaskAsk, TaskLine};
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};

use crate::it::databases::{Database, Stored};
use crate::it::fair::{ADDRESS, Fair, OPENS, assert_sums_hold, booked, link};
use crate::it::field::NOW;
use crate::it::offered::offering_row;

async fn letters_of(database: &Database, kind: LetterKind) -> i64 {
    let code = kind.code();
    database.number(&format!("SELECT COUNT(*) FROM outbox WHERE kind = '{code}'")).await
}

async fn accepts(fair: &Fair, ticket: &Ticket) -> Outcome {
    bookings::accept_offer(&fair.field.office, link(ticket), ADDRESS).await.unwrap()
}

async fn state(fair: &Fair, ticket: &Ticket) -> BookingState {
    fair.seen(ticket).await.state
}

/// The coordination puts the fair off; so many are told.
async fn put_off(fair: &Fair, (day, starts): (&str, &str)) -> Asked<u32> {
    let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
    let form = DayForm { day: day.to_owned(), starts: starts.to_owned() };
    planning::reschedule(office, actor, fair.id, &form).await.unwrap()
}

/// The fair also has one place for deworming.
async fn deworms(fair: &Fair) {
    let here = fair.id.0;
    let done: Stored<()> = fair
        .field
        .office
        .store
        .write(move |tx| {
            Box::pin(async move {
                assert!(tx.put_offering(&offering_row(here, "deworming", 1)).await?);
                let slot = SlotRow {
                    outreach_id: here,
                    offering: "deworming".to_owned(),
                    starts_at: OPENS.0,
                    capacity: 1,
                    booked: 0,
                };
                tx.put_slots(here, "deworming", &[slot]).await
            })
        })
        .await;
    done.unwrap();
}

on_both_databases! {
    async fn a_freed_place_is_offered_to_whoever_is_first(database) {
        let fair = Fair::of(&database, 2).await;
        let (one, _two) = (fair.booked(1, 1).await, fair.booked(2, 1).await);
        let (early, position) = fair.waiting(fair.asks(3, 1)).await;
        assert_eq!((position, early.slot, early.state), (1, None, BookingState::Waiting));
        let (late, position) = fair.waiting(fair.asks(4, 1)).await;
        assert_eq!(position, 2);
        let mut elderly = fair.asks(5, 1);
        elderly.details.has_priority = true;
        let (elderly, position) = fair.waiting(elderly).await;
        assert_eq!(position, 1, "the elderly are served first");
        assert_eq!(fair.seen(&late).await.position, Some(3));
        let full = fair.book(Request { waits: false, ..fair.asks(6, 1) }).await;
        assert_eq!(full, Outcome::Full);

        fair.cancel(&one).await;
        let offered = fair.seen(&elderly).await;
        assert_eq!(offered.state, BookingState::Offered);
        assert_eq!(offered.slot, one.slot);
        assert_eq!(offered.offered_until, Some(Timestamp(NOW.0 + DAY_MS)));
        assert_eq!(letters_of(&database, LetterKind::PlaceOffered).await, 1);
        // It is kept: nobody who comes meanwhile gets it.
        let full = fair.book(Request { waits: false, ..fair.asks(6, 1) }).await;
        assert_eq!(full, Outcome::Full);
        let taken = booked(accepts(&fair, &elderly).await);
        assert_eq!((taken.state, taken.offered_until), (BookingState::Booked, None));
        assert_eq!(booked(accepts(&fair, &elderly).await), taken, "twice is once");
        let answer = bookings::accept_offer(&fair.field.office, link(&early), ADDRESS).await;
        assert!(matches!(answer, Err(Error::Refused(Refusal::ChangedMeanwhile))));
        assert_eq!(fair.seen(&early).await.position, Some(1));
        assert_sums_hold(&database).await;
    }

    async fn an_offer_that_is_not_taken_passes_on(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let (second, _) = fair.waiting(fair.asks(2, 1)).await;
        let (third, _) = fair.waiting(fair.asks(3, 1)).await;
        let (fourth, _) = fair.waiting(fair.asks(4, 1)).await;
        fair.cancel(&one).await;
        assert_eq!(fair.after(DAY_MS - 1).await, 0);
        assert_eq!(state(&fair, &second).await, BookingState::Offered);
        assert_eq!(fair.after(1).await, 2, "one lapses, one is offered the place");
        assert_eq!(state(&fair, &second).await, BookingState::Lapsed);
        assert_eq!(accepts(&fair, &second).await, Outcome::Full, "its time is over");
        assert_eq!(state(&fair, &third).await, BookingState::Offered);
        let left = bookings::decline_offer(&fair.field.office, link(&third), ADDRESS).await;
        assert_eq!(left.unwrap().state, BookingState::Cancelled);
        assert_eq!(state(&fair, &fourth).await, BookingState::Offered);
        // Whoever accepts a moment too late, before anybody saw to it, is too late as well.
        fair.field.office.clock.advance_ms(DAY_MS);
        assert_eq!(accepts(&fair, &fourth).await, Outcome::Full);
        assert_eq!(state(&fair, &fourth).await, BookingState::Lapsed);
        assert_sums_hold(&database).await;
        fair.booked(5, 1).await;
    }

    async fn a_place_goes_to_the_first_whose_animals_fit(database) {
        let fair = Fair::of(&database, 24).await;
        let mut tickets = Vec::new();
        for person in 0..8 {
            tickets.push(fair.booked(person, 3).await);
        }
        let (family, _) = fair.waiting(fair.asks(20, 3)).await;
        let (single, _) = fair.waiting(fair.asks(21, 1)).await;
        // Three places of one slot, then room for three in one.
        fair.cancel(&tickets[0]).await;
        assert_eq!(state(&fair, &family).await, BookingState::Offered);
        assert_eq!(state(&fair, &single).await, BookingState::Waiting);
        bookings::decline_offer(&fair.field.office, link(&family), ADDRESS).await.unwrap();
        assert_eq!(state(&fair, &single).await, BookingState::Offered);
        // Two are left: they are free for whoever comes.
        let (waits, _) = fair.waiting(fair.asks(22, 3)).await;
        fair.booked(23, 2).await;
        assert_eq!(state(&fair, &waits).await, BookingState::Waiting);
        assert_sums_hold(&database).await;
    }

    async fn a_family_takes_the_places_of_the_next_times_along(database) {
        let fair = Fair::of(&database, 8).await;
        let half_hours = |count: i64| Some(Timestamp(OPENS.0 + count * HOUR_MS / 2));
        let family = fair.booked(1, 3).await;
        let next = fair.booked(2, 1).await;
        assert_eq!((family.slot, next.slot), (half_hours(0), half_hours(3)));
        for person in 3..7 {
            fair.booked(person, 1).await;
        }
        let (second, _) = fair.waiting(fair.asks(7, 2)).await;
        assert_sums_hold(&database).await;
        fair.cancel(&next).await;
        assert_eq!(fair.seen(&second).await.state, BookingState::Waiting, "one is left");
        let single = fair.booked(8, 1).await;
        assert_eq!(single.slot, next.slot);
        fair.cancel(&family).await;
        let offered = fair.seen(&second).await;
        assert_eq!((offered.state, offered.slot), (BookingState::Offered, half_hours(0)));
        booked(accepts(&fair, &second).await);
        let last = half_hours(7).unwrap();
        let moved = bookings::reschedule(&fair.field.office, link(&second), last, ADDRESS).await;
        assert_eq!(moved.unwrap(), Outcome::Full, "nothing comes after it");
        assert_sums_hold(&database).await;
        let most = fair.book(fair.asks(9, 3)).await;
        assert!(matches!(most, Outcome::Waiting { .. }), "{most:?}");
    }

    async fn nobody_waits_for_more_places_than_there_are(database) {
        let fair = Fair::of(&database, 2).await;
        let most = Outcome::TooManyAnimals { most: 2 };
        assert_eq!(fair.book(fair.asks(1, 3)).await, most);
        assert_eq!(fair.booked(1, 2).await.slot, Some(OPENS.plus_ms(3 * HOUR_MS / 2)));
        assert_sums_hold(&database).await;
    }

    async fn on_the_last_day_an_offer_lasts_two_hours_and_then_none_is_made(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let (second, _) = fair.waiting(fair.asks(2, 1)).await;
        let (third, _) = fair.waiting(fair.asks(3, 1)).await;
        let clock = &fair.field.office.clock;
        let slot = one.slot.unwrap();
        clock.advance_ms(slot.0 - 3 * HOUR_MS - clock.now().0);
        fair.cancel(&one).await;
        let until = fair.seen(&second).await.offered_until;
        assert_eq!(until, Some(Timestamp(slot.0 - HOUR_MS)));
        fair.after(2 * HOUR_MS).await;
        assert_eq!(state(&fair, &second).await, BookingState::Lapsed);
        assert_eq!(state(&fair, &third).await, BookingState::Waiting, "an hour is too short");
        // It is free for whoever comes first.
        fair.booked(4, 1).await;
        assert_sums_hold(&database).await;
    }

    async fn more_capacity_is_offered_by_itself(database) {
        let fair = Fair::of(&database, 1).await;
        fair.booked(1, 1).await;
        let (second, _) = fair.waiting(fair.asks(2, 1)).await;
        assert_eq!(fair.after(0).await, 0);
        for more in ["outreach_offering SET capacity = 2 WHERE capacity = 1",
            "slot SET capacity = 2 WHERE capacity = 1"]
        {
            database.raw(&format!("UPDATE {more}")).await;
        }
        assert_eq!(fair.after(0).await, 1);
        assert_eq!(state(&fair, &second).await, BookingState::Offered);
        assert_eq!(fair.after(0).await, 0);
    }

    async fn everybody_is_reminded_twice_and_no_more(database) {
        let fair = Fair::of(&database, 8).await;
        let early = fair.booked(1, 1).await;
        let gone = fair.booked(2, 1).await;
        fair.cancel(&gone).await;
        let reminded = async || letters_of(&database, LetterKind::BookingReminder).await;
        // Wednesday 25 November, 09:59, and 10:00.
        let wednesday = OPENS.0 - 2 * DAY_MS - NOW.0;
        assert_eq!(fair.after(wednesday - 60_000).await, 0);
        assert_eq!(fair.after(60_000).await, 1);
        assert_eq!((fair.after(0).await, reminded().await), (0, 1));
        // Who books now is not reminded of the day after tomorrow again.
        let late = fair.booked(3, 1).await;
        assert_eq!(fair.after(1).await, 0);
        // Thursday, 18:00; two processes at once.
        fair.field.office.clock.advance_ms(32 * HOUR_MS);
        let office = &fair.field.office;
        let (one, other) = tokio::join!(bookings::tick(office), bookings::tick(office));
        assert_eq!(one.unwrap() + other.unwrap(), 2);
        assert_eq!((fair.after(0).await, reminded().await), (0, 3));
        assert_eq!((fair.row(&early).await.reminders, fair.row(&late).await.reminders), (2, 2));
        // Who books in the evening is not reminded any more.
        fair.booked(4, 1).await;
        assert_eq!((fair.after(1).await, reminded().await), (0, 3));
    }

    async fn who_does_not_come_frees_the_place_that_others_want(database) {
        let fair = Fair::of(&database, 8).await;
        let (missing, late) = (fair.booked(1, 1).await, fair.booked(2, 1).await);
        let clock = &fair.field.office.clock;
        clock.advance_ms(late.slot.unwrap().0 + HOUR_MS - clock.now().0);
        let begins =
            format!("UPDATE outreach SET status = 'under_way' WHERE ends_at > {}", OPENS.0);
        let fills = "UPDATE outreach_offering SET capacity = 2";
        database.raw(fills).await;
        fair.after(0).await;
        assert_eq!(state(&fair, &missing).await, BookingState::Booked, "nobody is there yet");
        database.raw(&begins).await;
        assert_eq!(fair.after(0).await, 1);
        let row = fair.row(&missing).await;
        assert_eq!((row.state.as_str(), row.ended_reason.as_deref()), ("no_show", Some("no_show")));
        assert_eq!(state(&fair, &late).await, BookingState::Booked, "now there is one for others");
        assert_eq!(fair.after(0).await, 0);
        assert_eq!(fair.after(3 * HOUR_MS).await, 1, "it is over");
        assert_eq!(state(&fair, &late).await, BookingState::NoShow);
        assert_sums_hold(&database).await;
        assert_eq!(database.number("SELECT booked FROM outreach_offering").await, 0);
    }

    async fn a_new_date_is_accepted_once(database) {
        let fair = Fair::of(&database, 8).await;
        let ticket = fair.booked(1, 1).await;
        assert!(!ticket.needs_new_date_accepted);
        database.raw("UPDATE booking SET accepted_date = 0").await;
        assert!(fair.seen(&ticket).await.needs_new_date_accepted);
        for _ in 0..2 {
            let accepted =
                bookings::accept_new_date(&fair.field.office, link(&ticket), ADDRESS).await;
            assert!(!accepted.unwrap().needs_new_date_accepted);
        }
        fair.cancel(&ticket).await;
        let answer = bookings::accept_new_date(&fair.field.office, link(&ticket), ADDRESS).await;
        assert!(matches!(answer, Err(Error::Refused(Refusal::ChangedMeanwhile))));
    }

    async fn an_offer_taken_after_a_move_is_taken_for_the_new_date(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let (second, _) = fair.waiting(fair.asks(2, 1)).await;
        fair.cancel(&one).await;
        assert_eq!(put_off(&fair, ("2026-12-04", "10:00")).await, Asked::Done(1));
        let offered = fair.row(&second).await;
        assert_eq!((offered.state.as_str(), offered.accepted_date), ("offered", 0));
        let taken = booked(accepts(&fair, &second).await);
        assert_eq!(taken.slot, one.slot.map(|at| at.plus_ms(7 * DAY_MS)));
        assert!(!taken.needs_new_date_accepted);
        let row = fair.row(&second).await;
        assert_eq!((row.state.as_str(), row.accepted_date), ("booked", 1));
    }

    async fn a_move_by_half_an_hour_reminds_nobody_anew(database) {
        let fair = Fair::of(&database, 8).await;
        let ticket = fair.booked(1, 1).await;
        database.raw("UPDATE booking SET reminders = 1").await;
        assert_eq!(put_off(&fair, ("2026-11-27", "10:30")).await, Asked::Done(1));
        let row = fair.row(&ticket).await;
        assert_eq!((row.slot_at, row.reminders), (Some(OPENS.0 + HOUR_MS / 2), 1));
        // A week later is another day to be reminded of.
        assert_eq!(put_off(&fair, ("2026-12-04", "10:30")).await, Asked::Done(1));
        assert_eq!(fair.row(&ticket).await.reminders, 0);
    }

    async fn an_offering_that_cannot_be_read_keeps_no_other_back(database) {
        let fair = Fair::of(&database, 1).await;
        deworms(&fair).await;
        let asks = |person| Request { offering: Offering::Deworming, ..fair.asks(person, 1) };
        fair.booked(1, 1).await;
        let (broken, _) = fair.waiting(fair.asks(2, 1)).await;
        booked(fair.book(asks(3)).await);
        let (next, _) = fair.waiting(asks(4)).await;
        for table in ["outreach_offering", "slot"] {
            database.raw(&format!("UPDATE {table} SET capacity = 2 WHERE capacity = 1")).await;
        }
        let chips = "UPDATE outreach_offering SET eligibility = '' WHERE offering = 'chip'";
        assert_eq!(database.raw(chips).await, 1);
        assert_eq!(fair.after(0).await, 1);
        assert_eq!(fair.row(&next).await.state, "offered");
        assert_eq!(fair.row(&broken).await.state, "waiting");
    }

    async fn the_whole_line_is_looked_at_for_a_freed_place(database) {
        let fair = Fair::of(&database, 2).await;
        database.raw("UPDATE slot SET capacity = 2 WHERE capacity = 1").await;
        let one = fair.booked(1, 2).await;
        for person in 1_000..1_105 {
            fair.waiting(fair.asks(person, 1)).await;
        }
        let mut cat = fair.asks(2_000, 2);
        for animal in &mut cat.details.animals {
            animal.species = Species::Cat;
        }
        let (cat, position) = fair.waiting(cat).await;
        assert_eq!(position, 106);
        // From now on only cats are taken: of a hundred and five who wait first, none is any more.
        let cats = "UPDATE outreach_offering SET eligibility =
            REPLACE(eligibility, '\"species\":null', '\"species\":\"cat\"')";
        database.raw(cats).await;
        fair.cancel(&one).await;
        assert_eq!(state(&fair, &cat).await, BookingState::Offered);
        let told = "SELECT COUNT(*) FROM booking WHERE state = 'offered'";
        assert_eq!(database.number(told).await, 1);
        assert_eq!(fair.after(0).await, 0, "those who are not taken are offered nothing");
        assert_sums_hold(&database).await;
    }

    async fn what_a_family_leaves_goes_to_who_stands_far_behind(database) {
        let fair = Fair::of(&database, 3).await;
        database.raw("UPDATE slot SET capacity = 3").await;
        let one = fair.booked(1, 3).await;
        for person in 1_000..1_105 {
            fair.waiting(fair.asks(person, 2)).await;
        }
        let (single, _) = fair.waiting(fair.asks(2_000, 1)).await;
        let (last, _) = fair.waiting(fair.asks(2_001, 1)).await;
        fair.cancel(&one).await;
        assert_eq!(state(&fair, &single).await, BookingState::Offered);
        assert_eq!(state(&fair, &last).await, BookingState::Waiting, "nothing is left");
        let told = "SELECT COUNT(*) FROM booking WHERE state = 'offered'";
        assert_eq!(database.number(told).await, 2);
        assert_sums_hold(&database).await;
    }

    async fn an_offer_to_who_left_no_address_is_told_by_telephone(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let mut asks = fair.asks(2, 1);
        asks.details.email = None;
        asks.details.phone = Phone::parse("+56 9 1234 5678").ok();
        let (waits, _) = fair.waiting(asks).await;
        let tasks = async || {
            waiting::list(&fair.field.office, fair.field.as_coordinator()).await.unwrap()
        };
        assert_eq!(tasks().await, []);
        fair.cancel(&one).await;
        let offered = fair.seen(&waits).await;
        let told = tasks().await;
        let [task] = told.as_slice() else { panic!("one task: {told:?}") };
        let TaskAsk::CallBooker { call } = &task.ask else { panic!("something else: {task:?}") };
        assert_eq!((call.about, call.until), (CallAbout::Offered, offered.offered_until));
        assert_eq!((Some(call.at), call.is_over), (offered.slot, false));
        assert_eq!(call.person, "María José Núñez");
        assert!(task.phone.as_deref().is_some_and(|phone| phone.ends_with("5678")), "{task:?}");
        assert_eq!(letters_of(&database, LetterKind::PlaceOffered).await, 0);
        accepts(&fair, &waits).await;
        let told = tasks().await;
        let over = |task: &TaskLine| {
            matches!(&task.ask, TaskAsk::CallBooker { call } if call.is_over)
        };
        assert!(told.iter().all(over), "they have taken it: {told:?}");
    }
}
