//! A neighbourhood unit, or the figures of a whole commune, put right by hand or taken out.

use domain::catalogue::unit_columns::UnitColumn;
use domain::desk::territory::{AreaDeed, AreaForm, AreaSheet};
use domain::field_error::Field;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::territory::area::{Area, Told};
use domain::territory::file::{Cells, Defaults, Shape, read};
use domain::territory::point::Point;
use domain::territory::units::{Source, Unit};
use domain::timestamp::Timestamp;
use serde_json::{Value, json};

use super::{units, unknown};
use crate::actor::Actor;
use crate::desk::{may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::store::{StoreError, Tx};

/// What is known of an area, and since when it is so.
struct Known {
    told: Told,
    changed_at: i64,
}

impl Known {
    async fn read(tx: &mut Tx, area: Area) -> Result<Option<Self>, StoreError> {
        match area {
            Area::Unit(key) => {
                let Some(row) = tx.unit(&key.to_string()).await? else { return Ok(None) };
                let changed_at = row.changed_at;
                Ok(Some(Self { told: Told::Unit(units::unit(row)?), changed_at }))
            }
            Area::Commune(commune) => {
                let code = commune.code();
                let mut rows = tx.commune_figures().await?.into_iter();
                let row = rows.find(|row| row.commune == code);
                let Some(row) = row else { return Ok(None) };
                let changed_at = row.changed_at;
                Ok(Some(Self { told: Told::Commune(units::commune(row)?), changed_at }))
            }
        }
    }
}

/// One unit, or the figures of one commune, as its form shows it.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] on the unit when nothing is known of it.
pub async fn sheet(office: &Office, actor: Actor, area: Area) -> Result<AreaSheet, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let known = Known::read(tx, area).await?;
                let known = known.ok_or_else(|| unknown(Field::NeighbourhoodUnit))?;
                let outreaches = reaching(tx, area).await?;
                let unit = match &known.told {
                    Told::Unit(unit) => Some(unit),
                    Told::Commune(_) => None,
                };
                let has_boundary = unit.is_some_and(|unit| unit.boundary.is_some());
                Ok(AreaSheet { area, form: form_of(&known), has_boundary, outreaches })
            })
        })
        .await
}

/// How many outreaches reach an area that keep it from being taken out.
async fn reaching(tx: &mut Tx, area: Area) -> Result<u32, StoreError> {
    match area {
        Area::Unit(key) => Ok(number(tx.count_outreaches_reaching(&key.to_string()).await?)),
        // The units of a commune stay without its figures.
        Area::Commune(_) => Ok(0),
    }
}

fn form_of(known: &Known) -> AreaForm {
    let text = |figure: Option<u32>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    let (households, animals, source) = match &known.told {
        Told::Unit(unit) => (unit.households, unit.dogs_and_cats, unit.source.as_ref()),
        Told::Commune(figures) => {
            (figures.households, figures.dogs_and_cats, Some(&figures.source))
        }
    };
    let form = AreaForm {
        households: text(households),
        dogs_and_cats: text(animals),
        source: source.map(|source| source.name.to_string()).unwrap_or_default(),
        year: source.map(|source| source.year.to_string()).unwrap_or_default(),
        seen: known.changed_at.to_string(),
        ..AreaForm::default()
    };
    let Told::Unit(unit) = &known.told else { return form };
    AreaForm {
        name: unit.name.as_ref().map(ToString::to_string).unwrap_or_default(),
        latitude: unit.point.map(Point::latitude_text).unwrap_or_default(),
        longitude: unit.point.map(Point::longitude_text).unwrap_or_default(),
        ..form
    }
}

/// Keeps a known unit, or the figures of a commune, as they are from now on: what the form leaves
/// empty is not known any more. Sent twice it is done once.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] on the unit when nothing is known of it;
/// [`Refusal::ChangedMeanwhile`] when it was filled before somebody else changed it.
pub async fn keep(
    office: &Office,
    actor: Actor,
    area: Area,
    form: &AreaForm,
) -> Result<AreaDeed, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let today = office.day_of(now);
    let defaults = Defaults { commune: None, source: None, year: None, today };
    let told = match read(&cells(area, form), &defaults) {
        Ok(told) => told,
        Err(faults) => {
            let wrong = faults.into_iter().map(|fault| (fault.column.code(), fault.problem));
            return Ok(AreaDeed::Wrong(wrong.collect()));
        }
    };
    let sent = (told, form.drops_boundary, form.seen.trim().to_owned());
    office
        .store
        .write_with(sent, move |tx, (told, drops_boundary, seen)| {
            Box::pin(async move {
                let known = Known::read(tx, area).await?;
                let known = known.ok_or_else(|| unknown(Field::NeighbourhoodUnit))?;
                let after = after(told, &known.told, *drops_boundary);
                if after == known.told {
                    return Ok(AreaDeed::Kept);
                }
                if *seen != known.changed_at.to_string() {
                    return Err(Error::Refused(Refusal::ChangedMeanwhile));
                }
                write(tx, &after, now).await?;
                let said = json!({
                    "area": area.to_string(), "before": said(&known.told), "after": said(&after),
                });
                note(tx, "area_changed", (actor, now), &said).await?;
                Ok(AreaDeed::Kept)
            })
        })
        .await
}

/// The form as a row of a file: both are read alike.
fn cells(area: Area, form: &AreaForm) -> Cells {
    let mut texts = vec![
        (UnitColumn::Households, form.households.clone()),
        (UnitColumn::DogsAndCats, form.dogs_and_cats.clone()),
        (UnitColumn::Source, form.source.clone()),
        (UnitColumn::Year, form.year.clone()),
    ];
    match area {
        Area::Commune(commune) => texts.push((UnitColumn::Commune, commune.code())),
        Area::Unit(key) => texts.extend([
            (UnitColumn::Unit, key.to_string()),
            (UnitColumn::Name, form.name.clone()),
            (UnitColumn::Latitude, form.latitude.clone()),
            (UnitColumn::Longitude, form.longitude.clone()),
        ]),
    }
    Cells { place: 1, texts: texts.into_iter().collect(), shape: Shape::None }
}

/// What is known from now on. The form tells of no boundary but that it goes.
fn after(told: &Told, before: &Told, drops_boundary: bool) -> Told {
    match (told, before) {
        (Told::Unit(unit), Told::Unit(before)) if !drops_boundary => {
            Told::Unit(Unit { boundary: before.boundary.clone(), ..unit.clone() })
        }
        (told, _) => told.clone(),
    }
}

async fn write(tx: &mut Tx, told: &Told, now: Timestamp) -> Result<(), StoreError> {
    match told {
        Told::Unit(unit) => tx.put_units(&[units::row(unit, now)]).await,
        Told::Commune(figures) => tx.put_communes(&[units::commune_row(figures, now)]).await,
    }
}

/// Takes out a unit that no outreach reaches, or the figures of a commune. What is out already is
/// taken out.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn take_out(office: &Office, actor: Actor, area: Area) -> Result<AreaDeed, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                if let Area::Unit(key) = area {
                    // Nobody plans there while it is looked whether somebody has.
                    tx.take_unit_turn(&key.to_string()).await?;
                }
                let Some(known) = Known::read(tx, area).await? else {
                    return Ok(AreaDeed::TakenOut);
                };
                match reaching(tx, area).await? {
                    0 => {}
                    outreaches => return Ok(AreaDeed::Reached(outreaches)),
                }
                match area {
                    Area::Unit(key) => tx.remove_unit(&key.to_string()).await?,
                    Area::Commune(commune) => tx.remove_commune(&commune.code()).await?,
                };
                let said = json!({ "area": area.to_string(), "before": said(&known.told) });
                note(tx, "area_taken_out", (actor, now), &said).await?;
                Ok(AreaDeed::TakenOut)
            })
        })
        .await
}

async fn note(
    tx: &mut Tx,
    kind: &'static str,
    (actor, now): (Actor, Timestamp),
    said: &Value,
) -> Result<(), Error> {
    let entry = Entry::new(Subject::acting(&actor), kind, actor, now, said)?;
    history::append(tx, &entry).await
}

/// What the history keeps of an area. Boundaries are long, and the files they came in are kept by
/// whoever sent them.
fn said(told: &Told) -> Value {
    let source = |source: &Source| json!({ "name": source.name.to_string(), "year": source.year });
    match told {
        Told::Unit(unit) => json!({
            "name": unit.name.as_ref().map(ToString::to_string),
            "households": unit.households,
            "dogs_and_cats": unit.dogs_and_cats,
            "source": unit.source.as_ref().map(source),
            "latitude": unit.point.map(Point::latitude),
            "longitude": unit.point.map(Point::longitude),
            "has_boundary": unit.boundary.is_some(),
        }),
        Told::Commune(figures) => json!({
            "households": figures.households,
            "dogs_and_cats": figures.dogs_and_cats,
            "source": source(&figures.source),
        }),
    }
}
