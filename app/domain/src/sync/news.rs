//! What pages have done to the queue, of this tab and of others.

use super::{Event, Item, ItemState, Sync};
use crate::id::SubmissionId;

/// To be looked through by halves.
pub(super) fn in_order(mut ids: Vec<SubmissionId>) -> Vec<SubmissionId> {
    ids.sort();
    ids
}

impl Sync {
    /// What the machine has to hear when the queue holds just these: first what went from it, so
    /// that nothing is sent before that is known, then what was written to it.
    #[must_use]
    pub fn news(&self, held: &[Item]) -> Vec<Event> {
        // Mostly there are none: both stand by their numbers.
        if self.items().map(|item| item.id).eq(held.iter().map(|item| item.id)) {
            return Vec::new();
        }
        let known = in_order(self.items().map(|item| item.id).collect());
        let here = in_order(held.iter().map(|item| item.id).collect());
        let mut news = Vec::new();
        for id in known.iter().filter(|id| here.binary_search(id).is_err()) {
            news.push(Event::Gone(*id));
        }
        for item in held.iter().filter(|item| known.binary_search(&item.id).is_err()) {
            // It may be read before it is written down that a correction has put it right.
            let is_mended = item.state.needs_person() && self.is_mended(item, held);
            let state = if is_mended { ItemState::Sent } else { item.state };
            news.push(Event::Queued(Item { state, ..*item }));
        }
        news
    }

    /// Whether what mends it was accepted, or what mends that.
    fn is_mended(&self, item: &Item, held: &[Item]) -> bool {
        let mends = |old: &&Item| {
            let (id, sequence) = (Some(old.id), old.sequence);
            held.iter().find(|other| other.replaces == id && other.sequence > sequence)
        };
        let newer = std::iter::successors(Some(item), mends).skip(1);
        newer.map(|newer| self.state(newer.id)).any(|state| state == Some(ItemState::Sent))
    }

    /// Forgets what is in the queue no more; what is under way is looked at after its answer.
    /// Whether others may have waited for it.
    pub(super) fn forget(&mut self, id: SubmissionId) -> bool {
        let is_it = |item: &Item| item.id == id && item.state != ItemState::Sending;
        let at = self.entries.iter().position(|entry| is_it(&entry.item));
        at.is_some_and(|at| self.entries.remove(at).item.is_waited_for())
    }
}
