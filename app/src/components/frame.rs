//! What stands round every page of an area: the link past the navigation, header, main, footer.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use phrases::{common, public};

use crate::components::navigation::{Menu, Way, links};
use crate::locale::locale;

/// The identifier of `<main>`, where the skip link goes.
const MAIN: &str = "contenido";

/// Title and description of a page. One per page, anywhere in it.
#[component]
pub fn PageHead(
    /// What the page is about, without the product's name.
    #[prop(into)]
    title: String,
    /// One sentence for search engines and previews; public pages have one.
    #[prop(optional, into)]
    description: Option<String>,
) -> impl IntoView {
    // The server writes a title out as it is, and the browser sets it as text: a sign that both
    // take for a letter stands for the one that would open an element.
    let title = public::site_title(locale(), title.replace('<', "\u{2039}"));
    view! {
        <Title text=title />
        {description.map(|words| view! { <Meta name="description" content=words /> })}
    }
}

/// Header, main and footer round a page.
#[component]
pub fn Frame(
    /// The links of the main navigation.
    ways: Vec<Way>,
    /// The address that is open, to mark its link.
    #[prop(into)]
    current: Signal<String>,
    /// Links at the foot.
    #[prop(optional)]
    foot: Vec<Way>,
    /// A line above everything: that the data are made up.
    #[prop(optional, into)]
    ribbon: Option<String>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let locale = locale();
    view! {
        <a class="skip" href=format!("#{MAIN}")>
            {common::skip_to_content(locale)}
        </a>
        {ribbon.map(|words| view! { <aside class="ribbon">{words}</aside> })}
        <header class="header">
            <div class="header-inner">
                <Brand />
                <Menu ways=ways current=current />
            </div>
        </header>
        <main id=MAIN tabindex="-1">
            {children()}
        </main>
        <footer class="footer">
            <div class="footer-inner">
                <p>{public::footer_about(locale)}</p>
                <div class="footer-links">{links(foot, current)}</div>
            </div>
        </footer>
    }
}

/// The mark and the name, leading home.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href="/">
            <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                <use href="/mark.svg#mark"></use>
            </svg>
            {common::product(locale())}
        </a>
    }
}
