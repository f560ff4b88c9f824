//! This phone's own key, which `/keys.js` makes and the browser keeps, and the server's word on it.
//! A phone without works as any other.

use crate::offline::browser::{self, Body};
use crate::offline::json;
use crate::offline::queue::{META, OLD_KEY, PAIRING, Queue};
use crate::offline::registry;
use domain::field_error::{Field, FieldError};
use domain::pairing::{PairingCode, PairingRequest};
use domain::refusal::Refusal;
use domain::sync::Failure;
use domain::timestamp::Timestamp;
use serde::Deserialize;

/// The script that makes the key.
const SCRIPT: &str = "keys";

/// What a page shows of `domain::pairing::Paired`; the delegation beside it is kept unread.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Pairing {
    /// What the phone is called.
    pub name: String,
    /// For which outreach.
    pub outreach: String,
    /// Until when.
    pub until: Timestamp,
}

/// Why this phone has no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// The browser makes no such keys.
    Unsupported,
    /// It does not keep them, or they do not sign.
    NotKept,
}

/// Why a phone was not paired.
#[derive(Clone, Debug, PartialEq)]
pub enum NotPaired {
    /// The server's reason, or that of what was typed.
    Refused(Refusal),
    /// No answer came that says anything.
    Unanswered,
    /// The browser has lost the key, or does not keep the answer.
    NotKept,
}

impl From<Failure> for NotPaired {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Status { refusal: Some(refusal), .. } => Self::Refused(refusal),
            _ => Self::Unanswered,
        }
    }
}

/// For what this phone was paired last.
pub async fn kept(queue: &Queue) -> Option<Pairing> {
    queue.get(META, PAIRING).await.ok().flatten()
}

/// The public half of this phone's key, which was just tried; it is made the first time. That of a
/// device that the phone was before is thrown away first: no two have one.
///
/// # Errors
/// [`NoKey`].
pub async fn key(queue: &Queue) -> Result<String, NoKey> {
    if queue.is_marked(OLD_KEY).await {
        let is_gone = browser::ask_script(SCRIPT, "forget", &[]).await.is_some();
        if !is_gone || queue.delete(META, OLD_KEY).await.is_err() {
            return Err(NoKey::NotKept);
        }
    }
    match browser::ask_script(SCRIPT, "probe", &[]).await.as_deref() {
        Some("no-ed25519") => Err(NoKey::Unsupported),
        None | Some("not-kept") => Err(NoKey::NotKept),
        Some(key) => Ok(key.to_owned()),
    }
}

/// Pairs this phone and keeps the answer.
///
/// # Errors
/// See [`NotPaired`]; what could not be kept can be asked for again.
pub async fn pair(queue: &Queue, key: &str, code: &str, name: &str) -> Result<Pairing, NotPaired> {
    let wrong = |problem| Refusal::field(FieldError::new(Field::Code, problem));
    let code = PairingCode::parse(code).map_err(wrong).map_err(NotPaired::Refused)?;
    let text = code.proof_text(queue.device(), key);
    let signature = browser::ask_script(SCRIPT, "sign", &[&text]).await;
    let request = PairingRequest {
        code: code.letters().to_owned(),
        device: queue.device(),
        name: name.to_owned(),
        public_key: key.to_owned(),
        signature: signature.ok_or(NotPaired::NotKept)?,
    };
    let body = Body::Json(json::write(&request));
    let answered = browser::request("/api/v1/field/pairing", body).await;
    let text = answered.as_ref().map(|answered| answered.text.clone()).unwrap_or_default();
    let pairing = registry::read(answered)?;
    queue.put_text(META, PAIRING, &text).await.map_err(|_| NotPaired::NotKept)?;
    // What is prepared may be whole now.
    browser::report(super::pack::CHANGED);
    Ok(pairing)
}
