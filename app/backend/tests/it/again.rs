//! Who comes again on the same day, with another animal; and whose booking was served.

use backend::clock::fresh_id;
use backend::closing;
use backend::day::{self, WalkIn, WalkedIn};
use backend::store::vocabulary::booking::BookingRow;
use domain::booking::TurnAwayReason;
use domain::id::{AnimalId, BookingId};

use crate::it::databases::Stored;
use crate::it::day::{booked, guest, lay_out, shown, state};
use crate::it::field::{Field, Guest};
use crate::it::offered::{booker, table};

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
        assert_eq!(day::call_next(office, actor, here, table(1)).await.unwrap(), Some(1));
        office.clock.advance_ms(60_000);
        field.submit(field.visit(&owner, "999000000000001")).await;
        assert_eq!(day::tick(office).await.unwrap(), 1);
        assert_eq!(database.number(SERVED).await, 1);

        office.clock.advance_ms(60_000);
        assert_eq!(comes().await, WalkedIn::Arrived { number: 2 });
        assert_eq!(day::tick(office).await.unwrap(), 0, "that service was of the first ticket");
        assert_eq!(day::call_next(office, actor, here, table(1)).await.unwrap(), Some(2));
        assert_eq!(database.number(SERVED).await, 1);

        office.clock.advance_ms(60_000);
        let second = Guest { dog: AnimalId(fresh_id()), ..owner };
        let chipped = field.chipped(second.dog, "999000000000002");
        field.submit(vec![second.dog_registered("Luna"), chipped]).await;
        assert_eq!(day::tick(office).await.unwrap(), 1);
        assert_eq!(database.number(SERVED).await, 2);
        assert_eq!(day::tick(office).await.unwrap(), 0);
    }

    async fn of_two_animals_one_may_be_served_and_one_sent_away(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        lay_out(&field, 4, &[]).await;
        let owner = Guest::new(12_345_678);
        let comes = async |animals| {
            let details = Some(booker(12_345_678, "María", false));
            let one = guest(&field, animals, details);
            (one.id, day::welcome(office, actor, one).await.unwrap())
        };
        let (ticket, came) = comes(2).await;
        assert_eq!(came, WalkedIn::Arrived { number: 1 });
        field.submit(field.visit(&owner, "999000000000001")).await;
        assert_eq!(day::tick(office).await.unwrap(), 0, "one of two");
        day::turn_away(office, actor, here, (ticket, TurnAwayReason::Unfit)).await.unwrap();
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.turned_away, line.called), (1, 1, 0));
        assert_eq!((line.places.used, line.places.free()), (1, 3), "one place is for others");
        let sheet = closing::sheet(office, actor, here).await.unwrap();
        let (_, figures) = sheet.offerings[0];
        assert_eq!((figures.served, figures.turned_away, figures.undecided()), (1, 1, 0));
        // Comes back with the other one, better now: the first one's chip is not told twice.
        assert_eq!(comes(1).await.1, WalkedIn::Arrived { number: 2 });
        assert_eq!(day::tick(office).await.unwrap(), 0);
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.waiting), (1, 1));
    }

    async fn whose_booking_was_marked_as_served_is_known_at_once_or_once_registered(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let (known, later) = (Guest::new(12_345_678), Guest::new(9_876_543));
        let rows = [
            booked(&field, &booker(known.run, "María", false)),
            booked(&field, &booker(later.run, "Pedro", false)),
        ];
        lay_out(&field, 4, &rows).await;
        field.submit(vec![known.registered()]).await;
        let owner = async |row: &BookingRow| {
            let id = row.id;
            let read = database.store.glance(move |tx| {
                Box::pin(async move { tx.day_booking(id).await })
            });
            let row: Stored<_> = read.await;
            row.unwrap().unwrap().owner_id
        };
        for row in &rows {
            shown(&field, row).await;
            day::serve(office, actor, here, BookingId(row.id)).await.unwrap();
        }
        assert_eq!(owner(&rows[0]).await, Some(known.owner.0));
        assert_eq!(owner(&rows[1]).await, None, "nobody knows Pedro yet");
        field.submit(vec![later.registered()]).await;
        assert_eq!(day::tick(office).await.unwrap(), 0);
        assert_eq!(owner(&rows[1]).await, Some(later.owner.0));
        assert_eq!(owner(&rows[0]).await, Some(known.owner.0));
        assert_eq!(state(&database, &rows[1]).await, "served");
    }
}
