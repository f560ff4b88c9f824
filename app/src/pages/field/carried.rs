//! What this phone carries of others: it filmed their codes, and hands in what they hold once there
//! is signal. `/carried.js` keeps it and sends it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::field;

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::live::{When, derived, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::offline::phone::Phone;
use crate::routes;

/// The script that has it.
pub(super) const SCRIPT: &str = "carried";
/// Reported by it when something of it has changed.
const CHANGED: &str = "huella-carried";

/// What the script said last, as a context of the field pages.
#[derive(Clone, Copy)]
pub(super) struct Carried {
    words: RwSignal<String>,
    phone: Phone,
}

impl Carried {
    /// Looks now, whenever something has changed, and whenever the server comes within reach: then
    /// what is carried is sent. The script reports now and then while it carries something.
    pub(super) fn watch(phone: Phone) -> Self {
        let carried = Self { words: RwSignal::default(), phone };
        browser::on_window(CHANGED, move || {
            carried.look();
            // Who has nothing of the own to send does not notice that the server is there again.
            if !untrack(|| carried.goes()) {
                spawn_local(phone.prepare());
            }
        });
        let goes = memo(move || carried.goes());
        Effect::new(move |_| {
            goes.with(|_| ());
            carried.look();
        });
        carried
    }

    /// Whether the server can be reached, and knows who speaks.
    fn goes(self) -> bool {
        self.phone.network() == Network::Online && !self.phone.is_signed_out.get()
    }

    fn look(self) {
        // What is here is told before it is sent, which may take long on a slow line.
        let acts: &[&str] = if untrack(|| self.goes()) { &["", "send"] } else { &[""] };
        spawn_local(async move {
            for &may in acts {
                if let Some(words) = browser::ask_script(SCRIPT, "look", &[may]).await {
                    self.words.set(words);
                }
            }
        });
    }

    /// One of the words that the script said; blank when it said none there.
    fn word(self, at: usize) -> String {
        self.words.with(|words| words.split(' ').nth(at).unwrap_or_default().to_owned())
    }

    /// Records of others that are here.
    pub(super) fn count(self) -> u64 {
        self.word(0).parse().unwrap_or_default()
    }

    /// Those of them that the server did not take.
    fn refused(self) -> u64 {
        self.word(1).parse().unwrap_or_default()
    }
}

/// What is carried, what the server did not take of it, and what became of what it took.
#[component]
pub(super) fn CarriedNotice() -> impl IntoView {
    let (carried, locale) = (expect_context::<Carried>(), locale());
    let refused = memo(move || carried.refused());
    let waiting = memo(move || carried.count().saturating_sub(refused.get()));
    let told = memo(move || carried.word(2));
    let let_go = move |_| {
        spawn_local(async move {
            // What could not be dropped is told again.
            let _ = browser::ask_script(SCRIPT, "drop", &[]).await;
        });
    };
    view! {
        <When holds=memo(move || waiting.get() > 0)>
            <Notice
                title=derived(move || field::carried(locale, waiting.get()))
                tone=Tone::Waiting
                live=true
            >
                <p>{field::carried_next(locale)}</p>
                <When holds=memo(move || !carried.word(3).is_empty())>
                    <p>{field::carried_slow(locale)}</p>
                </When>
            </Notice>
        </When>
        <When holds=memo(move || refused.get() > 0)>
            <Notice
                title=derived(move || field::carried_refused(locale, refused.get()))
                tone=Tone::Person
                live=true
            >
                <p>{field::carried_refused_next(locale)}</p>
                <Button weight=Weight::Grave on:click=let_go>
                    {field::carried_drop(locale)}
                </Button>
            </Notice>
        </When>
        {live(move || {
            let told = told.get();
            (!told.is_empty())
                .then(|| {
                    let summary = format!("{}?{told}", routes::HAND_IN);
                    view! {
                        <Notice title=field::carried_sent(locale) tone=Tone::Kept live=true>
                            <LinkButton href=summary weight=Weight::Plain>
                                {field::carried_summary(locale)}
                            </LinkButton>
                        </Notice>
                    }
                })
        })}
    }
}
