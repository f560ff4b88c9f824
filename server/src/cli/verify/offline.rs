//! Verification without a database: a key set, and perhaps a list of revoked documents.

use std::path::Path;

use anyhow::Context;
use backend::documents::proved;
use data_encoding::BASE64URL_NOPAD;
use domain::certificate::Signed;
use domain::certificate::provisional::{self, Word};
use domain::document::{Shown, Verification};
use domain::id::DocumentId;
use domain::timestamp::{CivilDate, DAY_MS, Timestamp};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;

/// The public keys of a key set (RFC 7517, RFC 8037), by their identifier.
#[derive(Debug, Default)]
pub(super) struct KeySet(Vec<([u8; 8], VerifyingKey)>);

/// What the signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    /// Made by a key of the set over exactly this text.
    Good,
    /// The key is of the set, the signature is not its.
    Bad,
    /// No key of the set made it.
    UnknownKey,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kid: String,
    x: String,
}

/// Documents that were valid once, as of a day (`revocations.json`).
#[derive(Debug, Deserialize)]
pub(super) struct Revocations {
    /// The day of the list.
    pub as_of: CivilDate,
    /// Revoked by a person.
    #[serde(default)]
    pub revoked: Vec<DocumentId>,
    /// Withdrawn with an annulled service.
    #[serde(default)]
    pub withdrawn: Vec<DocumentId>,
    /// Replaced by a newer one.
    #[serde(default)]
    pub replaced: Vec<DocumentId>,
}

impl KeySet {
    /// Reads a key set from a file.
    ///
    /// # Errors
    /// When the file cannot be read or is no key set.
    pub(super) fn from_file(path: &Path) -> anyhow::Result<Self> {
        Self::parse(&read(path)?).with_context(|| format!("{}: no key set", path.display()))
    }

    /// Reads a key set. Keys of other kinds are passed over.
    ///
    /// # Errors
    /// When it is no key set.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let set: Jwks = serde_json::from_str(text)?;
        Ok(Self(set.keys.iter().filter_map(key).collect()))
    }

    /// Whether the key of this identifier made a signature.
    fn made(&self, kid: [u8; 8], bytes: &[u8], signature: &[u8; 64]) -> bool {
        let key = self.0.iter().find(|(known, _)| *known == kid);
        let signature = Signature::from_bytes(signature);
        key.is_some_and(|(_, key)| key.verify_strict(bytes, &signature).is_ok())
    }

    /// Whether a key of the set has this identifier.
    #[must_use]
    pub(super) fn knows(&self, kid: [u8; 8]) -> bool {
        self.0.iter().any(|(known, _)| *known == kid)
    }

    /// Checks a text's signature (RFC 9052 section 4.4, RFC 8032).
    #[must_use]
    pub(super) fn check(&self, signed: &Signed) -> Checked {
        let Some((_, key)) = self.0.iter().find(|(kid, _)| *kid == signed.kid) else {
            return Checked::UnknownKey;
        };
        let signature = Signature::from_bytes(&signed.signature);
        match key.verify_strict(&signed.to_be_signed, &signature) {
            Ok(()) => Checked::Good,
            Err(_) => Checked::Bad,
        }
    }
}

impl Revocations {
    /// Reads a list from a file.
    ///
    /// # Errors
    /// When the file cannot be read or is no such list.
    pub(super) fn from_file(path: &Path) -> anyhow::Result<Self> {
        serde_json::from_str(&read(path)?)
            .with_context(|| format!("{}: no list of revocations", path.display()))
    }
}

/// What is said of a signed text by a key set and, perhaps, a list. What the list does not name is
/// *unknown*: it was valid on the list's day.
#[must_use]
pub(super) fn judge(keys: &KeySet, signed: Signed, list: Option<&Revocations>) -> Verification {
    match keys.check(&signed) {
        Checked::UnknownKey => return Verification::NotOurs,
        Checked::Bad => return Verification::Altered,
        Checked::Good => {}
    }
    let payload = signed.payload;
    let id = payload.document;
    let document = Shown::from(payload);
    let Some(list) = list else { return Verification::Unknown { document } };
    let at = Timestamp(list.as_of.days().saturating_mul(DAY_MS));
    if list.revoked.contains(&id) {
        Verification::Revoked { document, at }
    } else if list.withdrawn.contains(&id) {
        Verification::Withdrawn { document, at }
    } else if list.replaced.contains(&id) {
        Verification::Replaced { document, at, by: None }
    } else {
        Verification::Unknown { document }
    }
}

/// What is said of a provisional certificate by a set of the keys that delegate phones, at a
/// moment. Whether a final one took its place, only the server knows.
#[must_use]
pub(super) fn judge_provisional(keys: &KeySet, text: &str, now: Timestamp) -> Verification {
    let Ok(read) = provisional::decode(text) else { return Verification::NotOurs };
    if !keys.knows(read.word.kid) {
        return Verification::NotOurs;
    }
    let by_us = |word: &Word, text: &[u8]| keys.made(word.kid, text, &word.signature);
    let Some((signed, delegation)) = proved(read, by_us) else { return Verification::Altered };
    let document = Shown::from(signed.payload);
    match now < delegation.until {
        true => Verification::Provisional { document, until: delegation.until },
        false => Verification::Expired { document, at: delegation.until },
    }
}

fn key(jwk: &Jwk) -> Option<([u8; 8], VerifyingKey)> {
    let kid = <[u8; 8]>::try_from(BASE64URL_NOPAD.decode(jwk.kid.as_bytes()).ok()?).ok()?;
    let x = <[u8; 32]>::try_from(BASE64URL_NOPAD.decode(jwk.x.as_bytes()).ok()?).ok()?;
    Some((kid, VerifyingKey::from_bytes(&x).ok()?))
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::{Sex, Species};
    use domain::certificate::{CertificatePayload, DocumentKind, decode, encode};
    use ed25519_dalek::{Signer, SigningKey};

    const KID: [u8; 8] = *b"huella01";

    fn text(signer: &SigningKey) -> String {
        let payload = CertificatePayload {
            kind: DocumentKind::ImplantationVoucher,
            document: DocumentId(uuid::Uuid::from_u128(7)),
            issued_on: "2026-11-22".parse().unwrap(),
            chip: 985_121_004_515_220,
            species: Species::Dog,
            sex: Sex::Female,
            pet_name: "Ñata".to_owned(),
            programme: "PVM".to_owned(),
        };
        encode(&payload, KID, |bytes| signer.sign(bytes).to_bytes()).unwrap()
    }

    fn set(key: &SigningKey) -> KeySet {
        let x = BASE64URL_NOPAD.encode(key.verifying_key().as_bytes());
        let kid = BASE64URL_NOPAD.encode(&KID);
        let jwks = serde_json::json!({"keys": [
            {"kty": "RSA", "kid": "other", "x": "AA"},
            {"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x},
        ]});
        KeySet::parse(&jwks.to_string()).unwrap()
    }

    #[test]
    fn a_signature_is_good_only_under_the_key_that_made_it() {
        let (ours, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let signed = decode(&text(&ours)).unwrap();
        assert_eq!(set(&ours).check(&signed), Checked::Good);
        assert_eq!(set(&other).check(&signed), Checked::Bad);
        assert_eq!(KeySet::default().check(&signed), Checked::UnknownKey);
    }

    #[test]
    fn a_list_says_what_became_of_a_document_and_nothing_of_the_others() {
        let ours = SigningKey::from_bytes(&[1; 32]);
        let id = uuid::Uuid::from_u128(7);
        let said = |json: &str| {
            let list: Revocations = serde_json::from_str(json).unwrap();
            judge(&set(&ours), decode(&text(&ours)).unwrap(), Some(&list))
        };
        let list = |name: &str| format!("{{\"as_of\":\"2026-11-24\",\"{name}\":[\"{id}\"]}}");
        assert!(matches!(said(&list("revoked")), Verification::Revoked { .. }));
        assert!(matches!(said(&list("withdrawn")), Verification::Withdrawn { .. }));
        assert!(matches!(said(&list("replaced")), Verification::Replaced { .. }));
        let other = format!("{{\"as_of\":\"2026-11-24\",\"revoked\":[\"{}\"]}}", uuid::Uuid::nil());
        assert!(matches!(said(&other), Verification::Unknown { .. }));
        let alone = judge(&set(&ours), decode(&text(&ours)).unwrap(), None);
        assert!(matches!(alone, Verification::Unknown { .. }));
        let stranger = judge(&KeySet::default(), decode(&text(&ours)).unwrap(), None);
        assert!(matches!(stranger, Verification::NotOurs));
    }

    #[test]
    fn a_provisional_certificate_counts_by_our_word_until_its_time_is_over() {
        use data_encoding::{BASE64_NOPAD, HEXLOWER};
        use domain::id::{DeviceId, OutreachId};
        use domain::pairing::Delegation;
        use sha2::{Digest, Sha256};

        let (ours, phone) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[7; 32]));
        let public_key = phone.verifying_key().to_bytes();
        let mut delegation = Delegation {
            device: DeviceId(uuid::Uuid::from_u128(1)),
            public_key: BASE64URL_NOPAD.encode(&public_key),
            outreach: OutreachId(uuid::Uuid::from_u128(2)),
            from: Timestamp(10),
            until: Timestamp(20),
            kid: HEXLOWER.encode(&KID),
            signature: String::new(),
        };
        let word = ours.sign(delegation.signed_text().as_bytes()).to_bytes();
        delegation.signature = BASE64_NOPAD.encode(&word);
        let payload = decode(&text(&ours)).unwrap().payload;
        let kid = Sha256::digest(public_key)[..8].try_into().unwrap();
        let sign = |bytes: &[u8]| phone.sign(bytes).to_bytes();
        let text = provisional::encode(&payload, kid, &delegation, sign).unwrap();

        let said = |keys: &KeySet, at: i64| judge_provisional(keys, &text, Timestamp(at));
        assert!(matches!(said(&set(&ours), 19), Verification::Provisional { .. }));
        assert!(matches!(said(&set(&ours), 20), Verification::Expired { .. }));
        assert_eq!(said(&set(&phone), 19), Verification::Altered, "another key of that name");
        assert_eq!(said(&KeySet::default(), 19), Verification::NotOurs);
        assert_eq!(judge_provisional(&set(&ours), "ABC", Timestamp(19)), Verification::NotOurs);
    }
}
