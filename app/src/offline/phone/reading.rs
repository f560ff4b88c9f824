//! How a phone learns what it holds. It is ready once it knows the newest records, and as a rule
//! all of them, from what was summed up; where an older app has left thousands, the others are read
//! while somebody works already. Whoever needs all of them waits ([`Phone::whole`]): nothing that
//! was not read counts as absent.

use super::Phone;
use crate::offline::held::{Kept, Record};
use crate::offline::queue::Queue;
use domain::id::SubmissionId;
use leptos::prelude::*;

impl Phone {
    /// Shows what is held, if it has changed.
    pub async fn take_kept(self, queue: &Queue) {
        let own = self.readings.with_value(|readings| {
            let (begun, shown) = readings.get();
            readings.set((begun + 1, shown));
            begun + 1
        });
        let Ok(kept) = queue.now().await else { return };
        // One that began later may have ended before. One that has not keeps nobody waiting, who
        // relies on it that what was read is shown.
        let is_newer = self.readings.with_value(|readings| {
            let (begun, shown) = readings.get();
            readings.set((begun, shown.max(own)));
            own > shown
        });
        if is_newer && self.kept.with_untracked(|shown| *shown != kept) {
            self.kept.set(kept);
        }
    }

    /// What is being read just now is not shown: a record was kept since that may not be in it.
    pub(super) fn pass_over_readings(self) {
        self.readings.with_value(|readings| {
            let (begun, _) = readings.get();
            readings.set((begun, begun));
        });
    }

    /// Removes what is of earlier days. What cannot be removed now goes another time: it must keep
    /// nobody from working.
    pub(super) async fn forget_days(self, queue: &Queue) {
        if let Some(day_start) = self.day_start() {
            let _ = queue.forget_before(day_start).await;
        }
    }

    /// Reads what was not read before the app was ready.
    pub(super) async fn read_rest(self) {
        if untrack(|| self.is_whole()) {
            return;
        }
        self.whole().await;
        if let Some(queue) = self.queue() {
            self.forget_days(&queue).await;
            self.take_kept(&queue).await;
        }
    }

    /// Whether every record was read.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.kept.with(Kept::is_whole)
    }

    /// How many were not.
    #[must_use]
    pub fn count_unread(self) -> u64 {
        self.kept.with(|kept| u64::from(kept.unread))
    }

    /// Waits until every record was read. A store that cannot be read keeps nobody waiting.
    pub async fn whole(self) {
        let is_whole = self.kept.with_untracked(Kept::is_whole);
        let Some(queue) = self.queue().filter(|_| !is_whole) else { return };
        if queue.all().await.is_ok() {
            self.take_kept(&queue).await;
        }
    }

    /// The record with all that it holds, if it is the one that was kept last.
    #[must_use]
    pub fn kept_last(self, id: SubmissionId) -> Option<Record> {
        self.last.with_value(|last| last.clone().filter(|record| record.held.head.id == id))
    }
}
