//! What the browser says of this phone: whether it keeps what it was given, whether there is room,
//! whether the app is installed. `/phone.js` asks it; here are its words.

use crate::offline::browser;
use crate::offline::held::Kept;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The browser does not throw away what the app keeps.
pub const LASTING: &str = "lasting";
/// It may.
pub const FLEETING: &str = "fleeting";
/// Little room is left.
pub const FILLING: &str = "filling";
/// An iPhone or iPad whose app is not on the home screen, and nobody has read the word about it.
pub const OUTSIDE: &str = "outside";
/// The browser offers to install the app.
pub const INSTALLABLE: &str = "installable";

/// The script that asks the browser.
const SCRIPT: &str = "phone";
/// Reported by `/phone.js` when something of it has changed.
const CHANGED: &str = "huella-phone";

/// The browser's facts, as a context of the field pages.
#[derive(Clone, Copy)]
pub struct Insurance {
    words: RwSignal<String>,
}

impl Insurance {
    /// Asks now, whenever the browser says that something has changed, and whenever the records
    /// have: they take room.
    #[must_use]
    pub fn watch(kept: RwSignal<Kept>) -> Self {
        let insurance = Self { words: RwSignal::default() };
        browser::on_window(CHANGED, move || insurance.look());
        Effect::new(move |_| {
            kept.track();
            insurance.look();
        });
        insurance
    }

    fn look(self) {
        spawn_local(async move {
            if let Some(words) = browser::ask_script(SCRIPT, "facts", &[]).await
                && self.words.with_untracked(|known| *known != words)
            {
                self.words.set(words);
            }
        });
    }

    /// Whether this holds.
    #[must_use]
    pub fn says(self, fact: &'static str) -> Memo<bool> {
        Memo::new(move |_| self.words.with(|words| words.split(' ').any(|word| word == fact)))
    }

    /// Has something done by `/phone.js`, which reports what has changed.
    pub fn act(self, act: &'static str) {
        spawn_local(async move {
            // What was not done is offered again.
            let _ = browser::ask_script(SCRIPT, act, &[]).await;
        });
    }
}

/// Whether the browser has promised to keep what is stored here; `None` where it does not say.
pub async fn is_lasting() -> Option<bool> {
    let words = browser::ask_script(SCRIPT, "facts", &[]).await?;
    let is_said = |fact| words.split(' ').any(|word| word == fact);
    match (is_said(LASTING), is_said(FLEETING)) {
        (false, false) => None,
        (lasts, _) => Some(lasts),
    }
}
