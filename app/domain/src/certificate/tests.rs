//! Tests of the signed text.

use proptest::prelude::*;

use super::{
    CertificateError, CertificatePayload, DocumentKind, PAYLOAD_MAX_BYTES, PET_NAME_MAX_BYTES,
    PROGRAMME_MAX_BYTES, TEXT_MAX_CHARS, decode, encode, path, short_name,
};
use crate::catalogue::{Sex, Species};
use crate::id::DocumentId;
use crate::timestamp::CivilDate;
use uuid::Uuid;

/// Characters of alphanumeric mode that QR version 10 holds at level M (ISO/IEC 18004 table 7).
const QR_10_M_CHARS: usize = 311;

const DOCUMENT: Uuid = Uuid::from_u128(0x0192_f0c1_7a3b_7d55_8001_0203_0405_0607);

fn payload(pet_name: &str, programme: &str) -> CertificatePayload {
    CertificatePayload {
        kind: DocumentKind::ImplantationVoucher,
        document: DocumentId(DOCUMENT),
        issued_on: CivilDate::new(2026, 11, 22).unwrap(),
        chip: 152_098_100_000_001,
        species: Species::Dog,
        sex: Sex::Female,
        pet_name: pet_name.to_owned(),
        programme: programme.to_owned(),
    }
}

fn longest() -> CertificatePayload {
    CertificatePayload {
        kind: DocumentKind::Rnm,
        document: DocumentId(Uuid::from_u128(u128::MAX)),
        issued_on: CivilDate::from_days(65_535),
        chip: 999_999_999_999_999,
        species: Species::Cat,
        sex: Sex::Female,
        pet_name: "M".repeat(200),
        programme: "P".repeat(PROGRAMME_MAX_BYTES),
    }
}

#[test]
fn what_was_encoded_is_read_back_in_either_case() {
    let payload = payload("Ñato", "PVM-2020");
    let text = encode(&payload, [7; 8], |_| [9; 64]).unwrap();
    for text in [text.clone(), text.to_lowercase()] {
        let signed = decode(&text).unwrap();
        assert_eq!(signed.payload, payload);
        assert_eq!(signed.kid, [7; 8]);
        assert_eq!(signed.signature, [9; 64]);
    }
}

#[test]
fn the_reader_gives_the_bytes_that_were_signed() {
    let mut signed_bytes = Vec::new();
    let text = encode(&payload("Luna", "PVM-2020"), [1; 8], |bytes| {
        signed_bytes = bytes.to_vec();
        [2; 64]
    })
    .unwrap();
    assert_eq!(decode(&text).unwrap().to_be_signed, signed_bytes);
}

#[test]
fn the_bytes_are_those_of_the_contract() {
    let cbor = payload("Luna", "PVM-2020").to_cbor().unwrap();
    let expected = [
        &[0x89, 1, 1, 0x50][..],
        DOCUMENT.as_bytes(),
        &[0x19, 0x51, 0x2b, 0x1b],
        &152_098_100_000_001_u64.to_be_bytes(),
        &[1, 2, 0x64],
        b"Luna",
        &[0x68],
        b"PVM-2020",
    ]
    .concat();
    assert_eq!(cbor, expected);
}

#[test]
fn the_longest_values_fit_the_payload_and_the_qr() {
    assert!(longest().to_cbor().unwrap().len() <= PAYLOAD_MAX_BYTES);
    let text = encode(&longest(), [0xff; 8], |_| [0xff; 64]).unwrap();
    assert!(text.len() <= TEXT_MAX_CHARS);
    let prefix = "HTTPS://HUELLA.EXAMPLE.CL".len();
    let room = 28 - "/V/".len();
    assert_eq!(prefix, room, "the sample host uses the whole prefix of the contract");
    let url = format!("HTTPS://HUELLA.EXAMPLE.CL{}", path(&text));
    assert!(url.len() <= QR_10_M_CHARS, "{} characters", url.len());
    let alphanumeric = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ":/.-".contains(c);
    assert!(url.chars().all(alphanumeric));
}

#[test]
fn a_value_that_does_not_fit_is_refused() {
    let mut chip = payload("Luna", "PVM");
    chip.chip = 1_000_000_000_000_000;
    for bad in [chip, payload("Luna", ""), payload("Luna", &"x".repeat(PROGRAMME_MAX_BYTES + 1))] {
        assert_eq!(encode(&bad, [0; 8], |_| [0; 64]), Err(CertificateError::DoesNotFit));
    }
}

#[test]
fn a_long_name_is_cut_between_characters() {
    assert_eq!(short_name("Luna"), "Luna");
    assert_eq!(short_name(&"ñ".repeat(40)), "ñ".repeat(16));
    assert_eq!(short_name(&format!("a{}", "🐶".repeat(9))), format!("a{}", "🐶".repeat(7)));
    assert_eq!(short_name("n\u{303}ato"), "ñato");
}

#[test]
fn another_version_is_not_ours() {
    let mut cbor = payload("Luna", "PVM").to_cbor().unwrap();
    cbor[1] = 2;
    assert_eq!(CertificatePayload::from_cbor(&cbor), None);
}

#[test]
fn a_text_is_refused_with_its_reason() {
    let good = encode(&payload("Luna", "PVM"), [1; 8], |_| [2; 64]).unwrap();
    assert_eq!(decode(""), Err(CertificateError::Length));
    assert_eq!(decode(&"A".repeat(TEXT_MAX_CHARS + 1)), Err(CertificateError::Length));
    assert_eq!(decode("ñandú"), Err(CertificateError::NotBase32));
    assert_eq!(decode(&format!("{good}=")), Err(CertificateError::NotBase32));
    assert_eq!(decode("MFRGG"), Err(CertificateError::NotSigned));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = decode(&text);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..180)) {
        let _ = decode(&data_encoding::BASE32_NOPAD.encode(&bytes));
    }

    #[test]
    fn no_change_of_one_byte_makes_the_reader_panic_or_pass(
        at in 0_usize..140, byte in any::<u8>(),
    ) {
        let text = encode(&payload("Luna", "PVM-2020"), [1; 8], |_| [2; 64]).unwrap();
        let original = decode(&text).unwrap();
        let mut bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        if let Ok(signed) = decode(&data_encoding::BASE32_NOPAD.encode(&bytes)) {
            prop_assert_ne!(
                (signed.to_be_signed, signed.signature),
                (original.to_be_signed, original.signature)
            );
        }
    }

    #[test]
    fn every_name_is_cut_to_fit(name in any::<String>()) {
        let short = short_name(&name);
        prop_assert!(short.len() <= PET_NAME_MAX_BYTES);
        let text = encode(&payload(&name, "PVM-2020"), [1; 8], |_| [2; 64]).unwrap();
        prop_assert_eq!(decode(&text).unwrap().payload.pet_name, short);
    }
}

#[test]
fn the_name_is_cut_until_the_text_fits_and_no_further() {
    let longest = longest();
    let whole = CertificatePayload { pet_name: short_name(&longest.pet_name), ..longest };
    let text = |payload: &CertificatePayload| encode(payload, [0; 8], |_| [0; 64]).unwrap();
    for room in [TEXT_MAX_CHARS, 270, 250, 240] {
        let fitting = whole.fitting(room);
        assert!(text(&fitting).len() <= room, "{room}");
        assert!(whole.pet_name.starts_with(&fitting.pet_name));
        let mut longer = fitting.clone();
        longer.pet_name =
            whole.pet_name.chars().take(fitting.pet_name.chars().count() + 1).collect();
        let is_whole = longer.pet_name == fitting.pet_name;
        assert!(is_whole || text(&longer).len() > room, "{room}: {longer:?}");
    }
    let nameless = whole.fitting(0);
    assert_eq!(nameless.pet_name, "");
    assert!(text(&nameless).len() <= super::NAMELESS_MAX_CHARS, "{}", text(&nameless).len());
}

#[test]
fn another_payload_under_our_key_names_the_key() {
    let good = encode(&payload("Luna", "PVM"), [1; 8], |_| [2; 64]).unwrap();
    let mut bytes = data_encoding::BASE32_NOPAD.decode(good.as_bytes()).unwrap();
    let at = bytes.windows(4).position(|part| part == b"Luna").unwrap();
    bytes[at - 1] = 0x63;
    let error = decode(&data_encoding::BASE32_NOPAD.encode(&bytes));
    assert!(matches!(error, Err(CertificateError::NotSigned | CertificateError::Payload { .. })));
    let mut version = data_encoding::BASE32_NOPAD.decode(good.as_bytes()).unwrap();
    let at = version.windows(3).position(|part| part == [0x89, 1, 1]).unwrap();
    version[at + 1] = 2;
    let error = decode(&data_encoding::BASE32_NOPAD.encode(&version));
    assert_eq!(error, Err(CertificateError::Payload { kid: [1; 8] }));
}
