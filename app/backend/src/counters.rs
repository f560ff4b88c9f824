//! Limits on attempts, counted in the database and so shared by every process.
//!
//! A counter is found by a keyed hash of what it limits, so that no address or account is stored
//! in clear. Every attempt is counted in a transaction of its own: it counts even if the act that
//! follows is rolled back.

use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::clock;
use crate::error::{Error, Fault};
use crate::store::{Isolation, Store, StoreError, Tx};

/// At most `most` attempts in `window_ms` milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Names the counter: `sign_in_account`, `found_address` …
    pub name: &'static str,
    /// Attempts that are looked at in one window.
    pub most: i64,
    /// Length of the window.
    pub window_ms: i64,
}

/// Setting that holds the key of the hashes, hexadecimal.
const PEPPER: &str = "counter_pepper";

/// Counts one attempt on `what` (an account, an address) and says whether it may be looked at.
///
/// # Errors
/// [`Refusal::TooManyAttempts`] with the seconds to wait; a failed database.
pub async fn attempt(store: &Store, limit: Limit, what: &str, now: Timestamp) -> Result<(), Error> {
    let attempt = Attempt::new(store, limit, what, now).await?;
    let counted = store.write_at(Isolation::Committed, attempt, |tx, attempt| {
        Box::pin(async move { attempt.count(tx).await })
    });
    counted.await.map_err(|error: StoreError| Error::from(error))?.map_err(Error::Refused)
}

/// An attempt that is counted in a transaction which writes something else too. Whoever uses it
/// commits that transaction also when the attempt is refused, else it would not have counted.
pub struct Attempt {
    key: Vec<u8>,
    limit: Limit,
    now: Timestamp,
}

impl Attempt {
    /// An attempt on `what`, not counted yet.
    ///
    /// # Errors
    /// A failed database.
    pub async fn new(
        store: &Store,
        limit: Limit,
        what: &str,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Ok(Self { key: key_of(store, limit.name, what).await?, limit, now })
    }

    /// Counts it; answers whether it may be looked at.
    ///
    /// # Errors
    /// A failed database; within, [`Refusal::TooManyAttempts`] with the seconds to wait.
    pub async fn count(&self, tx: &mut Tx) -> Result<Result<(), Refusal>, StoreError> {
        let (now, window_ms) = (self.now, self.limit.window_ms);
        let counted = tx.count_up(&self.key, now.0, now.plus_ms(-window_ms).0).await?;
        if counted.count <= self.limit.most {
            return Ok(Ok(()));
        }
        let wait_ms = (counted.window_start + window_ms - now.0).max(1_000);
        let retry_after_s = u32::try_from(wait_ms / 1_000).unwrap_or(u32::MAX);
        Ok(Err(Refusal::TooManyAttempts { retry_after_s }))
    }
}

/// Sets the counter of `what` back, after a success.
///
/// # Errors
/// A failed database.
pub async fn clear(store: &Store, limit: Limit, what: &str) -> Result<(), Error> {
    let key = key_of(store, limit.name, what).await?;
    store
        .write_at(Isolation::Committed, key, |tx, key| {
            Box::pin(async move { tx.clear_counter(key).await.map_err(Error::from) })
        })
        .await
}

/// Forgets counters whose window began before `before`; answers how many.
///
/// # Errors
/// A failed database.
pub async fn forget(store: &Store, before: Timestamp) -> Result<u64, Error> {
    store
        .write(move |tx| {
            Box::pin(async move { tx.forget_counters(before.0).await.map_err(Error::from) })
        })
        .await
}

async fn key_of(store: &Store, name: &'static str, what: &str) -> Result<Vec<u8>, Error> {
    let pepper = pepper(store).await?;
    let mut hash = Hmac::<Sha256>::new_from_slice(pepper.as_bytes())
        .map_err(|_| Fault::new("the counters' key has no length"))?;
    hash.update(name.as_bytes());
    hash.update(&[0]);
    hash.update(what.as_bytes());
    Ok(hash.finalize().into_bytes().to_vec())
}

/// The key of the hashes, made by whichever process comes first.
async fn pepper(store: &Store) -> Result<String, Error> {
    let known = store.glance(|tx| Box::pin(async move { tx.setting(PEPPER).await })).await;
    if let Some(pepper) = known.map_err(|error: StoreError| Error::from(error))? {
        return Ok(pepper);
    }
    let fresh = data_encoding::HEXLOWER.encode(&clock::random::<32>()?);
    let settled = store
        .write_at(Isolation::Committed, fresh, |tx, fresh| {
            Box::pin(async move { tx.settle_setting(PEPPER, fresh).await })
        })
        .await
        .map_err(|error: StoreError| Error::from(error))?;
    Ok(settled)
}
