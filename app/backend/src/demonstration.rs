//! The mark of a demonstration's database, and how one that was left half made is begun anew
//! (contracts, section 9).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::office::DEMONSTRATION;
use crate::store::{Store, StoreError};

/// Name of the setting that is written last, when all of the demonstration is there.
const COMPLETE: &str = "demonstration_complete";

/// The table that a fresh start keeps: its keys may have signed something elsewhere.
const KEPT: &str = "signing_key";

/// Whether a database is marked, as a process knows it. Cloning it shares what is known.
#[derive(Clone, Debug, Default)]
pub struct Mark(Arc<AtomicBool>);

impl Mark {
    /// Looks whether a database is marked.
    ///
    /// # Errors
    /// A failed database.
    pub(crate) async fn of(store: &Store) -> Result<Self, StoreError> {
        let mark = Self::default();
        mark.renew(store).await?;
        Ok(mark)
    }

    /// Looks again: the demonstration may be filled in beside a process that serves.
    ///
    /// # Errors
    /// A failed database.
    pub async fn renew(&self, store: &Store) -> Result<(), StoreError> {
        let setting =
            store.glance(|tx| Box::pin(async move { tx.setting(DEMONSTRATION).await })).await?;
        self.0.store(setting.is_some_and(|value| value == "true"), Ordering::Relaxed);
        Ok(())
    }

    /// Whether it was marked at the last look.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a database is to the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody and nothing is in it.
    Empty,
    /// The demonstration was begun and not ended.
    Half,
    /// All of it is there.
    Complete,
    /// Somebody works with it: it must never be marked.
    Real,
}

/// Looks what a database is.
///
/// # Errors
/// A failed database.
pub async fn state(store: &Store) -> Result<State, StoreError> {
    store
        .read(|tx| {
            Box::pin(async move {
                if tx.setting(DEMONSTRATION).await?.is_some_and(|value| value == "true") {
                    let complete = tx.setting(COMPLETE).await?.is_some();
                    return Ok(if complete { State::Complete } else { State::Half });
                }
                let used = tx.count_owners().await? > 0
                    || !tx.list_staff().await?.is_empty()
                    || !tx.programmes().await?.is_empty();
                Ok(if used { State::Real } else { State::Empty })
            })
        })
        .await
}

/// Marks a database as demonstration.
///
/// # Errors
/// A failed database.
pub async fn mark(store: &Store) -> Result<(), StoreError> {
    put(store, DEMONSTRATION).await
}

/// Notes that all of it is there.
///
/// # Errors
/// A failed database.
pub async fn complete(store: &Store) -> Result<(), StoreError> {
    put(store, COMPLETE).await
}

async fn put(store: &Store, setting: &'static str) -> Result<(), StoreError> {
    store.write(move |tx| Box::pin(async move { tx.put_setting(setting, "true").await })).await
}

/// Deletes what a demonstration left half made: every row but the keys. All of it or nothing.
///
/// # Errors
/// [`StoreError::Inconsistent`] when the database is anything else; a failed database.
pub async fn begin_anew(store: &Store) -> Result<(), StoreError> {
    store
        .write(|tx| {
            Box::pin(async move {
                let marked = tx.setting(DEMONSTRATION).await?.is_some_and(|value| value == "true");
                if !marked || tx.setting(COMPLETE).await?.is_some() {
                    let what = "only a demonstration that was left half made is emptied";
                    return Err(StoreError::Inconsistent(what));
                }
                tx.defer_references().await?;
                let mut tables: Vec<_> =
                    tx.catalogue().await?.into_iter().map(|column| column.table_name).collect();
                tables.dedup();
                for table in tables.iter().filter(|table| *table != KEPT) {
                    tx.empty_table(table).await?;
                }
                tx.check_references().await
            })
        })
        .await
}
