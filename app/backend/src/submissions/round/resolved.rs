//! What a person has resolved since, told with every reply for a while, since an answer may have
//! been lost on its way; and to nobody but who had sent or made it, since anybody can name a phone.
//! A phone that comes back later than that asks by name after what it still holds, and is told
//! what became of it, however long ago.
//!
//! What is more than one reply holds is told in turns: first what was told least often, of that the
//! latest. A phone that has heard news asks again at once, and so hears all of it soon.

use domain::id::SubmissionId;
use domain::timestamp::{DAY_MS, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

use super::earlier::of_maker;
use super::{Through, sender_of};
use crate::error::Error;
use crate::records::from_json;
use crate::store::Tx;
use crate::submissions::Kept;
use crate::submissions::intake::Job;

/// How long a resolved submission is told to its phone, in milliseconds: 30 days.
const RESOLVED_MS: i64 = 30 * DAY_MS;
/// Most resolved submissions that one reply tells.
const MOST: i64 = 250;

/// What the reply to each of some batches tells.
pub(super) async fn told(
    tx: &mut Tx,
    jobs: &[Job],
    at: &[Timestamp],
) -> Result<Vec<Vec<Kept>>, Error> {
    let senders: BTreeSet<_> = jobs.iter().filter(|job| listens(job)).map(sender_of).collect();
    let senders: Vec<_> = senders.into_iter().collect();
    let since = at.iter().map(|at| at.0 - RESOLVED_MS).min().unwrap_or_default();
    let phones: Vec<_> = senders.iter().map(|(phone, _)| *phone).collect();
    // Mostly there is nothing to tell, which one short look says for all.
    let rows = match !phones.is_empty() && tx.has_resolved(&phones, since).await? {
        true => tx.resolved_answers(&senders, since, MOST).await?,
        false => Vec::new(),
    };
    let (mut told, mut in_turns) = (Vec::with_capacity(jobs.len()), BTreeSet::new());
    for job in jobs {
        let sender = sender_of(job);
        let own = rows.iter().filter(|(phone, to, ..)| listens(job) && (*phone, *to) == sender);
        let mut kept = Vec::new();
        for (_, told_to, maker, answer) in own {
            kept.push(of_maker(from_json(answer)?, maker == told_to));
        }
        if i64::try_from(kept.len()).is_ok_and(|count| count >= MOST) {
            in_turns.extend(kept.iter().map(id_of));
        }
        told.push(kept);
    }
    if !in_turns.is_empty() {
        tx.note_told(&in_turns.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(told)
}

/// What became of those that each of some batches asks after: those that somebody has resolved, and
/// those that the register has taken since.
pub(super) async fn asked(tx: &mut Tx, jobs: &[Job]) -> Result<Vec<Vec<Kept>>, Error> {
    let ids: BTreeSet<_> = jobs.iter().flat_map(asks).map(|id| id.0).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = if ids.is_empty() { Vec::new() } else { tx.known_submissions(&ids).await? };
    let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut told = Vec::with_capacity(jobs.len());
    for job in jobs {
        let (phone, to) = sender_of(job);
        let mut kept = Vec::new();
        for row in asks(job).iter().filter_map(|id| rows.get(&id.0)) {
            let is_own = row.device_id == phone && [row.staff_id, row.maker_id].contains(&to);
            if is_own && (row.resolved_at.is_some() || row.outcome == "accepted") {
                kept.push(of_maker(from_json(&row.answer)?, row.maker_id == to));
            }
        }
        told.push(kept);
    }
    Ok(told)
}

fn asks(job: &Job) -> &[SubmissionId] {
    let report = job.report.as_ref().filter(|_| listens(job));
    report.map(|report| report.asks.as_slice()).unwrap_or_default()
}

/// Whether somebody reads what the reply says of earlier submissions: a desk shows it otherwise,
/// and so does the page where a file was handed in.
fn listens(job: &Job) -> bool {
    matches!(job.through, Through::Phone | Through::Copies)
}

fn id_of(kept: &Kept) -> Uuid {
    kept.answer.id.0
}

/// The same without what comes again.
pub(super) fn each_once(all: impl Iterator<Item = Kept>) -> Vec<Kept> {
    let mut seen = HashSet::new();
    all.filter(|kept| seen.insert(id_of(kept))).collect()
}
