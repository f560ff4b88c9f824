//! What rows say that made nothing is nobody's record: it is removed some time after an import was
//! finished, or left lying. What became of each row is kept, and so are those that made something,
//! for undoing names them and an erasure finds its way to them.

use domain::import::{ImportState, Verdict};
use domain::timestamp::{DAY_MS, Timestamp};

use super::state_of;
use crate::error::Error;
use crate::office::Office;
use crate::store::Tx;
use crate::store::vocabulary::import::ImportRow;

/// How long after anything happened to an import last, in milliseconds: thirty days. Until then it
/// can be begun, resumed and undone, and afterwards undone.
pub const KEPT_MS: i64 = 30 * DAY_MS;
/// How many imports are cleared in one go: one may have twenty thousand rows.
const AT_ONCE: i64 = 5;

/// Clears what is due; answers how many imports. One that was never begun, or was stopped and not
/// resumed, is over by it.
///
/// # Errors
/// A failed database.
pub async fn clear(office: &Office) -> Result<u32, Error> {
    let now = office.clock.now();
    let before = now.plus_ms(-KEPT_MS);
    let due = office
        .store
        .glance(move |tx| Box::pin(async move { tx.imports_to_clear(before.0, AT_ONCE).await }));
    if due.await?.is_empty() {
        return Ok(0);
    }
    let cleared = office.store.write(move |tx| {
        Box::pin(async move {
            let mut cleared = 0;
            // Read again: somebody may have gone on with one meanwhile.
            for row in tx.imports_to_clear(before.0, AT_ONCE).await? {
                empty(tx, row, now).await?;
                cleared += 1;
            }
            Ok::<_, Error>(cleared)
        })
    });
    cleared.await
}

async fn empty(tx: &mut Tx, mut import: ImportRow, now: Timestamp) -> Result<(), Error> {
    let made = [Verdict::New, Verdict::KnownOwner, Verdict::Kept, Verdict::OwnerKept];
    let made = made.map(Verdict::code);
    tx.clear_imported_rows(import.id, &made, Verdict::Lapsed.code()).await?;
    if matches!(state_of(&import)?, ImportState::Preview | ImportState::Stopped) {
        ImportState::Done.code().clone_into(&mut import.state);
        import.done_to = import.row_count;
        import.finished_at = Some(now.0);
    }
    import.cleared_at = Some(now.0);
    Ok(tx.update_import(&import).await?)
}
