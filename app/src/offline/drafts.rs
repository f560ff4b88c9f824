//! Half-filled forms: kept while they are being filled, found again after a reload, a call, a
//! dead battery.

use crate::offline::aside::{HalfFilled, Sorted, sorted};
use crate::offline::held::Kept;
use crate::offline::json;
pub use crate::offline::queue::VISIT;
use crate::offline::queue::{DRAFTS, Queue, Seen, StorageError};
use domain::id::SubmissionId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Visits that this version cannot read, and those of other windows, each on a line.
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
    /// Those that lie aside and that it can.
    others: String,
    /// How they lay in the store.
    seen: Seen,
}

impl<T> Begun<T> {
    /// Whether there is no other visit, which may have pictures, too.
    #[must_use]
    pub const fn is_alone(&self) -> bool {
        !self.has_aside && self.others.is_empty()
    }
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
        let told: Sorted<'_, T> = sorted(kept.as_deref(), &before, &records);
        let mut changes = Vec::new();
        if let Some(back) = told.back {
            changes.push((VISIT, Some(back.to_owned())));
        }
        if told.aside != before {
            changes.push((ASIDE, some(&told.aside)));
        }
        let id = told.draft.as_ref().and_then(HalfFilled::record);
        // Another window has kept it as a record, and then somebody has typed on.
        if let Some((draft, id)) = told.draft.as_ref().zip(id).filter(|_| changes.is_empty())
            && let Some(record) = queue.opened(&[id]).await?.pop()
        {
            changes.push((VISIT, draft.left(&record.held)));
        }
        if changes.is_empty() {
            queue.go_on_with(&seen);
            let is_readable = |line: &&str| json::read::<T>(line).is_ok();
            let (others, shut): (Vec<_>, Vec<_>) = told.aside.lines().partition(is_readable);
            let (has_aside, others) = (!shut.is_empty(), others.join("\n"));
            return Ok(Begun { draft: told.draft, has_aside, others, seen });
        }
        // It is read again as it lies then, also when another tab was first.
        queue.exchange(&seen, changes).await?;
    }
}

/// A text, unless it is blank.
fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Keeps the visit as it stands, unless it is kept anew before it was written; one that another
/// window has begun is set aside.
///
/// # Errors
/// [`StorageError`] when it could not be written.
pub async fn keep_visit<T>(queue: &Queue, form: &T) -> Result<(), StorageError>
where
    T: HalfFilled + Serialize,
{
    let (turn, text) = (queue.ask_visit(), json::write(form));
    while !queue.put_visit(turn, Some(&text)).await? {
        set_aside::<T>(queue, form.record(), None).await?;
    }
    Ok(())
}

/// Keeps forms in the place of the visit that was to be this record: one to go on with, and others
/// for after it.
///
/// # Errors
/// [`StorageError`]: the visit is still there then.
pub async fn keep_instead_of<T>(
    queue: &Queue,
    own: SubmissionId,
    (form, others): (&T, &[T]),
) -> Result<(), StorageError>
where
    T: HalfFilled + Serialize,
{
    // What is still being sealed of it does not come back beside them.
    let _ = queue.ask_visit();
    let instead = (json::write(form), others.iter().map(json::write).collect());
    set_aside::<T>(queue, Some(own), Some(instead)).await
}

/// Sets aside the visit that lies there, unless it is this window's own. That one is gone on with:
/// it stays until something is written over it, or `instead` takes its place, a form and others for
/// after it. What lies aside of the own one is of before.
async fn set_aside<T: HalfFilled>(
    queue: &Queue,
    own: Option<SubmissionId>,
    instead: Option<(String, Vec<String>)>,
) -> Result<(), StorageError> {
    let is_own = |line: &str| {
        let record = json::read::<T>(line).ok().and_then(|form| form.record());
        record.is_some() && record == own
    };
    let (form, others) = instead.unzip();
    let others = others.unwrap_or_default();
    loop {
        let (seen, [lies, before]) = queue.forms([VISIT, ASIDE]).await?;
        let before = before.unwrap_or_default();
        let lies = lies.map(|text| text.replace('\n', " "));
        let stays = form.is_none() && lies.as_deref().is_some_and(is_own);
        // What cannot be read may lie in both places.
        let is_new = |text: &String| before.lines().all(|line| line != text);
        let lies = lies.filter(|text| !is_own(text) && is_new(text));
        let aside = before.lines().filter(|line| !is_own(line)).map(str::to_owned);
        let lines: Vec<_> = aside.chain(lies).chain(others.iter().cloned()).collect();
        let mut changes = vec![(ASIDE, some(&lines.join("\n")))];
        if stays {
            queue.go_on_with(&seen);
        } else {
            changes.push((VISIT, form.clone()));
        }
        if queue.exchange(&seen, changes).await? {
            return Ok(());
        }
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

/// Drops the visits that lie aside and cannot be read.
///
/// # Errors
/// [`StorageError`] when they could not be removed.
pub async fn drop_aside<T: HalfFilled>(queue: &Queue) -> Result<(), StorageError> {
    loop {
        let read = visit::<T>(queue).await?;
        let mut changes = vec![(ASIDE, some(&read.others))];
        // What lies aside may still be in its first place, too: it would be set aside again.
        if read.draft.is_none() {
            changes.push((VISIT, None));
        }
        if queue.exchange(&read.seen, changes).await? {
            return Ok(());
        }
    }
}

/// Drops the visit that is half filled in; false where another window has gone on with it or begun
/// one, which stays.
///
/// # Errors
/// [`StorageError`] when it could not be removed.
pub async fn drop_visit(queue: &Queue) -> Result<bool, StorageError> {
    queue.put_visit(queue.ask_visit(), None).await
}

#[cfg(test)]
mod tests;
