//! The pages: public (static), coordination (hydrated) and field (mounted).
#![recursion_limit = "256"]

#[cfg(not(erase_components))]
compile_error!("app needs --cfg=erase_components; RUSTFLAGS stands for .cargo/config.toml");

#[cfg(not(feature = "csr"))]
pub mod api;
pub mod components;
#[cfg(not(feature = "csr"))]
pub mod coordination;
pub mod locale;
pub mod offline;
pub mod pages {
    //! The pages, one module an area.

    #[cfg(not(feature = "csr"))]
    pub mod coordination;
    #[cfg(target_arch = "wasm32")]
    pub mod field;
    pub mod handover;
    // Public pages are static: the browser gets none of their code.
    #[cfg(not(target_arch = "wasm32"))]
    pub mod public;
    pub mod visit_form;
}
pub mod routes;
pub mod shell;

/// Called by the field app's page once the wasm is loaded: mounts the app on its neutral shell.
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn mount() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(pages::field::FieldApp);
}

/// Asked by `/handover.js` for the symbol of a code that another camera films.
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
#[wasm_bindgen::prelude::wasm_bindgen]
#[must_use]
pub fn qr(text: &str) -> String {
    components::qr_code::filmed(text)
}

/// Called by a page of the coordination once the wasm is loaded: brings what was served to life.
#[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(coordination::App);
}
