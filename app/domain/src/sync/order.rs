//! What is of one visit goes in its order: a correction that comes before what it corrects would be
//! refused for good.

use super::{Entry, Item, Sync};
use crate::id::SubmissionId;

impl Sync {
    /// A record that failed all alone gives way to the others, and with it what came after it of
    /// the same visit.
    pub(super) fn set_back(&mut self, id: SubmissionId) {
        let Some(entry) = self.entry(id) else { return };
        entry.setbacks = entry.setbacks.saturating_add(1);
        let Entry { item, setbacks, .. } = *entry;
        for later in self.entries.iter_mut().filter(|later| follows(&later.item, &item)) {
            later.setbacks = later.setbacks.max(setbacks);
        }
    }

    /// A new record gives way as much as what it follows, while that has no answer.
    pub(super) fn line_up(&mut self, item: &Item) {
        let before = |entry: &&Entry| entry.item.state.is_open() && follows(item, &entry.item);
        let most = self.entries.iter().filter(before).map(|entry| entry.setbacks).max();
        if let Some(entry) = self.entry(item.id) {
            entry.setbacks = entry.setbacks.max(most.unwrap_or_default());
        }
    }
}

/// Whether a record came after another of the same visit.
fn follows(later: &Item, earlier: &Item) -> bool {
    later.visit.is_some() && later.visit == earlier.visit && later.sequence > earlier.sequence
}
