//! The municipality's approval: a number and its certificate, kept as it came and sent on.

use domain::certificate::DocumentKind;
use domain::document::DocumentState;
use domain::field_error::{Field, FieldError, Problem};
use domain::id::{AnimalId, DocumentId, OwnerId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::rnm::RnmState;
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use sha2::{Digest, Sha256};

use super::{MOST_PDF_BYTES, RNM_APPROVED, RnmMail, Stepping, take_step};
use crate::actor::{Actor, authorise};
use crate::clock;
use crate::desk::register::kept_owner;
use crate::documents::{self, Ending, PDF, kind_and_state};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::records::OwnerRecord;
use crate::store::Tx;
use crate::store::vocabulary::document::{DocumentRow, FileRow};
use crate::submissions::papers;
use crate::tasks::staff_of;

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

/// Records an approval, keeps the official certificate as it is and sends it to the owner; for an
/// owner without e-mail a task asks to hand it over on paper (`RnmStep::HandedOver`). A second one
/// for the same animal corrects the first: another number, another file, mailed again.
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
                let stepping = Stepping::read(tx, approval.animal, RnmState::Approved).await?;
                let (id, bearer) = (stepping.animal.id, stepping.bearer());
                let owner = kept_owner(tx, stepping.animal.owner).await?;
                let replaced = end_before(tx, bearer, (actor, now)).await?;
                let said = (RnmState::Approved, Some(number.as_str()), None);
                stepping.write(tx, said, now).await?;
                let whose = (bearer, owner.id, replaced);
                let row = keep_certificate(tx, (&approval.pdf, sha256), whose, now).await?;
                let document = DocumentId(row.id);
                let body = serde_json::json!({
                    "number": number, "document": document, "replaces": replaced,
                });
                let subject = Subject::Animal(id);
                let entry = Entry::new(subject, "rnm_approved", actor, now, &body)?;
                history::append(tx, &entry).await?;
                if !quiet {
                    send(tx, &owner, &row, now).await?;
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
    match (holds(&bytes[..head], b"%PDF-"), holds(&bytes[tail..], b"%%EOF")) {
        (true, true) => Ok(()),
        (true, false) => problem(Problem::CutOff),
        (false, _) => problem(Problem::NotPdf),
    }
}

/// Ends the certificate that an approval before had brought; answers which.
async fn end_before(
    tx: &mut Tx,
    animal: AnimalId,
    (actor, at): (Actor, Timestamp),
) -> Result<Option<DocumentId>, Error> {
    let mut replaced = None;
    for row in tx.documents_of(&[animal.0]).await? {
        if kind_and_state(&row)? != (DocumentKind::Rnm, DocumentState::Issued) {
            continue;
        }
        let by = staff_of(&actor);
        let ending = Ending { by, reason: "corrected", at };
        if documents::end(tx, &row, DocumentState::Replaced, ending).await? {
            replaced = Some(DocumentId(row.id));
        }
    }
    Ok(replaced)
}

async fn keep_certificate(
    tx: &mut Tx,
    (pdf, sha256): (&[u8], &[u8]),
    (animal, owner, replaces): (AnimalId, OwnerId, Option<DocumentId>),
    now: Timestamp,
) -> Result<DocumentRow, Error> {
    let id = clock::fresh_id();
    let row = DocumentRow {
        id,
        kind: DocumentKind::Rnm.code().to_owned(),
        animal_id: animal.0,
        owner_id: owner.0,
        service_id: None,
        visit_id: None,
        outreach_id: None,
        veterinarian_id: None,
        state: DocumentState::Issued.code().to_owned(),
        link: None,
        facts: None,
        slip_seed: None,
        slip_hash: None,
        slip_attempts: 0,
        created_at: now.0,
        issued_at: Some(now.0),
        sha256: None,
        replaces_id: replaces.map(|id| id.0),
        ended_at: None,
        ended_by: None,
        ended_reason: None,
    };
    tx.insert_documents(std::slice::from_ref(&row)).await?;
    let bytes = pdf.to_vec();
    let file = FileRow { document_id: id, media_type: PDF.to_owned(), bytes };
    tx.insert_file(&file, sha256).await?;
    Ok(row)
}

async fn send(
    tx: &mut Tx,
    owner: &OwnerRecord,
    row: &DocumentRow,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(email) = &owner.details.email else {
        return papers::hand_over(tx, owner, &[row], now).await;
    };
    let (animal, document) = (AnimalId(row.animal_id), DocumentId(row.id));
    let body = RnmMail { owner: owner.id, animal, document };
    let letter = Letter {
        kind: RNM_APPROVED,
        recipient: email.as_str(),
        body: &body,
        about: Some(("animal", animal.0)),
        due_at: now,
    };
    outbox::enqueue(tx, letter, now).await.map(drop)
}

/// Notes that a certificate left for its owner; the worker calls it when the mail was taken. A
/// second time changes nothing, nor does one that has been replaced meanwhile, or one of a record
/// whose request stands behind another's since they became one.
///
/// # Errors
/// A failed database.
pub async fn certificate_left(office: &Office, document: DocumentId) -> Result<(), Error> {
    let now = office.clock.now();
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                let row = documents::find(tx, document).await?;
                if kind_and_state(&row)? != (DocumentKind::Rnm, DocumentState::Issued) {
                    return Ok(());
                }
                let (by, animal) = ((Actor::System, now), AnimalId(row.animal_id));
                let stepping = Stepping::read(tx, animal, RnmState::CertificateMailed).await;
                if stepping.is_ok_and(|stepping| stepping.bearer() != animal) {
                    return Ok(());
                }
                match take_step(tx, by, animal, RnmState::CertificateMailed, None).await {
                    Err(Error::Refused(_)) => Ok(()),
                    done => done,
                }
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
        for (bytes, problem) in [
            (&b""[..], Problem::Empty),
            (b"<html>%%EOF", Problem::NotPdf),
            (b"%PDF-1.7 cut off", Problem::CutOff),
            (b"MZ\x90", Problem::NotPdf),
        ] {
            let refused = Refusal::field(FieldError::new(Field::File, problem));
            assert_eq!(check_pdf(bytes), Err(refused), "{bytes:?}");
        }
    }
}
