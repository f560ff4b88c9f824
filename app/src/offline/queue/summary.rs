//! What is known of the records, summed up in sealed blocks for the next start.

use super::access::numbered;
use super::{CHANGE, META, Queue, SUMMARY, StorageError};
use crate::offline::held::Held;
use crate::offline::held::packed::unpacked;
use crate::offline::ledger::Settling;
use crate::offline::store::{Transaction, Value};
use crate::offline::vault;

impl Queue {
    /// Sums up what is known, once everything was read, when enough has changed. The summary can be
    /// made again at any time: what cannot be written now is written later.
    ///
    /// # Errors
    /// [`StorageError`]: the one before stands.
    pub async fn settle(&self) -> Result<(), StorageError> {
        let _turn = self.turns.take().await;
        self.catch_up().await?;
        let settling = self.ledger.borrow().settling();
        let Some(settling) = settling else { return Ok(()) };
        let written = self.write_summary(&settling).await;
        let mut ledger = self.ledger.borrow_mut();
        match &written {
            Ok(None) => ledger.settled(&settling),
            Ok(Some(other)) => ledger.outdone(other.clone()),
            Err(StorageError) => ledger.put_off(),
        }
        written.map(drop)
    }

    /// Writes it, unless another tab has written one meanwhile: that one.
    async fn write_summary(&self, settling: &Settling) -> Result<Option<String>, StorageError> {
        let mut sealed = Vec::with_capacity(settling.blocks.len());
        for (number, bytes) in &settling.blocks {
            let key = numbered(SUMMARY, *number);
            let block = vault::seal_block(&key, bytes).await.ok_or(StorageError)?;
            sealed.push((key, block));
        }
        let writing = self.write(&[META]).await?;
        let here = writing.get(META, SUMMARY)?.text().await?.unwrap_or_default();
        if here != settling.before {
            return Ok(Some(here));
        }
        for (key, block) in &sealed {
            writing.put(META, key, block)?;
        }
        for number in &settling.gone {
            writing.delete(META, &numbered(SUMMARY, *number))?;
        }
        for number in settling.changes.clone() {
            writing.delete(META, &numbered(CHANGE, number))?;
        }
        writing.put(META, SUMMARY, &settling.summary.as_str().into())?;
        writing.done().await?;
        Ok(None)
    }
}

/// The blocks of these numbers as they are stored, each with what it is about before it.
pub(super) async fn stored_blocks(
    reading: &Transaction,
    numbers: &[u32],
) -> Result<Vec<(String, Value)>, StorageError> {
    let mut asked = Vec::with_capacity(numbers.len());
    for number in numbers {
        let key = numbered(SUMMARY, *number);
        let block = reading.get(META, &key)?;
        asked.push((key, block));
    }
    let mut blocks = Vec::with_capacity(asked.len());
    for (key, block) in asked {
        blocks.push((key, block.value().await?));
    }
    Ok(blocks)
}

/// The records that are in blocks; those of a block that does not open are read one by one.
pub(super) async fn records(blocks: Vec<(String, Value)>) -> Vec<Held> {
    let opened = vault::open_blocks(blocks).await.into_iter();
    opened.flatten().filter_map(|bytes| unpacked(&bytes)).flatten().collect()
}
