//! The day of an outreach: who comes, with a booking or without, is given a number, called, and
//! served or turned away; phones without signal are lent places to promise.
//!
//! Every act that moves places first locks the offering's row, as all of [`crate::bookings`] does,
//! so that what it reads afterwards holds until it commits. The functions on a [`Tx`] are what the
//! commands of phones call too; those on an [`Office`] are the desk's.

mod arrival;
mod board;
mod ending;
mod expected;
mod homes;
mod performed;
mod queue;
mod seeking;
mod settling;
mod shares;
mod storm;

pub use arrival::{
    Arrival, Arrived, WalkIn, WalkedIn, arrive, arrive_over, check_in, walk_in, walk_in_over,
    welcome,
};
pub use board::{board, turn};
pub(crate) use ending::{expect_nobody, still_expected};
pub use expected::expected;
pub(crate) use expected::{owners_expected, ticket_holder};
pub(crate) use homes::homes;
pub use queue::{call_next, release_no_shows, serve, turn_away};
pub use seeking::seek;
pub use settling::{settle, tick};
pub use shares::{give_back, grant, places, take_all_back, write_off};
pub(crate) use storm::{
    expect_again, expect_no_more, hold_offering, is_held_on, is_of_day_before, walk_in_before,
};

use domain::booking::{BookingDetails, BookingState, Offering, Places};
use domain::id::{BookingId, OutreachId};
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::UseCase;
use uuid::Uuid;

use crate::actor::Actor;
use crate::desk::{may, number};
use crate::error::Error;
use crate::office::Office;
use crate::records::{self, code, from_json, json};
use crate::registry::pack::place_of;
use crate::store::vocabulary::day::DayRow;
use crate::store::vocabulary::plan::OfferingRow;
use crate::store::{Isolation, StoreError, Tx, Work};

/// The outreach, if the actor may do this at its door: a coordinator at any, field staff at one of
/// theirs that the field page offers.
async fn door(
    office: &Office,
    actor: Actor,
    needs: UseCase,
    outreach: OutreachId,
) -> Result<Outreach, Error> {
    may(&actor, needs)?;
    Ok(records::outreach(place_of(office, actor, outreach).await?)?)
}

/// The same for an act, for which tickets must be taken and given there.
async fn open_door(office: &Office, actor: Actor, outreach: OutreachId) -> Result<Outreach, Error> {
    let outreach = door(office, actor, UseCase::Submit, outreach).await?;
    if is_open(outreach.status) { Ok(outreach) } else { Err(not_open()) }
}

/// Whether tickets are taken and given. A day that begins before somebody said so is not held up.
const fn is_open(status: OutreachStatus) -> bool {
    matches!(status, OutreachStatus::Published | OutreachStatus::Open | OutreachStatus::UnderWay)
}

const fn not_open() -> Error {
    Error::Refused(Refusal::OutreachNotOpen)
}

/// Runs an act of the desk: each statement sees what was committed before it, and the lock of an
/// offering is waited for.
async fn act<C, T, F>(office: &Office, facts: C, work: F) -> Result<T, Error>
where
    C: Send + Sync + 'static,
    F: for<'t> Fn(&'t mut Tx, &'t C) -> Work<'t, T, Error> + Send + Sync + 'static,
    T: Send + 'static,
{
    office.store.write_at(Isolation::Committed, facts, work).await
}

/// A booking of this outreach, once its offering is locked.
async fn locked(
    tx: &mut Tx,
    outreach: OutreachId,
    booking: BookingId,
) -> Result<Option<DayRow>, StoreError> {
    let Some(seen) = tx.day_booking(booking.0).await? else { return Ok(None) };
    if seen.outreach_id != outreach.0 {
        return Ok(None);
    }
    tx.lock_offering(seen.outreach_id, &seen.offering).await?;
    // Read again: who held the lock may have done the same.
    tx.day_booking(booking.0).await
}

/// The places of an offering at an outreach; none when it offers no such thing.
async fn place_at(tx: &mut Tx, outreach: OutreachId, offering: &str) -> Result<Places, StoreError> {
    let row = tx.offering(outreach.0, offering).await?;
    Ok(row.as_ref().map(places_of).unwrap_or_default())
}

/// The places of an offering.
fn places_of(row: &OfferingRow) -> Places {
    Places {
        capacity: number(row.capacity),
        booked: number(row.booked),
        used: number(row.used),
        shared: number(row.shared),
    }
}

fn state_of(row: &DayRow) -> Result<BookingState, StoreError> {
    code(&row.state, BookingState::from_code)
}

fn offering_of(text: &str) -> Result<Offering, StoreError> {
    code(text, Offering::from_code)
}

/// Who booked, for which animals; nothing when that was erased or never asked.
fn details_of(row: &DayRow) -> Result<Option<BookingDetails>, StoreError> {
    if row.details.is_empty() { Ok(None) } else { from_json(&row.details).map(Some) }
}

/// Whether the desk asks for a ticket that it gave, for the same people; of those who were erased
/// since nobody can tell. A phone's is known by its submission.
fn is_asked_again(known: &DayRow, asked: &WalkIn) -> Result<bool, Error> {
    let of_whom = asked.details.as_ref().map(json).transpose()?.unwrap_or_default();
    let is_same = known.offering == asked.offering.code()
        && known.places == i64::from(asked.places)
        && (known.details.is_empty() || known.details == of_whom);
    Ok(asked.phone.is_some() || is_same)
}

/// The number of a ticket.
fn number_of(row: &DayRow) -> Option<u32> {
    row.queue_number.map(number)
}

/// The outreach of a row of ours.
async fn outreach_of(tx: &mut Tx, id: Uuid) -> Result<Outreach, Error> {
    let row = tx.outreach(id).await?;
    Ok(records::outreach(row.ok_or(Error::Refused(Refusal::OutreachUnknown))?)?)
}
