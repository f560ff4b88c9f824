//! What goes into the machine and what comes out of it.

use crate::id::{SubmissionId, VisitId};
use crate::refusal::Refusal;
use crate::submission::{Answer, Outcome, Receipt, Reply};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a submission stands, as the phone knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Only on this phone.
    Pending,
    /// In the batch that is under way.
    Sending,
    /// The server said no; a person mends or withdraws it.
    Refused,
    /// Two records have to be compared by a person.
    Conflict,
    /// Kept whole on the server until a coordinator has looked.
    Quarantined,
    /// Stored by the server.
    Sent,
}

impl ItemState {
    /// Whether the record waits for somebody at this phone.
    #[must_use]
    pub const fn needs_person(self) -> bool {
        matches!(self, Self::Refused | Self::Conflict)
    }

    /// Whether a coordinator may still resolve it.
    #[must_use]
    pub const fn waits_for_desk(self) -> bool {
        matches!(self, Self::Conflict | Self::Quarantined)
    }

    /// Whether the server has not answered yet.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Sending)
    }

    /// The state an answer leads to.
    #[must_use]
    pub const fn after(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Accepted { .. } => Self::Sent,
            Outcome::Refused { .. } => Self::Refused,
            Outcome::Conflict { .. } => Self::Conflict,
            Outcome::Quarantined => Self::Quarantined,
        }
    }
}

/// A submission as far as sending goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub id: SubmissionId,
    /// Its place in the phone's count; lower is older.
    pub sequence: u32,
    /// Its size as JSON, in bytes.
    pub bytes: u32,
    /// The refused submission it mends.
    pub replaces: Option<SubmissionId>,
    /// Its visit; what corrects or annuls something of a visit is of the same one, and so is here
    /// another visit of somebody whom that one may register.
    pub visit: Option<VisitId>,
    /// When it was recorded, by the phone's clock.
    pub recorded_at: Timestamp,
    /// Where it stands.
    pub state: ItemState,
    /// The server holds nothing of it although it has an answer: what is told of its identifier is
    /// of something else.
    pub is_aside: bool,
    /// The desk has put it away ([`super::is_put_away`]); it stays until somebody withdraws it.
    pub is_put_away: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A submission was written to the queue.
    Queued(Item),
    /// The wait is over, or the app has just started.
    Timer,
    /// The browser says that there is a network; a hint, not a proof.
    Online,
    /// The page came to the front.
    Visible,
    /// The server replied to the batch.
    Reply {
        /// The reply.
        reply: Box<Reply>,
        /// SHA-256 of [`super::hashed_bytes`] of its answers, in hexadecimal, made on the phone.
        digest: String,
    },
    /// The batch did not get a reply.
    Failed(Failure),
    /// A submission is in the queue no more: here or in another tab a person has withdrawn it.
    Gone(SubmissionId),
}

/// Why there was no reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// No connection, or it broke.
    Unreachable,
    /// No answer came in time, and the phone gave up: a slow line, or one that swallows all.
    TimedOut,
    /// Something answered, but not our server: a captive portal, a proxy's page.
    NotOurs,
    /// A reply whose receipt no key of ours has signed.
    Unsigned,
    /// The server answered with an error.
    Status {
        /// The HTTP status.
        code: u16,
        /// The reason, when it gave one.
        refusal: Option<Refusal>,
    },
}

impl Failure {
    /// What an answer means that is not what was asked for, of whatever status. A page that is no
    /// JSON is somebody else's, unless the status says that the server, or what stands before it,
    /// has trouble. Of what did not come in time nothing was read, so nothing of it is refused.
    #[must_use]
    pub fn of(code: u16, refusal: Option<Refusal>, is_json: bool) -> Self {
        match code {
            408 => Self::Status { code, refusal: None },
            _ if is_json || code >= 500 => Self::Status { code, refusal },
            _ => Self::NotOurs,
        }
    }

    /// What it says about the way to the server.
    #[must_use]
    pub const fn contact(&self) -> Contact {
        match self {
            Self::Unreachable | Self::TimedOut => Contact::Unreachable,
            Self::NotOurs => Contact::NotOurs,
            Self::Unsigned => Contact::Unsigned,
            Self::Status { refusal: Some(Refusal::UnsupportedVersion { .. }), .. } => {
                Contact::Outdated
            }
            Self::Status { code: 401, .. } => Contact::SignedOut,
            // Ours, and in words that this build does not read.
            Self::Status { code: 200, .. } => Contact::Outdated,
            Self::Status { .. } => Contact::Failing,
        }
    }
}

/// What the driver has to do, in order. When one cannot be written down, those after it are left,
/// but for what is sent: that rests on nothing that is written, and need not wait for it.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send these, in this order, in one batch; with none the batch only asks what was resolved
    /// and says how the phone stands.
    Send(Vec<SubmissionId>),
    /// Come back with [`Event::Timer`] after so many milliseconds; replaces an earlier wait.
    Wait {
        /// Milliseconds, at most [`super::MAX_WAIT_MS`]; of a phone that has nothing to send or to
        /// ask, at most [`super::REPORT_MS`].
        ms: u32,
    },
    /// Write these answers down, each with its record.
    Store(Vec<Answer>),
    /// Write this answer down, which is the phone's own: the server refused a whole request that
    /// held nothing but this record, and so holds nothing under its number.
    SetAside(Answer),
    /// The phone need not keep the content of these any longer.
    Clear(Vec<SubmissionId>),
    /// Write the receipt down.
    Keep(Box<Receipt>),
}

/// What the last attempt says about the way to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contact {
    /// Nothing was tried yet.
    #[default]
    Untried,
    /// The server answered.
    Reached,
    /// It could not be reached.
    Unreachable,
    /// A page that is not ours answers: a network that wants a sign-in of its own.
    NotOurs,
    /// What answers does not sign as our server does: nothing of it counts.
    Unsigned,
    /// The session has ended; somebody has to sign in.
    SignedOut,
    /// This app is too old for the server.
    Outdated,
    /// The server has trouble.
    Failing,
}
