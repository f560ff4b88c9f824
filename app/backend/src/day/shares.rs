//! Places lent to phones: granted with signal, promised without, given back with what was promised,
//! and written off by name when a phone is lost (contracts, section 8).
//!
//! What is booked and has not arrived, what is used, and what is out make at most the capacity: the
//! database holds to that, and no statement here moves one of them alone.

use domain::booking::{
    MOST_NUMBERS, MOST_PLACES_SHARED, MOST_SHARES, Numbers, PlacesAsked, PlacesHeld, ShareAsked,
    ShareHeld,
};
use domain::id::{DeviceId, OutreachId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::{act, door, is_open, not_open, offering_of, place_at};
use crate::actor::Actor;
use crate::bookings::line;
use crate::desk::{gone, may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::store::vocabulary::day::ShareRow;
use crate::store::vocabulary::plan::PlaceChange;
use crate::store::{StoreError, Tx};

/// Lends places to a phone: as many as it asks for and are free. Asked for twice by one name, they
/// are lent once. Answers how many it has got by that name.
///
/// # Errors
/// [`Refusal::IdentifierTaken`] when another share has the name; a failed database.
pub async fn grant(
    tx: &mut Tx,
    (outreach, device): (OutreachId, DeviceId),
    asked: &ShareAsked,
    now: Timestamp,
) -> Result<u32, Error> {
    let offering = asked.offering.code();
    tx.lock_offering(outreach.0, offering).await?;
    if let Some(known) = tx.share(asked.id).await? {
        let is_it = known.device_id == device.0
            && known.outreach_id == outreach.0
            && known.offering == offering;
        if is_it {
            return Ok(number(known.granted));
        }
        return Err(Error::Refused(Refusal::IdentifierTaken));
    }
    let free = place_at(tx, outreach, offering).await?.free();
    let granted = asked.places.min(free).min(MOST_PLACES_SHARED);
    if granted == 0 {
        return Ok(0);
    }
    let lent = PlaceChange { shared: i64::from(granted), ..PlaceChange::default() };
    if !tx.move_places(outreach.0, offering, lent).await? {
        return gone();
    }
    let share = ShareRow {
        id: asked.id,
        outreach_id: outreach.0,
        offering: offering.to_owned(),
        device_id: device.0,
        granted: i64::from(granted),
        used: 0,
        granted_at: now.0,
        returned_at: None,
        written_off_by: None,
    };
    tx.insert_share(&share).await?;
    Ok(granted)
}

/// Takes a share back, or writes it off by somebody's name: what is left of it is free. Answers how
/// many places that are; none of a share that had ended before.
///
/// # Errors
/// A failed database.
pub async fn give_back(
    tx: &mut Tx,
    share: Uuid,
    written_off_by: Option<Uuid>,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let Some(seen) = tx.share(share).await? else { return Ok(0) };
    tx.lock_offering(seen.outreach_id, &seen.offering).await?;
    if !tx.end_share(share, now.0, written_off_by).await? {
        return Ok(0);
    }
    // Read behind the lock: a promise that came in before is counted.
    let ended = tx.share(share).await?.unwrap_or(seen);
    let left = ended.granted - ended.used;
    let change = PlaceChange { shared: -left, ..PlaceChange::default() };
    if tx.move_places(ended.outreach_id, &ended.offering, change).await? {
        return Ok(number(left));
    }
    Err(StoreError::Inconsistent("a share is out that was not lent"))
}

/// Takes every share of an outreach back: at its close. Answers how many places became free.
///
/// # Errors
/// A failed database.
pub async fn take_all_back(
    tx: &mut Tx,
    outreach: OutreachId,
    now: Timestamp,
) -> Result<u32, StoreError> {
    let mut out = tx.shares_out(outreach.0).await?;
    // In the order in which all lock offerings.
    out.sort_by(|one, other| one.offering.cmp(&other.offering));
    let mut freed = 0;
    for share in out {
        freed += give_back(tx, share.id, None, now).await?;
    }
    Ok(freed)
}

/// What a phone asks of the places of an outreach: it gives shares back, and on the outreach's own
/// day it is granted others, each its part of what is left. Sent twice, it has the same shares, and
/// other numbers.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::TooLarge`] for more than
/// [`MOST_SHARES`] or [`MOST_NUMBERS`]; [`Refusal::PhoneUnknown`] when the phone is not paired for
/// the outreach, and [`Refusal::PhoneRevoked`]; [`Refusal::OutreachUnknown`],
/// [`Refusal::OutreachNotOpen`] when something is asked for and nothing is promised any more; for
/// field staff [`Refusal::NotYourOutreach`] and [`Refusal::NoOpenOutreach`].
pub async fn places(
    office: &Office,
    actor: Actor,
    asked: PlacesAsked,
) -> Result<PlacesHeld, Error> {
    let outreach = door(office, actor, UseCase::Submit, asked.outreach).await?;
    let most = asked.grant.len().max(asked.give_back.len());
    if most > MOST_SHARES || asked.numbers > MOST_NUMBERS {
        return Err(Error::Refused(Refusal::TooLarge));
    }
    let asks = !asked.grant.is_empty() || asked.numbers > 0;
    if asks && !is_open(outreach.status) {
        return Err(not_open());
    }
    let now = office.clock.now();
    let is_its_day = outreach.day_of(now, office.day_of(now)) == outreach.held_on;
    // On another day it is told what it holds, and whoever books or waits has the places.
    let asked = if is_its_day { asked } else { PlacesAsked { grant: Vec::new(), ..asked } };
    let facts = (office.clone(), asked);
    act(office, facts, move |tx, (office, asked)| Box::pin(exchange(tx, office, asked, now))).await
}

async fn exchange(
    tx: &mut Tx,
    office: &Office,
    asked: &PlacesAsked,
    now: Timestamp,
) -> Result<PlacesHeld, Error> {
    let here = (asked.outreach, asked.device);
    must_be_paired(tx, here).await?;
    let own = |row: &ShareRow| row.device_id == here.1.0 && row.outreach_id == here.0.0;
    let mut back = Vec::new();
    for share in &asked.give_back {
        back.extend(tx.share(*share).await?.filter(own));
    }
    // All at once and always in the same order: two phones that give back and ask for two things
    // never wait for each other.
    let mut offerings: BTreeSet<_> = back.iter().map(|row| row.offering.as_str()).collect();
    offerings.extend(asked.grant.iter().map(|one| one.offering.code()));
    for offering in offerings {
        tx.lock_offering(asked.outreach.0, offering).await?;
    }
    for share in &back {
        give_back(tx, share.id, None, now).await?;
    }
    let mut wanted: Vec<_> = asked.grant.iter().collect();
    wanted.sort_by_key(|one| (one.offering, one.id));
    for one in wanted {
        lend(tx, office, here, (one, now)).await?;
    }
    let mut shares = Vec::new();
    for row in tx.shares_out(asked.outreach.0).await?.into_iter().filter(own) {
        shares.push(ShareHeld {
            id: row.id,
            offering: offering_of(&row.offering)?,
            granted: number(row.granted),
            used: number(row.used),
        });
    }
    Ok(PlacesHeld { shares, numbers: numbers(tx, asked).await? })
}

/// Lends a phone its part of what is left of an offering, or of it as much as it asks for: each of
/// the paired phones has a part, and the desk, and what they hold counts. Who waits in line goes
/// before all of them.
async fn lend(
    tx: &mut Tx,
    office: &Office,
    (outreach, device): (OutreachId, DeviceId),
    (asked, now): (&ShareAsked, Timestamp),
) -> Result<(), Error> {
    let offering = asked.offering.code();
    let Some(mut hall) = line::lock(tx, (outreach.0, offering)).await? else { return Ok(()) };
    line::offer_free(tx, office, &mut hall, now).await?;
    hall.write(tx).await?;
    let is_waited_for = !tx.waiting_counts(outreach.0, offering).await?.is_empty();
    let left = hall.lendable(is_waited_for, now);
    let (mut out, mut own) = (0, 0);
    for share in tx.shares_out(outreach.0).await? {
        if share.offering == offering {
            let held = number(share.granted - share.used);
            out += held;
            own += if share.device_id == device.0 { held } else { 0 };
        }
    }
    let phones = tx.phones_at(outreach.0).await?.len();
    let parts = u32::try_from(phones).unwrap_or(u32::MAX).saturating_add(1);
    let part = left.saturating_add(out).div_ceil(parts).saturating_sub(own).min(left);
    let asked = ShareAsked { places: asked.places.min(part), ..asked.clone() };
    grant(tx, (outreach, device), &asked, now).await.map(drop)
}

/// Numbers for the phone to give, as many as it asks for.
async fn numbers(tx: &mut Tx, asked: &PlacesAsked) -> Result<Option<Numbers>, StoreError> {
    if asked.numbers == 0 {
        return Ok(None);
    }
    let last = number(tx.take_numbers(asked.outreach.0, i64::from(asked.numbers)).await?);
    Ok(Some(Numbers { first: last.saturating_sub(asked.numbers - 1), last }))
}

/// The phone must be known, in use, and paired for the outreach.
async fn must_be_paired(
    tx: &mut Tx,
    (outreach, device): (OutreachId, DeviceId),
) -> Result<(), Error> {
    let Some(known) = tx.devices(&[device.0]).await?.pop() else {
        return Err(Error::Refused(Refusal::PhoneUnknown));
    };
    if known.revoked_at.is_some() {
        return Err(Error::Refused(Refusal::PhoneRevoked));
    }
    let paired = tx.delegations_of(&[device.0]).await?;
    if paired.iter().any(|one| one.outreach_id == outreach.0) {
        return Ok(());
    }
    Err(Error::Refused(Refusal::PhoneUnknown))
}

/// Writes the places of a lost phone off, by the name of who does it: they are free from now on.
/// What the phone promised out of them and brings home later finds a place if there is one, and is
/// over the count if not. Answers how many there were.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::OutreachUnknown`];
/// [`Refusal::ChangedMeanwhile`] when it had come back.
pub async fn write_off(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    share: Uuid,
) -> Result<u32, Error> {
    may(&actor, UseCase::ManageDevices)?;
    let now = office.clock.now();
    act(office, (outreach, share), move |tx, &(outreach, share)| {
        Box::pin(async move {
            if tx.outreach(outreach.0).await?.is_none() {
                return Err(Error::Refused(Refusal::OutreachUnknown));
            }
            let Some(row) = tx.share(share).await?.filter(|row| row.outreach_id == outreach.0)
            else {
                return gone();
            };
            if row.returned_at.is_some() {
                return gone();
            }
            let freed = give_back(tx, share, actor.id(), now).await?;
            let device = DeviceId(row.device_id);
            let said = json!({ "offering": row.offering, "places": freed, "device": device });
            let subject = Subject::Outreach(outreach);
            let entry = Entry::new(subject, "places_written_off", actor, now, &said)?;
            history::append(tx, &entry).await?;
            Ok(freed)
        })
    })
    .await
}
