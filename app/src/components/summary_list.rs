//! Check your answers.

use domain::unicode::lower_case;
use leptos::prelude::*;
use phrases::common;

use crate::locale::locale;

/// Names and values under each other, made of [`SummaryRow`]s.
#[component]
pub fn SummaryList(
    /// The rows.
    children: Children,
) -> impl IntoView {
    view! { <dl class="summary">{children()}</dl> }
}

/// One name with its value.
#[component]
pub fn SummaryRow(
    /// What it is.
    #[prop(into)]
    name: String,
    /// Its value.
    children: Children,
    /// Where it can be changed.
    #[prop(optional, into)]
    change: Option<String>,
    /// Whether the value is still missing.
    #[prop(optional)]
    missing: bool,
) -> impl IntoView {
    let locale = locale();
    let state = missing.then_some("missing");
    let link = change.map(|href| {
        let what = common::change_what(locale, lower_case(&name));
        view! {
            <dd class="summary-change">
                <a href=href aria-label=what>
                    {common::change(locale)}
                </a>
            </dd>
        }
    });
    view! {
        <div class="summary-row" data-state=state>
            <dt>{name}</dt>
            <dd class="summary-value">{children()}</dd>
            {link}
        </div>
    }
}
