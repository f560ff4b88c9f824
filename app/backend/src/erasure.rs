//! The lawful erasure of an owner: everything that says who it was goes, from every place; what
//! was done to the animals stays and counts, under nobody's name.
//!
//! Ley 19.628 as rewritten by Ley 21.719, right of suppression. What is left: the owner's row with
//! an empty name, since animals and services hang on it; the history's links without their bodies,
//! so that a verification says *erased* and not *altered*; and who erased it, when, on what
//! ground. What a phone still holds of a record that was refused goes when its person deals with
//! it. Copies made before, backups among them, are not reached from here.

mod signed;

use domain::field_error::{Field, FieldError};
use domain::id::{AnimalId, OwnerId, StaffId};
use domain::identity::IdentityDocument;
use domain::name::ShortText;
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::tenure::Move;
use domain::timestamp::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::bookings::erasing;
use crate::documents::{self, Ending};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::keys::Keys;
use crate::office::Office;
use crate::records::{AnimalRecord, OwnerRecord, json};
use crate::store::Tx;

/// What an erasure removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Records of the owner: the kept one and those merged into it.
    pub owners: u64,
    /// Links of histories that lost their body.
    pub links: u64,
    /// Documents whose facts were emptied.
    pub documents: u64,
    /// Documents whose bytes were deleted.
    pub files: u64,
    /// Pictures of the animals and of papers.
    pub pictures: u64,
    /// Messages of the outbox.
    pub messages: u64,
    /// Submissions whose kept body was emptied.
    pub submissions: u64,
    /// Tasks.
    pub tasks: u64,
    /// Bookings that were emptied; those still to come are given back first.
    pub bookings: u64,
    /// Places on the lists of who listened to a talk.
    pub listed: u64,
}

/// Erases an owner, on a ground that stays in the history.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] without a ground; [`Refusal::OwnerUnknown`].
pub async fn erase_owner(
    office: &Office,
    actor: Actor,
    id: OwnerId,
    ground: &str,
) -> Result<Erased, Error> {
    authorise(&actor, UseCase::EraseOwner).map_err(Error::Refused)?;
    let ground = ground_of(ground).map_err(Error::Refused)?;
    let now = office.clock.now();
    office
        .store
        .write_with((actor, ground, office.keys.clone()), move |tx, (actor, ground, keys)| {
            Box::pin(async move {
                let act = Act { actor: *actor, ground: ground.as_str(), at: now, keys };
                erase(tx, id, &act).await
            })
        })
        .await
}

/// Erases whoever has a document: the owner of the register, if there is one, and what was booked
/// with it by somebody who is in no register.
///
/// # Errors
/// As [`erase_owner`]; [`Refusal::OwnerUnknown`] when nobody is known by that document.
pub async fn erase_person(
    office: &Office,
    actor: Actor,
    document: &IdentityDocument,
    ground: &str,
) -> Result<Erased, Error> {
    authorise(&actor, UseCase::EraseOwner).map_err(Error::Refused)?;
    let ground = ground_of(ground).map_err(Error::Refused)?;
    let now = office.clock.now();
    let facts = (actor, ground, office.keys.clone(), document.clone());
    office
        .store
        .write_with(facts, move |tx, (actor, ground, keys, document)| {
            Box::pin(async move {
                let act = Act { actor: *actor, ground: ground.as_str(), at: now, keys };
                let unknown = || Error::Refused(Refusal::OwnerUnknown);
                let key = document.key().ok_or_else(unknown)?;
                match tx.owner_by_document(document.kind().code(), &key).await? {
                    Some(owner) => erase(tx, OwnerId(owner.id), &act).await,
                    None => erase_booker(tx, document, &key, &act).await,
                }
            })
        })
        .await
}

/// Erases somebody whom only bookings and what was refused know. That it was done is in the
/// history of who did it, for the person has none.
async fn erase_booker(
    tx: &mut Tx,
    document: &IdentityDocument,
    key: &str,
    act: &Act<'_>,
) -> Result<Erased, Error> {
    let documents = std::slice::from_ref(document);
    let removed = erasing::erase(tx, act.keys, (&[], documents), act.at).await?;
    let erased = Erased {
        bookings: removed.bookings,
        messages: removed.messages,
        tasks: removed.tasks,
        submissions: signed::unaccepted_matching(tx, &as_sent(key)).await?,
        listed: tx.erase_attendees(key).await?,
        ..Erased::default()
    };
    if erased == Erased::default() {
        return Err(Error::Refused(Refusal::OwnerUnknown));
    }
    let body = serde_json::json!({ "ground": act.ground, "bookings": erased.bookings });
    let subject = Subject::acting(&act.actor);
    let entry = Entry::new(subject, "booker_erased", act.actor, act.at, &body)?;
    history::append(tx, &entry).await?;
    Ok(erased)
}

fn ground_of(text: &str) -> Result<ShortText<200>, Refusal> {
    let error = |problem| Refusal::field(FieldError::new(Field::Reason, problem));
    ShortText::<200>::parse(text).map_err(error)
}

/// By whom, on what ground, when.
struct Act<'a> {
    actor: Actor,
    ground: &'a str,
    at: Timestamp,
    /// By which a document's bookings are found.
    keys: &'a Keys,
}

async fn erase(tx: &mut Tx, id: OwnerId, act: &Act<'_>) -> Result<Erased, Error> {
    let unknown = || Error::Refused(Refusal::OwnerUnknown);
    let row = tx.owner(id.0).await?.ok_or_else(unknown)?;
    let kept = row.merged_into.unwrap_or(row.id);
    let mut owners = vec![OwnerRecord::try_from(tx.owner(kept).await?.ok_or_else(unknown)?)?];
    for merged in tx.owners_merged_into(kept).await? {
        owners.push(OwnerRecord::try_from(merged)?);
    }
    let ids: Vec<_> = owners.iter().map(|owner| owner.id.0).collect();
    let (animals, behind_others) = animals_of(tx, &ids).await?;
    let moves = moves(tx, &ids).await?;
    let mut left = animals_left(tx, &ids, &moves).await?;
    left.extend(behind_others);
    let mut erased = Erased { owners: ids.len() as u64, ..Erased::default() };
    let documents: Vec<_> = owners.iter().map(|owner| owner.details.document.clone()).collect();
    let removed = erasing::erase(tx, act.keys, (&ids, &documents), act.at).await?;
    erased.bookings = removed.bookings;
    erased.messages += removed.messages;
    erased.tasks += removed.tasks;
    for owner in owners {
        words_about(tx, &owner, &ids, &mut erased).await?;
        blank(tx, owner, act.at).await?;
    }
    papers(tx, &ids, &animals, act, &mut erased).await?;
    for animal in animals.iter().chain(&left) {
        // It is compared with the history, which may go next.
        erased.submissions += signed::unaccepted(tx, animal.id, &moves).await?;
        let others = signed::signed_by_others(tx, animal.id, &moves).await?;
        erased.links += signed::signature(tx, animal, (&others, &moves), act).await?;
        signed::consents(tx, animal.id, &others).await?;
    }
    let animals: Vec<_> = animals.iter().map(|animal| animal.id.0).collect();
    // Also what was taken of an animal that went to somebody else since.
    erased.pictures = tx.erase_pictures(&ids, &animals).await?;
    erased.messages += tx.erase_messages_about(&ids, &animals).await?;
    erased.tasks += tx.erase_tasks(&ids, &animals).await?;
    tx.blank_imported_rows(&ids).await?;
    for owner in ids {
        let subject = Subject::Owner(OwnerId(owner));
        erased.links += history::erase(tx, subject, act.ground, act.actor, act.at).await?;
    }
    Ok(erased)
}

/// The pattern of what was sent about a document: its key with its quotes, for one number may be
/// the end of another, or its beginning.
fn as_sent(key: &str) -> String {
    format!("%\"{key}\"%")
}

/// The pattern of what was printed for the holder of a document, as the facts of a certificate have
/// it. The number alone is also that of the veterinarian who signed, who may have a dog as well.
fn as_printed(document: &IdentityDocument) -> Result<String, Error> {
    let document = json(document).map_err(Error::Failed)?;
    Ok(format!("%\"document\":{document}%"))
}

/// What was written about the owner under its identifier, its document or its address.
async fn words_about(
    tx: &mut Tx,
    owner: &OwnerRecord,
    ids: &[Uuid],
    erased: &mut Erased,
) -> Result<(), Error> {
    let by_id = format!("%{}%", owner.id);
    erased.messages += tx.erase_messages("", &by_id).await?;
    erased.submissions += signed::unaccepted_matching(tx, &by_id).await?;
    // What was refused may hold the same person under another identifier made on a phone.
    let document = &owner.details.document;
    if let Some(key) = document.key() {
        erased.submissions += signed::unaccepted_matching(tx, &as_sent(&key)).await?;
        erased.listed += tx.erase_attendees(&key).await?;
        let printed = as_printed(document)?;
        erased.files += tx.erase_files(&[], &[], &printed).await?;
        erased.documents += tx.erase_facts(&[], &[], &printed).await?;
    }
    let email = owner.details.email.as_ref().map(ToString::to_string);
    if let Some(email) = email
        && !tx.shares_email(&email, ids).await?
    {
        erased.messages += tx.erase_messages(&email, "").await?;
    }
    Ok(())
}

/// Leaves a row that says nothing, ends the owner's sessions and forgets codes and looks.
async fn blank(tx: &mut Tx, mut owner: OwnerRecord, now: Timestamp) -> Result<(), Error> {
    let id = owner.id.0;
    owner.details = OwnerDetails::erased();
    owner.updated_at = now;
    tx.update_owner(&owner.to_row().map_err(Error::Failed)?).await?;
    tx.delete_search_words(id).await?;
    tx.erase_looks(id).await?;
    tx.erase_codes(id).await?;
    tx.revoke_sessions("owner", id, None, now.0).await?;
    Ok(())
}

/// When animals came to the owners and left, as the owners' histories say.
async fn moves(tx: &mut Tx, owners: &[Uuid]) -> Result<Vec<Move>, Error> {
    let mut moves = Vec::new();
    for owner in owners {
        let subject = Subject::Owner(OwnerId(*owner));
        let bodies = tx.history_bodies_of(subject.kind(), subject.id()).await?;
        for link in tx.history_of(subject.kind(), subject.id()).await? {
            let came = match link.kind.as_str() {
                "animal_came" => true,
                "animal_left" => false,
                _ => continue,
            };
            let body = bodies.iter().find(|body| body.sequence == link.sequence);
            let id = body.and_then(|body| serde_json::from_slice::<AnimalId>(&body.body).ok());
            moves.extend(id.map(|animal| Move { animal, at: Timestamp(link.at), came }));
        }
    }
    Ok(moves)
}

/// The animals of the owners; and the records of theirs behind which somebody else's animal stands
/// since they were united with it: what hangs on those may be of who has it.
async fn animals_of(
    tx: &mut Tx,
    owners: &[Uuid],
) -> Result<(Vec<AnimalRecord>, Vec<AnimalRecord>), Error> {
    let mut animals = Vec::new();
    for row in tx.animals_ever_of(owners).await? {
        animals.push(AnimalRecord::try_from(row)?);
    }
    let stand: Vec<_> =
        animals.iter().filter_map(|animal| animal.merged_into).map(|into| into.0).collect();
    let stand = tx.animals_with_ids(&stand).await?;
    let of_others = |into: AnimalId| {
        stand.iter().any(|row| row.id == into.0 && !owners.contains(&row.owner_id))
    };
    let is_theirs = |animal: &AnimalRecord| !animal.merged_into.is_some_and(of_others);
    Ok(animals.into_iter().partition(is_theirs))
}

/// The animals that were the owner's and went to somebody else: such a one may still carry a
/// declaration or a consent that the owner signed.
async fn animals_left(
    tx: &mut Tx,
    owners: &[Uuid],
    moves: &[Move],
) -> Result<Vec<AnimalRecord>, Error> {
    let gone: BTreeSet<_> =
        moves.iter().filter(|step| !step.came).map(|step| step.animal).collect();
    let mut left = Vec::new();
    for id in gone {
        let row = tx.animal(id.0).await?.filter(|row| !owners.contains(&row.owner_id));
        left.extend(row.map(AnimalRecord::try_from).transpose()?);
    }
    Ok(left)
}

/// The documents of the animals: those that wait are revoked, all lose their facts and bytes. So do
/// those that were made out to the owners for an animal that somebody else has since.
async fn papers(
    tx: &mut Tx,
    owners: &[Uuid],
    animals: &[AnimalRecord],
    act: &Act<'_>,
    erased: &mut Erased,
) -> Result<(), Error> {
    let ids: Vec<_> = animals.iter().map(|animal| animal.id.0).collect();
    // What waits for whichever record of an animal would be issued to who has it.
    let mut records = ids.clone();
    records.extend(tx.merged_chips(&ids).await?.iter().map(|row| row.id));
    for row in tx.documents_of(&records).await? {
        if row.state == "waiting" {
            let by = act.actor.id().map(StaffId);
            let ending = Ending { by, reason: "owner_erased", at: act.at };
            let revoked = domain::document::DocumentState::Revoked;
            documents::end(tx, &row, revoked, ending).await?;
        }
    }
    erased.files += tx.erase_files(owners, &ids, "").await?;
    erased.documents += tx.erase_facts(owners, &ids, "").await?;
    Ok(())
}
