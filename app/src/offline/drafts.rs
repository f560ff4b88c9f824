//! Half-filled forms: kept while they are being filled, found again after a reload, a call, a
//! dead battery.

use crate::offline::aside::{HalfFilled, sorted};
use crate::offline::held::Kept;
use crate::offline::json;
use crate::offline::queue::{DRAFTS, Queue, Seen, StorageError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The draft of the visit that is being recorded.
pub const VISIT: &str = "visit";
/// Visits that this version cannot read, each on a line.
const ASIDE: &str = "visit-aside";
/// What was given last, offered the next time in one tap.
pub const USUAL: &str = "usual";

/// Keeps a form as it stands, unless it is kept anew or removed before it was written.
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
    /// How they lay in the store.
    seen: Seen,
}

/// The visit that is half filled in. One that another version wrote and this one cannot read is set
/// aside first, so that nothing is written over it.
///
/// # Errors
/// [`StorageError`] when the browser cannot read, or what cannot be read could not be set aside.
pub async fn visit<T: HalfFilled>(queue: &Queue) -> Result<Begun<T>, StorageError> {
    loop {
        let (seen, [kept, before]) = queue.forms([VISIT, ASIDE]).await?;
        // No version of the app writes a form on several lines.
        let kept = kept.map(|text| text.replace('\n', " "));
        let before = before.unwrap_or_default();
        let records = match kept.is_some() || before.is_empty() {
            true => Kept::default(),
            false => queue.all().await?,
        };
        let told = sorted(kept.as_deref(), &before, &records);
        let has_aside = !told.aside.is_empty();
        let mut changes = Vec::new();
        if let Some(back) = told.back {
            changes.push((VISIT, Some(back.to_owned())));
        }
        if told.aside != before {
            changes.push((ASIDE, Some(told.aside).filter(|text| !text.is_empty())));
        }
        if changes.is_empty() {
            let mut draft = told.draft;
            // Another window has kept it as a record, and then this one has written it down again.
            if let Some(id) = draft.as_ref().and_then(HalfFilled::record)
                && !queue.opened(&[id]).await?.is_empty()
            {
                draft = None;
            }
            return Ok(Begun { draft, has_aside, seen });
        }
        // It is read again as it lies then, also when another tab was first.
        queue.exchange(&seen, changes).await?;
    }
}

/// Keeps a form as the visit, in the place of the one that was read; whether it is kept. It is not
/// when somebody has gone on with that one meanwhile, in another tab.
///
/// # Errors
/// [`StorageError`] when it could not be written.
pub async fn keep_instead<T: Serialize>(
    queue: &Queue,
    read: &Begun<T>,
    form: &T,
) -> Result<bool, StorageError> {
    queue.exchange(&read.seen, vec![(VISIT, Some(json::write(form)))]).await
}

/// Drops the visits that cannot be read.
///
/// # Errors
/// [`StorageError`] when they could not be removed.
pub async fn drop_aside<T: HalfFilled>(queue: &Queue) -> Result<(), StorageError> {
    loop {
        let read = visit::<T>(queue).await?;
        let mut changes = vec![(ASIDE, None)];
        // What lies aside may still be in its first place, too: it would be set aside again.
        if read.draft.is_none() {
            changes.push((VISIT, None));
        }
        if queue.exchange(&read.seen, changes).await? {
            return Ok(());
        }
    }
}

/// Drops a form.
///
/// # Errors
/// [`StorageError`] when it could not be removed.
pub async fn drop_kept(queue: &Queue, name: &str) -> Result<(), StorageError> {
    queue.delete(DRAFTS, name).await
}
