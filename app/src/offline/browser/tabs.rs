//! The windows of this app among themselves: one of them sends, and each tells the others what it
//! has changed.

use super::window;
use js_sys::futures::{JsFuture, future_to_promise};
use js_sys::{Function, Promise, Reflect};
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::BroadcastChannel;

/// Runs `work` while holding the named lock, which one tab of the site has at a time; waits
/// for it as long as another tab has it. Without Web Locks it runs at once. Boxed, so that the
/// program has this once for all that is done so.
pub async fn with_lock(name: &str, work: Pin<Box<dyn Future<Output = ()>>>) {
    let slot = Rc::new(Cell::new(Some(work)));
    if let Some(locks) = lock_manager() {
        let waiting = slot.clone();
        let granted = Closure::once(move || -> Promise {
            let work = waiting.take();
            future_to_promise(async move {
                if let Some(work) = work {
                    work.await;
                }
                Ok(JsValue::UNDEFINED)
            })
        });
        let request = Reflect::get(&locks, &"request".into());
        let asked = request
            .and_then(|request| {
                let request: Function = request.unchecked_into();
                request.call2(&locks, &name.into(), granted.as_ref())
            })
            .map(|promise| promise.unchecked_into::<Promise>());
        if let Ok(promise) = asked {
            let _ = JsFuture::from(promise).await;
        }
    }
    if let Some(work) = slot.take() {
        work.await;
    }
}

fn lock_manager() -> Option<JsValue> {
    let locks = Reflect::get(&window()?.navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

/// The tabs of this app talking to one another (`offline::windows`).
#[derive(Clone)]
pub struct Tabs(Option<BroadcastChannel>);

impl Tabs {
    /// Opens the channel; `heard` is called with what another tab says. What is no text is blank.
    #[must_use]
    pub fn open(heard: impl Fn(&str) + 'static) -> Self {
        let channel = BroadcastChannel::new("huella-queue").ok();
        if let Some(channel) = &channel {
            let callback = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
                let said = Reflect::get(&event, &"data".into()).ok();
                heard(&said.and_then(|said| said.as_string()).unwrap_or_default());
            });
            channel.set_onmessage(Some(callback.as_ref().unchecked_ref()));
            callback.forget();
        }
        Self(channel)
    }

    /// Tells the other tabs.
    pub fn tell(&self, word: &str) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&JsValue::from_str(word));
        }
    }
}
