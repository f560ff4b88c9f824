//! An outreach whose team comes to the homes of those who book.

use backend::day;
use domain::booking::BookingState;
use domain::timestamp::HOUR_MS;

use crate::it::fair::{Fair, assert_sums_hold};

on_both_databases! {
    async fn who_is_visited_is_not_missed_while_the_team_is_on_its_way(database) {
        let fair = Fair::of(&database, 2).await;
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let one = fair.booked(1, 2).await;
        fair.waiting(fair.asks(2, 1)).await;
        database.raw("UPDATE outreach SET kind = 'home_visits', status = 'under_way'").await;
        let slot = one.slot.unwrap();
        let seen = fair.seen(&one).await;
        assert_eq!(seen.home_until, Some(slot.plus_ms(HOUR_MS)));
        // All is full and somebody waits; in a hall they would be missed now.
        office.clock.advance_ms(slot.plus_ms(HOUR_MS).since_ms(office.clock.now()));
        assert_eq!(fair.after(0).await, 0);
        assert_eq!(day::release_no_shows(office, actor, fair.id).await.unwrap(), 0);
        assert_eq!(fair.seen(&one).await.state, BookingState::Booked);
        assert_eq!(fair.after(3 * HOUR_MS).await, 1, "it is over");
        assert_eq!(fair.seen(&one).await.state, BookingState::NoShow);
        assert_sums_hold(&database).await;
    }
}
