//! How the queue's stores are opened, read and written.

use super::{ANSWERS, DRAFTS, IDENTITY, Identity, META, SETUP, SUBMISSIONS, StorageError};
use crate::offline::held::Held;
use crate::offline::json;
use domain::id::SubmissionId;
use domain::submission::Answer;
use domain::sync::is_unnumbered;
use idb::{Database, ObjectStore, Transaction};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::IntoFuture;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The database's name in the browser.
const DATABASE: &str = "huella";
/// Its version; a change of the stores raises it.
const DATABASE_VERSION: u32 = 1;

pub(super) async fn opened() -> Result<Rc<Database>, StorageError> {
    let stores = [SUBMISSIONS, ANSWERS, META, DRAFTS, SETUP];
    let builder = stores
        .iter()
        .fold(Database::builder(DATABASE).version(DATABASE_VERSION), |builder, name| {
            builder.add_object_store(ObjectStore::builder(name))
        });
    Ok(Rc::new(builder.build().await?))
}

pub(super) async fn done(writing: Transaction) -> Result<(), StorageError> {
    match writing.commit()?.await? {
        idb::TransactionResult::Committed => Ok(()),
        idb::TransactionResult::Aborted => Err(StorageError),
    }
}

pub(super) async fn read<T: DeserializeOwned>(
    transaction: &Transaction,
    store: &str,
    key: &str,
) -> Result<Option<T>, StorageError> {
    let found = transaction.object_store(store)?.get(JsValue::from_str(key))?.await?;
    let text = found.and_then(|value| value.as_string());
    Ok(text.and_then(|text| json::read(&text).ok()))
}

/// These records, all asked for at once: one after the other is slow.
pub(super) async fn read_all(
    transaction: &Transaction,
    ids: impl Iterator<Item = SubmissionId>,
) -> Result<Vec<Option<Held>>, StorageError> {
    let store = transaction.object_store(SUBMISSIONS)?;
    let mut asked = Vec::new();
    for id in ids {
        // The answer is listened for from here on, and not only when it is awaited.
        asked.push(store.get(JsValue::from_str(&id.to_string()))?.into_future());
    }
    let mut read = Vec::with_capacity(asked.len());
    for answer in asked {
        let text = answer.await?.and_then(|value| value.as_string());
        read.push(text.and_then(|text| json::read(&text).ok()));
    }
    Ok(read)
}

pub(super) fn put<T: Serialize>(
    transaction: &Transaction,
    store: &str,
    key: &str,
    value: &T,
) -> Result<(), StorageError> {
    let text = json::write(value);
    transaction.object_store(store)?.put(&text.into(), Some(&key.into()))?;
    Ok(())
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
    transaction.object_store(SUBMISSIONS)?.delete(JsValue::from_str(key))?;
    transaction.object_store(ANSWERS)?.delete(JsValue::from_str(key))?;
    Ok(())
}
