//! What is of one visit goes in its order, and nothing of it while something before it has no
//! answer or waits for a person: a correction that comes before what it corrects, or an animal's
//! second visit without the first that registers it, would be refused for good and for a reason of
//! its own.
//! What the desk has put away holds nothing any more: nobody there will record it, and what stands
//! behind it would be seen by nobody but this phone.

use super::{Entry, Item, ItemState, Sync};
use crate::id::SubmissionId;
use crate::refusal::Refusal;
use crate::submission::Outcome;
use std::cmp::Reverse;

impl Sync {
    /// A record that failed all alone gives way to the others; what came after it of the same visit
    /// waits for it anyway. `is_broken`: the server has said something, be it that it has trouble.
    pub(super) fn set_back(&mut self, id: SubmissionId, is_broken: bool) {
        if let Some(entry) = self.entry(id) {
            entry.setbacks = entry.setbacks.saturating_add(1);
            entry.breaks = entry.breaks.saturating_add(u16::from(is_broken));
        }
    }

    /// What has no answer and cannot go yet: see [`ahead_of`].
    #[must_use]
    pub fn held_back(&self) -> Vec<SubmissionId> {
        let open = self.entries.iter().filter(|entry| entry.item.state.is_open());
        // Few are not the first of their visit.
        let later = open.filter(|entry| entry.follows).map(|entry| &entry.item);
        let held = later.filter(|item| {
            let own = self.items().filter(|other| other.visit == item.visit);
            ahead_of(item, &own.copied().collect::<Vec<_>>()).is_some()
        });
        held.map(|item| item.id).collect()
    }

    /// A record comes to those of its visit; whether there are any.
    pub(super) fn join(&mut self, item: &Item) -> bool {
        let mut is_any = false;
        let is_own = |entry: &&mut Entry| item.visit.is_some() && entry.item.visit == item.visit;
        for entry in self.entries.iter_mut().filter(is_own) {
            (entry.follows, is_any) = (true, true);
        }
        is_any
    }
}

impl Item {
    /// Whether what came after it of its visit has to wait.
    pub(super) const fn is_waited_for(&self) -> bool {
        self.state.is_open() || (self.state.needs_person() && !self.is_put_away)
    }
}

/// Whether the desk has put away a record that stood so: it says so of what was refused, and
/// refuses at last what waited there.
#[must_use]
pub const fn is_put_away(before: ItemState, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Refused { refusal: Refusal::PutAway, .. } => true,
        Outcome::Refused { .. } => before.waits_for_desk(),
        _ => false,
    }
}

/// The record for which another has to wait of those of its visit, its own among them: the first of
/// those before it that has no answer or waits for a person. What mends a record stands in its
/// place; of both it is that one.
#[must_use]
pub fn ahead_of(item: &Item, own: &[Item]) -> Option<Item> {
    item.visit?;
    let mended = |item: &Item| {
        let is_mended = |old: &&Item| Some(old.id) == item.replaces && old.sequence < item.sequence;
        own.iter().find(is_mended).copied()
    };
    let place = |item: &Item| {
        let chain = std::iter::successors(Some(*item), mended);
        chain.fold(item.sequence, |_, first| first.sequence)
    };
    let at = place(item);
    let before = |other: &Item| Some(place(other)).filter(|place| *place < at);
    let waits = own.iter().filter(|other| other.is_waited_for());
    let ahead = waits.filter_map(|other| Some((before(other)?, Reverse(other.sequence), *other)));
    ahead.min_by_key(|(place, sequence, _)| (*place, *sequence)).map(|(.., other)| other)
}
