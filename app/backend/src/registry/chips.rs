//! The list of chips that every phone takes with it, to be asked without signal.
//!
//! One list serves all phones for a while. It is read in pages, each a statement of its own, so
//! that no transaction stays open over the whole register, and put together off the threads that
//! answer requests: in 1 ms for 20,000 chips and 77 ms for 1,000,000 (release build, one core).
//! Nobody waits for it but who comes when there is none, or one that is long out of date; else the
//! list that is there is given, and the next one is made beside.

use domain::chip_filter::ChipFilter;
use domain::chip_number::ChipNumber;
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::actor::{Actor, authorise};
use crate::error::{Error, Fault};
use crate::office::Office;
use crate::store::StoreError;

/// A list serves at least this long, in milliseconds.
const SHORTEST_MS: i64 = 60_000;
/// A list serves so many times as long as it took to make: that is one hundredth of the time.
const SHARE: i64 = 100;
/// Older than this, in milliseconds, a list that serves no longer is not given any more: the first
/// phone of a day must not go out with the list of the evening before. An hour.
const LONGEST_MS: i64 = 3_600_000;
/// Chips that one statement reads.
const PAGE: i64 = 10_000;

/// The list as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipList {
    /// As `domain::chip_filter` reads them.
    pub bytes: Arc<[u8]>,
    /// Sixteen hexadecimal digits of the SHA-256 of what they say, whenever it was read: the same
    /// chips have the same version.
    pub version: String,
}

/// The list of one process. Cloning it is cheap and shares it.
#[derive(Clone, Debug, Default)]
pub struct KeptChips(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    kept: Mutex<Option<Kept>>,
    /// Held by who makes the next one, however long it takes.
    making: Arc<Mutex<()>>,
}

#[derive(Clone, Debug)]
struct Kept {
    list: ChipList,
    made_at: Timestamp,
    lasts_ms: i64,
}

impl Kept {
    fn serves(&self, now: Timestamp) -> bool {
        self.is_younger(self.lasts_ms, now)
    }

    fn is_younger(&self, than_ms: i64, now: Timestamp) -> bool {
        // A clock that was put back ends it too.
        (0..than_ms).contains(&now.since_ms(self.made_at))
    }
}

/// Every chip of the registry, merged animals' too, as a list to ask without signal. Who finds one
/// that is older than a minute, or than a hundred times what it took to make, has the next one
/// made for others and gets this one, unless it is older than an hour.
///
/// # Errors
/// [`Refusal::SignedOut`](domain::refusal::Refusal::SignedOut),
/// [`Refusal::Forbidden`](domain::refusal::Refusal::Forbidden).
pub async fn list(office: &Office, actor: Actor) -> Result<ChipList, Error> {
    authorise(&actor, UseCase::ReadOwnOutreaches).map_err(Error::Refused)?;
    let shared = &office.chips.0;
    let now = office.clock.now();
    let kept = shared.kept.lock().await.clone();
    if let Some(kept) = kept.filter(|kept| kept.serves(now) || kept.is_younger(LONGEST_MS, now)) {
        if !kept.serves(now)
            && let Ok(turn) = Arc::clone(&shared.making).try_lock_owned()
        {
            let office = office.clone();
            tokio::spawn(async move {
                if let Err(error) = renew(&office, turn).await {
                    tracing::warn!(%error, "the list of chips is not renewed");
                }
            });
        }
        return Ok(kept.list);
    }
    // Whoever asks while it is made waits for it: a hundred phones cost one list.
    let turn = Arc::clone(&shared.making).lock_owned().await;
    let kept = shared.kept.lock().await.clone();
    if let Some(kept) = kept.filter(|kept| kept.serves(office.clock.now())) {
        return Ok(kept.list);
    }
    // Who asked may hang up: it is made all the same, for the next.
    let office = office.clone();
    let making = tokio::spawn(async move { renew(&office, turn).await });
    making.await.map_err(|error| Fault::caused("the list of chips stopped", error))?
}

/// Makes a list and keeps it, while nobody else does.
async fn renew(office: &Office, turn: OwnedMutexGuard<()>) -> Result<ChipList, Error> {
    let (made_at, begun) = (office.clock.now(), Instant::now());
    let list = made(read(office).await?, made_at).await?;
    let took_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let lasts_ms = took_ms.saturating_mul(SHARE).max(SHORTEST_MS);
    let kept = Kept { list: list.clone(), made_at, lasts_ms };
    *office.chips.0.kept.lock().await = Some(kept);
    drop(turn);
    Ok(list)
}

/// Every chip there is. One that is registered meanwhile may be missing: the list is older than it.
async fn read(office: &Office) -> Result<Vec<ChipNumber>, Error> {
    let mut chips = Vec::new();
    let mut last = String::new();
    loop {
        let after = last.clone();
        let page = office.store.read_stale(move |tx| {
            let after = after.clone();
            Box::pin(async move { tx.chips_after(&after, PAGE).await })
        });
        let page: Vec<String> = page.await.map_err(|error: StoreError| Error::from(error))?;
        let Some(end) = page.last() else { return Ok(chips) };
        last.clone_from(end);
        for digits in &page {
            let chip = ChipNumber::from_digits(digits);
            chips.push(chip.map_err(|_| StoreError::Inconsistent("a chip is no number"))?);
        }
    }
}

async fn made(chips: Vec<ChipNumber>, built_at: Timestamp) -> Result<ChipList, Fault> {
    let working = tokio::task::spawn_blocking(move || {
        let mut list = ChipFilter::build(chips, Timestamp(0))?;
        let digest = Sha256::digest(list.to_bytes());
        list.built_at = built_at;
        let bytes = list.to_bytes();
        let version = data_encoding::HEXLOWER.encode(&digest[..8]);
        Ok(ChipList { bytes: bytes.into(), version })
    });
    let made = working.await.map_err(|error| Fault::caused("the list of chips stopped", error))?;
    made.map_err(|error: domain::chip_filter::NoList| Fault::caused(error.to_string(), error))
}
