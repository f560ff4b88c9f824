//! Pictures of records that were kept: how many wait to be sent, and those that a person has to
//! look at, which `/album.js` draws.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{common, field};

use crate::components::live::{When, derived, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::pictures::Pictures;

/// The script that draws pictures.
pub(super) const SCRIPT: &str = "album";
/// Where it draws those that could not be sent.
const TROUBLE_PLACE: &str = "fotos-pendientes";

/// How many there are.
pub(super) fn pictures() -> RwSignal<Pictures> {
    expect_context()
}

/// How many wait to be sent, and that nothing but the open app sends them.
#[component]
pub(super) fn PicturesToSend() -> impl IntoView {
    let (pictures, locale) = (pictures(), locale());
    let words = derived(move || field::pictures_to_send(locale, pictures.get().waiting));
    view! {
        <When holds=memo(move || pictures.get().waiting > 0)>
            <Notice title=words tone=Tone::Waiting>
                <p>{field::pictures_next(locale)}</p>
            </Notice>
        </When>
    }
}

/// Those that could not be sent: each with the reason and what a person can do.
#[component]
pub(super) fn PicturesInTrouble() -> impl IntoView {
    let (pictures, locale) = (pictures(), locale());
    let failed = memo(move || pictures.get().failed);
    live(move || {
        let count = failed.get();
        (count > 0).then(|| {
            spawn_local(async move {
                let words = [
                    TROUBLE_PLACE,
                    field::picture_animal(locale),
                    field::picture_paper(locale),
                    common::retry(locale),
                    field::throw_draft(locale),
                    field::picture_removed(locale),
                    common::undo(locale),
                    field::picture_refused(locale),
                    field::picture_damaged(locale),
                    field::picture_unknown(locale),
                    field::picture_shut(locale),
                ];
                // Without its script they wait, and are counted.
                let _ = browser::ask_script(SCRIPT, "showTrouble", &words).await;
            });
            view! {
                <Notice title=field::pictures_failed(locale, count) tone=Tone::Person>
                    <ul id=TROUBLE_PLACE class="picture-list"></ul>
                </Notice>
            }
        })
    })
}
