//! A phone whose name and count could not be read any more: it is another device, and says so.

use super::Phone;
use crate::offline::queue::{META, Queue, RENAMED};
use leptos::prelude::*;
use leptos::task::spawn_local;

impl Phone {
    /// Whether that is still to be told.
    pub(super) async fn look_whether_renamed(self, queue: &Queue) {
        let is_told = queue.former().is_empty() || !queue.is_marked(RENAMED).await;
        self.is_renamed.set(!is_told);
    }

    /// Somebody has read it, or has paired the phone anew.
    pub fn read_renamed(self) {
        self.is_renamed.set(false);
        let Some(queue) = self.queue() else { return };
        spawn_local(async move {
            // Not written means that it is told again at the next start.
            let _ = queue.delete(META, RENAMED).await;
        });
    }
}
