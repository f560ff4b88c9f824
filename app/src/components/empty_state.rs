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
    /// The first step, and the button for it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <p class="empty-title">{title}</p>
            <div class="empty-body">{children()}</div>
        </div>
    }
}
