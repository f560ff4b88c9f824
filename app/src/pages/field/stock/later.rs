//! A loss is kept a moment after it was said, since no command takes it back.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::live::derived;
use crate::offline::browser;
use crate::offline::held::NewRecord;
use crate::offline::phone::Phone;
use crate::routes;

/// So long it can be taken back, in milliseconds.
const UNDO_MS: i32 = 3_000;

/// What is kept by and by, and how that goes.
#[derive(Clone, Copy)]
pub(super) struct Later {
    phone: Phone,
    /// The form that it was typed in.
    draft: &'static str,
    new: StoredValue<Option<NewRecord>>,
    /// What can be taken back yet, in words; blank when nothing can.
    told: RwSignal<String>,
    /// It waits, or is being kept.
    pub(super) is_busy: RwSignal<bool>,
    pub(super) not_kept: RwSignal<bool>,
}

impl Later {
    pub(super) fn new(phone: Phone, draft: &'static str) -> Self {
        let later = Self {
            phone,
            draft,
            new: StoredValue::new(None),
            told: RwSignal::new(String::new()),
            is_busy: RwSignal::new(false),
            not_kept: RwSignal::new(false),
        };
        // Who leaves the page meant it, and who leaves the app.
        on_cleanup(move || later.keep());
        browser::on_hidden(move || later.keep());
        later
    }

    /// Keeps it after a while, unless something else is to be kept already.
    pub(super) fn begin(self, words: String, new: NewRecord) {
        if self.is_busy.get_untracked() {
            return;
        }
        let id = new.id;
        self.is_busy.set(true);
        self.told.set(words);
        self.new.set_value(Some(new));
        spawn_local(async move {
            browser::pause(UNDO_MS).await;
            // Another one that was said after this was taken back has its own while.
            let is_it = |new: &Option<NewRecord>| new.as_ref().is_some_and(|new| new.id == id);
            if self.new.try_with_value(is_it) == Some(true) {
                self.keep();
            }
        });
    }

    /// What can be taken back yet, in words.
    pub(super) fn words(self) -> Signal<Option<String>> {
        derived(move || Some(self.told.get()).filter(|words| !words.is_empty()))
    }

    /// It was not meant.
    pub(super) fn take_back(self) {
        self.new.set_value(None);
        self.told.set(String::new());
        self.is_busy.set(false);
    }

    /// Keeps what waits, once.
    fn keep(self) {
        let Some(new) = self.new.try_update_value(Option::take).flatten() else { return };
        spawn_local(async move {
            // While it is being written nobody takes it back.
            let _ = self.told.try_set(String::new());
            let is_kept = self.phone.save(new, Some((self.draft, None))).await.is_ok();
            // Whoever has left the page is elsewhere.
            if self.is_busy.try_set(is_kept).is_some() {
                return;
            }
            self.not_kept.set(!is_kept);
            if is_kept {
                browser::go(&routes::field_records(), false);
            }
        });
    }
}
