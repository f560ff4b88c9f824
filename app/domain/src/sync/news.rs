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
            news.push(Event::Queued(*item));
        }
        news
    }

    /// Forgets what is in the queue no more; what is under way is looked at after its answer.
    /// Whether others may have waited for it.
    pub(super) fn forget(&mut self, id: SubmissionId) -> bool {
        let is_it = |item: &Item| item.id == id && item.state != ItemState::Sending;
        let at = self.entries.iter().position(|entry| is_it(&entry.item));
        at.is_some_and(|at| self.entries.remove(at).item.is_waited_for())
    }
}
