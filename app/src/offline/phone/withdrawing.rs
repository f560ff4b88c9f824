//! What was refused or is in conflict, and is withdrawn here.

use super::{Phone, needs_person};
use crate::offline::browser;
use crate::offline::pictures;
use domain::id::SubmissionId;
use leptos::prelude::*;

impl Phone {
    /// A person withdraws a refused or conflicting record; its pictures go once it has gone, and
    /// the server hears of it. Whether it has: when it cannot be removed, both stay.
    pub async fn withdraw(self, id: SubmissionId) -> bool {
        self.whole().await;
        let record = self
            .kept
            .with_untracked(|kept| kept.record(id).filter(|record| needs_person(record)).cloned());
        // One that has gone is not removed again.
        let Some(record) = record else { return true };
        let (Some(queue), Some(driver)) = (self.queue(), self.driver()) else { return false };
        let is_gone = queue.withdraw(&record, (self.staff(), browser::now())).await.is_ok();
        driver.queue_changed();
        if is_gone {
            pictures::withdraw(id, record.held.head.replaces).await;
            // By now what it holds is known without that record.
            driver.say();
        }
        is_gone
    }

    /// The server is there: it hears of what was withdrawn while it was not.
    pub(super) async fn tell_withdrawn(self) {
        let (Some(queue), Some(driver)) = (self.queue(), self.driver()) else { return };
        if !queue.untold().await.is_empty() {
            driver.say();
        }
    }
}
