//! How many places everybody is told to be free: those of hours that are still to come.

use backend::bookings::{self, PublicFilter};
use domain::timestamp::{DAY_MS, HOUR_MS};

use crate::it::fair::Fair;

on_both_databases! {
    async fn what_is_free_at_an_hour_that_has_passed_is_counted_nowhere(database) {
        let fair = Fair::of(&database, 8).await;
        let office = &fair.field.office;
        fair.booked(1, 1).await;
        let free = async || {
            let listed = bookings::open_outreaches(office, PublicFilter::default()).await;
            let listed = listed.unwrap().0.into_iter().find(|one| one.id == fair.id).unwrap();
            let shown = bookings::public_outreach(office, fair.id).await.unwrap();
            assert_eq!(listed.offerings[0].free, shown.offerings[0].free, "list and page agree");
            listed.offerings[0].free
        };
        assert_eq!(free().await, 7);
        // Four of the eight times have begun, each with one place.
        office.clock.advance_ms(5 * DAY_MS - 4 * HOUR_MS + 3 * HOUR_MS / 2);
        assert_eq!(free().await, 4);
        office.clock.advance_ms(2 * HOUR_MS);
        assert_eq!(free().await, 0, "nobody can come any more");
    }
}
