//! What was refused or is in conflict, and is withdrawn here.

use super::{Phone, needs_person};
use crate::offline::browser;
use crate::offline::held::Record;
use crate::offline::pictures;
use crate::offline::withdrawn::kept;
use domain::id::SubmissionId;
use domain::submission::Withdrawn;
use leptos::prelude::*;

impl Phone {
    /// A person withdraws a refused or conflicting record; its pictures go once it has gone, and
    /// the server hears of it. Whether it has: when it cannot be removed, both stay.
    pub async fn withdraw(self, id: SubmissionId) -> bool {
        self.whole().await;
        let mended = self.kept.with_untracked(|kept| {
            let waiting = kept.record(id).filter(|record| needs_person(record));
            waiting.map(|record| (record.held.head.replaces, self.is_to_be_told(record)))
        });
        // One that has gone is not removed again.
        let Some((mended, is_to_be_told)) = mended else { return true };
        let (Some(queue), Some(driver)) = (self.queue(), self.driver()) else { return false };
        let is_gone = queue.clear(&[id]).await.is_ok();
        if is_gone && is_to_be_told {
            kept::note(&queue, Withdrawn { id, at: browser::now() }).await;
        }
        driver.queue_changed();
        if is_gone {
            pictures::withdraw(id, mended).await;
            // By now what it holds is known without that record.
            driver.say();
        }
        is_gone
    }

    /// The server is there: it hears of what was withdrawn while it was not.
    pub(super) async fn tell_withdrawn(self) {
        let (Some(queue), Some(driver)) = (self.queue(), self.driver()) else { return };
        if !kept::untold(&queue).await.is_empty() {
            driver.say();
        }
    }

    /// Whether the desk may still ask for it, and believes this person: not where the server holds
    /// nothing of it, the desk has put it away, or somebody else has made it.
    fn is_to_be_told(self, record: &Record) -> bool {
        let held = &record.held;
        let is_own = held.head.actor.is_none_or(|maker| Some(maker) == self.staff());
        is_own && !record.is_aside() && !held.is_put_away
    }
}
