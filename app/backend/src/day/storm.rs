//! Who came to an outreach that was called off under way.

use domain::booking::{BookingState, TurnAwayReason};
use domain::id::{BookingId, OutreachId};
use domain::timestamp::Timestamp;

use super::queue::end;
use super::{locked, state_of};
use crate::error::Error;
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
        let booked = if tx.expect_booking_again(row.id, now.0).await? {
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
