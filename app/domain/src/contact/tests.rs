//! Written forms of telephones and addresses, and the slips people make.

use proptest::prelude::*;

use crate::contact::{Email, EmailError, Phone, PhoneError};

#[test]
fn every_written_form_of_a_mobile_is_the_same() {
    for text in [
        "+56912345678",
        "+56 9 1234 5678",
        "56912345678",
        "0056 9 1234 5678",
        "912345678",
        "9 1234 5678",
        "(9) 1234-5678",
        "09 1234 5678",
        "\u{202a}+56 9 1234 5678\u{202c}",
        "+56\u{a0}9\u{a0}1234\u{a0}5678",
    ] {
        let phone = Phone::parse(text).unwrap();
        assert_eq!(phone.e164(), "+56912345678", "{text:?}");
        assert_eq!(phone.to_string(), "+56 9 1234 5678");
        assert!(phone.is_mobile() && phone.is_chilean());
    }
}

#[test]
fn landlines_and_foreign_numbers_are_kept() {
    for (text, shown) in [
        ("55 212 3456", "+56 55 212 3456"),
        ("2 2123 4567", "+56 2 2123 4567"),
        ("+54 9 11 1234 5678", "+5491112345678"),
        ("00 591 71234567", "+59171234567"),
    ] {
        let phone = Phone::parse(text).unwrap();
        assert_eq!(phone.to_string(), shown);
        assert!(!phone.is_mobile());
        assert_eq!(Phone::parse(shown), Ok(phone));
    }
}

#[test]
fn what_is_no_telephone_says_why() {
    for (text, why) in [
        ("", PhoneError::Empty),
        ("12345678", PhoneError::BadLength),
        ("91234567", PhoneError::BadLength),
        ("9123456789", PhoneError::BadLength),
        ("812345678", PhoneError::BadPrefix),
        ("+56 600 123 456", PhoneError::BadPrefix),
        ("+0 1234567890", PhoneError::BadPrefix),
        ("+1234567", PhoneError::BadLength),
        ("+1234567890123456", PhoneError::BadLength),
        ("9 1234 567a", PhoneError::BadCharacter),
        ("9+12345678", PhoneError::BadCharacter),
    ] {
        assert_eq!(Phone::parse(text), Err(why), "{text}");
    }
}

#[test]
fn a_masked_telephone_shows_only_its_end() {
    assert_eq!(Phone::parse("912345678").unwrap().masked(), "+56 • •••• •678");
}

#[test]
fn an_address_is_kept_with_its_domain_in_lower_case() {
    let email = Email::parse("  Maria.Perez+perro@Example.CL ").unwrap();
    assert_eq!(email.as_str(), "Maria.Perez+perro@example.cl");
    assert_eq!(email.key(), "maria.perez+perro@example.cl");
    assert_eq!((email.local_part(), email.domain()), ("Maria.Perez+perro", "example.cl"));
    assert_eq!(email.masked(), "M••••@example.cl");
    assert!(Email::parse("ana@example.cl.invalid").is_ok());
}

#[test]
fn what_is_no_address_says_why() {
    let long_local = format!("{}@example.cl", "a".repeat(65));
    let long_label = format!("a@{}.cl", "b".repeat(64));
    let long = format!("a@{}cl", "bcd.".repeat(64));
    for (text, why) in [
        ("", EmailError::Empty),
        ("ana", EmailError::MissingAt),
        ("ana@b@example.cl", EmailError::MissingAt),
        ("@example.cl", EmailError::BadLocalPart),
        (".ana@example.cl", EmailError::BadLocalPart),
        ("ana..p@example.cl", EmailError::BadLocalPart),
        ("ana p@example.cl", EmailError::BadLocalPart),
        ("muñoz@example.cl", EmailError::BadLocalPart),
        ("a\r\nBcc:x@example.cl", EmailError::BadLocalPart),
        (&long_local, EmailError::BadLocalPart),
        ("ana@example", EmailError::BadDomain),
        ("ana@example..cl", EmailError::BadDomain),
        ("ana@-example.cl", EmailError::BadDomain),
        ("ana@example.cl\r\nBcc: eva", EmailError::BadDomain),
        ("ana@127.0.0.1", EmailError::BadDomain),
        ("ana@[127.0.0.1]", EmailError::BadDomain),
        ("ana@ñandu.cl", EmailError::BadDomain),
        (&long_label, EmailError::BadDomain),
        (&long, EmailError::TooLong),
    ] {
        assert_eq!(Email::parse(text), Err(why), "{text:?}");
    }
}

#[test]
fn slips_in_usual_domains_are_noticed() {
    for (typed, meant) in [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.cl", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmail.net", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmal.com", "hotmail.com"),
        ("hotmai.cl", "hotmail.cl"),
        ("homail.es", "hotmail.es"),
        ("yaho.com", "yahoo.com"),
        ("yahooo.es", "yahoo.es"),
        ("outlok.com", "outlook.com"),
        ("outlook.cm", "outlook.com"),
        ("outloock.cl", "outlook.cl"),
        ("iclud.com", "icloud.com"),
        ("municipio.cll", "municipio.cl"),
        ("empresa.con", "empresa.com"),
    ] {
        let email = Email::parse(&format!("ana@{typed}")).unwrap();
        let suggested = email.suggestion().map(|better| better.domain().to_owned());
        assert_eq!(suggested.as_deref(), Some(meant), "{typed}");
    }
}

#[test]
fn genuine_domains_are_left_alone() {
    for domain in [
        "gmail.com",
        "hotmail.com",
        "hotmail.cl",
        "yahoo.es",
        "mail.com",
        "email.com",
        "ymail.com",
        "gmx.es",
        "yahoo.com.ar",
        "uantof.cl",
        "example.cl",
        "empresa.cl",
        "municipalidad.cl",
        "minsal.gob.cl",
        "example.cl.invalid",
        "ucn.cl",
        "live.cl",
    ] {
        let email = Email::parse(&format!("ana@{domain}")).unwrap();
        assert_eq!(email.suggestion(), None, "{domain}");
    }
}

#[test]
fn a_text_that_is_not_yet_an_address_may_have_a_suggestion() {
    for (typed, meant) in [
        ("ana@gmail", Some("ana@gmail.com")),
        ("ana@hotmail", Some("ana@hotmail.com")),
        ("ana@gmailcom", Some("ana@gmail.com")),
        ("ana@hotmail,com", Some("ana@hotmail.com")),
        ("ana@gmail..com", Some("ana@gmail.com")),
        ("ana@gmail.com.", Some("ana@gmail.com")),
        ("ana@gmail.com", None),
        ("ana", None),
        ("ana@", None),
        ("ana@nada", None),
    ] {
        let suggested = Email::suggestion_for(typed);
        assert_eq!(suggested.as_ref().map(Email::as_str), meant, "{typed}");
    }
}

proptest! {
    #[test]
    fn a_telephone_is_read_again_from_both_its_texts(text in "(\\+56|\\+)?[0-9]{8,12}") {
        if let Ok(phone) = Phone::parse(&text) {
            prop_assert_eq!(Phone::parse(&phone.to_string()), Ok(phone));
            prop_assert_eq!(Phone::parse(&phone.e164()), Ok(phone));
        }
    }

    #[test]
    fn an_address_is_read_again_and_holds_no_control_character(
        text in "[a-zA-Z0-9.+_\r\n -]{1,20}@[a-zA-Z0-9.\r\n -]{1,20}",
    ) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            prop_assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn no_text_makes_them_panic(text in ".*", domain in "\\PC{0,60}") {
        let _ = Phone::parse(&text).map(Phone::masked);
        let _ = Email::parse(&text).map(|email| email.masked());
        if let Some(better) = Email::suggestion_for(&format!("ana@{domain}")) {
            prop_assert_ne!(better.as_str(), format!("ana@{domain}"));
        }
    }
}
