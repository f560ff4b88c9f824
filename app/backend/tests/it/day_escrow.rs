//! Places lent to phones (contracts, section 8): whatever phones and desks do at the same time, in
//! whatever order, nobody is promised what somebody else was.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use backend::clock::fresh_id;
use backend::day::{self, Arrival, Arrived, WalkIn, WalkedIn};
use backend::error::Error;
use backend::office::Office;
use backend::store::vocabulary::plan::PlaceChange;
use backend::store::{Isolation, Tx, Work};
use domain::booking::{BookingState, Offering, Scanned, ShareAsked, TurnAwayReason};
use domain::id::{BookingId, DeviceId, OutreachId, SubmissionId};
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, NOW};
use crate::it::offered::{offering_row, today};
use crate::it::story_day::{booking_row, device_row};

const PHONES: usize = 3;
const BOOKINGS: usize = 12;
const CAPACITY: i64 = 40;
const ACTS: u32 = 30;

/// Numbers that follow from a seed (SplitMix64).
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(most)).unwrap()
    }
}

/// What all tables of an outreach share.
struct World {
    office: Office,
    outreach: OutreachId,
    bookings: Vec<BookingId>,
    /// How often each booking's people were taken in.
    taken_in: Vec<AtomicU32>,
    /// Shares that somebody wrote off, or is about to.
    written_off: Mutex<HashSet<Uuid>>,
}

impl World {
    /// An outreach with bookings, and so many phones known.
    async fn lay_out(field: &Field) -> (Arc<Self>, Vec<DeviceId>) {
        let (here, staff) = (field.outreach, field.operative);
        let laid: Stored<_> = field
            .office
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let phones: Vec<_> =
                        (0..PHONES).map(|_| device_row(fresh_id(), staff.0)).collect();
                    tx.write_devices(&phones).await?;
                    assert!(tx.put_offering(&offering_row(here.0, "chip", CAPACITY)).await?);
                    let rows: Vec<_> = (0..BOOKINGS).map(|_| booking_row(here.0, "chip")).collect();
                    tx.insert_bookings(&rows).await?;
                    let booked = rows.iter().map(|row| row.places).sum();
                    let promised = PlaceChange { booked, ..PlaceChange::default() };
                    assert!(tx.move_places(here.0, "chip", promised).await?);
                    let bookings: Vec<_> = rows.iter().map(|row| BookingId(row.id)).collect();
                    let phones: Vec<_> = phones.iter().map(|row| DeviceId(row.id)).collect();
                    Ok((bookings, phones))
                })
            })
            .await;
        let (bookings, phones): (Vec<BookingId>, Vec<DeviceId>) = laid.unwrap();
        let world = Self {
            office: field.office.clone(),
            outreach: here,
            taken_in: bookings.iter().map(|_| AtomicU32::new(0)).collect(),
            bookings,
            written_off: Mutex::new(HashSet::new()),
        };
        (Arc::new(world), phones)
    }

    async fn act<C, T>(
        &self,
        facts: C,
        work: impl for<'t> Fn(&'t mut Tx, &'t C) -> Work<'t, T, Error> + Send + Sync + 'static,
    ) -> T
    where
        C: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.office.store.write_at(Isolation::Committed, facts, work).await.unwrap()
    }

    /// At every moment, what is promised is what the rows say, and no more than there is.
    async fn holds(&self) {
        let outreach = self.outreach.0;
        let read: Stored<_> = self
            .office
            .store
            .read(move |tx| {
                Box::pin(async move {
                    let places = tx.offering(outreach, "chip").await?.unwrap();
                    let rows = tx.day_bookings(outreach).await?;
                    Ok((places, rows, tx.shares_out(outreach).await?))
                })
            })
            .await;
        let (places, rows, shares) = read.unwrap();
        let of = |states: &[BookingState]| -> i64 {
            let is = |state: &str| states.iter().any(|one| one.code() == state);
            rows.iter().filter(|row| is(&row.state)).map(|row| row.places).sum()
        };
        let out: i64 = shares.iter().map(|share| share.granted - share.used).sum();
        assert_eq!(places.booked, of(&[BookingState::Booked, BookingState::Offered]));
        assert_eq!(places.used, of(&[BookingState::Arrived, BookingState::Served]));
        assert_eq!(places.shared, out);
        assert!(places.booked + places.used + out <= places.capacity, "{places:?}");
    }

    /// Shows the ticket of a booking at a phone's door.
    async fn show(&self, which: usize, phone: Option<(DeviceId, SubmissionId)>) -> Arrived {
        let booking = self.bookings[which];
        let arrival =
            Arrival { booking, here: self.outreach, today: today(), at: NOW, phone, number: None };
        let arrived = self.act(arrival, |tx, arrival| Box::pin(day::arrive(tx, arrival))).await;
        match &arrived {
            Arrived::Arrived { .. } => {
                self.taken_in[which].fetch_add(1, Ordering::SeqCst);
            }
            Arrived::NotArrived(Scanned::Already { .. }) => {}
            other => panic!("{other:?}"),
        }
        arrived
    }

    async fn welcome(&self, guest: WalkIn) -> WalkedIn {
        let facts = (self.office.keys.clone(), guest);
        self.act(facts, |tx, (keys, guest)| Box::pin(day::walk_in(tx, keys, guest))).await
    }

    fn guest(&self, places: u32, of: Option<(DeviceId, Uuid)>) -> WalkIn {
        WalkIn {
            id: BookingId(fresh_id()),
            here: self.outreach,
            offering: Offering::Chip,
            places,
            details: None,
            at: NOW,
            phone: of.map(|(device, _)| (device, SubmissionId(fresh_id()))),
            share: of.map(|(_, share)| share),
            number: None,
        }
    }
}

/// Places that a phone has: how many, and how many of them it promised.
struct Share {
    id: Uuid,
    granted: u32,
    promised: u32,
}

/// A phone that promises without signal.
struct Phone {
    device: DeviceId,
    shares: Vec<Share>,
    promises: Vec<WalkIn>,
    draw: Draw,
}

impl Phone {
    async fn work(mut self, world: Arc<World>) {
        for _ in 0..ACTS {
            match self.draw.below(6) {
                0 => self.ask(&world).await,
                1 | 2 => self.promise(&world),
                3 => self.send(&world).await,
                4 => self.give_back(&world).await,
                _ => self.scan(&world).await,
            }
            world.holds().await;
        }
        while !self.shares.is_empty() {
            self.give_back(&world).await;
        }
        world.holds().await;
    }

    async fn ask(&mut self, world: &World) {
        let places = 1 + self.draw.below(6);
        let asked = ShareAsked { id: fresh_id(), offering: Offering::Chip, places };
        let facts = ((world.outreach, self.device), asked.clone());
        let granted =
            world.act(facts, |tx, (to, asked)| Box::pin(day::grant(tx, *to, asked, NOW))).await;
        assert!(granted <= places);
        if granted > 0 {
            self.shares.push(Share { id: asked.id, granted, promised: 0 });
        }
    }

    /// Nobody else is asked: the phone has no signal.
    fn promise(&mut self, world: &World) {
        let places = 1 + self.draw.below(3);
        let left = |share: &&mut Share| share.granted - share.promised >= places;
        let Some(share) = self.shares.iter_mut().find(left) else { return };
        share.promised += places;
        self.promises.push(world.guest(places, Some((self.device, share.id))));
    }

    /// Each promise is sent twice, as after an answer that was lost, and is one.
    async fn send(&mut self, world: &World) {
        for promise in std::mem::take(&mut self.promises) {
            let share = promise.share.unwrap();
            let first = world.welcome(promise.clone()).await;
            if let WalkedIn::Full { .. } = first {
                let lost = world.written_off.lock().unwrap().contains(&share);
                assert!(lost, "a promise out of a phone's own places found none");
                continue;
            }
            assert_eq!(world.welcome(promise).await, first);
        }
    }

    async fn give_back(&mut self, world: &World) {
        self.send(world).await;
        let Some(share) = self.shares.pop() else { return };
        let freed = world
            .act(share.id, |tx, id| {
                Box::pin(async move { Ok(day::give_back(tx, *id, None, NOW).await?) })
            })
            .await;
        let lost = world.written_off.lock().unwrap().contains(&share.id);
        assert!(lost || freed == share.granted - share.promised, "{freed}");
    }

    /// The same submission again is no second scan.
    async fn scan(&mut self, world: &World) {
        let which = self.draw.below(u32::try_from(BOOKINGS).unwrap());
        let which = usize::try_from(which).unwrap();
        let phone = Some((self.device, SubmissionId(fresh_id())));
        let first = world.show(which, phone).await;
        if let Arrived::Arrived { number } = first {
            let again = world.show(which, phone).await;
            match again {
                Arrived::Arrived { number: same } => {
                    world.taken_in[which].fetch_sub(1, Ordering::SeqCst);
                    assert_eq!(same, number);
                }
                // Turned away meanwhile, and still told with the number.
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The desk: walk-ins out of what is free, a lost phone's places written off, people turned away.
async fn desk(world: Arc<World>, actor: backend::actor::Actor, mut draw: Draw) {
    for _ in 0..ACTS {
        match draw.below(5) {
            0 => {
                let outreach = world.outreach.0;
                let out: Stored<_> = world
                    .office
                    .store
                    .read(move |tx| Box::pin(async move { tx.shares_out(outreach).await }))
                    .await;
                if let Some(share) = out.unwrap().first() {
                    world.written_off.lock().unwrap().insert(share.id);
                    // It may have come back meanwhile.
                    let _ = day::write_off(&world.office, actor, world.outreach, share.id).await;
                }
            }
            1 => {
                let board = day::board(&world.office, actor, world.outreach).await.unwrap();
                if let Some(one) = board.queue.iter().find(|one| one.is_walk_in) {
                    let away = (one.booking, TurnAwayReason::Left);
                    day::turn_away(&world.office, actor, world.outreach, away).await.unwrap();
                }
            }
            _ => {
                let guest = world.guest(1 + draw.below(4), None);
                let wanted = guest.places;
                match world.welcome(guest).await {
                    WalkedIn::Arrived { .. } => {}
                    WalkedIn::Full { free } => assert!(free < wanted, "{free}"),
                    WalkedIn::HasBooking(_) => panic!("nobody was asked who they are"),
                }
            }
        }
        world.holds().await;
    }
}

async fn a_day(database: &Database, seed: u64) {
    let field = Field::on(database).await;
    let (world, phones) = World::lay_out(&field).await;
    let mut tables = tokio::task::JoinSet::new();
    for (place, device) in phones.into_iter().enumerate() {
        let draw = Draw(seed * 1_000 + u64::try_from(place).unwrap());
        let phone = Phone { device, shares: Vec::new(), promises: Vec::new(), draw };
        tables.spawn(phone.work(world.clone()));
    }
    tables.spawn(desk(world.clone(), field.as_coordinator(), Draw(seed * 1_000 + 999)));
    while let Some(ended) = tables.join_next().await {
        ended.unwrap_or_else(|failed| panic!("seed {seed}: {failed}"));
    }
    let often: Vec<_> = world.taken_in.iter().map(|one| one.load(Ordering::SeqCst)).collect();
    assert!(often.iter().all(|times| *times <= 1), "seed {seed}: taken in twice: {often:?}");
    assert!(often.contains(&1), "seed {seed}: nobody came");
    let twice = "SELECT COUNT(*) - COUNT(DISTINCT queue_number) FROM booking
         WHERE queue_number IS NOT NULL";
    assert_eq!(database.number(twice).await, 0, "seed {seed}: a number was given twice");
    let out = "SELECT COUNT(*) FROM capacity_share WHERE returned_at IS NULL";
    assert_eq!(database.number(out).await, 0, "seed {seed}");
}

on_both_databases! {
    async fn no_place_is_promised_twice(database) {
        a_day(&database, 1).await;
        for seed in 2..=4 {
            let fresh = Database::fresh(database.store.engine()).await;
            a_day(&fresh, seed).await;
        }
    }

    async fn a_ticket_scanned_on_two_phones_without_signal_shows_when_they_meet(database) {
        let field = Field::on(&database).await;
        let (world, phones) = World::lay_out(&field).await;
        let submission = || SubmissionId(fresh_id());
        let first = world.show(0, Some((phones[0], submission()))).await;
        assert_eq!(first, Arrived::Arrived { number: 1 });
        let second = world.show(0, Some((phones[1], submission()))).await;
        let already = Scanned::Already { at: Some(NOW), number: Some(1) };
        assert_eq!(second, Arrived::NotArrived(already));
        world.holds().await;
    }

    async fn at_the_close_every_place_comes_back(database) {
        let field = Field::on(&database).await;
        let (world, phones) = World::lay_out(&field).await;
        for device in &phones {
            let asked = ShareAsked { id: fresh_id(), offering: Offering::Chip, places: 4 };
            let facts = ((world.outreach, *device), asked);
            let granted = world
                .act(facts, |tx, (to, asked)| Box::pin(day::grant(tx, *to, asked, NOW)))
                .await;
            assert_eq!(granted, 4);
        }
        let close = async || {
            world
                .act(world.outreach, |tx, here| Box::pin(async move {
                    Ok(day::take_all_back(tx, *here, NOW).await?)
                }))
                .await
        };
        assert_eq!((close().await, close().await), (12, 0));
        world.holds().await;
        assert_eq!(database.number("SELECT shared FROM outreach_offering").await, 0);
    }

    async fn a_written_off_phone_that_comes_home_finds_a_place_or_a_conflict(database) {
        let field = Field::on(&database).await;
        let (world, phones) = World::lay_out(&field).await;
        let asked = ShareAsked { id: fresh_id(), offering: Offering::Chip, places: 500 };
        let facts = ((world.outreach, phones[0]), asked.clone());
        let granted = world
            .act(facts, |tx, (to, asked)| Box::pin(day::grant(tx, *to, asked, NOW)))
            .await;
        // All that is not booked; asked for again by the same name, it is the same.
        assert_eq!(granted, 16);
        let facts = ((world.outreach, phones[0]), asked.clone());
        let again = world.act(facts, |tx, (to, asked)| Box::pin(day::grant(tx, *to, asked, NOW)));
        assert_eq!(again.await, 16);
        world.holds().await;
        let nobody = WalkedIn::Full { free: 0 };
        assert_eq!(world.welcome(world.guest(1, None)).await, nobody);
        let actor = field.as_coordinator();
        let freed = day::write_off(&field.office, actor, world.outreach, asked.id).await;
        assert_eq!(freed.unwrap(), 16);
        assert_eq!(
            world.welcome(world.guest(15, None)).await,
            WalkedIn::Arrived { number: 1 }
        );
        let late = |places| world.guest(places, Some((phones[0], asked.id)));
        assert_eq!(world.welcome(late(1)).await, WalkedIn::Arrived { number: 2 });
        assert_eq!(world.welcome(late(1)).await, nobody);
        world.holds().await;
        let named = "SELECT COUNT(*) FROM history WHERE kind = 'places_written_off'";
        assert_eq!(database.number(named).await, 1);
    }
}
