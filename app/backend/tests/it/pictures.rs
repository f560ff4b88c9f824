//! Pictures: sent in pieces after their record, whole and bare of everything else or not at all.

use backend::actor::Actor;
use backend::clock::fresh_id;
use backend::desk::phones::{self, Standing};
use backend::desk::register;
use backend::erasure::erase_owner;
use backend::error::Error;
use backend::pictures::{self, Piece};
use domain::command::{Command, CorrectionReason};
use domain::desk::phones::PhoneFilter;
use domain::id::{AnimalId, PictureId, StaffId, SubmissionId};
use domain::picture::{PictureKind, PictureNotice, PictureProgress};
use domain::refusal::Refusal;
use domain::role::Role;
use domain::submission::{Outcome, Submission};
use domain::timestamp::DAY_MS;
use futures_util::future::join_all;
use sha2::{Digest, Sha256};

use crate::it::databases::Database;
use crate::it::field::{Field, Guest, NOW};

const CHIP: &str = "999000000000801";
const PIECE: usize = 65_536;

/// A JPEG with so many bytes of coded data.
pub fn jpeg(data: usize) -> Vec<u8> {
    let size = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
    [&[0xff, 0xd8][..], &size, &scan, &vec![0x11; data], &[0xff, 0xd9]].concat()
}

/// The notice of a picture.
pub fn notice(
    (submission, animal): (SubmissionId, AnimalId),
    kind: PictureKind,
    bytes: &[u8],
) -> PictureNotice {
    PictureNotice {
        id: PictureId(fresh_id()),
        submission,
        animal,
        kind,
        bytes: u32::try_from(bytes.len()).unwrap(),
        sha256: data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)),
        taken_at: NOW,
    }
}

/// How much has come, or why not.
pub fn told(answer: Result<PictureProgress, Error>) -> Result<u32, Refusal> {
    match answer {
        Ok(progress) => Ok(progress.received),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(Error::Failed(fault)) => panic!("{fault:?}"),
    }
}

async fn announce(field: &Field, actor: Actor, notice: &PictureNotice) -> Result<u32, Refusal> {
    told(pictures::announce(&field.office, actor, notice.clone()).await)
}

async fn put(
    field: &Field,
    actor: Actor,
    (picture, from): (PictureId, usize),
    bytes: &[u8],
) -> Result<u32, Refusal> {
    let from = u32::try_from(from).unwrap();
    let piece = Piece { picture, from, bytes: bytes.to_vec() };
    told(pictures::add_piece(&field.office, actor, piece).await)
}

/// Sends what a picture lacks, as a phone does.
pub async fn send(
    field: &Field,
    actor: Actor,
    notice: &PictureNotice,
    bytes: &[u8],
) -> Result<u32, Refusal> {
    let mut received = announce(field, actor, notice).await?;
    while received < notice.bytes {
        let from = usize::try_from(received).unwrap();
        let end = bytes.len().min(from + PIECE);
        received = put(field, actor, (notice.id, from), &bytes[from..end]).await?;
    }
    Ok(received)
}

/// Sends the first bytes of a picture.
async fn put_half(field: &Field, actor: Actor, notice: &PictureNotice, bytes: &[u8]) {
    announce(field, actor, notice).await.unwrap();
    assert_eq!(put(field, actor, (notice.id, 0), &bytes[..9]).await, Ok(9));
}

/// A visit of somebody who consents to photographs or does not.
fn visit(field: &Field, guest: &Guest, consents: bool) -> Submission {
    let mut details = guest.details();
    details.consents_to_photos = consents;
    let owner = Command::RegisterOwner { owner: guest.owner, details: Box::new(details) };
    field.submission(field.as_operative(), vec![owner, guest.dog_registered("Ñato")])
}

/// The same, in the register; answers the submission and the dog.
pub async fn visited(field: &Field, guest: &Guest, consents: bool) -> (SubmissionId, AnimalId) {
    let submission = visit(field, guest, consents);
    let reply = field.send(field.as_operative(), std::slice::from_ref(&submission)).await;
    let outcome = &reply.answers[0].outcome;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    (submission.id, guest.dog)
}

async fn count(database: &Database, table: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {table}")).await
}

on_both_databases! {
    async fn a_picture_comes_in_pieces_and_goes_on_where_it_stood(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(150_000));
        let about = visited(&field, &Guest::new(40_000_801), true).await;
        let notice = notice(about, PictureKind::Animal, &bytes);
        let at = |from| (notice.id, from);
        assert_eq!(announce(&field, actor, &notice).await, Ok(0));
        assert_eq!(announce(&field, actor, &notice).await, Ok(0));
        assert_eq!(put(&field, actor, at(0), &bytes[..PIECE]).await, Ok(65_536));
        // Its answer was lost; another lies beyond; one is empty.
        assert_eq!(put(&field, actor, at(0), &bytes[..PIECE]).await, Ok(65_536));
        assert_eq!(put(&field, actor, at(100_000), &bytes[100_000..]).await, Ok(65_536));
        assert_eq!(put(&field, actor, at(PIECE), &[]).await, Ok(65_536));
        assert_eq!(count(&database, "picture_piece").await, 1);
        let beyond = vec![0; PIECE + 1];
        assert_eq!(put(&field, actor, at(PIECE), &beyond).await, Err(Refusal::TooLarge));
        assert_eq!(send(&field, actor, &notice, &bytes).await, Ok(notice.bytes));
        assert_eq!(announce(&field, actor, &notice).await, Ok(notice.bytes));
        assert_eq!(put(&field, actor, at(0), &bytes[..9]).await, Ok(notice.bytes));
        assert_eq!(count(&database, "picture_piece").await, 3);
        let shown = pictures::show(&field.office, actor, notice.id).await.unwrap();
        assert_eq!((shown.bytes, shown.sha256), (bytes, notice.sha256));
        let sheet = register::animal(&field.office, field.as_coordinator(), about.1).await.unwrap();
        let told = sheet.history.iter().filter(|link| link.kind == "picture_stored");
        assert_eq!(told.count(), 1);
    }

    async fn what_is_not_the_announced_picture_is_dropped_whole(database) {
        let field = Field::on(&database).await;
        let actor = field.as_operative();
        let about = visited(&field, &Guest::new(40_000_802), false).await;
        let (bytes, mut damaged) = (jpeg(100_000), jpeg(100_000));
        damaged[90_000] = 0x12;
        let paper = notice(about, PictureKind::Paper, &bytes);
        assert_eq!(send(&field, actor, &paper, &damaged).await, Err(Refusal::PictureDamaged));
        assert_eq!(count(&database, "picture_piece").await, 0);
        let beyond = put(&field, actor, (paper.id, 0), &jpeg(100_000)[..PIECE]).await;
        assert_eq!(beyond, Ok(65_536));
        let beyond = put(&field, actor, (paper.id, PIECE), &bytes[..PIECE]).await;
        assert_eq!(beyond, Err(Refusal::TooLarge));
        assert_eq!(send(&field, actor, &paper, &bytes).await, Ok(paper.bytes));
        // Where it was taken stands in a segment of its own.
        let exif = [&[0xff, 0xe1, 0, 8][..], b"Exif\0\0"].concat();
        let telling = [&bytes[..2], &exif, &bytes[2..]].concat();
        for bytes in [telling, vec![0x11; 70_000]] {
            let other = notice(about, PictureKind::Paper, &bytes);
            assert_eq!(send(&field, actor, &other, &bytes).await, Err(Refusal::PictureUnfit));
            assert_eq!(announce(&field, actor, &other).await, Ok(0));
            let unknown = pictures::show(&field.office, field.as_coordinator(), other.id).await;
            assert!(matches!(unknown, Err(Error::Refused(Refusal::PictureUnknown))));
        }
        assert_eq!(count(&database, "picture_piece").await, 2);
    }

    async fn a_notice_is_about_an_own_record_and_says_the_same_for_ever(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(9));
        let guest = Guest::new(40_000_803);
        let about = visited(&field, &guest, false).await;
        let paper = notice(about, PictureKind::Paper, &bytes);
        assert_eq!(announce(&field, actor, &paper).await, Ok(0));
        let reused = PictureNotice { taken_at: NOW.plus_ms(1), ..paper.clone() };
        assert_eq!(announce(&field, actor, &reused).await, Err(Refusal::IdReused));
        let fresh = || PictureNotice { id: PictureId(fresh_id()), ..paper.clone() };
        let animal = PictureNotice { kind: PictureKind::Animal, ..fresh() };
        assert_eq!(announce(&field, actor, &animal).await, Err(Refusal::PhotosNotConsented));
        let strange = PictureNotice { submission: SubmissionId(fresh_id()), ..fresh() };
        assert_eq!(announce(&field, actor, &strange).await, Err(Refusal::SubmissionNotStored));
        // Whether its owner consents is not told of an animal that the record is not about.
        let (_, elsewhere) = visited(&field, &Guest::new(40_000_804), false).await;
        for animal in [elsewhere, AnimalId(fresh_id())] {
            let other = PictureNotice { animal, kind: PictureKind::Animal, ..fresh() };
            assert_eq!(announce(&field, actor, &other).await, Err(Refusal::AnimalUnknown));
        }
        for bytes in [0, 409_601] {
            let unsound = PictureNotice { bytes, ..fresh() };
            assert_eq!(announce(&field, actor, &unsound).await, Err(Refusal::Unreadable));
        }
        let unsound = PictureNotice { sha256: "A".repeat(64), ..fresh() };
        assert_eq!(announce(&field, actor, &unsound).await, Err(Refusal::Unreadable));
        for _ in 0..3 {
            assert_eq!(announce(&field, actor, &fresh()).await, Ok(0));
        }
        assert_eq!(announce(&field, actor, &fresh()).await, Err(Refusal::TooManyPictures));
        // Somebody else's is as unknown as one that nobody has announced.
        let other = field.as_veterinarian();
        assert_eq!(announce(&field, other, &fresh()).await, Err(Refusal::SubmissionNotStored));
        for id in [paper.id, PictureId(fresh_id())] {
            let answer = put(&field, other, (id, 0), &bytes).await;
            assert_eq!(answer, Err(Refusal::PictureUnknown));
        }
        assert_eq!(send(&field, actor, &paper, &bytes).await, Ok(paper.bytes));
    }

    async fn a_picture_waits_for_its_record_and_for_its_phone(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(9));
        let guest = Guest::new(40_000_806);
        let mut first = visit(&field, &guest, true);
        first.commands.push(field.chipped(AnimalId(fresh_id()), CHIP));
        let about = (first.id, guest.dog);
        field.send(actor, std::slice::from_ref(&first)).await;
        let photo = notice(about, PictureKind::Animal, &bytes);
        assert_eq!(announce(&field, actor, &photo).await, Err(Refusal::SubmissionNotStored));
        // It is put right under another identifier, and the picture still names the first.
        let mut mended = visit(&field, &guest, true);
        mended.replaces = Some(first.id);
        field.send(actor, &[mended]).await;
        assert_eq!(announce(&field, actor, &photo).await, Ok(0));
        let (office, desk) = (&field.office, field.as_coordinator());
        let revoked = (Standing::Revoked, "Se perdió");
        phones::stand(office, desk, field.device, revoked).await.unwrap();
        assert_eq!(announce(&field, actor, &photo).await, Err(Refusal::PhoneRevoked));
        let piece = put(&field, actor, (photo.id, 0), &bytes).await;
        assert_eq!(piece, Err(Refusal::PhoneRevoked));
        let admitted = (Standing::Admitted, "Apareció");
        phones::stand(office, desk, field.device, admitted).await.unwrap();
        // Its picture is asked for when it has not come for a day.
        let late = async || {
            let list = phones::list(office, desk, PhoneFilter::default(), "").await.unwrap();
            list.late_pictures
        };
        office.clock.advance_ms(DAY_MS);
        assert_eq!(late().await, 0);
        office.clock.advance_ms(1);
        assert_eq!(late().await, 1);
        assert_eq!(send(&field, actor, &photo, &bytes).await, Ok(photo.bytes));
        assert_eq!(late().await, 0);
    }

    async fn two_who_send_one_picture_at_once_do_not_harm_it(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(300_000));
        let about = visited(&field, &Guest::new(40_000_807), true).await;
        let photo = notice(about, PictureKind::Animal, &bytes);
        let sending = || send(&field, actor, &photo, &bytes);
        let sent = tokio::join!(sending(), sending(), sending());
        assert_eq!(sent, (Ok(photo.bytes), Ok(photo.bytes), Ok(photo.bytes)));
        let shown = pictures::show(&field.office, actor, photo.id).await.unwrap();
        assert_eq!(shown.bytes, bytes);
        assert_eq!(count(&database, "picture_piece").await, 5);
    }

    async fn of_notices_that_come_at_once_four_are_taken(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(9));
        let about = visited(&field, &Guest::new(40_000_813), false).await;
        let six: Vec<_> = (0..6).map(|_| notice(about, PictureKind::Paper, &bytes)).collect();
        let told = join_all(six.iter().map(|notice| announce(&field, actor, notice))).await;
        assert_eq!(told.iter().filter(|told| **told == Ok(0)).count(), 4, "{told:?}");
        assert!(told.contains(&Err(Refusal::TooManyPictures)));
        assert_eq!(count(&database, "picture").await, 4);
    }

    async fn what_never_comes_whole_is_forgotten_after_a_month(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(9));
        let about = visited(&field, &Guest::new(40_000_814), false).await;
        let [whole, half] = [0; 2].map(|_| notice(about, PictureKind::Paper, &bytes));
        send(&field, actor, &whole, &bytes).await.unwrap();
        put_half(&field, actor, &half, &bytes).await;
        let office = &field.office;
        let forget = async || pictures::forget(&office.store, office.clock.now()).await.unwrap();
        office.clock.advance_ms(30 * DAY_MS);
        assert_eq!(forget().await, 0);
        office.clock.advance_ms(1);
        assert_eq!(forget().await, 1);
        assert_eq!(count(&database, "picture").await, 1);
        assert_eq!(count(&database, "picture_piece").await, 1);
        let piece = put(&field, actor, (half.id, 9), &bytes[9..]).await;
        assert_eq!(piece, Err(Refusal::PictureUnknown));
        // A phone that still has it begins anew.
        assert_eq!(send(&field, actor, &half, &bytes).await, Ok(half.bytes));
    }

    async fn a_merged_animal_keeps_its_pictures_for_who_may_see_them(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(9));
        let (kept, merged) = (Guest::new(40_000_808), Guest::new(40_000_809));
        visited(&field, &kept, true).await;
        let about = visited(&field, &merged, true).await;
        let photo = notice(about, PictureKind::Animal, &bytes);
        let paper = notice(about, PictureKind::Paper, &bytes);
        send(&field, actor, &photo, &bytes).await.unwrap();
        announce(&field, actor, &paper).await.unwrap();
        let merge = Command::MergeAnimals { kept: kept.dog, merged: merged.dog };
        field.submit_as(field.as_coordinator(), vec![merge]).await;
        send(&field, actor, &paper, &bytes).await.unwrap();
        let auditor = Actor::Staff { id: StaffId(fresh_id()), role: Role::Auditor };
        let stranger = Actor::Staff { id: StaffId(fresh_id()), role: Role::Operative };
        let sheet = async |actor: Actor| {
            let sheet = register::animal(&field.office, actor, kept.dog).await.unwrap();
            sheet.pictures.into_iter().map(|line| line.id).collect::<Vec<_>>()
        };
        assert_eq!(sheet(field.as_coordinator()).await, [photo.id, paper.id]);
        assert_eq!(sheet(auditor).await, [photo.id]);
        let seen = async |actor: Actor| {
            let mut seen = Vec::new();
            for id in [photo.id, paper.id] {
                seen.push(pictures::show(&field.office, actor, id).await.is_ok());
            }
            seen
        };
        for all in [actor, field.as_veterinarian(), field.as_coordinator()] {
            assert_eq!(seen(all).await, [true, true], "{all:?}");
        }
        assert_eq!(seen(auditor).await, [true, false]);
        assert_eq!(seen(stranger).await, [false, false]);
        let looks = "SELECT COUNT(*) FROM lookup WHERE kind = 'picture'";
        assert_eq!(database.number(looks).await, 4, "those without the sheet");
    }

    async fn who_consents_no_longer_has_no_photographs_and_keeps_the_papers(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(9));
        let guest = Guest::new(40_000_812);
        let about = visited(&field, &guest, true).await;
        let photo = notice(about, PictureKind::Animal, &bytes);
        let paper = notice(about, PictureKind::Paper, &bytes);
        let half = notice(about, PictureKind::Animal, &bytes);
        for whole in [&photo, &paper] {
            send(&field, actor, whole, &bytes).await.unwrap();
        }
        put_half(&field, actor, &half, &bytes).await;
        let withdrawn = Command::CorrectOwner {
            owner: guest.owner,
            details: Box::new(guest.details()),
            reason: CorrectionReason::ALL[0],
        };
        let outcome = field.submit_as(field.as_coordinator(), vec![withdrawn]).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        let office = &field.office;
        let left = register::animal(office, field.as_coordinator(), guest.dog).await.unwrap();
        assert_eq!(left.pictures.iter().map(|line| line.id).collect::<Vec<_>>(), [paper.id]);
        assert_eq!(count(&database, "picture").await, 1);
        let rest = put(&field, actor, (half.id, 9), &bytes[9..]).await;
        assert_eq!(rest, Err(Refusal::PictureUnknown));
        assert_eq!(announce(&field, actor, &half).await, Err(Refusal::PhotosNotConsented));
    }

    async fn an_erased_owners_pictures_go_and_none_comes_after(database) {
        let field = Field::on(&database).await;
        let (actor, bytes) = (field.as_operative(), jpeg(100_000));
        let (one, other) = (Guest::new(40_000_810), Guest::new(40_000_811));
        let about = visited(&field, &one, true).await;
        let theirs = visited(&field, &other, true).await;
        let photo = notice(about, PictureKind::Animal, &bytes);
        let half = notice(about, PictureKind::Paper, &bytes);
        let left = notice(theirs, PictureKind::Animal, &bytes);
        for whole in [&photo, &left] {
            send(&field, actor, whole, &bytes).await.unwrap();
        }
        announce(&field, actor, &half).await.unwrap();
        put(&field, actor, (half.id, 0), &bytes[..PIECE]).await.unwrap();
        // An animal that went to somebody else leaves its pictures with who had it then.
        let transfer = Command::TransferAnimal { animal: one.dog, owner: other.owner };
        field.submit_as(field.as_coordinator(), vec![transfer]).await;
        let erased = erase_owner(&field.office, Actor::System, one.owner, "Lo pidió").await;
        assert_eq!(erased.unwrap().pictures, 2);
        assert_eq!(count(&database, "picture").await, 1);
        assert_eq!(count(&database, "picture_piece").await, 2);
        let gone = put(&field, actor, (half.id, PIECE), &bytes[PIECE..]).await;
        assert_eq!(gone, Err(Refusal::PictureUnknown));
        erase_owner(&field.office, Actor::System, other.owner, "Lo pidió").await.unwrap();
        assert_eq!(count(&database, "picture").await, 0);
        assert_eq!(announce(&field, actor, &half).await, Err(Refusal::OwnerUnknown));
        let report = backend::history::verify(&field.office.store, &field.office.keys).await;
        assert!(report.unwrap().is_whole());
    }
}
