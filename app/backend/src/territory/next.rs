//! Where next: what is known of each neighbourhood unit, ranked, and a draft of an outreach there.

use domain::desk::territory::{NextRow, Weighed, WeightsForm, WhereNext, Wrong};
use domain::field_error::{Field, Problem};
use domain::id::OutreachId;
use domain::outreach::OutreachStatus;
use domain::role::{Caller, UseCase, allows};
use domain::territory::point::Point;
use domain::territory::ranking::{Facts, Part, Weights, rank};
use domain::territory::units::{CommuneFigures, Source, Unit};
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{CivilDate, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

use super::{units, unknown, waiting};
use crate::actor::Actor;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::planning::{self, Suggested};
use crate::records::{code, date, from_json, json};
use crate::store::vocabulary::territory::UnitPlanRow;
use crate::store::{StoreError, Tx};
use crate::sums::Sums;

/// Name of the setting that holds weights and office.
const SETTING: &str = "where_next";

/// What a coordinator set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Setting {
    weights: Weights,
    /// Where the office is, in millionths of a degree north and east.
    office: Option<(i64, i64)>,
}

impl Setting {
    async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let kept = tx.setting(SETTING).await?;
        kept.map_or_else(|| Ok(Self::default()), |text| from_json(&text))
    }

    fn office(self) -> Option<Point> {
        self.office.and_then(|(north, east)| Point::from_millionths(north, east))
    }
}

/// Every unit with its points, the one with most first.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn where_next(office: &Office, actor: Actor) -> Result<WhereNext, Error> {
    ranked(office, actor, false).await
}

/// The same with the boundaries, for a map.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn map(office: &Office, actor: Actor) -> Result<WhereNext, Error> {
    ranked(office, actor, true).await
}

async fn ranked(office: &Office, actor: Actor, with_boundaries: bool) -> Result<WhereNext, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let (today, sums) = (office.day_of(office.clock.now()), office.sums.clone());
    office
        .store
        .read_stale(move |tx| {
            let sums = sums.clone();
            Box::pin(async move {
                let setting = Setting::read(tx).await?;
                let known = Known::read(tx, &sums, today).await?;
                let units = match with_boundaries {
                    true => tx.units().await?,
                    false => tx.units_without_boundaries().await?,
                };
                let units = units.into_iter().map(units::unit).collect::<Result<Vec<_>, _>>()?;
                let rows = known.rows(units, setting)?;
                let (weights, office) = (setting.weights, setting.office());
                Ok(WhereNext { rows, weights, office, may_plan })
            })
        })
        .await
}

/// How many animals a unit is taken to have.
struct Estimate {
    animals: u32,
    source: Option<Source>,
    is_of_commune: bool,
}

/// What is counted of all units at once.
struct Known {
    today: CivilDate,
    served: HashMap<String, i64>,
    waiting: HashMap<String, i64>,
    visited: HashMap<String, Visits>,
    planned: HashMap<String, UnitPlanRow>,
    communes: HashMap<Commune, CommuneFigures>,
}

impl Known {
    async fn read(tx: &mut Tx, sums: &Sums, today: CivilDate) -> Result<Self, StoreError> {
        let day = today.to_string();
        let served = sums.units.or((), tx.units_served()).await?;
        let read = async { Ok::<_, StoreError>(vec![waiting::of_units(tx, today).await?]) };
        let waiting = sums.waiting.or((), read).await?.pop().unwrap_or_default();
        let visited = visited(tx, sums, &day).await?;
        let mut planned = HashMap::new();
        for row in tx.units_planned(&day).await? {
            // The earliest of a unit stands first.
            planned.entry(row.unit.clone()).or_insert(row);
        }
        Ok(Self {
            today,
            served: served.into_iter().map(|row| (row.unit, row.total)).collect(),
            waiting: waiting.units,
            visited,
            planned,
            communes: units::communes(tx)
                .await?
                .into_iter()
                .map(|figures| (figures.commune, figures))
                .collect(),
        })
    }

    /// How many animals a unit is estimated to have; or else its households' share of those of its
    /// commune, with whoever tells of the commune.
    fn estimate(&self, unit: &Unit) -> Option<Estimate> {
        if let Some(animals) = unit.dogs_and_cats {
            return Some(Estimate { animals, source: unit.source.clone(), is_of_commune: false });
        }
        let figures = self.communes.get(&unit.key.commune)?;
        let animals = figures.animals_of(unit.households?)?;
        Some(Estimate { animals, source: Some(figures.source.clone()), is_of_commune: true })
    }

    fn rows(&self, units: Vec<Unit>, setting: Setting) -> Result<Vec<NextRow>, StoreError> {
        let office = setting.office();
        let mut all = HashMap::new();
        let mut facts = Vec::with_capacity(units.len());
        for unit in units {
            facts.push(self.facts(&unit, office));
            all.insert(unit.key, unit);
        }
        let mut rows = Vec::with_capacity(facts.len());
        for scored in rank(facts, setting.weights) {
            let Some(unit) = all.remove(&scored.facts.unit) else { continue };
            let key = unit.key.to_string();
            let estimate = self.estimate(&unit);
            rows.push(NextRow {
                scored,
                name: unit.name.map(|name| name.to_string()),
                estimated: estimate.as_ref().map(|estimate| estimate.animals),
                is_of_commune: estimate.as_ref().is_some_and(|estimate| estimate.is_of_commune),
                source: estimate.and_then(|estimate| estimate.source),
                served: count(self.served.get(&key)),
                last_on: self.visited.get(&key).map(|visits| visits.last_on),
                planned: self.planned.get(&key).map(planned).transpose()?,
                point: unit.point,
                boundary: unit.boundary,
            });
        }
        Ok(rows)
    }

    fn facts(&self, unit: &Unit, office: Option<Point>) -> Facts {
        let key = unit.key.to_string();
        let visits = self.visited.get(&key);
        let days = visits.map(|visits| self.today.days() - visits.last_on.days());
        let served = count(self.served.get(&key));
        Facts {
            unit: unit.key,
            unserved: self.estimate(unit).map(|known| known.animals.saturating_sub(served)),
            waiting: count(self.waiting.get(&key)),
            days: days.map(|days| u32::try_from(days).unwrap_or(0)),
            metres: office.zip(unit.point).map(|(office, point)| office.metres_to(point)),
            pesos: visits.and_then(Visits::pesos),
        }
    }
}

/// What the outreaches come to that reached a unit.
struct Visits {
    /// The day of the last one.
    last_on: CivilDate,
    /// What those cost whose cost is known, in pesos.
    cost: Option<i64>,
    /// The services of those.
    services: i64,
}

impl Visits {
    /// What a service cost so far, where both are known.
    fn pesos(&self) -> Option<u32> {
        let each = self.cost?.checked_div(self.services)?;
        Some(u32::try_from(each.max(0)).unwrap_or(u32::MAX))
    }
}

/// What was held up to today, by unit. What was done at an outreach is counted once, however many
/// units it reached.
async fn visited(
    tx: &mut Tx,
    sums: &Sums,
    today: &str,
) -> Result<HashMap<String, Visits>, StoreError> {
    let mut done: HashMap<Uuid, i64> = HashMap::new();
    for row in sums.costed.or((), tx.services_costed()).await? {
        *done.entry(row.outreach_id).or_insert(0) += row.total;
    }
    let mut all = HashMap::new();
    for row in tx.units_visited(today).await? {
        let last_on = date(&row.held_on)?;
        let visits = all.entry(row.unit).or_insert(Visits { last_on, cost: None, services: 0 });
        visits.last_on = visits.last_on.max(last_on);
        if let Some(cost) = row.cost {
            visits.cost = Some(visits.cost.unwrap_or(0) + cost);
            visits.services += done.get(&row.outreach_id).copied().unwrap_or(0);
        }
    }
    Ok(all)
}

fn count(total: Option<&i64>) -> u32 {
    let total = total.copied().unwrap_or(0).max(0);
    u32::try_from(total).unwrap_or(u32::MAX)
}

fn planned(row: &UnitPlanRow) -> Result<(OutreachId, OutreachStatus, CivilDate), StoreError> {
    let status = code(&row.status, OutreachStatus::from_code)?;
    Ok((OutreachId(row.outreach_id), status, date(&row.held_on)?))
}

/// Keeps how much each part counts, and where the office is.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn set_weights(
    office: &Office,
    actor: Actor,
    form: &WeightsForm,
) -> Result<Weighed, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let setting = match read(form) {
        Ok(setting) => setting,
        Err(wrong) => return Ok(Weighed::Wrong(wrong)),
    };
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                tx.put_setting(SETTING, &json(&setting)?).await?;
                let subject = Subject::acting(&actor);
                let entry = Entry::new(subject, "where_next_weighed", actor, now, &setting)?;
                history::append(tx, &entry).await
            })
        })
        .await?;
    Ok(Weighed::Kept)
}

fn read(form: &WeightsForm) -> Result<Setting, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let text_of = |part: Part| {
        let place = Part::ALL.iter().position(|known| *known == part);
        place.and_then(|place| form.weights.get(place)).cloned().unwrap_or_default()
    };
    let weights = Weights::parse(text_of).map_err(|faults| {
        wrong.extend(faults.into_iter().map(|(part, problem)| (part.code(), problem)));
    });
    let office = match (form.latitude.trim(), form.longitude.trim()) {
        ("", "") => None,
        (north, east) => {
            let point = Point::parse(north, east);
            if point.is_none() {
                wrong.push(("latitude", Problem::Malformed));
            }
            point.map(|point| (point.latitude(), point.longitude()))
        }
    };
    match (weights, wrong) {
        (Ok(weights), wrong) if wrong.is_empty() => Ok(Setting { weights, office }),
        (_, wrong) => Err(wrong),
    }
}

/// Takes a suggestion: a draft of an outreach in that unit, today, in the newest programme, to be
/// changed at once. A draft that is there already is the one.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden);
/// [`Refusal::Invalid`](domain::refusal::Refusal::Invalid) on the unit when it is not known, on the
/// programme when there is none.
pub async fn accept(
    office: &Office,
    actor: Actor,
    unit: UnitKey,
    (name, place): (String, String),
) -> Result<OutreachId, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let draft = Suggested { unit, name, place, zone: office.zone.clone() };
    let when = (now, office.day_of(now));
    office
        .store
        .write_with(draft, move |tx, draft| {
            Box::pin(async move { draft_of(tx, draft, actor, when).await })
        })
        .await
}

/// The draft that is there, or a new one. Whoever else takes the same suggestion waits until this
/// is committed, and then finds the draft.
async fn draft_of(
    tx: &mut Tx,
    draft: &Suggested,
    actor: Actor,
    (now, today): (Timestamp, CivilDate),
) -> Result<OutreachId, Error> {
    let key = draft.unit.to_string();
    if !tx.take_unit_turn(&key).await? {
        return Err(unknown(Field::NeighbourhoodUnit));
    }
    let is_draft =
        |row: &&UnitPlanRow| row.unit == key && row.status == OutreachStatus::Draft.code();
    let planned = tx.units_planned(&today.to_string()).await?;
    match planned.iter().find(is_draft) {
        Some(known) => Ok(OutreachId(known.outreach_id)),
        None => planning::suggested(tx, draft, actor, (now, today)).await,
    }
}
