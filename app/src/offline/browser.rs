//! The browser itself: clock, chance, network, locks, focus, store. The one place with web-sys.
//!
//! Everything here is a thin function; what is decided is decided elsewhere.

mod packing;
pub mod store;
pub mod tabs;

use domain::sync::Failure;
use domain::timestamp::Timestamp;
use js_sys::futures::JsFuture;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
pub use packing::{gzip, packs};
use uuid::Uuid;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, AbortSignal, Headers, RequestInit, Response, Window};

/// A request is given up after this long: a network that swallows it must not hold the queue.
const REQUEST_TIMEOUT_MS: i32 = 45_000;

fn window() -> Option<Window> {
    web_sys::window()
}

/// The phone's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a clock fit in 53 bits")]
    Timestamp(js_sys::Date::now() as i64)
}

/// A new identifier, UUID version 7, of the phone's clock and the browser's randomness.
#[must_use]
pub fn new_id() -> Uuid {
    let mut random = [0_u8; 10];
    fill_random(&mut random);
    let ms = u64::try_from(now().0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
}

/// A random number.
#[must_use]
pub fn random() -> u32 {
    let mut bytes = [0_u8; 4];
    fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}

fn fill_random(bytes: &mut [u8]) {
    // Every browser with WebAssembly has it; were it to fail, the clock alone tells ids apart.
    if let Some(crypto) = window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(bytes);
    }
}

/// SHA-256; `None` where the page is not a secure context.
pub async fn sha256(bytes: &[u8]) -> Option<[u8; 32]> {
    let subtle = window()?.crypto().ok()?.subtle();
    let digest = subtle.digest_with_str_and_u8_array("SHA-256", bytes).ok()?;
    let bytes = JsFuture::from(digest).await.ok()?;
    Uint8Array::new(&bytes).to_vec().try_into().ok()
}

/// The same in lower-case hexadecimal.
pub async fn sha256_hex(bytes: &[u8]) -> Option<String> {
    let hex = |byte: u8| format!("{byte:02x}");
    Some(sha256(bytes).await?.into_iter().map(hex).collect())
}

/// What a request sends.
pub enum Body {
    /// Nothing: a GET.
    None,
    /// JSON.
    Json(String),
    /// JSON packed with gzip.
    Gzip(Vec<u8>),
}

/// What came back.
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The body as text.
    pub text: String,
}

/// Asks the server that the page came from.
///
/// # Errors
/// [`Failure::Unreachable`] when nothing came back, [`Failure::TimedOut`] when nothing had by then.
pub async fn request(path: &str, body: Body) -> Result<Answered, Failure> {
    let patience = patience().ok_or(Failure::Unreachable)?;
    let answered = answer(path, body, &patience).await;
    answered.ok_or_else(|| match patience.aborted() {
        true => Failure::TimedOut,
        false => Failure::Unreachable,
    })
}

async fn answer(path: &str, body: Body, patience: &AbortSignal) -> Option<Answered> {
    let init = RequestInit::new();
    let headers = Headers::new().ok()?;
    headers.set("accept", "application/json").ok()?;
    match body {
        Body::None => init.set_method("GET"),
        Body::Json(text) => post(&init, &headers, &JsValue::from_str(&text))?,
        Body::Gzip(bytes) => {
            headers.set("content-encoding", "gzip").ok()?;
            post(&init, &headers, &Uint8Array::from(bytes.as_slice()))?;
        }
    }
    init.set_headers(&headers);
    let response = fetch(path, &init, patience)?.await.ok()?.unchecked_into::<Response>();
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Some(Answered { status: response.status(), text })
}

/// The bytes at an address of the server that the page came from; `None` when they did not come.
/// What the browser has kept is used as long as the server says that it is the newest.
pub async fn bytes(path: &str) -> Option<Vec<u8>> {
    let asking = fetch(path, &RequestInit::new(), &patience()?)?;
    let response = asking.await.ok()?.unchecked_into::<Response>();
    if !response.ok() {
        return None;
    }
    let bytes = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// What gives a request up after a while: an iPhone has `AbortSignal.timeout` since iOS 16 only.
fn patience() -> Option<AbortSignal> {
    let late = AbortController::new().ok()?;
    let signal = late.signal();
    let abort = Closure::once_into_js(move || late.abort());
    let (window, ms) = (window()?, REQUEST_TIMEOUT_MS);
    let set =
        window.set_timeout_with_callback_and_timeout_and_arguments_0(abort.unchecked_ref(), ms);
    set.ok().map(|_| signal)
}

fn fetch(path: &str, init: &RequestInit, patience: &AbortSignal) -> Option<JsFuture> {
    init.set_signal(Some(patience));
    Some(JsFuture::from(window()?.fetch_with_str_and_init(path, init)))
}

fn post(init: &RequestInit, headers: &Headers, body: &JsValue) -> Option<()> {
    init.set_method("POST");
    headers.set("content-type", "application/json").ok()?;
    init.set_body(body);
    Some(())
}

/// Calls `act` whenever the window reports `event` (`online`, `offline` …), for the life of
/// the page.
pub fn on_window(event: &str, act: impl FnMut() + 'static) {
    if let Some(window) = window() {
        listen(&window, event, act);
    }
}

/// Reports `event` to the window's listeners: `/field.js` hears of what the app wants.
pub fn report(event: &str) {
    if let (Some(window), Ok(event)) = (window(), web_sys::Event::new(event)) {
        // Nobody can cancel it, so that the answer says nothing.
        let _ = window.dispatch_event(&event);
    }
}

/// Has `/field.js` let no tap reach the page, or let them again: it forgets that after a second.
pub fn hold_taps(holds: bool) {
    report(if holds { "huella-hold" } else { "huella-release" });
}

/// Has one of our small scripts (`/phone.js`, `/pack.js`) do something; the text it answers, none
/// when it answers another thing, fails or is not there. `/field.js` waits for the file of scripts.
pub async fn ask_script(script: &str, act: &str, words: &[&str]) -> Option<String> {
    let words: Vec<JsValue> = words.iter().map(|word| JsValue::from_str(word)).collect();
    begin_script(script, act, &words)?.await.ok()?.as_string()
}

/// Has a script begin something with values of any kind; what it answers is waited for later.
pub fn begin_script(script: &str, act: &str, values: &[JsValue]) -> Option<JsFuture> {
    let ask = Reflect::get(window()?.as_ref(), &"huella".into()).ok()?;
    let ask: Function = ask.dyn_into().ok()?;
    let list = Array::of2(&JsValue::from_str(script), &JsValue::from_str(act));
    for value in values {
        list.push(value);
    }
    let answer: Promise = ask.apply(&JsValue::UNDEFINED, &list).ok()?.dyn_into().ok()?;
    Some(JsFuture::from(answer))
}

/// Calls `act` whenever the page comes to the front, for the life of the page.
pub fn on_visible(act: impl FnMut() + 'static) {
    on_view(false, act);
}

/// Calls `act` whenever the page is left, also when it is about to be closed.
pub fn on_hidden(act: impl FnMut() + 'static) {
    on_view(true, act);
}

fn on_view(is_hidden: bool, mut act: impl FnMut() + 'static) {
    let Some(document) = window().and_then(|window| window.document()) else { return };
    let watched = document.clone();
    listen(&document, "visibilitychange", move || {
        if watched.hidden() == is_hidden {
            act();
        }
    });
}

fn listen(target: &web_sys::EventTarget, event: &str, act: impl FnMut() + 'static) {
    let callback = Closure::<dyn FnMut()>::new(act);
    let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
    callback.forget();
}

/// The build of the app, as its page names it; empty where it names none.
#[must_use]
pub fn build() -> String {
    let meta = window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector("meta[name=huella-build]").ok()?);
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

/// Reported on the window when the app went to another of its pages; by `/field.js` too.
pub const GONE: &str = "huella-gone";

/// The path of the address.
#[must_use]
pub fn path() -> String {
    window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// Goes to another page of the app. `instead` leaves the one before out of the history.
pub fn go(path: &str, instead: bool) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    let _ = match instead {
        true => history.replace_state_with_url(&JsValue::NULL, "", Some(path)),
        false => history.push_state_with_url(&JsValue::NULL, "", Some(path)),
    };
    report(GONE);
}

/// Whether the browser believes that there is a network.
#[must_use]
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Puts the focus on the element with this id and brings it into view: at once where it stands
/// already, so that no key of a fast reader is lost, else once the page has been drawn. Where it
/// does not stand then either, the page is shown from its start, where it is told what is wrong.
pub fn focus(id: &str) {
    if !focus_now(id) {
        let id = id.to_owned();
        after_paint(move || {
            if !focus_now(&id) {
                to_top();
            }
        });
    }
}

fn focus_now(id: &str) -> bool {
    let element = window().and_then(|window| window.document()?.get_element_by_id(id));
    let element = element.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| {
        // What is folded away takes no focus.
        if let Ok(Some(folded)) = element.closest("details") {
            let _ = folded.set_attribute("open", "");
        }
        let is_focused = element.focus().is_ok();
        // What is in a field already is written over by the next reading.
        if let Ok(input) = element.dyn_into::<web_sys::HtmlInputElement>() {
            input.select();
        }
        is_focused
    })
}

/// Puts the focus on the element with this id, unless a field has taken it already.
pub fn focus_heading(id: &str) {
    let id = id.to_owned();
    after_paint(move || {
        let Some(document) = window().and_then(|window| window.document()) else { return };
        let taken = document.active_element().is_some_and(|active| active.tag_name() == "INPUT");
        if !taken {
            focus(&id);
        }
    });
}

/// Waits so many milliseconds.
pub async fn pause(ms: i32) {
    let promise = Promise::new(&mut |done, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Brings the page to its start, as a new page would be.
pub fn to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

fn after_paint(act: impl FnOnce() + 'static) {
    if let Some(window) = window() {
        let callback = Closure::once_into_js(act);
        let _ = window.request_animation_frame(callback.unchecked_ref());
    }
}

/// Answers a scan, at once: `/phone.js` hears of it, and has the phone sound and tremble, short
/// when it was good, long and low when not.
pub fn signal_scan(good: bool) {
    report(if good { "huella-read" } else { "huella-misread" });
}

/// The site as people type it, without the scheme; empty outside a browser.
#[must_use]
pub fn host() -> String {
    window().and_then(|window| window.location().host().ok()).unwrap_or_default()
}

/// Opens the print dialogue.
pub fn print() {
    if let Some(window) = window() {
        let _ = window.print();
    }
}

/// Where a pointer is inside the element that listens, as shares of its width and height.
#[must_use]
pub fn pointer_share(event: &web_sys::PointerEvent) -> Option<(f64, f64)> {
    let element: web_sys::Element = event.current_target()?.dyn_into().ok()?;
    let area = element.get_bounding_client_rect();
    let share = |at: f64, start: f64, size: f64| ((at - start) / size.max(1.0)).clamp(0.0, 1.0);
    let x = share(f64::from(event.client_x()), area.left(), area.width());
    let y = share(f64::from(event.client_y()), area.top(), area.height());
    Some((x, y))
}

/// Keeps the pointer's moves coming to the element that listens until it is lifted.
pub fn hold_pointer(event: &web_sys::PointerEvent) {
    let target = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    if let Some(element) = target {
        // Without it a stroke ends at the edge, no more.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}
