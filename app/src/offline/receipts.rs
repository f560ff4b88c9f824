//! Whether a key of ours signed a receipt. The keys come with the set-up; the browser checks.

use crate::offline::browser;
use crate::offline::held::LastWord;
use crate::offline::json;
use crate::offline::queue::{LATEST, Queue, SETUP};
use crate::offline::registry;
use domain::submission::{Receipt, receipt_code};
use domain::sync::Failure;
use domain::view::{FieldSetup, ReceiptKey};
use leptos::prelude::{RwSignal, WithUntracked};

/// The server's last word as a page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The word.
    pub word: LastWord,
    /// The code that the coordination shows for the same figures; empty where the browser makes
    /// no digest.
    pub code: String,
    /// Whether the signature was checked here, and is good.
    pub is_signed: bool,
}

/// What the app holds open of the set-up that is kept.
pub type Setup = RwSignal<Option<FieldSetup>>;

/// The server's last word; none before the first.
pub async fn last_word(queue: &Queue, setup: Setup) -> Option<Told> {
    let word = queue.last_word().await.ok()??;
    let digest = browser::sha256(word.receipt.code_text().as_bytes()).await;
    let code = digest.map(|digest| receipt_code(&digest)).unwrap_or_default();
    let keys = keys(queue, setup, &word.receipt).await;
    let is_signed = verdict(&keys, &word.receipt).await == Some(true);
    Some(Told { word, code, is_signed })
}

/// Lets a receipt pass unless the browser finds that none of our keys signed it. A key that the
/// kept set-up does not know may be newer than it: the set-up is fetched once, then it is decided.
/// Where the browser has no Ed25519, or the server has never told a key, the hash alone has to do.
///
/// # Errors
/// [`Failure::Unsigned`]; why the keys could not be fetched.
pub async fn check(queue: &Queue, setup: Setup, receipt: &Receipt) -> Result<(), Failure> {
    let mut keys = keys(queue, setup, receipt).await;
    if !has(&keys, receipt) {
        let mut fresh = registry::setup().await.map_err(|failure| match failure {
            Failure::NotOurs | Failure::Status { code: 200 | 401, .. } => failure,
            // It says nothing of the batch, which was answered.
            _ => Failure::Unreachable,
        })?;
        fresh.receipt_keys = ReceiptKey::told(fresh.receipt_keys, keys);
        // Not kept means that it is fetched again the next time.
        let _ = queue.put_text(SETUP, LATEST, &json::write(&fresh)).await;
        keys = fresh.receipt_keys;
    }
    match verdict(&keys, receipt).await {
        Some(false) => Err(Failure::Unsigned),
        Some(true) | None => Ok(()),
    }
}

/// The keys that the app knows. Where the one of this receipt is not among them those in the store,
/// which is slow: the whole set-up is opened and read.
async fn keys(queue: &Queue, setup: Setup, receipt: &Receipt) -> Vec<ReceiptKey> {
    let known = known_keys(setup);
    if has(&known, receipt) {
        return known;
    }
    let kept = queue.get::<FieldSetup>(SETUP, LATEST).await.ok().flatten();
    kept.map(|setup| setup.receipt_keys).unwrap_or_default()
}

/// Those that the app knows without the store.
#[must_use]
pub fn known_keys(setup: Setup) -> Vec<ReceiptKey> {
    let keys = |setup: &FieldSetup| setup.receipt_keys.clone();
    setup.with_untracked(|setup| setup.as_ref().map(keys)).unwrap_or_default()
}

fn has(keys: &[ReceiptKey], receipt: &Receipt) -> bool {
    keys.iter().any(|key| key.kid == receipt.kid)
}

/// Whether one of the keys signed it; none where that cannot be checked.
async fn verdict(keys: &[ReceiptKey], receipt: &Receipt) -> Option<bool> {
    if keys.is_empty() {
        return None;
    }
    let Some(key) = keys.iter().find(|key| key.kid == receipt.kid) else { return Some(false) };
    let texts = [key.key.as_str(), receipt.signature.as_str(), &receipt.signed_text()];
    match browser::ask_script("phone", "verify", &texts).await?.as_str() {
        "valid" => Some(true),
        "altered" => Some(false),
        _ => None,
    }
}
