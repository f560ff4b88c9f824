//! Runs every line of the day's vocabulary on both databases.

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::day::{ArrivalRow, EndRow, ServedRow, ShareRow, TurnRow};
use backend::store::vocabulary::submission::{DeviceRow, SubmissionRow};
use domain::role::Role;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row, staff_row};
use crate::it::story_erasure::submission;
use crate::it::story_registry::{animal_row, owner_row, service_row};

/// A booking of two animals that has its places.
pub fn booking_row(outreach: Uuid, offering: &str) -> BookingRow {
    let id = fresh_id();
    BookingRow {
        id,
        outreach_id: outreach,
        offering: offering.to_owned(),
        slot_at: Some(10),
        state: "booked".to_owned(),
        places: 2,
        priority: 0,
        code_hash: id.as_bytes().to_vec(),
        owner_key: None,
        household_key: None,
        details: String::new(),
        created_at: 1,
        changed_at: 1,
        offered_until: None,
        wanted_slot: None,
        reminders: 0,
        accepted_date: 1,
        queue_number: None,
        arrived_at: None,
        served_at: None,
        ended_reason: None,
        walk_in: 0,
        device_id: None,
        submission_id: None,
        owner_id: None,
    }
}

/// A phone that has been seen.
pub fn device_row(id: Uuid, staff: Uuid) -> DeviceRow {
    DeviceRow {
        id,
        staff_id: staff,
        name: "Mesa 1".to_owned(),
        is_desk: false,
        created_at: 1,
        last_seen_at: 1,
        revoked_at: None,
        stored_total: 0,
        complete_to_sequence: 0,
        reported_at: None,
        build: None,
        waiting: None,
        to_mend: None,
        at_desk: None,
        oldest_at: None,
        persisted: None,
        skew_ms: None,
        aside: None,
        pictures: None,
    }
}

async fn outreach(tx: &mut Tx) -> Stored<Uuid> {
    let programme = programme_row();
    tx.insert_programme(&programme).await?;
    let outreach = outreach_row(programme.id);
    tx.insert_outreach(&outreach).await?;
    Ok(outreach.id)
}

/// Of which outreaches, so many at most, something came since a moment; by identifier.
async fn heard_of(tx: &mut Tx, (since, limit): (i64, i64)) -> Stored<Vec<Uuid>> {
    let rows = tx.outreaches_heard_of(since, Uuid::nil(), limit).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

on_both_databases! {
    async fn people_come_are_called_and_served(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let here = outreach(tx).await?;
            let (one, other) = (booking_row(here, "chip"), booking_row(here, "chip"));
            let gone = BookingRow { state: "cancelled".to_owned(), ..booking_row(here, "chip") };
            tx.insert_bookings(&[one.clone(), other.clone(), gone]).await?;
            let ids: Vec<_> = tx.day_bookings(here).await?.into_iter().map(|row| row.id).collect();
            let mut known = [one.id, other.id];
            known.sort_unstable();
            assert_eq!(ids, known);
            assert_eq!(tx.day_bookings(fresh_id()).await?, []);
            assert_eq!(tx.day_booking(fresh_id()).await?, None);

            // Also where nobody planned anything.
            assert!(!tx.is_number_unused(here, 1).await?, "it was not taken");
            assert_eq!(tx.take_numbers(here, 1).await?, 1);
            assert_eq!(tx.take_numbers(here, 3).await?, 4);
            assert!(tx.is_number_unused(here, 2).await?);
            assert!(!tx.is_number_unused(here, 5).await?);
            let phone = fresh_id();
            let arrival = ArrivalRow {
                id: one.id,
                from: "booked",
                number: 2,
                at: 20,
                device: Some(phone),
                submission: Some(phone),
            };
            assert!(tx.note_arrival(&arrival).await?);
            assert!(!tx.note_arrival(&arrival).await?, "it is there already");
            assert!(!tx.is_number_unused(here, 2).await?, "it is on a ticket");
            let row = tx.day_booking(one.id).await?.unwrap();
            assert_eq!((row.state.as_str(), row.queue_number), ("arrived", Some(2)));
            assert_eq!((row.arrived_at, row.device_id), (Some(20), Some(phone)));
            assert_eq!((row.submission_id, row.called_at), (Some(phone), None));

            assert_eq!(tx.turns(here, 6).await?, []);
            assert_eq!(tx.count_uncalled(here).await?, 1);
            assert!(tx.note_called(one.id, 3, 30).await?);
            assert!(!tx.note_called(one.id, 1, 31).await?, "a number is called once");
            assert!(!tx.note_called(other.id, 1, 31).await?, "who is not there is not called");
            assert_eq!(tx.day_booking(one.id).await?.unwrap().station, Some(3));
            tx.show_called(here, 2).await?;
            assert_eq!(tx.outreach_plan(here).await?.unwrap().called_number, 2);
            assert_eq!(tx.count_uncalled(here).await?, 0);
            let turn = TurnRow { queue_number: 2, offering: "chip".to_owned(), station: Some(3) };
            assert_eq!(tx.turns(here, 6).await?, [turn]);
            assert_eq!(tx.turns(here, 0).await?, []);

            let served = EndRow {
                id: one.id,
                from: "arrived",
                to: "served",
                reason: None,
                served_at: Some(40),
                owner: None,
                at: 41,
            };
            assert!(tx.end_booking(&served).await?);
            assert!(!tx.end_booking(&served).await?);
            let missed = EndRow {
                id: other.id,
                from: "booked",
                to: "no_show",
                reason: Some("no_show"),
                served_at: None,
                ..served
            };
            assert!(tx.end_booking(&missed).await?);
            let row = tx.day_booking(one.id).await?.unwrap();
            assert_eq!((row.state.as_str(), row.served_at), ("served", Some(40)));
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn the_services_of_an_owner_are_told_by_kind(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let here = outreach(tx).await?;
            let owner = owner_row();
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            let animal = animal_row(owner.id);
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            let mut services = vec![
                service_row(animal.id, here, "deworming_internal"),
                service_row(animal.id, here, "deworming_internal"),
                service_row(animal.id, here, "implantation"),
            ];
            services[1].performed_at = 9;
            services[2].annulled_at = Some(5);
            tx.insert_services(&services).await?;
            let told = ServedRow {
                owner_id: owner.id,
                document_kind: owner.document_kind.clone(),
                document_key: owner.document_key.clone(),
                animal_id: animal.id,
                kind: "deworming_internal".to_owned(),
                last_at: 9,
            };
            assert_eq!(tx.services_of_owners(here).await?, [told]);
            assert_eq!(tx.services_of_owners(fresh_id()).await?, []);
            // The owner is known from then on, and stays so.
            let booking = BookingRow {
                state: "arrived".to_owned(),
                ..booking_row(here, "deworming")
            };
            tx.insert_bookings(std::slice::from_ref(&booking)).await?;
            assert!(tx.note_served(booking.id, 1, Some(owner.id), 9).await?);
            assert!(!tx.note_served(booking.id, 1, None, 9).await?, "it is noted");
            assert!(!tx.note_served(fresh_id(), 1, None, 9).await?);
            let noted = tx.day_booking(booking.id).await?.unwrap();
            assert_eq!((noted.served_places, noted.owner_id), (1, Some(owner.id)));
            assert_eq!(tx.count_uncalled(here).await?, 0, "their turn has come");
            let served = EndRow {
                id: booking.id,
                from: "arrived",
                to: "served",
                reason: None,
                served_at: Some(9),
                owner: Some(owner.id),
                at: 10,
            };
            assert!(tx.end_booking(&served).await?);
            let undone = EndRow { from: "served", to: "arrived", owner: None, ..served };
            assert!(tx.end_booking(&undone).await?);
            assert_eq!(tx.day_booking(booking.id).await?.unwrap().owner_id, Some(owner.id));
            assert!(!tx.know_booking(booking.id, owner.id).await?, "it is known");
            let other = booking_row(here, "deworming");
            tx.insert_bookings(std::slice::from_ref(&other)).await?;
            assert!(tx.know_booking(other.id, owner.id).await?);
            assert!(tx.note_over_count(booking.id, 2).await?);
            assert!(!tx.note_over_count(booking.id, 3).await?, "it has two places");
            assert!(!tx.note_over_count(fresh_id(), 0).await?);
            assert!(tx.note_over_count(other.id, 1).await?);
            assert_eq!(tx.count_over_at(here).await?, 2, "the other one has not come");
            assert_eq!(tx.count_over_at(fresh_id()).await?, 0);
            assert_eq!(tx.day_booking(booking.id).await?.unwrap().over_count, 2);
            assert_eq!(tx.day_booking(other.id).await?.unwrap().owner_id, Some(owner.id));
            assert!(!tx.leave_places(other.id, 2, 11).await?, "it has two places");
            assert!(!tx.leave_places(other.id, 0, 11).await?);
            assert!(tx.leave_places(other.id, 1, 11).await?);
            let left = tx.day_booking(other.id).await?.unwrap();
            assert_eq!((left.places, left.changed_at), (1, 11));
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn who_is_not_expected_any_more_keeps_the_call(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let here = outreach(tx).await?;
            let one = BookingRow { state: "served".to_owned(), ..booking_row(here, "chip") };
            let other = BookingRow { state: "served".to_owned(), ..booking_row(here, "chip") };
            tx.insert_bookings(&[one.clone(), other.clone()]).await?;
            tx.keep_call(one.id, (Some(30), Some(3))).await?;
            let row = tx.day_booking(one.id).await?.unwrap();
            assert_eq!((row.called_at, row.station), (Some(30), Some(3)));
            let row = tx.day_booking(other.id).await?.unwrap();
            assert_eq!((row.called_at, row.station), (None, None));
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn an_outreach_is_looked_at_when_something_of_it_came(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let here = outreach(tx).await?;
            let programme = tx.outreach(here).await?.unwrap().programme_id;
            let other = outreach_row(programme);
            tx.insert_outreach(&other).await?;
            assert!(heard_of(tx, (0, 9)).await?.is_empty());
            for (outreach_id, received_at) in [(Some(here), 5), (Some(other.id), 8), (None, 9)] {
                let row = SubmissionRow { outreach_id, received_at, ..submission("") };
                assert!(tx.insert_submissions(&[row]).await?);
            }
            let mut both = [here, other.id];
            both.sort_unstable();
            assert_eq!(heard_of(tx, (5, 9)).await?, both);
            assert_eq!(heard_of(tx, (6, 9)).await?, [other.id]);
            assert!(heard_of(tx, (9, 9)).await?.is_empty(), "of no outreach");
            assert_eq!(heard_of(tx, (0, 1)).await?.len(), 1);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn places_are_lent_used_and_given_back(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let here = outreach(tx).await?;
            let staff = staff_row(Role::Operative);
            tx.insert_staff(&staff).await?;
            let phone = device_row(fresh_id(), staff.id);
            tx.write_devices(std::slice::from_ref(&phone)).await?;
            let share = |granted_at| ShareRow {
                id: fresh_id(),
                outreach_id: here,
                offering: "chip".to_owned(),
                device_id: phone.id,
                granted: 5,
                used: 0,
                granted_at,
                returned_at: None,
                written_off_by: None,
            };
            let (first, second) = (share(1), share(2));
            tx.insert_share(&second).await?;
            tx.insert_share(&first).await?;
            assert_eq!(tx.share(first.id).await?, Some(first.clone()));
            assert_eq!(tx.share(fresh_id()).await?, None);
            assert_eq!(tx.shares_out(here).await?, [first.clone(), second.clone()]);
            assert!(tx.use_share(first.id, 4).await?);
            assert!(!tx.use_share(first.id, 2).await?, "there is one left");
            assert!(tx.use_share(first.id, 1).await?);
            assert!(tx.end_share(first.id, 7, None).await?);
            assert!(!tx.end_share(first.id, 8, Some(staff.id)).await?, "it came back");
            assert!(!tx.use_share(first.id, 1).await?);
            assert!(tx.end_share(second.id, 8, Some(staff.id)).await?);
            let ended = tx.share(second.id).await?.unwrap();
            assert_eq!((ended.returned_at, ended.written_off_by), (Some(8), Some(staff.id)));
            assert_eq!(tx.shares_out(here).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }
}
