//! Who was served, as the records of the visits tell it.
//!
//! Whoever has a booking and goes straight to a table comes to it by the record of the visit: no
//! door need have seen the ticket. Such a booking has no moment of coming until the record of a
//! door comes home, which [`arrive`](super::arrive) then notes, and moves nothing a second time.

use domain::booking::BookingState;
use domain::id::{BookingId, OutreachId};
use domain::outreach::OutreachStatus;
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::arrival::use_what_is_left;
use super::expected::known_owners;
use super::performed::{self, Had};
use super::queue::end;
use super::storm::{NEVER_CALLED, PutOff, split_off};
use super::{act, offering_of, state_of};
use crate::actor::Actor;
use crate::bookings::line;
use crate::desk::number;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::code;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::day::{DayRow, EndRow};
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::vocabulary::programme::OutreachRow;
use crate::store::{StoreError, Tx};

/// How many outreaches are read at once; all of them are looked at in a turn.
const AT_ONCE: usize = 100;
/// How long an outreach is looked at after something of it came home, whenever it was held: also
/// where nobody looked for hours, for the server was down or a turn failed.
const LOOKED_AT_FOR_MS: i64 = DAY_MS;

/// Notes which animals of those who have a booking had what they came for, and marks as served
/// whoever has no animal left: the records of the visit say so, and nobody needs to say it twice.
/// Who was not taken in at a door came all the same. Answers how many bookings were served.
///
/// # Errors
/// A failed database.
pub async fn settle(tx: &mut Tx, outreach: OutreachId, now: Timestamp) -> Result<u32, Error> {
    let rows = tx.day_bookings(outreach.0).await?;
    let mut missed: Vec<_> = rows.iter().filter(|row| unseen(row).is_some()).collect();
    let is_there = |row: &DayRow| row.state == BookingState::Arrived.code();
    if missed.is_empty() && !rows.iter().any(is_there) {
        return Ok(0);
    }
    let performed = tx.services_of_owners(outreach.0).await?;
    if performed.is_empty() {
        // Nobody was served: of those who are there it may have been annulled.
        missed.clear();
    }
    let (mut services, of_there) = performed::of_there(&rows, performed)?;
    // The offerings in one order for all who lock them; and before any row of who is there, as at
    // the desk.
    missed.sort_by(|one, other| order(one).cmp(&order(other)));
    let mut settled = 0;
    for row in missed {
        // What somebody had before they booked is not what they booked for.
        let found = services.take(row, row.places, row.created_at..)?;
        if found.animals > 0 {
            settled += u32::from(find(tx, row, &found, now).await?);
        }
    }
    for (row, had) in of_there {
        settled += u32::from(serve(tx, row, &had, now).await?);
    }
    Ok(settled)
}

/// Whether nobody took in whoever has a booking, and who of them comes first to what was done for
/// the same owner.
fn unseen(row: &DayRow) -> Option<u8> {
    match BookingState::from_code(&row.state)? {
        BookingState::Booked => Some(0),
        BookingState::Offered => Some(1),
        BookingState::NoShow => Some(2),
        // They came all the same, and were not sent away.
        BookingState::Waiting => Some(3),
        BookingState::Lapsed => Some(4),
        _ => None,
    }
}

/// In which order those whom nobody took in are looked at.
fn order(row: &DayRow) -> (&str, Option<u8>, Option<i64>, Uuid) {
    (row.offering.as_str(), unseen(row), row.slot_at, row.id)
}

/// Notes what the animals of somebody who is there had; answers whether none is left.
async fn serve(tx: &mut Tx, row: &DayRow, had: &Had, now: Timestamp) -> Result<bool, StoreError> {
    if had.animals < row.places {
        // Of somebody who was erased meanwhile nothing is known any more.
        let is_known = !row.details.is_empty() || row.owner_id.is_some();
        if is_known && had.animals != row.served_places {
            tx.note_served(row.id, had.animals, had.owner, now.0).await?;
        }
        return Ok(false);
    }
    let ended = EndRow {
        served_at: Some(row.arrived_at.map_or(had.last_at, |at| had.last_at.max(at))),
        owner: had.owner,
        ..end(row, BookingState::Arrived, BookingState::Served, now)
    };
    tx.end_booking(&ended).await
}

/// Takes in, by what their animals had, the people of a booking whom no door took in: its places
/// are used, or those that are left where it kept none any more. Answers whether no animal is left.
/// Nothing is done when it is another booking meanwhile.
async fn find(tx: &mut Tx, seen: &DayRow, had: &Had, now: Timestamp) -> Result<bool, Error> {
    tx.lock_offering(seen.outreach_id, &seen.offering).await?;
    // Read again: who held the lock may have taken them in.
    let known = tx.lock_booking(seen.id).await?;
    let is_same = |row: &BookingRow| (&row.state, row.places) == (&seen.state, seen.places);
    let Some(known) = known.filter(is_same) else { return Ok(false) };
    let is_whole = had.animals >= known.places;
    let put_off = PutOff::of(tx, OutreachId(seen.outreach_id)).await?;
    let (state, owner) = (state_of(seen)?, had.owner.or(known.owner_id));
    if let Some(put_off) = put_off.filter(|put_off| put_off.is_before(had.last_at)) {
        if !state.holds_places() {
            return find_before(tx, BookingRow { owner_id: owner, ..known }, (had, now)).await;
        }
        let Some(slot) = known.slot_at else { return Ok(false) };
        // They are not expected at the new hour.
        use_own(tx, &known, had.animals).await?;
        let at = (known.outreach_id, known.offering.as_str());
        tx.move_slot(at.0, at.1, slot, -had.animals).await?;
        line::call_back(tx, at, now).await?;
        let slot_at = Some(slot - put_off.by);
        let known = BookingRow { slot_at, owner_id: owner, ..known };
        return match is_whole {
            true => take_in(tx, &known, BookingState::Served, (had, now)).await,
            false => part(tx, known, slot, (had, now)).await,
        };
    }
    let over = if state.holds_places() {
        use_own(tx, &known, known.places).await?;
        0
    } else {
        use_left(tx, &known, known.places).await?
    };
    let known = BookingRow { owner_id: owner, ..known };
    if is_whole {
        take_in(tx, &known, BookingState::Served, (had, now)).await?;
    } else {
        // The other animals wait at the table, and are seen there.
        let queue_number = Some(tx.take_numbers(known.outreach_id, 1).await?);
        let there = BookingRow { queue_number, ..known.clone() };
        take_in(tx, &there, BookingState::Arrived, (had, now)).await?;
        tx.note_served(there.id, had.animals, owner, now.0).await?;
    }
    note_over(tx, &known, over, now).await?;
    Ok(is_whole)
}

/// As [`find`], of a booking that keeps no places and had what it came for before the outreach was
/// put off: it was served of that day. Where only some animals had theirs, the others stay what
/// they are.
async fn find_before(
    tx: &mut Tx,
    known: BookingRow,
    (had, now): (&Had, Timestamp),
) -> Result<bool, Error> {
    let left = known.places - had.animals;
    let over = use_left(tx, &known, had.animals).await?;
    let served = if left == 0 {
        take_in(tx, &known, BookingState::Served, (had, now)).await?;
        known
    } else {
        if !tx.leave_places(known.id, left, now.0).await? {
            return Err(StoreError::Inconsistent("a locked booking changed").into());
        }
        split_off(tx, known, (had.animals, had.last_at), NEVER_CALLED, now).await?
    };
    note_over(tx, &served, over, now).await?;
    Ok(left == 0)
}

/// Uses what is left of so many places for a booking that keeps none; answers how many are over.
async fn use_left(tx: &mut Tx, known: &BookingRow, places: i64) -> Result<u32, Error> {
    let hall = (OutreachId(known.outreach_id), known.offering.as_str());
    use_what_is_left(tx, hall, number(places)).await
}

/// Uses so many of the places that a booking kept.
async fn use_own(tx: &mut Tx, known: &BookingRow, places: i64) -> Result<(), StoreError> {
    let change = PlaceChange { booked: -places, used: places, shared: 0 };
    match tx.move_places(known.outreach_id, &known.offering, change).await? {
        true => Ok(()),
        false => Err(StoreError::Inconsistent("a booking keeps no places")),
    }
}

/// Writes that the people of a booking are there, or were served, without a moment of coming.
async fn take_in(
    tx: &mut Tx,
    known: &BookingRow,
    state: BookingState,
    (had, now): (&Had, Timestamp),
) -> Result<bool, Error> {
    let row = BookingRow {
        state: state.code().to_owned(),
        served_at: (state == BookingState::Served).then_some(had.last_at),
        offered_until: None,
        ended_reason: None,
        changed_at: now.0,
        ..known.clone()
    };
    if tx.replace_booking(&known.state, &row).await? {
        return Ok(true);
    }
    Err(StoreError::Inconsistent("a locked booking changed").into())
}

/// Of several animals some had theirs before the outreach was put off: those are a ticket of the
/// old day by themselves, and the others are expected at the new hour.
async fn part(
    tx: &mut Tx,
    known: BookingRow,
    slot: i64,
    (had, now): (&Had, Timestamp),
) -> Result<bool, Error> {
    let left = BookingRow { slot_at: Some(slot), ..known.clone() };
    take_in(tx, &left, BookingState::Arrived, (had, now)).await?;
    tx.note_served(left.id, had.animals, had.owner, now.0).await?;
    if !tx.expect_booking_again(left.id, now.0).await? {
        return Err(StoreError::Inconsistent("a locked booking changed").into());
    }
    split_off(tx, known, (had.animals, had.last_at), NEVER_CALLED, now).await?;
    Ok(false)
}

/// Notes that people were served over the count, on their ticket and in the history; nothing when
/// they were not.
async fn note_over(tx: &mut Tx, row: &BookingRow, over: u32, now: Timestamp) -> Result<(), Error> {
    if over == 0 {
        return Ok(());
    }
    tx.note_over_count(row.id, i64::from(over)).await?;
    let (booking, offering) = (BookingId(row.id), offering_of(&row.offering)?);
    let said = json!({ "booking": booking, "offering": offering, "places": over });
    let subject = Subject::Outreach(OutreachId(row.outreach_id));
    let entry = Entry::new(subject, "places_over_count", Actor::System, now, &said)?;
    history::append(tx, &entry).await
}

/// Gives the tickets of who came the owner whom the register has by now: a visit that a phone
/// brings home, or an owner who is registered at a desk, may come after the ticket was served.
async fn know(tx: &mut Tx, outreach: OutreachId) -> Result<(), StoreError> {
    let came = [BookingState::Arrived.code(), BookingState::Served.code()];
    let mut rows = tx.day_bookings(outreach.0).await?;
    rows.retain(|row| row.owner_id.is_none() && came.contains(&row.state.as_str()));
    for (booking, (owner, _)) in known_owners(tx, &rows).await? {
        tx.know_booking(booking, owner).await?;
    }
    Ok(())
}

/// Settles the outreaches of these days, those that were put off, and those of which a phone has
/// brought something home since yesterday, and links who came with whom the register knows; answers
/// how many bookings were served. Called from time to time, so that a visit that a phone brought
/// home late, days after the close too, is told without anybody at a desk. One that cannot be
/// settled is logged, and keeps no other back.
///
/// # Errors
/// A failed database.
pub async fn tick(office: &Office) -> Result<u32, Error> {
    let now = office.clock.now();
    let (mut after, mut settled) = (Uuid::nil(), 0);
    loop {
        let rows = to_settle(office, after, now).await?;
        for row in &rows {
            settled += one(office, row, now).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the bookings of an outreach were not settled");
                0
            });
        }
        match rows.last() {
            Some(last) if rows.len() >= AT_ONCE => after = last.id,
            _ => return Ok(settled),
        }
    }
}

/// The next ones to be looked at, by identifier: as many as are read at once, and fewer where these
/// are the last.
async fn to_settle(
    office: &Office,
    after: Uuid,
    now: Timestamp,
) -> Result<Vec<OutreachRow>, StoreError> {
    let today = office.day_of(now);
    let day = move |days: i64| CivilDate::from_days(today.days() + days).to_string();
    let (from, to, since) = (day(-1), day(1), now.plus_ms(-LOOKED_AT_FOR_MS));
    let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let mut rows = tx.outreaches_held((from.as_str(), to.as_str()), after, most).await?;
            rows.extend(tx.outreaches_put_off(now.0, after, most).await?);
            rows.extend(tx.outreaches_heard_of(since.0, after, most).await?);
            Ok::<_, StoreError>(rows)
        })
    });
    let rows: BTreeMap<_, _> = read.await?.into_iter().map(|row| (row.id, row)).collect();
    // Of each of the three the first are here: none is missing before the last that is kept.
    Ok(rows.into_values().take(AT_ONCE).collect())
}

async fn one(office: &Office, row: &OutreachRow, now: Timestamp) -> Result<u32, Error> {
    // Also of one that was called off under way: what was done before comes home.
    if code(&row.status, OutreachStatus::from_code)? == OutreachStatus::Draft {
        return Ok(0);
    }
    act(office, (OutreachId(row.id), now), |tx, &(outreach, now)| {
        Box::pin(async move {
            let settled = settle(tx, outreach, now).await?;
            know(tx, outreach).await?;
            Ok(settled)
        })
    })
    .await
}
