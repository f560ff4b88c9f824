//! Pictures of animals and papers: a phone announces each one once its record is in the register,
//! sends it in pieces, and it counts once all of it is there and is what was announced.
//!
//! Every piece is a row of its own. A growing value would be written anew with each piece, on
//! SQLite as on PostgreSQL; so each byte is written once, in the transaction that says how much has
//! come, and a phone that lost an answer is told where to go on. Of two that write at once the one
//! that finds the picture where it expects it goes on; the other is told where it stands.

use data_encoding::HEXLOWER;
use domain::desk::sheet::PictureLine;
use domain::id::{AnimalId, DeviceId, OwnerId, PictureId, SubmissionId};
use domain::picture::{
    self, MAX_PICTURES_OF_ANIMAL, MAX_PIECE_BYTES, PictureKind, PictureNotice, PictureProgress,
};
use domain::refusal::Refusal;
use domain::role::{Caller, UseCase, allows};
use domain::timestamp::{DAY_MS, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::desk::register::kept_owner;
use crate::desk::{may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{OwnerRecord, code};
use crate::registry;
use crate::store::vocabulary::picture::PictureRow;
use crate::store::vocabulary::submission::SubmissionRow;
use crate::store::{Isolation, Store, StoreError, Tx};
use crate::submissions::is_accepted;

mod sealed;

pub use sealed::add_sealed_piece;

/// Pictures that were announced longer ago than this and are not complete ask for a person.
const LONG_INCOMPLETE_MS: i64 = DAY_MS;
/// What has come of a picture that was announced longer ago than this is dropped: thirty days. A
/// phone that still has it announces it anew.
const INCOMPLETE_KEPT_MS: i64 = 30 * DAY_MS;

/// Takes the notice of a picture; answers how much of it has come. A notice that comes again
/// changes nothing.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::Unreadable`] for a size or a hash
/// that no picture has; [`Refusal::SubmissionNotStored`] while the record is not in the register,
/// or when it is somebody else's; [`Refusal::PhoneRevoked`]; [`Refusal::AnimalUnknown`] for an
/// animal that the record is not about; [`Refusal::OwnerUnknown`] once its owner was erased;
/// [`Refusal::PhotosNotConsented`]; [`Refusal::TooManyPictures`]; [`Refusal::IdReused`].
pub async fn announce(
    office: &Office,
    actor: Actor,
    notice: PictureNotice,
) -> Result<PictureProgress, Error> {
    authorise(&actor, UseCase::Submit).map_err(Error::Refused)?;
    let sha256 = HEXLOWER.decode(notice.sha256.as_bytes()).unwrap_or_default();
    if !notice.is_sound() {
        return Err(Error::Refused(Refusal::Unreadable));
    }
    let row = PictureRow {
        id: notice.id.0,
        submission_id: notice.submission.0,
        animal_id: notice.animal.0,
        owner_id: Uuid::nil(),
        staff_id: actor.id().unwrap_or_default(),
        kind: notice.kind.code().to_owned(),
        bytes: notice.bytes.into(),
        sha256,
        taken_at: notice.taken_at.0,
        announced_at: office.clock.now().0,
        received: 0,
        completed_at: None,
    };
    // Each statement sees what was committed before it: who waits counts what the other has added.
    let noted = office.store.write_at(Isolation::Committed, row, move |tx, row| {
        Box::pin(async move { note(tx, &actor, row).await })
    });
    Ok(progress(noted.await?))
}

/// Notes a picture that is announced; answers how many bytes of it have come.
async fn note(tx: &mut Tx, actor: &Actor, row: &PictureRow) -> Result<i64, Error> {
    let not_stored = || Error::Refused(Refusal::SubmissionNotStored);
    tx.hold_pictures_of(row.submission_id).await?;
    let record = own_record(tx, actor, row.submission_id).await?.ok_or_else(not_stored)?;
    if let Some(known) = tx.picture(row.id).await? {
        return same(&known, row);
    }
    if !is_accepted(&record)? {
        return Err(not_stored());
    }
    let shown = shown_by(tx, row).await?;
    // A person's resolution is recorded under its own identifier, and keeps what was sent.
    let said = record.body.as_deref().unwrap_or_default();
    let is_named = shown.ids.iter().any(|id| said.contains(&id.to_string()));
    if !is_named && !tx.is_about_animals(record.id, &shown.ids).await? {
        return Err(Error::Refused(Refusal::AnimalUnknown));
    }
    shown.may_be_kept(row)?;
    let count = tx.count_pictures(row.submission_id, row.animal_id).await?;
    if count >= i64::from(MAX_PICTURES_OF_ANIMAL) {
        return Err(Error::Refused(Refusal::TooManyPictures));
    }
    let row = PictureRow { owner_id: shown.owner.id.0, ..row.clone() };
    if tx.insert_picture(&row).await? {
        return Ok(0);
    }
    // Somebody else was quicker with the same identifier.
    let known = tx.picture(row.id).await?;
    known.map_or(Ok(0), |known| same(&known, &row))
}

/// How much of a known picture has come, if it was announced with the same facts.
fn same(known: &PictureRow, row: &PictureRow) -> Result<i64, Error> {
    let facts = |row: &PictureRow| {
        let about = (row.submission_id, row.animal_id, row.kind.clone());
        (about, row.bytes, row.sha256.clone(), row.taken_at)
    };
    if facts(known) == facts(row) {
        Ok(known.received)
    } else {
        Err(Error::Refused(Refusal::IdReused))
    }
}

/// The submission with this identifier, when it was the caller who sent or made it, on a phone that
/// is not revoked.
async fn own_record(tx: &mut Tx, actor: &Actor, id: Uuid) -> Result<Option<SubmissionRow>, Error> {
    let is_own = |row: &SubmissionRow| {
        actor.id().is_some_and(|caller| [row.staff_id, row.maker_id].contains(&caller))
    };
    let Some(record) = tx.submission(id).await?.filter(is_own) else { return Ok(None) };
    let phone = tx.devices(&[record.device_id]).await?.pop();
    if phone.is_some_and(|phone| phone.revoked_at.is_some()) {
        return Err(Error::Refused(Refusal::PhoneRevoked));
    }
    Ok(Some(record))
}

/// An animal that a picture shows, or whose paper it is.
struct ShownAnimal {
    /// The record that stands for it, then those that were merged into that one.
    ids: Vec<Uuid>,
    owner: OwnerRecord,
}

impl ShownAnimal {
    /// Whether such a picture of it may be kept now.
    fn may_be_kept(&self, row: &PictureRow) -> Result<(), Error> {
        let kind = code(&row.kind, PictureKind::from_code)?;
        picture::may_be_kept(kind, &self.owner.details).map_err(Error::Refused)
    }
}

/// The animal of a picture, and who answers for it now.
async fn shown_by(tx: &mut Tx, row: &PictureRow) -> Result<ShownAnimal, Error> {
    let unknown = || Error::Refused(Refusal::AnimalUnknown);
    let named = tx.animal(row.animal_id).await?.ok_or_else(unknown)?;
    let kept = match named.merged_into {
        Some(into) => tx.animal(into).await?.ok_or_else(unknown)?,
        None => named,
    };
    let owner = kept_owner(tx, OwnerId(kept.owner_id)).await?;
    let mut ids = vec![kept.id];
    ids.extend(tx.animals_merged_into(kept.id).await?.into_iter().map(|merged| merged.id));
    Ok(ShownAnimal { ids, owner })
}

/// A piece of a picture.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The picture.
    pub picture: PictureId,
    /// How many bytes stand before it.
    pub from: u32,
    /// At most [`MAX_PIECE_BYTES`].
    pub bytes: Vec<u8>,
}

/// Takes a piece of a picture; answers how much of it has come. A piece that begins elsewhere than
/// where the picture stands is not kept, and the phone goes on from what is answered. With the last
/// one the whole is compared with what was announced: what differs, or is no picture that is taken,
/// is dropped whole.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::TooLarge`] for a piece that is too
/// long or reaches beyond the picture; [`Refusal::PictureUnknown`], also for somebody else's;
/// [`Refusal::PhoneRevoked`]; [`Refusal::OwnerUnknown`], [`Refusal::PhotosNotConsented`] as at its
/// notice; [`Refusal::PictureDamaged`], [`Refusal::PictureUnfit`] for a whole that is dropped.
pub async fn add_piece(
    office: &Office,
    actor: Actor,
    piece: Piece,
) -> Result<PictureProgress, Error> {
    authorise(&actor, UseCase::Submit).map_err(Error::Refused)?;
    if piece.bytes.len() > MAX_PIECE_BYTES as usize {
        return Err(Error::Refused(Refusal::TooLarge));
    }
    let now = office.clock.now();
    let added = office
        .store
        .write_with(piece, move |tx, piece| {
            Box::pin(async move { add(tx, &actor, piece, now).await })
        })
        .await?;
    added.map(progress).map_err(Error::Refused)
}

/// Adds a piece; answers how many bytes have come, or why all of them were dropped, which is to be
/// committed like the other.
async fn add(
    tx: &mut Tx,
    actor: &Actor,
    piece: &Piece,
    now: Timestamp,
) -> Result<Result<i64, Refusal>, Error> {
    let unknown = || Error::Refused(Refusal::PictureUnknown);
    let row = tx.picture(piece.picture.0).await?.ok_or_else(unknown)?;
    let record = own_record(tx, actor, row.submission_id).await?.ok_or_else(unknown)?;
    let from = i64::from(piece.from);
    if row.completed_at.is_some() || from != row.received || piece.bytes.is_empty() {
        return Ok(Ok(row.received));
    }
    let to = from.saturating_add(i64::try_from(piece.bytes.len()).unwrap_or(i64::MAX));
    if to > row.bytes {
        return Err(Error::Refused(Refusal::TooLarge));
    }
    let shown = shown_by(tx, &row).await?;
    shown.may_be_kept(&row)?;
    if !tx.advance_picture(row.id, from, to).await? {
        let stands = tx.picture(row.id).await?.ok_or_else(unknown)?;
        return Ok(Ok(stands.received));
    }
    if to == row.bytes {
        let mut whole = tx.picture_pieces(row.id).await?.concat();
        whole.extend_from_slice(&piece.bytes);
        if let Err(refusal) = judge(&row, &whole) {
            tx.begin_picture_anew(row.id).await?;
            return Ok(Err(refusal));
        }
        tx.complete_picture(row.id, now.0).await?;
        history::append(tx, &stored(&row, (&record, &shown), *actor, now)?).await?;
    }
    tx.insert_picture_piece(row.id, from, &piece.bytes).await?;
    Ok(Ok(to))
}

/// Whether the bytes are those that were announced, and a picture that is taken.
fn judge(row: &PictureRow, whole: &[u8]) -> Result<(), Refusal> {
    if Sha256::digest(whole).to_vec() != row.sha256 {
        return Err(Refusal::PictureDamaged);
    }
    picture::check(whole).map(drop).map_err(|_| Refusal::PictureUnfit)
}

/// What the animal's history says of a picture: never its bytes.
fn stored(
    row: &PictureRow,
    (record, shown): (&SubmissionRow, &ShownAnimal),
    actor: Actor,
    now: Timestamp,
) -> Result<Entry, Error> {
    let kept = shown.ids.first().copied().unwrap_or(row.animal_id);
    let said = json!({
        "picture": row.id,
        "kind": row.kind,
        "bytes": row.bytes,
        "sha256": HEXLOWER.encode(&row.sha256),
    });
    let entry = Entry::new(Subject::Animal(AnimalId(kept)), "picture_stored", actor, now, &said)?;
    Ok(entry.from_submission(DeviceId(record.device_id), SubmissionId(record.id)))
}

fn progress(received: i64) -> PictureProgress {
    PictureProgress { received: number(received) }
}

/// A picture to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// A JPEG.
    pub bytes: Vec<u8>,
}

/// A complete picture: for a coordinator every one, for an auditor those of animals, for field
/// staff those of the outreaches they work at and of their own records. Who has not opened the
/// sheet that shows it leaves a look that its owner can see.
///
/// # Errors
/// [`Refusal::SignedOut`], [`Refusal::Forbidden`]; [`Refusal::PictureUnknown`], also for one that
/// is not theirs to see.
pub async fn show(office: &Office, actor: Actor, id: PictureId) -> Result<Shown, Error> {
    may(&actor, UseCase::SeePictures)?;
    let found = office.store.read(move |tx| {
        Box::pin(async move {
            let unknown = || Error::Refused(Refusal::PictureUnknown);
            let row = tx.picture(id.0).await?.filter(|row| row.completed_at.is_some());
            let row = row.ok_or_else(unknown)?;
            if !may_see(tx, &actor, &row).await? {
                return Err(unknown());
            }
            let bytes = tx.picture_pieces(row.id).await?.concat();
            Ok::<_, Error>((row.owner_id, Shown { sha256: HEXLOWER.encode(&row.sha256), bytes }))
        })
    });
    let (owner, shown) = found.await?;
    if !allows(actor.caller().unwrap_or(Caller::Public), UseCase::ReadRegistryMasked) {
        let owner = std::iter::once(OwnerId(owner));
        registry::note_looks(office, actor, "picture", owner).await?;
    }
    Ok(shown)
}

/// Whether a member of staff may see a picture.
async fn may_see(tx: &mut Tx, actor: &Actor, row: &PictureRow) -> Result<bool, Error> {
    let caller = actor.caller().unwrap_or(Caller::Public);
    if allows(caller, UseCase::ReadRegistryMasked) {
        return Ok(sees_kind(actor, row));
    }
    let Some(record) = tx.submission(row.submission_id).await? else { return Ok(false) };
    if [record.staff_id, record.maker_id].into_iter().any(|id| Some(id) == actor.id()) {
        return Ok(true);
    }
    let Some(outreach) = record.outreach_id else { return Ok(false) };
    let team = tx.team(&[outreach]).await?;
    Ok(team.iter().any(|member| Some(member.staff_id) == actor.id()))
}

/// Whether somebody sees pictures of that kind: a paper is for who sees personal data as they are.
fn sees_kind(actor: &Actor, row: &PictureRow) -> bool {
    crate::desk::register::sees_whole(actor) || row.kind == PictureKind::Animal.code()
}

/// The complete pictures of an animal's records that somebody may see, the last taken first.
///
/// # Errors
/// A failed database.
pub(crate) async fn of_animals(
    tx: &mut Tx,
    actor: &Actor,
    animals: &[Uuid],
) -> Result<Vec<PictureLine>, StoreError> {
    let rows = tx.pictures_of(animals).await?;
    let lines = rows.iter().filter(|row| sees_kind(actor, row)).map(|row| {
        Ok(PictureLine {
            id: PictureId(row.id),
            kind: code(&row.kind, PictureKind::from_code)?,
            taken_at: Timestamp(row.taken_at),
        })
    });
    lines.collect()
}

/// How many pictures were announced long ago and are not complete.
///
/// # Errors
/// A failed database.
pub(crate) async fn count_incomplete(tx: &mut Tx, now: Timestamp) -> Result<u32, StoreError> {
    let before = now.plus_ms(-LONG_INCOMPLETE_MS);
    Ok(number(tx.count_incomplete_pictures(before.0).await?))
}

/// Forgets the pictures that were announced thirty days ago and never came whole; answers how many.
///
/// # Errors
/// A failed database.
pub async fn forget(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    let before = now.plus_ms(-INCOMPLETE_KEPT_MS);
    store
        .write(move |tx| Box::pin(async move { tx.forget_incomplete_pictures(before.0).await }))
        .await
}
