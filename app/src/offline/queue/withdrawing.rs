//! What a person withdraws, and what the server has not heard of that: both are one transaction, so
//! that a phone that dies over it has done both or neither.

use super::{META, Queue, StorageError};
use crate::offline::held::Record;
use crate::offline::store::Transaction;
use crate::offline::withdrawn::{changed, read};
use domain::id::{StaffId, SubmissionId};
use domain::submission::{Answer, Withdrawn};
use domain::timestamp::Timestamp;

/// The key of the list in the store `meta`.
const WITHDRAWN: &str = "withdrawn";

impl Queue {
    /// Removes a record that somebody withdraws at this moment, by the phone's clock. The server is
    /// to hear of it where the desk may still ask for it and believes this person: not where the
    /// server holds nothing of it, the desk has put it away, or somebody else has made it.
    ///
    /// # Errors
    /// [`StorageError`]: everything stays then.
    pub async fn withdraw(
        &self,
        record: &Record,
        (by, at): (Option<StaffId>, Timestamp),
    ) -> Result<(), StorageError> {
        let held = &record.held;
        let is_own = held.head.actor.is_none_or(|maker| Some(maker) == by);
        let is_told = is_own && !record.is_aside() && !held.is_put_away;
        let id = held.head.id;
        self.clear_telling(&[id], is_told.then_some(Withdrawn { id, at })).await
    }

    /// What the server is to hear of.
    pub async fn untold(&self) -> Vec<Withdrawn> {
        read(&self.text(META, WITHDRAWN).await.unwrap_or_default())
    }

    /// Drops those that were told and that the server names among what is resolved. Not written
    /// means that it hears of them once more.
    pub async fn hear(&self, told: &[Withdrawn], resolved: &[Answer]) {
        let told = told.iter().map(|one| one.id);
        let heard = told.filter(|id| resolved.iter().any(|answer| answer.id == *id));
        let heard: Vec<_> = heard.collect();
        if !heard.is_empty() {
            let _ = self.drop_heard(&heard).await;
        }
    }

    async fn drop_heard(&self, heard: &[SubmissionId]) -> Result<(), StorageError> {
        let writing = self.write(&[META]).await?;
        change(&writing, None, heard).await?;
        Ok(writing.done().await?)
    }
}

/// Changes the list of what the server is to hear of.
pub(super) async fn change(
    writing: &Transaction,
    new: Option<Withdrawn>,
    heard: &[SubmissionId],
) -> Result<(), StorageError> {
    let text = writing.get(META, WITHDRAWN)?.text().await?.unwrap_or_default();
    Ok(writing.put(META, WITHDRAWN, &changed(&text, new, heard).into())?)
}
