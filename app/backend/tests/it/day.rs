//! The day of an outreach at its desk: tickets found and shown, people called, served, turned away.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::closing;
use backend::day::{self, Arrived, WalkIn, WalkedIn};
use backend::error::Error;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::plan::{PlaceChange, SlotRow};
use domain::booking::{
    BookingDetails, BookingState, NO_SHOW_AFTER_MS, Numbers, Offering, PlacesAsked, Scanned,
    ShareAsked, TurnAwayReason,
};
use domain::id::{AnimalId, BookingId, DeviceId, OutreachId, StaffId};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::timestamp::DAY_MS;
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::field::{Field, Guest, NOW};
use crate::it::offered::{booker, offering_row, table};
use crate::it::story_day::{booking_row, device_row};

/// An outreach that offers so many places for chips, half an hour's slot of them all, and whose
/// bookings are these.
pub async fn lay_out(field: &Field, capacity: i64, bookings: &[BookingRow]) {
    let (here, rows) = (field.outreach.0, bookings.to_vec());
    let slot_at = NOW.0 - NO_SHOW_AFTER_MS;
    let done: Stored<()> = field
        .office
        .store
        .write_with(rows, move |tx, rows| {
            Box::pin(async move {
                assert!(tx.put_offering(&offering_row(here, "chip", capacity)).await?);
                let keeps = |row: &&BookingRow| ["booked", "offered"].contains(&row.state.as_str());
                let held: i64 = rows.iter().filter(keeps).map(|row| row.places).sum();
                let slot = SlotRow {
                    outreach_id: here,
                    offering: "chip".to_owned(),
                    starts_at: slot_at,
                    capacity,
                    booked: held,
                };
                tx.put_slots(here, "chip", &[slot]).await?;
                let promised = PlaceChange { booked: held, ..PlaceChange::default() };
                assert!(tx.move_places(here, "chip", promised).await?);
                tx.insert_bookings(rows).await
            })
        })
        .await;
    done.unwrap();
}

/// Somebody's booking of two dogs in the slot that began an hour ago.
pub fn booked(field: &Field, details: &BookingDetails) -> BookingRow {
    BookingRow {
        slot_at: Some(NOW.0 - NO_SHOW_AFTER_MS),
        priority: i64::from(details.has_priority),
        details: serde_json::to_string(details).unwrap(),
        ..booking_row(field.outreach.0, "chip")
    }
}

pub fn guest(field: &Field, places: u32, details: Option<BookingDetails>) -> WalkIn {
    WalkIn {
        id: BookingId(fresh_id()),
        here: field.outreach,
        offering: Offering::Chip,
        places,
        details,
        at: NOW,
        phone: None,
        share: None,
        number: None,
    }
}

pub async fn shown(field: &Field, row: &BookingRow) -> Arrived {
    let (office, actor) = (&field.office, field.as_operative());
    day::check_in(office, actor, field.outreach, BookingId(row.id)).await.unwrap()
}

pub async fn state(database: &Database, row: &BookingRow) -> String {
    let id = row.id;
    let read = database.store.glance(move |tx| Box::pin(async move { tx.day_booking(id).await }));
    let row: Stored<_> = read.await;
    row.unwrap().unwrap().state
}

on_both_databases! {
    async fn a_booking_is_found_by_run_and_by_name_and_is_taken_in_once(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_operative(), field.outreach);
        let hash = office.keys.derive(b"booking-code-hash", b"ABCDEFGH27").to_vec();
        let maria = BookingRow {
            code_hash: hash,
            ..booked(&field, &booker(12_345_678, "María José", false))
        };
        let pedro = booked(&field, &booker(9_876_543, "Pedro", false));
        lay_out(&field, 4, &[maria.clone(), pedro]).await;
        let codes = ["ABCDEFGH27", "abcde-fgh27", "HTTPS://HUELLA.EXAMPLE/T/ABCDEFGH27"];
        let people = ["12.345.678-5", "123456785", "jose maria", "nunez mar"];
        for text in codes.into_iter().chain(people) {
            let found = day::seek(office, actor, here, text).await.unwrap();
            let ids: Vec<_> = found.iter().map(|one| one.booking.0).collect();
            assert_eq!(ids, [maria.id], "{text}");
            assert_eq!(found[0].person, "María José Núñez Soto");
        }
        assert_eq!(day::seek(office, actor, here, "núñez").await.unwrap().len(), 2);
        for nothing in ["", "x", "Ximena", "11.111.111-1", "ABCDEFGH33", "/", "%"] {
            assert_eq!(day::seek(office, actor, here, nothing).await.unwrap(), [], "{nothing}");
        }
        assert_eq!(shown(&field, &maria).await, Arrived::Arrived { number: 1 });
        let already = Scanned::Already { at: Some(NOW), number: Some(1) };
        assert_eq!(shown(&field, &maria).await, Arrived::NotArrived(already));
        let nobody = booking_row(here.0, "chip");
        assert_eq!(shown(&field, &nobody).await, Arrived::Unknown);
    }

    async fn the_waiting_list_and_walk_ins_get_what_is_free_and_no_more(database) {
        let field = Field::on(&database).await;
        let (office, actor) = (&field.office, field.as_operative());
        let waiting = |run| BookingRow {
            state: "waiting".to_owned(),
            slot_at: None,
            ..booked(&field, &booker(run, "Ana", false))
        };
        let rows =
            [booked(&field, &booker(12_345_678, "María", false)), waiting(1), waiting(2)];
        lay_out(&field, 5, &rows).await;
        assert_eq!(shown(&field, &rows[1]).await, Arrived::Arrived { number: 1 });
        let needs = Scanned::NeedsPlace { state: BookingState::Waiting };
        assert_eq!(shown(&field, &rows[2]).await, Arrived::NotArrived(needs));
        let welcome = async |guest| day::welcome(office, actor, guest).await.unwrap();
        assert_eq!(welcome(guest(&field, 2, None)).await, WalkedIn::Full { free: 1 });
        let one = guest(&field, 1, None);
        assert_eq!(welcome(one.clone()).await, WalkedIn::Arrived { number: 2 });
        assert_eq!(welcome(one).await, WalkedIn::Arrived { number: 2 }, "sent twice");
        assert_eq!(welcome(guest(&field, 1, None)).await, WalkedIn::Full { free: 0 });
        // What was booked is still theirs.
        assert_eq!(shown(&field, &rows[0]).await, Arrived::Arrived { number: 3 });
    }

    async fn a_ticket_for_elsewhere_is_told_where(database) {
        let field = Field::on(&database).await;
        let other = OutreachId(fresh_id());
        let done: Stored<()> = database.store.write(move |tx| Box::pin(async move {
            let mut row = tx.outreaches_between("2026-11-22", "2026-11-22", 1).await?.remove(0);
            row.id = other.0;
            row.held_on = "2026-11-29".to_owned();
            row.starts_at += 7 * DAY_MS;
            row.ends_at += 7 * DAY_MS;
            tx.insert_outreach(&row).await
        })).await;
        done.unwrap();
        let elsewhere = booking_row(other.0, "chip");
        lay_out(&field, 4, &[elsewhere.clone()]).await;
        let on = "2026-11-29".parse().unwrap();
        let told = Scanned::OtherOutreach { outreach: other, on };
        assert_eq!(shown(&field, &elsewhere).await, Arrived::NotArrived(told));
        let (office, actor) = (&field.office, field.as_coordinator());
        let early = day::check_in(office, actor, other, BookingId(elsewhere.id)).await.unwrap();
        assert_eq!(early, Arrived::NotArrived(Scanned::OtherDay { on }));
    }

    async fn people_are_called_by_priority_and_number_and_each_once(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_veterinarian(), field.outreach);
        let rows = [
            booked(&field, &booker(1_000_001, "Ana", false)),
            booked(&field, &booker(1_000_002, "Eva", false)),
            booked(&field, &booker(1_000_003, "Rosa", true)),
        ];
        lay_out(&field, 6, &rows).await;
        assert_eq!(day::call_next(office, actor, here, table(1)).await.unwrap(), None);
        for row in &rows {
            shown(&field, row).await;
        }
        let (one, other) = tokio::join!(
            day::call_next(office, actor, here, table(1)),
            day::call_next(office, actor, here, table(2)),
        );
        let mut called = [one.unwrap(), other.unwrap()];
        called.sort_unstable();
        assert_eq!(called, [Some(1), Some(3)]);
        let board = day::board(office, actor, here).await.unwrap();
        let line = board.offerings[0];
        assert_eq!((line.called, line.waiting, line.places.used), (4, 2, 6));
        assert_eq!(board.queue.last().unwrap().given, "Eva");
        assert_eq!(board.stock, None, "a veterinarian is not told");
        let turn = day::turn(office, here).await.unwrap();
        let mut numbers: Vec<_> = turn.called.iter().map(|line| line.number).collect();
        numbers.sort_unstable();
        assert_eq!((numbers, turn.waiting, turn.last), (vec![1, 3], 1, 3));

        let away = (BookingId(rows[2].id), TurnAwayReason::Unfit);
        day::turn_away(office, actor, here, away).await.unwrap();
        let again = day::turn_away(office, actor, here, away).await;
        assert!(matches!(again, Err(Error::Refused(Refusal::ChangedMeanwhile))), "{again:?}");
        day::serve(office, actor, here, BookingId(rows[0].id)).await.unwrap();
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.turned_away, line.called), (2, 2, 0));
        assert_eq!((line.places.used, line.minutes), (4, Some(0)));
    }

    async fn a_recorded_service_says_that_somebody_was_served(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_coordinator(), field.outreach);
        let guest = Guest::new(12_345_678);
        let other = Guest::new(9_876_543);
        let rows = [
            booked(&field, &booker(guest.run, "María", false)),
            booked(&field, &booker(other.run, "Pedro", false)),
        ];
        lay_out(&field, 4, &rows).await;
        for row in &rows {
            shown(&field, row).await;
        }
        field.submit(field.visit(&guest, "999000000000001")).await;
        // A dose is not what the other one came for.
        let dose = field.dewormed(other.dog, domain::catalogue::DewormingKind::Internal);
        field.submit(vec![other.registered(), other.dog_registered("Luna"), dose]).await;
        assert_eq!(day::tick(office).await.unwrap(), 0, "María came with two dogs");
        assert_eq!(state(&database, &rows[0]).await, "arrived");
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.called, line.waiting), (1, 1, 2));
        let sheet = closing::sheet(office, actor, here).await.unwrap();
        let (_, came) = sheet.offerings[0];
        assert_eq!((came.arrived, came.served, came.undecided()), (4, 1, 3));
        assert_eq!(day::call_next(office, actor, here, table(1)).await.unwrap(), Some(2));
        let nobody = day::call_next(office, actor, here, table(1)).await.unwrap();
        assert_eq!(nobody, None, "she is at the table");

        let second = Guest { dog: AnimalId(fresh_id()), ..guest };
        let chipped = field.chipped(second.dog, "999000000000002");
        field.submit(vec![second.dog_registered("Sol"), chipped]).await;
        assert_eq!(day::tick(office).await.unwrap(), 1);
        assert_eq!(day::tick(office).await.unwrap(), 0);
        assert_eq!(state(&database, &rows[0]).await, "served");
        assert_eq!(state(&database, &rows[1]).await, "arrived");
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.served, line.called), (2, 2));
        // Who was registered is known, served or not.
        let known = "SELECT COUNT(*) FROM booking WHERE owner_id IS NOT NULL";
        assert_eq!(database.number(known).await, 2);
    }

    async fn places_of_who_did_not_come_are_freed_while_others_want_them(database) {
        let field = Field::on(&database).await;
        let (office, actor, here) = (&field.office, field.as_operative(), field.outreach);
        let rows = [
            booked(&field, &booker(1_000_001, "Ana", false)),
            booked(&field, &booker(1_000_002, "Eva", false)),
            booked(&field, &booker(1_000_003, "Rosa", false)),
        ];
        lay_out(&field, 6, &rows).await;
        shown(&field, &rows[0]).await;
        // Nothing is free: one booking's places are, and then the next one need not lose its own.
        assert_eq!(day::release_no_shows(office, actor, here).await.unwrap(), 1);
        assert_eq!(day::release_no_shows(office, actor, here).await.unwrap(), 0);
        assert_eq!(state(&database, &rows[0]).await, "arrived");
        let line = day::board(office, actor, here).await.unwrap().offerings[0];
        assert_eq!((line.no_shows, line.places.booked, line.places.free()), (2, 2, 2));
        assert_eq!(database.number("SELECT booked FROM slot").await, 4);
        // Too late for their own, they get what is free.
        let late = if state(&database, &rows[1]).await == "no_show" { 1 } else { 2 };
        assert_eq!(shown(&field, &rows[late]).await, Arrived::Arrived { number: 2 });
    }

    async fn a_phone_is_lent_places_when_it_is_paired_and_the_day_is_on(database) {
        let field = Field::on(&database).await;
        let (office, actor, outreach) = (&field.office, field.as_operative(), field.outreach);
        lay_out(&field, 5, &[]).await;
        let device = field.device;
        let asked = PlacesAsked {
            outreach,
            device,
            give_back: Vec::new(),
            grant: vec![ShareAsked { id: fresh_id(), offering: Offering::Chip, places: 9 }],
            numbers: 0,
        };
        let ask = async |asked: &PlacesAsked| day::places(office, actor, asked.clone()).await;
        let unknown = ask(&asked).await;
        assert!(matches!(unknown, Err(Error::Refused(Refusal::PhoneUnknown))), "{unknown:?}");
        pair(&field, device).await;
        for _ in 0..2 {
            let held = ask(&asked).await.unwrap();
            // Its part of five: the desk has the other.
            assert_eq!((held.shares.len(), held.shares[0].granted), (1, 3));
        }
        let back = PlacesAsked {
            give_back: vec![asked.grant[0].id, fresh_id()],
            grant: vec![ShareAsked { id: fresh_id(), ..asked.grant[0].clone() }],
            ..asked.clone()
        };
        let held = ask(&back).await.unwrap();
        assert_eq!((held.shares.len(), held.shares[0].id), (1, back.grant[0].id));
        let none = ShareAsked { id: fresh_id(), offering: Offering::Sterilisation, places: 3 };
        let held = ask(&PlacesAsked { grant: vec![none], ..asked.clone() }).await.unwrap();
        assert_eq!(held.shares.len(), 1, "nobody operates there");
        database.raw("UPDATE outreach SET status = 'closed'").await;
        let closed = ask(&asked).await;
        assert!(matches!(closed, Err(Error::Refused(Refusal::OutreachNotOpen))), "{closed:?}");
        let home = PlacesAsked { give_back: back.grant.iter().map(|one| one.id).collect(),
            grant: Vec::new(), ..asked };
        assert_eq!(ask(&home).await.unwrap().shares, []);
    }

    async fn a_number_that_a_phone_gave_without_signal_is_theirs(database) {
        let field = Field::on(&database).await;
        let (office, actor, outreach) = (&field.office, field.as_operative(), field.outreach);
        lay_out(&field, 5, &[]).await;
        let device = field.device;
        pair(&field, device).await;
        let (give_back, grant) = (Vec::new(), Vec::new());
        let asked = PlacesAsked { outreach, device, give_back, grant, numbers: 3 };
        let held = day::places(office, actor, asked.clone()).await.unwrap();
        assert_eq!(held.numbers, Some(Numbers { first: 1, last: 3 }));
        let given = async |number| {
            let one = WalkIn { number, ..guest(&field, 1, None) };
            day::welcome(office, actor, one).await.unwrap()
        };
        assert_eq!(given(Some(2)).await, WalkedIn::Arrived { number: 2 });
        assert_eq!(given(Some(2)).await, WalkedIn::Arrived { number: 4 }, "it is somebody's");
        assert_eq!(given(Some(99)).await, WalkedIn::Arrived { number: 5 }, "it was not taken");
        assert_eq!(given(Some(0)).await, WalkedIn::Arrived { number: 6 });
        assert_eq!(given(None).await, WalkedIn::Arrived { number: 7 });
        let many = PlacesAsked { numbers: 201, ..asked };
        let refused = day::places(office, actor, many).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::TooLarge))), "{refused:?}");
    }

    async fn only_the_team_and_the_coordination_attend_an_open_day(database) {
        let field = Field::on(&database).await;
        let (office, here) = (&field.office, field.outreach);
        lay_out(&field, 5, &[]).await;
        let stranger = Actor::Staff { id: StaffId(fresh_id()), role: Role::Operative };
        let told = day::board(office, stranger, here).await;
        assert!(matches!(told, Err(Error::Refused(Refusal::NotYourOutreach))), "{told:?}");
        let nowhere = day::board(office, field.as_coordinator(), OutreachId(Uuid::nil())).await;
        assert!(matches!(nowhere, Err(Error::Refused(Refusal::OutreachUnknown))), "{nowhere:?}");
        for status in ["draft", "suspended", "closed", "reported"] {
            database.raw(&format!("UPDATE outreach SET status = '{status}'")).await;
            let called = day::call_next(office, field.as_coordinator(), here, table(1)).await;
            assert!(matches!(called, Err(Error::Refused(Refusal::OutreachNotOpen))), "{status}");
            let public = day::turn(office, here).await;
            assert_eq!(public.is_ok(), status != "draft", "{status}");
        }
    }
}

/// Pairs a phone for the field's outreach.
async fn pair(field: &Field, device: DeviceId) {
    use backend::store::vocabulary::phone::DelegationRow;
    let (staff, outreach) = (field.operative.0, field.outreach.0);
    let done: Stored<()> = field
        .office
        .store
        .write(move |tx| {
            Box::pin(async move {
                tx.write_devices(&[device_row(device.0, staff)]).await?;
                tx.keep_delegation(&DelegationRow {
                    device_id: device.0,
                    outreach_id: outreach,
                    public_key: vec![7; 32],
                    paired_by: staff,
                    paired_at: 1,
                    ends_at: i64::MAX,
                    kid: vec![8; 8],
                    signature: vec![9; 64],
                    rekeyed_at: None,
                })
                .await?;
                Ok(())
            })
        })
        .await;
    done.unwrap();
}
