//! Who is called, served or turned away, and whose places become free because nobody came.

use domain::booking::{
    BookingState, Offering, Queued, TurnAwayReason, ends_lateness, is_no_show, next_called,
};
use domain::id::{BookingId, OutreachId};
use domain::outreach::OutreachStatus;
use domain::service::ServiceKind;
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::expected::known_owners;
use super::{act, details_of, locked, number_of, offering_of, open_door, place_at, state_of};
use crate::actor::Actor;
use crate::desk::{gone, number};
use crate::error::Error;
use crate::office::Office;
use crate::records::code;
use crate::store::vocabulary::day::{DayRow, EndRow, ServedRow};
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::{StoreError, Tx};

/// Most outreaches that are looked at in a turn: those of three days.
const MOST_OUTREACHES: i64 = 100;

/// Calls the next of those who are there; `None` when nobody waits.
///
/// # Errors
/// As [`check_in`](super::check_in).
pub async fn call_next(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
) -> Result<Option<u32>, Error> {
    open_door(office, actor, outreach).await?;
    let now = office.clock.now();
    act(office, (outreach, now), |tx, &(outreach, now)| {
        Box::pin(async move {
            settle(tx, outreach, now).await?;
            // Two tables may call at once: who finds the number called takes the next one.
            while let Some(next) = next_in(tx, outreach).await? {
                if tx.note_called(next.booking.0, now.0).await? {
                    tx.show_called(outreach.0, i64::from(next.number)).await?;
                    return Ok(Some(next.number));
                }
            }
            Ok(None)
        })
    })
    .await
}

async fn next_in(tx: &mut Tx, outreach: OutreachId) -> Result<Option<Queued>, StoreError> {
    let mut queue = Vec::new();
    for row in tx.day_bookings(outreach.0).await? {
        let is_new = row.called_at.is_none() && row.served_places == 0;
        let waits = state_of(&row)? == BookingState::Arrived && is_new;
        if let Some(number) = number_of(&row).filter(|_| waits) {
            let has_priority = row.priority == 1;
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

/// Notes which animals of those who are there had what they came for, and marks as served whoever
/// has no animal left: the records of the visit say so, and nobody needs to say it twice. Answers
/// how many bookings were.
///
/// # Errors
/// A failed database.
pub async fn settle(tx: &mut Tx, outreach: OutreachId, now: Timestamp) -> Result<u32, StoreError> {
    let rows = tx.day_bookings(outreach.0).await?;
    let in_state = |state: BookingState| rows.iter().filter(move |row| row.state == state.code());
    let mut there: Vec<_> = in_state(BookingState::Arrived).collect();
    if there.is_empty() {
        return Ok(0);
    }
    let performed = tx.services_of_owners(outreach.0).await?;
    let mut services = Services { rows: performed, taken: BTreeSet::new() };
    // What served an earlier ticket of theirs: who comes again is called again.
    for row in in_state(BookingState::Served) {
        services.take(row, row.places, row.served_at.unwrap_or(row.changed_at))?;
    }
    for row in in_state(BookingState::TurnedAway) {
        services.take(row, row.served_places, row.changed_at)?;
    }
    there.sort_by_key(|row| (row.arrived_at, row.id));
    let mut settled = 0;
    for row in there {
        let had = services.take(row, row.places, i64::MAX)?;
        let (served, owner) = (had.animals, had.owner);
        if served < row.places {
            // Of somebody who was erased meanwhile nothing is known any more.
            let is_known = !row.details.is_empty() || row.owner_id.is_some();
            if is_known && served != row.served_places {
                tx.note_served(row.id, served, owner, now.0).await?;
            }
            continue;
        }
        let ended = EndRow {
            served_at: Some(row.arrived_at.map_or(had.last_at, |at| had.last_at.max(at))),
            owner,
            ..end(row, BookingState::Arrived, BookingState::Served, now)
        };
        settled += u32::from(tx.end_booking(&ended).await?);
    }
    Ok(settled)
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

/// What each animal had at an outreach, and which of it a ticket has had.
struct Services {
    rows: Vec<ServedRow>,
    taken: BTreeSet<(Uuid, Offering)>,
}

/// What the animals of a booking had.
#[derive(Default)]
struct Had {
    /// How many of them had what was booked.
    animals: i64,
    /// Whose they are.
    owner: Option<Uuid>,
    /// When the last of them had it.
    last_at: i64,
}

impl Services {
    /// Takes the services of what a booking is for, of its own owner, that no other ticket has: of
    /// so many animals at most, those that were served first, and of none after a moment.
    fn take(&mut self, row: &DayRow, most: i64, until: i64) -> Result<Had, StoreError> {
        let offering = offering_of(&row.offering)?;
        let mut animals: Vec<_> = self
            .of(row, offering)?
            .into_iter()
            .filter(|(animal, (last_at, _))| {
                *last_at <= until && !self.taken.contains(&(*animal, offering))
            })
            .map(|(animal, (last_at, owner))| (last_at, animal, owner))
            .collect();
        animals.sort_unstable();
        animals.truncate(usize::try_from(most).unwrap_or_default());
        let mut had = Had::default();
        for (last_at, animal, owner) in animals {
            self.taken.insert((animal, offering));
            had = Had { animals: had.animals + 1, owner: Some(owner), last_at };
        }
        Ok(had)
    }

    /// The animals of a booking's owner that had what is booked, each with when it had it last, and
    /// the owner.
    fn of(
        &self,
        row: &DayRow,
        offering: Offering,
    ) -> Result<BTreeMap<Uuid, (i64, Uuid)>, StoreError> {
        let details = details_of(row)?;
        let document = details.as_ref().and_then(|details| {
            let key = details.document.key()?;
            Some((details.document.kind().code(), key))
        });
        let mut animals = BTreeMap::new();
        for service in &self.rows {
            let kind = code(&service.kind, ServiceKind::from_code)?;
            let is_owners = row.owner_id == Some(service.owner_id)
                || document.as_ref().is_some_and(|(kind, key)| {
                    *kind == service.document_kind && Some(key) == service.document_key.as_ref()
                });
            if is_owners && offering.is_served_by(kind) {
                let first = (service.last_at, service.owner_id);
                let had = animals.entry(service.animal_id).or_insert(first);
                *had = first.max(*had);
            }
        }
        Ok(animals)
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
    let is_over = here.ends_at <= now;
    act(office, (outreach, now), move |tx, &(outreach, now)| {
        Box::pin(async move {
            let mut freed = 0;
            for offering in tx.offerings_of(outreach.0).await? {
                tx.lock_offering(outreach.0, &offering.offering).await?;
                freed += release(tx, outreach, &offering.offering, (now, is_over)).await?;
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
    (now, is_over): (Timestamp, bool),
) -> Result<u32, Error> {
    let mut rows = tx.day_bookings(outreach.0).await?;
    rows.retain(|row| row.offering == offering);
    let is_waited_for = rows.iter().any(|row| row.state == BookingState::Waiting.code());
    let mut places = place_at(tx, outreach, offering).await?;
    rows.sort_by_key(|row| (row.slot_at, row.id));
    let mut freed = 0;
    for row in rows {
        let slot = row.slot_at.map(Timestamp);
        let ends_lateness = ends_lateness(places.free(), is_waited_for, is_over);
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
    Ok(freed)
}

/// Settles the outreaches of these days, and links who came with whom the register knows; answers
/// how many bookings were served. Called from time to time, so that a visit that a phone brought
/// home late is told without anybody at a desk.
///
/// # Errors
/// A failed database.
pub async fn tick(office: &Office) -> Result<u32, Error> {
    let now = office.clock.now();
    let today = office.day_of(now);
    let day = move |days: i64| CivilDate::from_days(today.days() + days).to_string();
    let (from, to) = (day(-1), day(1));
    let read = office.store.read(move |tx| {
        Box::pin(async move { tx.outreaches_between(&from, &to, MOST_OUTREACHES).await })
    });
    let rows = read.await.map_err(|error: StoreError| Error::from(error))?;
    let mut settled = 0;
    for row in rows {
        let status = code(&row.status, OutreachStatus::from_code)?;
        // Also of one that was called off under way: what was done before comes home.
        if status == OutreachStatus::Draft {
            continue;
        }
        settled += act(office, (OutreachId(row.id), now), |tx, &(outreach, now)| {
            Box::pin(async move {
                let settled = settle(tx, outreach, now).await?;
                know(tx, outreach).await?;
                Ok(settled)
            })
        })
        .await?;
    }
    Ok(settled)
}
