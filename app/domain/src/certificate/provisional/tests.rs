//! Tests of the signed text of provisional certificates.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Provisional, TEXT_MAX_CHARS, WORD_BYTES, covers, decode, encode, is_one, path};
use crate::catalogue::{Sex, Species};
use crate::certificate::{self, CertificateError, CertificatePayload, DocumentKind};
use crate::id::{DeviceId, DocumentId, OutreachId, ServiceId};
use crate::pairing::Delegation;
use crate::timestamp::{CivilDate, DAY_MS, Timestamp, Transition, Zone};

/// Characters of alphanumeric mode that QR version 15 holds at level M (ISO/IEC 18004 table 7).
const QR_15_M_CHARS: usize = 600;

const SERVICE: Uuid = Uuid::from_u128(0x0192_f0c1_7a3b_7d55_8001_0203_0405_0607);

fn payload(pet_name: &str, programme: &str) -> CertificatePayload {
    CertificatePayload {
        kind: DocumentKind::ImplantationVoucher,
        document: DocumentId(SERVICE),
        issued_on: CivilDate::new(2026, 11, 22).unwrap(),
        chip: 152_098_100_000_001,
        species: Species::Dog,
        sex: Sex::Female,
        pet_name: pet_name.to_owned(),
        programme: programme.to_owned(),
    }
}

fn delegation(from: i64, until: i64) -> Delegation {
    Delegation {
        device: DeviceId(Uuid::from_u128(7)),
        public_key: BASE64URL_NOPAD.encode(&[3; 32]),
        outreach: OutreachId(Uuid::from_u128(9)),
        from: Timestamp(from),
        until: Timestamp(until),
        kid: HEXLOWER.encode(&[4; 8]),
        signature: BASE64_NOPAD.encode(&[5; 64]),
    }
}

fn text(pet_name: &str, programme: &str) -> String {
    let word = delegation(1_795_000_000_000, 1_795_100_000_000);
    encode(&payload(pet_name, programme), [1; 8], &word, |_| [2; 64]).unwrap()
}

/// Everything that the two signatures cover or are.
fn covered(read: &Provisional) -> Option<[Vec<u8>; 4]> {
    let signed = read.certificate.clone().ok()?;
    let word = read.delegation.signed_text().into_bytes();
    Some([signed.to_be_signed, signed.signature.to_vec(), word, read.word.signature.to_vec()])
}

#[test]
fn the_longest_values_fit_the_qr() {
    let longest = CertificatePayload {
        kind: DocumentKind::Rnm,
        document: DocumentId(Uuid::from_u128(u128::MAX)),
        issued_on: CivilDate::from_days(65_535),
        chip: 999_999_999_999_999,
        pet_name: "M".repeat(200),
        programme: "P".repeat(certificate::PROGRAMME_MAX_BYTES),
        ..payload("", "")
    };
    let word = delegation(i64::MAX - 1, i64::MAX);
    let text = encode(&longest, [0xff; 8], &word, |_| [0xff; 64]).unwrap();
    assert!(text.len() <= TEXT_MAX_CHARS, "{}", text.len());
    assert_eq!(decode(&text).unwrap().delegation, word);
    let url = format!("HTTPS://HUELLA.EXAMPLE.CL{}", path(&text));
    assert!(url.len() <= QR_15_M_CHARS, "{} characters", url.len());
}

#[test]
fn it_is_told_from_a_final_one_by_its_length() {
    let shortest = text("", "1");
    assert!(is_one(&shortest) && shortest.len() < TEXT_MAX_CHARS);
    assert_eq!(certificate::decode(&shortest), Err(CertificateError::Length));
    let longest = certificate::encode(&payload(&"M".repeat(32), "PVM"), [1; 8], |_| [2; 64]);
    let longest = longest.unwrap();
    assert!(!is_one(&longest));
    assert_eq!(decode(&longest), Err(CertificateError::NotSigned));
}

#[test]
fn its_places_are_those_that_the_phone_writes() {
    let bytes = BASE32_NOPAD.decode(text("Luna", "1").as_bytes()).unwrap();
    let (certificate, word) = bytes.split_at(bytes.len() - WORD_BYTES);
    let head = [0x84, 0x4d, 0xa2, 1, 0x27, 4, 0x48, 1, 1, 1, 1, 1, 1, 1, 1, 0xa0, 0x58];
    assert_eq!(&certificate[..head.len()], head);
    assert_eq!(&certificate[head.len() + 1..][..4], [0x89, 1, 1, 0x50]);
    assert_eq!(&word[..16], Uuid::from_u128(7).as_bytes());
    assert_eq!(word[16..48], [3; 32]);
    assert_eq!(&word[48..64], Uuid::from_u128(9).as_bytes());
    assert_eq!(word[64..72], 1_795_000_000_000_u64.to_be_bytes());
    assert_eq!(word[72..80], 1_795_100_000_000_u64.to_be_bytes());
    assert_eq!((&word[80..88], &word[88..]), (&[4; 8][..], &[5; 64][..]));
}

#[test]
fn what_is_none_is_refused_with_its_reason() {
    assert_eq!(decode(""), Err(CertificateError::Length));
    assert_eq!(decode(&"A".repeat(TEXT_MAX_CHARS + 1)), Err(CertificateError::Length));
    assert_eq!(decode("ñandú"), Err(CertificateError::NotBase32));
    assert_eq!(decode(&"A".repeat(480)), Err(CertificateError::NotSigned));
    let mut wrong = delegation(1, 2);
    wrong.public_key = "short".to_owned();
    let refused = encode(&payload("Luna", "1"), [1; 8], &wrong, |_| [2; 64]);
    assert_eq!(refused, Err(CertificateError::DoesNotFit));
}

#[test]
fn a_delegation_covers_its_days_and_no_others() {
    let zone = Zone(vec![Transition { at: Timestamp(0), offset_minutes: -180 }]);
    let day = CivilDate::new(2026, 11, 22).unwrap();
    let midnight = Timestamp(day.days() * DAY_MS + 180 * 60_000);
    // From the morning of the 22nd to the midnight after the 23rd.
    let word = delegation(midnight.0 + 9 * 3_600_000, midnight.0 + 2 * DAY_MS);
    for (days, is_covered) in [(-1, false), (0, true), (1, true), (2, false)] {
        let day = CivilDate::from_days(day.days() + days);
        assert_eq!(covers(&word, day, &zone), is_covered, "{day}");
    }
}

proptest! {
    #[test]
    fn what_was_written_is_read_back_in_either_case(
        name in "\\PC{0,40}",
        from in 0..i64::MAX,
        until in 0..i64::MAX,
        lower in any::<bool>(),
    ) {
        let word = delegation(from, until);
        let payload = payload(&name, "PVM-2020");
        let text = encode(&payload, [1; 8], &word, |_| [2; 64]).unwrap();
        prop_assert!(text.len() <= TEXT_MAX_CHARS && is_one(&text));
        let text = if lower { text.to_lowercase() } else { text };
        let read = decode(&text).unwrap();
        prop_assert_eq!(read.service(), Some(ServiceId(SERVICE)));
        let signed = read.certificate.unwrap();
        prop_assert_eq!(signed.payload.pet_name, certificate::short_name(&name));
        prop_assert_eq!((signed.kid, signed.signature), ([1; 8], [2; 64]));
        prop_assert_eq!(read.delegation, word);
        prop_assert_eq!((read.word.public_key, read.word.kid), ([3; 32], [4; 8]));
    }

    #[test]
    fn every_flipped_bit_is_seen_by_one_of_the_two_signatures(at in 0_usize..2_624) {
        let original = text("Luna", "PVM-2020");
        let mut bytes = BASE32_NOPAD.decode(original.as_bytes()).unwrap();
        let at = at % (bytes.len() * 8);
        bytes[at / 8] ^= 1 << (at % 8);
        if let Ok(read) = decode(&BASE32_NOPAD.encode(&bytes)) {
            prop_assert_ne!(covered(&read), covered(&decode(&original).unwrap()));
        }
    }

    #[test]
    fn no_text_and_no_bytes_make_the_reader_panic(
        text in any::<String>(),
        bytes in prop::collection::vec(any::<u8>(), 0..340),
    ) {
        let _ = decode(&text);
        let _ = decode(&BASE32_NOPAD.encode(&bytes));
    }
}
