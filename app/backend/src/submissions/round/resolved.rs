//! What a person has resolved since, told with every reply for a while, since an answer may have
//! been lost on its way; and to nobody but who had sent or made it, since anybody can name a phone.
//!
//! What is more than one reply holds is told in turns: first what was told least often, of that the
//! latest. A phone that has heard news asks again at once, and so hears all of it soon.

use domain::timestamp::{DAY_MS, Timestamp};
use std::collections::{BTreeSet, HashSet};
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
