//! The vectors of the domain reference, and properties.

use proptest::prelude::*;

use crate::chip_number::Verdict;
use crate::run::{Run, RunError, RunReason};

#[test]
fn every_vector_has_its_check_digit() {
    for text in [
        "12345678-5",
        "15509661-6",
        "12678579-8",
        "8765432-K",
        "12345006-K",
        "12345000-0",
        "100000000-7",
        "11111111-1",
        "44444444-4",
    ] {
        assert_eq!(Run::parse_any(text).unwrap().compact(), text);
    }
}

#[test]
fn every_written_form_is_the_same_run() {
    for text in [
        "12.345.678-5",
        "12345678-5",
        "123456785",
        "12 345 678 5",
        " 12.345.678–5\r\n",
        "012.345.678-5",
        "0012345678-5",
        "12\u{a0}345\u{a0}678-5",
        "12.345.6785",
        "12.345.678.5",
        "12.345.678 5",
    ] {
        assert_eq!(Run::parse(text).unwrap().to_string(), "12.345.678-5", "{text:?}");
    }
    assert_eq!(Run::parse("8765432k"), Run::parse("8.765.432-K"));
}

#[test]
fn a_grouped_number_without_its_check_digit_is_no_other_run() {
    // 4 is the check digit of 1234567.
    assert_eq!(Run::parse("1.234.567-4"), Run::parse("12345674"));
    for text in ["12.345.674", " 12.345.674\n", "012.345.674", "1.234.567", "12 345.674"] {
        assert_eq!(Run::parse_any(text), Err(RunError::Malformed), "{text:?}");
    }
    for text in ["12.345.674-", "12345674-", "12 345 674 – "] {
        assert_eq!(Run::parse_any(text), Err(RunError::Malformed), "{text:?}");
    }
    for whole in ["8.765.432K", "87.654.32k"] {
        assert_eq!(Run::parse(whole), Run::parse("8765432-K"), "{whole}: nothing is missing");
    }
}

#[test]
fn verdicts_follow_digit_and_range() {
    use RunReason::{Empty, Malformed, OutOfRange, RutCompany, SchoolId, WrongDigit};
    use Verdict::{Accepted, Nonconforming, Rejected, Warning};
    for (text, verdict, canonical, reasons) in [
        ("12.345.678-5", Accepted, Some("12345678-5"), vec![]),
        ("12.345.678-6", Rejected, None, vec![WrongDigit]),
        ("76086428-5", Warning, Some("76086428-5"), vec![RutCompany]),
        ("100000000-7", Nonconforming, Some("100000000-7"), vec![SchoolId]),
        ("0-0", Rejected, None, vec![OutOfRange]),
        ("12345678901-2", Rejected, None, vec![OutOfRange]),
        ("5", Rejected, None, vec![Malformed]),
        ("1K2345-5", Rejected, None, vec![Malformed]),
        ("AR12345678", Rejected, None, vec![Malformed]),
        (" . - ", Rejected, None, vec![Empty]),
    ] {
        let reading = Run::read(text);
        assert_eq!(reading.verdict, verdict, "{text}");
        assert_eq!(reading.canonical.map(Run::compact).as_deref(), canonical, "{text}");
        assert_eq!(reading.reasons, reasons, "{text}");
    }
}

#[test]
fn a_person_has_neither_a_companys_nor_a_schools_number() {
    let last_person = Run::from_number(Run::FIRST_COMPANY - 1).unwrap();
    assert_eq!(Run::parse_person(&last_person.compact()), Ok(last_person));
    let first_company = Run::from_number(Run::FIRST_COMPANY).unwrap();
    assert_eq!(Run::parse_person(&first_company.compact()), Err(RunError::Company));
    assert_eq!(Run::parse(&first_company.compact()), Ok(first_company));
    assert_eq!(Run::parse("100000000-7"), Err(RunError::SchoolId));
}

#[test]
fn a_masked_run_shows_only_its_end() {
    assert_eq!(Run::parse("12345678-5").unwrap().masked(), "••.•••.678-5");
    assert_eq!(Run::parse("1-9").unwrap().masked(), "1-9");
}

#[test]
fn the_wire_holds_the_compact_form() {
    let run = Run::parse("12.345.678-5").unwrap();
    assert_eq!(serde_json::to_string(&run).unwrap(), r#""12345678-5""#);
    assert!(serde_json::from_str::<Run>(r#""12345678-4""#).is_err());
}

proptest! {
    #[test]
    fn what_is_displayed_is_read_again(number in 1u32..=Run::LARGEST) {
        let run = Run::from_number(number).unwrap();
        prop_assert_eq!(Run::parse_any(&run.to_string()), Ok(run));
        prop_assert_eq!(Run::parse_any(&run.compact().to_lowercase()), Ok(run));
    }

    #[test]
    fn what_lacks_its_check_digit_is_caught(number in 1_000u32..=Run::LARGEST) {
        let whole = Run::from_number(number).unwrap().to_string();
        prop_assert_eq!(Run::parse_any(&whole[..whole.len() - 2]), Err(RunError::Malformed));
    }

    #[test]
    fn one_wrong_digit_is_caught(number in 1u32..50_000_000, at in 0usize..8, by in 1u8..10) {
        let mut text = Run::from_number(number).unwrap().compact().into_bytes();
        let at = at % (text.len() - 2);
        text[at] = b'0' + (text[at] - b'0' + by) % 10;
        prop_assert!(Run::parse_any(&String::from_utf8(text).unwrap()).is_err());
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let reading = Run::read(&text);
        prop_assert_eq!(reading.canonical.is_none(), reading.verdict == Verdict::Rejected);
    }
}
