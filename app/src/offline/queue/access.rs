//! How the queue's stores are opened, read and written.

use super::StorageError;
use super::{ANSWERS, CHANGE, CHANGES, DRAFTS, IDENTITY, Identity, META, SETUP, SUBMISSIONS};
use crate::offline::held::Held;
use crate::offline::json;
use crate::offline::store::{Asked, Database, Place, Transaction};
use domain::id::SubmissionId;
use domain::submission::Answer;
use domain::sync::is_unnumbered;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The database's name in the browser.
const DATABASE: &str = "huella";
/// Its version; a change of the stores raises it.
const DATABASE_VERSION: u32 = 1;

pub(super) async fn opened(place: &Place) -> Result<Database, StorageError> {
    let stores = &[SUBMISSIONS, ANSWERS, META, DRAFTS, SETUP];
    Ok(Database::open(place, DATABASE, DATABASE_VERSION, stores).await?)
}

pub(super) async fn read<T: DeserializeOwned>(
    transaction: &Transaction,
    store: &str,
    key: &str,
) -> Result<Option<T>, StorageError> {
    read_of(transaction.get(store, key)?).await
}

/// What was asked for before, as [`read`] answers it.
pub(super) async fn read_of<T: DeserializeOwned>(asked: Asked) -> Result<Option<T>, StorageError> {
    let text = asked.text().await?;
    Ok(text.and_then(|text| json::read(&text).ok()))
}

/// These records, all asked for at once: one after the other is slow.
pub(super) async fn read_all(
    transaction: &Transaction,
    ids: impl Iterator<Item = SubmissionId>,
) -> Result<Vec<Option<Held>>, StorageError> {
    let mut asked = Vec::new();
    for id in ids {
        asked.push(transaction.get(SUBMISSIONS, &id.to_string())?);
    }
    let mut read = Vec::with_capacity(asked.len());
    for answer in asked {
        read.push(read_of(answer).await?);
    }
    Ok(read)
}

pub(super) fn put<T: Serialize>(
    transaction: &Transaction,
    store: &str,
    key: &str,
    value: &T,
) -> Result<(), StorageError> {
    Ok(transaction.put(store, key, &json::write(value).into())?)
}

/// One when the server holds nothing under this record's number although it has an answer.
pub(super) async fn aside(
    transaction: &Transaction,
    key: &str,
    held: &Held,
) -> Result<u32, StorageError> {
    if held.is_aside {
        return Ok(1);
    }
    // An older app wrote the answer in the open, and nothing of it beside the record.
    let answer = read::<Answer>(transaction, ANSWERS, key).await?;
    Ok(u32::from(answer.is_some_and(|answer| is_unnumbered(&answer.outcome))))
}

/// Notes that so many such records go from the phone.
pub(super) async fn count_unsure(
    transaction: &Transaction,
    count: u32,
) -> Result<(), StorageError> {
    if count > 0
        && let Some(mut identity) = read::<Identity>(transaction, META, IDENTITY).await?
    {
        identity.unsure = identity.unsure.saturating_add(count);
        put(transaction, META, IDENTITY, &identity)?;
    }
    Ok(())
}

pub(super) fn remove(transaction: &Transaction, key: &str) -> Result<(), StorageError> {
    transaction.delete(SUBMISSIONS, key)?;
    Ok(transaction.delete(ANSWERS, key)?)
}

/// Notes that these records are not what they were, as the next change of the log. Every
/// transaction that writes or removes records does, so that nobody has to read all of them again.
/// The number of the change; 0 where nothing was changed.
pub(super) async fn note(transaction: &Transaction, keys: &[String]) -> Result<u32, StorageError> {
    if keys.is_empty() {
        return Ok(0);
    }
    note_behind(transaction, transaction.get(META, CHANGES)?, keys).await
}

/// The same behind the change that was asked for before.
pub(super) async fn note_behind(
    transaction: &Transaction,
    last: Asked,
    keys: &[String],
) -> Result<u32, StorageError> {
    let next = number_of(last).await?.saturating_add(1);
    transaction.put(META, &numbered(CHANGE, next), &keys.join(" ").into())?;
    transaction.put(META, CHANGES, &next.to_string().into())?;
    Ok(next)
}

/// The number of the last change; 0 before the first.
pub(super) async fn last_change(transaction: &Transaction) -> Result<u32, StorageError> {
    number_of(transaction.get(META, CHANGES)?).await
}

async fn number_of(asked: Asked) -> Result<u32, StorageError> {
    let text = asked.text().await?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// The key of what there are several of.
pub(super) fn numbered(name: &str, number: u32) -> String {
    format!("{name} {number}")
}

/// Identifiers, with a space between.
pub(super) fn identifiers(text: &str) -> Vec<SubmissionId> {
    text.split(' ').filter_map(|id| id.parse().ok()).collect()
}
