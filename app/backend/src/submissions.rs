//! Submissions: a phone's batch comes in, every one of them gets its final answer.
//!
//! A batch is one transaction, each submission a savepoint of it: a bad one rolls back alone and
//! its answer is stored, a known one is answered as before. Uniqueness is the database's.

mod animals;
mod arrival;
mod desk;
mod held;
mod owners;
pub(crate) mod papers;
mod services;

pub use papers::{CERTIFICATE, CORRECTION, VisitMail, slip_hash};

use domain::decide::{self, Context, OutreachFacts};
use domain::id::{DeviceId, StaffId};
use domain::outreach::OutreachStatus;
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase};
use domain::submission::{
    Answer, Batch, IssuedDocument, MAX_BATCH, Masked, Outcome, Receipt, Reply, Submission,
};
use domain::timestamp::{DAY_MS, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::documents::Backdrop;
use crate::error::{Error, Fault};
use crate::history::{self, Entry, Subject};
use crate::keys::Purpose;
use crate::office::Office;
use crate::records::{code, from_json, json};
use crate::store::vocabulary::submission::{DeviceRow, SubmissionRow};
use crate::store::{StoreError, Tx};
use arrival::{Arrival, arrival, submission_row, unread};
use desk::{Desk, Stop};

/// How an answer is stored: what was said, and which documents have a slip whose code is made
/// again from the secret file, since only its hash is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    answer: Answer,
    slips: Slips,
}

/// Takes a batch in and answers every submission of it, finally.
///
/// The reply names in its receipt what the phone may clear; it is made after the commit.
///
/// # Errors
/// [`Refusal::SignedOut`] or [`Refusal::Forbidden`]; [`Refusal::TooLarge`] for more than
/// [`MAX_BATCH`]; [`Refusal::Unreadable`] when a submission has not even an identifier. An empty
/// batch is none: it only asks what was resolved meanwhile.
pub async fn receive(office: &Office, actor: Actor, batch: Batch<Value>) -> Result<Reply, Error> {
    authorise(&actor, UseCase::Submit).map_err(Error::Refused)?;
    if batch.submissions.len() > MAX_BATCH as usize {
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

/// How long a resolved submission is told to its phone with every reply, in milliseconds: 30 days.
const RESOLVED_MS: i64 = 30 * DAY_MS;
/// Most resolved submissions that one reply tells, the latest.
const MOST_RESOLVED: i64 = 250;

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
    let mut backdrop = Backdrop::default();
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
        let sender = (actor, device, is_revoked);
        let kept = judge((tx, &mut backdrop), office, sender, arrival, now).await?;
        if let Some(mended) = mend(tx, (actor, device), arrival, &kept, now).await? {
            known.insert(mended.id, mended);
        }
        let stored = submission_row(arrival, device, staff, &kept, now)?;
        if !tx.insert_submission(&stored).await? {
            return Err(StoreError::Inconsistent("a submission came up twice").into());
        }
        known.insert(arrival.id.0, stored);
        row.stored_total += 1;
        answers.push(kept);
    }
    advance(tx, &mut row, staff, now).await?;
    // An answer may have been lost on its way: what was resolved is told again and again.
    let resolved = tx.resolved_submissions(device.0, now.0 - RESOLVED_MS, MOST_RESOLVED).await?;
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

/// Sequence numbers read at a time: a whole batch and one.
const SEQUENCES: i64 = MAX_BATCH as i64 + 1;

/// Moves the phone's complete sequence on over what is now stored without a gap.
async fn advance(
    tx: &mut Tx,
    row: &mut DeviceRow,
    staff: StaffId,
    now: Timestamp,
) -> Result<(), Error> {
    loop {
        let above = row.complete_to_sequence;
        for sequence in tx.sequences_above(row.id, above, SEQUENCES).await? {
            if sequence != row.complete_to_sequence + 1 {
                break;
            }
            row.complete_to_sequence = sequence;
        }
        // A gap ends it, however much lies beyond.
        if row.complete_to_sequence != above + SEQUENCES {
            break;
        }
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
    (tx, backdrop): (&mut Tx, &mut Backdrop),
    office: &Office,
    sender: (Actor, DeviceId, bool),
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Kept, Error> {
    let (actor, device, is_revoked) = sender;
    let plain = |outcome| Kept { answer: Answer { id: arrival.id, outcome }, slips: Vec::new() };
    let refused = |refusal| plain(Outcome::Refused { command: None, refusal });
    let Some(submission) = &arrival.read else { return Ok(refused(unread(arrival))) };
    // What another person recorded on this phone, or a revoked phone, waits for a coordinator.
    let is_own = actor.id() == Some(submission.actor.0) && submission.device == device;
    if is_revoked || !is_own {
        return Ok(plain(Outcome::Quarantined));
    }
    if let Err(refusal) = decide::envelope(submission, now) {
        return Ok(refused(refusal));
    }
    tx.savepoint().await?;
    let context = context((tx, backdrop), office, actor, submission, now).await?;
    let mut desk = Desk::new((tx, backdrop), office, actor, context, submission);
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

/// Resolves the submission of the same phone that an accepted one mends, so that it waits for
/// nobody any more. Answers its new row.
async fn mend(
    tx: &mut Tx,
    (actor, device): (Actor, DeviceId),
    arrival: &Arrival,
    kept: &Kept,
    now: Timestamp,
) -> Result<Option<SubmissionRow>, Error> {
    let replaces = arrival.read.as_ref().and_then(|read| read.replaces);
    let (Some(old), Outcome::Accepted { .. }) = (replaces, &kept.answer.outcome) else {
        return Ok(None);
    };
    let waits = |row: &SubmissionRow| {
        row.device_id == device.0 && row.resolved_at.is_none() && row.outcome != "accepted"
    };
    let Some(mut row) = tx.submission(old.0).await?.filter(waits) else { return Ok(None) };
    let answer = Answer { id: old, outcome: kept.answer.outcome.clone() };
    let by = actor.id().unwrap_or_default();
    row.answer = json(&Kept { answer, slips: kept.slips.clone() })?;
    row.resolved_at = Some(now.0);
    row.resolved_by = Some(by);
    tx.resolve_submission(row.id, &row.answer, by, now.0).await?;
    let said = serde_json::json!({ "submission": old, "by": arrival.id });
    let subject = Subject::Device(device);
    let entry = Entry::new(subject, "submission_replaced", actor, now, &said)?;
    history::append(tx, &entry.from_submission(device, arrival.id)).await?;
    Ok(Some(row))
}

async fn context(
    (tx, backdrop): (&mut Tx, &mut Backdrop),
    office: &Office,
    actor: Actor,
    submission: &Submission,
    now: Timestamp,
) -> Result<Context, Error> {
    let mut recorded_on = office.day_of(submission.recorded_at);
    let mut outreach = None;
    if let Some(id) = submission.outreach
        && let Some(row) = backdrop.outreach(tx, id.0).await?
    {
        let team = backdrop.team(tx, id.0).await?;
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

const HALF_DAY_MS: i64 = DAY_MS / 2;

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
