//! How a task ends: what it proposes is taken over as a correction like any other, or it is put
//! away with the words of why.

use domain::command::{Command, CorrectionReason};
use domain::contact::Email;
use domain::desk::queue::TaskEnding;
use domain::field_error::{Field, FieldError};
use domain::id::{OwnerId, SubmissionId, TaskId};
use domain::name::Remarks;
use domain::owner::ContactProposal;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use sha2::{Digest, Sha256};

use super::{Task, TaskBody, task};
use crate::accounts::session::Present;
use crate::actor::{Actor, authorise};
use crate::desk::act::{self, Draft};
use crate::desk::register::kept_owner;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::mail_desk;
use crate::office::Office;
use crate::records::json;
use crate::store::Tx;
use crate::store::vocabulary::task::SolutionRow;

/// Ends a task. Accepting takes the proposed contact data over as a correction of the owner, with
/// all that hangs on one; to another address every document in force is sent, in one mail.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::ChangedMeanwhile`] when somebody had ended it;
/// [`Refusal::Invalid`] for an address that is none; those of a correction.
pub async fn solve(
    office: &Office,
    present: &Present,
    id: TaskId,
    ending: TaskEnding,
) -> Result<(), Error> {
    authorise(&present.actor, UseCase::SolveTasks).map_err(Error::Refused)?;
    // It goes into the history, and a database refuses some characters.
    if !ending.words.trim().is_empty() {
        let wrong = |error| Refusal::field(FieldError::new(Field::Remarks, error));
        Remarks::parse(&ending.words).map_err(|error| Error::Refused(wrong(error)))?;
    }
    let task = open_task(office, id).await?;
    let mut moved = None;
    if ending.accepted
        && let Some(owner) = task.about.owner
        && let Some(proposal) = proposal(&task.body, &ending).map_err(Error::Refused)?
    {
        moved = proposal.email.clone();
        take_over(office, present, (&task, owner), proposal).await?;
    }
    close(office, present, task, (ending, moved)).await
}

async fn open_task(office: &Office, id: TaskId) -> Result<Task, Error> {
    let found = office.store.glance(move |tx| Box::pin(async move { tx.task(id.0).await })).await;
    let row = found.map_err(Error::from)?.filter(|row| row.state == "open");
    task(row.ok_or(Error::Refused(Refusal::ChangedMeanwhile))?)
}

/// What is to be changed in the owner's data.
fn proposal(body: &TaskBody, ending: &TaskEnding) -> Result<Option<ContactProposal>, Refusal> {
    let at = |text: &str| {
        let wrong = |error| Refusal::field(FieldError::new(Field::Email, error));
        let email = Some(Email::parse(text).map_err(wrong)?);
        Ok(Some(ContactProposal { email, ..ContactProposal::default() }))
    };
    match body {
        TaskBody::ContactProposal { proposal } => Ok(Some((**proposal).clone())),
        TaskBody::NewAddress { email } => at(email),
        TaskBody::Bounce { .. } if !ending.email.trim().is_empty() => at(&ending.email),
        TaskBody::CorrectionRequest { .. }
        | TaskBody::FoundPet { .. }
        | TaskBody::Bounce { .. }
        | TaskBody::HandOver { .. }
        | TaskBody::CallBooker { .. }
        | TaskBody::CallHost { .. } => Ok(None),
    }
}

/// Corrects the owner, the one that is kept if two were united. Its own mail is left out when every
/// document goes to another address anyway.
async fn take_over(
    office: &Office,
    present: &Present,
    (task, owner): (&Task, OwnerId),
    proposal: ContactProposal,
) -> Result<(), Error> {
    let read = office.store.read(move |tx| Box::pin(async move { kept_owner(tx, owner).await }));
    let known = read.await?;
    let quiet = office.quiet || proposal.email.is_some();
    let details = proposal.applied_to(known.details.clone());
    if details == known.details {
        return Ok(());
    }
    let text = json(&details).map_err(Error::Failed)?;
    let reason = CorrectionReason::AskedByOwner;
    let command = Command::CorrectOwner { owner: known.id, details: Box::new(details), reason };
    let draft = Draft {
        id: id_of(office, task.id, &text).await?,
        outreach: None,
        visit: None,
        recorded_at: office.clock.now(),
        replaces: None,
        commands: vec![command],
        listed: None,
    };
    let office = Office { quiet, ..office.clone() };
    act::taken(act::submit(&office, present, draft).await?).map(drop)
}

/// The identifier of the correction: the same for the same content, so that a try that was
/// interrupted between its two writes is found again; another one after a refusal.
async fn id_of(office: &Office, task: TaskId, details: &str) -> Result<SubmissionId, Error> {
    let hash = Sha256::new()
        .chain_update("huella-task\n")
        .chain_update(task.0.as_bytes())
        .chain_update(details)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    let id = SubmissionId(uuid::Builder::from_custom_bytes(bytes).into_uuid());
    let known = office.store.glance(move |tx| Box::pin(async move { tx.submission(id.0).await }));
    match known.await.map_err(Error::from)? {
        Some(before) if before.outcome != "accepted" => Ok(act::fresh()),
        _ => Ok(id),
    }
}

async fn close(
    office: &Office,
    present: &Present,
    task: Task,
    (ending, moved): (TaskEnding, Option<Email>),
) -> Result<(), Error> {
    let (actor, now) = (present.actor, office.clock.now());
    office
        .store
        .write_with((task, ending, moved), move |tx, (task, ending, moved)| {
            Box::pin(async move {
                let solution = SolutionRow {
                    id: task.id.0,
                    state: if ending.accepted { "done" } else { "dismissed" },
                    by: actor.id().unwrap_or_default(),
                    resolution: &ending.words,
                    at: now.0,
                };
                if !tx.solve_task(&solution).await? {
                    return Err(Error::Refused(Refusal::ChangedMeanwhile));
                }
                let Some(owner) = task.about.owner else {
                    return note_host_called(tx, task, ending, (actor, now)).await;
                };
                let owner = kept_owner(tx, owner).await?;
                if let Some(email) = moved {
                    mail_desk::send_everything(tx, owner.id, email, now).await?;
                }
                let entry = solved(&owner.id, task, (ending, moved.as_ref()), (actor, now))?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// Notes in the history of an outreach that the contact of its host was told, or why nobody need
/// be.
async fn note_host_called(
    tx: &mut Tx,
    task: &Task,
    ending: &TaskEnding,
    (actor, now): (Actor, Timestamp),
) -> Result<(), Error> {
    let TaskBody::CallHost { outreach, host, about, .. } = &task.body else { return Ok(()) };
    let body = serde_json::json!({
        "task": task.id,
        "host": host,
        "about": about,
        "accepted": ending.accepted,
        "words": ending.words,
    });
    let entry = Entry::new(Subject::Outreach(*outreach), "host_called", actor, now, &body)?;
    history::append(tx, &entry).await
}

fn solved(
    owner: &OwnerId,
    task: &Task,
    (ending, moved): (&TaskEnding, Option<&Email>),
    (actor, now): (Actor, Timestamp),
) -> Result<Entry, Error> {
    let body = serde_json::json!({
        "task": task.id,
        "asked": task.body,
        "accepted": ending.accepted,
        "words": ending.words,
        "sent_to": moved,
    });
    Ok(Entry::new(Subject::Owner(*owner), "task_solved", actor, now, &body)?)
}
