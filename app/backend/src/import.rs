//! Earlier registers and lists, taken in row by row. A file is read and judged before anything is
//! stored of it in the register; then the worker takes it in, so many rows a transaction, and can
//! be stopped or killed at any of them. What an import made is taken out again as far as nobody
//! has touched it since.
//!
//! What rows say that made nothing is removed a month after anything happened to their import last;
//! what became of them is kept.
//!
//! An import makes owners and animals with their chips, so that a chip is on one animal only and
//! phones know it. It makes no services: nothing of it counts to a target.

mod clearing;
mod facts;
pub mod file;
mod looking;
mod taking_in;
mod taking_out;
mod workbook;

use domain::field_error::Field;
use domain::id::{ImportId, StaffId};
use domain::import::{ImportState, Plan, Reading, Step, Unfit, lacking};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::{Role, UseCase};
use domain::timestamp::Timestamp;
use serde_json::json;
use uuid::Uuid;

pub use clearing::{KEPT_MS, clear};
pub use looking::{list, result, sheet};

use crate::actor::Actor;
use crate::clock;
use crate::desk::{gone, may};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{code, from_json, json as to_json};
use crate::store::vocabulary::import::{ImportRow, ImportedRow};
use crate::store::{StoreError, Tx};

/// Rows that one transaction deals with.
pub const BATCH: i64 = 250;

/// Reads a file and keeps its rows to be looked at; nothing comes into the register yet.
///
/// # Errors
/// [`Refusal::Forbidden`]; a failed database. A file that cannot be taken is an answer.
pub async fn upload(
    office: &Office,
    actor: Actor,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Result<ImportId, Unfit>, Error> {
    may(&actor, UseCase::ImportRegisters)?;
    let read = tokio::task::spawn_blocking(move || file::read(&bytes)).await;
    // A file on which a reader of formats gives up is unreadable like any other.
    let table = match read.unwrap_or(Err(Unfit::Unreadable)) {
        Ok(table) => table,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let (id, now) = (clock::fresh_id(), office.clock.now());
    let row = ImportRow {
        id,
        name: file_name(name),
        state: ImportState::Preview.code().to_owned(),
        columns: to_json(&table.plan)?,
        row_count: i64::try_from(table.rows.len()).unwrap_or(i64::MAX),
        done_to: 0,
        started_at: now.0,
        started_by: actor.id().unwrap_or_default(),
        finished_at: None,
        undone_at: None,
        undone_by: None,
        changed_at: now.0,
        cleared_at: None,
    };
    let mut rows = Vec::with_capacity(table.rows.len());
    for (place, cells) in (1..).zip(&table.rows) {
        let cells = to_json(cells)?;
        let (verdict, owner_id, animal_id) = (None, None, None);
        rows.push(ImportedRow { import_id: id, place, cells, verdict, owner_id, animal_id });
    }
    let kept = office.store.write_with((row, rows), |tx, (row, rows)| {
        Box::pin(async move {
            tx.insert_import(row).await?;
            tx.put_imported_rows(rows).await?;
            Ok::<_, Error>(())
        })
    });
    kept.await?;
    Ok(Ok(ImportId(id)))
}

/// The name of a file without its folders, or a dash when it can be no line of a page.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let short: String = last.chars().take(80).collect();
    ShortText::<80>::parse(&short).map_or_else(|_| "-".to_owned(), |name| name.to_string())
}

/// Says what the columns mean.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] when a field is missing or stands twice;
/// [`Refusal::ChangedMeanwhile`] when the import has begun, or there is none.
pub async fn set_columns(
    office: &Office,
    actor: Actor,
    id: ImportId,
    columns: Vec<Option<Field>>,
) -> Result<(), Error> {
    may(&actor, UseCase::ImportRegisters)?;
    let fields = lacking(&columns);
    if !fields.is_empty() {
        return Err(Error::Refused(Refusal::Invalid { fields }));
    }
    let now = office.clock.now();
    let set = office.store.write_with(columns, move |tx, columns| {
        Box::pin(async move {
            let mut row = found(tx, id).await?;
            let mut plan = plan_of(&row)?;
            let fits = plan.columns.len() == columns.len();
            if !fits || state_of(&row)? != ImportState::Preview {
                return gone();
            }
            plan.columns.clone_from(columns);
            row.columns = to_json(&plan)?;
            row.changed_at = now.0;
            tx.update_import(&row).await?;
            Ok(())
        })
    });
    set.await
}

/// Begins, stops, goes on, undoes or throws away.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] when a column is missing that every row needs;
/// [`Refusal::ChangedMeanwhile`] where the import does not stand so, or there is none.
pub async fn act(office: &Office, actor: Actor, id: ImportId, step: Step) -> Result<(), Error> {
    may(&actor, UseCase::ImportRegisters)?;
    let now = office.clock.now();
    let done = office.store.write(move |tx| {
        Box::pin(async move {
            let mut row = found(tx, id).await?;
            let Some(next) = step.leads_from(state_of(&row)?) else { return gone() };
            match step {
                Step::Discard => {
                    tx.delete_import(row.id).await?;
                    return Ok(());
                }
                Step::Start => {
                    let fields = lacking(&plan_of(&row)?.columns);
                    if !fields.is_empty() {
                        return Err(Error::Refused(Refusal::Invalid { fields }));
                    }
                    // Whoever begins it answers for what comes of it.
                    row.started_by = actor.id().unwrap_or_default();
                }
                Step::Undo => {
                    row.undone_at = Some(now.0);
                    row.undone_by = actor.id();
                }
                Step::Stop | Step::Resume => {}
            }
            next.code().clone_into(&mut row.state);
            row.changed_at = now.0;
            tx.update_import(&row).await?;
            note(tx, &row, (step, actor, now)).await
        })
    });
    done.await
}

/// Notes in the chain of who acts what was done with which list.
async fn note(
    tx: &mut Tx,
    row: &ImportRow,
    (step, actor, now): (Step, Actor, Timestamp),
) -> Result<(), Error> {
    let kind = match step {
        Step::Start | Step::Resume => "import_begun",
        Step::Stop => "import_stopped",
        Step::Undo => "import_undone",
        Step::Discard => return Ok(()),
    };
    let said = json!({ "import": row.id, "rows": row.row_count, "done_to": row.done_to });
    let entry = Entry::new(Subject::acting(&actor), kind, actor, now, &said)?;
    history::append(tx, &entry).await
}

/// Deals with the next rows of the oldest import that is at work, in one transaction. Answers
/// whether there was one. Several processes may do it at once: one of them has to run again, and
/// then finds the rows after those.
///
/// # Errors
/// A failed database.
pub async fn tick(office: &Office) -> Result<bool, Error> {
    let idle = office.store.glance(|tx| Box::pin(async move { tx.import_at_work().await }));
    if idle.await?.is_none() {
        return Ok(false);
    }
    let (now, reading) = (office.clock.now(), reading(office));
    let done = office.store.write(move |tx| {
        Box::pin(async move {
            let Some(row) = tx.import_at_work().await? else { return Ok(false) };
            match state_of(&row)? {
                ImportState::Undoing => taking_out::batch(tx, row, now).await?,
                _ => taking_in::batch(tx, row, (now, reading)).await?,
            }
            Ok::<_, Error>(true)
        })
    });
    done.await
}

fn reading(office: &Office) -> Reading {
    Reading { today: office.day_of(office.clock.now()), tests: office.test_chips() }
}

async fn found(tx: &mut Tx, id: ImportId) -> Result<ImportRow, Error> {
    match tx.import(id.0).await? {
        Some(row) => Ok(row),
        None => gone(),
    }
}

fn state_of(row: &ImportRow) -> Result<ImportState, StoreError> {
    code(&row.state, ImportState::from_code)
}

fn plan_of(row: &ImportRow) -> Result<Plan, StoreError> {
    from_json(&row.columns)
}

fn cells_of(row: &ImportedRow) -> Result<Vec<String>, StoreError> {
    from_json(&row.cells)
}

/// Who began an import or had it undone: only a coordinator may.
fn coordinator(id: Uuid) -> Actor {
    Actor::Staff { id: StaffId(id), role: Role::Coordinator }
}
