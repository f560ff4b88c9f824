//! What narrows a list: a plain form that works without a script, and whose answers stand in the
//! address.

use leptos::prelude::*;
use phrases::coordination as say;

use crate::locale::locale;

/// The form, round its questions.
#[component]
pub(super) fn Filters(
    /// The page of the list.
    action: String,
    children: Children,
) -> impl IntoView {
    view! {
        <form class="filters" method="get" action=action>
            {children()}
            <button class="button" data-kind="quiet" type="submit">
                {say::filter(locale())}
            </button>
        </form>
    }
}

/// Asks for one of some, or for all.
#[component]
pub(super) fn OneOf(
    /// Its name in the address.
    name: &'static str,
    /// What is asked.
    title: &'static str,
    /// What there is, each with its words.
    choices: Vec<(String, String)>,
    /// What is chosen; empty for all.
    chosen: String,
) -> impl IntoView {
    let choices = choices
        .into_iter()
        .map(|(value, words)| {
            let is_chosen = value == chosen;
            view! {
                <option value=value selected=is_chosen>
                    {words}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" for=name>
                {title}
            </label>
            <select class="input" id=name name=name>
                <option value="">{say::all(locale())}</option>
                {choices}
            </select>
        </div>
    }
}
