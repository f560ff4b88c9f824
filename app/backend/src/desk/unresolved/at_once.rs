//! What a phone has in quarantine, recorded at once and in the order of the phone's count: whoever
//! has handed in another's file need not press for each record of it.
//!
//! Each record is recorded by itself, with its own answer. What the register refuses waits on, with
//! its reason; what follows from it is refused then, too. The submissions are named after the act
//! and their records, so that an act that broke off, or comes twice at the same moment, does none
//! of them again. The next act goes on behind what waits on, so that no head of a phone's list that
//! cannot be recorded keeps the rest from the register; one after the other they come to an end.

use domain::desk::unresolved::{AtOnce, LeftOver, Place, RecordedAtOnce};
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
    offered(tx, act::fresh(), (phone, now), None).await
}

/// The first of what waited of a phone at a moment, behind a record.
async fn offered(
    tx: &mut Tx,
    act: SubmissionId,
    (phone, until): (DeviceId, Timestamp),
    mut after: Option<Place>,
) -> Result<Option<AtOnce>, StoreError> {
    loop {
        let rows = tx.quarantined_of(phone.0, until.0, key(after), MOST).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        let through = place(last);
        let open = rows.iter().filter(|row| row.resolved_at.is_none()).count();
        if open > 0 {
            let count = number(open);
            return Ok(Some(AtOnce { act, phone, until, after, through, count, stayed: 0 }));
        }
        after = Some(through);
    }
}

/// The act that goes on behind one that has left something, or behind others that have.
async fn next(tx: &mut Tx, wanted: AtOnce, stayed: u32) -> Result<Option<AtOnce>, StoreError> {
    if stayed == 0 {
        return Ok(None);
    }
    let act = following(wanted.act);
    let offered = offered(tx, act, (wanted.phone, wanted.until), Some(wanted.through)).await?;
    Ok(offered.map(|next| AtOnce { stayed, ..next }))
}

fn place(row: &SubmissionRow) -> Place {
    Place { sequence: row.sequence, submission: SubmissionId(row.id) }
}

/// What the store looks behind; nothing of a phone is before its beginning.
fn key(after: Option<Place>) -> (i64, Uuid) {
    after.map_or((i64::MIN, Uuid::nil()), |place| (place.sequence, place.submission.0))
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
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
    let AtOnce { phone, until, after, through, .. } = wanted;
    let said = json!(["recorded_at_once", phone, until, after, through]);
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
    told.stayed = wanted.stayed.saturating_add(number(told.left.len()));
    let now = office.clock.now();
    office
        .store
        .write_with((done, told), move |tx, (done, told)| {
            Box::pin(async move {
                if let Some(before) = done.before(tx).await? {
                    return Ok(before);
                }
                let next = next(tx, wanted, told.stayed).await?;
                done.done(tx, RecordedAtOnce { next, ..told.clone() }, now).await
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
    let (phone, after) = (wanted.phone.0, key(wanted.after));
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                if let Some(before) = done.before(tx).await? {
                    return Ok((Some(before), Vec::new()));
                }
                let mut rows = tx.quarantined_of(phone, until.0, after, MOST).await?;
                rows.retain(|row| place(row) <= wanted.through);
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

/// The identifier of the act that goes on behind one.
fn following(act: SubmissionId) -> SubmissionId {
    named(Sha256::new().chain_update("huella-at-once-next\n").chain_update(act.0.as_bytes()))
}

/// The identifier under which an act records a submission.
fn named_after(act: SubmissionId, record: Uuid) -> SubmissionId {
    let hash = Sha256::new()
        .chain_update("huella-at-once\n")
        .chain_update(act.0.as_bytes())
        .chain_update(record.as_bytes());
    named(hash)
}
