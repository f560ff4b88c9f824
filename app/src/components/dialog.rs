//! A question over the page.

use leptos::html;
use leptos::prelude::*;
use phrases::common;

use crate::components::icon::Icon;
use crate::locale::locale;

/// The browser's own modal dialog: focus stays in it, Escape closes it. Needs a script; use it
/// only on hydrated and mounted pages, and prefer undo to asking.
#[component]
pub fn Dialog(
    /// Whether it is open; closing by any way sets it to false.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            // It fails only when the dialog is no longer on the page, and then nothing is due.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let label = title.clone();
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-label=label
            on:close=move |_| open.set(false)
        >
            <div class="dialog-head">
                <h2>{title}</h2>
                <button
                    class="dialog-close"
                    type="button"
                    aria-label=common::close(locale())
                    on:click=move |_| open.set(false)
                >
                    <Icon name="x" />
                </button>
            </div>
            {children()}
        </dialog>
    }
}
