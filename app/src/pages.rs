//! The pages, one module an area.

#[cfg(not(feature = "csr"))]
pub mod coordination;
#[cfg(target_arch = "wasm32")]
pub mod field;
// Public pages are static: the browser gets none of their code.
#[cfg(not(target_arch = "wasm32"))]
pub mod public;
pub mod visit_form;
