//! Imports as their pages show them: what would become of each row, or what has.

use std::collections::BTreeMap;

use domain::field_error::{Field, FieldError};
use domain::id::{AnimalId, ImportId, OwnerId};
use domain::import::{
    ImportLine, ImportSheet, ImportState, KeptRow, Plan, PreviewRow, Reading, Row, Verdict,
    of_faults, read,
};
use domain::role::UseCase;
use domain::timestamp::Timestamp;

use super::facts::Named;
use super::{cells_of, found, plan_of, reading, state_of};
use crate::actor::Actor;
use crate::desk::{may, number};
use crate::error::{Error, Fault};
use crate::office::Office;
use crate::records::code;
use crate::store::StoreError;
use crate::store::vocabulary::import::{ImportRow, ImportedRow};

/// Imports that are listed.
const MOST_LISTED: i64 = 100;
/// Rows that a page shows of each sort.
const MOST_SHOWN: usize = 20;
/// Things that stay which a page names.
const MOST_KEPT: i64 = 200;

/// A row with its cells and what they say.
type Said = (i64, Vec<String>, Result<Row, Vec<FieldError>>);

/// The latest imports.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn list(office: &Office, actor: Actor) -> Result<Vec<ImportLine>, Error> {
    may(&actor, UseCase::ImportRegisters)?;
    let rows = office.store.glance(|tx| Box::pin(async move { tx.imports(MOST_LISTED).await }));
    let lines = rows.await?.iter().map(line).collect::<Result<_, StoreError>>();
    Ok(lines?)
}

fn line(row: &ImportRow) -> Result<ImportLine, StoreError> {
    Ok(ImportLine {
        id: ImportId(row.id),
        name: row.name.clone(),
        state: state_of(row)?,
        rows: number(row.row_count),
        done: number(row.done_to),
        started_at: Timestamp(row.started_at),
    })
}

/// One import: its columns, some of its rows, and how many have each verdict. In the preview the
/// verdicts are those that the rows would have now.
///
/// # Errors
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden),
/// [`Refusal::ChangedMeanwhile`](domain::refusal::Refusal::ChangedMeanwhile) when there is none.
pub async fn sheet(office: &Office, actor: Actor, id: ImportId) -> Result<ImportSheet, Error> {
    may(&actor, UseCase::ImportRegisters)?;
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let row = found(tx, id).await?;
            let counts = tx.count_import_verdicts(id.0).await?;
            let is_preview = state_of(&row)? == ImportState::Preview;
            let rows = match is_preview {
                true => tx.imported_rows(id.0, 0, row.row_count).await?,
                false => {
                    let wrong = [Verdict::Unreadable, Verdict::TestChip, Verdict::ChipTaken];
                    let most = i64::try_from(MOST_SHOWN).unwrap_or(i64::MAX);
                    tx.imported_rows_with(id.0, &wrong.map(Verdict::code), most).await?
                }
            };
            let stays = [Verdict::Kept, Verdict::OwnerKept].map(Verdict::code);
            let kept = tx.imported_rows_with(id.0, &stays, MOST_KEPT).await?;
            Ok::<_, Error>((row, counts, rows, kept))
        })
    });
    let (row, counts, rows, kept) = read.await?;
    let (line, plan) = (line(&row)?, plan_of(&row)?);
    let kept = kept.iter().map(|row| kept_row(row, &plan)).collect::<Result<_, StoreError>>()?;
    let (totals, rows) = if line.state == ImportState::Preview {
        let judged = judged(office, &plan, rows).await?;
        (totals(&judged), shown(judged))
    } else {
        let mut totals = Vec::new();
        for (verdict, count) in counts {
            totals.push((code(&verdict, Verdict::from_code)?, number(count)));
        }
        totals.sort_unstable();
        let mut rows = said(office, &plan, rows).await?;
        // Of what was removed there is nothing to show.
        rows.retain(|row| !row.cells.is_empty());
        (totals, rows)
    };
    let is_cleared = row.cleared_at.is_some();
    Ok(ImportSheet { line, plan, totals, rows, kept, is_cleared })
}

/// Every row of an import with its verdict, in their order: in the preview, the one that it would
/// have now.
///
/// # Errors
/// Those of [`sheet`].
pub async fn result(
    office: &Office,
    actor: Actor,
    id: ImportId,
) -> Result<(Plan, Vec<PreviewRow>), Error> {
    may(&actor, UseCase::ImportRegisters)?;
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let row = found(tx, id).await?;
            let rows = tx.imported_rows(id.0, 0, row.row_count).await?;
            Ok::<_, Error>((row, rows))
        })
    });
    let (row, rows) = read.await?;
    let plan = plan_of(&row)?;
    let rows = match state_of(&row)? {
        ImportState::Preview => judged(office, &plan, rows).await?,
        _ => said(office, &plan, rows).await?,
    };
    Ok((plan, rows))
}

/// Reads rows on a thread of their own: twenty thousand take a while.
async fn apart(
    plan: &Plan,
    rows: Vec<ImportedRow>,
    reading: Reading,
) -> Result<Vec<(ImportedRow, Said)>, Error> {
    let columns = plan.columns.clone();
    let work = move || {
        let mut said = Vec::with_capacity(rows.len());
        for row in rows {
            let cells = cells_of(&row)?;
            let told = read(&columns, &cells, reading);
            let place = row.place;
            said.push((row, (place, cells, told)));
        }
        Ok::<_, StoreError>(said)
    };
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| Fault::caused("the rows of an import were not read", error));
    Ok(done.map_err(Error::Failed)??)
}

/// Rows with the verdicts that they would have now.
async fn judged(
    office: &Office,
    plan: &Plan,
    rows: Vec<ImportedRow>,
) -> Result<Vec<PreviewRow>, Error> {
    let said = apart(plan, rows, reading(office)).await?;
    let named = Named::of(said.iter().filter_map(|(_, (_, _, told))| told.as_ref().ok()));
    let facts = office.store.read(move |tx| Box::pin(async move { named.facts(tx).await }));
    let mut ledger = facts.await?.ledger;
    let judge = |(_, (place, cells, told)): (ImportedRow, Said)| {
        let (verdict, faults) = match told {
            Ok(row) => (ledger.judge(&row), Vec::new()),
            Err(faults) => (of_faults(&faults), faults),
        };
        PreviewRow { place: number(place), cells, verdict: Some(verdict), faults }
    };
    Ok(said.into_iter().map(judge).collect())
}

/// Rows with the verdicts that they have.
async fn said(
    office: &Office,
    plan: &Plan,
    rows: Vec<ImportedRow>,
) -> Result<Vec<PreviewRow>, Error> {
    let mut told = Vec::with_capacity(rows.len());
    for (row, (place, cells, read)) in apart(plan, rows, reading(office)).await? {
        let verdict = row.verdict.as_deref().map(|text| code(text, Verdict::from_code));
        let verdict = verdict.transpose()?;
        let is_wrong =
            matches!(verdict, Some(Verdict::Unreadable | Verdict::TestChip)) && !cells.is_empty();
        let faults = if is_wrong { read.err().unwrap_or_default() } else { Vec::new() };
        told.push(PreviewRow { place: number(place), cells, verdict, faults });
    }
    Ok(told)
}

fn totals(rows: &[PreviewRow]) -> Vec<(Verdict, u32)> {
    let mut totals = BTreeMap::new();
    for verdict in rows.iter().filter_map(|row| row.verdict) {
        *totals.entry(verdict).or_insert(0_u32) += 1;
    }
    totals.into_iter().collect()
}

/// The first rows, and the first of those that make nothing.
fn shown(rows: Vec<PreviewRow>) -> Vec<PreviewRow> {
    let mut wrong = 0;
    let is_shown = |(at, row): &(usize, PreviewRow)| {
        let is_wrong = !row.verdict.is_some_and(Verdict::made_animal);
        wrong += usize::from(is_wrong);
        *at < MOST_SHOWN || (is_wrong && wrong <= MOST_SHOWN)
    };
    rows.into_iter().enumerate().filter(is_shown).map(|(_, row)| row).collect()
}

/// What stays of a row's, by the name that the list gave it; a dash after an erasure.
fn kept_row(row: &ImportedRow, plan: &Plan) -> Result<KeptRow, StoreError> {
    let cells = cells_of(row)?;
    let named = match row.animal_id {
        Some(_) => vec![Field::PetName],
        None => vec![Field::PersonName, Field::Given],
    };
    let cell = |field| {
        let place = plan.columns.iter().position(|column| *column == Some(field))?;
        cells.get(place).filter(|name| !name.trim().is_empty()).cloned()
    };
    Ok(KeptRow {
        place: number(row.place),
        name: named.into_iter().find_map(cell).unwrap_or_else(|| "-".to_owned()),
        animal: row.animal_id.map(AnimalId),
        owner: row.owner_id.filter(|_| row.animal_id.is_none()).map(OwnerId),
    })
}
