//! Who is expected at an outreach, as a phone takes it along.

use data_encoding::HEXLOWER;
use domain::booking::{Expected, TAG_LETTERS};
use domain::id::{BookingId, OutreachId};
use domain::pack::booking_line;
use domain::role::UseCase;
use domain::submission::Masked;
use domain::timestamp::{CivilDate, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

use super::{details_of, door, number_of, offering_of, state_of};
use crate::actor::Actor;
use crate::bookings::secrets;
use crate::error::Error;
use crate::keys::Keys;
use crate::office::Office;
use crate::store::vocabulary::day::DayRow;
use crate::store::{StoreError, Tx};

/// Everybody who has a booking at an outreach, or was taken in there: what a phone needs to take
/// people in without signal. Who gave a booking back is not among them.
///
/// # Errors
/// [`Refusal::SignedOut`](domain::refusal::Refusal::SignedOut),
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden);
/// [`Refusal::OutreachUnknown`](domain::refusal::Refusal::OutreachUnknown); for field staff
/// [`Refusal::NotYourOutreach`](domain::refusal::Refusal::NotYourOutreach) and
/// [`Refusal::NoOpenOutreach`](domain::refusal::Refusal::NoOpenOutreach).
pub async fn expected(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
) -> Result<Vec<Expected>, Error> {
    let held_on = door(office, actor, UseCase::ReadRegistry, outreach).await?.held_on;
    let (keys, zone) = (office.keys.clone(), office.zone.clone());
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let rows = tx.day_bookings(outreach.0).await?;
                let known: HashSet<Uuid> = known_owners(tx, &rows).await?.into_keys().collect();
                let told = rows.iter().map(|row| {
                    let booked_on = zone.local(Timestamp(row.created_at)).0;
                    taken_along(&keys, row, (&known, booked_on, held_on))
                });
                let told: Result<Vec<_>, StoreError> = told.collect();
                Ok(told?)
            })
        })
        .await
}

/// A booking as a phone takes it along: its animals as they are on the day.
fn taken_along(
    keys: &Keys,
    row: &DayRow,
    (known, booked_on, held_on): (&HashSet<Uuid>, CivilDate, CivilDate),
) -> Result<Expected, StoreError> {
    let mut details = details_of(row)?;
    for animal in details.iter_mut().flat_map(|details| &mut details.animals) {
        *animal = animal.on_day(booked_on, held_on);
    }
    let mut tag = HEXLOWER.encode(&Sha256::digest(secrets::code(keys, row.id).as_bytes()));
    tag.truncate(TAG_LETTERS);
    Ok(Expected {
        id: BookingId(row.id),
        tag,
        line: details.as_ref().map(booking_line).unwrap_or_default(),
        offering: offering_of(&row.offering)?,
        slot: row.slot_at.map(Timestamp),
        state: state_of(row)?,
        number: number_of(row),
        details,
        is_known: known.contains(&row.id),
    })
}

/// The owners of the register whose documents the bookings of an outreach name, each with the last
/// change of the card or of the booking.
pub(crate) async fn owners_expected(
    tx: &mut Tx,
    outreach: Uuid,
) -> Result<Vec<(Uuid, i64)>, StoreError> {
    let rows = tx.day_bookings(outreach).await?;
    Ok(known_owners(tx, &rows).await?.into_values().collect())
}

/// By booking: the owner whom the register has by the document, and the last change.
pub(super) async fn known_owners(
    tx: &mut Tx,
    rows: &[DayRow],
) -> Result<BTreeMap<Uuid, (Uuid, i64)>, StoreError> {
    let mut of_bookings = Vec::new();
    let mut documents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let Some(document) = details_of(row)?.map(|details| details.document) else { continue };
        let Some(key) = document.key() else { continue };
        let kind = document.kind().code().to_owned();
        documents.entry(kind.clone()).or_default().push(key.clone());
        of_bookings.push((row, (kind, key)));
    }
    let documents: Vec<_> = documents.into_iter().collect();
    let mut owners = BTreeMap::new();
    for (kind, key, owner, at) in tx.owners_with_documents(&documents).await? {
        owners.insert((kind, key), (owner, at));
    }
    let found = of_bookings.into_iter().filter_map(|(row, document)| {
        let (owner, at) = owners.get(&document)?;
        Some((row.id, (*owner, row.changed_at.max(*at))))
    });
    Ok(found.collect())
}

/// Whose ticket it is, as much as may be shown to tell two arrivals apart: the first of its
/// animals, and since when its people are there. Nothing of a ticket without a name.
pub(crate) async fn ticket_holder(
    tx: &mut Tx,
    booking: BookingId,
) -> Result<Option<Masked>, StoreError> {
    let Some(row) = tx.day_booking(booking.0).await? else { return Ok(None) };
    let Some(animal) = details_of(&row)?.and_then(|details| details.animals.into_iter().next())
    else {
        return Ok(None);
    };
    let first = animal.name.as_str().chars().next();
    Ok(Some(Masked {
        animal: None,
        name: first.map(|first| format!("{first}···")).unwrap_or_default(),
        species: animal.species,
        sex: animal.sex,
        commune: None,
        chip: None,
        registered_at: Timestamp(row.arrived_at.unwrap_or(row.changed_at)),
    }))
}
