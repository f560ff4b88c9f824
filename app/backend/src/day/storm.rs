//! Who came to an outreach that was called off under way, or was put off since.

use domain::booking::{BookingState, Offering, TurnAwayReason};
use domain::id::{BookingId, OutreachId};
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};

use super::arrival::{WalkIn, number_for, ticket};
use super::queue::end;
use super::{locked, outreach_of, performed, state_of};
use crate::bookings::news;
use crate::clock::fresh_id;
use crate::error::Error;
use crate::keys::Keys;
use crate::records::date;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::day::{DayRow, EndRow};
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::{StoreError, Tx};

/// Has who came to an outreach that was called off under way, and was not served, come again on its
/// new day: whoever has an hour keeps the places, and needs a new number then. Who came without
/// one, or over the count, was promised places of that day alone, and is told that it was off.
///
/// # Errors
/// A failed database.
pub(crate) async fn expect_again(
    tx: &mut Tx,
    outreach: OutreachId,
    now: Timestamp,
) -> Result<(), Error> {
    let rows = tx.day_bookings(outreach.0).await?;
    let last_of = performed::last_of_there(tx, outreach, &rows).await?;
    for seen in &rows {
        if state_of(seen)? != BookingState::Arrived {
            continue;
        }
        let Some(row) = locked(tx, outreach, BookingId(seen.id)).await? else { continue };
        let held = held(&row);
        let whole = tx.booking(row.id).await?;
        let booked = if tx.expect_booking_again(row.id, now.0).await? {
            if let Some(whole) = whole.filter(|_| row.served_places > 0) {
                let served_at = last_of.get(&row.id).copied().unwrap_or(now.0);
                let (served, call) = ((row.served_places, served_at), (row.called_at, row.station));
                split_off(tx, whole, served, call, now).await?;
            }
            held
        } else {
            // Told first: a letter says the hour and the reason that the booking has.
            news::tell_for_good(tx, row.id, now).await?;
            if !tx.end_booking(&sent_home(&row, now)).await? {
                continue;
            }
            0
        };
        move_places(tx, &row, PlaceChange { booked, used: -held, shared: 0 }).await?;
    }
    Ok(tx.recount_slots(outreach.0).await?)
}

/// That an outreach was put off.
#[derive(Clone, Copy, Debug)]
pub(super) struct PutOff {
    /// When it begins now.
    starts_at: i64,
    /// By how many milliseconds.
    pub(super) by: i64,
}

impl PutOff {
    /// Nothing of an outreach that was not.
    pub(super) async fn of(tx: &mut Tx, outreach: OutreachId) -> Result<Option<Self>, Error> {
        let Some(plan) = tx.outreach_plan(outreach.0).await? else { return Ok(None) };
        let left_on = plan.left_on.as_deref().map(date).transpose()?;
        let (Some(left_on), Some(from)) = (left_on, plan.moved_from) else { return Ok(None) };
        let here = outreach_of(tx, outreach.0).await?;
        let (days, starts_at) = (here.held_on.days() - left_on.days(), here.starts_at.0);
        let last = starts_at - from;
        // The last move may have been one of the hour alone, or back a little.
        let by = if last >= DAY_MS / 2 { last } else { days * DAY_MS };
        Ok((days > 0).then_some(Self { starts_at, by }))
    }

    /// Whether a moment was of a day before that: none that belongs to the new one, as
    /// [`Outreach::day_of`](domain::outreach::Outreach::day_of) has it.
    pub(super) const fn is_before(self, at: i64) -> bool {
        at < self.starts_at - DAY_MS / 2
    }
}

/// Whether an outreach is held on a local day.
///
/// # Errors
/// [`Refusal::OutreachUnknown`](domain::refusal::Refusal::OutreachUnknown); a failed database.
pub(crate) async fn is_held_on(
    tx: &mut Tx,
    outreach: OutreachId,
    on: CivilDate,
) -> Result<bool, Error> {
    Ok(outreach_of(tx, outreach.0).await?.held_on == on)
}

/// Whether a local day is one before an outreach was put off to the later one that it has now:
/// what a phone without signal recorded then, and brings home afterwards, was of that day.
///
/// # Errors
/// [`Refusal::OutreachUnknown`](domain::refusal::Refusal::OutreachUnknown); a failed database.
pub(crate) async fn is_of_day_before(
    tx: &mut Tx,
    outreach: OutreachId,
    on: CivilDate,
) -> Result<bool, Error> {
    let held_on = outreach_of(tx, outreach.0).await?.held_on;
    let left_on = tx.outreach_plan(outreach.0).await?.and_then(|plan| plan.left_on);
    let Some(left_on) = left_on.as_deref().map(date).transpose()? else { return Ok(false) };
    // Of any other day it is the phone's clock that is behind.
    Ok(on <= left_on && left_on < held_on)
}

/// Notes who came without a booking on a day before the outreach was put off, as a phone brings it
/// home afterwards: as [`expect_again`] would have left them, since they were promised places of
/// that day alone. They have none of the new one, and wait for no call. `false` for a ticket that
/// is known already, and of any other day: nothing is done.
///
/// # Errors
/// As [`is_of_day_before`].
pub(crate) async fn walk_in_before(
    tx: &mut Tx,
    keys: &Keys,
    walk_in: &WalkIn,
    on: CivilDate,
) -> Result<bool, Error> {
    let outreach = walk_in.here.0;
    // Whoever puts the outreach off holds it too.
    tx.lock_offering(outreach, walk_in.offering.code()).await?;
    let is_known = tx.day_booking(walk_in.id.0).await?.is_some();
    if is_known || !is_of_day_before(tx, walk_in.here, on).await? {
        return Ok(false);
    }
    let number = number_for(tx, outreach, walk_in.number).await?;
    let row = BookingRow {
        state: BookingState::TurnedAway.code().to_owned(),
        ended_reason: Some(TurnAwayReason::NoTime.code().to_owned()),
        ..ticket(keys, walk_in, (None, number))?
    };
    tx.insert_bookings(std::slice::from_ref(&row)).await?;
    Ok(true)
}

/// Has whoever takes somebody in at this moment wait, and look anew afterwards: what is written,
/// and not only locked, fails a look that began before, and that is then taken again.
///
/// # Errors
/// A failed database.
pub(crate) async fn hold_offering(
    tx: &mut Tx,
    outreach: OutreachId,
    offering: Offering,
) -> Result<(), StoreError> {
    tx.lock_offering(outreach.0, offering.code()).await?;
    tx.move_places(outreach.0, offering.code(), PlaceChange::default()).await.map(drop)
}

/// Ends what an outreach that was called off under way, and has no new day, still has: who came and
/// was not served was sent home, and who kept a place for the new day keeps none. They are told so,
/// for the reason that they know. Answers how many are told.
///
/// # Errors
/// A failed database.
pub(crate) async fn expect_no_more(
    tx: &mut Tx,
    outreach: OutreachId,
    (reason, now): (&str, Timestamp),
) -> Result<u32, Error> {
    // Written first: a letter says the reason that the booking has.
    let mut told = 0_u32;
    for booking in tx.keep_bookings(outreach.0, reason, now.0).await? {
        told += u32::from(news::tell_for_good(tx, booking, now).await?);
    }
    for seen in tx.day_bookings(outreach.0).await? {
        if state_of(&seen)? != BookingState::Arrived {
            continue;
        }
        let Some(row) = locked(tx, outreach, BookingId(seen.id)).await? else { continue };
        if tx.end_booking(&sent_home(&row, now)).await? {
            let used = -held(&row);
            move_places(tx, &row, PlaceChange { used, ..PlaceChange::default() }).await?;
        }
    }
    tx.call_off_bookings(outreach.0, reason, now.0, true).await?;
    Ok(told)
}

/// The places of somebody who is there: what was served needs none any more, and what is over the
/// count never had one.
fn held(row: &DayRow) -> i64 {
    (row.places - row.over_count - row.served_places).max(0)
}

/// That somebody who came was not served.
pub(super) fn sent_home(row: &DayRow, now: Timestamp) -> EndRow {
    EndRow {
        reason: Some(TurnAwayReason::NoTime.code()),
        ..end(row, BookingState::Arrived, BookingState::TurnedAway, now)
    }
}

async fn move_places(tx: &mut Tx, row: &DayRow, change: PlaceChange) -> Result<(), StoreError> {
    if tx.move_places(row.outreach_id, &row.offering, change).await? {
        return Ok(());
    }
    Err(StoreError::Inconsistent("who is there has no places"))
}

/// When somebody was called, and to which table.
pub(super) type Call = (Option<i64>, Option<i64>);

/// The call of whom no door has seen.
pub(super) const NEVER_CALLED: Call = (None, None);

/// Makes those animals of a booking that were served, when, and at which table, a ticket by
/// themselves: else their service would serve the others on the new day.
pub(super) async fn split_off(
    tx: &mut Tx,
    whole: BookingRow,
    (places, served_at): (i64, i64),
    call: Call,
    now: Timestamp,
) -> Result<BookingRow, StoreError> {
    let id = fresh_id();
    let served = BookingRow {
        id,
        // No code leads to it.
        code_hash: id.as_bytes().to_vec(),
        state: BookingState::Served.code().to_owned(),
        places,
        owner_key: None,
        household_key: None,
        queue_number: None,
        ended_reason: None,
        served_at: Some(served_at),
        changed_at: now.0,
        ..whole
    };
    tx.insert_bookings(std::slice::from_ref(&served)).await?;
    if call != NEVER_CALLED {
        tx.keep_call(id, call).await?;
    }
    Ok(served)
}
