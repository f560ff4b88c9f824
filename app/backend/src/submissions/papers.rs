//! The documents and the one mail that a submission makes.

use domain::document::{DocumentFacts, DocumentState};
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::submission::IssuedDocument;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Papers;
use super::desk::{Desk, Stop};
use crate::documents::{self, Ending, Source, differs, draw_up, kind_and_state};
use crate::history::Subject;
use crate::outbox::{self, Letter};
use crate::records::{ServiceRecord, from_json};
use crate::store::vocabulary::document::DocumentRow;

/// What the outbox keeps of a visit's mail: the worker loads the rest when it sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitMail {
    /// To whom.
    pub owner: OwnerId,
    /// The documents it carries.
    pub documents: Vec<DocumentId>,
}

/// Kind of the outbox message with the documents of a visit.
pub const CERTIFICATE: &str = "certificate";
/// Kind of the outbox message with documents that replace others.
pub const CORRECTION: &str = "correction";

/// Draws up the documents of what was certified and of what was corrected, and enqueues the mail.
pub(super) async fn make(desk: &mut Desk<'_>) -> Result<Papers, Stop> {
    let mut rows = Vec::new();
    for index in desk.certified.clone() {
        let Some(service) = desk.services.get(index).cloned() else { continue };
        rows.push(draw(desk, &service, None).await?);
    }
    let corrected = renewed(desk).await?;
    desk.tx.insert_documents(&rows).await?;
    desk.tx.insert_documents(&corrected).await?;
    let mut slips = Vec::new();
    for (kind, documents) in [(CERTIFICATE, &rows), (CORRECTION, &corrected)] {
        send(desk, kind, documents, &mut slips).await?;
    }
    let all = rows.iter().chain(&corrected);
    let issued = all.clone().map(|row| IssuedDocument {
        id: DocumentId(row.id),
        animal: AnimalId(row.animal_id),
        link: row.link.as_deref().map(|link| desk.office.verify_url(link)),
        slip_code: None,
    });
    let issued = issued.collect();
    for row in rows.iter().chain(&corrected) {
        let subject = Subject::Animal(AnimalId(row.animal_id));
        desk.note(subject, "document_drawn_up", &(row.id, &row.kind, &row.state))?;
    }
    Ok((issued, slips))
}

async fn draw(
    desk: &mut Desk<'_>,
    service: &ServiceRecord,
    replaces: Option<DocumentId>,
) -> Result<DocumentRow, Stop> {
    let gone = domain::refusal::Refusal::AnimalUnknown;
    let id = desk.animal(service.animal).await?;
    let animal = desk.animals.get(&id).ok_or(gone)?;
    let (chip, record) = (animal.chip(), animal.held.record.clone());
    let owner = desk.owner(record.owner).await?;
    let Some(owner) = desk.owners.get(&owner) else {
        return Err(domain::refusal::Refusal::OwnerUnknown.into());
    };
    let source = Source { service, animal: &record, chip, owner: &owner.record, replaces };
    let mut row = draw_up(desk.tx, desk.office, desk.backdrop, source, desk.context.now).await?;
    if owner.record.details.email.is_none() {
        let code = desk.office.slip_code(DocumentId(row.id));
        row.slip_hash = Some(slip_hash(&code));
    }
    Ok(row)
}

/// How the code on a slip is stored.
#[must_use]
pub fn slip_hash(code: &str) -> Vec<u8> {
    Sha256::digest(format!("huella-slip\n{}", code.to_ascii_uppercase())).to_vec()
}

/// New documents for those in force that a correction made untrue.
async fn renewed(desk: &mut Desk<'_>) -> Result<Vec<DocumentRow>, Stop> {
    let corrected: Vec<AnimalId> = desk
        .animals
        .iter()
        .filter(|(_, animal)| animal.held.corrected)
        .map(|(id, _)| *id)
        .collect();
    let mut rows = Vec::new();
    for animal in corrected {
        let Some(held) = desk.animals.get(&animal) else { continue };
        let ids: Vec<_> = held.records().map(|held| held.record.id.0).collect();
        for before in desk.tx.documents_of(&ids).await? {
            if let Some(row) = renew(desk, animal, &before).await? {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

async fn renew(
    desk: &mut Desk<'_>,
    animal: AnimalId,
    before: &DocumentRow,
) -> Result<Option<DocumentRow>, Stop> {
    let is_issued = kind_and_state(before)?.1 == DocumentState::Issued;
    let (Some(facts), Some(service), true) = (&before.facts, before.service_id, is_issued) else {
        return Ok(None);
    };
    let facts: DocumentFacts = from_json(facts)?;
    let Some(held) = desk.animals.get(&animal) else { return Ok(None) };
    let service = held.services.iter().find(|one| one.id.0 == service).cloned();
    let Some(service) = service else { return Ok(None) };
    let (chip, record) = (held.chip(), held.held.record.clone());
    let owner = desk.owner(record.owner).await?;
    let Some(owner) = desk.owners.get(&owner) else { return Ok(None) };
    let replaces = Some(DocumentId(before.id));
    let source =
        Source { service: &service, animal: &record, chip, owner: &owner.record, replaces };
    if !differs(&facts, source) {
        return Ok(None);
    }
    let row = draw(desk, &service, replaces).await?;
    let ending = Ending { by: desk.context.actor, reason: "corrected", at: desk.context.now };
    let replaced = DocumentState::Replaced;
    documents::end(desk.tx, DocumentId(before.id), replaced, ending).await?;
    Ok(Some(row))
}

/// One mail to each owner with all documents of a kind; held back while one waits for a signature.
async fn send(
    desk: &mut Desk<'_>,
    kind: &'static str,
    rows: &[DocumentRow],
    slips: &mut Vec<Uuid>,
) -> Result<(), Stop> {
    let mut by_owner: Vec<(OwnerId, Vec<&DocumentRow>)> = Vec::new();
    for row in rows {
        let animal = desk.animal(AnimalId(row.animal_id)).await?;
        let animal = desk.animals.get(&animal);
        let Some(owner) = animal.map(|animal| animal.held.record.owner) else { continue };
        let owner = desk.owner(owner).await?;
        match by_owner.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, documents)) => documents.push(row),
            None => by_owner.push((owner, vec![row])),
        }
    }
    if desk.office.quiet {
        return Ok(());
    }
    for (owner, documents) in by_owner {
        let details = desk.owners.get(&owner).map(|held| &held.record.details);
        let Some(email) = details.and_then(|details| details.email.clone()) else {
            slips.extend(documents.iter().map(|row| row.id));
            continue;
        };
        let body =
            VisitMail { owner, documents: documents.iter().map(|row| row.id.into()).collect() };
        let about = documents.iter().find_map(|row| row.visit_id).map(|visit| ("visit", visit));
        let letter = Letter {
            kind,
            recipient: &email.to_string(),
            body: &body,
            about,
            due_at: desk.context.now,
        };
        let waits = documents.iter().any(|row| row.link.is_none());
        if waits {
            outbox::enqueue_held(desk.tx, letter, desk.context.now).await?;
        } else {
            outbox::enqueue(desk.tx, letter, desk.context.now).await?;
        }
    }
    Ok(())
}
