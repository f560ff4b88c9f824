//! Sealed copies, as the app makes them (`/seal.js`) and keeps them beside what waits, and as its
//! service worker sends them, whether the app is open or not. No phone writes the answers down, and
//! the app sends the records themselves all the same; the oracle hears them.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use anyhow::{Context, Result, anyhow};
use app::offline::held::Held;
use data_encoding::BASE64URL_NOPAD;
use domain::id::{DeviceId, OutreachId, SubmissionId};
use domain::submission::{NONCE_BYTES, Sealed, bound_to};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

use crate::plan::Plan;
use crate::storage::Storage;

/// Most copies of one request, and most that are made at once.
pub(crate) const TOGETHER: usize = 12;

/// The recovery key of the outreach, as phones are told it.
pub(crate) struct RecoveryKey {
    outreach: OutreachId,
    public: PublicKey,
}

impl RecoveryKey {
    /// Reads one as the set-up tells it.
    pub(crate) fn read(outreach: OutreachId, told: Option<&str>) -> Result<Self> {
        let told = told.context("the outreach has no recovery key")?;
        let bytes = BASE64URL_NOPAD.decode(told.as_bytes()).ok().context("no base64url")?;
        let public = PublicKey::from_sec1_bytes(&bytes).ok().context("no point of the curve")?;
        Ok(Self { outreach, public })
    }
}

/// The copies of what waits on a phone, the oldest first, and what it sends of them.
pub(crate) struct Request {
    pub(crate) ids: Vec<SubmissionId>,
    pub(crate) text: String,
}

/// The request with the copies that are stored; none when there are none.
pub(crate) fn request(device: DeviceId, storage: &Storage) -> Option<Request> {
    let mut copied = storage.copied();
    copied.truncate(TOGETHER);
    let (mut ids, mut copies) = (Vec::new(), Vec::new());
    for held in copied {
        ids.push(held.head.id);
        copies.push(held.copy);
    }
    let copies = copies.join(",");
    let text = format!(r#"{{"device":"{device}","sealed":[{copies}],"report":null}}"#);
    (!ids.is_empty()).then_some(Request { ids, text })
}

/// A copy of a record, as it is kept.
pub(crate) fn sealed(
    held: &Held,
    device: DeviceId,
    key: &RecoveryKey,
    plan: &Plan,
) -> Result<String> {
    let own = SecretKey::from_slice(&plan.bytes::<32>()).ok().context("no number of the curve")?;
    let nonce = plan.bytes::<NONCE_BYTES>();
    let mut copy = Sealed {
        id: held.head.id,
        outreach: key.outreach,
        ephemeral: BASE64URL_NOPAD.encode(own.public_key().to_sec1_point(false).as_bytes()),
        nonce: BASE64URL_NOPAD.encode(&nonce),
        body: String::new(),
    };
    let mut derived = [0; 32];
    let shared = own.diffie_hellman(&key.public).extract::<Sha256>(None);
    let expanded = shared.expand(copy.info().as_bytes(), &mut derived);
    expanded.map_err(|_| anyhow!("a key of another length"))?;
    let about = bound_to(device);
    let payload = Payload { msg: held.body.as_bytes(), aad: about.as_bytes() };
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(derived));
    let body = cipher.encrypt(&Nonce::from(nonce), payload);
    let body = body.map_err(|_| anyhow!("a record of another length"))?;
    copy.body = BASE64URL_NOPAD.encode(&body);
    Ok(serde_json::to_string(&copy)?)
}
