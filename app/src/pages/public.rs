//! Public pages: served whole, no wasm; forms work without a script.
//!
//! A page is a component of plain values; the server renders it to text with [`Visit`] and, after a
//! refused form, a [`FormState`](form_state::FormState) in context.

pub mod account;
pub mod booking;
pub mod closing;
mod corrections;
pub mod day;
pub mod form_state;
pub mod found;
pub mod handover;
pub mod home;
pub mod imports;
pub mod owner;
pub mod plan;
pub mod privacy;
pub mod provisional;
pub mod public_account;
pub mod stock;
pub mod territory;
pub mod verification;
pub mod verifying;

use leptos::prelude::*;
use phrases::{common, public};

use crate::components::frame::{Frame, PageHead};
use crate::components::navigation::Way;
use crate::locale::locale;
use crate::routes;

/// What every public page knows of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The path that was asked for, to mark its link in the navigation.
    pub path: String,
    /// Whether the database holds a demonstration: the page says so.
    pub demonstration: bool,
}

/// Head, navigation and foot round a public page.
#[component]
pub fn PublicPage(
    /// What the page is about.
    #[prop(into)]
    title: String,
    /// One sentence for search engines.
    #[prop(optional, into)]
    description: Option<String>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let locale = locale();
    let visit = use_context::<Visit>().unwrap_or_default();
    let ways = vec![
        Way::new(routes::OPEN, phrases::booking::nav_outreaches(locale)),
        Way::new(routes::CERTIFICATES, public::nav_certificate(locale)),
        Way::new(routes::FOUND_PET, public::nav_found(locale)),
        Way::new(routes::VERIFYING, public::nav_verify(locale)),
        Way::new(routes::PUBLIC_ACCOUNT, public::nav_account(locale)),
    ];
    let foot = vec![
        Way::new(routes::PRIVACY, public::nav_privacy(locale)),
        Way::new(routes::SIGN_IN, public::nav_staff(locale)),
    ];
    let head = match description {
        Some(words) => view! { <PageHead title=title description=words /> }.into_any(),
        None => view! { <PageHead title=title /> }.into_any(),
    };
    let frame = if visit.demonstration {
        let ribbon = common::demonstration(locale);
        view! {
            <Frame ways=ways current=visit.path foot=foot ribbon=ribbon>
                {children()}
            </Frame>
        }
        .into_any()
    } else {
        view! {
            <Frame ways=ways current=visit.path foot=foot>
                {children()}
            </Frame>
        }
        .into_any()
    };
    view! {
        {head}
        {frame}
    }
}
