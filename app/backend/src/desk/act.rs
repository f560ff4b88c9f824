//! Acts from a browser: a coordinator's correction is a submission like any other, so that the
//! history, the documents and the answers are one.

use domain::command::Command;
use domain::id::{DeviceId, OutreachId, StaffId, SubmissionId, VisitId};
use domain::submission::{Alias, Answer, Batch, IssuedDocument, Outcome, Submission, VERSION};
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::gone;
use crate::accounts::session::Present;
use crate::actor::Actor;
use crate::clock;
use crate::error::Error;
use crate::office::Office;
use crate::records::from_json;
use crate::store::StoreError;
use crate::submissions;

/// How an answer is stored, see `submissions`: what was said, and which documents have a slip.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The answer.
    pub(crate) answer: Answer,
    /// The documents whose slip's code is made again from the secret file and this seed.
    pub(crate) slips: Vec<(Uuid, Uuid)>,
}

/// What to submit in the name of who sits at the browser.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: SubmissionId,
    pub(crate) outreach: Option<OutreachId>,
    pub(crate) visit: Option<VisitId>,
    pub(crate) recorded_at: Timestamp,
    pub(crate) replaces: Option<SubmissionId>,
    pub(crate) commands: Vec<Command>,
}

/// An identifier for the next act of a page: sent twice, it is done once.
#[must_use]
pub fn fresh() -> SubmissionId {
    SubmissionId(clock::fresh_id())
}

/// Records what was asked from a page. Answers how many documents were made anew.
///
/// # Errors
/// Those of [`submissions::receive`], and the refusal that the submission was answered with.
pub async fn record(
    office: &Office,
    present: &Present,
    id: SubmissionId,
    commands: Vec<Command>,
) -> Result<u32, Error> {
    let draft = Draft {
        id,
        outreach: None,
        visit: None,
        recorded_at: office.clock.now(),
        replaces: None,
        commands,
    };
    let (_, documents) = taken(submit(office, present, draft).await?)?;
    Ok(u32::try_from(documents.len()).unwrap_or(0))
}

/// What an answer to a page brought: the identifiers that stand for others, and the documents. One
/// that waits came from a browser that was revoked meanwhile.
///
/// # Errors
/// The refusal that it was answered with; [`domain::refusal::Refusal::ChangedMeanwhile`] when it
/// waits for a coordinator.
pub(crate) fn taken(answer: Answer) -> Result<(Vec<Alias>, Vec<IssuedDocument>), Error> {
    match answer.outcome {
        Outcome::Accepted { aliases, documents } => Ok((aliases, documents)),
        Outcome::Refused { refusal, .. } | Outcome::Conflict { refusal, .. } => {
            Err(Error::Refused(refusal))
        }
        Outcome::Quarantined => gone(),
    }
}

/// Submits as the browser's own device: its session names it. A known identifier is answered as
/// before.
pub(crate) async fn submit(
    office: &Office,
    present: &Present,
    draft: Draft,
) -> Result<Answer, Error> {
    let actor = present.actor;
    let device = DeviceId(present.session.0);
    let known = office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let before = tx.submission(draft.id.0).await?;
                let row = tx.devices(&[device.0]).await?.pop();
                Ok::<_, StoreError>((before, row.map_or(0, |row| row.complete_to_sequence)))
            })
        })
        .await
        .map_err(Error::from)?;
    let (before, complete) = known;
    if let Some(before) = before {
        let answer = from_json::<Kept>(&before.answer)?.answer;
        told(office, actor, &answer).await;
        return Ok(answer);
    }
    let submission = Submission {
        id: draft.id,
        version: VERSION,
        device,
        sequence: u32::try_from(complete + 1).unwrap_or(u32::MAX),
        actor: StaffId(actor.id().unwrap_or_default()),
        outreach: draft.outreach,
        visit: draft.visit,
        recorded_at: draft.recorded_at,
        utc_offset_minutes: office.zone.offset_minutes(draft.recorded_at),
        replaces: draft.replaces,
        commands: draft.commands,
    };
    let submissions = vec![serde_json::to_value(&submission).map_err(crate::error::Fault::from)?];
    let batch = Batch { device, submissions, report: None };
    let reply = submissions::receive_from_desk(office, actor, batch).await?;
    let answer = reply.answers.into_iter().next();
    let answer = answer.ok_or(StoreError::Inconsistent("a submission got no answer"))?;
    told(office, actor, &answer).await;
    Ok(answer)
}

/// A conflict that is told at the desk's own screen waits for nobody. One that cannot be noted is
/// told there all the same, and waits on the list as well.
async fn told(office: &Office, actor: Actor, answer: &Answer) {
    if !matches!(answer.outcome, Outcome::Conflict { .. }) {
        return;
    }
    let (id, by, now) = (answer.id.0, actor.id().unwrap_or_default(), office.clock.now());
    let noted = office.store.write(move |tx| {
        Box::pin(async move {
            if let Some(row) = tx.submission(id).await? {
                tx.resolve_submission(id, &row.answer, by, now.0).await?;
            }
            Ok::<_, StoreError>(())
        })
    });
    if let Err(error) = noted.await {
        tracing::warn!(%error, "a conflict that was told waits still");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::refusal::Refusal;

    #[test]
    fn only_what_was_taken_is_done() {
        let done = |outcome| match taken(Answer { id: fresh(), outcome }) {
            Ok((aliases, documents)) => Ok((aliases.len(), documents.len())),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(Error::Failed(fault)) => panic!("{fault}"),
        };
        let accepted = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
        assert_eq!(done(accepted), Ok((0, 0)));
        let refused = Outcome::Refused { command: None, refusal: Refusal::LotUnknown };
        assert_eq!(done(refused), Err(Refusal::LotUnknown));
        assert_eq!(done(Outcome::Quarantined), Err(Refusal::ChangedMeanwhile));
    }
}
