//! What the phone keeps: records, their answers, drafts, the set-up; in IndexedDB, or outside a
//! browser in memory (`offline::store`), as it is tested.
//!
//! Every value about people is one text under one key, sealed by the vault; what the queue itself
//! has to know of a record stands beside it in the open, so that it can be changed without opening.
//! The list of chips, which tells nothing of anybody, is bytes.
//! Nothing foreign is ever awaited inside a transaction: the browser would close it.
//!
//! What changes records notes it in the log in the same transaction (`access::note`); what is
//! known of them without reading each is the ledger's to say (`offline::ledger`).

mod access;
mod answering;
mod forms;
mod identity;
mod plain;
mod reading;
mod summary;
mod withdrawing;

use crate::offline::held::{Held, LastWord, NewRecord};
use crate::offline::json;
use crate::offline::ledger::Ledger;
use crate::offline::store::{Database, Fault, Place, Transaction, Value};
use crate::offline::turns::Turns;
use crate::offline::vault;
use crate::offline::writings::Writings;
use access::{
    aside, count_unsure, note, note_behind, opened, put, read, read_all, read_of, remove,
};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Receipt, Withdrawn};
use domain::sync::{Former, ItemState};
use domain::timestamp::Timestamp;
use identity::Identity;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The records, by identifier.
pub const SUBMISSIONS: &str = "submissions";
/// Their answers, likewise.
pub const ANSWERS: &str = "answers";
/// What the phone is and was told of itself.
pub const META: &str = "meta";
/// Half-filled forms, by name.
pub const DRAFTS: &str = "drafts";
/// The visit that is half filled in, under this name there.
pub const VISIT: &str = "visit";
/// What the server gave before the first visit.
pub const SETUP: &str = "setup";
/// The set-up itself, under this key in the store of that name.
pub const LATEST: &str = "latest";

pub use forms::Seen;
use forms::lay;
pub use identity::{IDENTITY, OLD_KEY, PAIRING, RECEIPT, RENAMED};
/// The number of the last change of records, under this key there; behind this word and a number
/// each change, as the identifiers of its records.
const CHANGES: &str = "changes";
const CHANGE: &str = "change";
/// What was summed up of the records, likewise; behind it and a number each of its blocks.
const SUMMARY: &str = "summary";

pub use reading::Outgoing;

/// A change that the phone could not keep: full storage, a private window, a broken database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageError;

impl From<Fault> for StorageError {
    fn from(_: Fault) -> Self {
        Self
    }
}

/// The phone's store.
#[derive(Clone)]
pub struct Queue {
    place: Place,
    database: Rc<RefCell<Database>>,
    device: DeviceId,
    /// What it was before, and the last number of those records.
    former: Rc<Vec<Former>>,
    before: u32,
    /// What is known of the records.
    ledger: Rc<RefCell<Ledger>>,
    /// Readings that the ledger learns from.
    turns: Turns,
    /// Another tab may have changed something without a word in the log: one of an older version.
    is_doubted: Rc<Cell<bool>>,
    /// The number that was next when it was last seen: another tab may have taken it.
    next: Rc<Cell<u32>>,
    /// Writings of what is changed again and again, such as a form.
    writings: Rc<Writings>,
    /// The visit that is half filled in, as this window has read or written it last.
    visit: Rc<RefCell<Value>>,
}

impl Queue {
    /// Opens the store of a place; a phone that has none becomes the device `fresh`.
    ///
    /// # Errors
    /// [`StorageError`] where the browser keeps nothing.
    pub async fn open(place: Place, fresh: DeviceId) -> Result<Self, StorageError> {
        let queue = Self {
            database: Rc::new(RefCell::new(opened(&place).await?)),
            place,
            device: fresh,
            former: Rc::default(),
            before: 0,
            ledger: Rc::default(),
            turns: Turns::default(),
            is_doubted: Rc::default(),
            next: Rc::default(),
            writings: Rc::default(),
            visit: Rc::default(),
        };
        queue.named(fresh).await
    }

    /// Begins a transaction. A browser may close the store while the app lies in the background, as
    /// iPhones do: then it is opened anew.
    async fn begin(&self, stores: &[&str], writes: bool) -> Result<Transaction, StorageError> {
        let database = self.database.borrow().clone();
        if let Ok(begun) = database.begin(stores, writes) {
            return Ok(begun);
        }
        let fresh = opened(&self.place).await?;
        let begun = fresh.begin(stores, writes)?;
        self.database.replace(fresh);
        Ok(begun)
    }

    async fn write(&self, stores: &[&str]) -> Result<Transaction, StorageError> {
        self.begin(stores, true).await
    }

    async fn reading(&self, stores: &[&str]) -> Result<Transaction, StorageError> {
        self.begin(stores, false).await
    }

    /// The device this phone is.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Writes a record with the next number of this phone's count and removes the draft it was
    /// made of, or leaves what is still to be filled in there, as JSON: all in one transaction. A
    /// visit that another window has written there stays. It returns when the browser has written
    /// it.
    ///
    /// # Errors
    /// [`StorageError`]: nothing was written then, and the draft is still there. So it is of one
    /// that there is already: another tab was first.
    pub async fn add(
        &self,
        new: NewRecord,
        mut draft: Option<(&str, Option<String>)>,
    ) -> Result<Held, StorageError> {
        if let Some((name, Some(rest))) = &mut draft {
            *rest = plain::sealed(DRAFTS, name, std::mem::take(rest)).await;
        }
        loop {
            // Sealed before the transaction; another tab may take the number meanwhile.
            let number = self.next.get();
            let mut held = new.clone().numbered(self.device, number);
            held.head.sequence = number.saturating_add(self.before);
            let about = about_content(held.head.id);
            let content = [about, json::write(&held.to_content())];
            let sealed = vault::seal(vec![content]).await.pop();
            let sealed = sealed.filter(|content| vault::is_sealed(content));
            let stored = sealed.map_or_else(|| held.clone(), |content| held.sealed(content));
            if self.write_new(&stored, draft.as_ref()).await? {
                self.ledger.borrow_mut().keep_at_hand(&held);
                return Ok(held);
            }
        }
    }

    /// Writes a numbered record, unless its number is taken; which is next is known then.
    async fn write_new(
        &self,
        held: &Held,
        draft: Option<&(&str, Option<String>)>,
    ) -> Result<bool, StorageError> {
        if let Some((name, _)) = draft {
            // What is being sealed of it would come back beside the record: asked for before, since
            // it may come to the store while this waits there.
            self.writings.ask(&plain::about(DRAFTS, name));
        }
        let writing = self.write(&[META, SUBMISSIONS, DRAFTS]).await?;
        let key = held.head.id.to_string();
        let mended_key = held.head.replaces.map(|id| id.to_string());
        // All asked for at once: one answer after the other is what a slow phone would wait for.
        let identity = writing.get(META, IDENTITY)?;
        let before = writing.get(SUBMISSIONS, &key)?;
        let last = writing.get(META, CHANGES)?;
        let lies = draft.map(|(name, _)| writing.get(DRAFTS, name)).transpose()?;
        let mended = mended_key.as_deref().map(|key| writing.get(SUBMISSIONS, key)).transpose()?;
        let mut identity = self.identity(identity).await?;
        if identity.next.saturating_add(self.before) != held.head.sequence {
            self.next.set(identity.next);
            return Ok(false);
        }
        identity.next = identity.next.saturating_add(1);
        if !before.value().await?.is_undefined() {
            return Err(StorageError);
        }
        let mut changed = vec![key.clone()];
        if let Some((mended_key, mended)) = mended_key.zip(mended)
            && let Some(mut old) = read_of::<Held>(mended).await?
        {
            old.replaced_by = Some(held.head.id);
            put(&writing, SUBMISSIONS, &mended_key, &old)?;
            changed.push(mended_key);
        }
        note_behind(&writing, last, &changed).await?;
        put(&writing, SUBMISSIONS, &key, held)?;
        put(&writing, META, IDENTITY, &identity)?;
        let mut visit = None;
        if let Some(((name, rest), lies)) = draft.zip(lies)
            && self.is_own(name, lies).await?
        {
            let value = rest.as_deref().map(Value::from).unwrap_or_default();
            lay(&writing, name, &value)?;
            visit = Some(value).filter(|_| *name == VISIT);
        }
        writing.done().await?;
        if let Some(visit) = visit {
            self.visit.replace(visit);
        }
        self.next.set(identity.next);
        Ok(true)
    }

    /// Keeps the sealed copy of a record that has no answer yet.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    pub async fn keep_copy(&self, id: SubmissionId, copy: String) -> Result<(), StorageError> {
        let writing = self.write(&[META, SUBMISSIONS]).await?;
        let key = id.to_string();
        let held = read::<Held>(&writing, SUBMISSIONS, &key).await?;
        if let Some(held) = held.filter(|held| !held.is_cleared) {
            put(&writing, SUBMISSIONS, &key, &Held { copy, ..held })?;
            note(&writing, &[key]).await?;
        }
        Ok(writing.done().await?)
    }

    /// What a receipt named is kept for the day's list only; what a person has dealt with goes,
    /// and what it was to mend waits for a person again.
    ///
    /// # Errors
    /// [`StorageError`]: everything stays then.
    pub async fn clear(&self, ids: &[SubmissionId]) -> Result<(), StorageError> {
        // Mostly their answers have cleared all, in the same write.
        let left = self.ledger.borrow().uncleared(ids);
        if left.is_empty() { Ok(()) } else { self.clear_telling(&left, None).await }
    }

    /// The same, with what the server is to hear of it.
    async fn clear_telling(
        &self,
        ids: &[SubmissionId],
        withdrawn: Option<Withdrawn>,
    ) -> Result<(), StorageError> {
        let writing = self.write(&[META, SUBMISSIONS, ANSWERS]).await?;
        let mut unsure = 0;
        let mut changed = Vec::new();
        let held = read_all(&writing, ids.iter().copied()).await?;
        for (id, held) in ids.iter().zip(held) {
            let key = id.to_string();
            let Some(held) = held else { continue };
            let mends = held.head.replaces.map(|id| id.to_string());
            if held.state == ItemState::Sent {
                let is_new = !held.is_cleared;
                if let Some(held) = held.cleared().filter(|_| is_new) {
                    put(&writing, SUBMISSIONS, &key, &held)?;
                    changed.push(key);
                }
                continue;
            }
            if !self.is_of_before(held.head.sequence) {
                unsure += aside(&writing, &key, &held).await?;
            }
            remove(&writing, &key)?;
            changed.push(key);
            let Some(mends) = mends else { continue };
            if let Some(mut old) = read::<Held>(&writing, SUBMISSIONS, &mends).await? {
                old.lose_correction(*id);
                put(&writing, SUBMISSIONS, &mends, &old)?;
                changed.push(mends);
            }
        }
        if withdrawn.is_some() {
            withdrawing::change(&writing, withdrawn, &[]).await?;
        }
        note(&writing, &changed).await?;
        count_unsure(&writing, unsure).await?;
        Ok(writing.done().await?)
    }

    /// Removes the sent records of earlier days that were read: recorded before `from`, and named
    /// by a receipt.
    ///
    /// # Errors
    /// [`StorageError`]: everything stays then.
    pub async fn forget_before(&self, from: Timestamp) -> Result<(), StorageError> {
        let mut old = self.now().await?.records;
        old.retain(|record| record.is_of_before(from));
        if old.is_empty() {
            return Ok(());
        }
        let writing = self.write(&[META, SUBMISSIONS, ANSWERS]).await?;
        let mut unsure = 0;
        let mut gone = Vec::with_capacity(old.len());
        for record in old {
            let key = record.held.head.id.to_string();
            if record.is_aside()
                && !self.is_of_before(record.held.head.sequence)
                && let Some(held) = read::<Held>(&writing, SUBMISSIONS, &key).await?
            {
                // Read again: another tab that starts may have counted it already.
                unsure += aside(&writing, &key, &held).await?;
            }
            remove(&writing, &key)?;
            gone.push(key);
        }
        note(&writing, &gone).await?;
        count_unsure(&writing, unsure).await?;
        Ok(writing.done().await?)
    }

    /// Keeps the last receipt.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    pub async fn keep_receipt(&self, receipt: &Receipt) -> Result<(), StorageError> {
        self.put_text(META, RECEIPT, &json::write(receipt)).await
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
            before: self.before,
        }))
    }
}

/// What the content of a record is about, for the vault.
fn about_content(id: SubmissionId) -> String {
    format!("{SUBMISSIONS} {id}")
}

/// What the answer to a record is about.
fn about_answer(key: &str) -> String {
    format!("{ANSWERS} {key}")
}

#[cfg(test)]
mod tests;
