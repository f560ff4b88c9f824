//! What somebody is to be told about a booking by telephone, while there is something to tell.

use domain::booking::BookingState;
use domain::desk::queue::CallAbout;
use domain::timestamp::{DAY_MS, Timestamp};

use super::reason;
use super::ticket::{Place, state_of};
use crate::store::StoreError;
use crate::store::vocabulary::booking::BookingRow;

/// Whether a call about a booking has nothing to say any more: they have answered by themselves,
/// what was offered has passed on, or another call tells it.
///
/// # Errors
/// A row that cannot be read.
pub(crate) fn is_over(
    place: &Place,
    row: &BookingRow,
    (about, now): (CallAbout, Timestamp),
) -> Result<bool, StoreError> {
    let state = state_of(row)?;
    let is_off = place.plan.as_ref().is_some_and(|plan| plan.suspended_reason.is_some());
    Ok(match about {
        CallAbout::Moved | CallAbout::Unanswered => !state.is_live() || row.accepted_date == 1,
        // Of one that is called off, another call tells.
        CallAbout::Relocated => !state.is_live() || is_off || place.outreach.ends_at <= now,
        CallAbout::Offered => {
            state != BookingState::Offered || row.offered_until.is_none_or(|until| until <= now.0)
        }
        // By then they would have come.
        CallAbout::Ended => state != BookingState::Cancelled || place.outreach.ends_at <= now,
        CallAbout::Suspended => !match state {
            // Who gave the booking back knows.
            BookingState::Cancelled => reason::words(row.ended_reason.clone()).is_some(),
            // Of who was sent away on the new day, the call was over with that.
            BookingState::TurnedAway => {
                let new_day = place.outreach.starts_at.plus_ms(-DAY_MS / 2);
                is_off || Timestamp(row.arrived_at.unwrap_or(row.changed_at)) < new_day
            }
            // Of who keeps the place, another call tells the new date.
            _ => is_off,
        },
    })
}
