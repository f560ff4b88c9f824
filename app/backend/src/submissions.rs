//! Submissions: a phone's batch comes in, every one of them gets its final answer.
//!
//! A batch is one transaction, each submission a savepoint of it: a bad one rolls back alone and
//! its answer is stored, a known one is answered as before. Uniqueness is the database's. Batches
//! that wait for the database share their transaction ([`intake`]), and submissions about nothing
//! that is known share their statements ([`fresh`]).

mod animals;
mod arrival;
mod correcting;
mod desk;
mod fresh;
mod handover;
mod held;
mod intake;
mod losses;
mod own_words;
mod owners;
pub(crate) mod papers;
mod round;
mod sealed;
mod services;
mod sheet;
mod talks;
mod tenure;
mod tickets;
mod united;

pub use handover::{MAX_FILE_BYTES, hand_in};
pub use intake::Intake;
pub use papers::{CERTIFICATE, CORRECTION, VisitMail, slip_hash};
pub use sealed::receive_sealed;
pub(crate) use talks::Listed;

use domain::decide::{self, Context, OutreachFacts};
use domain::id::{DeviceId, StaffId, SubmissionId};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase};
use domain::submission::{
    Answer, Batch, IssuedDocument, MAX_BATCH, Masked, Outcome, PhoneReport, Receipt, Reply,
    Submission, code_text,
};
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::documents::Backdrop;
use crate::error::{Error, Fault};
use crate::keys::Purpose;
use crate::office::Office;
use crate::records::from_json;
use crate::store::Tx;
use crate::store::vocabulary::programme::TeamRow;
use crate::store::vocabulary::submission::{DeviceRow, SubmissionRow};
use arrival::{Arrival, arrival};
use desk::Stop;
use intake::Job;
use round::Taken;

/// How an answer is stored: what was said, and which documents have a slip whose code is made
/// again from the secret file, since only its hash is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    answer: Answer,
    slips: Slips,
}

impl Kept {
    /// An answer without documents.
    fn plain(id: SubmissionId, outcome: Outcome) -> Self {
        Self { answer: Answer { id, outcome }, slips: Slips::new() }
    }

    /// The answer to what is refused as a whole.
    fn refused(id: SubmissionId, refusal: Refusal) -> Self {
        Self::plain(id, Outcome::Refused { command: None, refusal })
    }

    /// The same for somebody who is not to learn the codes.
    fn without_slips(self) -> Self {
        Self { slips: Slips::new(), ..self }
    }
}

/// Takes a batch in and answers every submission of it, finally.
///
/// The reply names in its receipt what the phone may clear; it is made after the commit.
///
/// # Errors
/// [`Refusal::SignedOut`] or [`Refusal::Forbidden`]; [`Refusal::TooLarge`] for more than
/// [`MAX_BATCH`]; [`Refusal::Unreadable`] when a submission has not even an identifier;
/// [`Refusal::UnsupportedVersion`] when one is of a version that this server does not read, for
/// an answer to it alone would be final: it waits on its phone until app or server have changed.
/// An empty batch is none: it only asks what was resolved meanwhile.
pub async fn receive(office: &Office, actor: Actor, batch: Batch<Value>) -> Result<Reply, Error> {
    admit(&actor, batch.submissions.len())?;
    Ok(take(office, actor, plain(batch)?).await?.0)
}

/// The same of one submission from a browser of the coordination, which is no phone and is not
/// listed as one, with who listened to the talk that it is about.
///
/// # Errors
/// As [`receive`].
pub(crate) async fn receive_from_desk(
    office: &Office,
    actor: Actor,
    (device, submission): (DeviceId, Value),
    listed: Option<Listed>,
) -> Result<Reply, Error> {
    admit(&actor, 1)?;
    let submissions = vec![Ok(Arrival { listed, ..arrival(submission)? })];
    let brought = Brought { device, through: Through::Desk, report: None, submissions };
    Ok(take(office, actor, brought).await?.0)
}

/// Whether something is the submission of a row, word for word.
pub(crate) fn is_that(row: &SubmissionRow, submission: &Value) -> bool {
    row.body_hash == arrival::hash_of(&submission.to_string())
}

/// Whether somebody may send so many submissions at once.
fn admit(actor: &Actor, count: usize) -> Result<(), Error> {
    authorise(actor, UseCase::Submit).map_err(Error::Refused)?;
    if count > MAX_BATCH as usize { Err(Error::Refused(Refusal::TooLarge)) } else { Ok(()) }
}

/// How a batch comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Through {
    /// From the phone that it names.
    Phone,
    /// As sealed copies, from that phone.
    Copies,
    /// From a browser of the coordination.
    Desk,
    /// On a file, in the hands of somebody who need not have the phone.
    File,
}

/// A batch as it was read.
struct Brought {
    device: DeviceId,
    through: Through,
    report: Option<PhoneReport>,
    /// Each submission in its order; of one that could not be opened only which it was to be.
    submissions: Vec<Result<Arrival, SubmissionId>>,
}

fn plain(batch: Batch<Value>) -> Result<Brought, Error> {
    let Batch { device, submissions, report } = batch;
    let submissions = submissions.into_iter().map(|value| arrival(value).map(Ok));
    let (through, submissions) = (Through::Phone, submissions.collect::<Result<_, _>>()?);
    Ok(Brought { device, through, report, submissions })
}

/// Answers a batch; beside the reply, those of its submissions that had their answer before.
async fn take(
    office: &Office,
    actor: Actor,
    brought: Brought,
) -> Result<(Reply, Vec<SubmissionId>), Error> {
    let Brought { device, through, report, submissions } = brought;
    // Anybody may hold a copy: no code is told to who brings one.
    let is_sealed = matches!(through, Through::Copies | Through::File);
    let mut arrivals = Vec::with_capacity(submissions.len());
    let mut unopened = Vec::with_capacity(submissions.len());
    for submission in submissions {
        unopened.push(match submission {
            Ok(arrival) => {
                arrivals.push(arrival);
                None
            }
            Err(id) => Some(sealed::unopened(id)),
        });
    }
    if let Some(version) = arrivals.iter().find_map(Arrival::foreign_version) {
        return Err(Error::Refused(Refusal::UnsupportedVersion { version }));
    }
    // The phone counts these as waiting too.
    let refused = unopened.iter().flatten().map(|answer| &answer.outcome);
    let report = report.map(|report| report.once_answered(refused));
    let arrivals = Arc::new(arrivals);
    let job = Job { office: office.clone(), actor, device, through, report, arrivals };
    let Taken { answers, repeated, resolved, device: device_row, at: now } =
        office.intake.take_in(job).await?;
    let tell = |kept: Kept| finish(office, if is_sealed { kept.without_slips() } else { kept });
    let mut taken = answers.into_iter().map(tell);
    let answers = unopened.into_iter().filter_map(|answer| answer.or_else(|| taken.next()));
    let answers: Vec<Answer> = answers.collect();
    let resolved = resolved.into_iter().map(tell).collect();
    let receipt = sign_receipt(office, &device_row, &answers, now)?;
    Ok((Reply { answers, resolved, receipt }, repeated))
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
        let team = team_at(backdrop.team(tx, id.0).await?, submission.recorded_at);
        let known = crate::records::outreach(row)?;
        recorded_on = known.day_of(submission.recorded_at, recorded_on);
        outreach = Some(OutreachFacts {
            id,
            status: known.status,
            works_here: team.iter().any(|member| Some(member.staff_id) == actor.id()),
            veterinarians: veterinarians(&team),
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

/// Those of a team, and of who has left it, who were of it at a moment, each once: two times of
/// somebody that are closer than clocks may be wrong can both hold it.
fn team_at(mut team: Vec<TeamRow>, at: Timestamp) -> Vec<TeamRow> {
    team.retain(|member| was_there(member, at));
    team.dedup_by_key(|member| member.staff_id);
    team
}

/// Whether somebody who is or was of a team was of it at a moment, by one of their times in it.
pub(crate) fn was_there(member: &TeamRow, at: Timestamp) -> bool {
    decide::was_of_team(member.back_at.map(Timestamp), member.left_at.map(Timestamp), at)
}

/// Those of a team who may answer for services.
fn veterinarians(team: &[TeamRow]) -> Vec<StaffId> {
    team.iter().filter(|one| may_answer(one)).map(|one| StaffId(one.staff_id)).collect()
}

/// Whether a member of a team may answer for services.
pub(crate) fn may_answer(member: &TeamRow) -> bool {
    member.role == domain::role::Role::Veterinarian.code()
}

/// Documents that have a slip, each with what its code follows from.
type Slips = Vec<(Uuid, Uuid)>;

/// Whether what a submission says is in the register: it was accepted, or somebody has resolved it
/// so since.
///
/// # Errors
/// An answer that cannot be read.
pub(crate) fn is_accepted(row: &SubmissionRow) -> Result<bool, Error> {
    let kept: Kept = from_json(&row.answer)?;
    Ok(matches!(kept.answer.outcome, Outcome::Accepted { .. }))
}

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

/// The code that a phone with these figures shows, for the coordination's page of phones.
#[must_use]
pub fn receipt_code(device: DeviceId, stored_total: u32, complete_to_sequence: u32) -> String {
    let text = code_text(device, stored_total, complete_to_sequence);
    domain::submission::receipt_code(&Sha256::digest(text).into())
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
