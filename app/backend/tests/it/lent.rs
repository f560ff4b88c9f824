//! Places that one time lends to another, or the outreach to a phone, come back when what they were
//! lent for is over.

use backend::bookings::{self, Outcome, Request};
use backend::clock::fresh_id;
use backend::day::{self, Arrived};
use backend::error::Error;
use backend::planning;
use backend::store::vocabulary::phone::DelegationRow;
use domain::booking::{
    BookingState, MOST_PLACES_SHARED, Offering, PlacesAsked, ShareAsked, TurnAwayReason,
};
use domain::desk::planned::{Asked, DayForm};
use domain::id::DeviceId;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::fair::{ADDRESS, Fair, OPENS, assert_sums_hold, booked, link};
use crate::it::field::NOW;
use crate::it::offered::offering_row;
use crate::it::story_day::device_row;

/// The half hours of the fair.
fn half(count: i64) -> Timestamp {
    OPENS.plus_ms(count * HOUR_MS / 2)
}

/// Somebody with so many dogs asks for one time alone.
fn at(fair: &Fair, (person, animals): (u32, usize), count: i64) -> Request {
    Request { slot: Some(half(count)), waits: false, ..fair.asks(person, animals) }
}

/// The places of each time, in order.
async fn places(fair: &Fair) -> Vec<u32> {
    let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
    let sheet = planning::plan::sheet(office, actor, fair.id).await.unwrap();
    sheet.times.iter().map(|(_, time)| time.slot.capacity).collect()
}

async fn lend(fair: &Fair) {
    let (here, device, staff) = (fair.id, fair.field.device, fair.field.operative);
    let asked = ShareAsked { id: fresh_id(), offering: Offering::Chip, places: 3 };
    let lent: Result<u32, Error> = fair
        .field
        .office
        .store
        .write_with(asked, move |tx, asked| {
            Box::pin(async move {
                tx.write_devices(&[device_row(device.0, staff.0)]).await?;
                day::grant(tx, (here, device), asked, NOW).await
            })
        })
        .await;
    assert_eq!(lent.unwrap(), 3);
}

/// Two phones that are paired for the fair.
async fn paired(fair: &Fair) -> [DeviceId; 2] {
    let (outreach, staff, phones) = (fair.id.0, fair.field.operative.0, [fresh_id(), fresh_id()]);
    let written: Stored<()> = fair
        .field
        .office
        .store
        .write(move |tx| {
            Box::pin(async move {
                for phone in phones {
                    tx.write_devices(&[device_row(phone, staff)]).await?;
                    let paired = DelegationRow {
                        device_id: phone,
                        outreach_id: outreach,
                        public_key: phone.as_bytes().to_vec(),
                        paired_by: staff,
                        paired_at: 1,
                        ends_at: i64::MAX,
                        kid: phone.as_bytes()[8..].to_vec(),
                        signature: vec![9; 64],
                        rekeyed_at: None,
                    };
                    tx.keep_delegation(&paired).await?;
                }
                Ok(())
            })
        })
        .await;
    written.unwrap();
    phones.map(DeviceId)
}

/// A phone asks for so many places at most; answers how many it holds then.
async fn asks(fair: &Fair, device: DeviceId, places: u32) -> u32 {
    let grant = vec![ShareAsked { id: fresh_id(), offering: Offering::Chip, places }];
    let give_back = Vec::new();
    let asked = PlacesAsked { outreach: fair.id, device, give_back, grant, numbers: 0 };
    let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
    let held = day::places(office, actor, asked).await.unwrap();
    held.shares.iter().map(|share| share.granted - share.used).sum()
}

async fn lent_to_phones(database: &Database) -> (i64, i64) {
    let out = "SELECT COUNT(*) FROM capacity_share WHERE returned_at IS NULL";
    (database.number("SELECT shared FROM outreach_offering").await, database.number(out).await)
}

on_both_databases! {
    async fn what_a_family_gives_back_is_free_at_the_times_that_lent_it(database) {
        let fair = Fair::of(&database, 8).await;
        let family = fair.booked(1, 3).await;
        assert_eq!(family.slot, Some(half(0)));
        assert_eq!(places(&fair).await, [3, 0, 0, 1, 1, 1, 1, 1]);
        fair.cancel(&family).await;
        assert_eq!(places(&fair).await, [1; 8]);
        for count in 0..3 {
            let person = 2 + u32::try_from(count).unwrap();
            let ticket = booked(fair.book(at(&fair, (person, 1), count)).await);
            assert_eq!(ticket.slot, Some(half(count)));
        }
        assert_sums_hold(&database).await;
    }

    async fn who_comes_at_another_time_leaves_what_was_lent_to_the_first(database) {
        let fair = Fair::of(&database, 8).await;
        let family = fair.booked(1, 3).await;
        let moved = bookings::reschedule(&fair.field.office, link(&family), half(4), ADDRESS).await;
        assert_eq!(booked(moved.unwrap()).slot, Some(half(4)));
        assert_eq!(places(&fair).await, [1, 1, 1, 1, 3, 0, 0, 1]);
        assert_sums_hold(&database).await;
        // To one that has lent its place to them.
        let moved = bookings::reschedule(&fair.field.office, link(&family), half(5), ADDRESS).await;
        assert_eq!(booked(moved.unwrap()).slot, Some(half(5)));
        assert_eq!(places(&fair).await, [1, 1, 1, 1, 1, 3, 0, 0]);
        let moved = bookings::reschedule(&fair.field.office, link(&family), half(6), ADDRESS).await;
        assert_eq!(moved.unwrap(), Outcome::Full, "too few come after it");
        assert_eq!(fair.seen(&family).await.slot, Some(half(5)));
        assert_eq!(places(&fair).await, [1, 1, 1, 1, 1, 3, 0, 0]);
        assert_sums_hold(&database).await;
    }

    async fn each_is_offered_the_place_of_a_time_that_has_it_back(database) {
        let fair = Fair::of(&database, 3).await;
        let slots: Vec<_> = places(&fair).await;
        let family = fair.booked(1, 3).await;
        let mut waiting = Vec::new();
        for person in 2..5 {
            waiting.push(fair.waiting(fair.asks(person, 1)).await.0);
        }
        fair.cancel(&family).await;
        let mut hours = Vec::new();
        for ticket in &waiting {
            let seen = fair.seen(ticket).await;
            assert_eq!(seen.state, BookingState::Offered);
            hours.push(seen.slot);
        }
        hours.dedup();
        assert_eq!(hours.len(), 3, "not all of them at the family's hour");
        assert_eq!(places(&fair).await, slots);
        assert_sums_hold(&database).await;
    }

    async fn who_is_missed_leaves_what_was_lent_to_others(database) {
        let fair = Fair::of(&database, 8).await;
        for (person, count) in [(1, 1), (2, 2), (3, 3), (4, 6), (5, 7)] {
            booked(fair.book(at(&fair, (person, 1), count)).await);
        }
        fair.booked(6, 3).await;
        assert_eq!(places(&fair).await, [3, 1, 1, 1, 0, 0, 1, 1]);
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        office.clock.advance_ms(half(2).since_ms(NOW));
        assert_eq!(day::release_no_shows(office, actor, fair.id).await.unwrap(), 1);
        assert_eq!(places(&fair).await, [1; 8]);
        let late = booked(fair.book(at(&fair, (7, 1), 5)).await);
        assert_eq!(late.slot, Some(half(5)));
        assert_sums_hold(&database).await;
    }

    async fn who_came_early_and_was_sent_away_leaves_the_hour_to_others(database) {
        let fair = Fair::of(&database, 8).await;
        let family = booked(fair.book(at(&fair, (1, 3), 4)).await);
        assert_eq!(places(&fair).await, [1, 1, 1, 1, 3, 0, 0, 1]);
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        office.clock.advance_ms(OPENS.since_ms(NOW));
        let came = day::check_in(office, actor, fair.id, family.id).await.unwrap();
        assert_eq!(came, Arrived::Arrived { number: 1 });
        let away = (family.id, TurnAwayReason::Unfit);
        day::turn_away(office, actor, fair.id, away).await.unwrap();
        assert_eq!(places(&fair).await, [1; 8]);
        for (person, count) in [(2, 4), (3, 5)] {
            let ticket = booked(fair.book(at(&fair, (person, 1), count)).await);
            assert_eq!(ticket.slot, Some(half(count)));
        }
        assert_sums_hold(&database).await;
    }

    async fn what_is_called_off_has_its_times_as_they_were_cut(database) {
        let fair = Fair::of(&database, 3).await;
        let cut = places(&fair).await;
        let one = fair.booked(1, 3).await;
        let (family, _) = fair.waiting(fair.asks(2, 3)).await;
        fair.cancel(&one).await;
        assert_eq!(fair.seen(&family).await.state, BookingState::Offered);
        assert_ne!(places(&fair).await, cut);
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let told = planning::suspend(office, actor, fair.id, "Viento").await.unwrap();
        assert_eq!(told, Asked::Done(1));
        assert_eq!(places(&fair).await, cut, "what was offered is offered no more");
        assert_sums_hold(&database).await;
    }

    async fn each_phone_has_its_part_on_the_day_and_the_desk_too(database) {
        let fair = Fair::of(&database, 8).await;
        let [one, other] = paired(&fair).await;
        let clock = &fair.field.office.clock;
        assert_eq!(asks(&fair, one, MOST_PLACES_SHARED).await, 0, "it is days ahead");
        clock.advance_ms(OPENS.plus_ms(-HOUR_MS).since_ms(NOW));
        assert_eq!(asks(&fair, one, MOST_PLACES_SHARED).await, 3);
        assert_eq!(asks(&fair, one, MOST_PLACES_SHARED).await, 3, "what it holds counts");
        assert_eq!(asks(&fair, other, 2).await, 2, "an older one says how many");
        assert_eq!(asks(&fair, other, MOST_PLACES_SHARED).await, 3);
        assert_eq!(lent_to_phones(&database).await, (6, 3));
        assert_sums_hold(&database).await;
    }

    /// Two phones that give back and ask for two things at once, each the other way round.
    async fn two_phones_change_at_once_what_they_hold(database) {
        let fair = Fair::of(&database, 9).await;
        let phones = paired(&fair).await;
        let doses = offering_row(fair.id.0, "deworming", 9);
        let offered = fair.field.office.store.write_with(doses, |tx, doses| {
            Box::pin(async move { tx.put_offering(doses).await })
        });
        let offered: Stored<bool> = offered.await;
        assert!(offered.unwrap());
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        office.clock.advance_ms(OPENS.plus_ms(-HOUR_MS).since_ms(NOW));
        let change = async |device: DeviceId, give_back: Vec<Uuid>, offering: Offering| {
            let grant = vec![ShareAsked { id: fresh_id(), offering, places: 3 }];
            let asked = PlacesAsked { outreach: fair.id, device, give_back, grant, numbers: 0 };
            let shares = day::places(office, actor, asked).await.unwrap().shares;
            let told: Vec<_> = shares.iter().map(|share| (share.offering, share.granted)).collect();
            assert_eq!(told, [(offering, 3)]);
            shares.iter().map(|share| share.id).collect::<Vec<_>>()
        };
        let (mut one, mut other) = (Vec::new(), Vec::new());
        let mut wanted = [Offering::Chip, Offering::Deworming];
        for _ in 0..6 {
            (one, other) = tokio::join!(
                change(phones[0], one, wanted[0]),
                change(phones[1], other, wanted[1]),
            );
            wanted.reverse();
        }
        let out = "SELECT COUNT(*) FROM capacity_share WHERE returned_at IS NULL";
        assert_eq!(database.number(out).await, 2);
        assert_eq!(database.number("SELECT MIN(shared) FROM outreach_offering").await, 3);
        assert_sums_hold(&database).await;
    }

    async fn no_phone_is_lent_what_whoever_waits_may_be_offered(database) {
        let fair = Fair::of(&database, 4).await;
        let [one, _] = paired(&fair).await;
        fair.booked(1, 3).await;
        let (family, _) = fair.waiting(fair.asks(2, 2)).await;
        let clock = &fair.field.office.clock;
        clock.advance_ms(OPENS.plus_ms(-HOUR_MS).since_ms(NOW));
        assert_eq!(asks(&fair, one, MOST_PLACES_SHARED).await, 0);
        // Less than two hours before the last time of coming nobody is offered it any more.
        clock.advance_ms(3 * HOUR_MS);
        assert_eq!(fair.seen(&family).await.state, BookingState::Waiting);
        assert_eq!(asks(&fair, one, MOST_PLACES_SHARED).await, 1);
        // On the day after nothing is lent.
        clock.advance_ms(DAY_MS);
        assert_eq!(asks(&fair, one, MOST_PLACES_SHARED).await, 1);
        assert_sums_hold(&database).await;
    }

    async fn a_phone_is_lent_places_of_one_day(database) {
        let fair = Fair::of(&database, 8).await;
        lend(&fair).await;
        assert_eq!(lent_to_phones(&database).await, (3, 1));
        let (office, actor) = (&fair.field.office, fair.field.as_coordinator());
        let put_off = async |day: &str, starts: &str| {
            let form = DayForm { day: day.to_owned(), starts: starts.to_owned() };
            planning::reschedule(office, actor, fair.id, &form).await.unwrap()
        };
        assert_eq!(put_off("2026-11-27", "11:00").await, Asked::Done(0));
        assert_eq!(lent_to_phones(&database).await, (3, 1), "it is the same day");
        assert_eq!(put_off("2026-12-04", "11:00").await, Asked::Done(0));
        assert_eq!(lent_to_phones(&database).await, (0, 0));
        assert_sums_hold(&database).await;
    }
}
