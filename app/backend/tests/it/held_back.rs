//! Where nobody may book any more, what becomes free is still offered to who waits.

use backend::bookings::{self, Outcome};
use backend::planning;
use domain::booking::BookingState;
use domain::desk::planned::Asked;
use domain::outreach::OutreachStatus;
use domain::outreach::life::LifeStep;
use domain::timestamp::HOUR_MS;

use crate::it::databases::Database;
use crate::it::fair::{ADDRESS, Fair, assert_sums_hold, booked, link};
use crate::it::field::NOW;

async fn step(fair: &Fair, step: LifeStep) -> OutreachStatus {
    let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
    match planning::step(office, actor, fair.id, step).await.unwrap() {
        Asked::Done(status) => status,
        other => panic!("{other:?}"),
    }
}

async fn opens_at(database: &Database, at: i64) {
    let opens = format!("UPDATE outreach_plan SET booking_opens_at = {at}");
    assert_eq!(database.raw(&opens).await, 1);
}

on_both_databases! {
    async fn who_waits_is_offered_what_is_given_back_once_the_bookings_are_closed(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let (first, _) = fair.waiting(fair.asks(2, 1)).await;
        let (second, _) = fair.waiting(fair.asks(3, 1)).await;
        opens_at(&database, NOW.0 - HOUR_MS).await;
        assert_eq!(step(&fair, LifeStep::Hold).await, OutreachStatus::Published);
        assert_eq!(fair.book(fair.asks(4, 1)).await, Outcome::NotOpen);
        fair.cancel(&one).await;
        assert_eq!(fair.seen(&first).await.state, BookingState::Offered);
        let office = &fair.field.office;
        bookings::decline_offer(office, link(&first), ADDRESS).await.unwrap();
        assert_eq!(fair.seen(&second).await.state, BookingState::Offered);
        let taken = bookings::accept_offer(office, link(&second), ADDRESS).await;
        assert_eq!(booked(taken.unwrap()).slot, one.slot);
        assert_sums_hold(&database).await;
    }

    async fn before_the_bookings_open_nobody_is_offered_anything(database) {
        let fair = Fair::of(&database, 1).await;
        let one = fair.booked(1, 1).await;
        let (waits, _) = fair.waiting(fair.asks(2, 1)).await;
        step(&fair, LifeStep::Hold).await;
        opens_at(&database, NOW.0 + HOUR_MS).await;
        fair.cancel(&one).await;
        assert_eq!(fair.after(0).await, 0);
        assert_eq!(fair.seen(&waits).await.state, BookingState::Waiting);
        // From that hour on the place is theirs, whether or not somebody has opened it by then.
        assert_eq!(fair.after(HOUR_MS).await, 1);
        assert_eq!(fair.seen(&waits).await.state, BookingState::Offered);
        assert_sums_hold(&database).await;
    }
}
