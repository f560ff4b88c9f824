//! Capacity holds under any race: places are accounted for after whatever happens in whatever
//! order, and never more are given than there are.

use std::collections::BTreeSet;

use backend::bookings::{self, Outcome, Request, Ticket};
use backend::day::{self, Arrival, Arrived};
use backend::error::Error;
use backend::office::Office;
use backend::store::Isolation;
use domain::booking::BookingState;
use domain::timestamp::{HOUR_MS, Timestamp};
use futures_util::future::join_all;

use crate::it::databases::Database;
use crate::it::fair::{ADDRESS, Fair, OPENS, assert_sums_hold, details, link};

/// Numbers that follow from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % most
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() { None } else { list.get(self.below(list.len() as u64) as usize) }
    }

    /// A slot of the fair, or a time that is none.
    fn slot(&mut self) -> Timestamp {
        Timestamp(OPENS.0 + self.below(9) as i64 * HOUR_MS / 2)
    }
}

/// What may happen to bookings, drawn beforehand, so that the same seed does the same however the
/// tasks interleave.
enum Deed {
    Book(Request),
    Cancel(Ticket),
    Reschedule(Ticket, Timestamp),
    Accept(Ticket),
    Decline(Ticket),
    Arrive(Ticket),
    Tick,
}

fn draw(dice: &mut Dice, fair: &Fair, (person, tickets): (u32, &[Ticket])) -> Deed {
    let deed = dice.below(12);
    let (slot, animals, has_priority) = (dice.slot(), 1 + dice.below(3), dice.below(4) == 0);
    let ticket = dice.one_of(tickets).cloned();
    match (deed, ticket) {
        (0, Some(ticket)) => Deed::Cancel(ticket),
        (1 | 2, Some(ticket)) => Deed::Reschedule(ticket, slot),
        (3 | 4, Some(ticket)) => Deed::Accept(ticket),
        (5, Some(ticket)) => Deed::Decline(ticket),
        (6, Some(ticket)) => Deed::Arrive(ticket),
        (7, _) => Deed::Tick,
        _ => {
            let mut request = fair.asks(person, animals as usize);
            request.details.has_priority = has_priority;
            request.slot = (dice.below(2) == 0).then_some(slot);
            request.waits = deed != 8;
            Deed::Book(request)
        }
    }
}

/// Does it. That it is refused is an answer; that the database fails is not.
async fn act(office: &Office, deed: Deed) -> Option<Ticket> {
    let outcome = match deed {
        Deed::Book(request) => bookings::book(office, request, ADDRESS).await,
        Deed::Reschedule(ticket, slot) => {
            bookings::reschedule(office, link(&ticket), slot, ADDRESS).await
        }
        Deed::Accept(ticket) => bookings::accept_offer(office, link(&ticket), ADDRESS).await,
        Deed::Cancel(ticket) => {
            bookings::cancel(office, link(&ticket), ADDRESS).await.map(Outcome::Booked)
        }
        Deed::Decline(ticket) => {
            bookings::decline_offer(office, link(&ticket), ADDRESS).await.map(Outcome::Booked)
        }
        Deed::Arrive(ticket) => {
            arrive(office, &ticket).await;
            Ok(Outcome::Full)
        }
        Deed::Tick => bookings::tick(office).await.map(|_| Outcome::Full),
    };
    match outcome {
        Ok(Outcome::Booked(ticket) | Outcome::Waiting { ticket, .. }) => Some(ticket),
        Ok(_) | Err(Error::Refused(_)) => None,
        Err(failed) => panic!("it failed: {failed:?}"),
    }
}

/// The people of a booking that keeps its places come, on the day of its outreach. Who comes
/// without any takes what is free, of no slot: that is told in `day`, where slots need not add up.
async fn arrive(office: &Office, ticket: &Ticket) {
    let arrival = Arrival {
        booking: ticket.id,
        here: ticket.outreach,
        today: "2026-11-27".parse().unwrap(),
        at: office.clock.now(),
        phone: None,
        number: None,
    };
    let came = office.store.write_at(Isolation::Committed, arrival, |tx, arrival| {
        Box::pin(async move {
            let row = tx.booking(arrival.booking.0).await?.unwrap();
            tx.lock_offering(row.outreach_id, &row.offering).await?;
            let row = tx.booking(row.id).await?.unwrap();
            if BookingState::from_code(&row.state).unwrap().holds_places() {
                let came = day::arrive(tx, arrival).await?;
                assert!(matches!(came, Arrived::Arrived { .. }), "{came:?}");
            }
            Ok::<_, Error>(())
        })
    });
    came.await.unwrap();
}

/// Nobody who could have a place waits for one.
async fn assert_nobody_is_passed_over(database: &Database) {
    let passed_over = "SELECT COUNT(*) FROM booking AS b
         JOIN outreach_offering AS o ON o.outreach_id = b.outreach_id AND o.offering = b.offering
         JOIN slot AS s ON s.outreach_id = b.outreach_id AND s.offering = b.offering
         WHERE b.state = 'waiting' AND o.booked + o.used + o.shared + b.places <= o.capacity
             AND s.booked + b.places <= s.capacity";
    assert_eq!(database.number(passed_over).await, 0);
}

/// Ten hours of deeds, eight at a time, on 24 places.
async fn live(database: &Database, seed: u64) {
    let fair = Fair::of(database, 24).await;
    let mut dice = Dice(seed);
    let mut tickets: Vec<Ticket> = Vec::new();
    for round in 0..25_u32 {
        let known = tickets.as_slice();
        let deeds: Vec<_> =
            (0..8).map(|place| draw(&mut dice, &fair, (round * 8 + place, known))).collect();
        let acts = deeds.into_iter().map(|deed| {
            let office = fair.field.office.clone();
            tokio::spawn(async move { act(&office, deed).await })
        });
        for done in join_all(acts).await {
            tickets.extend(done.unwrap());
        }
        assert_sums_hold(database).await;
        fair.field.office.clock.advance_ms((1 + dice.below(6) as i64) * HOUR_MS / 2);
    }
    bookings::tick(&fair.field.office).await.unwrap();
    assert_sums_hold(database).await;
    assert_nobody_is_passed_over(database).await;
    let arrived = "SELECT COUNT(*) FROM booking WHERE state = 'arrived'";
    assert!(database.number(arrived).await > 0, "seed {seed} tried too little");
}

on_both_databases! {
    async fn every_place_is_accounted_for_whatever_happens(database) {
        for seed in [1, 20_201] {
            // One outreach after the other in the same register would be one life too.
            let fresh = Database::fresh(database.store.engine()).await;
            live(&fresh, seed).await;
        }
    }

    async fn of_many_who_race_exactly_as_many_get_a_place_as_there_are(database) {
        let fair = Fair::of(&database, 40).await;
        let asking = (0..300_u32).map(|person| {
            let (office, mut request) = (fair.field.office.clone(), fair.asks(person, 1));
            request.waits = person % 2 == 0;
            tokio::spawn(async move { bookings::book(&office, request, ADDRESS).await.unwrap() })
        });
        let mut places = BTreeSet::new();
        let (mut booked, mut full) = (0, 0);
        for outcome in join_all(asking).await {
            match outcome.unwrap() {
                Outcome::Booked(_) => booked += 1,
                Outcome::Waiting { position, .. } => assert!(places.insert(position)),
                Outcome::Full => full += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((booked, booked + full + places.len()), (40, 300));
        // Everybody who waits has a place of their own in the line, and none is left out.
        let last = places.len() as u32;
        assert_eq!(places, (1..=last).collect());
        assert_sums_hold(&database).await;
        assert_eq!(database.number("SELECT booked FROM outreach_offering").await, 40);
        let written = "SELECT COUNT(*) FROM outbox WHERE kind IN ('booked', 'waiting')";
        assert_eq!(database.number(written).await, 40 + i64::from(last));
    }

    async fn nobody_gets_two_places_by_racing(database) {
        let fair = Fair::of(&database, 40).await;
        // Two processes, each with its own queue.
        let other = Office::open(
            database.opened_again().await,
            fair.field.office.keys.clone(),
            fair.field.office.clock.clone(),
            "https://huella.example",
        );
        let mut other = other.await.unwrap();
        other.bookings_per_hour = 1_000_000;
        let asking = (0..60_u32).map(|number| {
            let office = if number % 2 == 0 { &fair.field.office } else { &other };
            let (office, mut request) = (office.clone(), fair.asks(number, 1));
            // Four people, fifteen times each: within what may be asked in a day.
            request.details = details(number % 4, 2);
            tokio::spawn(async move { bookings::book(&office, request, ADDRESS).await.unwrap() })
        });
        let outcomes = join_all(asking).await;
        let booked =
            outcomes.iter().filter(|one| matches!(one, Ok(Outcome::Booked(_)))).count();
        let again =
            outcomes.iter().filter(|one| matches!(one, Ok(Outcome::NotGiven))).count();
        assert_eq!((booked, again), (4, 56));
        assert_sums_hold(&database).await;
        assert_eq!(database.number("SELECT booked FROM outreach_offering").await, 8);
    }

    async fn one_place_that_is_freed_and_wanted_at_once_goes_to_who_waits(database) {
        let fair = Fair::of(&database, 1).await;
        let first = fair.booked(1, 1).await;
        let (waits, _) = fair.waiting(fair.asks(2, 1)).await;
        let strangers = (3..20_u32).map(|person| {
            let office = fair.field.office.clone();
            let request = Request { waits: false, ..fair.asks(person, 1) };
            tokio::spawn(async move { bookings::book(&office, request, ADDRESS).await.unwrap() })
        });
        let strangers: Vec<_> = strangers.collect();
        fair.cancel(&first).await;
        for outcome in join_all(strangers).await {
            assert_eq!(outcome.unwrap(), Outcome::Full);
        }
        assert_eq!(fair.seen(&waits).await.state, BookingState::Offered);
    }

    async fn a_place_is_accepted_or_lapses_and_never_both(database) {
        let fair = Fair::of(&database, 1).await;
        let first = fair.booked(1, 1).await;
        let (waits, _) = fair.waiting(fair.asks(2, 1)).await;
        let (next, _) = fair.waiting(fair.asks(3, 1)).await;
        fair.cancel(&first).await;
        let until = fair.seen(&waits).await.offered_until.unwrap();
        let clock = &fair.field.office.clock;
        clock.advance_ms(until.0 - clock.now().0);
        let office = &fair.field.office;
        let (accepted, ticked) = tokio::join!(
            bookings::accept_offer(office, link(&waits), ADDRESS),
            bookings::tick(office),
        );
        ticked.unwrap();
        assert_eq!(accepted.unwrap(), Outcome::Full);
        assert_eq!(fair.seen(&waits).await.state, BookingState::Lapsed);
        assert_eq!(fair.seen(&next).await.state, BookingState::Offered);
        let offers = "SELECT COUNT(*) FROM outbox WHERE kind = 'place_offered'";
        assert_eq!(database.number(offers).await, 2);
        assert_sums_hold(&database).await;
    }
}
