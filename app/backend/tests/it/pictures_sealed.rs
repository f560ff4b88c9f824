//! Pieces of pictures that only the server opens: like any other where they belong, and nothing
//! elsewhere.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use backend::actor::Actor;
use backend::clock::{fresh_id, random};
use backend::pictures::{self, Piece};
use data_encoding::BASE64URL_NOPAD;
use domain::id::{DeviceId, OutreachId, PictureId};
use domain::picture::{MAX_SEALED_PIECE_BYTES, PictureKind, PictureNotice, SealedPiece};
use domain::refusal::Refusal;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

use crate::it::field::{Field, Guest};
use crate::it::pictures::{jpeg, notice, told, visited};
use crate::it::sealed::key_of;

const PIECE: usize = 65_536;

/// Seals bytes to a public half, by the letter of the domain.
fn seal(key: &str, about: &SealedPiece, bytes: &[u8]) -> Vec<u8> {
    let theirs = BASE64URL_NOPAD.decode(key.as_bytes()).unwrap();
    let own = SecretKey::from_slice(&random::<32>().unwrap()).unwrap();
    let shared = own.diffie_hellman(&PublicKey::from_sec1_bytes(&theirs).unwrap());
    let mut derived = [0; 32];
    shared.extract::<Sha256>(None).expand(about.info().as_bytes(), &mut derived).unwrap();
    let nonce = random::<12>().unwrap();
    let bound_to = about.bound_to();
    let payload = Payload { msg: bytes, aad: bound_to.as_bytes() };
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(derived));
    let body = cipher.encrypt(&Nonce::from(nonce), payload).unwrap();
    [own.public_key().to_sec1_point(false).as_bytes(), &nonce, &body].concat()
}

/// The piece of a picture of the field's phone that begins there.
fn at(field: &Field, notice: &PictureNotice, from: usize) -> SealedPiece {
    let from = u32::try_from(from).unwrap();
    let (outreach, device, picture) = (field.outreach, field.device, notice.id);
    SealedPiece { outreach, device, picture, from }
}

async fn put(
    field: &Field,
    actor: Actor,
    (picture, from): (PictureId, usize),
    bytes: Vec<u8>,
) -> Result<u32, Refusal> {
    let piece = Piece { picture, from: u32::try_from(from).unwrap(), bytes };
    told(pictures::add_sealed_piece(&field.office, actor, piece).await)
}

on_both_databases! {
    async fn a_picture_comes_in_sealed_pieces_and_in_plain_ones(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(150_000));
        let key = key_of(&field.office, actor).await;
        let about = visited(&field, &Guest::new(40_000_851), true).await;
        let notice = notice(about, PictureKind::Animal, &bytes);
        assert_eq!(told(pictures::announce(&field.office, actor, notice.clone()).await), Ok(0));
        let sealed = |from: usize| {
            let end = bytes.len().min(from + PIECE);
            seal(&key, &at(&field, &notice, from), &bytes[from..end])
        };
        let first = sealed(0);
        assert_eq!(first.len(), usize::try_from(MAX_SEALED_PIECE_BYTES).unwrap());
        assert_eq!(put(&field, actor, (notice.id, 0), first.clone()).await, Ok(65_536));
        // Its answer was lost; it is sealed anew; the open app sends the next one as it is.
        assert_eq!(put(&field, actor, (notice.id, 0), first).await, Ok(65_536));
        assert_eq!(put(&field, actor, (notice.id, 0), sealed(0)).await, Ok(65_536));
        let plain = bytes[PIECE..2 * PIECE].to_vec();
        let piece = Piece { picture: notice.id, from: 65_536, bytes: plain };
        let added = pictures::add_piece(&field.office, actor, piece).await;
        assert_eq!(told(added), Ok(131_072));
        let last = put(&field, actor, (notice.id, 2 * PIECE), sealed(2 * PIECE)).await;
        assert_eq!(last, Ok(notice.bytes));
        let shown = pictures::show(&field.office, actor, notice.id).await.unwrap();
        assert_eq!((shown.bytes, shown.sha256), (bytes.clone(), notice.sha256.clone()));
    }

    async fn a_sealed_piece_opens_where_it_belongs_alone(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(70_000));
        let key = key_of(&field.office, actor).await;
        let about = visited(&field, &Guest::new(40_000_852), true).await;
        let notice = notice(about, PictureKind::Animal, &bytes);
        let place = (notice.id, 0);
        let right = at(&field, &notice, 0);
        let first = &bytes[..PIECE];
        let unknown = put(&field, actor, place, seal(&key, &right, first)).await;
        assert_eq!(unknown, Err(Refusal::PictureUnknown), "nobody has announced it");
        assert_eq!(told(pictures::announce(&field.office, actor, notice.clone()).await), Ok(0));
        let elsewhere = [
            SealedPiece { outreach: OutreachId(fresh_id()), ..right },
            SealedPiece { device: DeviceId(fresh_id()), ..right },
            SealedPiece { picture: PictureId(fresh_id()), ..right },
            SealedPiece { from: 65_536, ..right },
        ];
        for about in elsewhere {
            let answer = put(&field, actor, place, seal(&key, &about, first)).await;
            assert_eq!(answer, Err(Refusal::Unreadable), "{about:?}");
        }
        let sealed = seal(&key, &right, first);
        for changed in [0, 70, 200, sealed.len() - 1] {
            let mut altered = sealed.clone();
            altered[changed] ^= 1;
            let answer = put(&field, actor, place, altered).await;
            assert_eq!(answer, Err(Refusal::Unreadable), "byte {changed}");
        }
        for short in [0, 93] {
            let answer = put(&field, actor, place, sealed[..short].to_vec()).await;
            assert_eq!(answer, Err(Refusal::Unreadable), "{short} bytes");
        }
        let long = seal(&key, &right, &bytes[..=PIECE]);
        assert_eq!(put(&field, actor, place, long).await, Err(Refusal::TooLarge));
        let other = put(&field, field.as_veterinarian(), place, sealed.clone()).await;
        assert_eq!(other, Err(Refusal::PictureUnknown), "it is nobody else's");
        assert_eq!(put(&field, actor, place, sealed).await, Ok(65_536));
    }
}
