//! Icons of the sprite.

use leptos::prelude::*;

/// One icon of `/icons.svg` by its lucide name. It is decoration: the word beside it speaks.
/// A name that `end2end/assets/icons.json` does not list shows nothing.
#[component]
pub fn Icon(
    /// The lucide name, `circle-check`.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=move || format!("/icons.svg#{}", name.get())></use>
        </svg>
    }
}
