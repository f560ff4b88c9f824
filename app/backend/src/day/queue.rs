//! Who is called, served or turned away, and whose places become free because nobody came.

use domain::booking::{
    BookingState, Queued, Station, TurnAwayReason, ends_lateness, is_no_show, next_called,
};
use domain::id::{BookingId, OutreachId};
use domain::outreach::OutreachKind;
use domain::timestamp::Timestamp;

use super::expected::known_owners;
use super::settling::settle;
use super::{act, locked, number_of, open_door, place_at, state_of};
use crate::actor::Actor;
use crate::bookings::line;
use crate::desk::{gone, number};
use crate::error::Error;
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
    act(office, (outreach, booking, now), |tx, &(outreach, booking, now)| {
        Box::pin(async move {
            let Some(row) = locked(tx, outreach, booking).await? else { return gone() };
            let known = known_owners(tx, std::slice::from_ref(&row)).await?;
            let served = EndRow {
                served_at: Some(now.0),
                owner: known.get(&row.id).map(|(owner, _)| *owner),
                ..end(&row, BookingState::Arrived, BookingState::Served, now)
            };
            if tx.end_booking(&served).await? { Ok(()) } else { gone() }
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
    act(office, (outreach, booking, reason, now), |tx, &(outreach, booking, reason, now)| {
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
            if tx.move_places(row.outreach_id, &row.offering, change).await? {
                // Who came early leaves an hour that others may have.
                if let Some(slot) = row.slot_at {
                    tx.recount_slot(row.outreach_id, &row.offering, slot).await?;
                    let at = (row.outreach_id, row.offering.as_str());
                    line::call_back(tx, at, now).await?;
                }
                return Ok(());
            }
            Err(StoreError::Inconsistent("who is there has no places").into())
        })
    })
    .await
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
    let here = open_door(office, actor, outreach).await?;
    let now = office.clock.now();
    let hall = (here.ends_at <= now, here.kind == OutreachKind::HomeVisits);
    act(office, (outreach, now), move |tx, &(outreach, now)| {
        Box::pin(async move {
            let offerings = tx.offerings_of(outreach.0).await?;
            for offering in &offerings {
                tx.lock_offering(outreach.0, &offering.offering).await?;
            }
            // Whose visit is in the register did come.
            settle(tx, outreach, now).await?;
            let mut freed = 0;
            for offering in offerings {
                freed += release(tx, outreach, &offering.offering, (now, hall)).await?;
            }
            Ok(freed)
        })
    })
    .await
}

async fn release(
    tx: &mut Tx,
    outreach: OutreachId,
    offering: &str,
    (now, (is_over, comes_home)): (Timestamp, (bool, bool)),
) -> Result<u32, Error> {
    let mut rows = tx.day_bookings(outreach.0).await?;
    rows.retain(|row| row.offering == offering);
    let is_waited_for = rows.iter().any(|row| row.state == BookingState::Waiting.code());
    let mut places = place_at(tx, outreach, offering).await?;
    rows.sort_by_key(|row| (row.slot_at, row.id));
    let mut freed = 0;
    for row in rows {
        let slot = row.slot_at.map(Timestamp);
        let ends_lateness = ends_lateness(places.free(), is_waited_for, is_over, comes_home);
        if !is_no_show(state_of(&row)?, slot, now, ends_lateness) {
            continue;
        }
        let gone = EndRow {
            reason: Some(BookingState::NoShow.code()),
            ..end(&row, BookingState::Booked, BookingState::NoShow, now)
        };
        let change = PlaceChange { booked: -row.places, ..PlaceChange::default() };
        if !tx.end_booking(&gone).await? || !tx.move_places(outreach.0, offering, change).await? {
            return Err(StoreError::Inconsistent("a booking keeps no places").into());
        }
        if let Some(slot) = row.slot_at {
            tx.move_slot(outreach.0, offering, slot, -row.places).await?;
        }
        places.booked = places.booked.saturating_sub(number(row.places));
        freed += 1;
    }
    if freed > 0 {
        line::call_back(tx, (outreach.0, offering), now).await?;
    }
    Ok(freed)
}
