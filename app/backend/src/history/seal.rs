//! Checkpoints: a signature over the heads of all chains that grew.

use domain::timestamp::{HOUR_MS, Timestamp};
use sha2::{Digest, Sha256};
use std::time::Duration;

use crate::error::Error;
use crate::history::add_field;
use crate::keys::{Keys, Purpose};
use crate::store::vocabulary::history::{CheckpointRow, HeadRow};
use crate::store::{Store, Tx};

/// Links after which a checkpoint is due.
pub const ROWS: i64 = 1_000;
/// Age of the oldest unsealed link after which a checkpoint is due, in milliseconds: one hour.
pub const INTERVAL_MS: i64 = HOUR_MS;
/// Chains that one checkpoint seals: few milliseconds of the one writer of SQLite, for which
/// whoever registers or searches meanwhile waits.
const AT_ONCE: i64 = 250;
/// Between two checkpoints others write.
const PAUSE: Duration = Duration::from_millis(40);

/// Seals the chains when a checkpoint is due; answers the number of the last one it made, or
/// nothing when none was due.
///
/// # Errors
/// A failed database.
pub async fn seal(store: &Store, keys: &Keys, now: Timestamp) -> Result<Option<i64>, Error> {
    let waiting = store
        .glance(|tx| Box::pin(async move { Ok::<_, Error>(tx.unsealed_history(ROWS).await?) }));
    let waiting = waiting.await?;
    let old = waiting.oldest_at.is_some_and(|at| now.since_ms(Timestamp(at)) >= INTERVAL_MS);
    if waiting.rows < ROWS && !old {
        return Ok(None);
    }
    seal_now(store, keys, now).await
}

/// Seals the chains that grew, however little, in as many checkpoints as they need; answers the
/// number of the last one, or nothing when none did. Each is a transaction of its own, with a
/// pause before the next, so that nobody who registers waits for a long one.
///
/// # Errors
/// A failed database.
pub async fn seal_now(store: &Store, keys: &Keys, now: Timestamp) -> Result<Option<i64>, Error> {
    let mut last = None;
    loop {
        let sealed =
            store.write_with(keys.clone(), move |tx, keys| Box::pin(checkpoint(tx, keys, now)));
        let Some(row) = sealed.await? else { return Ok(last) };
        last = Some(row.sequence);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn checkpoint(
    tx: &mut Tx,
    keys: &Keys,
    now: Timestamp,
) -> Result<Option<CheckpointRow>, Error> {
    let heads = tx.unsealed_heads(AT_ONCE).await?;
    let Some(end) = heads.last() else { return Ok(None) };
    let last = tx.last_checkpoint().await?;
    let mut row = CheckpointRow {
        sequence: last.as_ref().map_or(1, |last| last.sequence + 1),
        at: now.0,
        previous_hash: last.as_ref().map_or(vec![0; 32], hash_of_checkpoint),
        heads_hash: hash_of_heads(&heads),
        head_count: i64::try_from(heads.len()).unwrap_or(i64::MAX),
        kid: Vec::new(),
        signature: Vec::new(),
    };
    let (kid, signature) = keys.sign(Purpose::Checkpoints, &statement(&row))?;
    row.kid = kid.to_vec();
    row.signature = signature.to_vec();
    tx.insert_checkpoint(&row, &heads).await?;
    tx.mark_sealed(end).await?;
    Ok(Some(row))
}

/// What a checkpoint's signature signs.
pub(super) fn statement(row: &CheckpointRow) -> Vec<u8> {
    [
        b"huella-checkpoint-1".as_slice(),
        &row.sequence.to_be_bytes(),
        &row.at.to_be_bytes(),
        &row.previous_hash,
        &row.heads_hash,
        &row.head_count.to_be_bytes(),
    ]
    .concat()
}

/// What the next checkpoint names this one by.
pub(super) fn hash_of_checkpoint(row: &CheckpointRow) -> Vec<u8> {
    Sha256::new().chain_update(statement(row)).chain_update(&row.signature).finalize().to_vec()
}

/// SHA-256 of heads in the order of chains.
pub(super) fn hash_of_heads(heads: &[HeadRow]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for head in heads {
        add_field(&mut hash, Some(head.subject_kind.as_bytes()));
        add_field(&mut hash, Some(head.subject_id.as_bytes()));
        add_field(&mut hash, Some(&head.sequence.to_be_bytes()));
        add_field(&mut hash, Some(&head.hash));
    }
    hash.finalize().to_vec()
}
