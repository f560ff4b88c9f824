//! The open tasks with what is needed to decide them.

use domain::desk::queue::{HandOverLine, TaskAsk, TaskLine};
use domain::document::DocumentState;
use domain::id::DocumentId;
use domain::owner::ContactProposal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;

use super::calling::{Booker, Host, booker, host};
use super::may;
use super::register::kept_owner;
use crate::actor::Actor;
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
        phone,
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

/// What a task asks, and the telephone of whom it is about.
async fn ask(
    tx: &mut Tx,
    body: TaskBody,
    owner: Option<&OwnerRecord>,
    now: Timestamp,
) -> Result<(TaskAsk, Option<String>), Error> {
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
        (TaskBody::CallBooker { booking, about, was_at, was_place, reason, known }, _) => {
            let known_at = known.and_then(|known| known.slot);
            let said = Booker { booking, about, was_at, was_place, reason, known_at };
            let (call, phone) = booker(tx, said, now).await?;
            return Ok((TaskAsk::CallBooker { call: Box::new(call) }, phone));
        }
        (TaskBody::CallHost { outreach, host: id, about, was_at, was_place, reason, knew }, _) => {
            let said = Host { outreach, id, about, was_at, was_place, reason, knew };
            let (call, phone) = host(tx, said, now).await?;
            return Ok((TaskAsk::CallHost { call: Box::new(call) }, phone));
        }
    };
    Ok((ask, owner.and_then(|owner| owner.details.phone).map(|phone| phone.to_string())))
}

/// What a proposal said whose owner is gone: nothing to compare it with.
fn words_of(proposal: &ContactProposal) -> String {
    let name = proposal.name.as_ref().map(|name| name.full());
    let email = proposal.email.as_ref().map(ToString::to_string);
    let phone = proposal.phone.map(|phone| phone.to_string());
    [name, email, phone].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
