//! What a message of the outbox says: its letter, with what the database knows at the moment of
//! sending, and its documents.

mod booking;
mod news;

use backend::accounts::invitation::{INVITATION_LETTER, LinkLetter, RESET_LETTER};
use backend::bookings::letters::LetterKind;
use backend::desk::register::{kept_animal, kept_owner};
use backend::documents::kind_and_state;
use backend::error::{Error, Fault};
use backend::outbox;
use backend::owner_access::holds;
use backend::planning::NEWS_LETTER;
use backend::records::{AnimalRecord, OwnerRecord, from_json};
use backend::registry::carried::chip_of;
use backend::rnm::{RNM_APPROVED, RnmMail};
use backend::store::Tx;
use backend::store::vocabulary::outbox::MessageRow;
use backend::submissions::{CERTIFICATE, CORRECTION, VisitMail};
use domain::certificate::DocumentKind;
use domain::document::{DocumentFacts, DocumentState};
use domain::id::{DocumentId, OwnerId};
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::rnm::{self, RnmState};
use domain::role::Role;
use domain::timestamp::Timestamp;
use mailroom::compose::{AttachedFile, Composer, FileKind};
use mailroom::letter::{
    CertificateLetter, CorrectionLetter, DocumentLine, InvitationLetter, Letter, Outlook,
    PasswordResetLetter, PetLine, RnmApprovedLetter, VisitLine,
};
use phrases::Locale;
use phrases::label::Labelled;
use serde_json::Value;

use crate::papers::Haste;
use crate::state::AppState;

/// All that a mail is made of, but its address.
pub(super) struct Contents {
    pub(super) to_name: Option<String>,
    pub(super) letter: Letter,
    pub(super) attachments: Vec<AttachedFile>,
    /// The municipality's certificates among them.
    pub(super) approved: Vec<DocumentId>,
}

/// A document that a mail carries.
struct Carried {
    id: DocumentId,
    kind: DocumentKind,
    pet: String,
    chip: String,
    rnm: Outlook,
    /// Of one that we printed.
    facts: Option<DocumentFacts>,
}

/// Writes the letter of a message.
///
/// # Errors
/// A failed database; [`Refusal::DocumentNotValid`] when no document is in force any more;
/// [`Refusal::LinkUnusable`] when the secret it would carry opens nothing any more.
pub(super) async fn contents(
    state: &AppState,
    composer: &Composer,
    message: &MessageRow,
) -> Result<Contents, Error> {
    let over = || Error::Refused(Refusal::LinkUnusable);
    if outbox::is_over(message, state.office.clock.now()) {
        return Err(over());
    }
    let body = outbox::body_of(&state.office.keys, message)?.ok_or_else(over)?;
    match message.kind.as_str() {
        CERTIFICATE | CORRECTION => of_visit(state, composer, from_json(&body)?).await,
        INVITATION_LETTER | RESET_LETTER => of_link(state, message, from_json(&body)?),
        RNM_APPROVED => of_approval(state, composer, from_json(&body)?).await,
        NEWS_LETTER => Ok(news::written(state, from_json(&body)?)),
        kind => match LetterKind::from_code(kind) {
            Some(kind) => booking::written(state, kind, from_json(&body)?).await,
            None => as_written(kind, &body),
        },
    }
}

/// Whether a letter has nothing true to say any more: one about a booking, or one whose documents
/// were all replaced, ended or issued to somebody else before it left. What took their place has a
/// letter of its own.
pub(super) fn is_overtaken(message: &MessageRow, contents: &Result<Contents, Error>) -> bool {
    let kind = message.kind.as_str();
    match contents {
        Err(Error::Refused(Refusal::LinkUnusable)) => LetterKind::from_code(kind).is_some(),
        Err(Error::Refused(Refusal::DocumentNotValid)) => {
            matches!(kind, CERTIFICATE | CORRECTION | RNM_APPROVED)
        }
        _ => false,
    }
}

/// A message whose body is the letter itself.
fn as_written(kind: &str, body: &str) -> Result<Contents, Error> {
    let mut body: Value = serde_json::from_str(body).map_err(Fault::from)?;
    if let Some(fields) = body.as_object_mut() {
        fields.insert("letter".to_owned(), Value::from(kind));
    }
    let letter = serde_json::from_value(body).map_err(Fault::from)?;
    Ok(plain(None, letter))
}

/// A letter without documents.
fn plain(to_name: Option<String>, letter: Letter) -> Contents {
    Contents { to_name, letter, attachments: Vec::new(), approved: Vec::new() }
}

fn of_link(state: &AppState, message: &MessageRow, body: LinkLetter) -> Result<Contents, Error> {
    let link = format!("{}{}/{}", state.config.public_url(), app::routes::LINK, body.token);
    let minutes = minutes_between(Timestamp(message.created_at), body.expires_at);
    let name = body.name.clone();
    let letter = if message.kind == INVITATION_LETTER {
        let role = Role::from_code(&body.role).map_or("", |role| role.label(Locale::Es));
        Letter::Invitation(InvitationLetter {
            name: body.name,
            inviter: match body.inviter.as_str() {
                "" => state.config.issuer_name().to_owned(),
                inviter => inviter.to_owned(),
            },
            role: role.to_owned(),
            link,
            valid_hours: minutes / 60,
        })
    } else {
        Letter::PasswordReset(PasswordResetLetter { name: body.name, link, valid_minutes: minutes })
    };
    Ok(plain(Some(name), letter))
}

fn minutes_between(from: Timestamp, to: Timestamp) -> u32 {
    u32::try_from(to.since_ms(from) / 60_000).unwrap_or(0)
}

async fn of_visit(
    state: &AppState,
    composer: &Composer,
    body: VisitMail,
) -> Result<Contents, Error> {
    let owner_name = owner(state, body.owner).await?.details.name.full();
    let fresh = carried(state, body.owner, &body.documents).await?;
    let corrected = carried(state, body.owner, &body.corrected).await?;
    let all: Vec<_> = fresh.iter().chain(&corrected).collect();
    if all.is_empty() {
        return Err(Error::Refused(Refusal::DocumentNotValid));
    }
    let mut attachments = Vec::with_capacity(all.len());
    for document in &all {
        attachments.push(attached(state, composer, document).await?);
    }
    let approved = all.iter().filter(|one| one.kind == DocumentKind::Rnm).map(|one| one.id);
    let approved = approved.collect();
    let printed = all.iter().find_map(|one| one.facts.as_ref());
    let visit = fresh.iter().find_map(|one| one.facts.as_ref()).filter(|_| !body.again);
    let letter = if fresh.is_empty() {
        let (owner_name, pets) = (owner_name.clone(), pets(&corrected));
        Letter::Correction(CorrectionLetter { owner_name, pets })
    } else {
        Letter::Certificate(CertificateLetter {
            owner_name: owner_name.clone(),
            visit: visit.map(|facts| VisitLine {
                on: facts.place.on,
                outreach: facts.place.outreach.clone(),
            }),
            pets: pets(&fresh),
            corrected: pets(&corrected),
            lookup_url: format!("{}{}", state.config.public_url(), app::routes::CERTIFICATES),
            demonstration: printed.is_some_and(|facts| facts.demonstration),
        })
    };
    Ok(Contents { to_name: Some(owner_name), letter, attachments, approved })
}

async fn attached(
    state: &AppState,
    composer: &Composer,
    document: &Carried,
) -> Result<AttachedFile, Error> {
    let paper = state.press.paper(&state.office, document.id, Haste::Whenever).await?;
    let named = composer.file_name(Some(document.kind), &document.pet);
    let file_name = named.map_err(|error| Fault::caused("a file has no name", error))?;
    Ok(AttachedFile { file_name, kind: FileKind::Pdf, bytes: paper.bytes })
}

async fn owner(state: &AppState, id: OwnerId) -> Result<OwnerRecord, Error> {
    let read = state.office.store.read(move |tx| Box::pin(kept_owner(tx, id)));
    read.await
}

async fn of_approval(
    state: &AppState,
    composer: &Composer,
    body: RnmMail,
) -> Result<Contents, Error> {
    let owner = owner(state, body.owner).await?;
    let carried = carried(state, body.owner, &[body.document]).await?;
    let document = carried.first().ok_or(Error::Refused(Refusal::DocumentNotValid))?;
    let animal = state.office.store.read(move |tx| {
        Box::pin(async move {
            let row = tx.animal(body.animal.0).await?;
            let row = row.ok_or(Error::Refused(Refusal::AnimalUnknown))?;
            Ok::<_, Error>(AnimalRecord::try_from(row)?)
        })
    });
    let owner_name = owner.details.name.full();
    let letter = Letter::RnmApproved(RnmApprovedLetter {
        owner_name: owner_name.clone(),
        pet_name: document.pet.clone(),
        chip: document.chip.clone(),
        rnm_number: animal.await?.rnm_number.unwrap_or_default(),
        commune: municipality(&owner.details),
    });
    let attachments = vec![attached(state, composer, document).await?];
    let approved = vec![document.id];
    Ok(Contents { to_name: Some(owner_name), letter, attachments, approved })
}

/// The commune whose municipality an owner belongs to, when its name is known.
fn municipality(owner: &OwnerDetails) -> Option<String> {
    let named = owner.commune.is_none_or(|commune| commune.name().is_some());
    owner.residence().filter(|_| named)
}

/// The documents that are still in force and the owner's: one that was issued to somebody else
/// meanwhile is not sent to who had the animal before.
async fn carried(
    state: &AppState,
    owner: OwnerId,
    ids: &[DocumentId],
) -> Result<Vec<Carried>, Error> {
    let ids = ids.to_vec();
    let read = state.office.store.read(move |tx| {
        Box::pin(async move {
            let mut carried = Vec::with_capacity(ids.len());
            for id in ids {
                let Some(row) = tx.document(id.0).await? else { continue };
                let (kind, is) = kind_and_state(&row)?;
                if is != DocumentState::Issued || !holds(tx, owner, &row).await? {
                    continue;
                }
                let facts = row.facts.as_deref().map(from_json::<DocumentFacts>).transpose()?;
                let animal = tx.animal(row.animal_id).await?.map(AnimalRecord::try_from);
                let animal = animal.transpose()?.ok_or(Error::Refused(Refusal::AnimalUnknown))?;
                let (pet, chip) = match &facts {
                    Some(facts) => (facts.animal.name.clone(), facts.animal.chip),
                    None => (animal.details.name.to_string(), chip_of(tx, &animal).await?),
                };
                let chip = chip.map(|chip| chip.grouped()).unwrap_or_default();
                let stands = kept_animal(tx, animal.id).await?;
                let rnm = outlook(tx, owner, &stands).await?;
                carried.push(Carried { id, kind, pet, chip, rnm, facts });
            }
            Ok::<_, Error>(carried)
        })
    });
    read.await
}

/// What the recipient may expect of the RNM for an animal that is theirs and alive.
async fn outlook(tx: &mut Tx, to: OwnerId, animal: &AnimalRecord) -> Result<Outlook, Error> {
    let owner = kept_owner(tx, animal.owner).await?;
    let is_theirs = owner.id == kept_owner(tx, to).await?.id;
    if !is_theirs || !animal.rnm_state.is_awaited(animal.vital_state) {
        return Ok(Outlook::Nothing);
    }
    Ok(match animal.rnm_state {
        RnmState::NoChip => Outlook::NoChip,
        RnmState::BlockedNoRun => Outlook::NoRun,
        RnmState::Incomplete => {
            let lacks = rnm::lacks(&owner.details, &animal.details).into_iter();
            Outlook::Lacks { what: lacks.map(|lack| lack.label(Locale::Es).to_owned()).collect() }
        }
        RnmState::Ready | RnmState::Requested | RnmState::Observed | RnmState::Rejected => {
            Outlook::Coming
        }
        RnmState::Approved | RnmState::CertificateMailed => Outlook::Nothing,
    })
}

/// The documents by animal.
fn pets(documents: &[Carried]) -> Vec<PetLine> {
    let mut pets: Vec<PetLine> = Vec::new();
    for document in documents {
        let (name, chip) = (document.pet.clone(), document.chip.clone());
        let rnm = document.rnm.clone();
        let verify_url = document.facts.as_ref().map(|facts| facts.verify_url.clone());
        let line = DocumentLine { kind: document.kind, verify_url };
        match pets.iter_mut().find(|pet| pet.name == name && pet.chip == chip) {
            Some(pet) => pet.documents.push(line),
            None => pets.push(PetLine { name, chip, documents: vec![line], rnm }),
        }
    }
    pets
}
