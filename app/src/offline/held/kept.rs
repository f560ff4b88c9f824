//! Everything that a phone holds, and what the server's word says of it.

use super::{Held, Line};
use domain::id::{AnimalId, ServiceId, SubmissionId, VisitId};
use domain::submission::{Outcome, Receipt};
use domain::sync::{Agreement, Count, Item, ItemState, ahead_of, is_unnumbered};
use domain::timestamp::Timestamp;
use domain::view::AnimalCard;
use std::sync::Arc;

/// A record with its answer, once it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The record; one that has not changed is the same one at the next reading.
    pub held: Arc<Held>,
    /// What the server said.
    pub outcome: Option<Outcome>,
}

impl Record {
    /// Whether the server holds nothing under its number although it has an answer.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        self.held.is_aside || self.outcome.as_ref().is_some_and(is_unnumbered)
    }

    /// Whether it need not be kept any longer: recorded before `from`, and named by a receipt or
    /// put right by a correction that is.
    #[must_use]
    pub fn is_of_before(&self, from: Timestamp) -> bool {
        self.held.is_cleared && self.held.head.recorded_at < from
    }
}

/// What the phone holds, as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Oldest first.
    pub records: Vec<Record>,
    /// Records written by another version of the app that this one cannot read: kept, and told.
    pub unreadable: u32,
    /// Records that are there and were not read yet: nobody may take them for absent.
    pub unread: u32,
    /// Those of them without an answer.
    pub unread_open: u32,
}

impl Kept {
    /// Whether everything was read.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.unread == 0
    }

    /// The record of this number.
    #[must_use]
    pub fn numbered(&self, sequence: u32) -> Option<&Record> {
        let before = |record: &Record| record.held.head.sequence < sequence;
        let found = self.records.get(self.records.partition_point(before));
        found.filter(|record| record.held.head.sequence == sequence)
    }

    /// The records as the sending sees them, without those of which nothing can be sent.
    pub fn items(&self) -> impl Iterator<Item = Item> {
        let records = self.records.iter().filter(|record| !record.held.is_stranded());
        records.map(|record| record.held.item())
    }

    /// The record that waits for a person, and for which this one has to wait.
    #[must_use]
    pub fn held_by(&self, held: &Held) -> Option<&Record> {
        let item = Some(held.item()).filter(|item| item.state.is_open() && item.visit.is_some())?;
        let own = self.records.iter().filter(|other| other.held.head.chain() == item.visit);
        let own = own.filter(|other| !other.held.is_stranded()).map(|other| other.held.item());
        let ahead = ahead_of(&item, &own.collect::<Vec<_>>())?;
        self.record(ahead.id).filter(|_| ahead.state.needs_person())
    }

    /// Those that nobody can open, send or mend here once the vault has a new key: without an
    /// answer and a copy, or waiting for a person.
    #[must_use]
    pub fn lost_with_key(&self) -> u64 {
        let is_lost = |record: &&Record| {
            let Held { state, copy, .. } = &*record.held;
            state.needs_person() || (state.is_open() && copy.is_empty())
        };
        self.records.iter().filter(is_lost).count() as u64
    }

    /// The visit behind which another goes home that is about one of these animals: the first of
    /// theirs that has no answer, or that registers one and waits for a person. Perhaps nobody but
    /// that one registers them.
    #[must_use]
    pub fn ahead(&self, animals: &[AnimalCard]) -> Option<VisitId> {
        let is_theirs = |line: &&Line| animals.iter().any(|card| line.animal == Some(card.id));
        let is_ahead = |held: &&Held| {
            let is_stuck = held.state.needs_person() && !held.is_put_away;
            let holds = |line: &Line| held.state.is_open() || (is_stuck && line.name.is_some());
            held.lines.iter().filter(is_theirs).any(holds)
        };
        self.records.iter().map(|record| &*record.held).find(is_ahead)?.head.chain()
    }

    /// The record of this submission.
    #[must_use]
    pub fn record(&self, id: SubmissionId) -> Option<&Record> {
        self.records.iter().find(|record| record.held.head.id == id)
    }

    /// What was done to an animal at a visit and stands, whichever of its records says so.
    #[must_use]
    pub fn done_to(&self, visit: Option<VisitId>, animal: AnimalId) -> Vec<Line> {
        let annulled = self.annulled();
        let own = self.records.iter().map(|record| &record.held);
        let own = own.filter(|held| visit.is_some() && held.head.visit == visit && held.stands());
        let stands = |line: &&Line| {
            let is_done = line.animal == Some(animal) && line.service.is_some();
            is_done && line.id.is_some_and(|id| !annulled.contains(&id))
        };
        let mut done = Vec::new();
        for held in own {
            done.extend(held.lines.iter().filter(stands).cloned());
        }
        done
    }

    /// Whether everything that it did was taken back, and nothing stands in the place of that.
    #[must_use]
    pub fn is_undone(&self, held: &Held, annulled: &[ServiceId]) -> bool {
        let is_instead = |record: &Record| {
            let other = &record.held;
            let is_of_visit = other.head.visit.is_some() && other.head.visit == held.head.visit;
            let is_right = is_of_visit && other.is_correction() && other.stands();
            is_right && !other.standing(annulled).is_empty()
        };
        held.is_undone(annulled) && !self.records.iter().any(is_instead)
    }

    /// What was taken back on this phone; what the server refused to take back is there still.
    #[must_use]
    pub fn annulled(&self) -> Vec<ServiceId> {
        let stand = self.records.iter().filter(|record| !record.held.state.needs_person());
        stand.flat_map(|record| &record.held.lines).filter_map(|line| line.annuls).collect()
    }
}

/// The last receipt, beside the count that the phone itself has kept.
#[derive(Clone, Debug, PartialEq)]
pub struct LastWord {
    /// The receipt.
    pub receipt: Receipt,
    /// The last number that the phone gave to a record.
    pub last: u32,
    /// Records that went from the phone although the server may hold nothing of them.
    pub gone_aside: u32,
    /// The number up to which records are of devices that the phone was before: the word is not of
    /// those.
    pub before: u32,
}

impl LastWord {
    /// What it says of everything that the phone holds.
    #[must_use]
    pub fn beside(&self, kept: &Kept) -> Agreement {
        let unread = kept.unread.saturating_sub(kept.unread_open);
        let unknown = kept.unreadable.saturating_add(unread);
        let (mut open, mut aside, mut unknown) = (kept.unread_open, self.gone_aside, unknown);
        let own = |record: &&Record| record.held.head.sequence > self.before;
        for record in kept.records.iter().filter(own) {
            open += u32::from(record.held.state.is_open());
            aside += u32::from(record.is_aside());
            // What was stored but not cleared has a receipt that could not be written down.
            unknown += u32::from(record.held.state == ItemState::Sent && !record.held.is_cleared);
        }
        Count { last: self.last, open, aside, unknown }.beside(&self.receipt)
    }
}
