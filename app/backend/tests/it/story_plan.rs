//! Runs every line of the plan's vocabulary on both databases.

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::plan::{
    CrewRow, ElsewhereRow, OfferingRow, OutreachPlanRow, PlaceChange, SlotRow,
};
use domain::role::Role;
use domain::timestamp::DAY_MS;
use std::slice;
use uuid::Uuid;

use crate::it::databases::{Database, Stored};
use crate::it::field::{NOW, outreach_row, programme_row, staff_row};

async fn outreach(tx: &mut Tx) -> Stored<(Uuid, Uuid)> {
    let programme = programme_row();
    tx.insert_programme(&programme).await?;
    let outreach = outreach_row(programme.id);
    tx.insert_outreach(&outreach).await?;
    Ok((programme.id, outreach.id))
}

fn chips(outreach: Uuid, capacity: i64) -> OfferingRow {
    OfferingRow {
        outreach_id: outreach,
        offering: "chip".to_owned(),
        capacity,
        minutes: 8,
        stations: 2,
        eligibility: "{}".to_owned(),
        booked: 0,
        used: 0,
        shared: 0,
        programme_id: None,
    }
}

fn slot(outreach: Uuid, starts_at: i64, booked: i64) -> SlotRow {
    SlotRow { outreach_id: outreach, offering: "chip".to_owned(), starts_at, capacity: 4, booked }
}

/// A booking of two places, as the register of bookings would write it.
async fn booking(database: &Database, outreach: Uuid, (state, slot_at): (&str, i64)) -> Uuid {
    let id = fresh_id();
    let bytes = |id: Uuid| match database.store.engine() {
        backend::store::Engine::Sqlite => format!("x'{}'", id.simple()),
        backend::store::Engine::Postgres => format!("'{id}'"),
    };
    let hash = match database.store.engine() {
        backend::store::Engine::Sqlite => format!("x'{}'", id.simple()),
        backend::store::Engine::Postgres => format!("'\\x{}'", id.simple()),
    };
    let (own, at) = (bytes(id), bytes(outreach));
    let sql = format!(
        "INSERT INTO booking (id, outreach_id, offering, slot_at, state, places, code_hash,
             details, created_at, changed_at, wanted_slot, reminders, accepted_date, walk_in)
         VALUES ({own}, {at}, 'chip', {slot_at}, '{state}', 2, {hash}, '', 1, 1, {slot_at}, 1,
             1, 0)"
    );
    assert_eq!(database.raw(&sql).await, 1);
    id
}

on_both_databases! {
    async fn a_plan_is_written_and_changed(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (_, id) = outreach(tx).await?;
            assert_eq!(tx.outreach_plan(id).await?, None);
            let plan = OutreachPlanRow {
                outreach_id: id,
                part_of: Some("feria_mascotas".to_owned()),
                priority: Some("elderly".to_owned()),
                phase_on: Some("2026-11-21".to_owned()),
                booking_opens_at: Some(7),
                bring: Some("Correa".to_owned()),
                way: Some("Micro 103".to_owned()),
                cost: Some(450_000),
                latitude: Some(-23.65),
                longitude: Some(-70.4),
                ..OutreachPlanRow::default()
            };
            tx.put_outreach_plan(&plan).await?;
            assert_eq!(tx.outreach_plan(id).await?, Some(plan.clone()));
            let by = fresh_id();
            tx.note_closed(id, 9, Some(by)).await?;
            tx.note_reported(id, 10).await?;
            let left_on = Some("2026-11-21".to_owned());
            let changed = OutreachPlanRow {
                moved_from: Some(3), left_on, cost: None, was_draft: true, ..plan
            };
            tx.put_outreach_plan(&changed).await?;
            let kept = OutreachPlanRow {
                closed_at: Some(9), closed_by: Some(by), reported_at: Some(10), ..changed
            };
            assert_eq!(tx.outreach_plan(id).await?, Some(kept));

            let (_, other) = outreach_of(tx).await?;
            tx.note_reported(other, 4).await?;
            let row = tx.outreach_plan(other).await?.unwrap();
            assert_eq!((row.reported_at, row.last_number), (Some(4), 0));

            let units = ["02101-54".to_owned(), "02101-7".to_owned()];
            tx.put_outreach_units(id, &units).await?;
            tx.put_outreach_units(id, &units).await?;
            assert_eq!(tx.outreach_units(id).await?, units);
            tx.put_outreach_units(id, &[]).await?;
            assert_eq!(tx.outreach_units(id).await?, Vec::<String>::new());
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn no_more_places_are_promised_than_there_are(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (programme, id) = outreach(tx).await?;
            assert!(tx.put_offering(&chips(id, 10)).await?);
            let moved = |booked, used, shared| PlaceChange { booked, used, shared };
            assert!(tx.move_places(id, "chip", moved(6, 0, 0)).await?);
            assert!(tx.move_places(id, "chip", moved(-2, 2, 3)).await?);
            assert!(!tx.move_places(id, "chip", moved(2, 0, 0)).await?);
            assert!(!tx.move_places(id, "chip", moved(-5, 5, 0)).await?);
            assert!(!tx.move_places(id, "deworming", moved(0, 0, 0)).await?);
            let row = OfferingRow { booked: 4, used: 2, shared: 3, ..chips(id, 10) };
            assert_eq!(tx.offering(id, "chip").await?, Some(row.clone()));
            assert!(!tx.put_offering(&chips(id, 8)).await?);
            assert_eq!(tx.offerings_of(id).await?, [row]);
            assert!(tx.put_offering(&chips(id, 9)).await?);
            let mut announced = tx.outreach(id).await?.unwrap();
            announced.status = "open".to_owned();
            tx.update_outreach(&announced).await?;
            let planned = tx.planned_places(programme, Uuid::nil(), NOW.0).await?;
            let planned: Vec<_> = planned.iter().map(|row| row.capacity).collect();
            assert_eq!(planned, [Some(9)]);
            assert!(!tx.delete_offering(id, "chip").await?);
            assert!(tx.move_places(id, "chip", moved(-4, -2, -3)).await?);
            tx.put_slots(id, "chip", &[slot(id, 0, 0)]).await?;
            assert!(tx.delete_offering(id, "chip").await?);
            assert_eq!(tx.offering(id, "chip").await?, None);
            assert_eq!(tx.slots_of(id, "chip").await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn places_of_a_time_move_within_it(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (_, id) = outreach(tx).await?;
            let slots = [slot(id, 0, 0), slot(id, 30, 2)];
            tx.put_slots(id, "chip", &slots).await?;
            assert_eq!(tx.slots_of(id, "chip").await?, slots);
            assert!(tx.move_slot(id, "chip", 0, 4).await?);
            assert!(!tx.move_slot(id, "chip", 0, 1).await?);
            assert!(!tx.move_slot(id, "chip", 30, -3).await?);
            assert!(!tx.move_slot(id, "chip", 60, 1).await?);
            let booked: Vec<_> =
                tx.slots_of(id, "chip").await?.into_iter().map(|row| row.booked).collect();
            assert_eq!(booked, [4, 2]);
            // Four places each: the second lends two, and none of those that it promised.
            assert!(!tx.change_slot(id, "chip", 30, (0, -3)).await?);
            assert!(tx.change_slot(id, "chip", 30, (0, -2)).await?);
            assert!(tx.change_slot(id, "chip", 0, (2, 2)).await?);
            assert!(!tx.change_slot(id, "chip", 60, (0, 1)).await?);
            let told: Vec<_> = tx.slots_of(id, "chip").await?;
            let told: Vec<_> = told.iter().map(|row| (row.capacity, row.booked)).collect();
            assert_eq!(told, [(6, 6), (2, 2)]);
            assert_eq!(tx.places_ahead(&[id], -1).await?, [], "all of it is promised");
            tx.put_slots(id, "chip", &[slot(id, 60, 0), slot(id, 75, 4), slot(id, 90, 1)]).await?;
            let ahead = |places| [(id, "chip".to_owned(), places)];
            assert_eq!(tx.places_ahead(&[id, fresh_id()], 59).await?, ahead(7));
            assert_eq!(tx.places_ahead(&[id], 60).await?, ahead(3), "that hour has begun");
            assert_eq!(tx.places_ahead(&[], 0).await?, []);
            tx.put_slots(id, "chip", &[slot(id, 90, 1)]).await?;
            assert_eq!(tx.slots_of(id, "chip").await?, [slot(id, 90, 1)]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn bookings_are_put_off_and_called_off(database) {
        let made: Stored<Uuid> = database.store.write(|tx| Box::pin(async move {
            let (_, id) = outreach(tx).await?;
            tx.put_offering(&chips(id, 10)).await?;
            let places = PlaceChange { booked: 4, used: 2, shared: 0 };
            assert!(tx.move_places(id, "chip", places).await?);
            tx.put_slots(id, "chip", &[slot(id, 0, 4), slot(id, 1_005, 4)]).await?;
            Ok(id)
        })).await;
        let id = made.unwrap();
        let booked = booking(&database, id, ("booked", 5)).await;
        booking(&database, id, ("arrived", 5)).await;
        booking(&database, id, ("cancelled", 5)).await;
        let offered = booking(&database, id, ("offered", 5)).await;
        let done: Stored<()> = database.store.write(move |tx| Box::pin(async move {
            let mut expecting = tx.expecting_bookings(id).await?;
            expecting.sort_unstable();
            let mut both = [booked, offered];
            both.sort_unstable();
            assert_eq!(expecting, both);
            assert_eq!(tx.expecting_of(id, "chip").await?.len(), 2);
            assert_eq!(tx.expecting_of(id, "deworming").await?, Vec::<Uuid>::new());
            assert_eq!(tx.put_off_bookings(id, 1_000, (0, 0), 8).await?, 2);
            assert_eq!(tx.outreaches_put_off(0, Uuid::nil(), 9).await?, []);
            let moved = OutreachPlanRow {
                outreach_id: id,
                moved_from: Some(1),
                ..OutreachPlanRow::default()
            };
            tx.put_outreach_plan(&moved).await?;
            let row = tx.outreach(id).await?.unwrap();
            assert_eq!(tx.outreaches_put_off(row.ends_at, Uuid::nil(), 9).await?, []);
            assert_eq!(tx.outreaches_put_off(row.ends_at - 1, Uuid::nil(), 0).await?, []);
            assert_eq!(tx.outreaches_put_off(row.ends_at - 1, id, 9).await?, [], "behind it");
            assert_eq!(tx.outreaches_put_off(row.ends_at - 1, Uuid::nil(), 9).await?, [row]);
            Ok(())
        })).await;
        done.unwrap();
        let moved = "SELECT COUNT(*) FROM booking WHERE slot_at = 1005 AND wanted_slot = 1005
            AND accepted_date = 0 AND reminders = 1 AND changed_at = 8";
        assert_eq!(database.number(moved).await, 2, "a second later nobody is reminded anew");
        let done: Stored<()> = database.store.write(move |tx| Box::pin(async move {
            assert_eq!(tx.keep_bookings(id, "Viento", 8).await?.len(), 2);
            assert_eq!(tx.call_off_bookings(id, "Viento", 8, false).await?, 1, "the offered one");
            let row = tx.offering(id, "chip").await?.unwrap();
            assert_eq!((row.booked, row.used), (2, 2));
            assert_eq!(tx.call_off_bookings(id, "Lluvia", 9, true).await?, 1);
            assert_eq!(tx.expecting_bookings(id).await?, Vec::<Uuid>::new());
            let row = tx.offering(id, "chip").await?.unwrap();
            assert_eq!((row.booked, row.used), (0, 2));
            let left: Vec<_> =
                tx.slots_of(id, "chip").await?.into_iter().map(|row| row.booked).collect();
            assert_eq!(left, [4, 0]);
            Ok(())
        })).await;
        done.unwrap();
        let ended = "SELECT COUNT(*) FROM booking WHERE state = 'cancelled'
            AND ended_reason = 'Lluvia' AND changed_at = 9";
        assert_eq!(database.number(ended).await, 1);
        let kept = "SELECT COUNT(*) FROM booking WHERE state = 'arrived'
            AND ended_reason = 'Viento' AND changed_at = 8";
        assert_eq!(database.number(kept).await, 1);
    }

    async fn what_a_new_date_is_told_instead_of_is_not_reminded_of(database) {
        let made: Stored<Uuid> = database.store.write(|tx| Box::pin(async move {
            Ok(outreach(tx).await?.1)
        })).await;
        let id = made.unwrap();
        booking(&database, id, ("booked", 5)).await;
        booking(&database, id, ("waiting", 5)).await;
        // Of an hour as near as this the first reminder, or both, would have been sent.
        for (by, before, reminders) in [
            (1_000, (1_005, 0), 1),
            (1_000, (9_000, 0), 1),
            (1_000, (9_000, 9_000), 2),
            (1_000, (9_000, 0), 2),
            (DAY_MS, (i64::MAX, 0), 1),
            (DAY_MS, (i64::MAX, i64::MAX), 2),
            (DAY_MS, (0, 0), 0),
            (1_000, (i64::MAX, 0), 1),
        ] {
            let done: Stored<u64> = database.store.write(move |tx| Box::pin(async move {
                tx.put_off_bookings(id, by, before, 8).await
            })).await;
            assert_eq!(done.unwrap(), 2);
            let told = "SELECT reminders FROM booking WHERE state = 'booked'";
            assert_eq!(database.number(told).await, reminders, "{by} {before:?}");
        }
    }

    async fn who_was_there_is_expected_again_at_a_time_that_is_theirs(database) {
        let made: Stored<Uuid> = database.store.write(|tx| Box::pin(async move {
            let (_, id) = outreach(tx).await?;
            tx.put_offering(&chips(id, 10)).await?;
            tx.put_slots(id, "chip", &[slot(id, 5, 1), slot(id, 1_005, 1)]).await?;
            Ok(id)
        })).await;
        let id = made.unwrap();
        let there = booking(&database, id, ("arrived", 5)).await;
        let over = booking(&database, id, ("arrived", 5)).await;
        let served = booking(&database, id, ("served", 5)).await;
        let booked = booking(&database, id, ("booked", 5)).await;
        booking(&database, id, ("offered", 5)).await;
        booking(&database, id, ("waiting", 1_005)).await;
        let done: Stored<()> = database.store.write(move |tx| Box::pin(async move {
            assert!(!tx.expect_booking_again(served, 9).await?);
            assert!(tx.note_over_count(over, 1).await?);
            assert!(!tx.expect_booking_again(over, 9).await?, "it has not all its places");
            assert!(!tx.expect_booking_again(booked, 9).await?);
            assert!(tx.expect_booking_again(there, 9).await?);
            assert!(!tx.expect_booking_again(there, 9).await?, "it was done");
            let row = tx.day_booking(there).await?.unwrap();
            assert_eq!(row.state, "booked");
            assert_eq!((row.queue_number, row.arrived_at), (None, None));
            // A time that promised more than it has room for has as many places as that.
            tx.recount_slots(id).await?;
            tx.recount_slots(fresh_id()).await?;
            let slots = tx.slots_of(id, "chip").await?;
            let told: Vec<_> =
                slots.iter().map(|row| (row.starts_at, row.booked, row.capacity)).collect();
            assert_eq!(told, [(5, 6, 6), (1_005, 0, 4)]);
            // One of them with who is there, and with no more than it has.
            assert!(tx.move_slot(id, "chip", 1_005, 3).await?);
            for at in [5, 7, 1_005] {
                tx.recount_slot(id, "chip", at).await?;
            }
            let slots = tx.slots_of(id, "chip").await?;
            assert_eq!(slots.iter().map(|row| row.booked).collect::<Vec<_>>(), [6, 0]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn who_comes_back_to_a_team_begins_another_time_in_it(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (_, id) = outreach(tx).await?;
            let staff = staff_row(Role::Operative);
            tx.insert_staff(&staff).await?;
            assert!(tx.join_team(id, staff.id, 1).await?);
            assert!(tx.leave_team(id, staff.id, 7).await?);
            assert!(tx.join_team(id, staff.id, 9).await?, "again");
            assert!(!tx.join_team(id, staff.id, 10).await?, "twice is once");
            let ever = tx.ever_in_team(&[id]).await?;
            let times: Vec<_> = ever.iter().map(|one| (one.back_at, one.left_at)).collect();
            assert_eq!(times, [(None, Some(7)), (Some(9), None)]);
            assert_eq!(tx.team(&[id]).await?, ever[1..]);
            assert!(tx.leave_team(id, staff.id, 9).await?);
            assert!(tx.join_team(id, staff.id, 9).await?, "at the same moment");
            assert_eq!(tx.ever_in_team(&[id]).await?.len(), 3);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn a_team_has_duties_and_nobody_is_in_two_places(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (programme, id) = outreach(tx).await?;
            let staff = staff_row(Role::Veterinarian);
            tx.insert_staff(&staff).await?;
            tx.join_team(id, staff.id, 1).await?;
            let member = CrewRow {
                staff_id: staff.id,
                name: staff.name.clone(),
                role: "veterinarian".to_owned(),
                professional_registration: None,
                duty: None,
                starts_at: None,
                ends_at: None,
            };
            assert_eq!(tx.crew(id).await?, [member.clone()]);
            assert_eq!(tx.elsewhere(id).await?, []);
            let second = outreach_row(programme);
            tx.insert_outreach(&second).await?;
            tx.join_team(second.id, staff.id, 1).await?;
            let elsewhere = ElsewhereRow {
                name: staff.name,
                outreach_id: second.id,
                outreach_name: second.name.clone(),
            };
            assert_eq!(tx.elsewhere(id).await?, [elsewhere]);
            let late = CrewRow {
                duty: Some("surgery".to_owned()),
                starts_at: Some(second.ends_at),
                ends_at: Some(second.ends_at + 1),
                ..member.clone()
            };
            assert!(tx.set_duty(id, &late).await?);
            assert!(!tx.set_duty(fresh_id(), &late).await?);
            assert_eq!(tx.crew(id).await?, slice::from_ref(&late));
            assert_eq!(tx.elsewhere(id).await?, []);
            // Who has left it has no part in it any more, and begins anew.
            tx.leave_team(id, staff.id, 1).await?;
            assert_eq!((tx.crew(id).await?, tx.set_duty(id, &late).await?), (vec![], false));
            assert_eq!(tx.crew_since(id, 1).await?, slice::from_ref(&late));
            assert_eq!(tx.crew_since(id, 2).await?, []);
            assert!(tx.resume_team(id, staff.id).await?);
            assert_eq!(tx.crew(id).await?, slice::from_ref(&late), "as if they had not left");
            tx.leave_team(id, staff.id, 1).await?;
            assert_eq!(tx.elsewhere(id).await?, []);
            tx.join_team(id, staff.id, 1).await?;
            assert_eq!(tx.crew(id).await?, slice::from_ref(&member));
            assert_eq!(tx.crew_since(id, 1).await?, [member], "as it was the last time");
            assert_eq!(tx.elsewhere(id).await?.len(), 1);
            tx.leave_team(second.id, staff.id, 1).await?;
            assert_eq!(tx.elsewhere(id).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }
}

/// Another outreach of a second programme.
async fn outreach_of(tx: &mut Tx) -> Stored<(Uuid, Uuid)> {
    let programme =
        backend::store::vocabulary::programme::ProgrammeRow { number: 2, ..programme_row() };
    tx.insert_programme(&programme).await?;
    let outreach = outreach_row(programme.id);
    tx.insert_outreach(&outreach).await?;
    Ok((programme.id, outreach.id))
}
