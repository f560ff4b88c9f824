//! Cards for a few things to choose from, rows for many.

use leptos::prelude::*;

use crate::components::icon::{Icon, LiveIcon};
use crate::components::notice::Tone;

/// A card whose whole face follows its one link.
#[component]
pub fn LinkCard(
    /// Where it goes.
    #[prop(into)]
    href: String,
    /// Its name; the link's words.
    #[prop(into)]
    title: String,
    /// What is behind it; no links in it.
    children: Children,
) -> impl IntoView {
    view! {
        <article class="card">
            <h2 class="card-title">
                <a href=href>{title}</a>
            </h2>
            {children()}
        </article>
    }
}

/// A framed piece of a page.
#[component]
pub fn Card(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <h2 class="card-title">{title}</h2>
            {children()}
        </section>
    }
}

/// A thing of a list that one goes to; stands inside `<ul class="rows"><li>`.
#[component]
pub fn LinkRow(
    /// Where it goes.
    #[prop(into)]
    href: String,
    /// What it is.
    #[prop(into)]
    title: String,
    /// The line under it.
    #[prop(into)]
    detail: Signal<String>,
    /// Its icon, or that of its state.
    #[prop(into)]
    icon: Signal<&'static str>,
    /// Its state.
    #[prop(optional, into)]
    tone: Signal<Tone>,
) -> impl IntoView {
    view! {
        <a class="row" href=href data-state=move || tone.get().code()>
            <LiveIcon name=icon />
            <span>
                <span class="row-title">{title}</span>
                <span class="row-detail">{detail}</span>
            </span>
            <Icon name="chevron-right" />
        </a>
    }
}
