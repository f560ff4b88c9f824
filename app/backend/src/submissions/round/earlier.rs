//! What came before: under the identifier of a submission, and what an accepted one mends.
//!
//! Whoever has seen an identifier can send something else under it, and name somebody else's phone.
//! Neither may block, or put away, what its maker sends: an identifier that somebody else took is
//! free for who made a record under it, beside the other, and only its maker's correction mends it.

use domain::id::{StaffId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Answer, Outcome, Submission};
use domain::timestamp::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Round, staff_of};
use crate::error::Error;
use crate::history::{Entry, Subject};
use crate::records::{from_json, json};
use crate::store::Tx;
use crate::store::vocabulary::submission::SubmissionRow;
use crate::submissions::arrival::Arrival;
use crate::submissions::intake::Job;
use crate::submissions::{Kept, Through};

impl Round {
    /// Reads what has its answer of all that these batches bring.
    pub(super) async fn read_known(&mut self, tx: &mut Tx, jobs: &[Job]) -> Result<(), Error> {
        let arrivals =
            || jobs.iter().flat_map(|job| job.arrivals.iter().map(move |one| (job, one)));
        let ids: Vec<_> = arrivals().map(|(_, arrival)| arrival.id.0).collect();
        let known = tx.known_submissions(&ids).await?;
        self.known = known.into_iter().map(|row| (row.id, row)).collect();
        let apart: Vec<_> = arrivals()
            .map(|(job, arrival)| (self.place(job, arrival), arrival.id.0))
            .filter_map(|(place, id)| (place != id).then_some(place))
            .collect();
        if !apart.is_empty() {
            let known = tx.known_submissions(&apart).await?;
            self.known.extend(known.into_iter().map(|row| (row.id, row)));
        }
        Ok(())
    }

    /// Under which identifier a submission is kept: its own, unless somebody else has sent another
    /// thing under that; then, if its maker sends it from a phone, one that is theirs alone. What
    /// two people do at desks about the same record has one identifier, so that it is done once.
    pub(super) fn place(&self, job: &Job, arrival: &Arrival) -> Uuid {
        let sender = staff_of(job.actor);
        let is_of_phone = job.through != Through::Desk;
        let is_own = arrival.read.as_ref().is_some_and(|read| is_of_phone && is_own(job, read));
        let before = self.known.get(&arrival.id.0);
        let is_taken =
            before.is_some_and(|row| row.staff_id != sender.0 && row.body_hash != arrival.hash);
        if is_own && is_taken { apart(arrival.id.0, sender.0) } else { arrival.id.0 }
    }

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
            let Some(mut row) = earlier(tx, id, by).await?.filter(waits) else { break };
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

/// What somebody sent under an identifier, or else what they made and another sent.
async fn earlier(tx: &mut Tx, id: Uuid, maker: Uuid) -> Result<Option<SubmissionRow>, Error> {
    let row = tx.submission(id).await?;
    if row.as_ref().is_none_or(|row| row.staff_id == maker) {
        return Ok(row);
    }
    Ok(tx.submission(apart(id, maker)).await?.or(row))
}

/// Where what somebody made is kept when another has taken its identifier.
fn apart(id: Uuid, maker: Uuid) -> Uuid {
    let hash = Sha256::new()
        .chain_update("huella-submission-apart\n")
        .chain_update(id.as_bytes())
        .chain_update(maker.as_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
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
