//! Documents: drawn up with a service, issued under a veterinarian's authorisation, verified by
//! anybody, replaced by corrections, revoked.
//!
//! What a document says is fixed in its facts when it is issued; the bytes are made of them once,
//! by the worker, and stored.

mod backdrop;
mod facts;
mod provisional;
mod signing;
mod slip;
mod verify;

pub(crate) use backdrop::Backdrop;
pub use facts::Source;
pub(crate) use facts::{as_printed, chip_named, differs, draw_up};
pub use provisional::{proved, short_code, verify_any, verify_provisional};
pub use signing::{authorise_outreach, draw_signature, withdraw_authorisation};
pub(crate) use signing::{issue_all, send_on};
pub use slip::{Slip, may_see, renew_slip, slip};
pub(crate) use slip::{can_have_slip, handed_over};
pub use verify::{Ended, ended, verify, verify_bytes, verify_file};

use domain::certificate::DocumentKind;
use domain::document::{DocumentFacts, DocumentState};
use domain::field_error::{Field, FieldError};
use domain::id::{DocumentId, ServiceId, StaffId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::Timestamp;
use sha2::{Digest, Sha256};
use std::slice;

use crate::actor::{Actor, authorise};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{code, from_json};
use crate::store::vocabulary::document::{DocumentRow, EndRow, FileRow};
use crate::store::{StoreError, Tx};

/// Media type of what we print.
pub const PDF: &str = "application/pdf";

/// How a document ends: by whom, why (a code or a person's words), when.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    /// By whom, if by a person.
    pub by: Option<StaffId>,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Withdraws every document of an annulled service that is still in force or waits; answers those
/// that waited, for [`send_on`].
///
/// # Errors
/// A failed database.
pub(crate) async fn withdraw_of_service(
    tx: &mut Tx,
    service: ServiceId,
    ending: Ending<'_>,
) -> Result<Vec<DocumentRow>, Error> {
    let mut waited = Vec::new();
    for row in tx.documents_of_service(service.0).await? {
        let has_ended = end(tx, &row, DocumentState::Withdrawn, ending).await?;
        if has_ended && row.state == DocumentState::Waiting.code() {
            waited.push(row);
        }
    }
    Ok(waited)
}

/// Ends a document; `false` when it had ended. Of one that waited for a signature nobody waits any
/// more.
///
/// # Errors
/// A failed database.
pub(crate) async fn end(
    tx: &mut Tx,
    document: &DocumentRow,
    state: DocumentState,
    ending: Ending<'_>,
) -> Result<bool, Error> {
    let row = EndRow {
        id: document.id,
        state: state.code(),
        by: ending.by.map(|by| by.0),
        reason: ending.reason,
        at: ending.at.0,
    };
    let has_ended = tx.end_document(&row).await?;
    if has_ended && document.state == DocumentState::Waiting.code() {
        signing::release(tx, document, ending.at).await?;
    }
    Ok(has_ended)
}

/// Revokes a document: a veterinarian what was issued in the own name, a coordinator anything.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::DocumentUnknown`], [`Refusal::NotYourRecord`],
/// [`Refusal::DocumentNotValid`]; [`Refusal::Invalid`] on the reason, which is not left out.
pub async fn revoke(
    office: &Office,
    actor: Actor,
    id: DocumentId,
    reason: String,
) -> Result<(), Error> {
    authorise(&actor, UseCase::RevokeDocuments).map_err(Error::Refused)?;
    let any = authorise(&actor, UseCase::RevokeAnyDocument).is_ok();
    let reason = ShortText::<200>::parse(&reason)
        .map_err(|error| Error::Refused(Refusal::field(FieldError::new(Field::Reason, error))))?;
    let reason = reason.to_string();
    let (now, quiet) = (office.clock.now(), office.quiet);
    let inside = (actor, id, reason, any);
    office
        .store
        .write_with(inside, move |tx, (actor, id, reason, any)| {
            Box::pin(async move {
                let row = find(tx, *id).await?;
                if !any && row.veterinarian_id != actor.id() {
                    return Err(Error::Refused(Refusal::NotYourRecord));
                }
                let by = actor.id().map(StaffId);
                let ending = Ending { by, reason, at: now };
                if !end(tx, &row, DocumentState::Revoked, ending).await? {
                    return Err(Error::Refused(Refusal::DocumentNotValid));
                }
                if !quiet && row.state == DocumentState::Waiting.code() {
                    send_on(tx, slice::from_ref(&row), now).await?;
                }
                let subject = Subject::Animal(row.animal_id.into());
                let entry = Entry::new(subject, "document_revoked", *actor, now, &(id, reason))?;
                history::append(tx, &entry).await
            })
        })
        .await
}

/// One document.
///
/// # Errors
/// [`Refusal::DocumentUnknown`].
pub async fn find(tx: &mut Tx, id: DocumentId) -> Result<DocumentRow, Error> {
    tx.document(id.0).await?.ok_or(Error::Refused(Refusal::DocumentUnknown))
}

/// What the worker prints: the facts of a document whose bytes are not made yet, or the bytes.
#[derive(Clone, Debug)]
pub enum Printing {
    /// To be printed.
    Facts(Box<DocumentFacts>),
    /// Printed before, or given by the municipality.
    Bytes {
        /// What they are.
        media_type: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

/// The bytes of a document, or what to make them of.
///
/// # Errors
/// [`Refusal::DocumentUnknown`]; [`Refusal::DocumentNotValid`] while it waits for a signature.
pub async fn printing(office: &Office, id: DocumentId) -> Result<Printing, Error> {
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let row = find(tx, id).await?;
                if let Some(FileRow { media_type, bytes, .. }) = tx.file(id.0).await? {
                    return Ok(Printing::Bytes { media_type, bytes });
                }
                let facts = row.facts.ok_or(Error::Refused(Refusal::DocumentNotValid))?;
                Ok(Printing::Facts(Box::new(from_json(&facts)?)))
            })
        })
        .await
}

/// Stores the bytes made of a document; the first ones stay, and are answered.
///
/// # Errors
/// A failed database.
pub async fn keep_bytes(office: &Office, id: DocumentId, bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    let sha256 = Sha256::digest(&bytes).to_vec();
    let file = FileRow { document_id: id.0, media_type: PDF.to_owned(), bytes };
    office
        .store
        .write_with((file, sha256), |tx, (file, sha256)| {
            Box::pin(async move {
                if tx.insert_file(file, sha256).await? {
                    return Ok(file.bytes.clone());
                }
                let kept = tx.file(file.document_id).await?;
                Ok(kept.map_or_else(|| file.bytes.clone(), |kept| kept.bytes))
            })
        })
        .await
}

/// The kind and state of a stored document.
///
/// # Errors
/// [`StoreError::Inconsistent`] when a code is unknown.
pub fn kind_and_state(row: &DocumentRow) -> Result<(DocumentKind, DocumentState), StoreError> {
    let kind = code(&row.kind, DocumentKind::from_code)?;
    Ok((kind, code(&row.state, DocumentState::from_code)?))
}
