//! Ways between pages.

use leptos::html;
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
    /// It is not opened every day: of a long menu it is folded.
    pub is_rare: bool,
}

impl Way {
    /// A way with nothing waiting.
    #[must_use]
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        let (href, words) = (href.into(), words.into());
        Self { href, words, waiting: 0, is_whole: false, is_rare: false }
    }

    /// The way to a page that is served whole.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.is_whole = true;
        self
    }

    /// The way to a page that is not opened every day.
    #[must_use]
    pub fn rare(mut self) -> Self {
        self.is_rare = true;
        self
    }
}

/// So many ways fit in one line beside the mark, 1,280 px wide.
const MOST_IN_LINE: usize = 10;

/// What stands in line, and what is folded behind it: nothing of a menu that fits.
fn folded(ways: Vec<Way>) -> (Vec<Way>, Vec<Way>) {
    if ways.len() <= MOST_IN_LINE {
        return (ways, Vec::new());
    }
    ways.into_iter().partition(|way| !way.is_rare)
}

/// The main navigation: what is opened every day in one line, and the rest in a list that the
/// browser folds and opens by itself, also without a script.
#[component]
pub(super) fn Menu(ways: Vec<Way>, current: Signal<String>) -> impl IntoView {
    let (line, more) = folded(ways);
    let more = (!more.is_empty()).then(|| view! { <More ways=more current=current /> });
    view! {
        <nav class="nav" aria-label=common::main_navigation(locale())>
            <div class="nav-row">{links(line, current)}</div>
            {more}
        </nav>
    }
}

/// What is folded. Closed it names the one of its pages that is open.
#[component]
fn More(ways: Vec<Way>, current: Signal<String>) -> impl IntoView {
    let node: NodeRef<html::Details> = NodeRef::new();
    // A page that the browser's router opens leaves the menu as it is.
    Effect::new(move |_| {
        current.track();
        if let Some(list) = node.get() {
            list.set_open(false);
        }
    });
    let places: Vec<_> = ways.iter().map(|way| (way.href.clone(), way.words.clone())).collect();
    let here = Signal::derive(move || {
        let current = current.read();
        let part = routes::part_of(current.as_str());
        let is_open = |href: &String| *href == *current || href == part;
        places.iter().find(|(href, _)| is_open(href)).map(|(_, words)| words.clone())
    });
    let named =
        move || here.get().map(|words| view! { <span class="nav-here">": " {words}</span> });
    view! {
        <details class="nav-more" node_ref=node>
            <summary aria-current=move || {
                here.read().is_some().then_some("true")
            }>{common::more_pages(locale())} {named} <Icon name="chevron-right" /></summary>
            <div class="nav-list">{links(ways, current)}</div>
        </details>
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(usual: usize, rare: usize) -> Vec<Way> {
        let usual = (0..usual).map(|number| Way::new(format!("/{number}"), "A"));
        let rare = (0..rare).map(|number| Way::new(format!("/r{number}"), "B").rare());
        rare.chain(usual).collect()
    }

    #[test]
    fn only_a_menu_that_does_not_fit_is_folded() {
        let (line, more) = folded(ways(6, 4));
        assert_eq!((line.len(), more.len()), (10, 0));
        let (line, more) = folded(ways(9, 6));
        assert_eq!((line.len(), more.len()), (9, 6));
        assert!(more.iter().all(|way| way.is_rare) && line.iter().all(|way| !way.is_rare));
    }
}
