//! What is known of a phone's records without reading them: which have to be read, and what is
//! written down so that the next start reads few. Here is what follows from what; the queue of the
//! field app (`offline::queue`) asks the store.
//!
//! Every transaction that changes records notes their identifiers in a log, as one change with the
//! next number, and so holds with it or not at all. A *summary* says up to which change it is true;
//! its blocks hold what is known of 256 numbers each ([`packed`]), sealed. A start reads the
//! summary, the changes after it, and the records that those name; later readings take the changes
//! that came since. The leading tab writes a newer summary now and then, and drops the changes that
//! are in it: whoever misses them begins anew.
//!
//! The records are the truth, and all of this can be made of them again. Identifiers are compared
//! with those of the store at each start: an app of before there was a log adds, removes and
//! answers records without a word. A block that does not open, a change that is missing or a
//! summary that cannot be read leave records unread, which are then read one by one.

mod asked;
mod at_hand;
mod summary;

use crate::offline::held::packed::{FORM, packed};
use crate::offline::held::{Head, Held, Kept, Record};
pub use asked::{Asks, Beginning, Names, Settling, are_many};
use at_hand::AtHand;
use domain::id::SubmissionId;
use domain::sync::ItemState;
use std::sync::Arc;
use summary::Summary;

/// So many numbers are of one block.
const BLOCK: u32 = 256;
/// After so many changes of records a newer summary is worth writing.
const ENOUGH: usize = 32;
/// A reading takes at most so many changes one by one; after more it begins anew.
const MOST_CHANGES: u32 = 512;

/// A record that has to be read.
#[derive(Clone, Copy, Debug)]
struct Unread {
    id: SubmissionId,
    has_answer: bool,
    /// It is known as it was before.
    is_known: bool,
}

/// What is known.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Up to which change; nothing before the first reading.
    seen: Option<u32>,
    /// By their numbers.
    records: Vec<Arc<Held>>,
    /// By identifier.
    unread: Vec<Unread>,
    /// What this version cannot read.
    unreadable: Vec<SubmissionId>,
    /// The summary that stands in the store; blank without one.
    summary: String,
    /// The numbers of the blocks that are true no more.
    stale: Vec<u32>,
    /// No block of the store may be relied on.
    is_stale: bool,
    /// Records that are otherwise than in the summary.
    changed: usize,
    /// Some have gone, and are to go from the blocks as well.
    is_less: bool,
    /// Submissions that wait.
    at_hand: AtHand,
    /// The vault gave no answer when records were opened: perhaps it opens them.
    is_unheard: bool,
}

impl Ledger {
    /// What has to be read when the last change has this number and this is the summary.
    #[must_use]
    pub fn asks(&self, last: u32, summary: &str) -> Asks {
        match self.seen {
            Some(seen) if seen == last => return Asks::Nothing,
            Some(seen) if seen < last && last - seen <= MOST_CHANGES => {
                return Asks::Changes(seen + 1..=last);
            }
            _ => {}
        }
        let usable = Summary::read(summary).filter(|one| one.is_usable(last));
        let blank = Beginning { blocks: Vec::new(), changes: last + 1..=last };
        let begun = |Summary { blocks, upto, .. }| Beginning { blocks, changes: upto + 1..=last };
        Asks::All(usable.map_or(blank, begun))
    }

    /// Forgets what it has seen: some change is missing.
    pub fn forget(&mut self) {
        self.seen = None;
    }

    /// Begins anew with what the blocks hold.
    pub fn begin(&mut self, last: u32, summary: String, records: Vec<Held>) {
        self.records.clear();
        self.unread.clear();
        self.unreadable.clear();
        self.at_hand = AtHand::default();
        self.stale.clear();
        (self.summary, self.seen, self.is_stale) = (summary, Some(last), false);
        self.put_off();
        for held in records {
            self.insert(held);
        }
    }

    /// These records were changed, up to this number. With what the store has, too, that is
    /// compared, and those that have gone need not be looked for one by one.
    pub fn follow(&mut self, last: u32, mut changed: Vec<SubmissionId>, there: Option<&Names>) {
        self.seen = Some(last);
        if let Some(there) = there {
            self.compare(there);
            changed.retain(|id| there.has(*id));
        }
        changed.sort();
        let is_changed = |id: &SubmissionId| changed.binary_search(id).is_ok();
        self.unreadable.retain(|id| !is_changed(id));
        let ids = self.records.iter().map(|held| held.head.id);
        let known: Vec<SubmissionId> = ids.filter(is_changed).collect();
        for id in known {
            self.ask(Unread { id, has_answer: false, is_known: true });
        }
        // Those that are not asked for by now.
        for id in changed {
            self.ask(Unread { id, has_answer: false, is_known: false });
        }
    }

    /// What does not open is closed under a key that has gone, and is not tried again: unless the
    /// vault has said nothing of it, as here.
    pub const fn unheard(&mut self) {
        self.is_unheard = true;
    }

    /// Holds what is known against what the store has: what is not there is gone, and what is new
    /// or was answered by an older app has to be read.
    pub fn compare(&mut self, there: &Names) {
        let mut is_known = vec![false; there.records.len()];
        let mut asked = Vec::new();
        let mut gone = Vec::new();
        let is_unheard = std::mem::take(&mut self.is_unheard);
        for held in &self.records {
            let Head { id, sequence, .. } = held.head;
            let Ok(at) = there.records.binary_search(&id) else {
                gone.push(sequence);
                continue;
            };
            if let Some(known) = is_known.get_mut(at) {
                *known = true;
            }
            let has_answer = there.answered.binary_search(&id).is_ok();
            let is_late = held.state.is_open() && has_answer;
            if is_late || (is_unheard && held.brief.is_none()) {
                asked.push(Unread { id, has_answer, is_known: true });
            }
        }
        if !gone.is_empty() {
            self.records.retain(|held| there.has(held.head.id));
            self.is_less = true;
        }
        for sequence in gone {
            self.touch(sequence);
        }
        self.unread.retain(|one| there.has(one.id));
        self.unreadable.retain(|id| there.has(*id));
        self.at_hand.retain(|id| there.has(id));
        let new = there.records.iter().zip(is_known).filter(|(_, is_known)| !is_known);
        for (&id, _) in new.filter(|(id, _)| !self.unreadable.contains(id)) {
            let has_answer = there.answered.binary_search(&id).is_ok();
            asked.push(Unread { id, has_answer, is_known: false });
        }
        for one in asked {
            self.ask(one);
        }
    }

    fn ask(&mut self, one: Unread) {
        if let Err(at) = self.unread.binary_search_by(|other| other.id.cmp(&one.id)) {
            self.unread.insert(at, one);
        }
    }

    /// What is to be read next, the newest first: lists begin with them.
    #[must_use]
    pub fn next(&self, most: usize) -> Vec<SubmissionId> {
        self.unread.iter().rev().take(most).map(|one| one.id).collect()
    }

    /// Whether everything was read.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.seen.is_some() && self.unread.is_empty()
    }

    /// Whether all that has to be read is known as it was before: of those little is to be read.
    #[must_use]
    pub fn is_only_changed(&self) -> bool {
        !self.unread.is_empty() && self.unread.iter().all(|one| one.is_known)
    }

    /// The record as it was known before, if what it holds could be read.
    #[must_use]
    pub fn known(&self, head: &Head) -> Option<Arc<Held>> {
        let at = self.place(head)?;
        self.records.get(at).filter(|held| held.brief.is_some()).cloned()
    }

    /// The record was read, and is this one now, light.
    pub fn put(&mut self, held: Held) {
        self.read(held.head.id);
        if !held.state.is_open() {
            self.at_hand.retain(|id| id != held.head.id);
        }
        self.touch(held.head.sequence);
        self.insert(held);
    }

    /// This tab has written these, whole, as the change of this number: they need not be read
    /// again where all changes before it have been looked at, and what they hold is known.
    pub fn wrote(&mut self, change: u32, written: Vec<Held>) {
        if self.seen.is_none_or(|seen| seen.checked_add(1) != Some(change)) {
            return;
        }
        let known = |held: Held| {
            let known = self.known(&held.head)?;
            Some(held.with_known(&known))
        };
        let Some(known) = written.into_iter().map(known).collect::<Option<Vec<_>>>() else {
            return;
        };
        self.seen = Some(change);
        for held in known {
            self.put(held);
        }
    }

    /// Which of these are not known to be sent and cleared: of the others nothing is left to clear.
    #[must_use]
    pub fn uncleared(&self, ids: &[SubmissionId]) -> Vec<SubmissionId> {
        let is_cleared = |held: &&Arc<Held>| held.is_cleared && held.state == ItemState::Sent;
        let cleared = self.records.iter().filter(is_cleared).map(|held| held.head.id);
        let mut cleared: Vec<_> = cleared.collect();
        cleared.sort();
        ids.iter().copied().filter(|id| cleared.binary_search(id).is_err()).collect()
    }

    /// The record is not in the store any more.
    pub fn gone(&mut self, id: SubmissionId) {
        self.read(id);
        self.unreadable.retain(|other| *other != id);
        self.at_hand.retain(|other| other != id);
        if let Some(at) = self.records.iter().position(|held| held.head.id == id) {
            let held = self.records.remove(at);
            self.touch(held.head.sequence);
            self.is_less = true;
        }
    }

    /// The record cannot be read by this version.
    pub fn cannot_read(&mut self, id: SubmissionId) {
        self.gone(id);
        self.unreadable.push(id);
    }

    fn read(&mut self, id: SubmissionId) {
        if let Ok(at) = self.unread.binary_search_by(|one| one.id.cmp(&id)) {
            self.unread.remove(at);
        }
    }

    /// The block of this number is true no more.
    fn touch(&mut self, sequence: u32) {
        let block = sequence / BLOCK;
        if let Err(at) = self.stale.binary_search(&block) {
            self.stale.insert(at, block);
        }
        self.changed += 1;
    }

    fn insert(&mut self, held: Held) {
        match self.place(&held.head).and_then(|at| self.records.get_mut(at)) {
            // One that has not changed stays the same, by which it is known as such at once.
            Some(known) if **known == held => {}
            Some(known) => *known = Arc::new(held),
            None => {
                let sequence = held.head.sequence;
                let at = self.records.partition_point(|other| other.head.sequence <= sequence);
                self.records.insert(at, Arc::new(held));
            }
        }
    }

    /// Where the record stands.
    fn place(&self, head: &Head) -> Option<usize> {
        let from = self.records.partition_point(|other| other.head.sequence < head.sequence);
        let same = self.records.iter().enumerate().skip(from);
        let mut same = same.take_while(|(_, other)| other.head.sequence == head.sequence);
        same.find(|(_, other)| other.head.id == head.id).map(|(at, _)| at)
    }

    /// What is known, for pages and for the sending.
    #[must_use]
    pub fn kept(&self) -> Kept {
        let record = |held: &Arc<Held>| Record { held: Arc::clone(held), outcome: None };
        let unread = self.unread.iter().filter(|one| !one.is_known);
        let open = unread.clone().filter(|one| !one.has_answer).count();
        Kept {
            records: self.records.iter().map(record).collect(),
            unreadable: count(self.unreadable.len()),
            unread: count(unread.count()),
            unread_open: count(open),
        }
    }

    /// Keeps a submission at hand until it has an answer, as long as there is room.
    pub fn keep_at_hand(&mut self, held: &Held) {
        self.at_hand.keep(held);
    }

    /// A submission that is at hand.
    #[must_use]
    pub fn at_hand(&self, id: SubmissionId) -> Option<&str> {
        self.at_hand.body(id)
    }

    /// The newer summary, once everything was read and enough is otherwise than in the one before,
    /// or something has gone that would stay in it. What nobody can read has no place in it.
    #[must_use]
    pub fn settling(&self) -> Option<Settling> {
        let seen = self.seen.filter(|_| self.unread.is_empty())?;
        if self.changed < ENOUGH && !self.is_less {
            return None;
        }
        let before = Summary::read(&self.summary);
        let (upto, stored) = before.map_or((0, Vec::new()), |one| (one.upto, one.blocks));
        let (mut numbers, mut blocks) = (Vec::new(), Vec::new());
        let number = |held: &Arc<Held>| held.head.sequence / BLOCK;
        for some in self.records.chunk_by(|one, other| number(one) == number(other)) {
            let readable = some.iter().filter(|held| held.brief.is_some());
            let mut readable = readable.map(|held| &**held).peekable();
            let Some(first) = readable.peek() else { continue };
            let own = first.head.sequence / BLOCK;
            numbers.push(own);
            if self.is_stale || self.stale.contains(&own) || !stored.contains(&own) {
                blocks.push((own, packed(readable)));
            }
        }
        let gone = stored.into_iter().filter(|one| !numbers.contains(one)).collect();
        Some(Settling {
            before: self.summary.clone(),
            summary: Summary { form: FORM, upto: seen, blocks: numbers }.write(),
            blocks,
            gone,
            changes: upto + 1..=seen,
        })
    }

    /// The newer summary was written.
    pub fn settled(&mut self, settling: &Settling) {
        self.summary.clone_from(&settling.summary);
        self.stale.clear();
        self.is_stale = false;
        self.put_off();
    }

    /// Another tab has written this one before: the next is made whole.
    pub fn outdone(&mut self, summary: String) {
        self.summary = summary;
        self.is_stale = true;
        self.put_off();
    }

    /// Waits until as much again is otherwise: the newer one could not be written just now.
    pub fn put_off(&mut self) {
        self.changed = 0;
        self.is_less = false;
    }
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
