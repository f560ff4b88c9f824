//! The signed text of a provisional certificate, which a phone makes at the table.
//!
//! `HTTPS://HOST/P/<base32>`: the bytes of a final one's text, signed by the phone's own key, and
//! behind them the server's word on that key, 152 bytes of fixed places. What stands for the
//! document's identifier is the service's, which the phone has made: the final document is found
//! by it. With the longest values and a prefix of 28 characters it fits QR version 15 at level M.

use super::{CertificateError, CertificatePayload, Signed, bytes_of, read, written};
use crate::id::{DeviceId, OutreachId, ServiceId};
use crate::pairing::Delegation;
use crate::timestamp::{CivilDate, Timestamp, Zone};
use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use uuid::Uuid;

/// Longest signed text, characters of base32; what is longer is refused unread.
pub const TEXT_MAX_CHARS: usize = 525;

/// Bytes of the server's word: phone, key, outreach, from, until, key identifier, signature.
const WORD_BYTES: usize = 16 + 32 + 16 + 8 + 8 + 8 + 64;

/// A text taken apart. Nothing is proven until the server's signature over `delegation` and then
/// the phone's over the certificate were verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provisional {
    /// What the phone signed.
    ///
    /// # Errors
    /// As `certificate::decode`: with a word of ours it was altered.
    pub certificate: Result<Signed, CertificateError>,
    /// The server's word on the phone's key.
    pub delegation: Delegation,
    /// The same with its numbers as bytes.
    pub word: Word,
}

/// The parts of the server's word that are checked as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The phone's public key.
    pub public_key: [u8; 32],
    /// Which key of the server signed.
    pub kid: [u8; 8],
    /// Ed25519 over [`Delegation::signed_text`].
    pub signature: [u8; 64],
}

impl Provisional {
    /// The service that it certifies, if the certificate could be read.
    #[must_use]
    pub fn service(&self) -> Option<ServiceId> {
        let signed = self.certificate.as_ref().ok()?;
        Some(ServiceId(signed.payload.document.0))
    }
}

/// Signs a payload with a phone's key, whose delegation is put behind it.
///
/// # Errors
/// [`CertificateError::DoesNotFit`] as in [`CertificatePayload::to_cbor`], and for a delegation
/// whose texts are none of ours.
pub fn encode(
    payload: &CertificatePayload,
    kid: [u8; 8],
    delegation: &Delegation,
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<String, CertificateError> {
    let mut bytes = written(payload, kid, sign)?;
    let word = word_bytes(delegation).ok_or(CertificateError::DoesNotFit)?;
    bytes.extend_from_slice(&word);
    Ok(BASE32_NOPAD.encode(&bytes))
}

/// Takes a signed text apart, in either case of letters. It never panics, whatever it is given.
///
/// # Errors
/// [`CertificateError::Length`], [`CertificateError::NotBase32`]; [`CertificateError::NotSigned`]
/// for what is too short to hold the server's word and a certificate.
pub fn decode(text: &str) -> Result<Provisional, CertificateError> {
    let bytes = bytes_of(text, TEXT_MAX_CHARS)?;
    let at = bytes.len().checked_sub(WORD_BYTES).ok_or(CertificateError::NotSigned)?;
    let (certificate, word) = bytes.split_at_checked(at).ok_or(CertificateError::NotSigned)?;
    let certificate = read(certificate);
    if certificate == Err(CertificateError::NotSigned) {
        return Err(CertificateError::NotSigned);
    }
    let (delegation, word) = read_word(word).ok_or(CertificateError::NotSigned)?;
    Ok(Provisional { certificate, delegation, word })
}

/// Whether a signed text, by its length, is a provisional certificate's and not a final one's.
#[must_use]
pub const fn is_one(text: &str) -> bool {
    text.len() > super::TEXT_MAX_CHARS
}

/// The address' path for a signed text: `/P/<text>`.
#[must_use]
pub fn path(text: &str) -> String {
    format!("/P/{text}")
}

/// Whether a delegation covers a local day: from the day it began to its last whole one.
#[must_use]
pub fn covers(delegation: &Delegation, day: CivilDate, zone: &Zone) -> bool {
    let on = |at: Timestamp| zone.local(at).0;
    (on(delegation.from)..=on(delegation.until.plus_ms(-1))).contains(&day)
}

fn word_bytes(delegation: &Delegation) -> Option<Vec<u8>> {
    let moment = |at: Timestamp| u64::try_from(at.0).ok().map(u64::to_be_bytes);
    let parts = [
        delegation.device.0.as_bytes().to_vec(),
        BASE64URL_NOPAD.decode(delegation.public_key.as_bytes()).ok()?,
        delegation.outreach.0.as_bytes().to_vec(),
        moment(delegation.from)?.to_vec(),
        moment(delegation.until)?.to_vec(),
        HEXLOWER.decode(delegation.kid.as_bytes()).ok()?,
        BASE64_NOPAD.decode(delegation.signature.as_bytes()).ok()?,
    ];
    let bytes = parts.concat();
    (bytes.len() == WORD_BYTES).then_some(bytes)
}

fn read_word(bytes: &[u8]) -> Option<(Delegation, Word)> {
    let (device, rest) = bytes.split_first_chunk::<16>()?;
    let (public_key, rest) = rest.split_first_chunk::<32>()?;
    let (outreach, rest) = rest.split_first_chunk::<16>()?;
    let (from, rest) = rest.split_first_chunk::<8>()?;
    let (until, rest) = rest.split_first_chunk::<8>()?;
    let (kid, rest) = rest.split_first_chunk::<8>()?;
    let signature = <&[u8; 64]>::try_from(rest).ok()?;
    let moment = |bytes: &[u8; 8]| i64::try_from(u64::from_be_bytes(*bytes)).ok().map(Timestamp);
    let delegation = Delegation {
        device: DeviceId(Uuid::from_bytes(*device)),
        public_key: BASE64URL_NOPAD.encode(public_key),
        outreach: OutreachId(Uuid::from_bytes(*outreach)),
        from: moment(from)?,
        until: moment(until)?,
        kid: HEXLOWER.encode(kid),
        signature: BASE64_NOPAD.encode(signature),
    };
    let word = Word { public_key: *public_key, kid: *kid, signature: *signature };
    Some((delegation, word))
}

#[cfg(test)]
mod tests;
