//! Icons of the sprite.

use leptos::prelude::*;

/// One icon of `/icons.svg` by its lucide name. It is decoration: the word beside it speaks.
/// A name that `end2end/assets/icons.json` does not list shows nothing.
#[component]
pub fn Icon(
    /// The lucide name, `circle-check`.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=address(name)></use>
        </svg>
    }
}

/// An icon that follows what it says. Most do not, and are many in a list.
#[component]
pub fn LiveIcon(
    /// The lucide name just now.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=move || address(name.get())></use>
        </svg>
    }
}

fn address(name: &str) -> String {
    format!("/icons.svg#{name}")
}
