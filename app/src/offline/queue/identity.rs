//! What the phone is called and how far it has counted. A phone that cannot read that any more is
//! another device from then on ([`domain::sync::Former`]): a number that was given before must not
//! be given again under the same name and key.

use super::access::{identifiers, put, read, read_all, read_of};
use super::{META, Queue, SUBMISSIONS, StorageError, about_content};
use crate::offline::held::Held;
use crate::offline::json;
use crate::offline::naming::device_in;
use crate::offline::store::{Asked, Transaction};
use crate::offline::vault::{self, Door};
use domain::id::DeviceId;
use domain::submission::Receipt;
use domain::sync::Former;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The phone's identity and count, under this key in the store `meta`.
pub const IDENTITY: &str = "identity";
/// What it was before, likewise.
const FORMER: &str = "former";
/// The last receipt, likewise.
pub const RECEIPT: &str = "receipt";
/// The server's word on this phone's key as it came, likewise.
pub const PAIRING: &str = "pairing";
/// Nobody has read yet that the phone is another device than before.
pub const RENAMED: &str = "renamed";
/// The phone still has the key of the device that it was before.
pub const OLD_KEY: &str = "old-key";

/// The phone's name and count.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Identity {
    pub(super) device: DeviceId,
    /// The sequence number the next submission gets.
    pub(super) next: u32,
    /// Records that went from the phone although the server may hold nothing of them.
    #[serde(default)]
    pub(super) unsure: u32,
}

/// How the phone's name was found.
enum Found {
    /// As it was written.
    Whole(Identity),
    /// Nothing was ever written here.
    Fresh,
    /// It cannot be read; what it was called, where that is told elsewhere.
    Lost(Option<DeviceId>),
}

impl Queue {
    /// Reads what the phone is called. One that was never used becomes the device `fresh`, and so
    /// does one that cannot read it any more; but not while the vault is closed, which knows best
    /// who made its records.
    pub(super) async fn named(self, fresh: DeviceId) -> Result<Self, StorageError> {
        let reading = self.reading(&[META, SUBMISSIONS]).await?;
        let maker = match look(&reading).await? {
            Found::Whole(identity) => {
                let former = former(&reading).await?;
                return Ok(self.called(identity, former));
            }
            Found::Fresh => None,
            Found::Lost(told) => {
                if !matches!(vault::door().await, Door::Open { .. }) {
                    return Ok(self);
                }
                match told {
                    Some(device) => Some(device),
                    None => self.maker_of_records().await?,
                }
            }
        };
        let writing = self.write(&[META, SUBMISSIONS]).await?;
        let mut former = former(&writing).await?;
        // Read again: another tab may have been first.
        let identity = match look(&writing).await? {
            Found::Whole(identity) => identity,
            now => {
                if matches!(now, Found::Lost(_)) {
                    let before = former.last().map_or(0, |one| one.last);
                    let last = last_number(&writing, before).await?;
                    former.push(Former { device: maker, last });
                    put(&writing, META, FORMER, &former)?;
                    // They are about the device that it was.
                    for key in [PAIRING, RECEIPT] {
                        writing.delete(META, key)?;
                    }
                    for mark in [RENAMED, OLD_KEY] {
                        writing.put(META, mark, &true.into())?;
                    }
                }
                let identity = Identity { device: fresh, next: 1, unsure: 0 };
                put(&writing, META, IDENTITY, &identity)?;
                identity
            }
        };
        writing.done().await?;
        Ok(self.called(identity, former))
    }

    fn called(self, identity: Identity, former: Vec<Former>) -> Self {
        self.next.set(identity.next);
        let before = former.last().map_or(0, |one| one.last);
        Self { device: identity.device, before, former: Rc::new(former), ..self }
    }

    /// The device that made the newest record that can be opened.
    async fn maker_of_records(&self) -> Result<Option<DeviceId>, StorageError> {
        let reading = self.reading(&[SUBMISSIONS]).await?;
        // Their keys begin with the time.
        for held in records(&reading).await?.into_iter().rev() {
            let text = match held.content.is_empty() {
                true => Some(held.body),
                false => {
                    let sealed = [about_content(held.head.id), held.content];
                    vault::open(&[sealed]).await.pop().flatten()
                }
            };
            if let Some(device) = text.and_then(|text| device_in(&text)) {
                return Ok(Some(device));
            }
        }
        Ok(None)
    }

    /// The name and count of this phone, which were asked for before.
    ///
    /// # Errors
    /// [`StorageError`] when they cannot be read, or are another device's by now: no number is
    /// given then. The app tells it, and knows at its next start what the phone is.
    pub(super) async fn identity(&self, asked: Asked) -> Result<Identity, StorageError> {
        let known = read_of::<Identity>(asked).await?;
        known.filter(|known| known.device == self.device).ok_or(StorageError)
    }

    /// What the phone was before, oldest first.
    #[must_use]
    pub fn former(&self) -> &[Former] {
        &self.former
    }

    /// Whether the record of this number was made before the phone was called as it is.
    #[must_use]
    pub const fn is_of_before(&self, number: u32) -> bool {
        number <= self.before
    }

    /// The device that made the record of this number.
    #[must_use]
    pub fn maker(&self, number: u32) -> DeviceId {
        domain::sync::maker(&self.former, number).unwrap_or(self.device)
    }

    /// Whether something is noted of this phone.
    pub async fn is_marked(&self, mark: &str) -> bool {
        let Ok(reading) = self.reading(&[META]).await else { return false };
        let Ok(asked) = reading.get(META, mark) else { return false };
        asked.value().await.is_ok_and(|value| !value.is_undefined())
    }
}

/// How the name stands in the store.
async fn look(transaction: &Transaction) -> Result<Found, StorageError> {
    let kept = transaction.get(META, IDENTITY)?.value().await?;
    let text = kept.as_string().unwrap_or_default();
    if let Ok(identity) = json::read(&text) {
        return Ok(Found::Whole(identity));
    }
    let mut told = device_in(&text);
    for key in [RECEIPT, PAIRING] {
        let text = transaction.get(META, key)?.text().await?.unwrap_or_default();
        told = told.or_else(|| device_in(&text));
    }
    let is_used = !transaction.keys(SUBMISSIONS)?.joined().await?.is_empty();
    Ok(match is_used || told.is_some() || !kept.is_undefined() {
        true => Found::Lost(told),
        false => Found::Fresh,
    })
}

async fn former(transaction: &Transaction) -> Result<Vec<Former>, StorageError> {
    Ok(read(transaction, META, FORMER).await?.unwrap_or_default())
}

/// The last number that is known to have been given on this phone; those up to `before` were by
/// devices that it was before.
async fn last_number(transaction: &Transaction, before: u32) -> Result<u32, StorageError> {
    let receipt = read::<Receipt>(transaction, META, RECEIPT).await?;
    let told = receipt.map_or(0, |receipt| receipt.complete_to_sequence);
    let mut last = before.saturating_add(told);
    for held in records(transaction).await? {
        last = last.max(held.head.sequence);
    }
    Ok(last)
}

/// Every record that can be read, by its identifier.
async fn records(transaction: &Transaction) -> Result<Vec<Held>, StorageError> {
    let ids = identifiers(&transaction.keys(SUBMISSIONS)?.joined().await?);
    Ok(read_all(transaction, ids.into_iter()).await?.into_iter().flatten().collect())
}
