//! What a phone holds, as its app tells it to whoever opens it now.

use anyhow::{Context, Result, anyhow};
use app::offline::held::{Held, Kept, Record};
use app::offline::queue::{Queue, StorageError};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Outcome, Receipt};
use domain::sync::Agreement;
use std::collections::{BTreeMap, BTreeSet};

use crate::storage::Storage;

/// Everything that a phone holds.
pub(crate) struct Holding {
    pub(crate) device: DeviceId,
    /// How many records were numbered.
    pub(crate) numbered: u32,
    /// What is in the store, whether it can be read or not.
    pub(crate) stored: BTreeSet<SubmissionId>,
    pub(crate) receipt: Option<Receipt>,
    /// What the phone shows of the server's last word; none before the first.
    pub(crate) agreement: Option<Agreement>,
    /// What its lists show.
    pub(crate) kept: Kept,
    /// Its records with all that they hold, and their answers.
    records: BTreeMap<SubmissionId, Record>,
}

impl Holding {
    /// Opens the app on a phone's storage, and reads.
    pub(crate) async fn read(storage: &Storage) -> Result<Self> {
        let device = storage.device().context("a phone that was never opened")?;
        let read = Self::read_as(device, storage).await;
        read.map_err(|StorageError| anyhow!("the store of {device} cannot be read"))
    }

    async fn read_as(device: DeviceId, storage: &Storage) -> Result<Self, StorageError> {
        let queue = Queue::open(storage.place.clone(), device).await?;
        let kept = queue.all().await?;
        let word = queue.last_word().await?;
        let stored = storage.ids();
        let ids: Vec<_> = stored.iter().copied().collect();
        let opened = queue.opened(&ids).await?.into_iter();
        Ok(Self {
            device: queue.device(),
            numbered: storage.numbered(),
            stored,
            agreement: word.as_ref().map(|word| word.beside(&kept)),
            receipt: word.map(|word| word.receipt),
            kept,
            records: opened.map(|record| (record.held.head.id, record)).collect(),
        })
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Held> {
        self.records.values().map(|record| &*record.held)
    }

    pub(crate) fn record(&self, id: SubmissionId) -> Option<&Held> {
        self.records.get(&id).map(|record| &*record.held)
    }

    pub(crate) fn answer(&self, id: SubmissionId) -> Option<&Outcome> {
        self.records.get(&id)?.outcome.as_ref()
    }
}
