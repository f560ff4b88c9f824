//! Sealed copies, as the app makes them (`/seal.js`) and its service worker sends them: of what
//! waits, whether the app is open or not. No phone writes the answers down, and the app sends the
//! records themselves all the same; the oracle hears them.

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

use crate::disk::Disk;
use crate::plan::Plan;

/// Most copies of one request.
const TOGETHER: usize = 12;

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

/// The request with those copies; none when nothing waits.
pub(crate) fn request(disk: &Disk, key: &RecoveryKey, plan: &mut Plan) -> Result<Option<Request>> {
    let mut waiting: Vec<_> = disk.records().filter(|held| held.state.is_open()).collect();
    waiting.sort_by_key(|held| held.head.sequence);
    let waiting = waiting.into_iter().take(TOGETHER);
    let copies: Vec<_> =
        waiting.map(|held| sealed(held, disk.device, key, plan)).collect::<Result<_>>()?;
    if copies.is_empty() {
        return Ok(None);
    }
    let ids = copies.iter().map(|copy| copy.id).collect();
    let (device, copies) = (disk.device, serde_json::to_string(&copies)?);
    let text = format!(r#"{{"device":"{device}","sealed":{copies},"report":null}}"#);
    Ok(Some(Request { ids, text }))
}

/// A copy of a record.
fn sealed(held: &Held, device: DeviceId, key: &RecoveryKey, plan: &mut Plan) -> Result<Sealed> {
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
    Ok(copy)
}
