//! Acts at the desk that are no submissions, once they were done. A sheet gives each its
//! identifier, as everywhere at the desk: sent twice it is done once and answered alike, and
//! something else under the same identifier, from a sheet that did not learn what became of the
//! first, is refused and not done.

use data_encoding::HEXLOWER;
use domain::id::SubmissionId;
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::clock;
use crate::error::{Error, Fault};
use crate::records::from_json;
use crate::store::Tx;
use crate::store::vocabulary::act::DeskActRow;

/// An act: its identifier, and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    id: SubmissionId,
    said: String,
}

impl Act {
    /// An act that says this; one without an identifier is like no other.
    pub(crate) fn new(id: Option<SubmissionId>, said: &Value) -> Self {
        let said = HEXLOWER.encode(&Sha256::digest(said.to_string().as_bytes()));
        Self { id: id.unwrap_or_else(|| SubmissionId(clock::fresh_id())), said }
    }

    /// What it was answered with when it was done before. Asked before anything that it may have
    /// changed is looked at; of the stock once its turn is taken.
    ///
    /// # Errors
    /// [`Refusal::SheetUsed`] when something else was done under its identifier.
    pub(crate) async fn before<T: DeserializeOwned>(
        &self,
        tx: &mut Tx,
    ) -> Result<Option<T>, Error> {
        let Some(row) = tx.desk_act(self.id.0).await? else { return Ok(None) };
        if row.said != self.said {
            return Err(Error::Refused(Refusal::SheetUsed));
        }
        Ok(Some(from_json(&row.answer)?))
    }

    /// Notes that it was done, and answers with what it is answered from now on.
    ///
    /// # Errors
    /// A failed database; that it was noted before.
    pub(crate) async fn done<T: Serialize>(
        &self,
        tx: &mut Tx,
        answer: T,
        now: Timestamp,
    ) -> Result<T, Error> {
        let row = DeskActRow {
            id: self.id.0,
            said: self.said.clone(),
            answer: serde_json::to_string(&answer).map_err(Fault::from)?,
            done_at: now.0,
        };
        tx.insert_desk_act(&row).await?;
        Ok(answer)
    }
}
