//! Limits on attempts, counted in the database and so shared by every process.
//!
//! A counter is found by a keyed hash of what it limits, so that no address or account is stored
//! in clear. Every attempt is counted in a transaction of its own: it counts even if the act that
//! follows is rolled back.

use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap};

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

impl Limit {
    /// What is told when it is passed in a window that began at `window_start`.
    fn refusal(&self, window_start: i64, now: Timestamp) -> Refusal {
        let wait_ms = (window_start + self.window_ms - now.0).max(1_000);
        let retry_after_s = u32::try_from(wait_ms / 1_000).unwrap_or(u32::MAX);
        Refusal::TooManyAttempts { retry_after_s }
    }
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
        Ok(Err(self.limit.refusal(counted.window_start, now)))
    }
}

/// Counts attempts of many by one statement, in a transaction that writes something else too and
/// commits also when some are refused. The keys are keyed hashes already, one for each attempt in
/// their order, and may repeat; so do the answers.
///
/// # Errors
/// A failed database; within, [`Refusal::TooManyAttempts`] with the seconds to wait.
pub(crate) async fn count_all(
    tx: &mut Tx,
    limit: Limit,
    keys: &[Vec<u8>],
    now: Timestamp,
) -> Result<Vec<Result<(), Refusal>>, StoreError> {
    let mut attempts: BTreeMap<&Vec<u8>, i64> = BTreeMap::new();
    for key in keys {
        *attempts.entry(key).or_default() += 1;
    }
    let asked: Vec<_> = attempts.iter().map(|(key, count)| ((*key).clone(), *count)).collect();
    let counted = tx.count_up_all(&asked, now.0, now.plus_ms(-limit.window_ms).0).await?;
    // What each held before its first attempt here, and when its window began.
    let mut held: HashMap<_, _> = counted
        .into_iter()
        .map(|row| {
            let here = attempts.get(&row.key).copied().unwrap_or_default();
            (row.key, (row.count - here, row.window_start))
        })
        .collect();
    let answers = keys.iter().map(|key| {
        let Some((count, window_start)) = held.get_mut(key) else { return Ok(()) };
        *count += 1;
        match *count <= limit.most {
            true => Ok(()),
            false => Err(limit.refusal(*window_start, now)),
        }
    });
    Ok(answers.collect())
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
