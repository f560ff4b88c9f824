//! The papers of an outreach, as figures from the rows: the day sheet, the attendance act. Neither
//! names an owner, but for the homes that a team visits, and then to those who plan alone.

use domain::booking::Offering;
use domain::closing::{
    AttendanceAct, DaySheet, Hand, Heading, LotLine, OfferingPlan, TimeLine, TurnedAway,
};
use domain::desk::planned::Duty;
use domain::id::{OutreachId, ProductLotId};
use domain::role::{Caller, Role, UseCase, allows};
use domain::service::ServiceKind;
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::BTreeMap;

use super::{Seen, ending};
use crate::actor::Actor;
use crate::day;
use crate::desk::{may, number};
use crate::error::Error;
use crate::office::Office;
use crate::planning::payers;
use crate::planning::plan::{PlanRecord, plan_of};
use crate::records::{code, date};
use crate::stock;
use crate::store::vocabulary::plan::CrewRow;
use crate::store::{StoreError, Tx};

/// What a paper is made with.
struct Desk {
    office: Office,
    now: Timestamp,
}

impl Desk {
    fn of(office: &Office) -> Self {
        Self { office: office.clone(), now: office.clock.now() }
    }

    fn minute(&self, at: Timestamp) -> u16 {
        self.office.zone.local(at).1
    }

    async fn heading(&self, tx: &mut Tx, record: &PlanRecord) -> Result<Heading, StoreError> {
        let outreach = &record.outreach;
        let gone = StoreError::Inconsistent("an outreach's programme is gone");
        let known = tx.programmes().await?;
        let programme = payers(&record.funding(), &known);
        let mut known = known.into_iter();
        let own = known.find(|row| row.id == outreach.programme.0).ok_or(gone)?;
        let hosts = match outreach.host {
            Some(host) => tx.organisations_with_ids(&[host.0]).await?,
            None => Vec::new(),
        };
        let (issued_on, issued_at) = self.office.zone.local(self.now);
        Ok(Heading {
            outreach: outreach.id,
            name: outreach.name.to_string(),
            kind: outreach.kind,
            programme,
            issuer: self.office.issuer_of(own.issuer),
            host: hosts.into_iter().next().map(|host| host.name),
            held_on: outreach.held_on,
            hours: (self.minute(outreach.starts_at), self.minute(outreach.ends_at)),
            place: outreach.place.to_string(),
            commune: outreach.commune,
            unit: outreach.unit.map(|unit| unit.to_string()),
            issued_on,
            issued_at,
            demonstration: self.office.demonstration.is_set(),
        })
    }

    fn team(&self, rows: Vec<CrewRow>) -> Result<Vec<Hand>, StoreError> {
        rows.into_iter().map(|row| self.hand(row)).collect()
    }

    fn hand(&self, row: CrewRow) -> Result<Hand, StoreError> {
        let minute = |at: Option<i64>| at.map(|at| self.minute(Timestamp(at)));
        Ok(Hand {
            name: row.name,
            role: code(&row.role, Role::from_code)?,
            registration: row.professional_registration,
            duty: row.duty.as_deref().map(|duty| code(duty, Duty::from_code)).transpose()?,
            hours: (minute(row.starts_at), minute(row.ends_at)),
        })
    }
}

/// The attendance act; a draft until the outreach is closed. Its team is who was of it during the
/// outreach or later.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`.
pub async fn attendance_act(
    office: &Office,
    actor: Actor,
    id: OutreachId,
) -> Result<AttendanceAct, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let desk = Desk::of(office);
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let record = plan_of(tx, id.0).await?;
                let seen = Seen::of(tx, &record, (&desk.office, desk.now)).await?;
                let talks = tx.education_of(id.0).await?;
                let held = talks.iter().filter(|talk| talk.annulled_at.is_none());
                let talks = held.fold((0_u32, 0_u32), |(talks, people), talk| {
                    (talks.saturating_add(1), people.saturating_add(number(talk.attendants)))
                });
                // Who was there is not who is in the team when it is printed.
                let crew = tx.crew_since(id.0, record.outreach.starts_at.0).await?;
                Ok(AttendanceAct {
                    heading: desk.heading(tx, &record).await?,
                    payers: paid(tx, &record).await?,
                    offerings: seen.offerings,
                    turned_away: turned_away(tx, id).await?,
                    counts: seen.done.counts,
                    surgeries_not_performed: seen.done.not_performed,
                    talks,
                    chips: seen.chips,
                    odd_chips: seen.odd_chips,
                    doses: seen.facts.doses,
                    team: desk.team(crew)?,
                    ending: ending(tx, &record.plan, &desk.office.zone).await?,
                })
            })
        })
        .await
}

/// Who pays for each kind of service, where several programmes do; else nothing.
async fn paid(tx: &mut Tx, record: &PlanRecord) -> Result<Vec<(ServiceKind, String)>, StoreError> {
    let funding = record.funding();
    if funding.programmes().len() < 2 {
        return Ok(Vec::new());
    }
    let known = tx.programmes().await?;
    let named = |kind: &ServiceKind| {
        let paid = known.iter().find(|row| row.id == funding.of(*kind).0);
        paid.map(|row| (*kind, row.name.clone()))
    };
    Ok(ServiceKind::ALL.iter().filter_map(named).collect())
}

async fn turned_away(tx: &mut Tx, id: OutreachId) -> Result<Vec<TurnedAway>, StoreError> {
    let line = |(offering, reason, animals): (String, Option<String>, i64)| {
        let offering = code(&offering, Offering::from_code)?;
        Ok(TurnedAway { offering, reason, animals: number(animals) })
    };
    tx.turned_away_at(id.0).await?.into_iter().map(line).collect()
}

/// The day sheet: who, what, when, and what to take along.
///
/// # Errors
/// As [`attendance_act`].
pub async fn day_sheet(office: &Office, actor: Actor, id: OutreachId) -> Result<DaySheet, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let held = stock::box_sheet(office, actor, id).await?;
    let mut lots: BTreeMap<(CivilDate, ProductLotId), LotLine> = BTreeMap::new();
    for one in held.parts.iter().flat_map(|part| &part.lots) {
        let line = lots.entry((one.lot.expires_on, one.lot.id)).or_insert_with(|| LotLine {
            product: one.lot.product.to_string(),
            lot: one.lot.lot.to_string(),
            expires_on: one.lot.expires_on,
            doses: 0,
        });
        line.doses = line.doses.saturating_add(one.left());
    }
    let (chips, lots) = (held.line.balance.in_box, lots.into_values().collect());
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let desk = Desk::of(office);
    office
        .store
        .read(move |tx| {
            Box::pin(async move { laid_out(tx, id, (&desk, may_plan), (chips, lots)).await })
        })
        .await
}

async fn laid_out(
    tx: &mut Tx,
    id: OutreachId,
    (desk, may_plan): (&Desk, bool),
    (chips, lots): (u32, Vec<LotLine>),
) -> Result<DaySheet, Error> {
    let record = plan_of(tx, id.0).await?;
    let homes = match may_plan {
        true => day::homes(tx, &record.outreach).await?,
        false => Vec::new(),
    };
    let homes = homes.into_iter().map(|home| (home.at.map(|at| desk.office.zone.wall(at)), home));
    let heading = desk.heading(tx, &record).await?;
    let (outreach, plan) = (record.outreach, record.plan);
    let phase_on = plan.phase_on.as_deref().map(date).transpose()?;
    let mut times = Vec::new();
    for one in &record.offerings {
        for slot in tx.slots_of(id.0, one.offering.code()).await? {
            times.push((
                slot.starts_at,
                TimeLine {
                    at: desk.office.zone.wall(Timestamp(slot.starts_at)),
                    offering: one.offering,
                    capacity: number(slot.capacity),
                    booked: number(slot.booked),
                },
            ));
        }
    }
    times.sort_by_key(|(at, line)| (*at, line.offering));
    let offerings = record.offerings.iter().map(|one| OfferingPlan {
        offering: one.offering,
        places: one.places,
        minutes: one.minutes.into(),
        stations: one.stations.into(),
    });
    Ok(DaySheet {
        offerings: offerings.collect(),
        heading,
        phase: outreach.phase.map(|phase| (phase, phase_on)),
        max_people: outreach.max_people,
        team: desk.team(tx.crew(id.0).await?)?,
        times: times.into_iter().map(|(_, line)| line).collect(),
        homes: homes.collect(),
        chips,
        lots,
        bring: plan.bring,
        way: plan.way,
    })
}
