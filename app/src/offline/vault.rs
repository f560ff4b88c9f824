//! What keeps texts closed: in a browser `/vault.js`, under a key that may need a PIN; elsewhere,
//! where nobody's texts are, a mark (`vault/marking.rs`).
//!
//! Nothing here is awaited inside a transaction of the store: the browser would end it.

#[cfg(not(target_arch = "wasm32"))]
mod marking;
#[cfg(target_arch = "wasm32")]
mod script;

#[cfg(not(target_arch = "wasm32"))]
pub use marking::{ask_open, door, open_blocks, seal, seal_block};
#[cfg(target_arch = "wasm32")]
pub use script::{
    add_passkey, ask_open, choose, door, open_blocks, passkey, remove_passkey, renew, seal,
    seal_block, unlock,
};

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
    /// What the script answered.
    #[must_use]
    pub fn of(answer: Option<&str>) -> Self {
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

/// Opens sealed texts, each with what it is about before it; those that were never sealed are as
/// they are.
pub async fn open(pairs: &[[String; 2]]) -> Vec<Option<String>> {
    ask_open(pairs).await.unwrap_or_else(|| vec![None; pairs.len()])
}

/// Whether a text is one that [`seal`] made.
#[must_use]
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::polled::at_once;
    use crate::offline::store::Value;

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

    #[test]
    fn what_was_closed_opens_as_what_it_is_about_and_as_nothing_else() {
        let pair = |about: &str, text: &str| [about.to_owned(), text.to_owned()];
        let sealed = at_once(seal(vec![pair("a b", "{}"), pair("c", "")]));
        assert!(sealed.iter().all(|text| is_sealed(text)));
        let asked = [
            pair("a b", &sealed[0]),
            pair("c", &sealed[1]),
            pair("a", &sealed[0]),
            pair("d", "{}"),
        ];
        let opened = ["{}", ""].map(|text| Some(text.to_owned()));
        let [first, second] = opened;
        assert_eq!(at_once(open(&asked)), [first.clone(), second, None, first]);
        let block = at_once(seal_block("a", &[7, 8])).unwrap();
        let asked = [("a", block.clone()), ("b", block), ("a", Value::Undefined)];
        let asked = asked.map(|(about, block)| (about.to_owned(), block)).to_vec();
        assert_eq!(at_once(open_blocks(asked)), [Some(vec![7, 8]), None, None]);
    }
}
