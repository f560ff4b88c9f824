//! Verification: what we say of a signed text or of a file.

use domain::certificate::{self, CertificateError, Signed};
use domain::document::{DocumentState, Shown, Verification};
use domain::id::DocumentId;
use domain::timestamp::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::kind_and_state;
use crate::error::Error;
use crate::keys::Purpose;
use crate::office::Office;
use crate::records::{AnimalRecord, code, from_json};
use crate::registry::carried::chip_of;
use crate::store::StoreError;
use crate::store::vocabulary::document::DocumentRow;

/// What is known of the document whose signed text is given. Never fails on bad text: one that is
/// no signature in our form, or names a key that never was ours, is not ours; one that names our
/// key and does not hold was altered.
///
/// # Errors
/// A failed database.
pub async fn verify(office: &Office, text: &str) -> Result<Verification, Error> {
    let read = certificate::decode(text);
    let kid = match &read {
        Ok(signed) => signed.kid,
        Err(CertificateError::Payload { kid }) => *kid,
        Err(_) => return Ok(Verification::NotOurs),
    };
    let now = office.clock.now();
    if !office.keys.knows(&office.store, Purpose::Documents, &kid, now).await? {
        return Ok(Verification::NotOurs);
    }
    let Ok(Signed { payload, to_be_signed, signature, .. }) = read else {
        return Ok(Verification::Altered);
    };
    if !office.keys.verify(Purpose::Documents, &kid, &to_be_signed, &signature) {
        return Ok(Verification::Altered);
    }
    let id = payload.document;
    let row = office
        .store
        .glance(move |tx| Box::pin(async move { tx.document(id.0).await }))
        .await
        .map_err(Error::from)?;
    verdict(row, payload.into())
}

/// What a document prints and its signed text holds cut short, or as a number.
#[derive(Deserialize)]
struct Printed {
    animal: PrintedName,
    programme: String,
}

#[derive(Deserialize)]
struct PrintedName {
    name: String,
}

fn verdict(row: Option<DocumentRow>, document: Shown) -> Result<Verification, Error> {
    let Some(row) = row else { return Ok(Verification::Unknown { document }) };
    // What an older version stored and this one cannot read leaves what is signed.
    let printed = row.facts.as_deref().and_then(|facts| from_json::<Printed>(facts).ok());
    let document = match printed {
        Some(Printed { animal, programme }) => {
            Shown { pet_name: animal.name, programme, ..document }
        }
        None => document,
    };
    let at = Timestamp(row.ended_at.unwrap_or_default());
    Ok(match kind_and_state(&row)?.1 {
        DocumentState::Issued => Verification::Valid { document },
        DocumentState::Replaced => Verification::Replaced { document, at, by: None },
        DocumentState::Revoked => Verification::Revoked { document, at },
        DocumentState::Withdrawn => Verification::Withdrawn { document, at },
        DocumentState::Waiting => Verification::Unknown { document },
    })
}

/// Whether these are the very bytes that were issued for the document; `None` when there is no such
/// document. One that was never printed has no file at all: whatever claims to be it is not.
///
/// # Errors
/// A failed database.
pub async fn verify_file(
    office: &Office,
    id: DocumentId,
    bytes: &[u8],
) -> Result<Option<bool>, Error> {
    let sha256 = Sha256::digest(bytes).to_vec();
    let row = office
        .store
        .glance(move |tx| Box::pin(async move { tx.document(id.0).await }))
        .await
        .map_err(Error::from)?;
    Ok(row.map(|row| row.sha256.is_some_and(|kept| kept == sha256)))
}

/// What is known of a file that carries no signed text of ours, by its very bytes: the
/// municipality's certificate as we keep it. `None` when we keep no such file.
///
/// # Errors
/// A failed database.
pub async fn verify_bytes(office: &Office, bytes: &[u8]) -> Result<Option<Verification>, Error> {
    let sha256 = Sha256::digest(bytes).to_vec();
    let inside = office.clone();
    office
        .store
        .read(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.document_by_sha256(&sha256).await? else { return Ok(None) };
                let gone = StoreError::Inconsistent("a document's animal is gone");
                let animal = tx.animal(row.animal_id).await?.ok_or(gone)?;
                let animal = AnimalRecord::try_from(animal)?;
                let chip = chip_of(tx, &animal).await?;
                let issued_at = Timestamp(row.issued_at.unwrap_or(row.created_at));
                let document = Shown {
                    id: row.id.into(),
                    kind: kind_and_state(&row)?.0,
                    issued_on: inside.day_of(issued_at),
                    chip,
                    species: animal.details.species,
                    sex: animal.details.sex,
                    pet_name: animal.details.name.to_string(),
                    programme: String::new(),
                };
                verdict(Some(row), document).map(Some)
            })
        })
        .await
}

/// A document that was issued and is no longer in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub document: DocumentId,
    /// Replaced, revoked or withdrawn.
    pub state: DocumentState,
}

/// Every document that was issued and is no longer in force, for who verifies without us.
///
/// # Errors
/// A failed database.
pub async fn ended(office: &Office) -> Result<Vec<Ended>, Error> {
    let rows = office.store.glance(|tx| Box::pin(async move { tx.ended_documents().await })).await;
    let rows = rows.map_err(|error: StoreError| Error::from(error))?;
    let read = rows.into_iter().map(|(id, state)| {
        let state = code(&state, DocumentState::from_code)?;
        Ok(Ended { document: DocumentId(id), state })
    });
    read.collect()
}
