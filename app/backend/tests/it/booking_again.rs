//! A form of a booking that comes again with something else, or after what it booked has ended.

use backend::bookings::{Outcome, Request};
use domain::timestamp::HOUR_MS;

use crate::it::fair::{Fair, OPENS, assert_sums_hold, booked};

on_both_databases! {
    async fn what_a_form_was_changed_to_since_is_not_done(database) {
        let fair = Fair::of(&database, 8).await;
        let first = || Request { form: Some("a".to_owned()), slot: Some(OPENS), ..fair.asks(1, 1) };
        let ticket = booked(fair.book(first()).await);
        let mut other = first();
        other.details.has_priority = true;
        assert_eq!(fair.book(other).await, Outcome::AskedOtherwise);
        let later = Request { slot: Some(OPENS.plus_ms(HOUR_MS)), ..first() };
        assert_eq!(fair.book(later).await, Outcome::AskedOtherwise);
        let two = Request { details: fair.asks(1, 2).details, ..first() };
        assert_eq!(fair.book(two).await, Outcome::AskedOtherwise);
        // Any hour is the one that they have.
        let any = Request { slot: None, ..first() };
        assert_eq!(booked(fair.book(any).await), ticket);
        assert_eq!(booked(fair.book(first()).await), ticket);
        assert_sums_hold(&database).await;
    }

    async fn whoever_gave_it_back_asks_anew_under_another_name(database) {
        let fair = Fair::of(&database, 1).await;
        let form = |name: &str| Request { form: Some(name.to_owned()), ..fair.asks(1, 1) };
        let ticket = booked(fair.book(form("a")).await);
        fair.cancel(&ticket).await;
        assert_eq!(fair.book(form("a")).await, Outcome::HasEnded);
        let again = booked(fair.book(form("b")).await);
        assert_ne!(again.code, ticket.code);
        // Who waits is told so again, and who changed something is told that it was not done.
        let waits = Request { form: Some("c".to_owned()), ..fair.asks(2, 1) };
        let (waiting, position) = fair.waiting(waits.clone()).await;
        assert_eq!(fair.waiting(waits.clone()).await, (waiting, position));
        let mut other = waits;
        other.details.email = None;
        assert_eq!(fair.book(other).await, Outcome::AskedOtherwise);
        assert_sums_hold(&database).await;
    }
}
