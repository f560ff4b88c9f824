//! A word that something was done, with the way back.

use leptos::prelude::*;
use phrases::common;

use crate::components::live::live;
use crate::locale::locale;

/// Says what was just done and offers to undo it. The place is always there, so that assistive
/// tools read the word out when it comes; the page decides when it goes.
#[component]
pub fn Toast(
    /// What was done; none shows nothing.
    #[prop(into)]
    words: Signal<Option<String>>,
    /// Takes it back; without it no button is shown.
    #[prop(optional, into)]
    on_undo: Option<Callback<()>>,
) -> impl IntoView {
    let locale = locale();
    view! {
        <div class="toast-place" role="status">
            {live(move || {
                words
                    .get()
                    .map(|words| {
                        let undo = on_undo
                            .map(|undo| {
                                view! {
                                    <button
                                        class="button"
                                        type="button"
                                        on:click=move |_| undo.run(())
                                    >
                                        {common::undo(locale)}
                                    </button>
                                }
                            });
                        view! {
                            <div class="toast">
                                <p>{words}</p>
                                {undo}
                            </div>
                        }
                    })
            })}
        </div>
    }
}
