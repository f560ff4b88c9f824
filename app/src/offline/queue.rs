//! What the phone keeps, in IndexedDB: records, their answers, drafts, the set-up.
//!
//! Every value about people is one text under one key, so that what is at rest can be encrypted as
//! a block without another shape; the list of chips, which tells nothing of anybody, is bytes.
//! Nothing foreign is ever awaited inside a transaction: the browser would close it.

mod plain;

use crate::offline::held::{Held, Kept, LastWord, NewRecord, Record};
use crate::offline::json;
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Answer, Outcome, Receipt};
use domain::sync::is_set_aside;
use domain::timestamp::Timestamp;
use idb::{Database, ObjectStore, Transaction, TransactionMode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The database's name in the browser.
const DATABASE: &str = "huella";
/// Its version; a change of the stores raises it.
const DATABASE_VERSION: u32 = 1;

const SUBMISSIONS: &str = "submissions";
const ANSWERS: &str = "answers";
/// What the phone is and was told of itself.
pub(super) const META: &str = "meta";
/// Half-filled forms, by name.
pub(super) const DRAFTS: &str = "drafts";
/// What the server gave before the first visit.
pub(super) const SETUP: &str = "setup";
/// The set-up itself, under this key in the store of that name.
pub(super) const LATEST: &str = "latest";

/// The phone's identity and count, under this key in the store `meta`.
const IDENTITY: &str = "identity";
/// The last receipt, under this key in the store `meta`.
const RECEIPT: &str = "receipt";

/// A change that the phone could not keep: full storage, a private window, a broken database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageError;

impl From<idb::Error> for StorageError {
    fn from(_: idb::Error) -> Self {
        Self
    }
}

impl From<serde_json::Error> for StorageError {
    fn from(_: serde_json::Error) -> Self {
        Self
    }
}

/// The phone's name and count.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Identity {
    device: DeviceId,
    /// The sequence number the next submission gets.
    next: u32,
    /// Records that went from the phone although the server may hold nothing of them.
    #[serde(default)]
    unsure: u32,
}

/// The phone's store.
#[derive(Clone)]
pub struct Queue {
    database: Rc<RefCell<Rc<Database>>>,
    device: DeviceId,
}

impl Queue {
    /// Opens the store; a phone that has none becomes the device `fresh`.
    ///
    /// # Errors
    /// [`StorageError`] where the browser keeps nothing.
    pub async fn open(fresh: DeviceId) -> Result<Self, StorageError> {
        let database = Rc::new(RefCell::new(opened().await?));
        let mut queue = Self { database, device: fresh };
        let writing = queue.write(&[META]).await?;
        let known = read::<Identity>(&writing, META, IDENTITY).await?;
        let identity = known.unwrap_or(Identity { device: fresh, next: 1, unsure: 0 });
        put(&writing, META, IDENTITY, &identity)?;
        done(writing).await?;
        queue.device = identity.device;
        Ok(queue)
    }

    /// Begins a transaction. A browser may close the store while the app lies in the background, as
    /// iPhones do: then it is opened anew.
    async fn begin(
        &self,
        stores: &[&str],
        mode: TransactionMode,
    ) -> Result<Transaction, StorageError> {
        let database = Rc::clone(&self.database.borrow());
        if let Ok(begun) = database.transaction(stores, mode) {
            return Ok(begun);
        }
        let fresh = opened().await?;
        let begun = fresh.transaction(stores, mode)?;
        self.database.replace(fresh);
        Ok(begun)
    }

    async fn write(&self, stores: &[&str]) -> Result<Transaction, StorageError> {
        self.begin(stores, TransactionMode::ReadWrite).await
    }

    async fn reading(&self, stores: &[&str]) -> Result<Transaction, StorageError> {
        self.begin(stores, TransactionMode::ReadOnly).await
    }

    /// The device this phone is.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Writes a record with the next number of this phone's count and removes the draft it was
    /// made of: all in one transaction. It returns when the browser has written it.
    ///
    /// # Errors
    /// [`StorageError`]: nothing was written then, and the draft is still there.
    pub async fn add(&self, new: NewRecord, draft: Option<&str>) -> Result<Held, StorageError> {
        let writing = self.write(&[META, SUBMISSIONS, DRAFTS]).await?;
        let known = read::<Identity>(&writing, META, IDENTITY).await?;
        let mut identity = known.unwrap_or(Identity { device: self.device, next: 1, unsure: 0 });
        let held = new.numbered(identity.device, identity.next)?;
        identity.next = identity.next.saturating_add(1);
        if let Some(mended) = held.head.replaces {
            let mended_key = mended.to_string();
            if let Some(mut old) = read::<Held>(&writing, SUBMISSIONS, &mended_key).await? {
                old.replaced_by = Some(held.head.id);
                put(&writing, SUBMISSIONS, &mended_key, &old)?;
            }
        }
        put(&writing, SUBMISSIONS, &held.head.id.to_string(), &held)?;
        put(&writing, META, IDENTITY, &identity)?;
        if let Some(draft) = draft {
            writing.object_store(DRAFTS)?.delete(JsValue::from_str(draft))?;
        }
        done(writing).await?;
        Ok(held)
    }

    /// Every record with its answer, oldest first.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn all(&self) -> Result<Kept, StorageError> {
        let stores = [SUBMISSIONS, ANSWERS];
        let reading = self.reading(&stores).await?;
        let held = reading.object_store(SUBMISSIONS)?.get_all(None, None)?;
        let answers = reading.object_store(ANSWERS)?.get_all(None, None)?;
        let (held, unreadable) = parsed::<Held>(held.await?);
        let (answers, _) = parsed::<Answer>(answers.await?);
        let mut answers: BTreeMap<SubmissionId, Outcome> =
            answers.into_iter().map(|answer| (answer.id, answer.outcome)).collect();
        let paired = held.into_iter().map(|held| {
            let outcome = answers.remove(&held.head.id);
            Record { held, outcome }
        });
        let mut records: Vec<Record> = Vec::with_capacity(paired.len());
        // They come almost in order, by identifiers that begin with the time: each finds its place
        // at or near the end. A sort would be more code on every phone.
        for record in paired {
            let sequence = record.held.head.sequence;
            let before = |other: &Record| other.held.head.sequence <= sequence;
            records.insert(records.partition_point(before), record);
        }
        Ok(Kept { records, unreadable })
    }

    /// The submissions of these identifiers, in this order, as they were written.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn bodies(&self, ids: &[SubmissionId]) -> Result<Vec<String>, StorageError> {
        let reading = self.reading(&[SUBMISSIONS]).await?;
        let mut bodies = Vec::with_capacity(ids.len());
        for id in ids {
            let held = read::<Held>(&reading, SUBMISSIONS, &id.to_string()).await?;
            bodies.extend(held.map(|held| held.body));
        }
        Ok(bodies)
    }

    /// Writes answers down, each with the state of its record; with what is accepted what it mends
    /// is done too.
    ///
    /// # Errors
    /// [`StorageError`]: none of them was written then.
    pub async fn store_answers(&self, answers: &[Answer]) -> Result<(), StorageError> {
        let writing = self.write(&[SUBMISSIONS, ANSWERS]).await?;
        for answer in answers {
            let key = answer.id.to_string();
            let Some(held) = read::<Held>(&writing, SUBMISSIONS, &key).await? else { continue };
            let held = held.answered(&answer.outcome);
            put(&writing, SUBMISSIONS, &key, &held)?;
            put(&writing, ANSWERS, &key, answer)?;
            let mut mended = held.head.replaces.filter(|_| held.is_cleared);
            while let Some(id) = mended.map(|id| id.to_string()) {
                let old = read::<Held>(&writing, SUBMISSIONS, &id).await?;
                let Some(old) = old.and_then(Held::mended) else { break };
                mended = old.head.replaces;
                put(&writing, SUBMISSIONS, &id, &old)?;
            }
        }
        done(writing).await
    }

    /// What a receipt named is kept for the day's list only; what a person has dealt with goes,
    /// and what it was to mend waits for a person again.
    ///
    /// # Errors
    /// [`StorageError`]: everything stays then.
    pub async fn clear(&self, ids: &[SubmissionId]) -> Result<(), StorageError> {
        let writing = self.write(&[META, SUBMISSIONS, ANSWERS]).await?;
        let mut unsure = 0;
        for id in ids {
            let key = id.to_string();
            let Some(held) = read::<Held>(&writing, SUBMISSIONS, &key).await? else { continue };
            let mends = held.head.replaces.map(|id| id.to_string());
            if let Some(held) = held.cleared() {
                put(&writing, SUBMISSIONS, &key, &held)?;
                continue;
            }
            unsure += aside(&writing, &key).await?;
            remove(&writing, &key)?;
            let Some(mends) = mends else { continue };
            if let Some(mut old) = read::<Held>(&writing, SUBMISSIONS, &mends).await? {
                old.lose_correction(*id);
                put(&writing, SUBMISSIONS, &mends, &old)?;
            }
        }
        count_unsure(&writing, unsure).await?;
        done(writing).await
    }

    /// Removes the sent records of earlier days: recorded before `from`, and named by a receipt.
    ///
    /// # Errors
    /// [`StorageError`]: everything stays then.
    pub async fn forget_before(&self, from: Timestamp) -> Result<(), StorageError> {
        let all = self.all().await?;
        let writing = self.write(&[META, SUBMISSIONS, ANSWERS]).await?;
        let mut unsure = 0;
        for record in all.records.iter().filter(|record| record.is_of_before(from)) {
            let key = record.held.head.id.to_string();
            if record.is_aside() {
                // Read again: another tab that starts may have counted it already.
                unsure += aside(&writing, &key).await?;
            }
            remove(&writing, &key)?;
        }
        count_unsure(&writing, unsure).await?;
        done(writing).await
    }

    /// Keeps the last receipt.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    pub async fn keep_receipt(&self, receipt: &Receipt) -> Result<(), StorageError> {
        self.put_text(META, RECEIPT, &serde_json::to_string(receipt)?).await
    }

    /// The last receipt, beside the phone's own count.
    ///
    /// # Errors
    /// [`StorageError`] when the browser cannot read.
    pub async fn last_word(&self) -> Result<Option<LastWord>, StorageError> {
        let reading = self.reading(&[META]).await?;
        let receipt = read::<Receipt>(&reading, META, RECEIPT).await?;
        let identity = read::<Identity>(&reading, META, IDENTITY).await?;
        Ok(receipt.zip(identity).map(|(receipt, Identity { next, unsure, .. })| LastWord {
            receipt,
            last: next.saturating_sub(1),
            gone_aside: unsure,
        }))
    }
}

async fn opened() -> Result<Rc<Database>, StorageError> {
    let stores = [SUBMISSIONS, ANSWERS, META, DRAFTS, SETUP];
    let builder = stores
        .iter()
        .fold(Database::builder(DATABASE).version(DATABASE_VERSION), |builder, name| {
            builder.add_object_store(ObjectStore::builder(name))
        });
    Ok(Rc::new(builder.build().await?))
}

async fn done(writing: Transaction) -> Result<(), StorageError> {
    match writing.commit()?.await? {
        idb::TransactionResult::Committed => Ok(()),
        idb::TransactionResult::Aborted => Err(StorageError),
    }
}

async fn read<T: DeserializeOwned>(
    transaction: &Transaction,
    store: &str,
    key: &str,
) -> Result<Option<T>, StorageError> {
    let found = transaction.object_store(store)?.get(JsValue::from_str(key))?.await?;
    let text = found.and_then(|value| value.as_string());
    Ok(text.and_then(|text| json::read(&text).ok()))
}

fn put<T: Serialize>(
    transaction: &Transaction,
    store: &str,
    key: &str,
    value: &T,
) -> Result<(), StorageError> {
    let text = serde_json::to_string(value)?;
    transaction.object_store(store)?.put(&text.into(), Some(&key.into()))?;
    Ok(())
}

/// One when the server may hold nothing of this record although it has an answer, else none.
async fn aside(transaction: &Transaction, key: &str) -> Result<u32, StorageError> {
    let answer = read::<Answer>(transaction, ANSWERS, key).await?;
    Ok(u32::from(answer.is_some_and(|answer| is_set_aside(&answer.outcome))))
}

/// Notes that so many such records go from the phone.
async fn count_unsure(transaction: &Transaction, count: u32) -> Result<(), StorageError> {
    if count > 0
        && let Some(mut identity) = read::<Identity>(transaction, META, IDENTITY).await?
    {
        identity.unsure = identity.unsure.saturating_add(count);
        put(transaction, META, IDENTITY, &identity)?;
    }
    Ok(())
}

fn remove(transaction: &Transaction, key: &str) -> Result<(), StorageError> {
    transaction.object_store(SUBMISSIONS)?.delete(JsValue::from_str(key))?;
    transaction.object_store(ANSWERS)?.delete(JsValue::from_str(key))?;
    Ok(())
}

/// What can be read, and how many cannot.
fn parsed<T: DeserializeOwned>(values: Vec<JsValue>) -> (Vec<T>, u32) {
    let count = values.len();
    let texts = values.into_iter().filter_map(|value| value.as_string());
    let read: Vec<T> = texts.filter_map(|text| json::read(&text).ok()).collect();
    let unreadable = u32::try_from(count - read.len()).unwrap_or(u32::MAX);
    (read, unreadable)
}
