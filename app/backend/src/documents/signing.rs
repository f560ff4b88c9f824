//! The veterinarian's hand: the signature drawn once, the outreaches authorised one by one.

use domain::animal::Drawing;
use domain::chip_number::ChipNumber;
use domain::document::DocumentState;
use domain::id::{DocumentId, OutreachId, OwnerId, ServiceId, StaffId};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::facts::{self, Source};
use crate::actor::{Actor, authorise};
use crate::clock;
use crate::documents::Backdrop;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::mail_desk;
use crate::office::Office;
use crate::owner_access::kept;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord, from_json, json};
use crate::store::vocabulary::document::{DocumentRow, IssueRow};
use crate::store::vocabulary::outbox::MessageRow;
use crate::store::vocabulary::programme::AuthorisationRow;
use crate::store::{StoreError, Tx};
use crate::submissions::{VisitMail, papers};

/// Keeps a veterinarian's drawn signature; outreaches authorised before keep the one they had.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn draw_signature(office: &Office, actor: Actor, drawing: Drawing) -> Result<(), Error> {
    authorise(&actor, UseCase::SignDocuments).map_err(Error::Refused)?;
    let staff = StaffId(actor.id().unwrap_or_default());
    let now = office.clock.now();
    office
        .store
        .write_with((actor, drawing), move |tx, (actor, drawing)| {
            Box::pin(async move {
                let gone = StoreError::Inconsistent("a signed-in account is gone");
                let mut row = tx.staff(staff.0).await?.ok_or(gone)?;
                row.signature_svg = Some(drawing.path().to_owned());
                row.signature_drawn_at = Some(now.0);
                tx.update_staff(&row).await?;
                let subject = Subject::Staff(staff);
                let entry = Entry::new(subject, "signature_drawn", *actor, now, drawing)?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// Lets the documents of an outreach carry the veterinarian's signature, and issues those that
/// waited for it, with their mails. The caller has signed in again just before.
///
/// Answers how many were issued.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::SignatureMissing`]; [`Refusal::NotYourOutreach`] for an
/// outreach that one does not work at and where nothing waits for one's signature.
pub async fn authorise_outreach(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
) -> Result<u32, Error> {
    authorise(&actor, UseCase::SignDocuments).map_err(Error::Refused)?;
    let staff = StaffId(actor.id().unwrap_or_default());
    let now = office.clock.now();
    office
        .store
        .write_with((office.clone(), actor), move |tx, (office, actor)| {
            Box::pin(async move {
                let team = tx.team(&[outreach.0]).await?;
                let works_there = team.iter().any(|member| member.staff_id == staff.0);
                let waiting = tx.waiting_documents(staff.0, outreach.0).await?;
                // Who left the team still answers for what was done in the own name before.
                if !works_there && waiting.is_empty() {
                    return Err(Error::Refused(Refusal::NotYourOutreach));
                }
                let row = tx.staff(staff.0).await?;
                let signature = row.and_then(|row| row.signature_svg);
                let signature = signature.ok_or(Error::Refused(Refusal::SignatureMissing))?;
                let leave = AuthorisationRow {
                    staff_id: staff.0,
                    outreach_id: outreach.0,
                    signature,
                    authorised_at: now.0,
                    revoked_at: None,
                };
                tx.authorise_outreach(&leave).await?;
                let subject = Subject::Outreach(outreach);
                let entry = Entry::new(subject, "signature_authorised", *actor, now, &staff)?;
                history::append(tx, &entry).await?;
                issue_all(tx, office, waiting, now).await
            })
        })
        .await
}

/// Withdraws an authorisation: what is issued stays, what comes later waits.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::ChangedMeanwhile`] when there was none in force.
pub async fn withdraw_authorisation(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
) -> Result<(), Error> {
    authorise(&actor, UseCase::SignDocuments).map_err(Error::Refused)?;
    let staff = StaffId(actor.id().unwrap_or_default());
    let now = office.clock.now();
    office
        .store
        .write_with(actor, move |tx, actor| {
            Box::pin(async move {
                if !tx.withdraw_authorisation(staff.0, outreach.0, now.0).await? {
                    return Err(Error::Refused(Refusal::ChangedMeanwhile));
                }
                let subject = Subject::Outreach(outreach);
                let entry = Entry::new(subject, "signature_withdrawn", *actor, now, &staff)?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// What was issued together for one owner.
struct Bundle {
    owner: OwnerRecord,
    visit: Option<Uuid>,
    documents: Vec<DocumentRow>,
}

/// Issues those of some waiting documents whose veterinarian has authorised their outreach, and
/// sends them to their owners; answers how many.
///
/// # Errors
/// A failed database.
pub(crate) async fn issue_all(
    tx: &mut Tx,
    office: &Office,
    waiting: Vec<DocumentRow>,
    now: Timestamp,
) -> Result<u32, Error> {
    let mut issued = 0;
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut backdrop = Backdrop::default();
    // Those that went to somebody else than waited for them.
    let mut gone = Vec::new();
    for waiting in waiting {
        let Some(owner) = issue(tx, office, &mut backdrop, &waiting, now).await? else { continue };
        issued += 1;
        if !is_of(tx, &waiting, &owner).await? {
            gone.push(waiting.clone());
        }
        let same = |one: &&mut Bundle| one.owner.id == owner.id && one.visit == waiting.visit_id;
        match bundles.iter_mut().find(same) {
            Some(bundle) => bundle.documents.push(waiting),
            None => {
                let visit = waiting.visit_id;
                bundles.push(Bundle { owner, visit, documents: vec![waiting] });
            }
        }
    }
    if !office.quiet {
        for bundle in bundles {
            hand_on(tx, bundle, now).await?;
        }
        for document in &gone {
            release(tx, document, now).await?;
        }
        send_on(tx, &gone, now).await?;
    }
    Ok(issued)
}

/// Sends what was issued to its owner: the mail that waited for it, a mail with what none waited
/// for, and for an owner without an address a task. Nothing leaves while another document of the
/// visit waits; and with what was issued now leaves nothing of the visit that another mail has
/// brought to the address.
async fn hand_on(tx: &mut Tx, bundle: Bundle, now: Timestamp) -> Result<(), Error> {
    let Bundle { owner, visit, mut documents } = bundle;
    // What was drawn up for a record that was merged meanwhile is for who stands for it.
    let merged = tx.owners_merged_into(owner.id.0).await?;
    let ids: Vec<_> = std::iter::once(owner.id.0).chain(merged.iter().map(|row| row.id)).collect();
    let fresh: Vec<_> = documents.iter().map(|document| document.id).collect();
    if let Some(visit) = visit {
        documents = tx.documents_of_visit(visit).await?;
        documents.retain(|document| ids.contains(&document.owner_id));
        if documents.iter().any(|document| document.state == "waiting") {
            return Ok(());
        }
        documents.retain(|document| document.state == "issued");
    }
    let (mut leaves, mut brought) = (Vec::new(), Vec::new());
    // Without an address it would go to one that the owner had before.
    if let Some(email) = &owner.details.email {
        let visit = visit.map(|visit| ("visit", visit));
        for (kind, id) in visit.into_iter().chain(ids.iter().map(|id| ("owner", *id))) {
            for message in tx.messages_about(kind, id).await? {
                let is_theirs = mailed_to(&message).is_some_and(|whose| ids.contains(&whose.0));
                if message.state == "held" && is_theirs {
                    let to = Some(email.as_str());
                    // What it brings of another visit may still wait: then it leaves with that.
                    let stays = waits(tx, &message).await?;
                    if stays || tx.revive_message(message.id, now.0, to).await? {
                        leaves.extend(mail_desk::carried(&message)?);
                    }
                } else if is_theirs
                    && message.state != "dead"
                    && message.recipient == email.as_str()
                {
                    brought.extend(mail_desk::carried(&message)?);
                }
            }
        }
    }
    documents.retain(|one| {
        let id = DocumentId(one.id);
        !leaves.contains(&id) && (fresh.contains(&one.id) || !brought.contains(&id))
    });
    papers::hand_on(tx, &owner, &documents, now).await
}

/// Lets a mail leave that was held for a document which has ended, unless it waits for another one:
/// with what of it is in force, and where nothing is, it ends when it is its turn, as any letter
/// that brings nothing.
///
/// # Errors
/// A failed database.
pub(super) async fn release(tx: &mut Tx, ended: &DocumentRow, now: Timestamp) -> Result<(), Error> {
    let visit = ended.visit_id.map(|visit| ("visit", visit));
    for (kind, id) in visit.into_iter().chain([("owner", ended.owner_id)]) {
        for message in tx.messages_about(kind, id).await? {
            if message.state == "held" && !waits(tx, &message).await? {
                tx.revive_message(message.id, now.0, None).await?;
            }
        }
    }
    Ok(())
}

/// Sends to its owner what was signed while one of these documents of the same visit waited, which
/// nobody waits for any more, unless it waits for another one. What was signed as it was drawn up
/// is in the mail that was held, or on the slip from the table.
///
/// # Errors
/// A failed database.
pub(crate) async fn send_on(
    tx: &mut Tx,
    released: &[DocumentRow],
    now: Timestamp,
) -> Result<(), Error> {
    let mut sent = BTreeSet::new();
    for released in released {
        let Some(visit) = released.visit_id else { continue };
        let owner = kept(tx, released.owner_id).await?;
        let whose = [released.owner_id, owner.id.0];
        let was_held_up = |one: &DocumentRow| {
            let is_since = |at: i64| at > one.created_at && at >= released.created_at && at < now.0;
            whose.contains(&one.owner_id)
                && one.state == DocumentState::Issued.code()
                && one.issued_at.is_some_and(is_since)
        };
        let documents = tx.documents_of_visit(visit).await?;
        if documents.iter().any(was_held_up) && sent.insert((visit, owner.id)) {
            let (visit, documents) = (Some(visit), Vec::new());
            hand_on(tx, Bundle { owner, visit, documents }, now).await?;
        }
    }
    Ok(())
}

/// Whether a mail brings a document that waits for a signature.
async fn waits(tx: &mut Tx, message: &MessageRow) -> Result<bool, StoreError> {
    for id in mail_desk::carried(message)? {
        if tx.document(id.0).await?.is_some_and(|row| row.state == "waiting") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whom a mail with documents is for.
fn mailed_to(message: &MessageRow) -> Option<OwnerId> {
    from_json::<VisitMail>(&message.body).ok().map(|mail| mail.owner)
}

/// Issues a waiting document to the animal's owner of now; answers the owner, or nothing when it
/// cannot be issued.
async fn issue(
    tx: &mut Tx,
    office: &Office,
    backdrop: &mut Backdrop,
    waiting: &DocumentRow,
    now: Timestamp,
) -> Result<Option<OwnerRecord>, Error> {
    let gone = || StoreError::Inconsistent("a document's service, animal or owner is gone");
    let service = waiting.service_id.map(ServiceId).ok_or_else(gone)?;
    let service = ServiceRecord::try_from(tx.service(service.0).await?.ok_or_else(gone)?)?;
    let (animal, chip, owner) = as_they_stand(tx, waiting.animal_id).await?;
    let source = Source {
        service: &service,
        animal: &animal,
        chip: facts::chip_named(&service.details, chip),
        owner: &owner,
        replaces: waiting.replaces_id.map(DocumentId),
    };
    let (Some(outreach), Some(veterinarian)) = (service.outreach, service.veterinarian) else {
        return Err(gone().into());
    };
    let whose = (DocumentId(waiting.id), outreach, veterinarian);
    let Some((facts, link)) = facts::say(tx, office, backdrop, source, whose).await? else {
        return Ok(None);
    };
    let facts = json(&facts).map_err(Error::Failed)?;
    let keeps_slip = is_of(tx, waiting, &owner).await?;
    let row = IssueRow {
        id: waiting.id,
        owner_id: owner.id.0,
        keeps_slip,
        link: &link,
        facts: &facts,
        issued_at: now.0,
    };
    if !tx.issue_document(&row).await? {
        return Ok(None);
    }
    if !keeps_slip && owner.details.email.is_none() {
        let seed = clock::fresh_id();
        tx.set_slip(waiting.id, seed, &papers::slip_hash(&office.slip_code(seed))).await?;
    }
    Ok(Some(owner))
}

/// Whether a document was drawn up for an owner, or for one that was united with it. Who gave the
/// animal away meanwhile has a slip in the drawer that must not open the records of who has it now.
async fn is_of(tx: &mut Tx, document: &DocumentRow, owner: &OwnerRecord) -> Result<bool, Error> {
    if document.owner_id == owner.id.0 {
        return Ok(true);
    }
    let before = tx.owner(document.owner_id).await?;
    Ok(before.is_some_and(|row| row.merged_into == Some(owner.id.0)))
}

/// An animal, its chip and its owner as they stand: of merged records the kept ones, with the chip
/// that the animal carries under any of its records.
async fn as_they_stand(
    tx: &mut Tx,
    animal: Uuid,
) -> Result<(AnimalRecord, Option<ChipNumber>, OwnerRecord), Error> {
    let gone = || StoreError::Inconsistent("a document's animal or owner is gone");
    let mut animal = AnimalRecord::try_from(tx.animal(animal).await?.ok_or_else(gone)?)?;
    if let Some(kept) = animal.merged_into {
        animal = AnimalRecord::try_from(tx.animal(kept.0).await?.ok_or_else(gone)?)?;
    }
    let mut chip = animal.chip;
    for merged in tx.animals_merged_into(animal.id.0).await? {
        chip = chip.or(AnimalRecord::try_from(merged)?.chip);
    }
    let mut owner = OwnerRecord::try_from(tx.owner(animal.owner.0).await?.ok_or_else(gone)?)?;
    if let Some(kept) = owner.merged_into {
        owner = OwnerRecord::try_from(tx.owner(kept.0).await?.ok_or_else(gone)?)?;
    }
    Ok((animal, chip, owner))
}
