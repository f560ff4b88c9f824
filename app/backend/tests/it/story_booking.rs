//! Runs every line of the bookings' vocabulary on both databases.

use backend::clock::fresh_id;
use backend::outbox::{self, Letter};
use backend::store::Tx;
use backend::store::vocabulary::booking::{BookingRow, HeldRow, RemindRow};
use backend::store::vocabulary::plan::{OfferingRow, OutreachPlanRow};
use backend::store::vocabulary::programme::OutreachRow;
use domain::timestamp::{DAY_MS, Timestamp};
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::{NOW, outreach_row, programme_row};
use crate::it::story_registry::owner_row;

const CHIP: &str = "chip";

/// A booking of one animal.
pub fn booking_row(outreach: Uuid, state: &str, key: u8) -> BookingRow {
    BookingRow {
        id: fresh_id(),
        outreach_id: outreach,
        offering: CHIP.to_owned(),
        slot_at: (state != "waiting").then_some(NOW.0 + 1_000),
        state: state.to_owned(),
        places: 1,
        priority: 0,
        code_hash: vec![key; 32],
        owner_key: Some(vec![key; 32]),
        household_key: Some(vec![key / 2; 32]),
        details: "{}".to_owned(),
        created_at: i64::from(key),
        changed_at: i64::from(key),
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

/// An outreach under way with places for chips.
pub async fn outreach(tx: &mut Tx, capacity: i64) -> Stored<Uuid> {
    let programme = programme_row();
    tx.insert_programme(&programme).await?;
    let outreach = outreach_row(programme.id);
    tx.insert_outreach(&outreach).await?;
    let offering = offering_row(outreach.id, capacity);
    assert!(tx.put_offering(&offering).await?);
    Ok(outreach.id)
}

fn offering_row(outreach: Uuid, capacity: i64) -> OfferingRow {
    OfferingRow {
        outreach_id: outreach,
        offering: CHIP.to_owned(),
        capacity,
        minutes: 6,
        stations: 2,
        eligibility: "{}".to_owned(),
        booked: 0,
        used: 0,
        shared: 0,
        programme_id: None,
    }
}

fn ids(rows: &[BookingRow]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

on_both_databases! {
    async fn bookings_are_made_found_and_changed(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let at = outreach(tx, 9).await?;
            let (first, second) = (booking_row(at, "booked", 2), booking_row(at, "offered", 3));
            tx.insert_bookings(&[first.clone(), second.clone()]).await?;
            tx.insert_bookings(&[]).await?;
            assert_eq!(tx.booking(first.id).await?, Some(first.clone()));
            assert_eq!(tx.booking(fresh_id()).await?, None);
            assert_eq!(tx.lock_booking(first.id).await?, Some(first.clone()));
            assert_eq!(tx.lock_booking(fresh_id()).await?, None);
            assert_eq!(tx.booking_by_code(&[3; 32]).await?, Some(second.clone()));
            assert_eq!(tx.booking_by_code(&[4; 32]).await?, None);
            let found = tx.bookings_with_ids(&[second.id, fresh_id()]).await?;
            assert_eq!(found, [second.clone()]);

            assert!(tx.lock_offering(at, CHIP).await?);
            assert!(!tx.lock_offering(at, "sterilisation").await?);
            assert!(!tx.lock_offering(fresh_id(), CHIP).await?);

            let held = |row: &BookingRow, holder: u8| HeldRow {
                id: row.id,
                holder: vec![holder; 32],
                places: 1,
            };
            let keys = [vec![2; 32], vec![9; 32]];
            let of_documents = tx.bookings_of_documents(at, CHIP, &keys).await?;
            assert_eq!(of_documents, [held(&first, 2)]);
            assert_eq!(tx.bookings_of_documents(at, "deworming", &keys).await?, []);
            assert_eq!(tx.bookings_of_documents(fresh_id(), CHIP, &keys).await?, []);
            assert_eq!(tx.bookings_of_documents(at, CHIP, &[]).await?, []);
            let of_households = tx.bookings_of_households(at, CHIP, &[vec![1; 32]]).await?;
            assert_eq!(of_households.len(), 2);

            let ended = BookingRow {
                state: "cancelled".to_owned(),
                ended_reason: Some("owner".to_owned()),
                changed_at: 9,
                ..first.clone()
            };
            assert!(!tx.replace_booking("waiting", &ended).await?);
            assert!(tx.replace_booking("booked", &ended).await?);
            assert!(!tx.replace_booking("booked", &ended).await?, "it is no longer booked");
            assert_eq!(tx.booking(first.id).await?, Some(ended));
            assert_eq!(tx.bookings_of_documents(at, CHIP, &keys).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn who_waits_stands_in_a_line(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let at = outreach(tx, 2).await?;
            let waiting = |key| booking_row(at, "waiting", key);
            let (early, late) = (waiting(2), waiting(3));
            let first = BookingRow { priority: 1, ..waiting(4) };
            let family = BookingRow { places: 3, ..waiting(5) };
            let over = BookingRow { offered_until: Some(50), ..booking_row(at, "offered", 6) };
            let kept = BookingRow { offered_until: Some(51), ..booking_row(at, "offered", 7) };
            let rows = [late, family, early, first, over, kept];
            tx.insert_bookings(&rows).await?;
            let [late, family, early, first, over, _] = rows;
            let line = tx.waiting_line((at, CHIP), (2, true), None, 9).await?;
            assert_eq!(ids(&line), [first.id, early.id, late.id]);
            assert_eq!(tx.waiting_line((at, CHIP), (3, true), None, 9).await?.len(), 4);
            assert_eq!(ids(&tx.waiting_line((at, CHIP), (3, true), None, 1).await?), [first.id]);
            assert_eq!(tx.waiting_line((at, "deworming"), (3, true), None, 9).await?, []);
            let past = |row: &BookingRow| Some((row.priority, row.created_at, row.id));
            let rest = tx.waiting_line((at, CHIP), (3, true), past(&first), 9).await?;
            assert_eq!(ids(&rest), [early.id, late.id, family.id]);
            let rest = tx.waiting_line((at, CHIP), (2, true), past(&early), 9).await?;
            assert_eq!(ids(&rest), [late.id]);
            assert_eq!(tx.waiting_line((at, CHIP), (3, true), past(&family), 9).await?, []);
            assert_eq!(tx.waiting_counts(at, CHIP).await?, [(1, 1), (0, 3)]);
            for (row, before) in [(&first, 0), (&early, 1), (&late, 2), (&family, 3)] {
                assert_eq!(tx.waiting_before(row, true).await?, before);
            }
            // Where nobody is served first, each stands where they came.
            let line = tx.waiting_line((at, CHIP), (3, false), None, 9).await?;
            assert_eq!(ids(&line), [early.id, late.id, first.id, family.id]);
            let rest = tx.waiting_line((at, CHIP), (3, false), past(&first), 9).await?;
            assert_eq!(ids(&rest), [family.id]);
            for (row, before) in [(&early, 0), (&late, 1), (&first, 2), (&family, 3)] {
                assert_eq!(tx.waiting_before(row, false).await?, before);
            }
            assert_eq!(tx.lines_with_room(NOW.0).await?, [(at, CHIP.to_owned())]);
            assert_eq!(tx.lines_with_room(i64::MAX).await?, []);
            let change = backend::store::vocabulary::plan::PlaceChange {
                booked: 2,
                ..Default::default()
            };
            assert!(tx.move_places(at, CHIP, change).await?);
            assert_eq!(tx.lines_with_room(NOW.0).await?, []);
            assert_eq!(ids(&tx.offers_over(50, 9).await?), [over.id]);
            assert_eq!(tx.offers_over(51, 1).await?.len(), 1);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn time_goes_by(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let at = outreach(tx, 9).await?;
            let slot = |key: u8, slot_at: i64| BookingRow {
                slot_at: Some(slot_at),
                ..booking_row(at, "booked", key)
            };
            let (soon, later) = (slot(2, NOW.0 + 10), slot(3, NOW.0 + 20));
            tx.insert_bookings(&[later.clone(), soon.clone()]).await?;
            let missed = tx.bookings_missed(NOW.0 + 10, NOW.0, 9).await?;
            assert_eq!(missed, [], "nobody wants the place");
            let missed = tx.bookings_missed(NOW.0 + 10, i64::MAX, 9).await?;
            assert_eq!(ids(&missed), [soon.id], "it is over");
            tx.insert_bookings(&[booking_row(at, "waiting", 4)]).await?;
            assert_eq!(ids(&tx.bookings_missed(NOW.0 + 10, NOW.0, 9).await?), [soon.id]);
            assert_eq!(tx.bookings_missed(NOW.0 + 9, NOW.0, 9).await?, []);
            let remind = RemindRow {
                now: NOW.0,
                first_before: NOW.0 + 21,
                second_before: NOW.0 + 11,
                limit: 9,
            };
            assert_eq!(ids(&tx.bookings_to_remind(&remind).await?), [soon.id, later.id]);
            let (soon_at, later_at) = (NOW.0 + 10, NOW.0 + 20);
            assert!(!tx.note_reminder(later.id, soon_at, 1).await?, "another slot's");
            assert!(tx.note_reminder(later.id, later_at, 1).await?);
            assert!(!tx.note_reminder(later.id, later_at, 1).await?, "it was noted");
            assert!(!tx.note_reminder(fresh_id(), soon_at, 1).await?);
            assert_eq!(ids(&tx.bookings_to_remind(&remind).await?), [soon.id]);
            assert!(tx.note_reminder(soon.id, soon_at, 1).await?);
            assert_eq!(ids(&tx.bookings_to_remind(&remind).await?), [soon.id]);
            assert!(tx.note_reminder(soon.id, soon_at, 2).await?);
            assert_eq!(tx.bookings_to_remind(&remind).await?, []);
            let begun = RemindRow { now: NOW.0 + 20, ..remind };
            assert_eq!(tx.bookings_to_remind(&begun).await?, []);

            let plan = OutreachPlanRow { outreach_id: at, ..OutreachPlanRow::default() };
            tx.put_outreach_plan(&plan).await?;
            assert_eq!(tx.plans_of_outreaches(&[at]).await?, [plan]);
            assert_eq!(tx.plans_of_outreaches(&[]).await?, []);
            let offered = tx.offerings_of_outreaches(&[at, fresh_id()]).await?;
            assert_eq!(offered, [offering_row(at, 9)]);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn a_persons_bookings_are_emptied(database) {
        let done: Result<(), backend::error::Error> =
            database.store.write(|tx| Box::pin(async move {
                let at = outreach(tx, 9).await?;
                let owner = owner_row();
                tx.insert_owners(std::slice::from_ref(&owner)).await?;
                let by_key = booking_row(at, "booked", 2);
                let by_owner =
                    BookingRow { owner_id: Some(owner.id), ..booking_row(at, "served", 3) };
                let other = booking_row(at, "booked", 4);
                tx.insert_bookings(&[by_key.clone(), by_owner.clone(), other.clone()]).await?;
                let keys = [vec![2; 32]];
                let found = tx.bookings_of_person(&[owner.id], &keys).await?;
                assert_eq!(ids(&found), [by_key.id, by_owner.id]);
                assert_eq!(tx.bookings_of_person(&[], &[]).await?, []);
                for about in [by_key.id, other.id] {
                    let letter = Letter {
                        kind: "booked",
                        recipient: "a@example.cl.invalid",
                        body: &(),
                        about: Some(("booking", about)),
                        due_at: Timestamp(1),
                    };
                    outbox::enqueue(tx, letter, Timestamp(1)).await?;
                }
                let theirs = [by_key.id, by_owner.id];
                let over = NOW.0 + 365 * DAY_MS;
                let all = tx.bookings_to_forget(over, 9).await?;
                assert_eq!(all, [by_key.id, by_owner.id, other.id]);
                assert_eq!(tx.bookings_to_forget(over, 1).await?, [by_key.id]);
                assert!(tx.bookings_to_forget(0, 9).await?.is_empty(), "none is over");
                let row = tx.outreach(at).await?.unwrap();
                let off = OutreachRow { status: "suspended".to_owned(), ..row.clone() };
                tx.update_outreach(&off).await?;
                let soon = row.ends_at + 274 * DAY_MS;
                assert_eq!(tx.bookings_to_forget(soon, 9).await?, [by_owner.id]);
                assert_eq!(tx.bookings_to_forget(soon + 2 * DAY_MS, 9).await?, all);
                tx.update_outreach(&row).await?;
                assert_eq!(tx.erase_booking_messages(&theirs).await?, 1);
                assert_eq!(tx.messages_in_state("pending", 9).await?.len(), 1);
                assert_eq!(tx.erase_bookings(&theirs).await?, 2);
                assert_eq!(tx.erase_bookings(&theirs).await?, 0, "they are empty");
                let emptied = tx.booking(by_key.id).await?.unwrap();
                assert_eq!((emptied.details.as_str(), emptied.owner_key), ("", None));
                assert_eq!(emptied.household_key, None);
                assert_eq!(tx.booking(by_owner.id).await?.unwrap().owner_id, None);
                assert_eq!(tx.bookings_to_forget(over, 9).await?, [other.id]);
                assert_eq!(tx.booking(other.id).await?, Some(other));
                Ok(())
            })).await;
        done.unwrap();
    }

    async fn many_attempts_are_counted_by_one_statement(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let attempts = [(vec![1; 32], 3), (vec![2; 32], 1)];
            let counted = |mut rows: Vec<backend::store::vocabulary::counters::KeyedCounterRow>| {
                rows.sort_by(|one, other| one.key.cmp(&other.key));
                rows.iter().map(|row| (row.window_start, row.count)).collect::<Vec<_>>()
            };
            let first = tx.count_up_all(&attempts, 100, 50).await?;
            assert_eq!(counted(first), [(100, 3), (100, 1)]);
            let again = tx.count_up_all(&attempts, 120, 100).await?;
            assert_eq!(counted(again), [(100, 6), (100, 2)]);
            let later = tx.count_up_all(&attempts[..1], 200, 101).await?;
            assert_eq!(counted(later), [(200, 3)]);
            assert_eq!(tx.count_up_all(&[], 200, 101).await?, []);
            let held = tx.counter(&[2; 32]).await?.unwrap();
            assert_eq!((held.window_start, held.count), (100, 2));
            Ok(())
        })).await;
        done.unwrap();
    }
}
