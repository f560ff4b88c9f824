//! Things that wait for a person: proposals, requests, bounces, conflicts. Whoever solves one is
//! in the history.

mod solve;

pub use solve::solve;

use domain::desk::queue::{CallAbout, HostNews};
use domain::id::{
    AnimalId, BookingId, DocumentId, MessageId, OrganisationId, OutreachId, OwnerId, StaffId,
    SubmissionId, TaskId,
};
use domain::owner::ContactProposal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::{Actor, authorise};
use crate::bookings;
use crate::clock;
use crate::error::Error;
use crate::office::Office;
use crate::planning;
use crate::records::{from_json, json};
use crate::store::Tx;
use crate::store::vocabulary::task::TaskRow;

/// Kind of the task to hand documents over.
pub(crate) const HAND_OVER: &str = "hand_over";

/// What there is to do, with what is needed to do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum TaskBody {
    /// A known owner was registered again with other contact data.
    ContactProposal {
        /// What was said otherwise.
        proposal: Box<ContactProposal>,
    },
    /// An owner asks for a correction, in their own words.
    CorrectionRequest {
        /// The words.
        text: String,
    },
    /// An owner asks for the documents at another address.
    NewAddress {
        /// The address.
        email: String,
    },
    /// Somebody found an animal whose owner has no e-mail.
    FoundPet {
        /// The finder's words.
        text: String,
        /// How to reach the finder.
        contact: String,
    },
    /// A mail came back.
    Bounce {
        /// Where it had gone.
        recipient: String,
        /// Status code of RFC 3463.
        status: String,
    },
    /// Documents were issued or corrected for an owner whom no mail reaches.
    HandOver {
        /// Which.
        documents: Vec<DocumentId>,
    },
    /// Somebody who left no address is to be telephoned about a booking. Who it is stands in the
    /// booking alone, so that an erasure need not look into the task.
    CallBooker {
        /// Which.
        booking: BookingId,
        /// About what.
        about: CallAbout,
        /// When they come as far as they know, if that changed.
        was_at: Option<Timestamp>,
        /// Where they would go as far as they know, if that changed.
        #[serde(default)]
        was_place: Option<String>,
        /// Why nobody is to come, in the words of the coordination: the booking forgets them when
        /// there is a new day.
        #[serde(default)]
        reason: Option<String>,
        /// What they know until somebody has called them; of a change.
        #[serde(default)]
        known: Option<bookings::news::Known>,
    },
    /// An organisation that holds an outreach, and has no address for mail, is to be telephoned.
    /// Whom to ask for stands with the organisation.
    CallHost {
        /// Which outreach.
        outreach: OutreachId,
        /// Which organisation.
        host: OrganisationId,
        /// About what.
        about: HostNews,
        /// When it was to begin as far as they know, if that changed.
        was_at: Option<Timestamp>,
        /// Where it was to be held as far as they know, if that changed.
        was_place: Option<String>,
        /// Why it was called off, in the words of the coordination.
        reason: Option<String>,
        /// What they know until somebody has called them; nothing where they know of none.
        #[serde(default)]
        knew: Option<planning::Known>,
    },
}

impl TaskBody {
    /// The stable code of its kind, as lists filter by it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ContactProposal { .. } => "contact_proposal",
            Self::CorrectionRequest { .. } => "correction_request",
            Self::NewAddress { .. } => "new_address",
            Self::FoundPet { .. } => "found_pet",
            Self::Bounce { .. } => "bounce",
            Self::HandOver { .. } => HAND_OVER,
            Self::CallBooker { about, .. } => about.code(),
            Self::CallHost { about, .. } => about.code(),
        }
    }
}

/// What a task is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// An owner.
    pub owner: Option<OwnerId>,
    /// An animal.
    pub animal: Option<AnimalId>,
    /// A submission.
    pub submission: Option<SubmissionId>,
    /// A message of the outbox.
    pub message: Option<MessageId>,
    /// A booking.
    pub booking: Option<BookingId>,
    /// An outreach.
    pub outreach: Option<OutreachId>,
    /// An organisation.
    pub organisation: Option<OrganisationId>,
}

/// A task as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The task.
    pub id: TaskId,
    /// What there is to do.
    pub body: TaskBody,
    /// What it is about.
    pub about: About,
    /// When it arose.
    pub created_at: Timestamp,
}

/// Opens a task in the transaction of its cause; of a kind, one about the same message, the same
/// booking, or the same organisation at an outreach.
///
/// # Errors
/// A failed database.
pub async fn open(
    tx: &mut Tx,
    body: &TaskBody,
    about: About,
    now: Timestamp,
) -> Result<TaskId, Error> {
    let id = TaskId(clock::fresh_id());
    let row = TaskRow {
        id: id.0,
        kind: body.kind().to_owned(),
        state: "open".to_owned(),
        owner_id: about.owner.map(|id| id.0),
        animal_id: about.animal.map(|id| id.0),
        submission_id: about.submission.map(|id| id.0),
        message_id: about.message.map(|id| id.0),
        booking_id: about.booking.map(|id| id.0),
        outreach_id: about.outreach.map(|id| id.0),
        organisation_id: about.organisation.map(|id| id.0),
        body: json(body).map_err(Error::Failed)?,
        created_at: now.0,
        solved_at: None,
        solved_by: None,
        resolution: None,
    };
    tx.insert_task(&row).await?;
    Ok(id)
}

/// The open tasks, oldest first.
///
/// # Errors
/// [`domain::refusal::Refusal::Forbidden`].
pub async fn list(office: &Office, actor: Actor, limit: i64) -> Result<Vec<Task>, Error> {
    authorise(&actor, UseCase::SolveTasks).map_err(Error::Refused)?;
    let rows = office
        .store
        .glance(move |tx| Box::pin(async move { tx.open_tasks(None, limit).await }))
        .await
        .map_err(Error::from)?;
    rows.into_iter().map(task).collect()
}

fn task(row: TaskRow) -> Result<Task, Error> {
    let about = About {
        owner: row.owner_id.map(OwnerId),
        animal: row.animal_id.map(AnimalId),
        submission: row.submission_id.map(SubmissionId),
        message: row.message_id.map(MessageId),
        booking: row.booking_id.map(BookingId),
        outreach: row.outreach_id.map(OutreachId),
        organisation: row.organisation_id.map(OrganisationId),
    };
    let body = from_json(&row.body)?;
    Ok(Task { id: TaskId(row.id), body, about, created_at: Timestamp(row.created_at) })
}

/// The member of staff who acts, for rows that name one.
#[must_use]
pub fn staff_of(actor: &Actor) -> Option<StaffId> {
    match actor {
        Actor::Staff { id, .. } => Some(*id),
        Actor::Device { staff, .. } => Some(*staff),
        Actor::Owner { .. } | Actor::Public | Actor::System => None,
    }
}
