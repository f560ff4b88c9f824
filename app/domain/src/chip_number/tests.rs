//! The vectors of the domain reference, and properties over all numbers and all texts.

use proptest::prelude::*;

use crate::chip_number::{ChipError, ChipNumber, Reason, Slip, TestChips, Verdict, slip};

/// Decimal, dot-hex, 64 bits most significant first, 64 bits reversed.
const VECTORS: [[&str; 4]; 3] = [
    ["999123456789012", "3E7.1CBE991A14", "8000F9DCBE991A14", "2858997D3B9F0001"],
    ["985121004515220", "3D9.1C2C6E5F94", "8000F65C2C6E5F94", "29FA76343A6F0001"],
    ["152098100000001", "098.16D7373501", "80002616D7373501", "80ACECEB68640001"],
];

fn chip(digits: &str) -> ChipNumber {
    ChipNumber::from_digits(digits).unwrap()
}

fn judged(text: &str) -> (Verdict, Option<String>, Vec<&'static str>) {
    let reading = ChipNumber::read(text);
    let reasons = reading.reasons.iter().map(|reason| reason.code()).collect();
    (reading.verdict, reading.canonical.map(|chip| chip.to_string()), reasons)
}

#[test]
fn every_vector_is_read_and_written_in_every_form() {
    for [decimal, dot_hex, left, reversed] in VECTORS {
        for text in [decimal, dot_hex, left, reversed, &dot_hex.to_lowercase()] {
            assert_eq!(ChipNumber::parse_read(text).unwrap().to_string(), decimal, "{text}");
        }
        assert_eq!(chip(decimal).dot_hex().as_deref(), Some(dot_hex));
        assert_eq!(chip(decimal).left_hex().as_deref(), Some(left));
        assert_eq!(chip(decimal).reversed_hex().as_deref(), Some(reversed));
    }
}

#[test]
fn every_written_form_of_a_good_number_is_accepted() {
    for text in [
        "985121004515220",
        "985 121 004 515 220",
        "985.121004515220",
        "985-121-004515220",
        "985–121–004515220",
        "985'121004515220",
        "985\u{a0}121004515220",
        "\u{2}985121004515220\u{3}",
        "985121004515220\r\n",
        "\t985121004515220\t",
        "９８５１２１００４５１５２２０",
        "\u{feff}985121\u{200b}004515220",
        "3D9.1C2C6E5F94\r",
        "8000f65c2c6e5f94",
        "29FA 7634 3A6F 0001",
        "LA 985 121004515220",
        "LA985121004515220",
        "LA 00000 0 985 121004515220\r\n",
        "A 985 121004515220",
        "A 985121004515220",
        "A0000000985121004515220",
        "A 00000 0 0985 121004515220",
        "\u{2}A 0 00 000 985 121004515220\u{3}",
    ] {
        let expected = (Verdict::Accepted, Some("985121004515220".to_owned()), vec![]);
        assert_eq!(judged(text), expected, "{text:?}");
    }
}

#[test]
fn every_verdict_names_its_reasons() {
    use Verdict::{Accepted, Nonconforming, Warning};
    for (text, verdict, reasons) in [
        ("985121004515220", Accepted, vec![]),
        ("901000000000007", Accepted, vec![]),
        ("998274877906943", Accepted, vec![]),
        ("152098100000001", Warning, vec!["prefix_152"]),
        ("0152098100000001", Warning, vec!["prefix_152", "leading_zero"]),
        ("0985121004515220", Warning, vec!["leading_zero"]),
        ("900032000012345", Warning, vec!["shared_prefix_900"]),
        ("900215000000001", Warning, vec!["shared_prefix_900", "duplicated_range"]),
        ("900215011000000", Warning, vec!["shared_prefix_900"]),
        ("032010000012345", Warning, vec!["foreign_country"]),
        ("604010000012345", Warning, vec!["foreign_country"]),
        ("999123456789013", Nonconforming, vec!["test_prefix_999"]),
        ("000010000012345", Nonconforming, vec!["invalid_prefix_000"]),
        ("985274877906944", Nonconforming, vec!["above_38_bits"]),
        ("985999999999999", Nonconforming, vec!["above_38_bits", "senseless_body"]),
        ("001010000012345", Nonconforming, vec!["unassigned_prefix"]),
        ("899010000012345", Nonconforming, vec!["unassigned_prefix"]),
        ("985000000000000", Nonconforming, vec!["senseless_body"]),
        ("985111111111111", Nonconforming, vec!["senseless_body"]),
        ("985123456789012", Nonconforming, vec!["senseless_body"]),
        ("985000123456789", Nonconforming, vec!["senseless_body"]),
        ("098.FFFFFFFFFF", Verdict::Rejected, vec!["not_fifteen_digits"]),
        ("3D9.4000000000", Nonconforming, vec!["above_38_bits"]),
    ] {
        let (found, _, why) = judged(text);
        assert_eq!((found, why), (verdict, reasons), "{text}");
    }
}

#[test]
fn what_could_be_read_in_two_ways_or_none_is_rejected() {
    for (text, reason) in [
        ("", "empty"),
        (" \r\n\t", "empty"),
        ("98512100451522", "not_fifteen_digits"),
        ("9851210045152200", "ambiguous"),
        ("8000261673735010", "ambiguous"),
        ("8000000000000001", "ambiguous"),
        ("98512100451522012", "not_fifteen_digits"),
        ("0000F65C2C6E5F94", "not_animal_code"),
        ("8002F65C2C6E5F94", "not_animal_code"),
        ("A985121004515220", "not_animal_code"),
        ("A900032000012345", "ambiguous"),
        ("A9 00032000012345", "ambiguous"),
        ("8000F65C2C6E0001", "ambiguous"),
        ("8000F65C2C6E5F9", "truncated_hex"),
        ("F65C2C6E5F94", "truncated_hex"),
        ("3D9.1C2C6E5F9", "truncated_hex"),
        ("3D91C2C6E5F94", "truncated_hex"),
        ("3E8.1C2C6E5F94", "not_fifteen_digits"),
        ("FFF.FFFFFFFFFF", "not_fifteen_digits"),
        ("FIRULAIS", "not_fifteen_digits"),
        ("LOTE 985121004515220", "not_fifteen_digits"),
        ("LA 985", "not_fifteen_digits"),
        ("🐶🐶🐶", "not_fifteen_digits"),
    ] {
        assert_eq!(judged(text), (Verdict::Rejected, None, vec![reason]), "{text:?}");
    }
}

#[test]
fn only_conforming_numbers_may_be_implanted() {
    assert!(ChipNumber::parse("985121004515220").is_ok());
    assert!(ChipNumber::parse("0152098100000001").is_ok());
    let nonconforming = "001010000012345";
    assert_eq!(ChipNumber::parse(nonconforming), Err(ChipError(Reason::UnassignedPrefix)));
    assert_eq!(ChipNumber::parse_read(nonconforming), Ok(chip(nonconforming)));
}

#[test]
fn test_numbers_are_for_demonstrations_only() {
    let test = "999000000012345";
    assert_eq!(ChipNumber::parse(test), Err(ChipError(Reason::TestPrefix999)));
    assert_eq!(ChipNumber::parse_in(test, TestChips::Allowed), Ok(chip(test)));
    let senseless = ChipNumber::parse_in("999111111111111", TestChips::Allowed);
    assert_eq!(senseless, Err(ChipError(Reason::SenselessBody)));
}

#[test]
fn a_number_is_shown_in_groups_and_masked() {
    assert_eq!(chip("152098100000001").grouped(), "152\u{a0}0981\u{a0}0000\u{a0}0001");
    assert_eq!(chip("032098100000001").masked(), "032•••••••••001");
    assert_eq!(ChipNumber::parse_read(&chip("032098100000001").grouped()).unwrap().prefix(), 32);
}

#[test]
fn a_body_above_38_bits_has_no_hexadecimal_form() {
    let impossible = chip("985274877906944");
    assert_eq!((impossible.dot_hex(), impossible.left_hex()), (None, None));
    assert_eq!(impossible.reversed_hex(), None);
}

#[test]
fn slips_between_two_numbers_are_named() {
    let scanned = chip("985121004515220");
    for (other, expected) in [
        ("985121004515220", None),
        ("985121004515221", Some(Slip::Neighbour)),
        ("985121004515219", Some(Slip::Neighbour)),
        ("985121004551220", Some(Slip::Transposition)),
        ("985121004515280", Some(Slip::OneDigit)),
        ("985121004595280", None),
    ] {
        assert_eq!(slip(scanned, chip(other)), expected, "{other}");
        assert_eq!(slip(chip(other), scanned), expected, "{other}");
    }
}

#[test]
fn the_wire_holds_fifteen_digits_and_nothing_else() {
    let json = serde_json::to_string(&chip("032098100000001")).unwrap();
    assert_eq!(json, r#""032098100000001""#);
    assert!(serde_json::from_str::<ChipNumber>(r#""032 098100000001""#).is_err());
    assert!(serde_json::from_str::<ChipNumber>("32098100000001").is_err());
}

proptest! {
    #[test]
    fn what_is_displayed_is_read_again(value in 0u64..1_000_000_000_000_000) {
        let digits = format!("{value:015}");
        let number = chip(&digits);
        prop_assert_eq!(number.to_string(), digits.clone());
        prop_assert_eq!(ChipNumber::parse_read(&digits), Ok(number));
        prop_assert_eq!(ChipNumber::parse_read(&number.grouped()), Ok(number));
        prop_assert_eq!(ChipNumber::parse_read(&format!("\u{2}0{digits}\r")), Ok(number));
        prop_assert_eq!(ChipNumber::parse_read(&format!("LA 00000 0 {digits}")), Ok(number));
    }

    #[test]
    fn hexadecimal_forms_lead_back_or_are_refused_as_ambiguous(
        prefix in 0u16..=999, body in 0u64..(1 << 38),
    ) {
        let number = ChipNumber::from_parts(prefix, body).unwrap();
        prop_assert_eq!(ChipNumber::parse_read(&number.dot_hex().unwrap()), Ok(number));
        for form in [number.left_hex().unwrap(), number.reversed_hex().unwrap()] {
            if form.bytes().all(|byte| byte.is_ascii_digit()) {
                continue; // read as decimal, or refused: covered by the tables
            }
            match ChipNumber::parse_read(&form) {
                Ok(read) => prop_assert_eq!(read, number),
                Err(error) => prop_assert_eq!(error.0, Reason::Ambiguous),
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic_and_the_verdict_fits_the_reasons(text in ".*") {
        let reading = ChipNumber::read(&text);
        prop_assert_eq!(reading.canonical.is_none(), reading.verdict == Verdict::Rejected);
        prop_assert_eq!(reading.reasons.is_empty(), reading.verdict == Verdict::Accepted);
        prop_assert_eq!(
            ChipNumber::parse(&text).is_ok(),
            reading.verdict <= Verdict::Warning,
        );
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        ChipNumber::read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn texts_like_a_number_never_panic(text in "[0-9A-Fa-fL .\u{2}\u{a0}–-]{0,30}") {
        let reading = ChipNumber::read(&text);
        prop_assert_eq!(ChipNumber::parse_read(&text).ok(), reading.canonical);
    }
}
