//! What came before: under the identifier of a submission, and what an accepted one mends.
//!
//! An identifier stands for one content for ever, whoever brings it: the record itself, its sealed
//! copy, and the files and codes that others carry are answered alike. Whoever has seen one can
//! send something else under it first, and name somebody else's phone; then the record itself is
//! refused as [`Refusal::IdReused`], stays on its phone, and goes under a new identifier. Nobody
//! puts away what somebody else made: only its maker's correction mends a record.

use domain::id::{StaffId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome, Submission};
use domain::timestamp::Timestamp;

use super::Round;
use crate::error::Error;
use crate::history::{Entry, Subject};
use crate::records::{from_json, json};
use crate::store::Tx;
use crate::store::vocabulary::submission::SubmissionRow;
use crate::submissions::Kept;
use crate::submissions::arrival::Arrival;
use crate::submissions::intake::Job;

impl Round {
    /// Resolves the submission that an accepted one mends, and those that this one was to mend, so
    /// that they wait for nobody any more: of the same maker, phone and outreach. Answers their new
    /// rows.
    pub(super) async fn mend(
        &mut self,
        tx: &mut Tx,
        job: &Job,
        (arrival, kept): (&Arrival, &Kept),
        now: Timestamp,
    ) -> Result<Vec<SubmissionRow>, Error> {
        let read = arrival.read.as_ref();
        let replaces = read.and_then(|read| read.replaces);
        let (Some(first), Outcome::Accepted { .. }) = (replaces, &kept.answer.outcome) else {
            return Ok(Vec::new());
        };
        // It may have come with the same batch.
        self.write(tx).await?;
        let by = job.actor.id().unwrap_or_default();
        let outreach = read.and_then(|read| read.outreach).map(|id| id.0);
        let waits = |row: &SubmissionRow| {
            let is_open = row.resolved_at.is_none() && row.outcome != "accepted";
            let is_own = (row.device_id, row.maker_id) == (job.device.0, by);
            // One that could not be read does not say where it was made.
            is_open && is_own && (row.outreach_id.is_none() || row.outreach_id == outreach)
        };
        let (mut mended, mut next) = (Vec::new(), Some(first.0));
        while let Some(id) = next {
            let Some(mut row) = tx.submission(id).await?.filter(waits) else { break };
            let old = SubmissionId(id);
            let answer = Answer { id: old, outcome: kept.answer.outcome.clone() };
            row.answer = json(&Kept { answer, slips: kept.slips.clone() })?;
            row.resolved_at = Some(now.0);
            row.resolved_by = Some(by);
            tx.resolve_submission(row.id, &row.answer, by, now.0).await?;
            let said = serde_json::json!({ "submission": old, "by": arrival.id });
            let subject = Subject::Device(job.device);
            let entry = Entry::new(subject, "submission_replaced", job.actor, now, &said)?;
            self.history.push(entry.from_submission(job.device, arrival.id));
            next = row.replaces;
            mended.push(row);
        }
        Ok(mended)
    }
}

/// Whether a submission comes from who made it, on the phone that it was made on.
pub(super) fn is_own(job: &Job, submission: &Submission) -> bool {
    job.actor.id() == Some(submission.actor.0) && submission.device == job.device
}

/// Codes of slips are for who made the record: the owner stands before them.
pub(super) fn of_maker(kept: Kept, is_maker: bool) -> Kept {
    if is_maker { kept } else { kept.without_slips() }
}

/// The answer to an identifier that came before. Who has got hold of somebody else's record, or of
/// its sealed copy, is told what became of it, but not the codes that open its documents.
pub(super) fn again(
    before: &SubmissionRow,
    arrival: &Arrival,
    sender: StaffId,
) -> Result<Kept, Error> {
    if before.body_hash == arrival.hash {
        return Ok(of_maker(from_json(&before.answer)?, before.maker_id == sender.0));
    }
    let outcome = Outcome::Refused { command: None, refusal: Refusal::IdReused };
    Ok(Kept { answer: Answer { id: arrival.id, outcome }, slips: Vec::new() })
}
