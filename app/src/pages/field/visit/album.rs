//! The pictures of the animal on the table, and of papers about it, which `/album.js` draws.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{common, field};

use crate::locale::locale;
use crate::offline::browser;
use crate::pages::field::asking::Asked;
use crate::pages::field::pictures::SCRIPT;
use crate::pages::field::visit::visit;

/// Where the script draws them.
const PLACE: &str = "fotos";

/// The pictures of the animal on the table, and the ways to take one.
#[component]
pub fn AnimalPictures() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (animal, mended, is_allowed) = visit.draft.with_untracked(|draft| {
        let animal = draft.animal.id.map(|id| id.to_string()).unwrap_or_default();
        let mended = draft.replaces.map(|id| id.to_string()).unwrap_or_default();
        (animal, mended, draft.owner.allows_photos())
    });
    spawn_local(async move {
        let words = [
            PLACE,
            &animal,
            &mended,
            if is_allowed { "1" } else { "" },
            field::picture_take_animal(locale),
            field::picture_take_paper(locale),
            field::picture_forbidden(locale),
            field::picture_most(locale),
            field::picture_unreadable(locale),
            field::picture_unkept(locale),
            field::picture_animal(locale),
            field::picture_paper(locale),
            common::remove(locale),
            field::picture_removed(locale),
            common::undo(locale),
        ];
        // Without its script there are no pictures; the visit goes on.
        let _ = browser::ask_script(SCRIPT, "show", &words).await;
    });
    view! {
        <Asked title=field::pictures(locale)>
            <div id=PLACE class="pictures"></div>
        </Asked>
    }
}
