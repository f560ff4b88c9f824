//! Stands in for the crate wasm-streams, which `server_fn` brings along for functions whose
//! request or answer is a stream. No function of ours is one. Of the crate three classes are
//! exported to the page's script, so that no linker drops them: 5 KB in brotli of the field app,
//! with what they call.
//!
//! Here is what `server_fn` calls. A function that streams would be told so: its request has no
//! body, its answer is an error.

use futures_util::stream::{self, Stream};
use std::future;
use wasm_bindgen::{JsCast, JsValue};

/// A stream of the browser's.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// The stream of an answer.
    #[must_use]
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// None: nothing is sent as a stream.
    #[must_use]
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        Self(JsValue::NULL.unchecked_into())
    }

    /// The browser's stream.
    #[must_use]
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// One error: nothing is read as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> + 'static {
        stream::once(future::ready(Err(JsValue::from_str("nothing is streamed here"))))
    }
}
