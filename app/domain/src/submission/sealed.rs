//! A sealed copy of a submission: what a phone keeps beside the record itself, and what it can send
//! or hand over when it cannot open the record any more (contracts, section 7).
//!
//! Absent on purpose: the ciphers. The browser seals (`public/seal.js`), the server opens.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::PhoneReport;
use crate::id::{DeviceId, OutreachId, SubmissionId};

/// Bytes of an uncompressed point of P-256 (SEC 1, 2.3.3).
pub const POINT_BYTES: usize = 65;
/// Bytes of a nonce of AES-GCM (NIST SP 800-38D, 5.2.1.1).
pub const NONCE_BYTES: usize = 12;
/// Bytes of the tag at the end of the body.
const TAG_BYTES: usize = 16;

/// A submission that only the server opens. It was encrypted with AES-256-GCM, the phone's
/// identifier as additional data ([`bound_to`]), under a key of HKDF-SHA256 without salt
/// ([`Sealed::info`]) from what ECDH on P-256 makes of the recovery key of an outreach and of a key
/// pair for this copy alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Sealed {
    /// Which submission it holds.
    pub id: SubmissionId,
    /// The outreach to whose recovery key it is sealed.
    pub outreach: OutreachId,
    /// The public half of the key pair of this copy: an uncompressed point of P-256, 65 bytes in
    /// base64url without padding.
    pub ephemeral: String,
    /// The nonce: 12 bytes, likewise.
    pub nonce: String,
    /// The submission's JSON as it would be sent, encrypted, and the tag of 16 bytes, likewise.
    pub body: String,
}

/// The bytes of a sealed copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedParts {
    /// The public half of its key pair; not known to lie on the curve.
    pub ephemeral: [u8; POINT_BYTES],
    /// The nonce.
    pub nonce: [u8; NONCE_BYTES],
    /// What was encrypted, and its tag.
    pub body: Vec<u8>,
}

impl Sealed {
    /// What the key is derived for: it opens this submission's copy for this outreach only.
    #[must_use]
    pub fn info(&self) -> String {
        format!("huella sealed 1 {} {}", self.outreach, self.id)
    }

    /// Its bytes; none when one of them is no base64url, has another length, or holds no tag.
    #[must_use]
    pub fn parts(&self) -> Option<SealedParts> {
        let body = bytes(&self.body)?;
        if body.len() <= TAG_BYTES {
            return None;
        }
        let ephemeral = bytes(&self.ephemeral)?.try_into().ok()?;
        Some(SealedParts { ephemeral, nonce: bytes(&self.nonce)?.try_into().ok()?, body })
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// What a copy is bound to beside its key: the phone that made it, so that no other can bring it.
#[must_use]
pub fn bound_to(device: DeviceId) -> String {
    device.to_string()
}

/// A phone's whole request with sealed copies (`POST /api/v1/sealed`), answered like a
/// [`Batch`](super::Batch) of what they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct SealedBatch<S = Sealed> {
    /// The phone that made them.
    pub device: DeviceId,
    /// Oldest first.
    pub sealed: Vec<S>,
    /// How the phone stands, as in a batch.
    #[serde(
        default,
        deserialize_with = "super::report::if_sound",
        skip_serializing_if = "Option::is_none"
    )]
    pub report: Option<PhoneReport>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn sealed() -> Sealed {
        let text = |count: usize| BASE64URL_NOPAD.encode(&vec![0xfb; count]);
        Sealed {
            id: SubmissionId(Uuid::from_u128(0x0193_5a7b_0c00_7000_8000_0000_0000_0007)),
            outreach: OutreachId(Uuid::from_u128(0xab)),
            ephemeral: text(POINT_BYTES),
            nonce: text(NONCE_BYTES),
            body: text(TAG_BYTES + 1),
        }
    }

    #[test]
    fn a_key_is_for_one_submission_and_one_outreach() {
        let info = "huella sealed 1 00000000-0000-0000-0000-0000000000ab \
                    01935a7b-0c00-7000-8000-000000000007";
        assert_eq!(sealed().info(), info);
        let device = DeviceId(Uuid::from_u128(0xcd));
        assert_eq!(bound_to(device), "00000000-0000-0000-0000-0000000000cd");
    }

    #[test]
    fn its_bytes_are_read_from_base64url() {
        let parts = sealed().parts().unwrap();
        assert!(sealed().nonce.contains('-'), "no other alphabet was tried");
        assert_eq!((parts.ephemeral, parts.nonce), ([0xfb; POINT_BYTES], [0xfb; NONCE_BYTES]));
        assert_eq!(parts.body, [0xfb; TAG_BYTES + 1]);
    }

    #[test]
    fn bytes_that_cannot_be_are_none() {
        let with = |change: fn(&mut Sealed)| {
            let mut changed = sealed();
            change(&mut changed);
            changed.parts()
        };
        assert!(with(|_| ()).is_some());
        assert_eq!(with(|one| one.ephemeral.clear()), None);
        assert_eq!(with(|one| one.ephemeral.truncate(8)), None);
        assert_eq!(with(|one| one.nonce.push_str("AAAA")), None);
        assert_eq!(with(|one| one.nonce = "+".repeat(16)), None);
        assert_eq!(with(|one| one.body.push_str("==")), None);
        assert_eq!(with(|one| one.body = BASE64URL_NOPAD.encode(&[0; TAG_BYTES])), None);
        assert_eq!(with(|one| one.body.push('*')), None);
    }

    #[test]
    fn a_batch_is_read_as_it_is_written_and_nonsense_in_the_report_is_none() {
        let device = DeviceId(Uuid::from_u128(7));
        let batch = SealedBatch { device, sealed: vec![sealed()], report: None };
        let mut told = serde_json::to_value(&batch).unwrap();
        assert_eq!(told.get("report"), None);
        assert_eq!(serde_json::from_value::<SealedBatch>(told.clone()).unwrap(), batch);
        told["report"] = json!({ "build": "<b>" });
        told["sealed"] = json!([1, {}]);
        let read: SealedBatch<Value> = serde_json::from_value(told).unwrap();
        assert_eq!((read.sealed.len(), read.report), (2, None));
    }
}
