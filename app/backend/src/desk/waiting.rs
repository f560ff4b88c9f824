//! The open tasks with what is needed to decide them.

use domain::booking::BookingState;
use domain::contact::Phone;
use domain::desk::queue::{CallAbout, CallLine, HandOverLine, TaskAsk, TaskLine};
use domain::document::DocumentState;
use domain::id::{BookingId, DocumentId};
use domain::owner::ContactProposal;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;

use super::may;
use super::register::kept_owner;
use crate::actor::Actor;
use crate::bookings::ticket::{Place, owner_of, state_of};
use crate::bookings::{calls, reason};
use crate::documents::kind_and_state;
use crate::error::Error;
use crate::office::Office;
use crate::records::{AnimalRecord, OwnerRecord};
use crate::store::Tx;
use crate::tasks::{self, Task, TaskBody};

/// Most tasks that one page shows.
const MOST: i64 = 200;

/// The open tasks, oldest first.
///
/// # Errors
/// [`domain::refusal::Refusal::Forbidden`].
pub async fn list(office: &Office, actor: Actor) -> Result<Vec<TaskLine>, Error> {
    may(&actor, UseCase::SolveTasks)?;
    let tasks = tasks::list(office, actor, MOST).await?;
    let now = office.clock.now();
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let mut lines = Vec::with_capacity(tasks.len());
                for task in tasks {
                    lines.push(line(tx, task, now).await?);
                }
                Ok(lines)
            })
        })
        .await
}

async fn line(tx: &mut Tx, task: Task, now: Timestamp) -> Result<TaskLine, Error> {
    let owner = match task.about.owner {
        Some(id) => Some(kept_owner(tx, id).await?),
        None => None,
    };
    let animal = match task.about.animal {
        Some(id) => tx.animal(id.0).await?.map(AnimalRecord::try_from).transpose()?,
        None => None,
    };
    let (ask, phone) = ask(tx, task.body, owner.as_ref(), now).await?;
    Ok(TaskLine {
        id: task.id,
        at: task.created_at,
        ask,
        phone: phone.map(|phone| phone.to_string()),
        owner: owner.map(|owner| (owner.id, owner.details.name.full())),
        animal: animal.map(|animal| (animal.id, animal.details.name.to_string())),
        message: task.about.message,
    })
}

/// Those of the documents that are still in force.
async fn papers(tx: &mut Tx, ids: &[DocumentId]) -> Result<Vec<HandOverLine>, Error> {
    let mut lines = Vec::new();
    for id in ids {
        let Some(row) = tx.document(id.0).await? else { continue };
        let (kind, state) = kind_and_state(&row)?;
        if state == DocumentState::Issued {
            lines.push(HandOverLine { id: *id, kind, has_slip: row.slip_seed.is_some() });
        }
    }
    Ok(lines)
}

/// Who is called about a booking, and what is said, as it stands.
async fn call(
    tx: &mut Tx,
    booking: BookingId,
    (about, was_at, said): (CallAbout, Option<Timestamp>, Option<String>),
    now: Timestamp,
) -> Result<(CallLine, Option<Phone>), Error> {
    let row = tx.booking(booking.0).await?.ok_or(Error::Refused(Refusal::ChangedMeanwhile))?;
    let (owner, state) = (owner_of(&row)?, state_of(&row)?);
    let place = Place::of(tx, row.outreach_id).await?;
    let is_over = calls::is_over(&place, &row, (about, now))?;
    let Place { outreach, plan } = place;
    let until = row.offered_until.map(Timestamp);
    let words = reason::words(row.ended_reason);
    let off = plan.and_then(|plan| plan.suspended_reason);
    // Who came and was sent home keeps why; what they are told is why there is no other day.
    let stands = match state {
        BookingState::TurnedAway => off,
        _ => words,
    };
    let mailed = owner.as_ref().filter(|owner| owner.phone.is_none());
    let line = CallLine {
        about,
        person: owner.as_ref().map(|owner| owner.name.full()).unwrap_or_default(),
        email: mailed.and_then(|owner| owner.email.as_ref()).map(ToString::to_string),
        here: outreach.id,
        outreach: outreach.name.to_string(),
        at: row.slot_at.or(row.arrived_at).map_or(outreach.starts_at, Timestamp),
        was_at,
        until,
        reason: stands.or(said),
        is_over,
    };
    Ok((line, owner.and_then(|owner| owner.phone)))
}

/// What a task asks, and the telephone of whom it is about.
async fn ask(
    tx: &mut Tx,
    body: TaskBody,
    owner: Option<&OwnerRecord>,
    now: Timestamp,
) -> Result<(TaskAsk, Option<Phone>), Error> {
    let ask = match (body, owner) {
        (TaskBody::ContactProposal { proposal }, Some(owner)) => {
            TaskAsk::ContactProposal { known: Box::new(owner.details.clone()), proposal }
        }
        (TaskBody::ContactProposal { proposal }, None) => {
            TaskAsk::CorrectionRequest { text: words_of(&proposal) }
        }
        (TaskBody::CorrectionRequest { text }, _) => TaskAsk::CorrectionRequest { text },
        (TaskBody::NewAddress { email }, _) => TaskAsk::NewAddress { email },
        (TaskBody::FoundPet { text, contact }, _) => TaskAsk::FoundPet { text, contact },
        (TaskBody::Bounce { recipient, status }, _) => TaskAsk::Bounce { recipient, status },
        (TaskBody::HandOver { documents }, _) => {
            TaskAsk::HandOver { documents: papers(tx, &documents).await? }
        }
        (TaskBody::CallBooker { booking, about, was_at, reason }, _) => {
            let (call, phone) = call(tx, booking, (about, was_at, reason), now).await?;
            return Ok((TaskAsk::CallBooker { call: Box::new(call) }, phone));
        }
    };
    Ok((ask, owner.and_then(|owner| owner.details.phone)))
}

/// What a proposal said whose owner is gone: nothing to compare it with.
fn words_of(proposal: &ContactProposal) -> String {
    let name = proposal.name.as_ref().map(|name| name.full());
    let email = proposal.email.as_ref().map(ToString::to_string);
    let phone = proposal.phone.map(|phone| phone.to_string());
    [name, email, phone].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
