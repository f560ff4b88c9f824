//! Half-filled forms: kept while they are being filled, found again after a reload, a call, a
//! dead battery.

use crate::offline::json;
use crate::offline::queue::{DRAFTS, Queue, StorageError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The draft of the visit that is being recorded.
pub const VISIT: &str = "visit";
/// What was given last, offered the next time in one tap.
pub const USUAL: &str = "usual";

/// Keeps a form as it stands.
///
/// # Errors
/// [`StorageError`] when it could not be written.
pub async fn keep<T: Serialize>(queue: &Queue, name: &str, form: &T) -> Result<(), StorageError> {
    queue.put_text(DRAFTS, name, &json::write(form)).await
}

/// A kept form; one written by another version that cannot be read counts as absent.
///
/// # Errors
/// [`StorageError`] when the browser cannot read.
pub async fn kept<T: DeserializeOwned>(
    queue: &Queue,
    name: &str,
) -> Result<Option<T>, StorageError> {
    queue.get(DRAFTS, name).await
}

/// Drops a form.
///
/// # Errors
/// [`StorageError`] when it could not be removed.
pub async fn drop_kept(queue: &Queue, name: &str) -> Result<(), StorageError> {
    queue.delete(DRAFTS, name).await
}
