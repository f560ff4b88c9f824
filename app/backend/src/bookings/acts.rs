//! What an owner does with a booking: gives it back, comes at another time, takes or leaves a
//! place that is offered, accepts the new date of an outreach that was put off.

use domain::booking::{BookingState, Reminding};
use domain::desk::bookings::{Answered, BookingAnswer};
use domain::id::{BookingId, OutreachId};
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use uuid::Uuid;

use super::letters::{self, LetterKind};
use super::line::{self, Hall};
use super::{Key, Outcome, Ticket, limits, reason, ticket};
use crate::error::Error;
use crate::office::Office;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::{Isolation, Tx};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Cancel,
    Reschedule(Timestamp),
    AcceptOffer,
    DeclineOffer,
    AcceptNewDate,
}

/// What came of it.
enum Done {
    /// The booking is as it was asked to be, or was so already.
    Stands,
    /// There is no room in that slot, or the offer was over.
    Full,
    /// The outreach takes no changes any more, or the slot has begun.
    NotOpen,
}

/// Gives a booking back, or leaves the waiting list. What is cancelled already stays so.
///
/// # Errors
/// [`Refusal::LinkUnusable`], [`Refusal::Invalid`] for another's document,
/// [`Refusal::TooManyAttempts`]; [`Refusal::ChangedMeanwhile`] for one whose people have come.
pub async fn cancel(office: &Office, key: Key, address: &str) -> Result<Ticket, Error> {
    Ok(carry_out(office, key, address, Act::Cancel).await?.1)
}

/// Moves a booking to another slot of its outreach.
///
/// # Errors
/// As [`cancel`]; [`Refusal::ChangedMeanwhile`] for one that holds no places.
pub async fn reschedule(
    office: &Office,
    key: Key,
    slot: Timestamp,
    address: &str,
) -> Result<Outcome, Error> {
    limits::moved(office, address, office.clock.now()).await?;
    let (done, ticket) = carry_out(office, key, address, Act::Reschedule(slot)).await?;
    Ok(outcome(&done, ticket))
}

/// Takes the place that is offered. After its time it is [`Outcome::Full`], and the place passes
/// on.
///
/// # Errors
/// As [`cancel`]; [`Refusal::ChangedMeanwhile`] for one to whom nothing is offered.
pub async fn accept_offer(office: &Office, key: Key, address: &str) -> Result<Outcome, Error> {
    let (done, ticket) = carry_out(office, key, address, Act::AcceptOffer).await?;
    Ok(outcome(&done, ticket))
}

/// Leaves the place that is offered to whoever comes next, and the waiting list.
///
/// # Errors
/// As [`accept_offer`].
pub async fn decline_offer(office: &Office, key: Key, address: &str) -> Result<Ticket, Error> {
    Ok(carry_out(office, key, address, Act::DeclineOffer).await?.1)
}

/// Says that the new date of an outreach that was put off suits.
///
/// # Errors
/// As [`cancel`]; [`Refusal::ChangedMeanwhile`] for a booking that has ended.
pub async fn accept_new_date(office: &Office, key: Key, address: &str) -> Result<Ticket, Error> {
    Ok(carry_out(office, key, address, Act::AcceptNewDate).await?.1)
}

fn outcome(done: &Done, ticket: Ticket) -> Outcome {
    match done {
        Done::Stands => Outcome::Booked(ticket),
        Done::Full => Outcome::Full,
        Done::NotOpen => Outcome::NotOpen,
    }
}

async fn carry_out(
    office: &Office,
    key: Key,
    address: &str,
    act: Act,
) -> Result<(Done, Ticket), Error> {
    let now = office.clock.now();
    limits::admit(office, &key, address, now).await?;
    let facts = (office.clone(), key.clone());
    let written = office.store.write_at(Isolation::Committed, facts, move |tx, (office, key)| {
        Box::pin(async move { perform(tx, office, key, (act, now)).await })
    });
    let done = written.await?;
    limits::forgive(office, &key).await?;
    Ok(done)
}

async fn perform(
    tx: &mut Tx,
    office: &Office,
    key: &Key,
    (act, now): (Act, Timestamp),
) -> Result<(Done, Ticket), Error> {
    let id = ticket::open(tx, office, key, now).await?.id;
    let (mut hall, mut row) = held(tx, id).await?;
    let done = take(tx, office, (&mut hall, &mut row), (act, now)).await?;
    let position = ticket::position(tx, &hall.place, &row).await?;
    let facts = (position, Some(&hall.eligibility));
    let ticket = ticket::ticket(office, &hall.place, &row, facts)?;
    Ok((done, ticket))
}

/// Does it with a booking that is held, and offers what became free.
async fn take(
    tx: &mut Tx,
    office: &Office,
    (hall, row): (&mut Hall, &mut BookingRow),
    (act, now): (Act, Timestamp),
) -> Result<Done, Error> {
    let done = match act {
        Act::Cancel => give_back(tx, hall, row, now).await?,
        Act::Reschedule(slot) => {
            let reminding = Reminding::at(now, &office.zone);
            reschedule_to(tx, hall, row, (slot, now, reminding)).await?
        }
        Act::AcceptOffer => accept(tx, office, hall, (&mut *row, now)).await?,
        Act::DeclineOffer => decline(tx, hall, row, now).await?,
        Act::AcceptNewDate => accept_date(tx, row, now).await?,
    };
    line::offer_free(tx, office, hall, now).await?;
    hall.write(tx).await?;
    Ok(done)
}

/// Does what somebody says by telephone with their booking of an outreach, as they could by
/// themselves. Answers what came of it, and whether anything changed: said twice it is done once.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] for one of another outreach, or where it does not apply any more.
pub(super) async fn answer(
    tx: &mut Tx,
    office: &Office,
    (outreach, booking): (OutreachId, BookingId),
    (answer, now): (BookingAnswer, Timestamp),
) -> Result<(Answered, bool), Error> {
    let (mut hall, mut row) = held(tx, booking.0).await?;
    if row.outreach_id != outreach.0 {
        return Err(Error::Refused(Refusal::ChangedMeanwhile));
    }
    let act = match answer {
        BookingAnswer::AcceptOffer => Act::AcceptOffer,
        BookingAnswer::DeclineOffer => Act::DeclineOffer,
        BookingAnswer::AcceptDate => Act::AcceptNewDate,
        BookingAnswer::Cancel => Act::Cancel,
    };
    let before = row.clone();
    match take(tx, office, (&mut hall, &mut row), (act, now)).await? {
        Done::Stands => Ok((Answered::Done, row != before)),
        Done::Full | Done::NotOpen => Ok((Answered::TooLate, false)),
    }
}

/// A booking whose offering is locked, as it is now.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] when it is no more, or what it was for is not offered any more.
pub(crate) async fn held(tx: &mut Tx, id: Uuid) -> Result<(Hall, BookingRow), Error> {
    let gone = || Error::Refused(Refusal::ChangedMeanwhile);
    let row = tx.booking(id).await?.ok_or_else(gone)?;
    let hall = line::lock(tx, (row.outreach_id, &row.offering)).await?.ok_or_else(gone)?;
    // It may have changed while the lock was waited for, and a reminder may be noted meanwhile.
    let row = tx.lock_booking(id).await?.ok_or_else(gone)?;
    Ok((hall, row))
}

/// Ends a booking that is waiting, offered or booked, and frees its places.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] when somebody else was quicker.
pub(crate) async fn end(
    tx: &mut Tx,
    hall: &mut Hall,
    row: &mut BookingRow,
    (state, why, now): (BookingState, &str, Timestamp),
) -> Result<(), Error> {
    hall.give_back(row, now);
    row.ended_reason = Some(why.to_owned());
    change(tx, row, state, now).await
}

/// Writes a booking in its new state.
async fn change(
    tx: &mut Tx,
    row: &mut BookingRow,
    state: BookingState,
    now: Timestamp,
) -> Result<(), Error> {
    let from = std::mem::replace(&mut row.state, state.code().to_owned());
    row.changed_at = now.0;
    match tx.replace_booking(&from, row).await? {
        true => Ok(()),
        false => Err(Error::Refused(Refusal::ChangedMeanwhile)),
    }
}

async fn give_back(
    tx: &mut Tx,
    hall: &mut Hall,
    row: &mut BookingRow,
    now: Timestamp,
) -> Result<Done, Error> {
    use BookingState::{
        Arrived, Booked, Cancelled, Lapsed, NoShow, Offered, Served, TurnedAway, Waiting,
    };
    match ticket::state_of(row)? {
        Waiting | Offered | Booked => {
            end(tx, hall, row, (Cancelled, reason::OWNER, now)).await?;
            letters::write(tx, LetterKind::BookingCancelled, row, now).await?;
            Ok(Done::Stands)
        }
        Cancelled | Lapsed | NoShow => Ok(Done::Stands),
        Arrived | Served | TurnedAway => Err(Error::Refused(Refusal::ChangedMeanwhile)),
    }
}

async fn reschedule_to(
    tx: &mut Tx,
    hall: &mut Hall,
    row: &mut BookingRow,
    (slot, now, reminding): (Timestamp, Timestamp, Reminding),
) -> Result<Done, Error> {
    if ticket::state_of(row)? != BookingState::Booked {
        return Err(Error::Refused(Refusal::ChangedMeanwhile));
    }
    if row.slot_at == Some(slot.0) {
        return Ok(Done::Stands);
    }
    if !hall.is_open(now) || !hall.has_slot(slot, now) {
        return Ok(Done::NotOpen);
    }
    if !hall.exchange((row.slot_at, slot), row.places, now) {
        return Ok(Done::Full);
    }
    row.slot_at = Some(slot.0);
    row.reminders = i64::from(reminding.stage(slot));
    // Who chooses another hour of the new date comes on it.
    row.accepted_date = 1;
    change(tx, row, BookingState::Booked, now).await?;
    letters::write(tx, LetterKind::BookingMoved, row, now).await?;
    Ok(Done::Stands)
}

async fn accept(
    tx: &mut Tx,
    office: &Office,
    hall: &mut Hall,
    (row, now): (&mut BookingRow, Timestamp),
) -> Result<Done, Error> {
    match ticket::state_of(row)? {
        BookingState::Offered => {}
        BookingState::Booked => return Ok(Done::Stands),
        BookingState::Lapsed => return Ok(Done::Full),
        _ => return Err(Error::Refused(Refusal::ChangedMeanwhile)),
    }
    if row.offered_until.is_none_or(|until| until <= now.0) {
        end(tx, hall, row, (BookingState::Lapsed, reason::LAPSED, now)).await?;
        return Ok(Done::Full);
    }
    row.offered_until = None;
    // It is taken for the date that stands now.
    row.accepted_date = 1;
    let stage = row.slot_at.map(|slot| Reminding::at(now, &office.zone).stage(Timestamp(slot)));
    row.reminders = i64::from(stage.unwrap_or(0));
    change(tx, row, BookingState::Booked, now).await?;
    letters::write(tx, LetterKind::Booked, row, now).await?;
    Ok(Done::Stands)
}

async fn decline(
    tx: &mut Tx,
    hall: &mut Hall,
    row: &mut BookingRow,
    now: Timestamp,
) -> Result<Done, Error> {
    match ticket::state_of(row)? {
        BookingState::Offered => {
            end(tx, hall, row, (BookingState::Cancelled, reason::DECLINED, now)).await?;
            Ok(Done::Stands)
        }
        BookingState::Cancelled | BookingState::Lapsed => Ok(Done::Stands),
        _ => Err(Error::Refused(Refusal::ChangedMeanwhile)),
    }
}

async fn accept_date(tx: &mut Tx, row: &mut BookingRow, now: Timestamp) -> Result<Done, Error> {
    let state = ticket::state_of(row)?;
    if !state.is_live() {
        return Err(Error::Refused(Refusal::ChangedMeanwhile));
    }
    if row.accepted_date == 0 {
        row.accepted_date = 1;
        change(tx, row, state, now).await?;
    }
    Ok(Done::Stands)
}
