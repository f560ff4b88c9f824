//! The signed text inside a document's QR code (contracts section 3).
//!
//! `HTTPS://HOST/V/<base32>`: an untagged COSE_Sign1 (RFC 9052) with EdDSA over a CBOR array of
//! nine items. It names the animal and the document and nothing of the owner, and it is small
//! enough for QR version 10 at error correction M. This module builds and reads the text; it holds
//! no key and checks no signature: the caller signs and verifies the bytes it is given.

pub mod provisional;

use crate::catalogue::{Sex, Species, coded};
use crate::id::DocumentId;
use crate::timestamp::CivilDate;
use crate::unicode::nfc;
use coset::cbor::value::Value;
use coset::iana::{Algorithm, EnumI64};
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder};
use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Version of the payload array; its first item.
pub const VERSION: u8 = 1;
/// Longest encoded payload, bytes.
pub const PAYLOAD_MAX_BYTES: usize = 92;
/// Longest pet name inside the QR, bytes of UTF-8. The printed document carries the whole name.
pub const PET_NAME_MAX_BYTES: usize = 32;
/// Longest programme code inside the QR, bytes of UTF-8.
pub const PROGRAMME_MAX_BYTES: usize = 20;
/// Longest signed text, characters of base32; what is longer is refused unread.
pub const TEXT_MAX_CHARS: usize = 283;

/// Most characters of an address that a QR of version 10 holds at error correction M when all of
/// them are of its alphanumeric set (ISO/IEC 18004 table 7).
pub const QR_MAX_CHARS: usize = 311;
/// Longest signed text of a document whose animal's name is left out, characters of base32.
pub const NAMELESS_MAX_CHARS: usize = TEXT_MAX_CHARS - (PET_NAME_MAX_BYTES + 1) * 8 / 5;

/// Largest number of 15 decimal digits.
const CHIP_MAX: u64 = 999_999_999_999_999;

/// A refusal of [`encode`] or [`decode`]. None of them repeats the text, which names an animal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateError {
    /// Empty or longer than [`TEXT_MAX_CHARS`].
    #[error("the signed text is empty or too long")]
    Length,
    /// Not base32 without padding (RFC 4648 section 6).
    #[error("the signed text is not base32")]
    NotBase32,
    /// Not an untagged COSE_Sign1 with the one accepted pair of protected headers.
    #[error("the signed text is not a certificate signature")]
    NotSigned,
    /// Signed in our form under this key, but the payload is not the array of contracts section 3,
    /// is of another version, or the text is not the one that [`encode`] makes of it. With a key
    /// of ours it was altered; with another it never was ours.
    #[error("the signed payload is not one of ours")]
    Payload {
        /// The key that the text names.
        kid: [u8; 8],
    },
    /// A value that does not fit: chip of more than 15 digits, empty or long programme code.
    #[error("a value does not fit into the certificate")]
    DoesNotFit,
}

coded! {
    /// What a document is.
    pub enum DocumentKind {
        /// *Comprobante de microchip*, the chip implanted in this visit; 1 in the payload.
        ImplantationVoucher = "implantation_voucher",
        /// *Comprobante de microchip*, a chip found and read in this visit; 2.
        VerificationVoucher = "verification_voucher",
        /// *Certificado de esterilización*; 3.
        Sterilisation = "sterilisation",
        /// The municipality's own RNM certificate, attached as it came; 4.
        Rnm = "rnm",
    }
}

/// What the signature covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificatePayload {
    /// What the document is.
    pub kind: DocumentKind,
    /// The document's identifier.
    pub document: DocumentId,
    /// Local day of issue, on the wire as days since 1970-01-01: from 1970 to 2149.
    pub issued_on: CivilDate,
    /// The chip as a number of at most 15 decimal digits (ISO 11784).
    pub chip: u64,
    /// Species: 1 dog, 2 cat.
    pub species: Species,
    /// Sex: 1 male, 2 female.
    pub sex: Sex,
    /// The animal's name, at most [`PET_NAME_MAX_BYTES`]; see [`short_name`].
    pub pet_name: String,
    /// Code of the programme, 1 to [`PROGRAMME_MAX_BYTES`] bytes.
    pub programme: String,
}

impl CertificatePayload {
    /// The CBOR array; the name is cut as by [`short_name`].
    ///
    /// # Errors
    /// [`CertificateError::DoesNotFit`] for a chip of more than 15 digits and for a programme code
    /// that is empty or too long.
    pub fn to_cbor(&self) -> Result<Vec<u8>, CertificateError> {
        let programme = 1..=PROGRAMME_MAX_BYTES;
        if self.chip > CHIP_MAX || !programme.contains(&self.programme.len()) {
            return Err(CertificateError::DoesNotFit);
        }
        let day = u16::try_from(self.issued_on.days()).map_err(|_| CertificateError::DoesNotFit)?;
        let items = vec![
            Value::from(VERSION),
            Value::from(kind_number(self.kind)),
            Value::Bytes(self.document.0.as_bytes().to_vec()),
            Value::from(day),
            Value::from(self.chip),
            Value::from(species_number(self.species)),
            Value::from(sex_number(self.sex)),
            Value::Text(short_name(&self.pet_name)),
            Value::Text(self.programme.clone()),
        ];
        let bytes = Value::Array(items).to_vec().map_err(|_| CertificateError::DoesNotFit)?;
        if bytes.len() > PAYLOAD_MAX_BYTES {
            return Err(CertificateError::DoesNotFit);
        }
        Ok(bytes)
    }

    /// The same with its name cut, between characters, until the signed text has at most `room`
    /// characters; without a name when even that is too long.
    #[must_use]
    pub fn fitting(&self, room: usize) -> Self {
        let mut fitting = Self { pet_name: short_name(&self.pet_name), ..self.clone() };
        let is_long = |payload: &Self| {
            encode(payload, [0; 8], |_| [0; 64]).is_ok_and(|text| text.len() > room)
        };
        while is_long(&fitting) && fitting.pet_name.pop().is_some() {
            fitting.pet_name = short_name(&fitting.pet_name);
        }
        fitting
    }

    fn from_cbor(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > PAYLOAD_MAX_BYTES {
            return None;
        }
        let items = Value::from_slice(bytes).ok()?.into_array().ok()?;
        let [version, kind, document, day, chip, species, sex, name, programme] =
            <[Value; 9]>::try_from(items).ok()?;
        if number(&version)? != u64::from(VERSION) {
            return None;
        }
        let payload = Self {
            kind: of_number(DocumentKind::ALL, kind_number, &kind)?,
            document: DocumentId(Uuid::from_slice(document.as_bytes()?).ok()?),
            issued_on: CivilDate::from_days(i64::from(u16::try_from(number(&day)?).ok()?)),
            chip: number(&chip)?,
            species: of_number(Species::ALL, species_number, &species)?,
            sex: of_number(Sex::ALL, sex_number, &sex)?,
            pet_name: name.into_text().ok()?,
            programme: programme.into_text().ok()?,
        };
        (payload.to_cbor().ok()? == bytes).then_some(payload)
    }
}

/// A text taken apart. Nothing is proven until `signature` over `to_be_signed` was verified with
/// the public key that `kid` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Which key signed.
    pub kid: [u8; 8],
    /// What it says.
    pub payload: CertificatePayload,
    /// The bytes the signature is over (RFC 9052 section 4.4, `Sig_structure`).
    pub to_be_signed: Vec<u8>,
    /// Ed25519, 64 bytes.
    pub signature: [u8; 64],
}

/// Signs a payload and gives the text of its QR: base32, upper case, no padding.
///
/// `sign` gets the bytes to be signed and returns the Ed25519 signature.
///
/// # Errors
/// [`CertificateError::DoesNotFit`] as in [`CertificatePayload::to_cbor`].
pub fn encode(
    payload: &CertificatePayload,
    kid: [u8; 8],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<String, CertificateError> {
    Ok(BASE32_NOPAD.encode(&written(payload, kid, sign)?))
}

/// Takes a signed text apart, in either case of letters. It never panics, whatever it is given.
///
/// # Errors
/// See [`CertificateError`]; only the canonical form that [`encode`] makes is accepted.
pub fn decode(text: &str) -> Result<Signed, CertificateError> {
    read(&bytes_of(text, TEXT_MAX_CHARS)?)
}

/// The bytes of base32 in either case of letters, of at most so many characters.
fn bytes_of(text: &str, most: usize) -> Result<Vec<u8>, CertificateError> {
    if text.is_empty() || text.len() > most {
        return Err(CertificateError::Length);
    }
    BASE32_NOPAD
        .decode(text.to_ascii_uppercase().as_bytes())
        .map_err(|_| CertificateError::NotBase32)
}

/// The bytes of an untagged COSE_Sign1 over a payload.
fn written(
    payload: &CertificatePayload,
    kid: [u8; 8],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<Vec<u8>, CertificateError> {
    CoseSign1Builder::new()
        .protected(HeaderBuilder::new().algorithm(Algorithm::EdDSA).key_id(kid.to_vec()).build())
        .payload(payload.to_cbor()?)
        .create_signature(b"", |to_be_signed| sign(to_be_signed).to_vec())
        .build()
        .to_vec()
        .map_err(|_| CertificateError::DoesNotFit)
}

/// Takes such bytes apart; only those that [`written`] makes are accepted.
fn read(bytes: &[u8]) -> Result<Signed, CertificateError> {
    let cose = CoseSign1::from_slice(bytes).map_err(|_| CertificateError::NotSigned)?;
    let kid = key_id(&cose).ok_or(CertificateError::NotSigned)?;
    let altered = CertificateError::Payload { kid };
    let signature = <[u8; 64]>::try_from(cose.signature.as_slice()).map_err(|_| altered)?;
    let payload = cose.payload.as_deref().and_then(CertificatePayload::from_cbor).ok_or(altered)?;
    let canonical = written(&payload, kid, |_| signature).map_err(|_| altered)?;
    if canonical != bytes {
        return Err(altered);
    }
    Ok(Signed { kid, payload, to_be_signed: cose.tbs_data(b""), signature })
}

/// The address' path for a signed text: `/V/<text>`.
#[must_use]
pub fn path(text: &str) -> String {
    format!("/V/{text}")
}

/// A name in NFC cut to [`PET_NAME_MAX_BYTES`] between characters, without a space or a dangling
/// emoji joiner at its end.
#[must_use]
pub fn short_name(name: &str) -> String {
    let name = nfc(name);
    let mut end = PET_NAME_MAX_BYTES.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].trim_end_matches([' ', '\u{200d}']).to_owned()
}

fn key_id(cose: &CoseSign1) -> Option<[u8; 8]> {
    let header = &cose.protected.header;
    let algorithm = match &header.alg {
        Some(coset::Algorithm::Assigned(algorithm)) => algorithm.to_i64(),
        _ => return None,
    };
    (algorithm == Algorithm::EdDSA.to_i64()).then_some(())?;
    <[u8; 8]>::try_from(header.key_id.as_slice()).ok()
}

const fn kind_number(kind: DocumentKind) -> u8 {
    match kind {
        DocumentKind::ImplantationVoucher => 1,
        DocumentKind::VerificationVoucher => 2,
        DocumentKind::Sterilisation => 3,
        DocumentKind::Rnm => 4,
    }
}

const fn species_number(species: Species) -> u8 {
    match species {
        Species::Dog => 1,
        Species::Cat => 2,
    }
}

const fn sex_number(sex: Sex) -> u8 {
    match sex {
        Sex::Male => 1,
        Sex::Female => 2,
    }
}

fn of_number<T: Copy>(all: &[T], number_of: fn(T) -> u8, value: &Value) -> Option<T> {
    let wanted = number(value)?;
    all.iter().copied().find(|item| u64::from(number_of(*item)) == wanted)
}

fn number(value: &Value) -> Option<u64> {
    u64::try_from(value.as_integer()?).ok()
}

#[cfg(test)]
mod tests;
