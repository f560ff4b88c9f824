//! Lists that wait for somebody: the RNM, tasks, unresolved submissions, the mail.

use super::unresolved::{PhoneName, UnresolvedView};
use crate::catalogue::{Sex, Species};
use crate::certificate::DocumentKind;
use crate::chip_number::ChipNumber;
use crate::command::Command;
use crate::desk::RnmCount;
use crate::id::{AnimalId, DocumentId, MessageId, OwnerId, SubmissionId, TaskId};
use crate::owner::{ContactProposal, OwnerDetails};
use crate::refusal::Refusal;
use crate::rnm::{RnmLack, RnmState};
use crate::service::ServiceDetails;
use crate::submission::{Outcome, Submission};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

pub use super::calls::{CallAbout, CallLine, HostCall, HostNews};

/// An animal on the desk of the RNM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RnmRow {
    /// The animal.
    pub animal: AnimalId,
    /// Its name.
    pub name: String,
    /// Its chip.
    pub chip: Option<ChipNumber>,
    /// Its owner.
    pub owner: OwnerId,
    /// The owner's name, masked for whom it must be.
    pub owner_name: String,
    /// The owner's document as people read it, masked for whom it must be.
    pub owner_document: String,
    /// Code of the commune of residence, which decides the municipality, or its name in words.
    pub commune: Option<String>,
    /// Whether the owner has an address for the certificate.
    pub has_email: bool,
    /// Since when it is in its state.
    pub since: Timestamp,
    /// What the form lacks.
    pub lacks: Vec<RnmLack>,
    /// What the municipality said.
    pub reason: Option<String>,
    /// The number it gave.
    pub number: Option<String>,
}

/// One list of the RNM desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RnmList {
    /// Its state.
    pub state: RnmState,
    /// How many are in each state.
    pub counts: Vec<RnmCount>,
    /// The animals of this page, longest waiting first.
    pub rows: Vec<RnmRow>,
    /// The page, from 1.
    pub page: u32,
    /// How many there are.
    pub pages: u32,
    /// Whether the caller may record steps.
    pub may_decide: bool,
}

/// A step that a coordinator records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum RnmStep {
    /// Entered in the platform.
    Requested,
    /// The municipality asks for a correction.
    Observed {
        /// In its words.
        reason: String,
    },
    /// The municipality says no.
    Rejected {
        /// In its words.
        reason: String,
    },
    /// The certificate was handed over on paper, for an owner without e-mail.
    HandedOver,
}

impl RnmStep {
    /// The state it leads to.
    #[must_use]
    pub const fn to(&self) -> RnmState {
        match self {
            Self::Requested => RnmState::Requested,
            Self::Observed { .. } => RnmState::Observed,
            Self::Rejected { .. } => RnmState::Rejected,
            Self::HandedOver => RnmState::CertificateMailed,
        }
    }

    /// What the municipality said, if the step says why.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Observed { reason } | Self::Rejected { reason } => Some(reason),
            Self::Requested | Self::HandedOver => None,
        }
    }
}

/// What a task asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asks", rename_all = "snake_case")]
pub enum TaskAsk {
    /// To take other contact data over.
    ContactProposal {
        /// What is known.
        known: Box<OwnerDetails>,
        /// What was said otherwise.
        proposal: Box<ContactProposal>,
    },
    /// To correct something, in the owner's words.
    CorrectionRequest {
        /// The words.
        text: String,
    },
    /// To send the documents to another address.
    NewAddress {
        /// The address.
        email: String,
    },
    /// To tell the owner that somebody found the animal.
    FoundPet {
        /// The finder's words.
        text: String,
        /// How to reach the finder.
        contact: String,
    },
    /// To find another way, for a mail came back.
    Bounce {
        /// Where it had gone.
        recipient: String,
        /// Status code of RFC 3463.
        status: String,
    },
    /// To hand documents over, for no mail reaches the owner.
    HandOver {
        /// Which.
        documents: Vec<HandOverLine>,
    },
    /// To telephone somebody about a booking: no mail reaches them, or they do not answer it.
    CallBooker {
        /// Whom, and what to say.
        call: Box<CallLine>,
    },
    /// To telephone the contact of an organisation that holds an outreach: it has no address for
    /// mail.
    CallHost {
        /// Whom, and what to say.
        call: Box<HostCall>,
    },
}

/// A document to be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverLine {
    /// Which.
    pub id: DocumentId,
    /// What it is.
    pub kind: DocumentKind,
    /// Whether it has a slip to print.
    pub has_slip: bool,
}

/// How somebody ends a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskEnding {
    /// Does what it proposes, or what is asked of a person was done; otherwise it is put away.
    pub accepted: bool,
    /// Why, or what was done; may be blank.
    pub words: String,
    /// Of a mail that came back: the address at which the owner is reached instead; may be blank.
    pub email: String,
}

impl TaskAsk {
    /// Whether accepting it changes the register by itself.
    #[must_use]
    pub const fn can_be_taken_over(&self) -> bool {
        matches!(self, Self::ContactProposal { .. } | Self::NewAddress { .. })
    }
}

/// A task as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLine {
    /// The task.
    pub id: TaskId,
    /// When it arose.
    pub at: Timestamp,
    /// What it asks.
    pub ask: TaskAsk,
    /// About whom.
    pub owner: Option<(OwnerId, String)>,
    /// The telephone of the owner or of who booked, to call whom no mail reaches.
    pub phone: Option<String>,
    /// About which animal.
    pub animal: Option<(AnimalId, String)>,
    /// About which mail.
    pub message: Option<MessageId>,
}

/// A submission that a person must resolve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnresolvedLine {
    /// The submission.
    pub id: SubmissionId,
    /// When it came.
    pub received_at: Timestamp,
    /// From which phone.
    pub phone: PhoneName,
    /// Who recorded it, as far as it says; else who brought it.
    pub by: String,
    /// Who brought it, when that is somebody else.
    pub brought_by: Option<String>,
    /// The outreach's name.
    pub outreach: Option<String>,
    /// The answer it got.
    pub outcome: Outcome,
    /// The other record of a conflict, whole, while the register has it.
    pub other: Option<OtherAnimal>,
    /// What it says, if it can be read.
    pub submission: Option<Submission>,
    /// Its text as it came, for one that cannot.
    pub text: Option<String>,
    /// Who withdrew it on the phone, and when by the phone's clock: nobody need decide it.
    pub withdrawn: Option<(String, Timestamp)>,
}

/// The record that a submission is in conflict with, as whoever resolves it may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherAnimal {
    /// Which, or the one it was merged into.
    pub animal: AnimalId,
    /// Its name.
    pub name: String,
    /// Its species.
    pub species: Species,
    /// Its sex.
    pub sex: Sex,
    /// Its chip.
    pub chip: Option<ChipNumber>,
}

impl UnresolvedLine {
    /// Whether it is about a ticket whose people were in already.
    #[must_use]
    pub fn is_of_ticket(&self) -> bool {
        matches!(self.outcome.refusal(), Some(Refusal::TicketUsed))
    }

    /// Whether it was refused, and waits at its phone first.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused { .. })
    }

    /// In which list it stands.
    #[must_use]
    pub const fn view(&self) -> UnresolvedView {
        match (&self.withdrawn, &self.outcome) {
            (Some(_), _) => UnresolvedView::Withdrawn,
            (None, Outcome::Refused { .. }) => UnresolvedView::Refused,
            (None, _) => UnresolvedView::Waiting,
        }
    }

    /// Whether it can be recorded as it is: not what cannot be read, and not a ticket that was
    /// used, for it stays used.
    #[must_use]
    pub fn can_be_recorded(&self) -> bool {
        self.submission.is_some() && !self.is_of_ticket()
    }

    /// Whether another chip may be what puts it right: it is about the reading of a single one.
    #[must_use]
    pub fn may_be_another_chip(&self) -> bool {
        let commands = self.submission.iter().flat_map(|submission| &submission.commands);
        let about = self.outcome.command();
        let chips = (0_u32..).zip(commands).filter(|(number, command)| {
            about.is_none_or(|about| about == *number) && reads_chip(command)
        });
        self.can_be_recorded() && chips.count() == 1
    }
}

fn reads_chip(command: &Command) -> bool {
    matches!(command, Command::RecordService { details, .. }
        if matches!(**details, ServiceDetails::Microchip(_)))
}

/// How a coordinator resolves a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "resolution", rename_all = "snake_case")]
pub enum Resolution {
    /// Records what it says, in the coordinator's name; if given, with another chip.
    Accept {
        /// The right number, as typed.
        chip: Option<String>,
    },
    /// Puts it away.
    Dismiss {
        /// Why, in words.
        words: String,
    },
}

/// A mail of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLine {
    /// Which.
    pub id: MessageId,
    /// Whether it may go to another address: not a link or a code.
    pub may_redirect: bool,
    /// Whether what it said is forgotten, so that it cannot leave again.
    pub is_forgotten: bool,
    /// Code of the letter.
    pub kind: String,
    /// Where it goes.
    pub recipient: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is due.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Code of the last failure.
    pub error: Option<String>,
    /// When it left.
    pub sent_at: Option<Timestamp>,
}

crate::catalogue::coded! {
    /// Where a mail of the outbox stands.
    pub enum MailState {
        /// Only a person can send it again.
        Dead = "dead",
        /// Waits for its turn or its next try.
        Pending = "pending",
        /// Waits for a signature.
        Held = "held",
        /// Being sent.
        Leased = "leased",
        /// Left.
        Sent = "sent",
    }
}

/// One list of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailList {
    /// Its state.
    pub state: MailState,
    /// How many are in each state.
    pub counts: Vec<(MailState, u32)>,
    /// The mails of this page, newest first.
    pub rows: Vec<MailLine>,
    /// The page, from 1.
    pub page: u32,
    /// There are more.
    pub more: bool,
}
