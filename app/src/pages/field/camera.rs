//! The button of the camera, wherever a code is read. `/camera.js` has the camera itself.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Locale, common, field};

use crate::components::action::{Button, Weight};
use crate::components::live::live;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;

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
    /// After it, as a reader's Enter.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
) -> impl IntoView {
    let locale = locale();
    let trouble = RwSignal::new("");
    let read = move |_| {
        spawn_local(async move {
            let said = [
                words,
                field::camera_hint(locale),
                field::camera_several(locale),
                field::camera_light(locale),
                common::close(locale),
            ];
            let answer = browser::ask_script(SCRIPT, "read", &said).await.unwrap_or_default();
            let text = answer.strip_prefix(READ);
            let why = if text.is_some() { "" } else { why_not(&answer, locale) };
            // The button may have gone with the step that held it.
            let _ = trouble.try_set(why);
            if let Some(text) = text {
                let _ = on_read.try_run(text.to_owned());
                let _ = on_end.and_then(|tell| tell.try_run(()));
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

/// Why nothing was read, and what to do; nothing is said to who closed the view.
fn why_not(answer: &str, locale: Locale) -> &'static str {
    match answer {
        "cancelled" => "",
        "denied" => field::camera_denied(locale),
        "not-ready" => field::camera_unready(locale),
        _ => field::camera_none(locale),
    }
}
