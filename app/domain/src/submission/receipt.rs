//! The receipt of a batch, and the short code by which people compare two screens.

use crate::id::DeviceId;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The server's word on a batch. The phone clears only what a receipt names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The phone.
    pub device: DeviceId,
    /// SHA-256, in hexadecimal, over the answered identifiers in the order of the answers.
    pub batch_hash: String,
    /// Submissions of this phone that the server holds, whatever the answer.
    pub stored_total: u32,
    /// Every sequence number up to this one has been answered.
    pub complete_to_sequence: u32,
    /// When.
    pub answered_at: Timestamp,
    /// The key that signed, in hexadecimal.
    pub kid: String,
    /// Ed25519 over [`Receipt::signed_text`], base64 without padding.
    pub signature: String,
}

impl Receipt {
    /// What the signature covers.
    #[must_use]
    pub fn signed_text(&self) -> String {
        format!(
            "huella-receipt-1\n{}\n{}\n{}\n{}\n{}",
            self.device,
            self.batch_hash,
            self.stored_total,
            self.complete_to_sequence,
            self.answered_at.0
        )
    }

    /// What the code of this receipt is made of, see [`receipt_code`].
    #[must_use]
    pub fn code_text(&self) -> String {
        code_text(self.device, self.stored_total, self.complete_to_sequence)
    }
}

/// What a code is made of: a phone, what the server holds of it, and how far without a gap.
#[must_use]
pub fn code_text(device: DeviceId, stored_total: u32, complete_to_sequence: u32) -> String {
    format!("huella-receipt-code-1\n{device}\n{stored_total}\n{complete_to_sequence}")
}

/// The code that a phone and the coordination show for the same standing, `ABCD-EFGH`: the first
/// 40 bits of the SHA-256 of [`code_text`], in base32 (RFC 4648). It proves nothing, the signature
/// does; it is short enough to be read out.
#[must_use]
pub fn receipt_code(digest: &[u8; 32]) -> String {
    let [a, b, c, d, e, ..] = *digest;
    let bits = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
    let letter = |place: u32| match u8::try_from((bits >> (35 - 5 * place)) & 31).unwrap_or(0) {
        letter @ 0..=25 => char::from(b'A' + letter),
        digit => char::from(b'2' + digit - 26),
    };
    let mut code: String = (0..8).map(letter).collect();
    code.insert(4, '-');
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn receipt() -> Receipt {
        Receipt {
            device: DeviceId(Uuid::from_u128(0x0193_5a7b_0c00_7000_8000_0000_0000_0007)),
            batch_hash: String::new(),
            stored_total: 112,
            complete_to_sequence: 112,
            answered_at: Timestamp(1_795_366_800_000),
            kid: String::new(),
            signature: String::new(),
        }
    }

    #[test]
    fn the_code_follows_from_the_phone_and_its_two_figures() {
        let text = "huella-receipt-code-1\n01935a7b-0c00-7000-8000-000000000007\n112\n112";
        assert_eq!(receipt().code_text(), text);
        let later = Receipt { answered_at: Timestamp(0), ..receipt() };
        assert_eq!(later.code_text(), text, "asked again, the same standing has the same code");
    }

    /// The digest is what `sha256sum` says of that text, the code what `base32` says of its first
    /// five bytes.
    #[test]
    fn the_code_is_the_beginning_of_the_digest() {
        let digest = [
            0x0c, 0x8e, 0xbd, 0x33, 0xe9, 0xf9, 0x93, 0x4d, 0xb0, 0xf6, 0x28, 0x96, 0x48, 0xb4,
            0x54, 0xcf, 0x94, 0x1e, 0xe5, 0x4b, 0xbe, 0x39, 0x05, 0x8d, 0x05, 0x58, 0xdc, 0x5c,
            0x76, 0x23, 0x17, 0xa1,
        ];
        assert_eq!(receipt_code(&digest), "BSHL-2M7J");
        assert_eq!(receipt_code(&[0xff; 32]), "7777-7777");
        assert_eq!(receipt_code(&[0; 32]), "AAAA-AAAA");
    }
}
