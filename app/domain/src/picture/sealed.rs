//! A piece of a picture that only the server opens: sent while nobody opens the phone, and once its
//! PIN was forgotten.
//!
//! Absent on purpose: the ciphers. The browser seals (`public/seal.js`), the server opens.

use crate::id::{DeviceId, OutreachId, PictureId};
use crate::picture::MAX_PIECE_BYTES;
use crate::submission::{NONCE_BYTES, POINT_BYTES, SealedParts};

/// The media type of a sealed piece.
pub const SEALED_KIND: &str = "application/vnd.huella.sealed";
/// Bytes of the tag at its end.
const TAG_BYTES: usize = 16;
/// Most bytes of a sealed piece: those of a piece, and the point, nonce and tag that open it.
pub const MAX_SEALED_PIECE_BYTES: u32 = MAX_PIECE_BYTES + 93;

/// Which piece it is. It was encrypted as the copy of a record is ([`crate::submission::Sealed`]),
/// under a key for this picture alone, bound to the phone and to where the piece stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedPiece {
    /// To whose recovery key.
    pub outreach: OutreachId,
    /// The phone that made the record of the picture.
    pub device: DeviceId,
    /// The picture.
    pub picture: PictureId,
    /// How many bytes stand before it.
    pub from: u32,
}

impl SealedPiece {
    /// What the key is derived for: it opens this picture for this outreach only.
    #[must_use]
    pub fn info(&self) -> String {
        format!("huella sealed picture 1 {} {}", self.outreach, self.picture)
    }

    /// What the piece is bound to beside its key.
    #[must_use]
    pub fn bound_to(&self) -> String {
        format!("{} {}", self.device, self.from)
    }

    /// Takes its bytes apart: the public half of the key pair, the nonce, and what was encrypted
    /// with its tag; none for what holds nothing.
    #[must_use]
    pub fn parts(bytes: &[u8]) -> Option<SealedParts> {
        let (ephemeral, rest) = bytes.split_at_checked(POINT_BYTES)?;
        let (nonce, body) = rest.split_at_checked(NONCE_BYTES)?;
        if body.len() <= TAG_BYTES {
            return None;
        }
        let (ephemeral, nonce) = (ephemeral.try_into().ok()?, nonce.try_into().ok()?);
        Some(SealedParts { ephemeral, nonce, body: body.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_key_is_for_one_picture_and_a_piece_for_one_place() {
        let piece = SealedPiece {
            outreach: OutreachId(Uuid::from_u128(0xab)),
            device: DeviceId(Uuid::from_u128(0xcd)),
            picture: PictureId(Uuid::from_u128(0xef)),
            from: 65_536,
        };
        let info = "huella sealed picture 1 00000000-0000-0000-0000-0000000000ab \
                    00000000-0000-0000-0000-0000000000ef";
        assert_eq!(piece.info(), info);
        assert_eq!(piece.bound_to(), "00000000-0000-0000-0000-0000000000cd 65536");
    }

    #[test]
    fn its_bytes_stand_one_behind_the_other_and_what_holds_nothing_is_none() {
        let head: Vec<u8> = [[1; POINT_BYTES].as_slice(), &[2; NONCE_BYTES]].concat();
        let whole = [head.as_slice(), &[3; TAG_BYTES + 1]].concat();
        let parts = SealedPiece::parts(&whole).unwrap();
        assert_eq!((parts.ephemeral, parts.nonce), ([1; POINT_BYTES], [2; NONCE_BYTES]));
        assert_eq!(parts.body, [3; TAG_BYTES + 1]);
        for length in 0..whole.len() {
            assert_eq!(SealedPiece::parts(&whole[..length]), None, "{length}");
        }
        let most = usize::try_from(MAX_SEALED_PIECE_BYTES - MAX_PIECE_BYTES).unwrap();
        assert_eq!(most, whole.len() - 1, "a piece is longer by what opens it");
    }
}
