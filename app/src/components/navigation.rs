//! Ways between pages.

use leptos::prelude::*;
use phrases::common;

use crate::components::icon::Icon;
use crate::locale::locale;
use crate::routes;

/// A way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where it goes.
    pub href: String,
    /// Its words.
    pub words: String,
    /// How many things need a person there; 0 shows nothing.
    pub waiting: u64,
    /// The page is served whole: no router of the browser's takes the way to it.
    pub is_whole: bool,
}

impl Way {
    /// A way with nothing waiting.
    #[must_use]
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into(), waiting: 0, is_whole: false }
    }

    /// The way to a page that is served whole.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.is_whole = true;
        self
    }
}

/// The links of a navigation; the one whose address is `current`, or to whose part of the site it
/// belongs, is marked.
pub(super) fn links(ways: Vec<Way>, current: Signal<String>) -> impl IntoView {
    let locale = locale();
    ways.into_iter()
        .map(|way| {
            let own = way.href.clone();
            let badge = (way.waiting > 0).then(|| {
                let waiting = phrases::format::count(way.waiting, locale);
                view! { <span class="badge" data-kind="person">{waiting}</span> }
            });
            view! {
                <a
                    href=way.href
                    rel=way.is_whole.then_some("external")
                    aria-current=move || {
                        let current = current.read();
                        match current.as_str() {
                            current if current == own => Some("page"),
                            current if routes::part_of(current) == own => Some("true"),
                            _ => None,
                        }
                    }
                >
                    {way.words}
                    {badge}
                </a>
            }
        })
        .collect_view()
}

/// Views of one thing, as links.
#[component]
pub fn Tabs(
    /// What they are views of.
    #[prop(into)]
    label: String,
    /// The ways.
    ways: Vec<Way>,
    /// The address that is open.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {links(ways, current)}
        </nav>
    }
}

/// One step back, above the heading.
#[component]
pub fn BackLink(
    /// Where it goes.
    #[prop(into)]
    href: String,
) -> impl IntoView {
    view! {
        <a class="breadcrumb" href=href>
            <Icon name="chevron-left" />
            {common::back(locale())}
        </a>
    }
}

/// Which page of a long list, and the ways to its neighbours; addresses, so that it works without
/// scripts and can be sent to somebody.
#[component]
pub fn Pager(
    /// The page shown, from 1.
    now: u64,
    /// How many there are.
    total: u64,
    /// The address of the page before; empty for none.
    #[prop(optional, into)]
    previous: Option<String>,
    /// The address of the page after; empty for none.
    #[prop(optional, into)]
    next: Option<String>,
) -> impl IntoView {
    let locale = locale();
    let way = |href: Option<String>, words, rel| match href.filter(|href| !href.is_empty()) {
        Some(href) => view! { <a href=href rel=rel>{words}</a> }.into_any(),
        None => view! { <span></span> }.into_any(),
    };
    view! {
        <nav class="pager" aria-label=common::page_of(locale, now, total)>
            {way(previous, common::previous_page(locale), "prev")}
            <span class="figures">{common::page_of(locale, now, total)}</span>
            {way(next, common::next_page(locale), "next")}
        </nav>
    }
}
