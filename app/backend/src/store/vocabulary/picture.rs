//! Pictures of animals and papers, and the pieces in which they come.

use uuid::Uuid;

/// A picture, as stored; its bytes apart.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PictureRow {
    /// The picture.
    pub id: Uuid,
    /// The submission it belongs to.
    pub submission_id: Uuid,
    /// The animal, as that submission names it.
    pub animal_id: Uuid,
    /// Who answered for the animal when it was announced.
    pub owner_id: Uuid,
    /// Who announced it.
    pub staff_id: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// How many bytes it has.
    pub bytes: i64,
    /// Their SHA-256.
    pub sha256: Vec<u8>,
    /// When it was taken, by the phone's clock.
    pub taken_at: i64,
    /// When it was announced.
    pub announced_at: i64,
    /// How many bytes have come.
    pub received: i64,
    /// When the last of them came and all were found right.
    pub completed_at: Option<i64>,
}

vocabulary! {
    /// Adds a picture; `false` when its identifier is known.
    insert_picture = picture::insert(picture: &PictureRow) -> bool;
    /// One picture.
    picture = picture::find(id: Uuid) -> Option<PictureRow>;
    /// Holds a submission until the end of the transaction: its pictures are added one after the
    /// other.
    hold_pictures_of = picture::hold(submission: Uuid) -> ();
    /// How many pictures of an animal came with a submission, complete or not.
    count_pictures = picture::count(submission: Uuid, animal: Uuid) -> i64;
    /// The complete pictures of some animals, the last taken first.
    pictures_of = picture::of(animals: &[Uuid]) -> Vec<PictureRow>;
    /// Moves on how much has come of a picture; `false` when it does not stand at `from`, or is
    /// complete.
    advance_picture = picture::advance(id: Uuid, from: i64, to: i64) -> bool;
    /// Keeps the piece of a picture that begins at a place.
    insert_picture_piece = picture::insert_piece(id: Uuid, place: i64, bytes: &[u8]) -> ();
    /// The pieces of a picture, in their order.
    picture_pieces = picture::pieces(id: Uuid) -> Vec<Vec<u8>>;
    /// Notes that a picture is complete.
    complete_picture = picture::complete(id: Uuid, now: i64) -> ();
    /// Drops what has come of a picture that is not complete.
    begin_picture_anew = picture::begin_anew(id: Uuid) -> ();
    /// How many pictures were announced before a moment and are not complete.
    count_incomplete_pictures = picture::count_incomplete(announced_before: i64) -> i64;
    /// Deletes the pictures that were announced before a moment and are not complete; answers how
    /// many.
    forget_incomplete_pictures = picture::forget_incomplete(announced_before: i64) -> u64;
    /// Deletes the pictures of animals, not of papers, of some owners; answers how many.
    withdraw_pictures = picture::withdraw(owners: &[Uuid]) -> u64;
    /// Whether a submission left a link in the history of one of some animals.
    is_about_animals = picture::is_about(submission: Uuid, animals: &[Uuid]) -> bool;
}
