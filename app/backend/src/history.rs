//! The append-only, hash-chained history: one chain per subject (contracts section 2).
//!
//! A link is metadata, the hash of its body and the hash of the link before. Bodies lie beside
//! the chain, so that a lawful erasure can delete them: the chain still holds, and verification
//! says *erased*. [`seal`] signs all chain heads that changed; [`verify`] finds what was altered.
//! Links added since the last checkpoint are protected by their chain only.

mod seal;
mod verify;

use domain::id::{AnimalId, DeviceId, OutreachId, OwnerId, StaffId, SubmissionId};
use domain::timestamp::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

pub use seal::{INTERVAL_MS, ROWS, seal, seal_now};
pub use verify::{Finding, MOST, Problem, Report, verify};

use crate::actor::Actor;
use crate::clock;
use crate::error::{Error, Fault};
use crate::store::Tx;
use crate::store::vocabulary::history::{BodyRow, HeadRow, HistoryRow};

/// What a chain is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An animal.
    Animal(AnimalId),
    /// An owner.
    Owner(OwnerId),
    /// An outreach.
    Outreach(OutreachId),
    /// A member of staff.
    Staff(StaffId),
    /// A phone.
    Device(DeviceId),
}

impl Subject {
    /// The chain of who acts where nothing else is acted upon; the program's own is that of nobody.
    #[must_use]
    pub fn acting(actor: &Actor) -> Self {
        Self::Staff(StaffId(actor.id().unwrap_or_default()))
    }

    /// Code of the kind, as stored.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Animal(_) => "animal",
            Self::Owner(_) => "owner",
            Self::Outreach(_) => "outreach",
            Self::Staff(_) => "staff",
            Self::Device(_) => "device",
        }
    }

    /// Its identifier.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Animal(AnimalId(id))
            | Self::Owner(OwnerId(id))
            | Self::Outreach(OutreachId(id))
            | Self::Staff(StaffId(id))
            | Self::Device(DeviceId(id)) => id,
        }
    }
}

/// One thing that happened, to be appended to its subject's chain.
#[derive(Clone, Debug)]
pub struct Entry {
    subject: Subject,
    kind: &'static str,
    actor: Actor,
    at: Timestamp,
    device: Option<DeviceId>,
    submission: Option<SubmissionId>,
    body: Vec<u8>,
}

/// Kind of the link that a lawful erasure appends.
pub const ERASED: &str = "erased";

impl Entry {
    /// `kind` is a code in the past tense, such as `owner_registered`; `body` is kept as JSON.
    ///
    /// # Errors
    /// [`Fault`] when the body is no JSON.
    pub fn new(
        subject: Subject,
        kind: &'static str,
        actor: Actor,
        at: Timestamp,
        body: &impl Serialize,
    ) -> Result<Self, Fault> {
        let body = serde_json::to_vec(body)?;
        Ok(Self { subject, kind, actor, at, device: None, submission: None, body })
    }

    /// The chain it belongs to.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// What happened.
    #[must_use]
    pub(crate) const fn kind(&self) -> &'static str {
        self.kind
    }

    /// What it says, as JSON.
    #[must_use]
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The same, having come with a submission of a device.
    #[must_use]
    pub fn from_submission(mut self, device: DeviceId, submission: SubmissionId) -> Self {
        self.device = Some(device);
        self.submission = Some(submission);
        self
    }
}

/// Appends one entry to its chain.
///
/// # Errors
/// A failed database. Two transactions that append to one chain at once are in each other's way:
/// the store runs the later one again.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<(), Error> {
    append_many(tx, std::slice::from_ref(entry), &HashSet::new()).await
}

/// Appends entries, in their order, with four statements for all: heads, links, bodies, and which
/// chains wait to be sealed. The `unborn` are subjects known to have no chain yet, whose heads are
/// not asked for.
///
/// # Errors
/// As [`append`].
pub async fn append_many(
    tx: &mut Tx,
    entries: &[Entry],
    unborn: &HashSet<Subject>,
) -> Result<(), Error> {
    let mut heads = heads_of(tx, entries, unborn).await?;
    let mut rows = Vec::with_capacity(entries.len());
    let mut bodies = Vec::with_capacity(entries.len());
    for entry in entries {
        let head = heads.entry(entry.subject).or_insert((0, vec![0; 32]));
        let salt = clock::random::<16>()?;
        let row = link(entry, (head.0, &head.1), &salt);
        *head = (row.sequence, row.hash.clone());
        bodies.push(BodyRow {
            subject_kind: row.subject_kind.clone(),
            subject_id: row.subject_id,
            sequence: row.sequence,
            salt: salt.to_vec(),
            body: entry.body.clone(),
        });
        rows.push(row);
    }
    tx.insert_history(&rows, &bodies).await?;
    Ok(())
}

/// Deletes what a chain says, and appends that it was erased and on what ground (Ley 19.628 as
/// rewritten by Ley 21.719: right of suppression). Answers how many links lost their body.
///
/// # Errors
/// As [`append`].
pub async fn erase(
    tx: &mut Tx,
    subject: Subject,
    ground: &str,
    actor: Actor,
    at: Timestamp,
) -> Result<u64, Error> {
    let erased = tx.erase_history_bodies(subject.kind(), subject.id()).await?;
    let body = serde_json::json!({ "ground": ground });
    append(tx, &Entry::new(subject, ERASED, actor, at, &body)?).await?;
    Ok(erased)
}

async fn heads_of(
    tx: &mut Tx,
    entries: &[Entry],
    unborn: &HashSet<Subject>,
) -> Result<HashMap<Subject, (i64, Vec<u8>)>, Error> {
    let subjects = entries.iter().map(|entry| entry.subject);
    let subjects = subjects.filter(|subject| !unborn.contains(subject));
    let subjects: HashMap<_, _> =
        subjects.map(|subject| ((subject.kind(), subject.id()), subject)).collect();
    let named: Vec<_> = subjects.keys().copied().collect();
    let mut heads = HashMap::new();
    for named in named.chunks(100) {
        for head in tx.history_heads(named).await? {
            if let Some(subject) = subjects.get(&place(&head)) {
                heads.insert(*subject, (head.sequence, head.hash));
            }
        }
    }
    Ok(heads)
}

fn place(head: &HeadRow) -> (&str, Uuid) {
    (&head.subject_kind, head.subject_id)
}

fn link(entry: &Entry, previous: (i64, &[u8]), salt: &[u8]) -> HistoryRow {
    let mut row = HistoryRow {
        subject_kind: entry.subject.kind().to_owned(),
        subject_id: entry.subject.id(),
        sequence: previous.0 + 1,
        kind: entry.kind.to_owned(),
        at: entry.at.0,
        actor_kind: entry.actor.kind().to_owned(),
        actor_id: entry.actor.id(),
        device_id: entry.device.map(|device| device.0),
        submission_id: entry.submission.map(|submission| submission.0),
        body_hash: hash_of_body(salt, &entry.body),
        previous_hash: previous.1.to_vec(),
        hash: Vec::new(),
    };
    row.hash = hash_of_link(&row);
    row
}

/// SHA-256 of salt and body.
fn hash_of_body(salt: &[u8], body: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(body).finalize().to_vec()
}

/// SHA-256 of everything a link says but its own hash. Each field is written with its length
/// before it, and an absent one as a length that no field has, so that no two links read alike.
fn hash_of_link(row: &HistoryRow) -> Vec<u8> {
    let mut hash = Sha256::new();
    let optional = |id: &Option<Uuid>| id.map(|id| id.as_bytes().to_vec());
    for field in [
        Some(b"huella-history-1".to_vec()),
        Some(row.subject_kind.clone().into_bytes()),
        Some(row.subject_id.as_bytes().to_vec()),
        Some(row.sequence.to_be_bytes().to_vec()),
        Some(row.kind.clone().into_bytes()),
        Some(row.at.to_be_bytes().to_vec()),
        Some(row.actor_kind.clone().into_bytes()),
        optional(&row.actor_id),
        optional(&row.device_id),
        optional(&row.submission_id),
        Some(row.body_hash.clone()),
        Some(row.previous_hash.clone()),
    ] {
        add_field(&mut hash, field.as_deref());
    }
    hash.finalize().to_vec()
}

/// Adds one field with its length before it; an absent one is a length that none has.
fn add_field(hash: &mut Sha256, field: Option<&[u8]>) {
    let length = field.map_or(u64::MAX, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX - 1));
    hash.update(length.to_be_bytes());
    hash.update(field.unwrap_or_default());
}
