//! The lawful erasure of an owner: everything that says who it was goes, from every place; what
//! was done to the animals stays and counts, under nobody's name.
//!
//! Ley 19.628 as rewritten by Ley 21.719, right of suppression. What is left: the owner's row with
//! an empty name, since animals and services hang on it; the history's links without their bodies,
//! so that a verification says *erased* and not *altered*; and who erased it, when, on what
//! ground. What a phone still holds of a record that was refused goes when its person deals with
//! it. Copies made before, backups among them, are not reached from here.

use domain::field_error::{Field, FieldError};
use domain::id::{AnimalId, OwnerId, StaffId};
use domain::name::ShortText;
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::service::ServiceDetails;
use domain::tenure::{Move, was_anothers};
use domain::timestamp::Timestamp;
use serde::Serialize;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

use crate::actor::{Actor, authorise};
use crate::bookings::erasing;
use crate::documents::{self, Ending};
use crate::error::Error;
use crate::history::{self, Subject};
use crate::keys::Keys;
use crate::office::Office;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord};
use crate::store::{StoreError, Tx};

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
    let error = |problem| Refusal::field(FieldError::new(Field::Reason, problem));
    let ground = ShortText::<200>::parse(ground).map_err(error).map_err(Error::Refused)?;
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
    let mut animals = Vec::new();
    for row in tx.animals_ever_of(&ids).await? {
        animals.push(AnimalRecord::try_from(row)?);
    }
    let moves = moves(tx, &ids).await?;
    let left = animals_left(tx, &ids, &moves).await?;
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
    papers(tx, &animals, act, &mut erased).await?;
    for animal in animals.iter().chain(&left) {
        // It is compared with the history, which may go next.
        erased.submissions += unaccepted(tx, animal.id, &moves).await?;
        let others = signed_by_others(tx, animal.id, &moves).await?;
        erased.links += signature(tx, animal, &others, act).await?;
        consents(tx, animal.id, &others).await?;
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

/// What was written about the owner under its identifier, its document or its address.
async fn words_about(
    tx: &mut Tx,
    owner: &OwnerRecord,
    ids: &[Uuid],
    erased: &mut Erased,
) -> Result<(), Error> {
    let by_id = format!("%{}%", owner.id);
    erased.messages += tx.erase_messages("", &by_id).await?;
    erased.submissions += tx.erase_submission_bodies(&by_id).await?;
    // What was refused may hold the same person under another identifier made on a phone.
    if let Some(key) = owner.details.document.key() {
        let by_document = format!("%{key}%");
        erased.submissions += tx.erase_submission_bodies(&by_document).await?;
        erased.files += tx.erase_files(&[], &by_document).await?;
        erased.documents += tx.erase_facts(&[], &by_document).await?;
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

/// The documents of the animals: those that wait are revoked, all lose their facts and bytes.
async fn papers(
    tx: &mut Tx,
    animals: &[AnimalRecord],
    act: &Act<'_>,
    erased: &mut Erased,
) -> Result<(), Error> {
    let ids: Vec<_> = animals.iter().map(|animal| animal.id.0).collect();
    for row in tx.documents_of(&ids).await? {
        if row.state == "waiting" {
            let by = act.actor.id().map(StaffId);
            let ending = Ending { by, reason: "owner_erased", at: act.at };
            let revoked = domain::document::DocumentState::Revoked;
            documents::end(tx, row.id.into(), revoked, ending).await?;
        }
    }
    erased.files += tx.erase_files(&ids, "").await?;
    erased.documents += tx.erase_facts(&ids, "").await?;
    Ok(())
}

/// Empties what was not accepted and holds a signature: it may be about the animal alone, and does
/// not tell who signed. What came of somebody else's time with the animal is left, unless it
/// repeats a declaration of another time.
async fn unaccepted(tx: &mut Tx, animal: AnimalId, moves: &[Move]) -> Result<u64, Error> {
    let declared = declared(tx, animal, moves).await?;
    let mut signed = BTreeSet::new();
    for mark in [DECLARED, CONSENTED] {
        for row in tx.kept_submissions(&format!("%{animal}%{mark}%")).await? {
            let moments = [row.recorded_at, row.received_at].map(Timestamp);
            let body = row.body.unwrap_or_default();
            let is_repeated = drawings(&body).any(|drawing| declared.contains(drawing));
            if is_repeated || !was_anothers(moves, animal, moments) {
                signed.insert(row.id);
            }
        }
    }
    let signed: Vec<_> = signed.into_iter().collect();
    Ok(tx.erase_bodies_of(&signed).await?)
}

/// What was drawn under declarations, as the animal's history has it of when the animal was not
/// certainly somebody else's.
async fn declared(
    tx: &mut Tx,
    animal: AnimalId,
    moves: &[Move],
) -> Result<BTreeSet<String>, StoreError> {
    let subject = Subject::Animal(animal);
    let links = tx.history_of(subject.kind(), subject.id()).await?;
    let sent: Vec<_> = links.iter().filter_map(|link| link.submission_id).collect();
    let sent = tx.known_submissions(&sent).await?;
    let mut declared = BTreeSet::new();
    for body in tx.history_bodies_of(subject.kind(), subject.id()).await? {
        let Some(link) = links.iter().find(|link| link.sequence == body.sequence) else { continue };
        let recorded = sent.iter().find(|row| link.submission_id == Some(row.id));
        let recorded = recorded.map_or(link.at, |row| row.recorded_at);
        if !was_anothers(moves, animal, [recorded, link.at].map(Timestamp)) {
            let said = String::from_utf8_lossy(&body.body);
            declared.extend(drawings(&said).map(str::to_owned));
        }
    }
    Ok(declared)
}

/// What was drawn under the declarations that stand in a JSON text.
fn drawings(json: &str) -> impl Iterator<Item = &str> {
    json.split(DECLARED).skip(1).filter_map(|rest| rest.split('"').next())
}

/// The submissions in which somebody else signed a consent, who had the animal then: both when it
/// was done, by the phone's clock, and when it was received.
async fn signed_by_others(
    tx: &mut Tx,
    animal: AnimalId,
    moves: &[Move],
) -> Result<HashSet<Uuid>, Error> {
    let subject = Subject::Animal(animal);
    let links = tx.history_of(subject.kind(), subject.id()).await?;
    let mut others = HashSet::new();
    for row in tx.services_of(&[animal.0]).await? {
        let Some(submission) = row.submission_id else { continue };
        let received = links
            .iter()
            .find(|link| link.kind == "service_recorded" && link.submission_id == Some(submission));
        let Some(received) = received else { continue };
        if was_anothers(moves, animal, [row.performed_at, received.at].map(Timestamp)) {
            others.insert(submission);
        }
    }
    Ok(others)
}

/// The signature under a declaration, with the history that holds one or a consent's, and the
/// municipality's words on the request, which may be about the owner. Answers how many links lost
/// their body.
///
/// A history goes as a whole. A declaration is repeated by whoever corrects the animal later, so
/// that its moment does not tell whose it is.
async fn signature(
    tx: &mut Tx,
    animal: &AnimalRecord,
    others: &HashSet<Uuid>,
    act: &Act<'_>,
) -> Result<u64, Error> {
    let subject = Subject::Animal(animal.id);
    let links = tx.history_of(subject.kind(), subject.id()).await?;
    let bodies = tx.history_bodies_of(subject.kind(), subject.id()).await?;
    let is_anothers = |sequence: i64| {
        let link = links.iter().find(|link| link.sequence == sequence);
        link.and_then(|link| link.submission_id).is_some_and(|id| others.contains(&id))
    };
    let is_signed = bodies.iter().any(|body| {
        let said = String::from_utf8_lossy(&body.body);
        said.contains(DECLARED) || (said.contains(CONSENTED) && !is_anothers(body.sequence))
    });
    let erased = match is_signed {
        true => history::erase(tx, subject, act.ground, act.actor, act.at).await?,
        false => 0,
    };
    if animal.details.declaration.is_some() || animal.rnm_reason.is_some() {
        let mut unsigned = animal.clone();
        unsigned.details.declaration = None;
        unsigned.rnm_reason = None;
        tx.update_animal(&unsigned.to_row().map_err(Error::Failed)?).await?;
    }
    Ok(erased)
}

/// The signatures under the consents to the animal's surgeries, but for those of others. That there
/// was a consent stays.
async fn consents(tx: &mut Tx, animal: AnimalId, others: &HashSet<Uuid>) -> Result<(), Error> {
    for row in tx.services_of(&[animal.0]).await? {
        let mut service = ServiceRecord::try_from(row)?;
        let ServiceDetails::Sterilisation(surgery) = &mut service.details else { continue };
        if service.submission.is_some_and(|id| others.contains(&id.0)) {
            continue;
        }
        if surgery.consent_signature.take().is_some() {
            let row = service.to_row().map_err(Error::Failed)?;
            tx.replace_service_details(row.id, &row.details).await?;
        }
    }
    Ok(())
}

/// Where a drawing made with the owner's finger stands in JSON: under a declaration.
const DECLARED: &str = "\"declaration\":\"";
/// And under a consent.
const CONSENTED: &str = "\"consent_signature\":\"";
