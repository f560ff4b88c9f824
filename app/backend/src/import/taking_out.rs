//! What an import made is taken out again, the last rows first. What somebody has touched since
//! stays, and its row says so.

use std::collections::HashSet;

use domain::id::{AnimalId, OwnerId};
use domain::import::{ImportState, Verdict};
use domain::timestamp::Timestamp;
use uuid::Uuid;

use super::{BATCH, coordinator};
use crate::error::Error;
use crate::history::{self, Subject};
use crate::records::code;
use crate::store::Tx;
use crate::store::vocabulary::import::{ImportRow, ImportedRow};

/// The ground that the chains of what is taken out say: a verification then tells that it was
/// erased, and not that it was altered.
const GROUND: &str = "import_undone";

/// Takes out what the last rows made.
///
/// # Errors
/// A failed database.
pub(super) async fn batch(tx: &mut Tx, mut import: ImportRow, now: Timestamp) -> Result<(), Error> {
    let rows = tx.imported_rows_back(import.id, import.done_to, BATCH).await?;
    import.done_to = rows.last().map_or(0, |row| row.place.saturating_sub(1));
    let mut made = Vec::new();
    for row in rows {
        let verdict = row.verdict.as_deref().map(|text| code(text, Verdict::from_code));
        match verdict.transpose()? {
            Some(verdict) if verdict.made_animal() => made.push((verdict, row)),
            _ => {}
        }
    }
    let by = coordinator(import.undone_by.unwrap_or(import.started_by));
    let animals: Vec<_> = made.iter().filter_map(|(_, row)| row.animal_id).collect();
    let animals = tx.untouched_animals(&animals).await?;
    for id in &animals {
        history::erase(tx, Subject::Animal(AnimalId(*id)), GROUND, by, now).await?;
    }
    tx.remove_animals(&animals).await?;
    let is_new = |verdict: Verdict| verdict == Verdict::New;
    let owners = made.iter().filter(|(verdict, _)| is_new(*verdict));
    let owners: Vec<_> = owners.filter_map(|(_, row)| row.owner_id).collect();
    let owners = tx.untouched_owners(&owners).await?;
    for id in &owners {
        history::erase(tx, Subject::Owner(OwnerId(*id)), GROUND, by, now).await?;
    }
    tx.remove_owners(&owners).await?;
    let (animals, owners) = (animals.into_iter().collect(), owners.into_iter().collect());
    let told: Vec<_> =
        made.into_iter().map(|(verdict, row)| told(verdict, row, &animals, &owners)).collect();
    tx.put_imported_rows(&told).await?;
    if import.done_to == 0 {
        ImportState::Undone.code().clone_into(&mut import.state);
    }
    import.changed_at = now.0;
    tx.update_import(&import).await?;
    Ok(())
}

/// The row with what became of what it had made.
fn told(
    verdict: Verdict,
    mut row: ImportedRow,
    animals: &HashSet<Uuid>,
    owners: &HashSet<Uuid>,
) -> ImportedRow {
    let has_animal = row.animal_id.is_some_and(|id| !animals.contains(&id));
    let has_owner = verdict == Verdict::New && row.owner_id.is_some_and(|id| !owners.contains(&id));
    let after = match (has_animal, has_owner) {
        (true, _) => Verdict::Kept,
        (false, true) => Verdict::OwnerKept,
        (false, false) => Verdict::Undone,
    };
    if !has_animal {
        row.animal_id = None;
    }
    if after == Verdict::Undone {
        row.owner_id = None;
        // Nothing leads an erasure to what it said any more.
        row.cells = "[]".to_owned();
    }
    row.verdict = Some(after.code().to_owned());
    row
}
