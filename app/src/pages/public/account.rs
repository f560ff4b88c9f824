//! The team's doors: signing in and out, passwords, one's own sessions. Static pages.

pub mod demo_mail;
pub mod link;
pub mod own;
pub mod password;
pub mod sign_in;

use leptos::prelude::*;

use crate::components::navigation::Way;
use crate::pages::public::PublicPage;

/// A page that says one thing and where to go next: a confirmation, or an error.
#[component]
pub fn MessagePage(
    /// What happened.
    #[prop(into)]
    title: String,
    /// What was kept and what to do, a paragraph each.
    lines: Vec<String>,
    /// Where to go; the first is the main one.
    ways: Vec<Way>,
) -> impl IntoView {
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let ways = ways
        .into_iter()
        .enumerate()
        .map(|(place, way)| {
            let kind = if place == 0 { "main" } else { "quiet" };
            view! { <a class="button" data-kind=kind href=way.href>{way.words}</a> }
        })
        .collect_view();
    view! {
        <PublicPage title=title.clone()>
            <div class="narrow flow">
                <h1>{title}</h1>
                {lines}
                <div class="actions">{ways}</div>
            </div>
        </PublicPage>
    }
}
