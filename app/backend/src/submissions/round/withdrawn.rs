//! What somebody withdrew on their phone after it was refused or in conflict: at the desk nobody
//! need decide it any more, and sees that.
//!
//! Only its maker's word counts, as with what mends a record. It is told with every batch until a
//! reply names it, and counts once.

use domain::id::DeviceId;
use domain::submission::Outcome;

use super::{Round, staff_of};
use crate::error::Error;
use crate::history::{Entry, Subject};
use crate::records::{from_json, json};
use crate::store::Tx;
use crate::store::vocabulary::submission::SubmissionRow;
use crate::submissions::Kept;
use crate::submissions::intake::Job;

/// The outcomes of which a person at the phone may rid it, as stored.
const OUTCOMES: [&str; 2] = ["refused", "conflict"];

impl Round {
    /// Resolves what the sender of a batch has withdrawn, unless somebody else has resolved it.
    /// Answers those of which the phone need not tell again.
    pub(super) async fn withdraw(&mut self, tx: &mut Tx, job: &Job) -> Result<Vec<Kept>, Error> {
        let told = job.report.as_ref().map(|report| report.withdrawn.as_slice());
        let told = told.unwrap_or_default();
        // Nobody knows who has a revoked phone in hand.
        if told.is_empty() || self.phone(job).row.revoked_at.is_some() {
            return Ok(Vec::new());
        }
        let (by, now) = (staff_of(job.actor).0, job.office.clock.now());
        let ids: Vec<_> = told.iter().map(|one| one.id.0).collect();
        let mut heard = Vec::new();
        for row in tx.known_submissions(&ids).await? {
            let withdrawn = told.iter().find(|one| one.id.0 == row.id);
            let Some(withdrawn) = withdrawn.filter(|_| row.maker_id == by) else { continue };
            let mut kept: Kept = from_json(&row.answer)?;
            if waits(&row) {
                kept = refused(kept);
                let at = (now.0, withdrawn.at.0);
                tx.withdraw_submission(row.id, &json(&kept)?, by, at).await?;
                let subject = Subject::Device(DeviceId(row.device_id));
                let said = serde_json::json!({ "submission": withdrawn.id, "at": withdrawn.at });
                let entry = Entry::new(subject, "submission_withdrawn", job.actor, now, &said)?;
                self.history.push(entry);
            }
            heard.push(kept);
        }
        Ok(heard)
    }
}

fn waits(row: &SubmissionRow) -> bool {
    row.resolved_at.is_none() && OUTCOMES.contains(&row.outcome.as_str())
}

/// The final answer: what was in conflict is refused for that.
fn refused(mut kept: Kept) -> Kept {
    kept.answer.outcome = match kept.answer.outcome {
        Outcome::Conflict { command, refusal, .. } => Outcome::Refused { command, refusal },
        outcome => outcome,
    };
    kept
}
