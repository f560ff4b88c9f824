//! The button of the camera, wherever a code is read. `/camera.js` has the camera itself.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, field};

use crate::components::action::{Button, Weight};
use crate::components::live::live;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::carried;
use crate::pages::handover::film_words;

/// The script that has the camera.
const SCRIPT: &str = "camera";
/// What stands before a text that was read.
const READ: &str = "read ";

/// Opens the camera, hands on the text of one code, or says why there is none. Every reading is an
/// act of its own: one tap, one text.
#[component]
pub(super) fn CameraButton(
    /// What is read: the words of the button, and the name of the view.
    words: &'static str,
    /// What was read, as if it had been typed.
    on_read: Callback<String>,
    /// After it, as a reader's Enter, which signals what it thinks of it; else a reading is good.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
    /// The codes of another phone are filmed instead, and what they hold is kept.
    #[prop(optional)]
    films: bool,
) -> impl IntoView {
    let locale = locale();
    let trouble = RwSignal::new("");
    let read = move |_| {
        spawn_local(async move {
            let (script, act, said) = match films {
                true => (carried::SCRIPT, "receive", film_words(locale)),
                false => (SCRIPT, "read", read_words(words, locale)),
            };
            let said = said.each_ref().map(String::as_str);
            let answer = browser::ask_script(script, act, &said).await.unwrap_or_default();
            let text = answer.strip_prefix(READ);
            let why = match text {
                Some(_) => "",
                None if films => why_no_film(&answer, locale),
                None => why_not(&answer, locale),
            };
            // The button may have gone with the step that held it.
            let _ = trouble.try_set(why);
            if let Some(text) = text {
                let _ = on_read.try_run(text.to_owned());
                match on_end {
                    Some(tell) => {
                        let _ = tell.try_run(());
                    }
                    None => browser::signal_scan(true),
                }
            }
        });
    };
    view! {
        <Button weight=Weight::Quiet icon="camera" on:click=read>
            {words}
        </Button>
        {live(move || {
            let words = trouble.get();
            (!words.is_empty())
                .then(|| view! { <Notice title=words tone=Tone::Person live=true /> })
        })}
    }
}

fn read_words(title: &str, locale: Locale) -> [String; 5] {
    let [hint, several] = [field::camera_hint(locale), field::camera_several(locale)];
    [title, hint, several, field::camera_light(locale), common::close(locale)].map(str::to_owned)
}

/// Why nothing was filmed or kept, and what to do.
fn why_no_film(answer: &str, locale: Locale) -> &'static str {
    match answer {
        "cancelled" => "",
        "unkept" => field::frames_unkept(locale),
        _ => field::frames_blind(locale),
    }
}

/// Why nothing was read, and what to do; nothing is said to who closed the view.
fn why_not(answer: &str, locale: Locale) -> &'static str {
    match answer {
        "cancelled" => "",
        "denied" => field::camera_denied(locale),
        "not-ready" => field::camera_unready(locale),
        _ => field::camera_none(locale),
    }
}
