//! Verification: what we say of a signed text or of a file.

use domain::certificate::{self, CertificateError, Signed};
use domain::chip_number::ChipNumber;
use domain::document::{DocumentState, Shown, Verification};
use domain::timestamp::Timestamp;
use sha2::{Digest, Sha256};

use super::kind_and_state;
use crate::error::Error;
use crate::keys::Purpose;
use crate::office::Office;
use crate::store::vocabulary::document::DocumentRow;

/// What is known of the document whose signed text is given. Never fails on bad text.
///
/// # Errors
/// A failed database.
pub async fn verify(office: &Office, text: &str) -> Result<Verification, Error> {
    let signed = match certificate::decode(text) {
        Ok(signed) => signed,
        Err(CertificateError::NotSigned) => return Ok(Verification::Altered),
        Err(_) => return Ok(Verification::NotOurs),
    };
    let Signed { kid, payload, to_be_signed, signature } = signed;
    if !office.keys.verify(Purpose::Documents, &kid, &to_be_signed, &signature) {
        return Ok(Verification::Altered);
    }
    let id = payload.document;
    let row = office
        .store
        .glance(move |tx| Box::pin(async move { tx.document(id.0).await }))
        .await
        .map_err(Error::from)?;
    let document = Shown {
        id,
        kind: payload.kind,
        issued_on: payload.issued_on,
        chip: ChipNumber::from_digits(&format!("{:015}", payload.chip))
            .ok()
            .filter(|_| payload.chip != 0),
        species: payload.species,
        sex: payload.sex,
        pet_name: payload.pet_name,
        programme: payload.programme,
    };
    verdict(row, document)
}

fn verdict(row: Option<DocumentRow>, document: Shown) -> Result<Verification, Error> {
    let Some(row) = row else { return Ok(Verification::Unknown { document }) };
    let at = Timestamp(row.ended_at.unwrap_or_default());
    Ok(match kind_and_state(&row)?.1 {
        DocumentState::Issued => Verification::Valid { document },
        DocumentState::Replaced => Verification::Replaced { document, at },
        DocumentState::Revoked => Verification::Revoked { document, at },
        DocumentState::Waiting => Verification::Unknown { document },
    })
}

/// Whether these are the very bytes that were issued for the document; `None` when we keep none.
///
/// # Errors
/// A failed database.
pub async fn verify_file(
    office: &Office,
    id: domain::id::DocumentId,
    bytes: &[u8],
) -> Result<Option<bool>, Error> {
    let sha256 = Sha256::digest(bytes).to_vec();
    let row = office
        .store
        .glance(move |tx| Box::pin(async move { tx.document(id.0).await }))
        .await
        .map_err(Error::from)?;
    Ok(row.and_then(|row| row.sha256).map(|kept| kept == sha256))
}
