//! A copy of what waits, as a file to be handed in from elsewhere or as codes that another phone
//! films (`/handover.js`): for a phone whose PIN was forgotten, or that does not last until there
//! is signal.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, field};

use crate::components::action::{Button, Weight};
use crate::components::live::{When, live};
use crate::components::notice::Notice;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::connectivity::Signal as Network;
use crate::pages::field::camera::CameraButton;
use crate::pages::field::carried::CarriedNotice;
use crate::pages::field::phone;
use crate::routes;

/// The script that makes it.
const SCRIPT: &str = "handover";
/// Its acts: the file, and the codes.
const MAKE: &str = "make";
const SHOW: &str = "show";

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
        <CarriedNotice />
        <CameraButton
            words=field::frames_receive(locale)
            on_read=Callback::new(|_| ())
            films=true
        />
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
    let run = move |act: &'static str| {
        // The codes stand over the page, and the focus comes back to their button.
        is_busy.set(act == MAKE);
        spawn_local(async move {
            let shown = field::frames_shown(locale, "{got}", "{of}");
            let said = [
                field::frames_show(locale),
                field::frames_show_hint(locale),
                shown.as_str(),
                field::frames_pause(locale),
                field::frames_slower(locale),
                common::close(locale),
            ];
            let made = browser::ask_script(SCRIPT, act, &said).await;
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
                    on:click=move |_| run(MAKE)
                >
                    {field::handover_make(locale)}
                </Button>
                <Button
                    weight=Weight::Quiet
                    icon="qr-code"
                    busy=is_busy
                    on:click=move |_| run(SHOW)
                >
                    {field::frames_show(locale)}
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

/// What the script said: how many records are in the file, and how many are not; of codes that
/// were shown the latter alone; nothing when the person turned back.
fn words(made: Option<String>, locale: Locale) -> String {
    let Some(made) = made else { return field::handover_failed(locale).to_owned() };
    if made == "too-large" {
        return field::frames_too_many(locale).to_owned();
    }
    let (copies, lacking) = made.split_once(' ').unwrap_or(("", made.as_str()));
    let made = match copies.parse::<u64>() {
        Ok(copies) => field::handover_made(locale, copies),
        Err(_) => String::new(),
    };
    match lacking.parse::<u64>() {
        Ok(lacking @ 1..) => {
            let left = field::handover_left(locale, lacking);
            format!("{made} {left}").trim_start().to_owned()
        }
        _ => made,
    }
}
