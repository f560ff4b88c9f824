//! The list of the registry's chips on the phone: fetched when there is signal, kept for when there
//! is none.

use crate::offline::browser;
use crate::offline::phone::Phone;
use crate::offline::queue::SETUP;
use domain::chip_filter::ChipFilter;
use domain::chip_number::ChipNumber;
use domain::timestamp::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};

/// Its key in the store of the set-up.
const KEY: &str = "chips";
const PATH: &str = "/api/v1/field/chips";

/// A newer list is asked for after this long, in milliseconds.
const FRESH_MS: i64 = 15 * 60_000;
/// And not before so many milliseconds for each byte of it: 250 bytes a second are 7 MB in a day's
/// work, however many chips there are.
const FRESH_MS_PER_BYTE: i64 = 4;
/// A list that did not come is asked for again after this long, in milliseconds.
const RETRY_MS: i64 = 60_000;

/// The list, once there is one, and from when on a newer one is asked for.
#[derive(Default)]
pub(super) struct ChipList {
    list: RefCell<Option<ChipFilter>>,
    due_at: Cell<i64>,
}

impl Phone {
    /// Takes up the list that was kept by an earlier start.
    pub(super) async fn take_kept_chips(self) {
        let Some(queue) = self.queue() else { return };
        let Ok(Some(bytes)) = queue.bytes(SETUP, KEY).await else { return };
        if let Ok(list) = ChipFilter::read(&bytes) {
            let since = list.built_at.0.min(browser::now().0);
            self.hold_chips(list, bytes.len(), since);
        }
    }

    /// Asks for a newer list when it is time for one.
    pub(super) fn top_up_chips(self) {
        let now = browser::now().0;
        let is_due = self.with_chips(|chips| {
            let is_due = chips.due_at.get() <= now;
            if is_due {
                chips.due_at.set(now + RETRY_MS);
            }
            is_due
        });
        if is_due == Some(true) {
            spawn_local(self.fetch_chips());
        }
    }

    /// Asks for a list at once where there is none: somebody prepares the phone.
    pub fn want_chips(self) {
        self.with_chips(|chips| {
            if chips.list.borrow().is_none() {
                chips.due_at.set(0);
            }
        });
        self.top_up_chips();
    }

    async fn fetch_chips(self) {
        let Some(bytes) = browser::bytes(PATH).await else { return };
        // A network with a sign-in of its own answers everything with a page.
        let Ok(list) = ChipFilter::read(&bytes) else { return };
        self.hold_chips(list, bytes.len(), browser::now().0);
        if let Some(queue) = self.queue() {
            // Not kept means that the next start without signal has an older list, or none.
            let _ = queue.put_bytes(SETUP, KEY, &bytes).await;
        }
    }

    fn hold_chips(self, list: ChipFilter, bytes: usize, since: i64) {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let fresh_ms = bytes.saturating_mul(FRESH_MS_PER_BYTE).max(FRESH_MS);
        self.with_chips(|chips| {
            chips.due_at.set(since.saturating_add(fresh_ms));
            chips.list.replace(Some(list));
        });
        self.has_chips.set(true);
    }

    fn with_chips<T>(self, act: impl FnOnce(&ChipList) -> T) -> Option<T> {
        self.core.with_value(|core| core.as_ref().map(|(.., chips)| act(chips)))
    }

    /// How many chips the list on this phone holds, and when the registry was read for it.
    #[must_use]
    pub fn chip_list(self) -> Option<(u64, Timestamp)> {
        self.has_chips.track();
        let told = |list: &ChipFilter| (u64::from(list.chips), list.built_at);
        self.with_chips(|chips| chips.list.borrow().as_ref().map(told)).flatten()
    }

    /// When the list was made that takes the chip for known; none when it does not, or when there
    /// is no list. Wrong once in 65,536 strange chips.
    #[must_use]
    pub fn may_be_known(self, chip: ChipNumber) -> Option<Timestamp> {
        let known = |chips: &ChipList| {
            let list = chips.list.borrow();
            list.as_ref().filter(|list| list.may_know(chip)).map(|list| list.built_at)
        };
        self.with_chips(known).flatten()
    }
}
