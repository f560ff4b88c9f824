//! Provisional certificates: what we say of the signed text of one that a phone made at the table.
//!
//! A final document takes its place as soon as there is one, whatever became of phone and
//! delegation meanwhile; without one it counts as long as the delegation does, and not for a record
//! that was not taken. One that names a service of another outreach or kind was made up.

use domain::certificate::provisional::{self, Provisional, Word};
use domain::certificate::{self, DocumentKind, Signed};
use domain::document::{DocumentState, Shown, Verification};
use domain::id::{DeviceId, OutreachId, ServiceId};
use domain::pairing::Delegation;
use domain::service::ServiceKind;
use domain::submission::{Answer, Outcome, receipt_code};
use domain::timestamp::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{kind_and_state, verify};
use crate::error::Error;
use crate::keys::Purpose;
use crate::office::Office;
use crate::records::{code, from_json};
use crate::store::vocabulary::service::ServiceRow;
use crate::store::{StoreError, Tx};

/// What is known of a signed text of either kind.
///
/// # Errors
/// A failed database.
pub async fn verify_any(office: &Office, text: &str) -> Result<Verification, Error> {
    match provisional::is_one(text) {
        true => verify_provisional(office, text).await,
        false => verify(office, text).await,
    }
}

/// What is known of the provisional certificate whose signed text is given. Never fails on bad
/// text: one whose delegation names no key of ours is not ours; one that does, and of which either
/// signature does not hold, was altered.
///
/// # Errors
/// A failed database.
pub async fn verify_provisional(office: &Office, text: &str) -> Result<Verification, Error> {
    let Ok(read) = provisional::decode(text) else { return Ok(Verification::NotOurs) };
    let now = office.clock.now();
    if !office.keys.knows(&office.store, Purpose::Delegation, &read.word.kid, now).await? {
        return Ok(Verification::NotOurs);
    }
    let by_us = |word: &Word, text: &[u8]| {
        office.keys.verify(Purpose::Delegation, &word.kid, text, &word.signature)
    };
    let Some((signed, delegation)) = proved(read, by_us) else {
        return Ok(Verification::Altered);
    };
    let claim = Claim {
        service: ServiceId(signed.payload.document.0),
        kind: signed.payload.kind,
        outreach: delegation.outreach,
        device: delegation.device,
    };
    let found =
        office.store.read(move |tx| Box::pin(async move { standing(tx, claim).await })).await?;
    let is_covered = provisional::covers(&delegation, signed.payload.issued_on, &office.zone);
    let document = Shown::from(signed.payload);
    Ok(match found {
        Standing::Final { at, link } => {
            let by = Some(certificate::path(&link));
            Verification::Replaced { document, at, by }
        }
        Standing::Withdrawn { at } => Verification::Withdrawn { document, at },
        Standing::Revoked { at } => Verification::Revoked { document, at },
        Standing::Another => Verification::Altered,
        Standing::Open if is_covered && now < delegation.until => {
            Verification::Provisional { document, until: delegation.until }
        }
        Standing::Open => Verification::Expired { document, at: delegation.until },
    })
}

/// The two parts of a provisional certificate once both signatures hold: the server's, which
/// `by_us` checks over the text of the delegation, and the phone's. A phone signs no certificate of
/// the municipality.
#[must_use]
pub fn proved(
    read: Provisional,
    by_us: impl FnOnce(&Word, &[u8]) -> bool,
) -> Option<(Signed, Delegation)> {
    let Provisional { certificate, delegation, word } = read;
    let signed = certificate.ok().filter(|signed| signed.payload.kind != DocumentKind::Rnm)?;
    if !by_us(&word, delegation.signed_text().as_bytes()) {
        return None;
    }
    let key = VerifyingKey::from_bytes(&word.public_key).ok()?;
    let names_it = Sha256::digest(word.public_key).starts_with(&signed.kid);
    let signature = Signature::from_bytes(&signed.signature);
    let holds = names_it && key.verify_strict(&signed.to_be_signed, &signature).is_ok();
    holds.then_some((signed, delegation))
}

/// The short code that the phone shows beside the QR, to be compared by eye: it proves nothing,
/// the signatures do.
#[must_use]
pub fn short_code(text: &str) -> String {
    receipt_code(&Sha256::digest(text.to_ascii_uppercase()).into())
}

/// What a provisional certificate says that the register can contradict. Its chip may be another:
/// the desk can have put that right.
#[derive(Clone, Copy)]
struct Claim {
    service: ServiceId,
    kind: DocumentKind,
    /// For which its phone may sign.
    outreach: OutreachId,
    device: DeviceId,
}

impl Claim {
    /// Whether it can be about a service of the register.
    fn fits(&self, recorded: &ServiceRow) -> Result<bool, StoreError> {
        let is_kind = match code(&recorded.kind, ServiceKind::from_code)? {
            ServiceKind::Implantation | ServiceKind::Verification => matches!(
                self.kind,
                DocumentKind::ImplantationVoucher | DocumentKind::VerificationVoucher
            ),
            ServiceKind::Sterilisation => self.kind == DocumentKind::Sterilisation,
            ServiceKind::DewormingInternal | ServiceKind::DewormingExternal => false,
        };
        Ok(is_kind && recorded.outreach_id == Some(self.outreach.0))
    }
}

/// What the register says of the service that a provisional certificate is about.
enum Standing {
    /// There is a final document, or was until a correction.
    Final {
        /// When it was issued.
        at: Timestamp,
        /// Its signed text.
        link: String,
    },
    /// The record was not taken, the service was annulled or is one that nothing certifies, or its
    /// document was withdrawn or revoked.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// Nothing final is known, and the phone was revoked.
    Revoked {
        /// When.
        at: Timestamp,
    },
    /// The service is not what the certificate says.
    Another,
    /// Nothing final is known.
    Open,
}

async fn standing(tx: &mut Tx, claim: Claim) -> Result<Standing, Error> {
    let Claim { service, device, outreach, .. } = claim;
    let recorded = tx.service(service.0).await?;
    if let Some(row) = &recorded
        && !claim.fits(row)?
    {
        return Ok(Standing::Another);
    }
    let documents = tx.documents_of_service(service.0).await?;
    let last = documents.iter().rev().find(|row| row.link.is_some()).or(documents.last());
    if let Some(row) = last {
        let ended = Timestamp(row.ended_at.unwrap_or(row.created_at));
        match (kind_and_state(row)?.1, &row.link) {
            (DocumentState::Waiting, _) => {}
            (DocumentState::Withdrawn | DocumentState::Revoked, _) | (_, None) => {
                return Ok(Standing::Withdrawn { at: ended });
            }
            (_, Some(link)) => {
                let at = Timestamp(row.issued_at.unwrap_or(row.created_at));
                return Ok(Standing::Final { at, link: link.clone() });
            }
        }
    }
    let ended = match recorded {
        // Its document is drawn up with the service, if there is to be one.
        Some(row) if documents.is_empty() => Some(row.annulled_at.unwrap_or(row.performed_at)),
        Some(row) => row.annulled_at,
        None => refused_at(tx, service, (device, outreach)).await?.map(|at| at.0),
    };
    if let Some(at) = ended.map(Timestamp) {
        return Ok(Standing::Withdrawn { at });
    }
    let phone = tx.devices(&[device.0]).await?.pop();
    let revoked_at = phone.and_then(|phone| phone.revoked_at).map(Timestamp);
    Ok(revoked_at.map_or(Standing::Open, |at| Standing::Revoked { at }))
}

/// The part of a stored answer that is read here.
#[derive(Deserialize)]
struct Kept {
    answer: Answer,
}

/// When the record with this service was refused, or put away, or another took its place. One that
/// waits for a person is none of these. Anybody can name a phone and the service that its QR shows,
/// so that only what comes from those counts who have worked with the phone at its outreach.
async fn refused_at(
    tx: &mut Tx,
    service: ServiceId,
    (device, outreach): (DeviceId, OutreachId),
) -> Result<Option<Timestamp>, Error> {
    let row = tx.unaccepted_naming((device.0, outreach.0), &service.to_string()).await?;
    let Some(row) = row else { return Ok(None) };
    let kept: Kept = from_json(&row.answer)?;
    let waits = matches!(kept.answer.outcome, Outcome::Conflict { .. } | Outcome::Quarantined);
    Ok((!waits).then(|| Timestamp(row.resolved_at.unwrap_or(row.received_at))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;

    /// Written by `public/provisional.js` with the phone's key of 32 sevens, delegated by the
    /// server's of 32 nines.
    const BY_THE_SCRIPT: &str = concat!(
        "QRG2EAJHAREP5AJMCLZ2WTHGUBMCVCIBAFIADEXQYF5DW7KVQAAQEAYEAUDAOGKRFMNQAA4MSXICC4ZB",
        "AEAWLQ4RMF2G6YJRLBAFVGF7W7PLVGQ5KNO55K2PF2GCRDKBO7OYJCTHJUEXIEQFLPZGAHA5H4VDYI7S",
        "EIF5D67GH5BGUDIEC5VOPQTGKVVYBQJT7UVEK6CLB4AAAAAAAAAAAAAAAAAAAAAAAAD6USTMMPRJYUQK",
        "X32VA6YTF3C7TFKHO2XL5PT3SJBB52TJCRDNELAAAAAAAAAAAAAAAAAAAAAAAAAJAAAADIQEGNFIAAAA",
        "AGRAW7XXQDN4FGBFDRITEGZAK4YJ3MPWBV74BAB3CIUFV5CIDCEOLWGRNUPYAXAL6P5XMMVGHMJG5AOW",
        "IG64GIMIXVHDILZS5NYKNKQIDSEUZRAD3OQ3ZAZFKK7AA",
    );

    #[test]
    fn what_the_phones_script_writes_is_read_and_holds() {
        let server = SigningKey::from_bytes(&[9; 32]).verifying_key();
        let by_us = |word: &Word, text: &[u8]| {
            server.verify_strict(text, &Signature::from_bytes(&word.signature)).is_ok()
        };
        let read = provisional::decode(BY_THE_SCRIPT).unwrap();
        assert_eq!(proved(read.clone(), |_, _| false), None);
        let (signed, delegation) = proved(read, by_us).unwrap();
        let payload = signed.payload;
        assert_eq!(payload.kind, DocumentKind::ImplantationVoucher);
        assert_eq!((payload.chip, payload.pet_name.as_str()), (999_000_000_000_801, "Ñato"));
        assert_eq!(payload.issued_on.to_string(), "2026-11-22");
        assert_eq!(payload.programme, "1");
        assert_eq!(payload.document.to_string(), "0192f0c1-7a3b-7d55-8001-020304050607");
        assert_eq!(delegation.from, Timestamp(1_795_366_800_000));
        assert_eq!(short_code(BY_THE_SCRIPT), "DPDU-BU5Q");
    }
}
