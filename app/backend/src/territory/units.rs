//! Neighbourhood units: the list, and files of them, which are looked at before they are taken in.

use domain::desk::territory::{FileVerdict, UnitFile, UnitList, Wrong};
use domain::field_error::Problem;
use domain::name::ShortText;
use domain::role::{Caller, UseCase, allows};
use domain::territory::file::{Cells, Defaults, Judged, Verdict, judge, year};
use domain::territory::point::{Boundary, Point};
use domain::territory::units::{Source, Unit};
use domain::territory::{Commune, UnitKey};
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::BTreeMap;

use super::files;
use crate::actor::Actor;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::unit as key_of;
use crate::store::vocabulary::territory::UnitRow;
use crate::store::{StoreError, Tx};

/// Every unit, by commune and number.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn list(office: &Office, actor: Actor) -> Result<UnitList, Error> {
    may(&actor, UseCase::ReadOutreaches)?;
    let may_plan = allows(actor.caller().unwrap_or(Caller::Public), UseCase::PlanOutreaches);
    let rows = office
        .store
        .read(|tx| Box::pin(async move { tx.units_without_boundaries().await }))
        .await?;
    let rows = rows.into_iter().map(unit).collect::<Result<Vec<_>, _>>()?;
    Ok(UnitList { rows: in_order(rows), may_plan })
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
    let rows: Vec<_> = judged.iter().filter_map(Judged::stored).map(|one| row(one, now)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.put_units(&rows).await?;
    let is_new = |one: &&Judged| matches!(one.verdict, Verdict::New(_));
    let fresh = judged.iter().filter(is_new).count();
    let said = serde_json::json!({ "new": fresh, "changed": rows.len() - fresh });
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

async fn known(tx: &mut Tx) -> Result<BTreeMap<UnitKey, Unit>, StoreError> {
    let units = tx.units().await?.into_iter().map(unit);
    units.map(|unit| unit.map(|unit| (unit.key, unit))).collect()
}

/// A unit as it is stored.
pub(super) fn unit(row: UnitRow) -> Result<Unit, StoreError> {
    let wrong = |_| StoreError::Inconsistent("a neighbourhood unit cannot be read");
    let figure = |figure: Option<i64>| figure.and_then(|figure| u32::try_from(figure).ok());
    let source = match (row.source, row.source_year) {
        (Some(name), Some(year)) => {
            let year = u16::try_from(year).unwrap_or(0);
            Some(Source { name: ShortText::parse(&name).map_err(wrong)?, year })
        }
        _ => None,
    };
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

fn row(unit: &Unit, now: Timestamp) -> UnitRow {
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
