//! A submission as it arrives: read as far as it can be, and the row that its answer becomes.

use domain::decide;
use domain::id::{DeviceId, StaffId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Outcome, Submission};
use domain::timestamp::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Kept;
use super::talks::Listed;
use crate::error::Error;
use crate::records::json;
use crate::store::vocabulary::submission::SubmissionRow;

/// One submission of a batch, read as far as it could be.
pub(super) struct Arrival {
    pub(super) id: SubmissionId,
    pub(super) sequence: i64,
    pub(super) hash: Vec<u8>,
    pub(super) body: String,
    /// The version it says it has, whatever else it says.
    pub(super) version: Option<u16>,
    pub(super) read: Option<Submission>,
    /// Who listened to its talk, where the desk says that with it.
    pub(super) listed: Option<Listed>,
}

/// Reads a submission; one that has not even an identifier refuses the whole batch.
pub(super) fn arrival(value: Value) -> Result<Arrival, Error> {
    let unreadable = || Error::Refused(Refusal::Unreadable);
    let id = value.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let id: SubmissionId = id.ok_or_else(unreadable)?;
    let sequence = value.get("sequence").and_then(Value::as_u64);
    let sequence = sequence.and_then(|n| u32::try_from(n).ok()).ok_or_else(unreadable)?;
    let version = value.get("version").and_then(Value::as_u64);
    let version = version.map(|version| u16::try_from(version).unwrap_or(u16::MAX));
    let body = value.to_string();
    let hash = hash_of(&body);
    let read = serde_json::from_value(value).ok();
    let sequence = i64::from(sequence);
    Ok(Arrival { id, sequence, hash, body, version, read, listed: None })
}

/// By what a submission is known to be the same.
pub(super) fn hash_of(body: &str) -> Vec<u8> {
    Sha256::digest(body.as_bytes()).to_vec()
}

impl Arrival {
    /// Its version when this server does not read it, whatever else it says.
    pub(super) fn foreign_version(&self) -> Option<u16> {
        self.version.filter(|version| !decide::reads_version(*version))
    }
}

/// The row of a submission and its answer.
pub(super) fn submission_row(
    arrival: &Arrival,
    device: DeviceId,
    staff: StaffId,
    kept: &Kept,
    now: Timestamp,
) -> Result<SubmissionRow, Error> {
    let read = arrival.read.as_ref();
    let outcome = &kept.answer.outcome;
    // What was taken stands in the register; what was not is kept as it came.
    let keeps_body = !matches!(outcome, Outcome::Accepted { .. });
    Ok(SubmissionRow {
        id: arrival.id.0,
        device_id: device.0,
        sequence: arrival.sequence,
        staff_id: staff.0,
        maker_id: read.map_or(staff, |read| read.actor).0,
        outreach_id: read.and_then(|read| read.outreach).map(|id| id.0),
        body_hash: arrival.hash.clone(),
        recorded_at: read.map_or(now, |read| read.recorded_at).0,
        received_at: now.0,
        outcome: outcome.word().to_owned(),
        answer: json(kept)?,
        body: keeps_body.then(|| arrival.body.clone()),
        replaces: read.and_then(|read| read.replaces).map(|id| id.0),
        resolved_at: None,
        resolved_by: None,
        withdrawn_at: None,
    })
}
