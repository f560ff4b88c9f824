//! Texts packed for the way.

use super::window;
use js_sys::futures::JsFuture;
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{ReadableWritablePair, Response};

/// Whether the browser packs texts.
pub fn packs() -> bool {
    packer().is_some()
}

/// web-sys counts `CompressionStream` as unstable; browsers have it since 2023.
fn packer() -> Option<Function> {
    Reflect::get(window()?.as_ref(), &"CompressionStream".into()).ok()?.dyn_into().ok()
}

/// The text packed with gzip; `None` where the browser cannot.
pub async fn gzip(text: &str) -> Option<Vec<u8>> {
    let source = Response::new_with_opt_str(Some(text)).ok()?.body()?;
    let pair = Reflect::construct(&packer()?, &Array::of1(&"gzip".into())).ok()?;
    let packing = source.pipe_through(&pair.unchecked_into::<ReadableWritablePair>());
    let packed = Response::new_with_opt_readable_stream(Some(&packing)).ok()?;
    let bytes = JsFuture::from(packed.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}
