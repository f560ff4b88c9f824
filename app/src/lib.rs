//! The pages: public (static), coordination (hydrated) and field (mounted).
#![recursion_limit = "256"]

pub mod api;
pub mod components;
pub mod coordination;
pub mod locale;
pub mod offline;
pub mod pages;
pub mod routes;
pub mod shell;

/// Called by the page's script once the wasm is loaded: mounts the field app on its neutral
/// shell, or brings the coordination page that was served to life.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let is_shell = leptos::prelude::document()
        .body()
        .is_some_and(|body| body.get_attribute("data-mount").is_some());
    if is_shell {
        leptos::mount::mount_to_body(pages::field::FieldApp);
    } else {
        leptos::mount::hydrate_lazy(coordination::App);
    }
}
