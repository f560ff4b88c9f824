//! Submissions in conflict or in quarantine, and what was refused and mended by nobody: shown
//! whole, and resolved by a new submission in the coordinator's name or put away with words. The
//! phone learns it with its next reply. What was withdrawn on a phone is seen for a while.

mod at_once;
mod lists;

pub use at_once::record_at_once;
pub(super) use lists::count_waiting;
pub use lists::list;

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::desk::queue::Resolution;
use domain::field_error::{Field, FieldError};
use domain::id::{DeviceId, SubmissionId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::service::ServiceDetails;
use domain::submission::{Outcome, Submission, is_believable};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::act::{self, Draft, Kept};
use super::{gone, may};
use crate::accounts::session::Present;
use crate::actor::Actor;
use crate::error::{Error, Fault};
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{from_json, json};
use crate::store::vocabulary::submission::SubmissionRow;

/// Resolves a submission.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::ChangedMeanwhile`] when somebody had resolved it;
/// [`Refusal::Unreadable`] for one that cannot be accepted as it is; what the new submission is
/// refused for.
pub async fn resolve(
    office: &Office,
    present: &Present,
    id: SubmissionId,
    resolution: Resolution,
) -> Result<(), Error> {
    may(&present.actor, UseCase::SolveTasks)?;
    let Some(row) = find(office, id).await?.filter(is_open) else { return gone() };
    match resolution {
        Resolution::Accept { chip } => accept(office, present, &row, chip.as_deref()).await,
        Resolution::Dismiss { words } => {
            let error = |problem| Refusal::field(FieldError::new(Field::Reason, problem));
            let words = ShortText::<400>::parse(&words).map_err(error).map_err(Error::Refused)?;
            put_away(office, present.actor, row, words.to_string()).await
        }
    }
}

async fn find(office: &Office, id: SubmissionId) -> Result<Option<SubmissionRow>, Error> {
    let read = office.store.glance(move |tx| Box::pin(async move { tx.submission(id.0).await }));
    read.await.map_err(Error::from)
}

/// Whether a submission waits for somebody.
fn is_open(row: &SubmissionRow) -> bool {
    row.resolved_at.is_none() && row.outcome != "accepted"
}

/// Records what the submission says in the coordinator's name, when and where it was done. What
/// records it resolves it, in one transaction (`submissions`).
async fn accept(
    office: &Office,
    present: &Present,
    row: &SubmissionRow,
    chip: Option<&str>,
) -> Result<(), Error> {
    let body = row.body.as_deref().unwrap_or_default();
    let before: Submission =
        serde_json::from_str(body).map_err(|_| Error::Refused(Refusal::Unreadable))?;
    let at = from_json::<Kept>(&row.answer)?.answer.outcome.command();
    let commands = match chip.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => with_chip(office, before.commands.clone(), at, text)?,
        None => before.commands.clone(),
    };
    let text = json(&commands).map_err(Error::Failed)?;
    for turn in 0..MOST_TURNS {
        let id = next_id(row.id, &text, turn);
        if find(office, id).await?.is_some_and(|known| known.outcome != "accepted") {
            continue;
        }
        let draft = draft(office, &before, (id, commands));
        return act::taken(act::submit(office, present, draft).await?).map(drop);
    }
    gone()
}

/// What the desk submits to record something that it holds.
fn draft(
    office: &Office,
    before: &Submission,
    (id, commands): (SubmissionId, Vec<Command>),
) -> Draft {
    let now = office.clock.now();
    let is_then = is_believable(before.recorded_at, now);
    Draft {
        id,
        outreach: before.outreach,
        visit: before.visit,
        // A phone whose clock was wrong says that it was done in the future, or long ago.
        recorded_at: if is_then { before.recorded_at } else { now },
        replaces: Some(before.id),
        commands,
        listed: None,
    }
}

/// How often one content may be tried before a person has to change something in it.
const MOST_TURNS: u8 = 32;

/// The identifier of a try: the same for the same content, so that one that is sent twice is done
/// once.
fn next_id(before: Uuid, commands: &str, turn: u8) -> SubmissionId {
    let hash = Sha256::new()
        .chain_update("huella-resolution\n")
        .chain_update(before.as_bytes())
        .chain_update([turn])
        .chain_update(commands);
    named(hash)
}

/// The identifier that follows from a hash.
fn named(hash: Sha256) -> SubmissionId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    SubmissionId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn with_chip(
    office: &Office,
    mut commands: Vec<Command>,
    at: Option<u32>,
    text: &str,
) -> Result<Vec<Command>, Error> {
    let chip = ChipNumber::parse_in(text, office.test_chips())
        .map_err(|problem| Refusal::field(FieldError::new(Field::Chip, problem)))
        .map_err(Error::Refused)?;
    for (number, command) in commands.iter_mut().enumerate() {
        let named = at.is_none_or(|at| usize::try_from(at).is_ok_and(|at| at == number));
        if let (Command::RecordService { details, .. }, true) = (command, named)
            && let ServiceDetails::Microchip(read) = details.as_mut()
        {
            read.chip = chip;
            read.second_reading = chip;
        }
    }
    Ok(commands)
}

/// The final answer to a submission that was put away: refused, for what it was in conflict with;
/// what was refused before is told that somebody has looked.
fn dismissed(row: &SubmissionRow) -> Result<Kept, Error> {
    let mut kept: Kept = from_json(&row.answer)?;
    kept.answer.outcome = match kept.answer.outcome {
        Outcome::Conflict { command, refusal, .. } => Outcome::Refused { command, refusal },
        Outcome::Refused { command, .. } => Outcome::Refused { command, refusal: Refusal::PutAway },
        _ => Outcome::Refused { command: None, refusal: Refusal::NotYourRecord },
    };
    Ok(kept)
}

/// Puts a submission away, unless it has changed since it was read.
async fn put_away(
    office: &Office,
    actor: Actor,
    row: SubmissionRow,
    words: String,
) -> Result<(), Error> {
    let now = office.clock.now();
    let answer = json(&dismissed(&row)?).map_err(Error::Failed)?;
    office
        .store
        .write_with((row, answer, words), move |tx, (row, answer, words)| {
            Box::pin(async move {
                if tx.submission(row.id).await?.as_ref() != Some(row) {
                    return gone();
                }
                tx.resolve_submission(row.id, answer, actor.id().unwrap_or_default(), now.0)
                    .await?;
                let subject = Subject::Device(DeviceId(row.device_id));
                let said = serde_json::json!({ "submission": row.id, "words": words });
                let entry: Result<Entry, Fault> =
                    Entry::new(subject, "submission_dismissed", actor, now, &said);
                history::append(tx, &entry?).await
            })
        })
        .await
}
