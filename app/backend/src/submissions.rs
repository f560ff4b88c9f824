//! Submissions: a phone's batch comes in, every one of them gets its final answer.
//!
//! A batch is one transaction, each submission a savepoint of it: a bad one rolls back alone and
//! its answer is stored, a known one is answered as before. Uniqueness is the database's.

mod animals;
mod desk;
mod owners;
pub(crate) mod papers;
mod services;

pub use papers::{CERTIFICATE, CORRECTION, VisitMail, slip_hash};

use domain::decide::{self, Context, OutreachFacts};
use domain::id::{DeviceId, StaffId, SubmissionId};
use domain::outreach::OutreachStatus;
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase};
use domain::submission::{
    Answer, Batch, IssuedDocument, MAX_BATCH, Masked, Outcome, Receipt, Reply, Submission,
};
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::error::{Error, Fault};
use crate::keys::Purpose;
use crate::office::Office;
use crate::records::{code, from_json, json};
use crate::store::vocabulary::submission::{DeviceRow, SubmissionRow};
use crate::store::{StoreError, Tx};
use desk::{Desk, Stop};

/// How an answer is stored: what was said, and which documents have a slip whose code is made
/// again from the secret file, since only its hash is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    answer: Answer,
    slips: Slips,
}

/// One submission of a batch, read as far as it could be.
struct Arrival {
    id: SubmissionId,
    sequence: i64,
    hash: Vec<u8>,
    body: String,
    read: Option<Submission>,
}

/// Takes a batch in and answers every submission of it, finally.
///
/// The reply names in its receipt what the phone may clear; it is made after the commit.
///
/// # Errors
/// [`Refusal::SignedOut`] or [`Refusal::Forbidden`]; [`Refusal::TooLarge`] for more than
/// [`MAX_BATCH`]; [`Refusal::Unreadable`] when a submission has not even an identifier.
pub async fn receive(office: &Office, actor: Actor, batch: Batch<Value>) -> Result<Reply, Error> {
    authorise(&actor, UseCase::Submit).map_err(Error::Refused)?;
    if batch.submissions.is_empty() || batch.submissions.len() > MAX_BATCH as usize {
        return Err(Error::Refused(Refusal::TooLarge));
    }
    let device = batch.device;
    let arrivals: Result<Vec<_>, _> = batch.submissions.into_iter().map(arrival).collect();
    let arrivals = Arc::new(arrivals?);
    let inside = (office.clone(), actor, device, arrivals);
    let (answers, resolved, device_row, now) = office
        .store
        .write_with(inside, |tx, (office, actor, device, arrivals)| {
            Box::pin(async move { take_in(tx, office, *actor, *device, arrivals).await })
        })
        .await?;
    let finished = |kept: Vec<Kept>| kept.into_iter().map(|kept| finish(office, kept)).collect();
    let answers: Vec<Answer> = finished(answers);
    let receipt = sign_receipt(office, &device_row, &answers, now)?;
    Ok(Reply { answers, resolved: finished(resolved), receipt })
}

fn arrival(value: Value) -> Result<Arrival, Error> {
    let unreadable = || Error::Refused(Refusal::Unreadable);
    let id = value.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let id: SubmissionId = id.ok_or_else(unreadable)?;
    let sequence = value.get("sequence").and_then(Value::as_u64);
    let sequence = sequence.and_then(|n| u32::try_from(n).ok()).ok_or_else(unreadable)?;
    let body = value.to_string();
    let hash = Sha256::digest(body.as_bytes()).to_vec();
    let read = serde_json::from_value(value).ok();
    Ok(Arrival { id, sequence: i64::from(sequence), hash, body, read })
}

type Taken = (Vec<Kept>, Vec<Kept>, DeviceRow, Timestamp);

async fn take_in(
    tx: &mut Tx,
    office: &Office,
    actor: Actor,
    device: DeviceId,
    arrivals: &[Arrival],
) -> Result<Taken, Error> {
    let now = office.clock.now();
    let staff = StaffId(actor.id().unwrap_or_default());
    let mut row = device_row(tx, device, staff, now).await?;
    let since = row.last_seen_at;
    let ids: Vec<_> = arrivals.iter().map(|arrival| arrival.id.0).collect();
    let known = tx.known_submissions(&ids).await?;
    let mut known: HashMap<Uuid, SubmissionRow> =
        known.into_iter().map(|row| (row.id, row)).collect();
    let mut answers = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        if let Some(before) = known.get(&arrival.id.0) {
            answers.push(again(before, arrival)?);
            continue;
        }
        let is_revoked = row.revoked_at.is_some();
        let kept = judge(tx, office, (actor, device, is_revoked), arrival, now).await?;
        let stored = submission_row(arrival, device, staff, &kept, now)?;
        if !tx.insert_submission(&stored).await? {
            return Err(StoreError::Inconsistent("a submission came up twice").into());
        }
        known.insert(arrival.id.0, stored);
        row.stored_total += 1;
        answers.push(kept);
    }
    advance(tx, &mut row, staff, now).await?;
    let resolved = tx.resolved_submissions(device.0, since).await?;
    let resolved: Result<Vec<Kept>, _> =
        resolved.iter().map(|row| from_json(&row.answer)).collect();
    Ok((answers, resolved?, row, now))
}

async fn device_row(
    tx: &mut Tx,
    device: DeviceId,
    staff: StaffId,
    now: Timestamp,
) -> Result<DeviceRow, Error> {
    if let Some(row) = tx.device(device.0).await? {
        return Ok(row);
    }
    let row = DeviceRow {
        id: device.0,
        staff_id: staff.0,
        name: String::new(),
        created_at: now.0,
        last_seen_at: 0,
        revoked_at: None,
        stored_total: 0,
        complete_to_sequence: 0,
    };
    tx.insert_device(&row).await?;
    Ok(row)
}

/// Moves the phone's complete sequence on over what is now stored without a gap.
async fn advance(
    tx: &mut Tx,
    row: &mut DeviceRow,
    staff: StaffId,
    now: Timestamp,
) -> Result<(), Error> {
    for sequence in tx.sequences_above(row.id, row.complete_to_sequence).await? {
        if sequence != row.complete_to_sequence + 1 {
            break;
        }
        row.complete_to_sequence = sequence;
    }
    row.staff_id = staff.0;
    row.last_seen_at = now.0;
    tx.update_device(row).await?;
    Ok(())
}

/// The answer to an identifier that came before.
fn again(before: &SubmissionRow, arrival: &Arrival) -> Result<Kept, Error> {
    if before.body_hash == arrival.hash {
        return Ok(from_json(&before.answer)?);
    }
    let outcome = Outcome::Refused { command: None, refusal: Refusal::IdReused };
    Ok(Kept { answer: Answer { id: arrival.id, outcome }, slips: Vec::new() })
}

/// Stores what a submission says, or nothing of it, and answers which.
async fn judge(
    tx: &mut Tx,
    office: &Office,
    sender: (Actor, DeviceId, bool),
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Kept, Error> {
    let (actor, device, is_revoked) = sender;
    let plain = |outcome| Kept { answer: Answer { id: arrival.id, outcome }, slips: Vec::new() };
    let refused = |refusal| plain(Outcome::Refused { command: None, refusal });
    let Some(submission) = &arrival.read else { return Ok(refused(Refusal::Unreadable)) };
    // What another person recorded on this phone, or a revoked phone, waits for a coordinator.
    let is_own = actor.id() == Some(submission.actor.0) && submission.device == device;
    if is_revoked || !is_own {
        return Ok(plain(Outcome::Quarantined));
    }
    if let Err(refusal) = decide::envelope(submission, now) {
        return Ok(refused(refusal));
    }
    tx.savepoint().await?;
    let context = context(tx, office, actor, submission, now).await?;
    let mut desk = Desk::new(tx, office, actor, context, submission);
    let outcome = desk.run().await;
    match outcome {
        Ok((outcome, slips)) => {
            tx.release().await?;
            Ok(Kept { answer: Answer { id: arrival.id, outcome }, slips })
        }
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Refused { command, refusal, other }) => {
            tx.rollback_to().await?;
            Ok(plain(match other {
                Some(other) => Outcome::Conflict { command, refusal, other: *other },
                None => Outcome::Refused { command, refusal },
            }))
        }
    }
}

async fn context(
    tx: &mut Tx,
    office: &Office,
    actor: Actor,
    submission: &Submission,
    now: Timestamp,
) -> Result<Context, Error> {
    let mut recorded_on = office.day_of(submission.recorded_at);
    let mut outreach = None;
    if let Some(id) = submission.outreach
        && let Some(row) = tx.outreach(id.0).await?
    {
        let team = tx.team(id.0).await?;
        // What crosses midnight belongs to the day on which the outreach began.
        let held = (row.starts_at - HALF_DAY_MS)..=(row.ends_at + HALF_DAY_MS);
        if held.contains(&submission.recorded_at.0) {
            recorded_on = crate::records::date(&row.held_on)?;
        }
        let is_veterinarian = |role: &str| role == domain::role::Role::Veterinarian.code();
        outreach = Some(OutreachFacts {
            id,
            status: code(&row.status, OutreachStatus::from_code)?,
            works_here: team.iter().any(|member| Some(member.staff_id) == actor.id()),
            veterinarians: team
                .iter()
                .filter(|member| is_veterinarian(&member.role))
                .map(|member| StaffId(member.staff_id))
                .collect(),
        });
    }
    Ok(Context {
        now,
        recorded_at: submission.recorded_at,
        recorded_on,
        caller: actor.caller().unwrap_or(Caller::Public),
        actor: actor.id().map(StaffId),
        tests: office.test_chips(),
        outreach,
    })
}

const HALF_DAY_MS: i64 = 43_200_000;

fn submission_row(
    arrival: &Arrival,
    device: DeviceId,
    staff: StaffId,
    kept: &Kept,
    now: Timestamp,
) -> Result<SubmissionRow, Error> {
    let read = arrival.read.as_ref();
    let (outcome, keeps_body) = match &kept.answer.outcome {
        Outcome::Accepted { .. } => ("accepted", false),
        Outcome::Refused { .. } => ("refused", true),
        Outcome::Conflict { .. } => ("conflict", true),
        Outcome::Quarantined => ("quarantined", true),
    };
    Ok(SubmissionRow {
        id: arrival.id.0,
        device_id: device.0,
        sequence: arrival.sequence,
        staff_id: staff.0,
        outreach_id: read.and_then(|read| read.outreach).map(|id| id.0),
        body_hash: arrival.hash.clone(),
        recorded_at: read.map_or(now, |read| read.recorded_at).0,
        received_at: now.0,
        outcome: outcome.to_owned(),
        answer: json(kept)?,
        body: keeps_body.then(|| arrival.body.clone()),
        replaces: read.and_then(|read| read.replaces).map(|id| id.0),
        resolved_at: None,
        resolved_by: None,
    })
}

/// Documents that have a slip, each with what its code follows from.
type Slips = Vec<(Uuid, Uuid)>;

/// Puts the codes of slips back into an answer.
fn finish(office: &Office, kept: Kept) -> Answer {
    let Kept { mut answer, slips } = kept;
    if let Outcome::Accepted { documents, .. } = &mut answer.outcome {
        for document in documents.iter_mut() {
            let slip = slips.iter().find(|(id, _)| *id == document.id.0);
            document.slip_code = slip.map(|(_, seed)| office.slip_code(*seed));
        }
    }
    answer
}

fn sign_receipt(
    office: &Office,
    row: &DeviceRow,
    answers: &[Answer],
    now: Timestamp,
) -> Result<Receipt, Error> {
    let mut hash = Sha256::new();
    for answer in answers {
        hash.update(answer.id.0.as_bytes());
    }
    let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let mut receipt = Receipt {
        device: DeviceId(row.id),
        batch_hash: data_encoding::HEXLOWER.encode(&hash.finalize()),
        stored_total: number(row.stored_total),
        complete_to_sequence: number(row.complete_to_sequence),
        answered_at: now,
        kid: String::new(),
        signature: String::new(),
    };
    let text = receipt.signed_text();
    let (kid, signature) =
        office.keys.sign(Purpose::Receipts, text.as_bytes()).map_err(Error::Failed)?;
    receipt.kid = data_encoding::HEXLOWER.encode(&kid);
    receipt.signature = data_encoding::BASE64_NOPAD.encode(&signature);
    Ok(receipt)
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault.into())
    }
}

/// What an accepted submission says back beside its aliases.
type Papers = (Vec<IssuedDocument>, Slips);
/// The record that a conflict is with.
type Other = Option<Box<Masked>>;
