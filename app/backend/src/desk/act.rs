//! Acts from a browser: a coordinator's correction is a submission like any other, so that the
//! history, the documents and the answers are one.
//!
//! A sheet gives each act its identifier. The same act sent again, after a doubled click or a lost
//! answer, has its answer again; something else under that identifier, from a sheet that did not
//! learn what became of the first, is refused, and nothing of it is done.

use domain::command::Command;
use domain::id::{DeviceId, OutreachId, StaffId, SubmissionId, VisitId};
use domain::refusal::Refusal;
use domain::submission::{Alias, Answer, IssuedDocument, Outcome, Submission, VERSION};
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::gone;
use crate::accounts::session::Present;
use crate::actor::Actor;
use crate::clock;
use crate::error::{Error, Fault};
use crate::office::Office;
use crate::records::from_json;
use crate::store::StoreError;
use crate::submissions::{self, Listed};

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
    /// Who listened to the talk that it is about.
    pub(crate) listed: Option<Listed>,
}

/// From where, by whom and when: what is not asked, but follows from the asking.
struct Sent {
    device: DeviceId,
    sequence: u32,
    actor: StaffId,
    at: Timestamp,
}

impl Draft {
    /// As it is submitted.
    fn submission(&self, office: &Office, sent: &Sent) -> Result<Value, Fault> {
        let submission = Submission {
            id: self.id,
            version: VERSION,
            device: sent.device,
            sequence: sent.sequence,
            actor: sent.actor,
            outreach: self.outreach,
            visit: self.visit,
            recorded_at: sent.at,
            utc_offset_minutes: office.zone.offset_minutes(sent.at),
            replaces: self.replaces,
            commands: self.commands.clone(),
        };
        let mut submission = serde_json::to_value(&submission)?;
        if let Some(listed) = &self.listed {
            // Of the list itself nothing is submitted.
            submission["listed"] = Value::from(listed.mark(&office.keys));
        }
        Ok(submission)
    }
}

/// An identifier for the next act of a page: sent twice, it is done once.
#[must_use]
pub fn fresh() -> SubmissionId {
    SubmissionId(clock::fresh_id())
}

/// Records what was asked from a page. Answers how many documents were made anew.
///
/// # Errors
/// Those of [`submissions::receive`]; the refusal that the submission was answered with;
/// [`Refusal::SheetUsed`] when something else was asked under the identifier.
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
        listed: None,
    };
    let (_, documents) = taken(submit(office, present, draft).await?)?;
    Ok(u32::try_from(documents.len()).unwrap_or(0))
}

/// What an answer to a page brought: the identifiers that stand for others, and the documents. One
/// that waits came from a browser that was revoked meanwhile.
///
/// # Errors
/// The refusal that it was answered with; [`Refusal::ChangedMeanwhile`] when it waits for a
/// coordinator.
pub(crate) fn taken(answer: Answer) -> Result<(Vec<Alias>, Vec<IssuedDocument>), Error> {
    match answer.outcome {
        Outcome::Accepted { aliases, documents } => Ok((aliases, documents)),
        Outcome::Refused { refusal, .. } | Outcome::Conflict { refusal, .. } => {
            Err(Error::Refused(refusal))
        }
        Outcome::Quarantined => gone(),
    }
}

/// Submits as the browser's own device: its session names it. What was asked before under the same
/// identifier is answered as before, whoever asks it again.
///
/// # Errors
/// Those of [`submissions::receive`]; [`Refusal::SheetUsed`] when something else was asked under
/// the identifier.
pub(crate) async fn submit(
    office: &Office,
    present: &Present,
    draft: Draft,
) -> Result<Answer, Error> {
    let (actor, device) = (present.actor, DeviceId(present.session.0));
    if let Some(answer) = answered(office, &draft).await? {
        told(office, actor, &answer).await;
        return Ok(answer);
    }
    let known =
        office.store.glance(move |tx| Box::pin(async move { tx.devices(&[device.0]).await }));
    let complete =
        known.await.map_err(Error::from)?.pop().map_or(0, |row| row.complete_to_sequence);
    let sent = Sent {
        device,
        sequence: u32::try_from(complete + 1).unwrap_or(u32::MAX),
        actor: StaffId(actor.id().unwrap_or_default()),
        at: draft.recorded_at,
    };
    let submission = draft.submission(office, &sent).map_err(Error::Failed)?;
    let listed = draft.listed.clone();
    let reply = submissions::receive_from_desk(office, actor, (device, submission), listed).await?;
    let answer = reply.answers.into_iter().next();
    let mut answer = answer.ok_or(StoreError::Inconsistent("a submission got no answer"))?;
    if is_reused(&answer) {
        // It was sent twice at the same moment, and this is the later one.
        answer = answered(office, &draft).await?.unwrap_or(answer);
    }
    told(office, actor, &answer).await;
    Ok(answer)
}

/// The answer that an act had before; none when it is a new one.
async fn answered(office: &Office, draft: &Draft) -> Result<Option<Answer>, Error> {
    let id = draft.id.0;
    let read = office.store.glance(move |tx| Box::pin(async move { tx.submission(id).await }));
    let Some(before) = read.await.map_err(Error::from)? else { return Ok(None) };
    // Sent from another session, by a colleague or a moment later it is the same all the same.
    let sent = Sent {
        device: DeviceId(before.device_id),
        sequence: u32::try_from(before.sequence).unwrap_or(u32::MAX),
        actor: StaffId(before.maker_id),
        at: Timestamp(before.recorded_at),
    };
    let submission = draft.submission(office, &sent).map_err(Error::Failed)?;
    if !submissions::is_that(&before, &submission) {
        return Err(Error::Refused(Refusal::SheetUsed));
    }
    Ok(Some(from_json::<Kept>(&before.answer)?.answer))
}

const fn is_reused(answer: &Answer) -> bool {
    matches!(answer.outcome, Outcome::Refused { refusal: Refusal::IdReused, .. })
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
