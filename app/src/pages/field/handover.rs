//! A copy of what waits, as a file to be handed in from elsewhere (`/handover.js`): for a phone
//! whose PIN was forgotten, or that does not last until there is signal.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, field};

use crate::components::action::{Button, Weight};
use crate::components::live::{When, live};
use crate::components::notice::Notice;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::pages::field::phone;
use crate::routes;

/// The script that makes it.
const SCRIPT: &str = "handover";

/// On a phone that is not open: while something waits.
#[component]
pub(super) fn ClosedHandover() -> impl IntoView {
    let waits = RwSignal::new(false);
    spawn_local(async move {
        let count = browser::ask_script(SCRIPT, "count", &[]).await;
        let _ = waits.try_set(count.is_some_and(|count| count != "0"));
    });
    view! { <Handover waits=waits /> }
}

/// Among the records: a copy of those that wait, and the way in for another phone's.
#[component]
pub(super) fn OpenHandover() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let waits = Memo::new(move |_| {
        phone.kept.with(|kept| {
            let mut held = kept.records.iter().map(|record| &record.held);
            held.any(|held| held.state.is_open() && !held.copy.is_empty())
        })
    });
    view! {
        <Handover waits=waits />
        <When holds=Memo::new(move |_| phone.network() == Network::Online)>
            <p class="notice-line">
                <a href=routes::HAND_IN>{field::handover_take_in(locale)}</a>
            </p>
        </When>
    }
}

#[component]
fn Handover(#[prop(into)] waits: Signal<bool>) -> impl IntoView {
    let locale = locale();
    let (is_busy, told) = (RwSignal::new(false), RwSignal::new(String::new()));
    let make = move || {
        is_busy.set(true);
        spawn_local(async move {
            let made = browser::ask_script(SCRIPT, "make", &[]).await;
            let _ = told.try_set(words(made, locale));
            let _ = is_busy.try_set(false);
        });
    };
    view! {
        <When holds=waits>
            <section class="flow">
                <Button
                    weight=Weight::Quiet
                    icon="download"
                    busy=is_busy
                    on:click=move |_| make()
                >
                    {field::handover_make(locale)}
                </Button>
                <p class="notice-line">{field::handover_lead(locale)}</p>
                {live(move || {
                    let words = told.get();
                    (!words.is_empty()).then(|| view! { <Notice title=words live=true /> })
                })}
            </section>
        </When>
    }
}

/// What the script said: how many records are in the file, and how many are not; nothing when the
/// person turned back.
fn words(made: Option<String>, locale: Locale) -> String {
    let Some(made) = made else { return field::handover_failed(locale).to_owned() };
    let Some((copies, lacking)) = made.split_once(' ') else { return String::new() };
    let mut words = field::handover_made(locale, copies.parse().unwrap_or_default());
    let lacking: u64 = lacking.parse().unwrap_or_default();
    if lacking > 0 {
        words.push(' ');
        words.push_str(&field::handover_left(locale, lacking));
    }
    words
}
