//! The desk of the Registro Nacional de Mascotas: what waits for whom, the steps that a
//! coordinator records, the official certificate.
//!
//! The municipality decides; here is only written down what it decided (domain reference 2).

use domain::certificate::DocumentKind;
use domain::desk::queue::{RnmList, RnmRow, RnmStep};
use domain::document::DocumentState;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::rnm::{self, RnmState};
use domain::role::{Caller, UseCase, allows};
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::actor::{Actor, authorise};
use crate::clock;
use crate::desk::register::{kept_owner, kept_owners, lines, sees_whole};
use crate::desk::rnm_counts;
use crate::documents::PDF;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::records::{AnimalRecord, OwnerRecord};
use crate::store::Tx;
use crate::store::vocabulary::document::{DocumentRow, FileRow};

/// Animals on one page of a list.
const PAGE: i64 = 50;
/// Most animals that one act marks, and that one CSV holds.
const MOST: i64 = 2_000;
/// Largest certificate that is taken: 2 MiB; a page with a seal has some 100 KB.
pub const MOST_PDF_BYTES: usize = 2 * 1024 * 1024;
/// Kind of the outbox message with the municipality's certificate.
pub const RNM_APPROVED: &str = "rnm_approved";

/// What the outbox keeps of that message: the worker loads the rest when it sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RnmMail {
    /// To whom.
    pub owner: OwnerId,
    /// Of which animal.
    pub animal: AnimalId,
    /// The certificate, attached as the municipality sent it.
    pub document: DocumentId,
}

/// One page of the animals in a state, longest waiting first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    office: &Office,
    actor: Actor,
    state: RnmState,
    page: u32,
) -> Result<RnmList, Error> {
    authorise(&actor, UseCase::ReadRegistryMasked).map_err(Error::Refused)?;
    let caller = actor.caller().unwrap_or(Caller::Public);
    let sums = office.sums.clone();
    office
        .store
        .read_stale(move |tx| {
            let sums = sums.clone();
            Box::pin(async move {
                let counts = rnm_counts(tx, &sums).await?;
                let total = counts.iter().find(|known| known.state == state).map_or(0, |c| c.count);
                let pages = total.div_ceil(u32::try_from(PAGE).unwrap_or(1)).max(1);
                let page = page.clamp(1, pages);
                let offset = i64::from(page - 1) * PAGE;
                let animals = tx.animals_in_rnm_state(state.code(), PAGE, offset).await?;
                let owners = kept_owners(tx, animals.iter().map(|row| row.owner_id)).await?;
                let mut rows = Vec::new();
                for row in animals {
                    let animal = AnimalRecord::try_from(row)?;
                    if let Some(owner) = owners.get(&animal.owner.0) {
                        rows.push(line(&animal, owner, sees_whole(&actor)));
                    }
                }
                let may_decide = allows(caller, UseCase::DecideRnm);
                Ok(RnmList { state, counts, rows, page, pages, may_decide })
            })
        })
        .await
}

fn line(animal: &AnimalRecord, owner: &OwnerRecord, whole: bool) -> RnmRow {
    let said = lines(&owner.details, whole);
    RnmRow {
        animal: animal.id,
        name: animal.details.name.to_string(),
        chip: animal.chip,
        owner: owner.id,
        owner_name: said.name,
        owner_document: said.document,
        commune: said.commune,
        has_email: owner.details.email.is_some(),
        since: animal.rnm_changed_at,
        lacks: rnm::lacks(&owner.details, &animal.details),
        reason: animal.rnm_reason.clone(),
        number: animal.rnm_number.clone(),
    }
}

/// Records one step for several animals, all or none.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::RnmStep`] when one of them does not lead there;
/// [`Refusal::Invalid`] for a missing reason; [`Refusal::AnimalUnknown`].
pub async fn mark(
    office: &Office,
    actor: Actor,
    animals: Vec<AnimalId>,
    step: RnmStep,
) -> Result<u32, Error> {
    authorise(&actor, UseCase::DecideRnm).map_err(Error::Refused)?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    if animals.is_empty() || animals.len() > most {
        return Err(Error::Refused(Refusal::TooLarge));
    }
    let reason = step.reason().map(reason_of).transpose().map_err(Error::Refused)?;
    let now = office.clock.now();
    office
        .store
        .write_with((animals, step, reason), move |tx, (animals, step, reason)| {
            Box::pin(async move {
                for &id in animals {
                    take_step(tx, (actor, now), id, step.to(), reason.as_deref()).await?;
                }
                Ok(u32::try_from(animals.len()).unwrap_or(u32::MAX))
            })
        })
        .await
}

fn reason_of(text: &str) -> Result<String, Refusal> {
    let wrong = |problem| Refusal::field(FieldError::new(Field::Reason, problem));
    ShortText::<400>::parse(text).map(|text| text.to_string()).map_err(wrong)
}

async fn take_step(
    tx: &mut Tx,
    (actor, now): (Actor, Timestamp),
    id: AnimalId,
    to: RnmState,
    reason: Option<&str>,
) -> Result<(), Error> {
    let mut animal = stepping(tx, id, to).await?;
    animal.rnm_state = to;
    animal.rnm_reason = reason.map(str::to_owned);
    animal.rnm_changed_at = now;
    animal.updated_at = now;
    tx.update_animal(&animal.to_row().map_err(Error::Failed)?).await?;
    let body = serde_json::json!({ "reason": reason });
    let entry = Entry::new(Subject::Animal(id), kind_of(to), actor, now, &body)?;
    history::append(tx, &entry).await
}

/// The animal, if its state leads to `to`.
async fn stepping(tx: &mut Tx, id: AnimalId, to: RnmState) -> Result<AnimalRecord, Error> {
    let row = tx.animal(id.0).await?.ok_or(Error::Refused(Refusal::AnimalUnknown))?;
    let animal = AnimalRecord::try_from(row)?;
    if animal.rnm_state.may_become(to) {
        Ok(animal)
    } else {
        Err(Error::Refused(Refusal::RnmStep { from: animal.rnm_state, to }))
    }
}

const fn kind_of(to: RnmState) -> &'static str {
    match to {
        RnmState::Requested => "rnm_requested",
        RnmState::Observed => "rnm_observed",
        RnmState::Rejected => "rnm_rejected",
        RnmState::Approved => "rnm_approved",
        RnmState::CertificateMailed => "rnm_certificate_mailed",
        RnmState::NoChip | RnmState::Incomplete | RnmState::BlockedNoRun | RnmState::Ready => {
            "rnm_changed"
        }
    }
}

/// What the municipality approved.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Which animal.
    pub animal: AnimalId,
    /// The number, as typed.
    pub number: String,
    /// The official certificate.
    pub pdf: Vec<u8>,
}

/// Records an approval, keeps the official certificate as it is and sends it to the owner. An
/// owner without e-mail gets it on paper: see [`RnmStep::HandedOver`].
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] for the number or a file that is no PDF;
/// [`Refusal::TooLarge`]; [`Refusal::RnmStep`].
pub async fn approve(
    office: &Office,
    actor: Actor,
    approval: Approval,
) -> Result<DocumentId, Error> {
    authorise(&actor, UseCase::DecideRnm).map_err(Error::Refused)?;
    let number = read_number(&approval.number).map_err(Error::Refused)?;
    check_pdf(&approval.pdf).map_err(Error::Refused)?;
    let sha256 = Sha256::digest(&approval.pdf).to_vec();
    let (now, quiet) = (office.clock.now(), office.quiet);
    office
        .store
        .write_with((approval, number, sha256), move |tx, (approval, number, sha256)| {
            Box::pin(async move {
                let id = approval.animal;
                let mut animal = stepping(tx, id, RnmState::Approved).await?;
                animal.rnm_state = RnmState::Approved;
                animal.rnm_number = Some(number.clone());
                animal.rnm_reason = None;
                animal.rnm_changed_at = now;
                animal.updated_at = now;
                tx.update_animal(&animal.to_row().map_err(Error::Failed)?).await?;
                let document = keep_certificate(tx, approval, sha256, now).await?;
                let body = serde_json::json!({ "number": number, "document": document });
                let subject = Subject::Animal(id);
                let entry = Entry::new(subject, "rnm_approved", actor, now, &body)?;
                history::append(tx, &entry).await?;
                if !quiet {
                    send(tx, &animal, document, now).await?;
                }
                Ok(document)
            })
        })
        .await
}

fn read_number(text: &str) -> Result<String, Refusal> {
    let wrong = |problem| Refusal::field(FieldError::new(Field::RnmNumber, problem));
    ShortText::<40>::parse(text).map(|text| text.to_string()).map_err(wrong)
}

/// A PDF begins and ends as ISO 32000-1 (7.5.2, 7.5.5) says; readers allow for a kilobyte around.
fn check_pdf(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() > MOST_PDF_BYTES {
        return Err(Refusal::TooLarge);
    }
    let problem = |problem| Err(Refusal::field(FieldError::new(Field::File, problem)));
    if bytes.is_empty() {
        return problem(Problem::Empty);
    }
    let holds = |part: &[u8], mark: &[u8]| part.windows(mark.len()).any(|bytes| bytes == mark);
    let (head, tail) = (bytes.len().min(1024), bytes.len().saturating_sub(1024));
    if holds(&bytes[..head], b"%PDF-") && holds(&bytes[tail..], b"%%EOF") {
        return Ok(());
    }
    problem(Problem::Malformed)
}

async fn keep_certificate(
    tx: &mut Tx,
    approval: &Approval,
    sha256: &[u8],
    now: Timestamp,
) -> Result<DocumentId, Error> {
    let id = clock::fresh_id();
    let row = DocumentRow {
        id,
        kind: DocumentKind::Rnm.code().to_owned(),
        animal_id: approval.animal.0,
        service_id: None,
        visit_id: None,
        outreach_id: None,
        veterinarian_id: None,
        state: DocumentState::Issued.code().to_owned(),
        link: None,
        facts: None,
        slip_hash: None,
        slip_attempts: 0,
        created_at: now.0,
        issued_at: Some(now.0),
        sha256: None,
        replaces_id: None,
        ended_at: None,
        ended_by: None,
        ended_reason: None,
    };
    tx.insert_documents(std::slice::from_ref(&row)).await?;
    let bytes = approval.pdf.clone();
    let file = FileRow { document_id: id, media_type: PDF.to_owned(), bytes };
    tx.insert_file(&file, sha256).await?;
    Ok(DocumentId(id))
}

async fn send(
    tx: &mut Tx,
    animal: &AnimalRecord,
    document: DocumentId,
    now: Timestamp,
) -> Result<(), Error> {
    let owner = kept_owner(tx, animal.owner).await?;
    let Some(email) = &owner.details.email else { return Ok(()) };
    let body = RnmMail { owner: owner.id, animal: animal.id, document };
    let letter = Letter {
        kind: RNM_APPROVED,
        recipient: &email.to_string(),
        body: &body,
        about: Some(("animal", animal.id.0)),
        due_at: now,
    };
    outbox::enqueue(tx, letter, now).await.map(drop)
}

/// Notes that the certificate left for its owner; the worker calls it when the mail was taken.
/// A second time changes nothing.
///
/// # Errors
/// A failed database.
pub async fn certificate_left(office: &Office, animal: AnimalId) -> Result<(), Error> {
    let now = office.clock.now();
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                let by = (Actor::System, now);
                match take_step(tx, by, animal, RnmState::CertificateMailed, None).await {
                    Err(Error::Refused(_)) => Ok(()),
                    done => done,
                }
            })
        })
        .await
}

/// An animal that is ready to be entered in the platform, with all that its form asks.
#[derive(Clone, Debug)]
pub struct ReadyAnimal {
    /// Its owner.
    pub owner: OwnerRecord,
    /// The animal, with its chip.
    pub animal: AnimalRecord,
}

/// What is ready, longest waiting first, for the list that a coordinator types from.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn ready(office: &Office, actor: Actor) -> Result<Vec<ReadyAnimal>, Error> {
    authorise(&actor, UseCase::Export).map_err(Error::Refused)?;
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let mut ready = Vec::new();
                for row in tx.animals_in_rnm_state(RnmState::Ready.code(), MOST, 0).await? {
                    let animal = AnimalRecord::try_from(row)?;
                    let owner = kept_owner(tx, animal.owner).await?;
                    ready.push(ReadyAnimal { owner, animal });
                }
                Ok(ready)
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_pdf_of_a_reasonable_size_is_taken() {
        let pdf = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n".to_vec();
        assert_eq!(check_pdf(&pdf), Ok(()));
        assert_eq!(check_pdf(&[pdf, vec![b' '; MOST_PDF_BYTES]].concat()), Err(Refusal::TooLarge));
        for bytes in [&b""[..], b"<html>%%EOF", b"%PDF-1.7 cut off", b"MZ\x90"] {
            assert!(matches!(check_pdf(bytes), Err(Refusal::Invalid { .. })), "{bytes:?}");
        }
    }
}
