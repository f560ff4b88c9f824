//! Who comes again on the same day, with another animal.

use backend::clock::fresh_id;
use backend::day::{self, WalkIn, WalkedIn};
use domain::id::AnimalId;

use crate::it::day::{guest, lay_out};
use crate::it::field::{Field, Guest};
use crate::it::offered::booker;

/// How many bookings stand so.
const SERVED: &str = "SELECT COUNT(*) FROM booking WHERE state = 'served'";

on_both_databases! {
    async fn who_comes_again_is_called_again_and_served_by_the_next_service(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        lay_out(&field, 4, &[]).await;
        let owner = Guest::new(12_345_678);
        let comes = async || {
            let details = Some(booker(12_345_678, "María", false));
            let one = WalkIn { at: office.clock.now(), ..guest(&field, 1, details) };
            day::welcome(office, actor, one).await.unwrap()
        };
        assert_eq!(comes().await, WalkedIn::Arrived { number: 1 });
        assert_eq!(day::call_next(office, actor, here).await.unwrap(), Some(1));
        office.clock.advance_ms(60_000);
        field.submit(field.visit(&owner, "999000000000001")).await;
        assert_eq!(day::tick(office).await.unwrap(), 1);
        assert_eq!(database.number(SERVED).await, 1);

        office.clock.advance_ms(60_000);
        assert_eq!(comes().await, WalkedIn::Arrived { number: 2 });
        assert_eq!(day::tick(office).await.unwrap(), 0, "that service was of the first ticket");
        assert_eq!(day::call_next(office, actor, here).await.unwrap(), Some(2));
        assert_eq!(database.number(SERVED).await, 1);

        office.clock.advance_ms(60_000);
        let second = Guest { dog: AnimalId(fresh_id()), ..owner };
        let chipped = field.chipped(second.dog, "999000000000002");
        field.submit(vec![second.dog_registered("Luna"), chipped]).await;
        assert_eq!(day::tick(office).await.unwrap(), 1);
        assert_eq!(database.number(SERVED).await, 2);
        assert_eq!(day::tick(office).await.unwrap(), 0);
    }
}
