//! What came before: under the identifier of a submission, and what an accepted one mends.
//!
//! An identifier stands for one content for ever, whoever brings it: the record itself, its sealed
//! copy, and the files and codes that others carry are answered alike. Whoever has seen one can
//! send something else under it first, and name somebody else's phone; then the record itself is
//! refused as [`Refusal::IdReused`], stays on its phone, and goes under a new identifier. Nobody
//! puts away what somebody else made: only its maker's correction mends a record, or the desk.
//!
//! A record that somebody else has brought before its maker's phone could is no more than kept, for
//! that shows nobody's hand. It is judged when the phone sends it, unless the desk was first: who
//! records it and who answers the phone change the same row, and the later of them sees that.

use domain::id::{DeviceId, StaffId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome, Submission};
use domain::timestamp::Timestamp;

use super::Round;
use crate::error::Error;
use crate::history::{Entry, Subject};
use crate::records::{from_json, json};
use crate::store::Tx;
use crate::store::vocabulary::submission::SubmissionRow;
use crate::submissions::arrival::Arrival;
use crate::submissions::intake::Job;
use crate::submissions::{Kept, Through};

impl Round {
    /// Resolves the submission that an accepted one mends, and those that this one was to mend, so
    /// that they wait for nobody any more: of one maker, phone and outreach, which are the sender's
    /// own unless the desk records it. Answers their new rows.
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
        // One that could not be read does not say where it was made.
        let waits = |row: &SubmissionRow| {
            is_open(row) && (row.outreach_id.is_none() || row.outreach_id == outreach)
        };
        let (mut whose, kind) = match job.through {
            Through::Desk => (None, "submission_accepted"),
            _ => (Some((job.device.0, by)), "submission_replaced"),
        };
        let (mut mended, mut next) = (Vec::new(), Some(first.0));
        while let Some(id) = next {
            let Some(mut row) = tx.submission(id).await?.filter(waits) else { break };
            let made = (row.device_id, row.maker_id);
            if *whose.get_or_insert(made) != made {
                break;
            }
            let old = SubmissionId(id);
            let answer = Answer { id: old, outcome: kept.answer.outcome.clone() };
            row.answer = json(&Kept { answer, slips: kept.slips.clone() })?;
            row.resolved_at = Some(now.0);
            row.resolved_by = Some(by);
            tx.resolve_submission(row.id, &row.answer, by, now.0).await?;
            let said = serde_json::json!({ "submission": old, "by": arrival.id });
            let subject = Subject::Device(DeviceId(row.device_id));
            let entry = Entry::new(subject, kind, job.actor, now, &said)?;
            self.history.push(entry.from_submission(job.device, arrival.id));
            next = row.replaces;
            mended.push(row);
        }
        Ok(mended)
    }

    /// Puts the answer to what its maker's phone has sent in the place of the one that held it
    /// back; nothing changes when the phone was revoked meanwhile. Answers the row of then.
    pub(super) async fn free(
        &mut self,
        tx: &mut Tx,
        job: &Job,
        (held, sent): (SubmissionRow, SubmissionRow),
        now: Timestamp,
    ) -> Result<SubmissionRow, Error> {
        if sent.outcome == held.outcome {
            return Ok(held);
        }
        // It may have been brought in the same moment.
        self.write(tx).await?;
        let row = SubmissionRow { received_at: held.received_at, ..sent };
        tx.free_submission(&row).await?;
        let id = SubmissionId(row.id);
        let said = serde_json::json!({ "submission": id, "outcome": row.outcome });
        let subject = Subject::Device(job.device);
        let entry = Entry::new(subject, "submission_freed", job.actor, now, &said)?;
        self.history.push(entry.from_submission(job.device, id));
        Ok(row)
    }
}

/// Whether its maker's own phone sends what waits in quarantine because somebody else had brought
/// it: then it is judged as if it came for the first time. A person decides what a revoked phone
/// had sent, whoever sends it again.
pub(super) fn is_freed(job: &Job, before: &SubmissionRow, arrival: &Arrival) -> bool {
    let is_held = is_open(before) && before.outcome == Outcome::Quarantined.word();
    let was_brought = before.staff_id != before.maker_id && before.device_id == job.device.0;
    let is_own = arrival.read.as_ref().is_some_and(|read| is_own(job, read));
    is_held && was_brought && is_own && before.body_hash == arrival.hash
}

/// Whether what the desk is to record waits no more: somebody else has resolved it. Asked in the
/// transaction that would record it, and nobody else resolves it before that one ends.
pub(super) async fn is_over(tx: &mut Tx, job: &Job, arrival: &Arrival) -> Result<bool, Error> {
    let recorded = arrival.read.as_ref().filter(|_| job.through == Through::Desk);
    let Some(id) = recorded.and_then(|read| read.replaces) else { return Ok(false) };
    Ok(!tx.lock_submission(id.0).await?.is_some_and(|row| is_open(&row)))
}

/// Whether a submission waits for somebody.
fn is_open(row: &SubmissionRow) -> bool {
    row.resolved_at.is_none() && row.outcome != "accepted"
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
    Ok(Kept::refused(arrival.id, Refusal::IdReused))
}
