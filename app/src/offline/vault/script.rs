//! What `/vault.js` does.

use super::{Door, Passkey, Tried, is_sealed};
use crate::offline::browser;
use crate::offline::json;
use crate::offline::store::Value;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

/// The script.
const SCRIPT: &str = "vault";

/// How it stands.
pub async fn door() -> Door {
    match browser::ask_script(SCRIPT, "state", &[]).await.as_deref() {
        Some("closed pin") => Door::Closed { has_passkey: false },
        Some("closed pin passkey") => Door::Closed { has_passkey: true },
        Some("blocked") => Door::Blocked,
        Some("open pin" | "open pin passkey") => Door::Open { has_pin: true, takes_pin: true },
        Some("open") => Door::Open { has_pin: false, takes_pin: true },
        // A browser that keeps no keys keeps texts as they are, behind no door.
        Some("none") => Door::Open { has_pin: false, takes_pin: false },
        _ => Door::Stuck,
    }
}

/// Opens it for as long as the page lives: by the PIN, or without one by the passkey.
pub async fn unlock(pin: Option<&str>) -> Tried {
    let act = if pin.is_some() { "unlock" } else { "unlockByPasskey" };
    tried(act, pin.as_slice()).await
}

/// Chooses a PIN; where there is one, by the old one.
pub async fn choose(pin: &str, old: &str) -> Tried {
    tried("choose", &[pin, old]).await
}

/// Whether a passkey opens it as well.
pub async fn passkey() -> Passkey {
    match browser::ask_script(SCRIPT, "passkey", &[]).await.as_deref() {
        Some("there") => Passkey::There,
        Some("offered") => Passkey::Offered,
        _ => Passkey::None,
    }
}

/// Makes a passkey, by the PIN; the phone lists it under this name.
pub async fn add_passkey(pin: &str, name: &str) -> Tried {
    tried("addPasskey", &[pin, name]).await
}

/// Leaves the PIN alone to open it.
pub async fn remove_passkey() -> Tried {
    tried("removePasskey", &[]).await
}

async fn tried(act: &str, words: &[&str]) -> Tried {
    Tried::of(browser::ask_script(SCRIPT, act, words).await.as_deref())
}

/// Begins with a new key and without PIN; what the old one closed does not open any more.
pub async fn renew() -> bool {
    browser::ask_script(SCRIPT, "renew", &[]).await.is_some()
}

/// Seals texts, each with what it is about before it, in their order. Where the browser cannot,
/// they stay as they are: what cannot be kept secret is still kept.
pub async fn seal(pairs: Vec<[String; 2]>) -> Vec<String> {
    let sealed = ask("seal", &pairs).await;
    let sealed = sealed.and_then(|text| json::read::<Vec<String>>(&text).ok());
    match sealed {
        Some(sealed) if sealed.len() == pairs.len() => sealed,
        _ => pairs.into_iter().map(|[_, text]| text).collect(),
    }
}

/// Opens sealed texts ([`super::open`]); `None` where the browser said nothing of any of them.
pub async fn ask_open(pairs: &[[String; 2]]) -> Option<Vec<Option<String>>> {
    if pairs.iter().all(|[_, text]| !is_sealed(text)) {
        return Some(pairs.iter().map(|[_, text]| Some(text.clone())).collect());
    }
    let opened = ask("open", pairs).await?;
    json::read(&opened).ok()
}

/// Seals bytes as one block, of what it is about; a browser that keeps no keys keeps them as they
/// are, like texts. `None` where it cannot.
pub async fn seal_block(about: &str, bytes: &[u8]) -> Option<Value> {
    let words = [Uint8Array::from(bytes).into(), JsValue::from_str(about)];
    browser::begin_script(SCRIPT, "fold", &words)?.await.ok()
}

/// Opens blocks, each given with what it is about before it, all at once: `None` for one that does
/// not open, or is not there.
pub async fn open_blocks(blocks: Vec<(String, Value)>) -> Vec<Option<Vec<u8>>> {
    let begin = |(about, block): (String, Value)| {
        browser::begin_script(SCRIPT, "unfold", &[block, JsValue::from_str(&about)])
    };
    let opening: Vec<_> = blocks.into_iter().map(begin).collect();
    let mut opened = Vec::with_capacity(opening.len());
    for one in opening {
        let bytes = match one {
            Some(one) => one.await.ok(),
            None => None,
        };
        opened.push(bytes.map(|bytes| Uint8Array::new(&bytes).to_vec()));
    }
    opened
}

async fn ask(act: &str, pairs: &[[String; 2]]) -> Option<String> {
    let words: Vec<&str> = pairs.iter().flatten().map(String::as_str).collect();
    browser::ask_script(SCRIPT, act, &words).await
}
