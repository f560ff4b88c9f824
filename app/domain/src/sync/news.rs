//! What pages have done to the queue, of this tab and of others.

use super::{Event, Item, ItemState, Sync};
use crate::id::SubmissionId;
use std::collections::BTreeSet;

impl Sync {
    /// What the machine has to hear when the queue holds just these: first what went from it, so
    /// that nothing is sent before that is known, then what was written to it.
    #[must_use]
    pub fn news(&self, held: &[Item]) -> Vec<Event> {
        // Mostly there are none: both stand by their numbers.
        if self.items().map(|item| item.id).eq(held.iter().map(|item| item.id)) {
            return Vec::new();
        }
        let known: BTreeSet<_> = self.items().map(|item| item.id).collect();
        let here: BTreeSet<_> = held.iter().map(|item| item.id).collect();
        let gone = known.iter().filter(|id| !here.contains(*id)).map(|id| Event::Gone(*id));
        let new = held.iter().filter(|item| !known.contains(&item.id));
        gone.chain(new.map(|item| Event::Queued(*item))).collect()
    }

    /// Forgets what is in the queue no more; what is under way is looked at after its answer.
    /// Whether others may have waited for it.
    pub(super) fn forget(&mut self, id: SubmissionId) -> bool {
        let is_it = |item: &Item| item.id == id && item.state != ItemState::Sending;
        let at = self.entries.iter().position(|entry| is_it(&entry.item));
        at.is_some_and(|at| self.entries.remove(at).item.is_waited_for())
    }
}
