//! The submission: the unit of offline work, its answer, and the receipt of a batch.
//!
//! A submission is stored whole or not at all; its identifier is made on the phone and is its
//! idempotency key for ever.

use crate::command::Command;
use crate::id::{
    AnimalId, DeviceId, DocumentId, OutreachId, OwnerId, StaffId, SubmissionId, VisitId,
};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

mod handed;
#[cfg(test)]
mod kept;
mod receipt;
mod report;
mod sealed;
mod told;

pub use handed::{FilePart, HandedIn, Unfit};
pub use receipt::{Receipt, code_text, receipt_code};
pub use report::{CLOCK_TOLERANCE_MS, MOST_ASKED, MOST_WITHDRAWN, PhoneReport, Withdrawn};
pub use sealed::{NONCE_BYTES, POINT_BYTES, Sealed, SealedBatch, SealedParts, bound_to};

/// The version this code writes; the server also reads the one before. A record is sent as it was
/// written, also by a newer app: what is older still waits on its phone until it is read again.
pub const VERSION: u16 = 1;
/// Most commands in a submission.
pub const MAX_COMMANDS: u32 = 20;
/// Most submissions in a batch.
pub const MAX_BATCH: u32 = 250;
/// Most bytes of a batch as it is sent.
pub const MAX_BATCH_BYTES: u32 = 256 * 1024;
/// Bytes of a batch that a phone packs: some 250 visits, which become a fifth of it. What does not
/// pack so well is sent in halves.
pub const PACKED_BATCH_BYTES: u32 = 4 * MAX_BATCH_BYTES;
/// Most bytes of a batch after decompression.
pub const MAX_INFLATED_BYTES: u32 = 4 * 1024 * 1024;
/// A clock may run ahead of the server's by this much before its record is refused: a day.
pub const MAX_AHEAD_MS: i64 = 86_400_000;
/// No record is of before this, 2015-01-01 in UTC: there was no Huella. A phone whose clock has
/// forgotten the time tells the first days of 1970.
pub const FIRST_MOMENT: Timestamp = Timestamp(1_420_070_400_000);

/// The offsets from UTC that clocks have somewhere in the world, in minutes: −12:00 to +14:00.
pub const OFFSETS: RangeInclusive<i32> = -720..=840;

/// Whether a clock that says so may be believed where another says `now`.
#[must_use]
pub fn is_believable(recorded_at: Timestamp, now: Timestamp) -> bool {
    (FIRST_MOMENT..=now).contains(&recorded_at)
}

/// One visit, or one later act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Submission {
    /// Made on the phone; names this submission for ever.
    pub id: SubmissionId,
    /// See [`VERSION`].
    pub version: u16,
    /// The phone.
    pub device: DeviceId,
    /// The phone's own count, without gaps, from 1.
    pub sequence: u32,
    /// Who recorded it.
    pub actor: StaffId,
    /// At which outreach; none for later acts.
    pub outreach: Option<OutreachId>,
    /// In which visit; none for later acts.
    pub visit: Option<VisitId>,
    /// When, by the phone's clock.
    pub recorded_at: Timestamp,
    /// The phone's offset from UTC, for its local day.
    pub utc_offset_minutes: i32,
    /// The refused submission that this one mends.
    pub replaces: Option<SubmissionId>,
    /// What to record, in order.
    pub commands: Vec<Command>,
}

/// A phone's whole request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Batch<S = Submission> {
    /// The phone that sends.
    pub device: DeviceId,
    /// Oldest first.
    pub submissions: Vec<S>,
    /// How the phone stands; an old one does not say, and one that makes no sense counts as none.
    #[serde(
        default,
        deserialize_with = "report::if_sound",
        skip_serializing_if = "Option::is_none"
    )]
    pub report: Option<PhoneReport>,
}

/// What became of a submission; final for its identifier, but for what waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Stored, every command of it.
    Accepted {
        /// Identifiers made on the phone that stand for kept ones.
        aliases: Vec<Alias>,
        /// The documents it made.
        documents: Vec<IssuedDocument>,
    },
    /// Nothing of it was stored but this answer.
    Refused {
        /// Which command it was, counted from 0; none when it is about the whole.
        command: Option<u32>,
        /// Why.
        refusal: Refusal,
    },
    /// A person has to compare two records; the submission is kept whole on the server.
    Conflict {
        /// Which command it was, counted from 0.
        command: Option<u32>,
        /// Why.
        refusal: Refusal,
        /// The other record, as much of it as may be shown.
        other: Masked,
    },
    /// Kept whole on the server until a coordinator has looked at it.
    Quarantined,
}

impl Outcome {
    /// Its word, where it travels and where it is stored.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
            Self::Conflict { .. } => "conflict",
            Self::Quarantined => "quarantined",
        }
    }

    /// Why it was not taken, if it was not.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } | Self::Conflict { refusal, .. } => Some(refusal),
            Self::Accepted { .. } | Self::Quarantined => None,
        }
    }

    /// Which command it was about, counted from 0.
    #[must_use]
    pub const fn command(&self) -> Option<u32> {
        match self {
            Self::Refused { command, .. } | Self::Conflict { command, .. } => *command,
            Self::Accepted { .. } | Self::Quarantined => None,
        }
    }
}

/// One submission's answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(try_from = "told::Told")]
pub struct Answer {
    /// Which submission.
    pub id: SubmissionId,
    /// What became of it.
    // Written and read by hand (`told`); this is for the API's description.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// An identifier that stands for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Alias {
    /// The owner made on the phone.
    pub from: OwnerId,
    /// The kept owner.
    pub to: OwnerId,
}

/// A document that a submission made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct IssuedDocument {
    /// Its identifier.
    pub id: DocumentId,
    /// Of which animal.
    pub animal: AnimalId,
    /// Its verification address, for a QR; none while it waits for a signature.
    pub link: Option<String>,
    /// The code on the slip, for an owner without e-mail; told to who had sent the submission
    /// itself, and not to a sealed copy.
    pub slip_code: Option<String>,
}

/// As much of another animal's record as may be shown to tell two records apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Masked {
    /// The animal, when the person may open it.
    pub animal: Option<AnimalId>,
    /// First letter of its name, and dots.
    pub name: String,
    /// Species, as its code.
    pub species: crate::catalogue::Species,
    /// Sex, as its code.
    pub sex: crate::catalogue::Sex,
    /// Commune where it was registered.
    pub commune: Option<crate::territory::Commune>,
    /// Its chip, the middle hidden.
    pub chip: Option<String>,
    /// When it was registered.
    pub registered_at: Timestamp,
}

/// The server's reply to a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Reply {
    /// One for each submission of the batch, in its order.
    pub answers: Vec<Answer>,
    /// Answers to earlier submissions of this sender on this phone that a person has since
    /// resolved, and to those of the sender that were told to be withdrawn.
    pub resolved: Vec<Answer>,
    /// What the phone may clear.
    pub receipt: Receipt,
}
