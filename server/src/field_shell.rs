//! `/terreno/*`: the neutral shell of the field app, the same bytes for everybody.

use std::sync::LazyLock;

use app::shell::FieldShell;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;

use crate::layers::headers::Policy;
use crate::pages;

/// Rendered once: it depends on nothing but the build.
static SHELL: LazyLock<String> = LazyLock::new(|| {
    let owner = pages::own();
    let text = owner.with(|| view! { <FieldShell assets=pages::assets() /> }.to_html());
    owner.cleanup();
    text
});

/// `GET /terreno` and everything below it. Asked for again each time: the service worker keeps its
/// own copy.
///
/// It is not stored, so that WebKit does not keep the page for the way back once it was left: it
/// would keep the page's open transactions too, and the next page would wait for them in vain.
pub async fn shell() -> Response {
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    let mut response = (fresh, Html(SHELL.as_str())).into_response();
    response.extensions_mut().insert(Policy::Mounted);
    response
}
