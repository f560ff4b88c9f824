//! Who is called, served or turned away, and whose places become free because nobody came.

use domain::booking::{BookingState, Queued, Station, TurnAwayReason, next_called};
use domain::id::{BookingId, OutreachId};
use domain::timestamp::Timestamp;
use serde_json::{Value, json};

use super::expected::known_owners;
use super::settling::settle;
use super::{act, locked, number_of, open_door, state_of};
use crate::actor::Actor;
use crate::bookings::{end_over, line};
use crate::desk::gone;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::planning::plan::priority_of;
use crate::store::vocabulary::day::{DayRow, EndRow};
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::{StoreError, Tx};

/// Calls the next of those who wait for the service of a table to that table; `None` when nobody
/// does.
///
/// # Errors
/// As [`check_in`](super::check_in);
/// [`ChangedMeanwhile`](domain::refusal::Refusal::ChangedMeanwhile) for a table that the plan has
/// not, or has no more.
pub async fn call_next(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    station: Station,
) -> Result<Option<u32>, Error> {
    open_door(office, actor, outreach).await?;
    let now = office.clock.now();
    act(office, (outreach, station, now), |tx, &(outreach, station, now)| {
        Box::pin(async move {
            let (code, place) = (station.offering.code(), i64::from(station.number));
            let planned = tx.offerings_of(outreach.0).await?;
            let mut tables = planned.iter().filter(|row| row.offering == code);
            if !tables.any(|row| (1..=row.stations).contains(&place)) {
                return gone();
            }
            settle(tx, outreach, now).await?;
            // Two tables may call at once: who finds the number called takes the next one.
            while let Some(next) = next_in(tx, outreach, code).await? {
                if tx.note_called(next.booking.0, place, now.0).await? {
                    tx.show_called(outreach.0, i64::from(next.number)).await?;
                    return Ok(Some(next.number));
                }
            }
            Ok(None)
        })
    })
    .await
}

async fn next_in(
    tx: &mut Tx,
    outreach: OutreachId,
    offering: &str,
) -> Result<Option<Queued>, StoreError> {
    let mut queue = Vec::new();
    let mut rows = tx.day_bookings(outreach.0).await?;
    rows.retain(|row| row.offering == offering);
    let gives_priority = priority_of(tx.outreach_plan(outreach.0).await?.as_ref()).is_given();
    for row in rows {
        let is_new = row.called_at.is_none() && row.served_places == 0;
        let waits = state_of(&row)? == BookingState::Arrived && is_new;
        if let Some(number) = number_of(&row).filter(|_| waits) {
            let has_priority = gives_priority && row.priority == 1;
            queue.push(Queued { booking: BookingId(row.id), number, has_priority });
        }
    }
    Ok(next_called(&queue))
}

/// Notes that somebody was served, where no service tells it. Whom the register knows by the
/// booking's document is its owner from then on.
///
/// # Errors
/// As [`call_next`]; [`ChangedMeanwhile`](domain::refusal::Refusal::ChangedMeanwhile) when they
/// are not there any more.
pub async fn serve(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    booking: BookingId,
) -> Result<(), Error> {
    open_door(office, actor, outreach).await?;
    let now = office.clock.now();
    act(office, (outreach, booking), move |tx, &(outreach, booking)| {
        Box::pin(async move {
            let Some(row) = locked(tx, outreach, booking).await? else { return gone() };
            let known = known_owners(tx, std::slice::from_ref(&row)).await?;
            let served = EndRow {
                served_at: Some(now.0),
                owner: known.get(&row.id).map(|(owner, _)| *owner),
                ..end(&row, BookingState::Arrived, BookingState::Served, now)
            };
            if !tx.end_booking(&served).await? {
                return gone();
            }
            let said = json!({ "booking": booking });
            note(tx, outreach, ("booking_served", said), (actor, now)).await
        })
    })
    .await
}

/// Sends somebody who is there away, for a reason. Their places are free for others.
///
/// # Errors
/// As [`serve`].
pub async fn turn_away(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    (booking, reason): (BookingId, TurnAwayReason),
) -> Result<(), Error> {
    open_door(office, actor, outreach).await?;
    let now = office.clock.now();
    act(office, (outreach, booking, reason), move |tx, &(outreach, booking, reason)| {
        Box::pin(async move {
            let Some(row) = locked(tx, outreach, booking).await? else { return gone() };
            let away = EndRow {
                reason: Some(reason.code()),
                ..end(&row, BookingState::Arrived, BookingState::TurnedAway, now)
            };
            if !tx.end_booking(&away).await? {
                return gone();
            }
            // Those of its animals that were served have had theirs, and what is over the count
            // had none.
            let used = (row.served_places + row.over_count - row.places).min(0);
            let change = PlaceChange { used, ..PlaceChange::default() };
            if !tx.move_places(row.outreach_id, &row.offering, change).await? {
                return Err(StoreError::Inconsistent("who is there has no places").into());
            }
            // Who came early leaves an hour that others may have.
            if let Some(slot) = row.slot_at {
                tx.recount_slot(row.outreach_id, &row.offering, slot).await?;
                let at = (row.outreach_id, row.offering.as_str());
                line::call_back(tx, at, now).await?;
            }
            let said = json!({ "booking": booking, "reason": reason });
            note(tx, outreach, ("booking_turned_away", said), (actor, now)).await
        })
    })
    .await
}

/// Notes in the history who did something at the door: whom it is about, the booking alone says.
async fn note(
    tx: &mut Tx,
    outreach: OutreachId,
    (kind, said): (&'static str, Value),
    (actor, now): (Actor, Timestamp),
) -> Result<(), Error> {
    let entry = Entry::new(Subject::Outreach(outreach), kind, actor, now, &said)?;
    history::append(tx, &entry).await
}

/// That a booking goes from one state to another.
pub(super) fn end(row: &DayRow, from: BookingState, to: BookingState, now: Timestamp) -> EndRow {
    EndRow {
        id: row.id,
        from: from.code(),
        to: to.code(),
        reason: None,
        served_at: None,
        owner: None,
        at: now.0,
    }
}

/// Frees the places of who did not come, where others would have them; answers of how many
/// bookings. Nobody who is there loses a place.
///
/// # Errors
/// As [`call_next`].
pub async fn release_no_shows(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
) -> Result<u32, Error> {
    open_door(office, actor, outreach).await?;
    let now = office.clock.now();
    act(office, outreach, move |tx, &outreach| {
        Box::pin(async move {
            let offerings = tx.offerings_of(outreach.0).await?;
            for offering in &offerings {
                tx.lock_offering(outreach.0, &offering.offering).await?;
            }
            // Whose visit is in the register did come.
            settle(tx, outreach, now).await?;
            let mut missed = Vec::new();
            for offering in offerings {
                missed.extend(release(tx, outreach, &offering.offering, now).await?);
            }
            if !missed.is_empty() {
                let said = json!({ "bookings": missed });
                note(tx, outreach, ("bookings_released", said), (actor, now)).await?;
            }
            Ok(u32::try_from(missed.len()).unwrap_or(u32::MAX))
        })
    })
    .await
}

/// Ends what nobody came for at an offering, as time does by itself; answers which bookings.
async fn release(
    tx: &mut Tx,
    outreach: OutreachId,
    offering: &str,
    now: Timestamp,
) -> Result<Vec<BookingId>, Error> {
    let at = (outreach.0, offering);
    let Some(mut hall) = line::lock(tx, at).await? else { return Ok(Vec::new()) };
    let ids = tx.expecting_of(outreach.0, offering).await?;
    let mut rows = tx.bookings_with_ids(&ids).await?;
    rows.retain(|row| row.state == BookingState::Booked.code());
    let missed = end_over(tx, &mut hall, rows, now).await?;
    hall.write(tx).await?;
    Ok(missed)
}
