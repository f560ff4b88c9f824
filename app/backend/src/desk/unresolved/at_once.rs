//! What a phone has in quarantine, recorded at once and in the order of the phone's count: whoever
//! has handed in another's file need not press for each record of it.
//!
//! Each record is recorded by itself, with its own answer. What the register refuses waits on, with
//! its reason; what follows from it is refused then, too. The submissions are named after the act
//! and their records, so that an act that broke off, or comes twice at the same moment, does none
//! of them again.

use domain::desk::unresolved::{AtOnce, LeftOver, RecordedAtOnce};
use domain::id::{DeviceId, SubmissionId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::submission::{MAX_BATCH, Outcome, Submission};
use domain::timestamp::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{draft, find, is_open, named};
use crate::accounts::session::Present;
use crate::desk::done::Act;
use crate::desk::{act, gone, may};
use crate::error::Error;
use crate::office::Office;
use crate::store::vocabulary::submission::SubmissionRow;
use crate::store::{StoreError, Tx};

/// Most that one act records.
const MOST: i64 = MAX_BATCH as i64;

/// What can be recorded of a phone at once, if anything.
pub(super) async fn offer(
    tx: &mut Tx,
    phone: DeviceId,
    now: Timestamp,
) -> Result<Option<AtOnce>, StoreError> {
    let rows = tx.quarantined_of(phone.0, now.0, MOST).await?;
    let open: Vec<_> = rows.iter().filter(|row| row.resolved_at.is_none()).collect();
    let Some(last) = open.last() else { return Ok(None) };
    Ok(Some(AtOnce {
        act: act::fresh(),
        phone,
        until: now,
        through: u32::try_from(last.sequence).unwrap_or(u32::MAX),
        count: u32::try_from(open.len()).unwrap_or(u32::MAX),
    }))
}

/// Records what an act names, in the coordinator's name; answers how many, and which could not be
/// and why.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::SheetUsed`] when something else was done under the act's
/// identifier; [`Refusal::ChangedMeanwhile`] from a browser that was revoked meanwhile.
pub async fn record_at_once(
    office: &Office,
    present: &Present,
    wanted: AtOnce,
) -> Result<RecordedAtOnce, Error> {
    may(&present.actor, UseCase::SolveTasks)?;
    let said = json!(["recorded_at_once", wanted.phone, wanted.until, wanted.through]);
    let done = Act::new(Some(wanted.act), &said);
    let (before, rows) = begun(office, &done, wanted).await?;
    if let Some(before) = before {
        return Ok(before);
    }
    let mut told = RecordedAtOnce::default();
    for row in rows {
        match record(office, present, wanted.act, &row).await? {
            Became::Recorded => told.recorded += 1,
            Became::Left(refusal) => {
                told.left.push(LeftOver { submission: SubmissionId(row.id), refusal });
            }
            Became::Others => {}
        }
    }
    let now = office.clock.now();
    office
        .store
        .write_with((done, told), move |tx, (done, told)| {
            Box::pin(async move {
                match done.before(tx).await? {
                    Some(before) => Ok(before),
                    None => done.done(tx, told.clone(), now).await,
                }
            })
        })
        .await
}

/// What an act was answered with before, or what it is about: what waited when its page was made.
async fn begun(
    office: &Office,
    done: &Act,
    wanted: AtOnce,
) -> Result<(Option<RecordedAtOnce>, Vec<SubmissionRow>), Error> {
    let (done, until) = (done.clone(), wanted.until.min(office.clock.now()));
    let (phone, through) = (wanted.phone.0, i64::from(wanted.through));
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                if let Some(before) = done.before(tx).await? {
                    return Ok((Some(before), Vec::new()));
                }
                let mut rows = tx.quarantined_of(phone, until.0, MOST).await?;
                rows.retain(|row| row.sequence <= through);
                Ok::<_, Error>((None, rows))
            })
        })
        .await
}

/// What became of a record.
enum Became {
    /// This act has recorded it.
    Recorded,
    /// It could not be recorded.
    Left(Refusal),
    /// Somebody else has resolved it.
    Others,
}

/// Records one of them.
async fn record(
    office: &Office,
    present: &Present,
    under: SubmissionId,
    row: &SubmissionRow,
) -> Result<Became, Error> {
    let id = named_after(under, row.id);
    if row.resolved_at.is_some() {
        let own = find(office, id).await?.is_some_and(|own| own.outcome == "accepted");
        return Ok(if own { Became::Recorded } else { Became::Others });
    }
    let body = row.body.as_deref().unwrap_or_default();
    let Ok(before) = serde_json::from_str::<Submission>(body) else {
        return Ok(Became::Left(Refusal::Unreadable));
    };
    let draft = draft(office, &before, (id, before.commands.clone()));
    let refusal = match act::submit(office, present, draft).await?.outcome {
        Outcome::Accepted { .. } => return Ok(Became::Recorded),
        Outcome::Refused { refusal, .. } | Outcome::Conflict { refusal, .. } => refusal,
        Outcome::Quarantined => return gone(),
    };
    let waits = find(office, SubmissionId(row.id)).await?.is_some_and(|row| is_open(&row));
    Ok(if waits { Became::Left(refusal) } else { Became::Others })
}

/// The identifier under which an act records a submission.
fn named_after(act: SubmissionId, record: Uuid) -> SubmissionId {
    let hash = Sha256::new()
        .chain_update("huella-at-once\n")
        .chain_update(act.0.as_bytes())
        .chain_update(record.as_bytes());
    named(hash)
}
