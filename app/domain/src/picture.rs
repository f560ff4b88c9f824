//! Pictures of an animal or of a paper: what a phone announces, how it sends them in pieces, and
//! what the finished bytes may hold.
//!
//! A phone sends the pictures after the records. Each one is announced
//! (`POST /api/v1/pictures`), then sent piece by piece (`PUT /api/v1/pictures/{id}/{from}`); both
//! are answered with how much the server has, so that a phone goes on where it stood. A piece comes
//! as it is, or as a [`SealedPiece`] of a phone that cannot open the picture.

use crate::catalogue::coded;
use crate::id::{AnimalId, PictureId, SubmissionId};
use crate::owner::OwnerDetails;
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

mod jpeg;
mod sealed;

pub use sealed::{MAX_SEALED_PIECE_BYTES, SEALED_KIND, SealedPiece};

pub use jpeg::{MAX_SIDE, Sides, Unfit, check};

/// Most bytes of a picture: a phone shrinks it before it is kept.
pub const MAX_PICTURE_BYTES: u32 = 409_600;
/// Most bytes of a piece.
pub const MAX_PIECE_BYTES: u32 = 65_536;
/// Most pictures of one animal in one submission.
pub const MAX_PICTURES_OF_ANIMAL: u32 = 4;
/// Characters of a SHA-256 in hexadecimal.
const SHA256_LETTERS: usize = 64;

coded! {
    /// What a picture shows.
    pub enum PictureKind {
        /// The animal; its owner must have consented to photographs.
        Animal = "animal",
        /// A paper, such as a proof of holding: kept for the rendering of accounts.
        Paper = "paper",
    }
}

/// A phone announces a picture (`POST /api/v1/pictures`). These facts never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PictureNotice {
    /// Made on the phone; names this picture for ever.
    pub id: PictureId,
    /// The submission it belongs to.
    pub submission: SubmissionId,
    /// The animal, as that submission names it.
    pub animal: AnimalId,
    /// What it shows.
    pub kind: PictureKind,
    /// How many bytes it has: 1 to [`MAX_PICTURE_BYTES`].
    pub bytes: u32,
    /// Their SHA-256, 64 lower-case letters in hexadecimal.
    pub sha256: String,
    /// When it was taken, by the phone's clock.
    pub taken_at: Timestamp,
}

impl PictureNotice {
    /// Whether size and hash can be those of a picture.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_letter = |letter: u8| matches!(letter, b'0'..=b'9' | b'a'..=b'f');
        (1..=MAX_PICTURE_BYTES).contains(&self.bytes)
            && self.sha256.len() == SHA256_LETTERS
            && self.sha256.bytes().all(is_letter)
    }
}

/// How much of a picture the server has: the answer to its notice and to each piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PictureProgress {
    /// Bytes, from the first on; the picture is complete when it is as many as were announced.
    pub received: u32,
}

/// Whether a picture may be kept of an animal that this owner answers for now.
///
/// # Errors
/// [`Refusal::OwnerUnknown`] once the owner was erased; [`Refusal::PhotosNotConsented`] for one of
/// the animal to which the owner has not consented.
pub fn may_be_kept(kind: PictureKind, owner: &OwnerDetails) -> Result<(), Refusal> {
    if *owner == OwnerDetails::erased() {
        Err(Refusal::OwnerUnknown)
    } else if kind == PictureKind::Animal && !owner.consents_to_photos {
        Err(Refusal::PhotosNotConsented)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::IdentityDocument;
    use crate::name::PersonName;
    use serde_json::json;
    use uuid::Uuid;

    fn notice() -> PictureNotice {
        PictureNotice {
            id: PictureId(Uuid::from_u128(1)),
            submission: SubmissionId(Uuid::from_u128(2)),
            animal: AnimalId(Uuid::from_u128(3)),
            kind: PictureKind::Paper,
            bytes: 9,
            sha256: "0a".repeat(32),
            taken_at: Timestamp(4),
        }
    }

    #[test]
    fn a_notice_has_a_size_and_a_hash() {
        let with_bytes = |bytes| PictureNotice { bytes, ..notice() }.is_sound();
        assert!(with_bytes(1) && with_bytes(MAX_PICTURE_BYTES));
        assert!(!with_bytes(0) && !with_bytes(MAX_PICTURE_BYTES + 1) && !with_bytes(u32::MAX));
        for hash in ["", "0a", &"0A".repeat(32), &"0g".repeat(32), &"é".repeat(32)] {
            let notice = PictureNotice { sha256: hash.to_owned(), ..notice() };
            assert!(!notice.is_sound(), "{hash}");
        }
        assert!(!PictureNotice { sha256: "0".repeat(65), ..notice() }.is_sound());
    }

    #[test]
    fn a_notice_travels_with_these_names() {
        let wire = json!({
            "id": "00000000-0000-0000-0000-000000000001",
            "submission": "00000000-0000-0000-0000-000000000002",
            "animal": "00000000-0000-0000-0000-000000000003",
            "kind": "paper",
            "bytes": 9,
            "sha256": "0a".repeat(32),
            "taken_at": 4,
        });
        assert_eq!(serde_json::to_value(notice()).unwrap(), wire);
        assert_eq!(serde_json::from_value::<PictureNotice>(wire).unwrap(), notice());
        let progress = serde_json::to_value(PictureProgress { received: 7 }).unwrap();
        assert_eq!(progress, json!({ "received": 7 }));
    }

    #[test]
    fn a_photograph_needs_a_consent_and_a_paper_an_owner() {
        let name = PersonName::parse("Ana", "Rojas").unwrap();
        let silent = OwnerDetails::adult(IdentityDocument::None, name);
        let consents = OwnerDetails { consents_to_photos: true, ..silent.clone() };
        for (owner, animal, paper) in [
            (consents, Ok(()), Ok(())),
            (silent, Err(Refusal::PhotosNotConsented), Ok(())),
            (OwnerDetails::erased(), Err(Refusal::OwnerUnknown), Err(Refusal::OwnerUnknown)),
        ] {
            assert_eq!(may_be_kept(PictureKind::Animal, &owner), animal, "{owner:?}");
            assert_eq!(may_be_kept(PictureKind::Paper, &owner), paper, "{owner:?}");
        }
    }

    #[test]
    fn a_picture_is_a_few_pieces() {
        assert!(MAX_PICTURE_BYTES.div_ceil(MAX_PIECE_BYTES) <= 7);
    }
}
