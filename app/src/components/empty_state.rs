//! Nothing here yet, and how to begin.

use leptos::prelude::*;

use crate::components::icon::Icon;

/// Tells that a list is empty and teaches the first step.
#[component]
pub fn EmptyState(
    /// A calm picture of what will be here.
    icon: &'static str,
    /// That nothing is here.
    #[prop(into)]
    title: String,
    /// It is all there is on the page, and its heading.
    #[prop(optional)]
    lone: bool,
    /// The first step, and the button for it.
    children: Children,
) -> impl IntoView {
    let title = match lone {
        true => view! { <h1 class="empty-title">{title}</h1> }.into_any(),
        false => view! { <p class="empty-title">{title}</p> }.into_any(),
    };
    view! {
        <div class="empty">
            <Icon name=icon />
            {title}
            <div class="empty-body">{children()}</div>
        </div>
    }
}
