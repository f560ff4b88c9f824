//! Who came to an outreach that was called off under way.

use domain::booking::{BookingState, TurnAwayReason};
use domain::id::{BookingId, OutreachId};
use domain::timestamp::Timestamp;

use super::queue::end;
use super::{locked, state_of};
use crate::clock::fresh_id;
use crate::error::Error;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::day::EndRow;
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::{StoreError, Tx};

/// Has who came to an outreach that was called off under way, and was not served, come again on its
/// new day: whoever has an hour keeps the places, and needs a new number then. Who came without one
/// was promised places of that day alone.
///
/// # Errors
/// A failed database.
pub(crate) async fn expect_again(
    tx: &mut Tx,
    outreach: OutreachId,
    now: Timestamp,
) -> Result<(), Error> {
    for seen in tx.day_bookings(outreach.0).await? {
        if state_of(&seen)? != BookingState::Arrived {
            continue;
        }
        let Some(row) = locked(tx, outreach, BookingId(seen.id)).await? else { continue };
        // What was served needs no place any more, and what is over the count never had one.
        let held = (row.places - row.over_count - row.served_places).max(0);
        let whole = tx.booking(row.id).await?;
        let booked = if tx.expect_booking_again(row.id, now.0).await? {
            if let Some(whole) = whole.filter(|_| row.served_places > 0) {
                tx.insert_bookings(&[served_part(whole, row.served_places, now)]).await?;
            }
            held
        } else {
            let left = EndRow {
                reason: Some(TurnAwayReason::NoTime.code()),
                ..end(&row, BookingState::Arrived, BookingState::TurnedAway, now)
            };
            if !tx.end_booking(&left).await? {
                continue;
            }
            0
        };
        let change = PlaceChange { booked, used: -held, shared: 0 };
        if !tx.move_places(row.outreach_id, &row.offering, change).await? {
            return Err(StoreError::Inconsistent("who is there has no places").into());
        }
    }
    Ok(tx.recount_slots(outreach.0).await?)
}

/// What was served of a booking, by itself: else its service would serve the others on the new day.
fn served_part(whole: BookingRow, places: i64, now: Timestamp) -> BookingRow {
    let id = fresh_id();
    BookingRow {
        id,
        // No code leads to it.
        code_hash: id.as_bytes().to_vec(),
        state: BookingState::Served.code().to_owned(),
        places,
        owner_key: None,
        household_key: None,
        queue_number: None,
        ended_reason: None,
        served_at: Some(now.0),
        changed_at: now.0,
        ..whole
    }
}
