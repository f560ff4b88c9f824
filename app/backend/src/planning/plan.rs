//! The plan of an outreach: read, and changed without breaking what was promised.

use domain::booking::{Eligibility, Offering, Places, Priority, Slot};
use domain::catalogue::SanitaryPhase;
use domain::desk::planned::{
    Asked, OfferingLine, PartOf, PlanField, PlanForm, PlanProblem, PlanSheet,
};
use domain::id::{OutreachId, ProgrammeId};
use domain::outreach::funding::Funding;
use domain::outreach::life::LifeFacts;
use domain::outreach::times::Promised;
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::territory::UnitKey;
use domain::timestamp::{CivilDate, Timestamp, Zone};
use uuid::Uuid;

use super::typed::Typed;
use super::{clashes, crew};
use crate::actor::Actor;
use crate::day;
use crate::desk::{may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{self, code, date, from_json};
use crate::registry;
use crate::store::vocabulary::plan::{OfferingRow, OutreachPlanRow, SlotRow};
use crate::store::{StoreError, Tx};
use crate::sums::Sums;

/// Most people at once that an outreach states.
const MOST_PEOPLE: u32 = 99_999;
/// Highest cost in Chilean pesos.
const MOST_COST: u32 = 1_000_000_000;

/// What is planned of an outreach.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRecord {
    /// The outreach.
    pub outreach: Outreach,
    /// What is planned beyond its day and place.
    pub plan: OutreachPlanRow,
    /// What it offers.
    pub offerings: Vec<OfferingRecord>,
    /// The neighbourhood units it is meant for.
    pub units: Vec<UnitKey>,
    /// It was called off, and there is something of it.
    pub has_remains: bool,
}

/// What one may book at an outreach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferingRecord {
    /// What.
    pub offering: Offering,
    /// Its places.
    pub places: Places,
    /// Minutes for one animal.
    pub minutes: u16,
    /// Tables that work at once.
    pub stations: u16,
    /// Which animals are taken.
    pub eligibility: Eligibility,
    /// The programme that pays for it, where it names one.
    pub programme: Option<ProgrammeId>,
}

impl OfferingRecord {
    fn read(row: &OfferingRow) -> Result<Self, StoreError> {
        let small = |number: i64| u16::try_from(number).unwrap_or(u16::MAX);
        Ok(Self {
            offering: code(&row.offering, Offering::from_code)?,
            places: Places {
                capacity: number(row.capacity),
                booked: number(row.booked),
                used: number(row.used),
                shared: number(row.shared),
            },
            minutes: small(row.minutes),
            stations: small(row.stations),
            eligibility: from_json(&row.eligibility)?,
            programme: row.programme_id.map(ProgrammeId),
        })
    }
}

/// Who is served first at an outreach: whoever may be, where the plan says nothing else.
#[must_use]
pub(crate) fn priority_of(plan: Option<&OutreachPlanRow>) -> Priority {
    let code = plan.and_then(|plan| plan.priority.as_deref());
    code.and_then(Priority::from_code).unwrap_or(Priority::Both)
}

/// An outreach as people know it: of a draft that was called off nobody has heard.
///
/// # Errors
/// A failed database.
pub(super) async fn as_known(tx: &mut Tx, outreach: &Outreach) -> Result<Outreach, StoreError> {
    let mut known = outreach.clone();
    if outreach.status == OutreachStatus::Suspended {
        let plan = tx.outreach_plan(outreach.id.0).await?;
        if plan.is_some_and(|plan| plan.was_draft) {
            known.status = OutreachStatus::Draft;
        }
    }
    Ok(known)
}

/// Notes that the sanitary phase was looked up today.
///
/// # Errors
/// As [`plan_of`].
pub(super) async fn date_phase(
    tx: &mut Tx,
    outreach: &Outreach,
    today: CivilDate,
) -> Result<(), Error> {
    let plan = plan_of(tx, outreach.id.0).await?.plan;
    let phase_on = outreach.phase.map(|_| today.to_string());
    Ok(tx.put_outreach_plan(&OutreachPlanRow { phase_on, ..plan }).await?)
}

impl PlanRecord {
    /// Which programme pays for what there.
    #[must_use]
    pub fn funding(&self) -> Funding {
        let offered = self.offerings.iter().map(|one| (one.offering, one.programme));
        Funding::new(self.outreach.programme, offered)
    }

    /// What a step in the outreach's life depends on.
    #[must_use]
    pub fn life(&self, now: Timestamp) -> LifeFacts {
        let places = self.offerings.iter().map(|one| one.places.capacity);
        LifeFacts {
            status: self.outreach.status,
            kind: self.outreach.kind,
            starts_at: self.outreach.starts_at,
            ends_at: self.outreach.ends_at,
            places: places.fold(0, u32::saturating_add),
            has_remains: self.has_remains,
            was_draft: self.plan.was_draft,
            now,
        }
    }
}

/// What is planned of an outreach; an empty plan when nobody planned yet.
///
/// # Errors
/// [`Refusal::OutreachUnknown`]; a failed database.
pub async fn plan_of(tx: &mut Tx, id: Uuid) -> Result<PlanRecord, Error> {
    let row = tx.outreach(id).await?.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
    let plan = tx.outreach_plan(id).await?;
    let wrong = |_| StoreError::Inconsistent("an outreach's unit cannot be read");
    let units = tx.outreach_units(id).await?;
    let units: Result<_, StoreError> =
        units.iter().map(|unit| UnitKey::parse(unit).map_err(wrong)).collect();
    let offerings = tx.offerings_of(id).await?;
    let offerings: Result<Vec<_>, _> = offerings.iter().map(OfferingRecord::read).collect();
    let mut offerings = offerings?;
    offerings.sort_by_key(|one| one.offering);
    let outreach = records::outreach(row)?;
    let is_off = outreach.status == OutreachStatus::Suspended;
    let has_remains = is_off && tx.has_remains_at(id).await?;
    Ok(PlanRecord {
        outreach,
        plan: plan.unwrap_or(OutreachPlanRow { outreach_id: id, ..OutreachPlanRow::default() }),
        offerings,
        units: units?,
        has_remains,
    })
}

/// The plan as the coordination sees it.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn sheet(office: &Office, actor: Actor, id: OutreachId) -> Result<PlanSheet, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let now = office.clock.now();
    let today = office.day_of(now);
    let sums = office.sums.clone();
    office
        .store
        .read(move |tx| Box::pin(async move { look(tx, &sums, (actor, id), (now, today)).await }))
        .await
}

async fn look(
    tx: &mut Tx,
    sums: &Sums,
    (actor, id): (Actor, OutreachId),
    (now, today): (Timestamp, CivilDate),
) -> Result<PlanSheet, Error> {
    let record = plan_of(tx, id.0).await?;
    let view = registry::outreach_view(tx, sums, id).await?;
    let crew = crew::lines(tx, id.0).await?;
    let life = record.life(now);
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let homes = match may_plan {
        true => day::homes(tx, &record.outreach).await?,
        false => Vec::new(),
    };
    let mut times = Vec::new();
    for one in &record.offerings {
        let rows = tx.slots_of(id.0, one.offering.code()).await?;
        times.extend(rows.iter().map(|row| (one.offering, promised(row))));
    }
    times.sort_by_key(|(offering, one)| (one.slot.starts_at, *offering));
    let conflicts = clashes::conflicts(tx, (sums, now), &record, (&crew, &times)).await?;
    let programmes = payable(tx, &record).await?;
    let own = record.outreach.programme;
    let plan = record.plan;
    let phase_on = plan.phase_on.as_deref().map(date).transpose()?;
    let phase = record.outreach.phase.map(|phase| (phase, phase_on));
    Ok(PlanSheet {
        programme: view.programme,
        programmes,
        host: view.host,
        part_of: plan.part_of.as_deref().map(part_of).transpose()?,
        phase,
        booking_opens_at: plan.booking_opens_at.map(Timestamp),
        priority: priority_of(Some(&plan)),
        bring: plan.bring,
        way: plan.way,
        cost: plan.cost.map(number),
        position: plan.latitude.zip(plan.longitude),
        suspended_reason: plan.suspended_reason,
        moved_from: plan.moved_from.map(Timestamp),
        units: record.units,
        offerings: record.offerings.iter().map(|one| line(one, own)).collect(),
        times,
        homes,
        crew,
        conflicts,
        live_bookings: u32::try_from(tx.expecting_bookings(id.0).await?.len()).unwrap_or(u32::MAX),
        steps: life.steps(),
        hindrance: life.hindrance(),
        may_plan,
        today,
        outreach: record.outreach,
    })
}

fn part_of(text: &str) -> Result<PartOf, StoreError> {
    code(text, PartOf::from_code)
}

/// The programmes that may pay for what is offered: its own, those of its day, and those that pay
/// now.
async fn payable(
    tx: &mut Tx,
    record: &PlanRecord,
) -> Result<Vec<(ProgrammeId, String)>, StoreError> {
    let (pay, held_on) = (record.funding().programmes(), record.outreach.held_on.to_string());
    let rows = tx.programmes().await?.into_iter();
    let rows = rows.filter(|row| {
        let is_of_day = row.starts_on <= held_on && held_on <= row.ends_on;
        is_of_day || pay.contains(&ProgrammeId(row.id))
    });
    Ok(rows.map(|row| (ProgrammeId(row.id), row.name)).collect())
}

fn line(one: &OfferingRecord, own: ProgrammeId) -> OfferingLine {
    OfferingLine {
        offering: one.offering,
        places: one.places,
        minutes: one.minutes,
        stations: one.stations,
        eligibility: one.eligibility,
        programme: one.programme.unwrap_or(own),
    }
}

fn promised(row: &SlotRow) -> Promised {
    let slot = Slot { starts_at: Timestamp(row.starts_at), capacity: number(row.capacity) };
    Promised { slot, booked: number(row.booked) }
}

/// Changes what is planned besides: what the outreach is part of, the sanitary phase with the day
/// on which it was looked up, what to bring, how to get there, from when people may book.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn save(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    form: &PlanForm,
) -> Result<Asked<()>, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let facts = (form.clone(), office.zone.clone(), (actor, now, office.day_of(now)));
    office
        .store
        .write_with(facts, move |tx, (form, zone, asked)| {
            Box::pin(async move { write_plan(tx, id, (form, zone), *asked).await })
        })
        .await
}

async fn write_plan(
    tx: &mut Tx,
    id: OutreachId,
    (form, zone): (&PlanForm, &Zone),
    (actor, now, today): (Actor, Timestamp, CivilDate),
) -> Result<Asked<()>, Error> {
    let PlanRecord { outreach, plan, .. } = plan_of(tx, id.0).await?;
    let mut typed = Typed::default();
    let part_of = typed.listed(PlanField::PartOf, &form.part_of, |text| part_of(text).ok());
    let phase = typed.listed(PlanField::Phase, &form.phase, SanitaryPhase::from_code);
    let phase_on = typed.day(PlanField::PhaseOn, &form.phase_on);
    let max_people = typed.number(PlanField::MaxPeople, &form.max_people, 1..=MOST_PEOPLE);
    let opens_at = opening(&mut typed, form, zone);
    let priority = typed.listed(PlanField::Priority, &form.priority, Priority::from_code);
    let (bring, way) = (
        typed.text::<300>(PlanField::Bring, &form.bring),
        typed.text::<300>(PlanField::Way, &form.way),
    );
    let cost = typed.number(PlanField::Cost, &form.cost, 0..=MOST_COST);
    let position = typed.position(&form.latitude, &form.longitude);
    let units = typed.units(outreach.commune, &form.units);
    if let Some(faults) = typed.faults() {
        return Ok(Asked::Faults(faults));
    }
    let row = OutreachPlanRow {
        part_of: part_of.map(|part| part.code().to_owned()),
        // The phase is what was in force on a day: without one, it was looked up today.
        phase_on: phase.map(|_| phase_on.unwrap_or(today).to_string()),
        booking_opens_at: opens_at.map(|at| at.0),
        priority: priority.map(|first| first.code().to_owned()),
        bring,
        way,
        cost: cost.map(i64::from),
        latitude: position.map(|(north, _)| north),
        longitude: position.map(|(_, east)| east),
        ..plan
    };
    tx.put_outreach_plan(&row).await?;
    tx.put_outreach_units(id.0, &units).await?;
    let outreach = Outreach { phase, max_people, ..outreach };
    tx.update_outreach(&records::outreach_row(&outreach)).await?;
    let body = serde_json::json!({
        "part_of": row.part_of, "phase": phase, "phase_on": row.phase_on,
        "max_people": max_people, "booking_opens_at": row.booking_opens_at, "bring": row.bring,
        "way": row.way, "cost": row.cost, "units": units, "priority": row.priority,
        "latitude": row.latitude, "longitude": row.longitude,
    });
    let entry = Entry::new(Subject::Outreach(id), "plan_changed", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(()))
}

/// From when people may book; a day alone is its midnight.
fn opening(typed: &mut Typed, form: &PlanForm, zone: &Zone) -> Option<Timestamp> {
    let day = typed.day(PlanField::OpensOn, &form.opens_on);
    let hour = typed.hour(PlanField::OpensAt, &form.opens_at);
    if hour.is_some() && form.opens_on.trim().is_empty() {
        typed.fault(PlanField::OpensOn, PlanProblem::HalfGiven);
    }
    day.map(|day| zone.moment(day, hour.unwrap_or(0)))
}
