//! The documents and the one mail that a submission makes.

use domain::chip_number::ChipNumber;
use domain::document::{DocumentFacts, DocumentState};
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::submission::IssuedDocument;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

use super::desk::{Desk, Stop};
use super::held::HeldAnimal;
use super::{Papers, Slips};
use crate::documents::{
    self, Ending, Source, as_printed, chip_named, differs, draw_up, issue_all, kind_and_state,
    send_on,
};
use crate::error::Error;
use crate::history::Subject;
use crate::mail_desk;
use crate::outbox::{self, Letter};
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord, from_json};
use crate::store::Tx;
use crate::store::vocabulary::document::DocumentRow;
use crate::store::vocabulary::outbox::MessageRow;
use crate::tasks::{self, About, TaskBody};

/// What the outbox keeps of a visit's mail: the worker loads the rest when it sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitMail {
    /// To whom.
    pub owner: OwnerId,
    /// The documents it carries.
    pub documents: Vec<DocumentId>,
    /// Those that take the place of others.
    #[serde(default)]
    pub corrected: Vec<DocumentId>,
    /// The owner had them before, or could have: they are sent again, to another address.
    #[serde(default)]
    pub again: bool,
}

impl VisitMail {
    /// A mail to an owner with these documents, each in its list.
    pub(crate) fn of<'a>(
        owner: OwnerId,
        documents: impl IntoIterator<Item = &'a DocumentRow>,
    ) -> Self {
        let (mut fresh, mut corrected) = (Vec::new(), Vec::new());
        for row in documents {
            let list = if row.replaces_id.is_some() { &mut corrected } else { &mut fresh };
            list.push(DocumentId(row.id));
        }
        Self { owner, documents: fresh, corrected, again: false }
    }

    /// Which letter it is.
    pub(crate) const fn kind(&self) -> &'static str {
        if self.documents.is_empty() { CORRECTION } else { CERTIFICATE }
    }
}

/// Kind of the outbox message with the documents of a visit.
pub const CERTIFICATE: &str = "certificate";
/// Kind of the outbox message with nothing but documents that replace others.
pub const CORRECTION: &str = "correction";

/// Draws up the documents of what was certified and of what was corrected, and enqueues the mail.
pub(super) async fn make(desk: &mut Desk<'_>) -> Result<Papers, Stop> {
    let mut rows = Vec::new();
    for (animal, service) in std::mem::take(&mut desk.certified) {
        let id = desk.animal(animal).await?;
        let held = desk.held(id)?;
        // A later command may have corrected or annulled it.
        let holds =
            |one: &&ServiceRecord| one.id == service && one.counts && one.annulled_at.is_none();
        let Some(service) = held.services.iter().find(holds).cloned() else { continue };
        let chip = chip_named(&service.details, held.chip());
        let seen = (held.held.record.clone(), chip);
        rows.push(draw(desk, &service, seen, None).await?);
    }
    rows.extend(renewed(desk).await?);
    let entrusted = std::mem::take(&mut desk.entrusted);
    issue_all(desk.tx, desk.office, entrusted, desk.context.now).await?;
    let released = std::mem::take(&mut desk.released);
    if !desk.office.quiet {
        send_on(desk.tx, &released, desk.context.now).await?;
    }
    let all: Vec<_> = rows.iter().collect();
    let slips = send(desk, &all).await?;
    follow(desk).await?;
    let issued = rows.iter().map(|row| IssuedDocument {
        id: DocumentId(row.id),
        animal: AnimalId(row.animal_id),
        link: row.link.as_deref().map(|link| desk.office.verify_url(link)),
        slip_code: None,
    });
    let issued = issued.collect();
    for row in &rows {
        let subject = Subject::Animal(AnimalId(row.animal_id));
        desk.note(subject, "document_drawn_up", &(row.id, &row.kind, &row.state))?;
    }
    desk.sheet.documents = rows;
    Ok((issued, slips))
}

async fn draw(
    desk: &mut Desk<'_>,
    service: &ServiceRecord,
    (record, chip): (AnimalRecord, Option<ChipNumber>),
    replaces: Option<DocumentId>,
) -> Result<DocumentRow, Stop> {
    let owner = desk.owner(record.owner).await?;
    let Some(owner) = desk.owners.get(&owner) else {
        return Err(domain::refusal::Refusal::OwnerUnknown.into());
    };
    let source = Source { service, animal: &record, chip, owner: &owner.record, replaces };
    let mut row = draw_up(desk.tx, desk.office, desk.backdrop, source, desk.context.now).await?;
    if owner.record.details.email.is_none() {
        row.slip_seed = Some(row.id);
        row.slip_hash = Some(slip_hash(&desk.office.slip_code(row.id)));
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
    let is_anothers = before.veterinarian_id != service.veterinarian.map(|id| id.0);
    let record = as_printed(&facts.animal, &held.held.record, held.correction.as_ref());
    let chip = chip_anew(held, &service, facts.animal.chip);
    let owner = desk.owner(record.owner).await?;
    let Some(owner) = desk.owners.get(&owner) else { return Ok(None) };
    let replaces = Some(DocumentId(before.id));
    let source =
        Source { service: &service, animal: &record, chip, owner: &owner.record, replaces };
    if !differs(&facts, source) && !is_anothers {
        return Ok(None);
    }
    let mut row = draw(desk, &service, (record, chip), replaces).await?;
    if before.owner_id == row.owner_id && before.slip_seed.is_some() {
        // The paper in the owner's drawer opens the new document as it opened the one before.
        row.slip_seed = before.slip_seed;
        row.slip_hash.clone_from(&before.slip_hash);
        row.slip_attempts = before.slip_attempts;
    }
    let ending = Ending { by: desk.context.actor, reason: "corrected", at: desk.context.now };
    let replaced = DocumentState::Replaced;
    documents::end(desk.tx, before, replaced, ending).await?;
    Ok(Some(row))
}

/// The chip that a document names when it is drawn up anew: the one that it named, for a chip that
/// came later is no correction of it. A certificate names another, or none, where no record of the
/// animal carries that one any more: it was another animal's.
fn chip_anew(
    held: &HeldAnimal,
    service: &ServiceRecord,
    named: Option<ChipNumber>,
) -> Option<ChipNumber> {
    let carries = |chip| held.records().any(|one| one.record.chip == Some(chip));
    let of_the_animal = match named {
        Some(chip) if !carries(chip) => held.chip(),
        named => named,
    };
    chip_named(&service.details, of_the_animal)
}

/// One mail to each owner with all its documents, held back while one waits for a signature; for an
/// owner without an address the slips, and a task for what nobody hands over at a table.
async fn send(desk: &mut Desk<'_>, rows: &[&DocumentRow]) -> Result<Slips, Stop> {
    let mut by_owner: Vec<(OwnerId, Vec<&DocumentRow>)> = Vec::new();
    for row in rows {
        let owner = desk.owner(OwnerId(row.owner_id)).await?;
        match by_owner.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, documents)) => documents.push(row),
            None => by_owner.push((owner, vec![row])),
        }
    }
    let mut slips = Slips::new();
    if desk.office.quiet {
        return Ok(slips);
    }
    for (owner, documents) in by_owner {
        let Some(record) = desk.owners.get(&owner).map(|held| held.record.clone()) else {
            continue;
        };
        let now = desk.context.now;
        let waits = documents.iter().any(|row| row.link.is_none());
        if record.details.email.is_some() {
            let state = if waits { Leaving::Held } else { Leaving::Now };
            desk.sheet.messages.extend(mail(&record, &documents, (state, now))?);
            continue;
        }
        slips.extend(documents.iter().filter_map(|row| Some((row.id, row.slip_seed?))));
        let corrected: Vec<_> =
            documents.into_iter().filter(|row| row.replaces_id.is_some()).collect();
        if !corrected.is_empty() && !waits {
            hand_over(desk.tx, &record, &corrected, now).await?;
        }
    }
    Ok(slips)
}

/// Has the letters of owners follow them to another address, once all else is settled.
async fn follow(desk: &mut Desk<'_>) -> Result<(), Stop> {
    for owner in std::mem::take(&mut desk.moved) {
        let owner = desk.owner(owner).await?;
        let record = desk.owners.get(&owner).map(|held| held.record.clone());
        let Some(record) = record.filter(|_| !desk.office.quiet) else { continue };
        let again = mail_desk::follow(desk.tx, &record, desk.context.now).await?;
        if !again.is_empty() {
            let said = serde_json::json!({ "documents": again });
            desk.note(Subject::Owner(owner), "mail_sent_again", &said)?;
        }
    }
    Ok(())
}

/// When a mail leaves.
#[derive(Clone, Copy)]
enum Leaving {
    Now,
    /// When its documents are signed.
    Held,
}

/// The mail to an owner with documents; nothing for one without an address.
fn mail(
    owner: &OwnerRecord,
    documents: &[&DocumentRow],
    (leaving, now): (Leaving, Timestamp),
) -> Result<Option<MessageRow>, Error> {
    let Some(email) = &owner.details.email else { return Ok(None) };
    let body = VisitMail::of(owner.id, documents.iter().copied());
    let visits: BTreeSet<_> = documents.iter().map(|row| row.visit_id).collect();
    // One about several visits is found from each of them: with its owner.
    let visit = visits.first().copied().flatten().filter(|_| visits.len() == 1);
    let letter = Letter {
        kind: body.kind(),
        recipient: email.as_str(),
        body: &body,
        about: Some(visit.map_or(("owner", owner.id.0), |visit| ("visit", visit))),
        due_at: now,
    };
    let row = match leaving {
        Leaving::Held => outbox::held(letter, now),
        Leaving::Now => outbox::pending(letter, now),
    };
    row.map(Some)
}

/// Documents that were issued without a mail waiting for them: by mail, else as a task.
///
/// # Errors
/// A failed database.
pub(crate) async fn hand_on(
    tx: &mut Tx,
    owner: &OwnerRecord,
    documents: &[DocumentRow],
    now: Timestamp,
) -> Result<(), Error> {
    let documents: Vec<_> = documents.iter().collect();
    if documents.is_empty() {
        return Ok(());
    }
    if let Some(row) = mail(owner, &documents, (Leaving::Now, now))? {
        tx.insert_messages(&[row]).await?;
        return Ok(());
    }
    hand_over(tx, owner, &documents, now).await
}

/// A message for an owner without e-mail becomes a coordinator's task (contracts section 4).
///
/// # Errors
/// A failed database.
pub(crate) async fn hand_over(
    tx: &mut Tx,
    owner: &OwnerRecord,
    documents: &[&DocumentRow],
    now: Timestamp,
) -> Result<(), Error> {
    let body =
        TaskBody::HandOver { documents: documents.iter().map(|row| row.id.into()).collect() };
    let about = About {
        owner: Some(owner.id),
        animal: documents.first().map(|row| AnimalId(row.animal_id)),
        ..About::default()
    };
    tasks::open(tx, &body, about, now).await.map(drop)
}
