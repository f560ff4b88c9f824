//! Who comes: with a ticket, or without one while places are left.

use domain::booking::{BookingDetails, BookingState, Offering, Scanned, Shown, scanned};
use domain::id::{BookingId, DeviceId, OutreachId, SubmissionId};
use domain::outreach::OutreachStatus;
use domain::refusal::Refusal;
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};
use uuid::Uuid;

use super::storm::sent_home;
use super::{
    act, is_asked_again, locked, number_of, offering_of, open_door, outreach_of, place_at,
    places_of, state_of,
};
use crate::actor::Actor;
use crate::bookings::secrets;
use crate::desk::{gone, number};
use crate::error::Error;
use crate::keys::Keys;
use crate::office::Office;
use crate::records::json;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::day::{ArrivalRow, DayRow};
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::{StoreError, Tx};

/// A ticket that is shown at a door.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Whose.
    pub booking: BookingId,
    /// At which outreach.
    pub here: OutreachId,
    /// The day that the outreach's door is at: [`domain::outreach::Outreach::day_of`] the moment.
    pub today: CivilDate,
    /// When.
    pub at: Timestamp,
    /// The phone that took them in, with its submission; none for the desk.
    pub phone: Option<(DeviceId, SubmissionId)>,
    /// The number that the phone gave them without signal.
    pub number: Option<u32>,
}

/// What came of showing a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// They are in.
    Arrived {
        /// The number they are called by.
        number: u32,
    },
    /// They are not, and why. [`Scanned::Already`] is the ticket that two phones scanned;
    /// [`Scanned::NeedsPlace`] means that no place is free for it: see [`arrive_over`] for a phone.
    NotArrived(Scanned),
    /// There is no such ticket.
    Unknown,
}

/// Takes the people of a booking in. Done twice by one submission, it is done once.
///
/// # Errors
/// A failed database.
pub async fn arrive(tx: &mut Tx, arrival: &Arrival) -> Result<Arrived, Error> {
    let Some(seen) = tx.day_booking(arrival.booking.0).await? else {
        return Ok(Arrived::Unknown);
    };
    let home = OutreachId(seen.outreach_id);
    let Some(row) = locked(tx, home, arrival.booking).await? else {
        return Ok(Arrived::Unknown);
    };
    let shown = Shown {
        outreach: home,
        held_on: outreach_of(tx, row.outreach_id).await?.held_on,
        state: state_of(&row)?,
        arrived_at: row.arrived_at.map(Timestamp),
        number: number_of(&row),
    };
    let ticket = scanned(&shown, arrival.here, arrival.today);
    let places = row.places;
    match ticket {
        Scanned::Fresh => {
            let change = PlaceChange { booked: -places, used: places, shared: 0 };
            if !tx.move_places(row.outreach_id, &row.offering, change).await? {
                let what = "a booking keeps no places";
                return Err(StoreError::Inconsistent(what).into());
            }
        }
        Scanned::NeedsPlace { .. } => {
            let change = PlaceChange { used: places, ..PlaceChange::default() };
            if !tx.move_places(row.outreach_id, &row.offering, change).await? {
                return Ok(Arrived::NotArrived(ticket));
            }
        }
        Scanned::Already { number: Some(number), .. } if is_repeated(&row, arrival) => {
            return Ok(Arrived::Arrived { number });
        }
        Scanned::Already { .. } if was_found(&row, arrival) => {
            return note_coming(tx, row.id, arrival).await;
        }
        _ => return Ok(Arrived::NotArrived(ticket)),
    }
    take_in(tx, &row, (shown.state, arrival)).await
}

/// Takes the people of a ticket in that keeps no place, or was given back or called off, whom a
/// phone without signal let in, as [`arrive`] told: what is left is theirs, and the rest is over
/// the count, as of [`walk_in_over`]. Answers what for, and how many of its places are.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] when there is no such ticket any more; a failed database.
pub async fn arrive_over(tx: &mut Tx, arrival: &Arrival) -> Result<(Offering, u32), Error> {
    let Some(row) = locked(tx, arrival.here, arrival.booking).await? else { return gone() };
    let came = (state_of(&row)?, arrival);
    let status = outreach_of(tx, row.outreach_id).await?.status;
    let plan = tx.outreach_plan(row.outreach_id).await?;
    let is_off = plan.is_some_and(|plan| plan.suspended_reason.is_some());
    if is_off && status != OutreachStatus::Suspended {
        // Closed without another day: as whoever came before that was known was left.
        take_in(tx, &row, came).await?;
        tx.end_booking(&sent_home(&row, arrival.at)).await?;
        return Ok((offering_of(&row.offering)?, 0));
    }
    let over = use_what_is_left(tx, (arrival.here, &row.offering), number(row.places)).await?;
    take_in(tx, &row, came).await?;
    tx.note_over_count(row.id, i64::from(over)).await?;
    Ok((offering_of(&row.offering)?, over))
}

/// Whether the same submission took them in before.
fn is_repeated(row: &DayRow, arrival: &Arrival) -> bool {
    arrival.phone.is_some_and(|(_, submission)| row.submission_id == Some(submission.0))
}

/// Whether the record of their visit took them in that day, and no door did: a phone that brings
/// its own home now was the one that let them in.
fn was_found(row: &DayRow, arrival: &Arrival) -> bool {
    let since = |served: i64| arrival.at.since_ms(Timestamp(served));
    let is_that_day = row.served_at.is_none_or(|served| since(served).abs() < DAY_MS / 2);
    arrival.phone.is_some() && row.arrived_at.is_none() && is_that_day
}

/// Notes when, where and with which number the people of a booking came whom the record of their
/// visit took in. Their places moved then.
async fn note_coming(tx: &mut Tx, booking: Uuid, arrival: &Arrival) -> Result<Arrived, Error> {
    let Some(known) = tx.lock_booking(booking).await? else { return gone() };
    let next = match (arrival.number, known.queue_number) {
        (None, Some(number)) => number,
        (given, _) => number_for(tx, known.outreach_id, given).await?,
    };
    // They were there when they were served, whatever the clocks of two phones say.
    let at = known.served_at.map_or(arrival.at.0, |served| served.min(arrival.at.0));
    let noted = BookingRow {
        queue_number: Some(next),
        arrived_at: Some(at),
        device_id: arrival.phone.map(|(device, _)| device.0),
        submission_id: arrival.phone.map(|(_, submission)| submission.0),
        changed_at: known.changed_at.max(arrival.at.0),
        ..known
    };
    if tx.replace_booking(&noted.state, &noted).await? {
        Ok(Arrived::Arrived { number: number(next) })
    } else {
        gone()
    }
}

/// Gives the people of a booking their number.
async fn take_in(
    tx: &mut Tx,
    row: &DayRow,
    (from, arrival): (BookingState, &Arrival),
) -> Result<Arrived, Error> {
    let next = number_for(tx, row.outreach_id, arrival.number).await?;
    let noted = ArrivalRow {
        id: row.id,
        from: from.code(),
        number: next,
        at: arrival.at.0,
        device: arrival.phone.map(|(device, _)| device.0),
        submission: arrival.phone.map(|(_, submission)| submission.0),
    };
    if tx.note_arrival(&noted).await? {
        Ok(Arrived::Arrived { number: number(next) })
    } else {
        gone()
    }
}

/// The number that was given, if it was the phone's to give and nobody else has it; else the next.
pub(super) async fn number_for(
    tx: &mut Tx,
    outreach: Uuid,
    given: Option<u32>,
) -> Result<i64, StoreError> {
    if let Some(given) = given.map(i64::from)
        && given > 0
        && tx.is_number_unused(outreach, given).await?
    {
        return Ok(given);
    }
    tx.take_numbers(outreach, 1).await
}

/// Somebody who comes without a booking.
#[derive(Clone, Debug)]
pub struct WalkIn {
    /// Names the ticket, made by whoever gives it: given twice, it is one.
    pub id: BookingId,
    /// At which outreach.
    pub here: OutreachId,
    /// What for.
    pub offering: Offering,
    /// With how many animals.
    pub places: u32,
    /// Who, as far as that was asked.
    pub details: Option<BookingDetails>,
    /// When.
    pub at: Timestamp,
    /// The phone that promised the places, with its submission; none for the desk.
    pub phone: Option<(DeviceId, SubmissionId)>,
    /// The share of the phone that the promise was made out of.
    pub share: Option<Uuid>,
    /// The number that the phone gave them without signal.
    pub number: Option<u32>,
}

/// What came of coming without a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalkedIn {
    /// They are in.
    Arrived {
        /// The number they are called by.
        number: u32,
    },
    /// There are not so many places left. For a phone: its share came back or was written off
    /// before its promise was known, and somebody else has the places; see [`walk_in_over`].
    Full {
        /// How many are.
        free: u32,
    },
    /// Their document has a booking for the same here: they come with that.
    HasBooking(BookingId),
}

/// Takes somebody in who has no booking: out of the phone's own share when it promised that, else
/// out of what is free.
///
/// # Errors
/// [`Refusal::IdentifierTaken`] when another ticket has the name; [`Refusal::SheetUsed`] when the
/// desk gave it to somebody else; a failed database.
pub async fn walk_in(tx: &mut Tx, keys: &Keys, walk_in: &WalkIn) -> Result<WalkedIn, Error> {
    let (outreach, offering) = (walk_in.here.0, walk_in.offering.code());
    tx.lock_offering(outreach, offering).await?;
    if let Some(known) = tx.day_booking(walk_in.id.0).await? {
        let is_it = known.outreach_id == outreach && known.walk_in == 1;
        return match number_of(&known) {
            Some(_) if is_it && !is_asked_again(&known, walk_in)? => {
                Err(Error::Refused(Refusal::SheetUsed))
            }
            Some(number) if is_it => Ok(WalkedIn::Arrived { number }),
            _ => Err(Error::Refused(Refusal::IdentifierTaken)),
        };
    }
    let document = walk_in.details.as_ref().map(|details| &details.document);
    let owner_key = document.and_then(|document| secrets::owner_key(keys, document));
    // A phone's promise was made already; here the people still stand at the desk.
    if let (None, Some(key)) = (walk_in.phone, &owner_key) {
        let held = tx.bookings_of_documents(outreach, offering, std::slice::from_ref(key)).await?;
        if let Some(held) = held.first() {
            return Ok(WalkedIn::HasBooking(BookingId(held.id)));
        }
    }
    let places = i64::from(walk_in.places);
    let shared = if uses_share(tx, walk_in).await? { -places } else { 0 };
    let change = PlaceChange { booked: 0, used: places, shared };
    if places == 0 || !tx.move_places(outreach, offering, change).await? {
        let row = tx.offering(outreach, offering).await?;
        return Ok(WalkedIn::Full { free: row.map_or(0, |row| places_of(&row).free()) });
    }
    let next = number_for(tx, outreach, walk_in.number).await?;
    let row = ticket(keys, walk_in, (owner_key, next))?;
    tx.insert_bookings(std::slice::from_ref(&row)).await?;
    Ok(WalkedIn::Arrived { number: number(next) })
}

/// Takes somebody in whom a phone without signal promised more than was left, as [`walk_in`] told:
/// what is left is theirs, and the rest is over the count. Capacity binds promises, and this one
/// was made: the people are there, and whoever was served is a fact (contracts, section 8). What is
/// over the count is in no sum of places, so that nobody else's is given away. Answers how many
/// that are.
///
/// # Errors
/// A failed database.
pub async fn walk_in_over(tx: &mut Tx, keys: &Keys, walk_in: &WalkIn) -> Result<u32, Error> {
    let offered = (walk_in.here, walk_in.offering.code());
    let over = use_what_is_left(tx, offered, walk_in.places).await?;
    let next = number_for(tx, walk_in.here.0, walk_in.number).await?;
    let row = ticket(keys, walk_in, (None, next))?;
    tx.insert_bookings(std::slice::from_ref(&row)).await?;
    tx.note_over_count(row.id, i64::from(over)).await?;
    Ok(over)
}

/// Uses what is left of so many places; answers how many of them there are not.
pub(super) async fn use_what_is_left(
    tx: &mut Tx,
    (outreach, offering): (OutreachId, &str),
    places: u32,
) -> Result<u32, Error> {
    let within = place_at(tx, outreach, offering).await?.free().min(places);
    let change = PlaceChange { used: i64::from(within), ..PlaceChange::default() };
    if within > 0 && !tx.move_places(outreach.0, offering, change).await? {
        return gone();
    }
    Ok(places - within)
}

/// Takes the places out of the phone's own share; `false` when it has none, or not so many.
async fn uses_share(tx: &mut Tx, walk_in: &WalkIn) -> Result<bool, StoreError> {
    let (Some(share), Some((device, _))) = (walk_in.share, walk_in.phone) else {
        return Ok(false);
    };
    let Some(row) = tx.share(share).await? else { return Ok(false) };
    let is_its = row.device_id == device.0
        && row.outreach_id == walk_in.here.0
        && offering_of(&row.offering)? == walk_in.offering;
    Ok(is_its && tx.use_share(share, i64::from(walk_in.places)).await?)
}

/// The booking of somebody who came without one.
pub(super) fn ticket(
    keys: &Keys,
    walk_in: &WalkIn,
    (owner_key, number): (Option<Vec<u8>>, i64),
) -> Result<BookingRow, Error> {
    let id = walk_in.id.0;
    let details = walk_in.details.as_ref();
    Ok(BookingRow {
        id,
        outreach_id: walk_in.here.0,
        offering: walk_in.offering.code().to_owned(),
        slot_at: None,
        state: BookingState::Arrived.code().to_owned(),
        places: i64::from(walk_in.places),
        priority: details.map_or(0, |details| i64::from(details.has_priority)),
        code_hash: secrets::code_hash(keys, &secrets::code(keys, id)),
        owner_key,
        household_key: details.and_then(|details| secrets::household_key(keys, details)),
        details: details.map(json).transpose()?.unwrap_or_default(),
        created_at: walk_in.at.0,
        changed_at: walk_in.at.0,
        offered_until: None,
        wanted_slot: None,
        reminders: 0,
        accepted_date: 1,
        queue_number: Some(number),
        arrived_at: Some(walk_in.at.0),
        served_at: None,
        ended_reason: None,
        walk_in: 1,
        device_id: walk_in.phone.map(|(device, _)| device.0),
        submission_id: walk_in.phone.map(|(_, submission)| submission.0),
        owner_id: None,
    })
}

/// Takes the people of a booking in at the desk.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::OutreachUnknown`],
/// [`Refusal::OutreachNotOpen`]; for field staff [`Refusal::NotYourOutreach`] and
/// [`Refusal::NoOpenOutreach`].
pub async fn check_in(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    booking: BookingId,
) -> Result<Arrived, Error> {
    let here = open_door(office, actor, outreach).await?;
    let at = office.clock.now();
    let today = here.day_of(at, office.day_of(at));
    let arrival = Arrival { booking, here: outreach, today, at, phone: None, number: None };
    act(office, arrival, |tx, arrival| Box::pin(arrive(tx, arrival))).await
}

/// Takes somebody in at the desk who has no booking.
///
/// # Errors
/// As [`check_in`] and [`walk_in`].
pub async fn welcome(office: &Office, actor: Actor, guest: WalkIn) -> Result<WalkedIn, Error> {
    open_door(office, actor, guest.here).await?;
    let facts = (office.keys.clone(), guest);
    act(office, facts, |tx, (keys, guest)| Box::pin(walk_in(tx, keys, guest))).await
}
