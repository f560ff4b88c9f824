//! Who is still expected at an outreach that is closed before its end: their hour is to come, and
//! there is no other day.

use domain::booking::{BookingState, NO_SHOW_AFTER_MS};
use domain::outreach::{Outreach, OutreachKind};
use domain::timestamp::Timestamp;
use uuid::Uuid;

use super::state_of;
use crate::bookings::{acts, news, reason, ticket};
use crate::error::Error;
use crate::store::vocabulary::day::DayRow;
use crate::store::{StoreError, Tx};

/// The bookings whose people may still come, by their offering and hour; none once the outreach is
/// over, for then nobody is expected any more.
///
/// # Errors
/// A failed database.
pub(crate) async fn still_expected(
    tx: &mut Tx,
    here: &Outreach,
    now: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let mut expected = Vec::new();
    for row in tx.day_bookings(here.id.0).await? {
        if may_come(&row, here, now)? {
            expected.push(row);
        }
    }
    expected.sort_by(|one, other| order(one).cmp(&order(other)));
    Ok(expected.into_iter().map(|row| row.id).collect())
}

/// The offerings in one order for all who lock them.
fn order(row: &DayRow) -> (&str, Option<i64>, Uuid) {
    (row.offering.as_str(), row.slot_at, row.id)
}

/// Whether the people of a booking may still come, as late as one may be; where the team comes to
/// them, it is the team that has not come.
fn may_come(row: &DayRow, here: &Outreach, now: Timestamp) -> Result<bool, StoreError> {
    let comes_home = here.kind == OutreachKind::HomeVisits;
    let is_to_come = row.slot_at.is_some_and(|slot| slot + NO_SHOW_AFTER_MS > now.0);
    Ok(now < here.ends_at && state_of(row)?.holds_places() && (comes_home || is_to_come))
}

/// Ends the bookings of those who are still expected, and has them told; answers how many are. The
/// outreach is closed by then, so that nobody is offered what they leave.
///
/// # Errors
/// A failed database.
pub(crate) async fn expect_nobody(
    tx: &mut Tx,
    here: &Outreach,
    now: Timestamp,
) -> Result<u32, Error> {
    let mut told = 0_u32;
    for id in still_expected(tx, here, now).await? {
        let (mut hall, mut row) = acts::held(tx, id).await?;
        // They may have come while the lock was waited for.
        if !ticket::state_of(&row)?.holds_places() {
            continue;
        }
        acts::end(tx, &mut hall, &mut row, (BookingState::Cancelled, reason::ENDED, now)).await?;
        hall.write(tx).await?;
        told += u32::from(news::tell_it_ended(tx, &row, now).await?);
    }
    Ok(told)
}
