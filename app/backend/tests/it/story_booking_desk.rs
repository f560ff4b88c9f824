//! Runs every line of the vocabulary of the desk's bookings on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::booking::BookingRow;
use backend::store::vocabulary::booking_desk::{ListedRow, UnansweredRow};
use backend::store::vocabulary::task::TaskRow;
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::field::NOW;
use crate::it::story_booking::{booking_row, outreach};
use crate::it::story_tasks::task_row;

fn ids(rows: &[BookingRow]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

/// An open task about a booking.
fn call(booking: Uuid, kind: &str, created_at: i64) -> TaskRow {
    let (kind, booking_id) = (kind.to_owned(), Some(booking));
    TaskRow { kind, booking_id, owner_id: None, created_at, ..task_row(booking) }
}

on_both_databases! {
    async fn bookings_are_listed_with_the_calls_about_them(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let at = outreach(tx, 9).await?;
            let early = BookingRow { slot_at: Some(1), ..booking_row(at, "booked", 2) };
            let late = BookingRow { accepted_date: 0, ..booking_row(at, "booked", 3) };
            let waits = booking_row(at, "waiting", 4);
            let gone = booking_row(at, "cancelled", 5);
            let rows = [waits.clone(), gone.clone(), late.clone(), early.clone()];
            tx.insert_bookings(&rows).await?;
            let states = ["booked", "waiting"];
            let all = ListedRow {
                outreach: at,
                states: &states,
                is_unanswered: false,
                is_to_call: false,
                gives_priority: true,
                from: 0,
                limit: 9,
            };
            let found = tx.bookings_listed(&all).await?;
            assert_eq!(ids(&found), [early.id, late.id, waits.id]);
            let second = tx.bookings_listed(&ListedRow { from: 1, limit: 1, ..all }).await?;
            assert_eq!(second, [late.clone()]);
            let alike = tx.bookings_listed(&ListedRow { gives_priority: false, ..all }).await?;
            assert_eq!(ids(&alike), [early.id, late.id, waits.id]);
            let asked = ListedRow { is_unanswered: true, ..all };
            assert_eq!(ids(&tx.bookings_listed(&asked).await?), [late.id]);
            let elsewhere = ListedRow { outreach: fresh_id(), ..all };
            assert_eq!(tx.bookings_listed(&elsewhere).await?, []);
            let none = ListedRow { states: &[], ..all };
            assert_eq!(tx.bookings_listed(&none).await?, []);

            let to_call = ListedRow { is_to_call: true, ..all };
            assert_eq!(tx.bookings_listed(&to_call).await?, []);
            for (kind, at) in [("call_moved", 2), ("call_suspended", 1)] {
                assert!(tx.insert_task(&call(early.id, kind, at)).await?);
            }
            assert_eq!(ids(&tx.bookings_listed(&to_call).await?), [early.id]);
            let calls = tx.open_calls_of(&[early.id, late.id]).await?;
            let kinds: Vec<_> = calls.iter().map(|(id, kind)| (*id, kind.as_str())).collect();
            assert_eq!(kinds, [(early.id, "call_suspended"), (early.id, "call_moved")]);
            assert_eq!(tx.open_calls_of(&[]).await?, []);
            assert_eq!(tx.solve_calls(late.id, (fresh_id(), "cancel"), 3).await?, 0);
            assert_eq!(tx.solve_calls(early.id, (fresh_id(), "cancel"), 3).await?, 2);
            assert_eq!(tx.open_calls_of(&[early.id]).await?, []);
            assert_eq!(tx.bookings_listed(&to_call).await?, []);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn who_had_the_time_to_answer_is_found_once(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let at = outreach(tx, 9).await?;
            let asked = |key: u8, told: i64, slot: i64| BookingRow {
                accepted_date: 0,
                changed_at: NOW.0 + told,
                slot_at: Some(NOW.0 + slot),
                ..booking_row(at, "booked", key)
            };
            let (first, second) = (asked(2, 0, 1_000), asked(3, 0, 2_000));
            let answered = BookingRow { accepted_date: 1, ..asked(4, 0, 1_000) };
            let erased = BookingRow { details: String::new(), ..asked(5, 0, 1_000) };
            let rows = [second.clone(), first.clone(), answered, erased];
            tx.insert_bookings(&rows).await?;
            let due = |now: i64, told: i64| UnansweredRow {
                now: NOW.0 + now,
                told_before: NOW.0 + told,
                limit: 9,
            };
            assert_eq!(tx.bookings_unanswered(due(499, -1)).await?, []);
            let halfway = tx.bookings_unanswered(due(500, -1)).await?;
            assert_eq!(ids(&halfway), [first.id]);
            let all = tx.bookings_unanswered(due(1, 0)).await?;
            assert_eq!(ids(&all), [first.id, second.id], "they were told long ago");
            let one = UnansweredRow { limit: 1, ..due(1, 0) };
            assert_eq!(tx.bookings_unanswered(one).await?.len(), 1);
            let begun = tx.bookings_unanswered(due(1_000, 0)).await?;
            assert_eq!(ids(&begun), [second.id]);

            // A call about an earlier date is none about this one.
            assert!(tx.insert_task(&call(first.id, "call_moved", NOW.0 - 1)).await?);
            assert_eq!(tx.bookings_unanswered(due(1, 0)).await?.len(), 2);
            let told = call(second.id, "call_moved", NOW.0);
            assert!(tx.insert_task(&told).await?);
            assert_eq!(ids(&tx.bookings_unanswered(due(1, 0)).await?), [first.id]);
            tx.solve_calls(second.id, (fresh_id(), ""), 1).await?;
            assert_eq!(tx.bookings_unanswered(due(1, 0)).await?.len(), 2, "it came to nothing");
            assert!(tx.insert_task(&call(second.id, "call_unanswered", NOW.0)).await?);
            tx.solve_calls(second.id, (fresh_id(), ""), 1).await?;
            assert_eq!(ids(&tx.bookings_unanswered(due(1, 0)).await?), [first.id]);
            // One that is still to be made is made about the date that stands then.
            assert!(tx.insert_task(&call(first.id, "call_unanswered", NOW.0 - 1)).await?);
            assert_eq!(tx.bookings_unanswered(due(1, 0)).await?, []);
            tx.solve_calls(first.id, (fresh_id(), ""), 1).await?;
            assert_eq!(ids(&tx.bookings_unanswered(due(1, 0)).await?), [first.id]);
            Ok(())
        })).await;
        done.unwrap();
    }
}
