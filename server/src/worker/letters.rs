//! What a message of the outbox says: its letter, with what the database knows at the moment of
//! sending, and its documents.

use backend::accounts::invitation::{INVITATION_LETTER, LinkLetter, RESET_LETTER};
use backend::documents::kind_and_state;
use backend::error::{Error, Fault};
use backend::records::{AnimalRecord, OwnerRecord, from_json};
use backend::rnm::{RNM_APPROVED, RnmMail};
use backend::store::vocabulary::outbox::MessageRow;
use backend::submissions::VisitMail;
use domain::certificate::DocumentKind;
use domain::document::{DocumentFacts, DocumentState};
use domain::id::DocumentId;
use domain::refusal::Refusal;
use domain::role::Role;
use domain::territory::Commune;
use domain::timestamp::Timestamp;
use mailroom::compose::{Composer, PdfAttachment};
use mailroom::letter::{
    CertificateLetter, CorrectionLetter, DocumentLine, InvitationLetter, Letter,
    PasswordResetLetter, PetLine, RnmApprovedLetter,
};
use phrases::Locale;
use phrases::label::Labelled;
use serde_json::Value;

use crate::state::AppState;

/// All that a mail is made of, but its address.
pub(super) struct Contents {
    pub(super) to_name: Option<String>,
    pub(super) letter: Letter,
    pub(super) attachments: Vec<PdfAttachment>,
}

/// A document that a mail carries.
struct Carried {
    kind: DocumentKind,
    facts: DocumentFacts,
}

/// Writes the letter of a message.
///
/// # Errors
/// A failed database; [`Refusal::DocumentNotValid`] when no document is in force any more.
pub(super) async fn contents(
    state: &AppState,
    composer: &Composer,
    message: &MessageRow,
) -> Result<Contents, Error> {
    match message.kind.as_str() {
        "certificate" | "correction" => of_visit(state, composer, message).await,
        INVITATION_LETTER | RESET_LETTER => of_link(state, message),
        RNM_APPROVED => of_approval(state, composer, message).await,
        _ => as_written(message),
    }
}

/// A message whose body is the letter itself.
fn as_written(message: &MessageRow) -> Result<Contents, Error> {
    let mut body: Value = serde_json::from_str(&message.body).map_err(Fault::from)?;
    if let Some(fields) = body.as_object_mut() {
        fields.insert("letter".to_owned(), Value::from(message.kind.clone()));
    }
    let letter = serde_json::from_value(body).map_err(Fault::from)?;
    Ok(Contents { to_name: None, letter, attachments: Vec::new() })
}

fn of_link(state: &AppState, message: &MessageRow) -> Result<Contents, Error> {
    let body: LinkLetter = from_json(&message.body)?;
    let link = format!("{}{}/{}", state.config.public_url(), app::routes::LINK, body.token);
    let minutes = minutes_between(Timestamp(message.created_at), body.expires_at);
    let name = body.name.clone();
    let letter = if message.kind == INVITATION_LETTER {
        let role = Role::from_code(&body.role).map_or("", |role| role.label(Locale::Es));
        Letter::Invitation(InvitationLetter {
            name: body.name,
            inviter: match body.inviter.as_str() {
                "" => state.config.issuer_name.clone(),
                inviter => inviter.to_owned(),
            },
            role: role.to_owned(),
            link,
            valid_hours: minutes / 60,
        })
    } else {
        Letter::PasswordReset(PasswordResetLetter { name: body.name, link, valid_minutes: minutes })
    };
    Ok(Contents { to_name: Some(name), letter, attachments: Vec::new() })
}

fn minutes_between(from: Timestamp, to: Timestamp) -> u32 {
    u32::try_from(to.since_ms(from) / 60_000).unwrap_or(0)
}

async fn of_visit(
    state: &AppState,
    composer: &Composer,
    message: &MessageRow,
) -> Result<Contents, Error> {
    let body: VisitMail = from_json(&message.body)?;
    let carried = carried(state, &body.documents).await?;
    let mut attachments = Vec::with_capacity(carried.len());
    for document in &carried {
        let facts = &document.facts;
        let paper = state.press.paper(&state.office, facts.document).await?;
        let named = composer.file_name(Some(document.kind), &facts.animal.name);
        let file_name = named.map_err(|error| Fault::caused("a file has no name", error))?;
        attachments.push(PdfAttachment { file_name, bytes: paper.bytes });
    }
    let first = carried.first().ok_or(Error::Refused(Refusal::DocumentNotValid))?;
    let to_name = Some(first.facts.owner.full_name.clone());
    let letter = match carried.as_slice() {
        [only] if message.kind == "correction" => correction(only),
        all => certificate(state, first, all),
    };
    Ok(Contents { to_name, letter, attachments })
}

async fn of_approval(
    state: &AppState,
    composer: &Composer,
    message: &MessageRow,
) -> Result<Contents, Error> {
    let RnmMail { owner, animal, document } = from_json(&message.body)?;
    let found = state.office.store.read(move |tx| {
        Box::pin(async move {
            let owner = tx.owner(owner.0).await?.ok_or(Error::Refused(Refusal::OwnerUnknown))?;
            let animal = tx.animal(animal.0).await?;
            let animal = animal.ok_or(Error::Refused(Refusal::AnimalUnknown))?;
            Ok::<_, Error>((OwnerRecord::try_from(owner)?, AnimalRecord::try_from(animal)?))
        })
    });
    let (owner, animal) = found.await?;
    let paper = state.press.paper(&state.office, document).await?;
    let pet_name = animal.details.name.to_string();
    let named = composer.file_name(Some(DocumentKind::Rnm), &pet_name);
    let file_name = named.map_err(|error| Fault::caused("a file has no name", error))?;
    let owner_name = owner.details.name.full();
    let letter = Letter::RnmApproved(RnmApprovedLetter {
        owner_name: owner_name.clone(),
        pet_name,
        chip: animal.chip.map(|chip| chip.grouped()).unwrap_or_default(),
        rnm_number: animal.rnm_number.unwrap_or_default(),
        commune: owner.details.commune.and_then(Commune::name).unwrap_or_default().to_owned(),
    });
    let attachments = vec![PdfAttachment { file_name, bytes: paper.bytes }];
    Ok(Contents { to_name: Some(owner_name), letter, attachments })
}

/// The documents that are still in force.
async fn carried(state: &AppState, ids: &[DocumentId]) -> Result<Vec<Carried>, Error> {
    let ids = ids.to_vec();
    let rows = state.office.store.read(move |tx| {
        Box::pin(async move {
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                rows.extend(tx.document(id.0).await?);
            }
            Ok::<_, Error>(rows)
        })
    });
    let mut carried = Vec::new();
    for row in rows.await? {
        let (kind, is) = kind_and_state(&row)?;
        if let (DocumentState::Issued, Some(facts)) = (is, &row.facts) {
            carried.push(Carried { kind, facts: from_json(facts)? });
        }
    }
    Ok(carried)
}

fn correction(document: &Carried) -> Letter {
    Letter::Correction(CorrectionLetter {
        owner_name: document.facts.owner.full_name.clone(),
        pet_name: document.facts.animal.name.clone(),
        chip: chip(&document.facts),
        document: line(document),
    })
}

fn certificate(state: &AppState, first: &Carried, all: &[Carried]) -> Letter {
    let mut pets: Vec<PetLine> = Vec::new();
    for document in all {
        let (name, chip) = (document.facts.animal.name.clone(), chip(&document.facts));
        match pets.iter_mut().find(|pet| pet.name == name && pet.chip == chip) {
            Some(pet) => pet.documents.push(line(document)),
            None => pets.push(PetLine { name, chip, documents: vec![line(document)] }),
        }
    }
    Letter::Certificate(CertificateLetter {
        owner_name: first.facts.owner.full_name.clone(),
        visit_on: first.facts.place.on,
        outreach: first.facts.place.outreach.clone(),
        pets,
        lookup_url: format!("{}{}", state.config.public_url(), app::routes::CERTIFICATES),
        demonstration: first.facts.demonstration,
    })
}

fn line(document: &Carried) -> DocumentLine {
    DocumentLine { kind: document.kind, verify_url: document.facts.verify_url.clone() }
}

fn chip(facts: &DocumentFacts) -> String {
    facts.animal.chip.map(|chip| chip.grouped()).unwrap_or_default()
}
