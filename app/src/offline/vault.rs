//! What `/vault.js` does: keeps texts encrypted under a key that may need a PIN.
//!
//! Nothing here is awaited inside a transaction of the store: the browser would end it.

use crate::offline::browser;
use crate::offline::json;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

/// The script.
const SCRIPT: &str = "vault";
/// Sealed texts begin so; JSON never does.
const MARK: char = '~';

/// How the vault stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Open; with a PIN, or without one so far.
    Open {
        /// A PIN was chosen.
        has_pin: bool,
        /// One can be: the browser keeps keys.
        takes_pin: bool,
    },
    /// Closed until the PIN is given.
    Closed {
        /// Or until the passkey is.
        has_passkey: bool,
    },
    /// No PIN opens it any more.
    Blocked,
    /// The browser could not say, or does not give the key back.
    Stuck,
}

/// Whether a passkey of this phone, its finger or face, opens it beside the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passkey {
    /// None does, and the browser or the phone makes none.
    None,
    /// One could be made.
    Offered,
    /// One does.
    There,
}

/// What became of a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It opened.
    Open,
    /// It is another.
    Wrong,
    /// The next try has to wait so long, in milliseconds.
    Wait(u64),
    /// There were too many wrong ones.
    Blocked,
    /// The browser could not do it.
    Failed,
}

impl Tried {
    fn of(answer: Option<&str>) -> Self {
        match answer {
            Some("open") => Self::Open,
            Some("wrong") => Self::Wrong,
            Some("blocked") => Self::Blocked,
            Some(other) => {
                let wait = other.strip_prefix("wait ").and_then(|ms| ms.parse().ok());
                wait.map_or(Self::Failed, Self::Wait)
            }
            None => Self::Failed,
        }
    }
}

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

/// Opens sealed texts, each with what it is about before it; those that were never sealed are as
/// they are.
pub async fn open(pairs: &[[String; 2]]) -> Vec<Option<String>> {
    ask_open(pairs).await.unwrap_or_else(|| vec![None; pairs.len()])
}

/// The same; `None` where the browser said nothing of any of them.
pub async fn ask_open(pairs: &[[String; 2]]) -> Option<Vec<Option<String>>> {
    if pairs.iter().all(|[_, text]| !is_sealed(text)) {
        return Some(pairs.iter().map(|[_, text]| Some(text.clone())).collect());
    }
    let opened = ask("open", pairs).await?;
    json::read(&opened).ok()
}

/// Seals bytes as one block, of what it is about; a browser that keeps no keys keeps them as they
/// are, like texts. `None` where it cannot.
pub async fn seal_block(about: &str, bytes: &[u8]) -> Option<JsValue> {
    let words = [Uint8Array::from(bytes).into(), JsValue::from_str(about)];
    browser::begin_script(SCRIPT, "fold", &words)?.await.ok()
}

/// Opens blocks, each given with what it is about before it, all at once: `None` for one that does
/// not open, or is not there.
pub async fn open_blocks(blocks: Vec<(String, JsValue)>) -> Vec<Option<Vec<u8>>> {
    let begin = |(about, block): (String, JsValue)| {
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

/// Whether a text is one that [`seal`] made.
#[must_use]
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(MARK)
}

async fn ask(act: &str, pairs: &[[String; 2]]) -> Option<String> {
    let words: Vec<&str> = pairs.iter().flatten().map(String::as_str).collect();
    browser::ask_script(SCRIPT, act, &words).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_script_are_told_apart() {
        assert_eq!(Tried::of(Some("open")), Tried::Open);
        assert_eq!(Tried::of(Some("wrong")), Tried::Wrong);
        assert_eq!(Tried::of(Some("wait 30000")), Tried::Wait(30_000));
        assert_eq!(Tried::of(Some("blocked")), Tried::Blocked);
        assert_eq!(Tried::of(Some("wait long")), Tried::Failed);
        assert_eq!(Tried::of(None), Tried::Failed);
        assert!(is_sealed("~abc"));
        assert!(!is_sealed("{\"head\":1}") && !is_sealed(""));
    }
}
