//! What the team has taken along in its box: asked for when there is signal, kept sealed for when
//! there is none.

use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::offline::json;
use crate::offline::phone::Phone;
use crate::offline::queue::SETUP;
use crate::offline::registry;
use crate::offline::stock::{Contents, Told, numbers};
use domain::id::{OutreachId, SubmissionId};
use domain::timestamp::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Its key in the store of the set-up.
const KEY: &str = "stock";

impl Phone {
    /// Takes up what was kept by an earlier start, unless the server has answered already.
    pub(super) async fn take_kept_stock(self) {
        let Some(queue) = self.queue() else { return };
        let kept = queue.get(SETUP, KEY).await.ok().flatten();
        if self.told.with_untracked(Option::is_none) {
            self.told.set(kept);
        }
    }

    /// Asks what is in the box here when there is signal, unless it was asked less than `fresh_ms`
    /// ago.
    pub fn top_up_stock(self, fresh_ms: i64) {
        let (here, network) = untrack(|| (self.here(), self.network()));
        let is_heard = network == Network::Online && !self.is_signed_out.get_untracked();
        let Some(here) = here.filter(|_| is_heard) else { return };
        let now = browser::now();
        let is_fresh = self.told.with_untracked(|told| {
            let told = told.as_ref().filter(|told| told.outreach == here);
            told.is_some_and(|told| now.is_soon_after(told.asked_at, fresh_ms))
        });
        if is_fresh || self.is_asking_stock.with_value(|busy| busy.replace(true)) {
            return;
        }
        spawn_local(async move {
            // Which of its records the server knows is said of all of them.
            self.whole().await;
            let now = browser::now();
            let (last, waiting) = self.kept.with_untracked(numbers);
            // Without an answer, what is here serves on.
            if let Some(queue) = self.queue()
                && let Ok(stock) = registry::stock(here, queue.device()).await
            {
                let told = Told { outreach: here, asked_at: now, last, waiting, stock };
                // Not kept means that the next start without signal has an older one, or none.
                let _ = queue.put_text(SETUP, KEY, &json::write(&told)).await;
                self.told.set(Some(told));
            }
            self.is_asking_stock.with_value(|busy| busy.set(false));
        });
    }

    fn here(self) -> Option<OutreachId> {
        self.outreach().map(|view| view.outreach.id)
    }

    fn with_told<T>(self, act: impl FnOnce(&Told) -> T) -> Option<T> {
        let here = self.here()?;
        self.told.with(|told| told.as_ref().filter(|told| told.outreach == here).map(act))
    }

    /// When the server was asked last what is in the box here, and whether what it told is this
    /// phone's alone; none when it was never asked.
    #[must_use]
    pub fn stock_told(self) -> Option<(Timestamp, bool)> {
        self.with_told(|told| (told.asked_at, told.stock.is_own))
    }

    /// The box as it should stand by now, as if the record that is being mended had taken nothing;
    /// none where nothing is allotted, and until all records were read.
    #[must_use]
    pub fn contents(self, mended: Option<SubmissionId>) -> Option<Contents> {
        let now = |told: &Told| self.kept.with(|kept| told.contents(kept, mended));
        let is_known = |told: &Told| told.is_any() && self.is_whole();
        self.with_told(|told| is_known(told).then(|| now(told))).flatten()
    }
}
