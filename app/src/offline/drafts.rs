//! Half-filled forms: kept while they are being filled, found again after a reload, a call, a
//! dead battery.

use crate::offline::aside::{HalfFilled, sorted};
use crate::offline::held::Kept;
use crate::offline::json;
use crate::offline::queue::{DRAFTS, Queue, StorageError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The draft of the visit that is being recorded.
pub const VISIT: &str = "visit";
/// Visits that this version cannot read, each on a line.
const ASIDE: &str = "visit-aside";
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

/// The visit that is half filled in.
pub struct Begun<T> {
    /// Its form, where there is one that this version can read.
    pub draft: Option<T>,
    /// Whether there is one, too, that it cannot.
    pub has_aside: bool,
}

/// The visit that is half filled in. One that another version wrote and this one cannot read is set
/// aside first, so that nothing is written over it.
///
/// # Errors
/// [`StorageError`] when the browser cannot read, or what cannot be read could not be set aside.
pub async fn visit<T: HalfFilled>(queue: &Queue) -> Result<Begun<T>, StorageError> {
    // No version of the app writes a form on several lines.
    let kept = queue.opened_text(DRAFTS, VISIT).await?.map(|text| text.replace('\n', " "));
    let before = queue.opened_text(DRAFTS, ASIDE).await?.unwrap_or_default();
    let records = match kept.is_some() || before.is_empty() {
        true => Kept::default(),
        false => queue.all().await?,
    };
    let told = sorted(kept.as_deref(), &before, &records);
    if let Some(back) = told.back {
        queue.put_text(DRAFTS, VISIT, back).await?;
    }
    let has_aside = !told.aside.is_empty();
    if told.aside != before {
        match has_aside {
            true => queue.put_text(DRAFTS, ASIDE, &told.aside).await?,
            false => queue.delete(DRAFTS, ASIDE).await?,
        }
    }
    Ok(Begun { draft: told.draft, has_aside })
}

/// Drops the visits that cannot be read.
///
/// # Errors
/// [`StorageError`] when they could not be removed.
pub async fn drop_aside<T: HalfFilled>(queue: &Queue) -> Result<(), StorageError> {
    // What lies aside may still be in its first place, too: it would be set aside again.
    if visit::<T>(queue).await?.draft.is_none() {
        queue.delete(DRAFTS, VISIT).await?;
    }
    queue.delete(DRAFTS, ASIDE).await
}

/// Drops a form.
///
/// # Errors
/// [`StorageError`] when it could not be removed.
pub async fn drop_kept(queue: &Queue, name: &str) -> Result<(), StorageError> {
    queue.delete(DRAFTS, name).await
}
