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
    let owner = Owner::new();
    let text = owner.with(|| view! { <FieldShell assets=pages::assets() /> }.to_html());
    owner.cleanup();
    text
});

/// `GET /terreno` and everything below it. Asked for again each time: the service worker keeps its
/// own copy.
pub async fn shell() -> Response {
    let fresh = [(header::CACHE_CONTROL, "no-cache")];
    let mut response = (fresh, Html(SHELL.as_str())).into_response();
    response.extensions_mut().insert(Policy::Mounted);
    response
}
