//! Pieces that a phone has sealed to the recovery key of their outreach: opened here, and then like
//! any other.

use domain::id::{DeviceId, OutreachId};
use domain::picture::{MAX_SEALED_PIECE_BYTES, PictureProgress, SealedPiece};
use domain::refusal::Refusal;
use domain::role::UseCase;

use super::{Piece, add_piece, own_record};
use crate::actor::{Actor, authorise};
use crate::error::Error;
use crate::office::Office;
use crate::recovery;

/// Takes a sealed piece of a picture that was announced; answers how much of the picture has come.
///
/// # Errors
/// As [`add_piece`]; [`Refusal::Unreadable`] for what cannot be opened: another phone made it, it
/// belongs elsewhere, or it was changed.
pub async fn add_sealed_piece(
    office: &Office,
    actor: Actor,
    piece: Piece,
) -> Result<PictureProgress, Error> {
    authorise(&actor, UseCase::Submit).map_err(Error::Refused)?;
    if piece.bytes.len() > MAX_SEALED_PIECE_BYTES as usize {
        return Err(Error::Refused(Refusal::TooLarge));
    }
    let picture = piece.picture;
    let found = office.store.read(move |tx| {
        Box::pin(async move {
            let unknown = || Error::Refused(Refusal::PictureUnknown);
            let row = tx.picture(picture.0).await?.ok_or_else(unknown)?;
            own_record(tx, &actor, row.submission_id).await?.ok_or_else(unknown)
        })
    });
    let record = found.await?;
    let unreadable = || Error::Refused(Refusal::Unreadable);
    let about = SealedPiece {
        outreach: OutreachId(record.outreach_id.ok_or_else(unreadable)?),
        device: DeviceId(record.device_id),
        picture,
        from: piece.from,
    };
    let opened = recovery::open_piece(office, about, &piece.bytes).await?;
    let bytes = opened.ok_or_else(unreadable)?;
    add_piece(office, actor, Piece { bytes, ..piece }).await
}
