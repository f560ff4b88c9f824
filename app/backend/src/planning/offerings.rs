//! What an outreach offers: places, and the times of coming they are shared out to.

use domain::booking::{Offering, slots};
use domain::desk::planned::{Asked, OfferingForm, PlanFault, PlanField, PlanProblem};
use domain::id::OutreachId;
use domain::outreach::life::Hindrance;
use domain::outreach::times::{Promised, remade};
use domain::outreach::{Outreach, OutreachStatus};
use domain::role::UseCase;
use domain::timestamp::Timestamp;

use super::plan::plan_of;
use super::typed::{Typed, TypedOffering};
use crate::actor::Actor;
use crate::desk::{may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::json;
use crate::store::vocabulary::plan::{OfferingRow, SlotRow};
use crate::store::{StoreError, Tx};

/// Cuts the times of coming of an offering anew, every promise kept.
///
/// # Errors
/// A failed database.
pub(super) async fn remake_slots(
    tx: &mut Tx,
    outreach: &Outreach,
    (offering, capacity): (Offering, u32),
) -> Result<(), StoreError> {
    let (id, offering) = (outreach.id.0, offering.code());
    let kept = tx.slots_of(id, offering).await?;
    let kept: Vec<_> =
        kept.iter().map(|row| (Timestamp(row.starts_at), number(row.booked))).collect();
    let fresh = slots(outreach.starts_at, outreach.ends_at, capacity);
    let row = |one: Promised| SlotRow {
        outreach_id: id,
        offering: offering.to_owned(),
        starts_at: one.slot.starts_at.0,
        capacity: i64::from(one.slot.capacity),
        booked: i64::from(one.booked),
    };
    let rows: Vec<_> = remade(&fresh, &kept).into_iter().map(row).collect();
    tx.put_slots(id, offering, &rows).await
}

/// Whether the plan of an outreach can still be changed: not of one that is over.
fn is_open_to_change(status: OutreachStatus) -> bool {
    !matches!(status, OutreachStatus::Closed | OutreachStatus::Reported)
}

/// Adds an offering, or changes one. Its places are never fewer than those promised.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`.
pub async fn save_offering(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    form: &OfferingForm,
) -> Result<Asked<()>, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let mut typed = Typed::default();
    let Some(offering) = typed.offering(form) else {
        return Ok(Asked::Faults(typed.faults().unwrap_or_default()));
    };
    let now = office.clock.now();
    office
        .store
        .write(move |tx| {
            Box::pin(async move { write_offering(tx, (id, offering), (actor, now)).await })
        })
        .await
}

async fn write_offering(
    tx: &mut Tx,
    (id, typed): (OutreachId, TypedOffering),
    (actor, now): (Actor, Timestamp),
) -> Result<Asked<()>, Error> {
    let record = plan_of(tx, id.0).await?;
    if !is_open_to_change(record.outreach.status) {
        return Ok(Asked::Hindered(Hindrance::NotFromHere));
    }
    // What the outreach's own programme pays for follows it, whichever that will be.
    let own = record.outreach.programme;
    let programme = typed.programme.filter(|programme| *programme != own);
    if let Some(programme) = programme
        && tx.programme(programme.0).await?.is_none()
    {
        let fault = PlanFault::new(PlanField::Programme, PlanProblem::Unknown);
        return Ok(Asked::Faults(vec![fault]));
    }
    let row = OfferingRow {
        outreach_id: id.0,
        offering: typed.offering.code().to_owned(),
        capacity: i64::from(typed.capacity),
        minutes: i64::from(typed.minutes),
        stations: i64::from(typed.stations),
        eligibility: json(&typed.eligibility)?,
        booked: 0,
        used: 0,
        shared: 0,
        programme_id: programme.map(|programme| programme.0),
    };
    if !tx.put_offering(&row).await? {
        let fault = PlanFault::new(PlanField::Capacity, PlanProblem::BelowPromised);
        return Ok(Asked::Faults(vec![fault]));
    }
    remake_slots(tx, &record.outreach, (typed.offering, typed.capacity)).await?;
    let body = serde_json::json!({
        "offering": row.offering, "capacity": row.capacity, "minutes": row.minutes,
        "stations": row.stations, "eligibility": typed.eligibility, "programme": programme,
    });
    let entry = Entry::new(Subject::Outreach(id), "offering_planned", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(()))
}

/// Takes an offering away, as long as nobody expects anything of it.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`.
pub async fn drop_offering(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    offering: &str,
) -> Result<Asked<()>, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let mut typed = Typed::default();
    if offering.is_empty() {
        typed.fault(PlanField::Offering, PlanProblem::Missing);
    }
    let offering = typed.listed(PlanField::Offering, offering, Offering::from_code);
    let Some(offering) = offering else {
        return Ok(Asked::Faults(typed.faults().unwrap_or_default()));
    };
    let now = office.clock.now();
    office
        .store
        .write(move |tx| {
            Box::pin(async move { take_offering(tx, (id, offering), (actor, now)).await })
        })
        .await
}

async fn take_offering(
    tx: &mut Tx,
    (id, offering): (OutreachId, Offering),
    (actor, now): (Actor, Timestamp),
) -> Result<Asked<()>, Error> {
    let record = plan_of(tx, id.0).await?;
    // An open outreach without anything to book would be one that could not have been opened.
    let is_last = record.offerings.iter().all(|one| one.offering == offering);
    if !is_open_to_change(record.outreach.status) {
        return Ok(Asked::Hindered(Hindrance::NotFromHere));
    }
    if is_last && record.outreach.status == OutreachStatus::Open {
        return Ok(Asked::Hindered(Hindrance::NoOfferings));
    }
    let is_known = record.offerings.iter().any(|one| one.offering == offering);
    let is_expected = !tx.expecting_of(id.0, offering.code()).await?.is_empty();
    if is_expected || (is_known && !tx.delete_offering(id.0, offering.code()).await?) {
        return Ok(Asked::Hindered(Hindrance::StillBooked));
    }
    if is_known {
        let body = serde_json::json!({ "offering": offering.code() });
        let entry = Entry::new(Subject::Outreach(id), "offering_dropped", actor, now, &body)?;
        history::append(tx, &entry).await?;
    }
    Ok(Asked::Done(()))
}
