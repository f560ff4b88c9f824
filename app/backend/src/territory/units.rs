//! Neighbourhood units: the list, and files of them, which are looked at before they are taken in.

use domain::desk::territory::{FileVerdict, UnitFile, UnitList, Wrong};
use domain::field_error::Problem;
use domain::name::ShortText;
use domain::role::{Caller, UseCase, allows};
use domain::territory::Commune;
use domain::territory::area::{Area, Told};
use domain::territory::file::{Cells, Defaults, Judged, Verdict, judge, year};
use domain::territory::point::{Boundary, Point};
use domain::territory::units::{CommuneFigures, Source, Unit};
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::BTreeMap;

use super::files;
use crate::actor::Actor;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{territory, unit as key_of};
use crate::store::vocabulary::territory::{CommuneRow, UnitRow};
use crate::store::{StoreError, Tx};

/// Every unit, by commune and number.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn list(office: &Office, actor: Actor) -> Result<UnitList, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let rows = tx.units_without_boundaries().await?;
                let rows = rows.into_iter().map(unit).collect::<Result<Vec<_>, _>>()?;
                let communes = communes(tx).await?;
                Ok(UnitList { rows: in_order(rows), communes, may_plan })
            })
        })
        .await
}

/// What is known of whole communes, by their codes.
pub(super) async fn communes(tx: &mut Tx) -> Result<Vec<CommuneFigures>, StoreError> {
    tx.commune_figures().await?.into_iter().map(commune).collect()
}

/// The stored keys are texts, so that 10 stands before 9 there.
fn in_order(mut units: Vec<Unit>) -> Vec<Unit> {
    units.sort_by_key(|unit| unit.key);
    units
}

/// Every row of a file with its verdict; nothing is stored.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn look(office: &Office, actor: Actor, file: &UnitFile) -> Result<FileVerdict, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let (rows, defaults) = match opened(office, file) {
        Ok(opened) => opened,
        Err(unfit) => return Ok(unfit),
    };
    let known = office.store.read(|tx| Box::pin(async move { known(tx).await })).await?;
    Ok(FileVerdict::Judged(judge(&rows, &defaults, &known)))
}

/// Takes in what of a file is new or says something else, as its rows are judged now; wrong rows
/// are left out.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn take(office: &Office, actor: Actor, file: &UnitFile) -> Result<FileVerdict, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let opened = match opened(office, file) {
        Ok(opened) => opened,
        Err(unfit) => return Ok(unfit),
    };
    let judged = office
        .store
        .write_with(opened, move |tx, (rows, defaults)| {
            Box::pin(async move {
                let judged = judge(rows, defaults, &known(tx).await?);
                store(tx, actor, now, &judged).await?;
                Ok::<_, Error>(judged)
            })
        })
        .await?;
    Ok(FileVerdict::Judged(judged))
}

async fn store(tx: &mut Tx, actor: Actor, now: Timestamp, judged: &[Judged]) -> Result<(), Error> {
    let (mut units, mut communes) = (Vec::new(), Vec::new());
    for told in judged.iter().filter_map(Judged::stored) {
        match told {
            Told::Unit(unit) => units.push(row(unit, now)),
            Told::Commune(figures) => communes.push(commune_row(figures, now)),
        }
    }
    let stored = units.len() + communes.len();
    if stored == 0 {
        return Ok(());
    }
    tx.put_units(&units).await?;
    tx.put_communes(&communes).await?;
    let is_new = |one: &&Judged| matches!(one.verdict, Verdict::New(_));
    let fresh = judged.iter().filter(is_new).count();
    let said = serde_json::json!({
        "new": fresh, "changed": stored - fresh, "communes": communes.len(),
    });
    let entry = Entry::new(Subject::acting(&actor), "units_imported", actor, now, &said)?;
    history::append(tx, &entry).await
}

/// The rows of a file and what holds for all of them.
fn opened(office: &Office, file: &UnitFile) -> Result<(Vec<Cells>, Defaults), FileVerdict> {
    let today = office.day_of(office.clock.now());
    let defaults = defaults(file, today).map_err(FileVerdict::Wrong)?;
    let rows = files::rows(&file.text).map_err(FileVerdict::Unfit)?;
    Ok((rows, defaults))
}

fn defaults(file: &UnitFile, today: CivilDate) -> Result<Defaults, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let commune = match file.commune.trim() {
        "" => None,
        text => Commune::parse(text).map_err(|error| wrong.push(("commune", error.into()))).ok(),
    };
    let source = ShortText::parse_optional(&file.source);
    let source = source.map_err(|error| wrong.push(("source", Problem::from(error))));
    let year = match file.year.trim() {
        "" => None,
        text => year(text, today).map_err(|problem| wrong.push(("year", problem))).ok(),
    };
    match (source, wrong) {
        (Ok(source), wrong) if wrong.is_empty() => Ok(Defaults { commune, source, year, today }),
        (_, wrong) => Err(wrong),
    }
}

async fn known(tx: &mut Tx) -> Result<BTreeMap<Area, Told>, StoreError> {
    let mut known = BTreeMap::new();
    for row in tx.units().await? {
        let told = Told::Unit(unit(row)?);
        known.insert(told.area(), told);
    }
    for figures in communes(tx).await? {
        let told = Told::Commune(figures);
        known.insert(told.area(), told);
    }
    Ok(known)
}

/// A unit as it is stored.
pub(super) fn unit(row: UnitRow) -> Result<Unit, StoreError> {
    let wrong = |_| StoreError::Inconsistent("a neighbourhood unit cannot be read");
    let said = row.source.zip(row.source_year);
    let source = said.map(|(name, year)| source(&name, year)).transpose()?;
    let point = row.latitude.zip(row.longitude);
    Ok(Unit {
        key: key_of(&row.unit)?,
        name: row.name.as_deref().map(ShortText::parse).transpose().map_err(wrong)?,
        households: figure(row.households),
        dogs_and_cats: figure(row.dogs_and_cats),
        source,
        point: point.and_then(|(north, east)| Point::from_millionths(north, east)),
        boundary: row.boundary.map(Boundary::from_stored),
    })
}

fn figure(figure: Option<i64>) -> Option<u32> {
    figure.and_then(|figure| u32::try_from(figure).ok())
}

fn source(name: &str, year: i64) -> Result<Source, StoreError> {
    let wrong = |_| StoreError::Inconsistent("the source of a figure cannot be read");
    let name = ShortText::parse(name).map_err(wrong)?;
    Ok(Source { name, year: u16::try_from(year).unwrap_or(0) })
}

/// What is known of a commune, as it is stored.
pub(super) fn commune(row: CommuneRow) -> Result<CommuneFigures, StoreError> {
    Ok(CommuneFigures {
        commune: territory(&row.commune)?,
        households: figure(row.households),
        dogs_and_cats: figure(row.dogs_and_cats),
        source: source(&row.source, row.source_year)?,
    })
}

/// What is known of a commune, to be stored.
pub(super) fn commune_row(figures: &CommuneFigures, now: Timestamp) -> CommuneRow {
    CommuneRow {
        commune: figures.commune.code(),
        households: figures.households.map(i64::from),
        dogs_and_cats: figures.dogs_and_cats.map(i64::from),
        source: figures.source.name.to_string(),
        source_year: figures.source.year.into(),
        changed_at: now.0,
    }
}

/// A unit, to be stored.
pub(super) fn row(unit: &Unit, now: Timestamp) -> UnitRow {
    UnitRow {
        unit: unit.key.to_string(),
        commune: unit.key.commune.code(),
        name: unit.name.as_ref().map(ToString::to_string),
        households: unit.households.map(i64::from),
        dogs_and_cats: unit.dogs_and_cats.map(i64::from),
        source: unit.source.as_ref().map(|source| source.name.to_string()),
        source_year: unit.source.as_ref().map(|source| i64::from(source.year)),
        latitude: unit.point.map(Point::latitude),
        longitude: unit.point.map(Point::longitude),
        boundary: unit.boundary.as_ref().map(|boundary| boundary.as_str().to_owned()),
        changed_at: now.0,
    }
}
