//! Where one is on a way of several screens.

use leptos::prelude::*;
use phrases::common;

use crate::components::live::{each, live};
use crate::locale::locale;

/// A track with the step in words; `now` counts from 1.
#[component]
pub fn Steps(
    /// The step one is at.
    now: Memo<u64>,
    /// How many there are.
    total: u64,
) -> impl IntoView {
    let locale = locale();
    let marks = each(1..=total, |step| {
        let state = move || match now.get() {
            now if step < now => Some("done"),
            now if step == now => Some("now"),
            _ => None,
        };
        view! { <li data-state=state></li> }
    });
    view! {
        <div class="steps">
            <p>{live(move || common::progress_step(locale, now.get(), total))}</p>
            <ol class="steps-track" aria-hidden="true">
                {marks}
            </ol>
        </div>
    }
}
