//! Who comes: asked for when there is signal, kept sealed for when there is none.

use crate::offline::arrivals::Arrivals;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::offline::phone::Phone;
use crate::offline::queue::SETUP;
use crate::offline::registry;
use domain::id::OutreachId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

/// Its key in the store of the set-up.
const KEY: &str = "arrivals";

impl Phone {
    /// Takes up what was kept by an earlier start, unless the server has answered already.
    pub(super) async fn take_kept_arrivals(self) {
        let Some(queue) = self.queue() else { return };
        let kept = queue.get(SETUP, KEY).await.ok().flatten();
        if self.arrivals.with_untracked(Option::is_none) {
            self.arrivals.set(kept);
        }
    }

    /// Asks who is expected here when there is signal, and for places and numbers to give without
    /// it when they are wanted: by who opens the page of the door, not by every phone.
    pub fn top_up_arrivals(self, wants_places: bool) {
        let (here, network) = untrack(|| (self.here(), self.network()));
        let Some(here) = here.filter(|_| network == Network::Online) else { return };
        spawn_local(async move {
            let Some(queue) = self.queue() else { return };
            // Without an answer, what is here serves on.
            let Ok(expected) = registry::bookings(here).await else { return };
            self.change_arrivals(here, |arrivals| arrivals.expected = expected);
            if wants_places {
                let asked = self.arrivals.with_untracked(|kept| {
                    let kept = kept.as_ref()?;
                    Some(kept.asked(queue.device(), browser::new_id))
                });
                // A phone that is not paired is lent nothing.
                if let Some(asked) = asked
                    && let Ok(held) = registry::places(&asked).await
                {
                    self.change_arrivals(here, |arrivals| arrivals.hold(held));
                }
            }
        });
    }

    /// The number and the place that were given are given.
    pub fn note_given(self, share: Option<Uuid>) {
        let Some(here) = untrack(|| self.here()) else { return };
        self.change_arrivals(here, |arrivals| arrivals.give(share));
    }

    /// Changes what is known of an outreach's door, and keeps it.
    fn change_arrivals(self, here: OutreachId, change: impl FnOnce(&mut Arrivals)) {
        let before = self.arrivals.get_untracked().filter(|kept| kept.outreach == here);
        let mut now = before.unwrap_or_else(|| Arrivals::none(here));
        change(&mut now);
        let text = serde_json::to_string(&now);
        self.arrivals.set(Some(now));
        let (Some(queue), Ok(text)) = (self.queue(), text) else { return };
        spawn_local(async move {
            // Not kept means that the next start without signal has an older one, or none.
            let _ = queue.put_text(SETUP, KEY, &text).await;
        });
    }

    /// Who is expected here; nothing while it was never asked.
    #[must_use]
    pub fn arrivals(self) -> Option<Arrivals> {
        let here = self.here()?;
        self.arrivals.with(|kept| kept.clone().filter(|kept| kept.outreach == here))
    }
}
