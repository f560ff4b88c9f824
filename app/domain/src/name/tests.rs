//! The names of domain reference section 9, and properties.

use proptest::prelude::*;

use crate::name::{NameError, PersonName, PetName, Remarks, ShortText, matches, search_key};

#[test]
fn real_names_are_kept_as_typed() {
    for (given, surnames) in [
        ("María José", "Ñuñez Núñez"),
        ("Ana", "D'Angelo"),
        ("Bernardo", "O’Higgins Riquelme"),
        ("Jürgen", "Müller"),
        ("Rosa", "de la Fuente"),
        ("Li", "Wu"),
        ("J. Carlos", "Pérez-Cotapos"),
        ("Наталья", "Иванова"),
        ("Sofía", "Mª Soto"),
    ] {
        let name = PersonName::parse(given, surnames).unwrap();
        assert_eq!(name.full(), format!("{given} {surnames}"));
    }
}

#[test]
fn white_space_is_made_single_and_letters_are_composed() {
    let typed = ("  Mari\u{301}a \t Jose\u{301} ", " Nu\u{301}n\u{303}ez\u{a0}Soto ");
    let name = PersonName::parse(typed.0, typed.1).unwrap();
    assert_eq!((name.given(), name.surnames()), ("María José", "Núñez Soto"));
}

#[test]
fn what_is_no_persons_name_says_why() {
    let long = "a".repeat(81);
    for (given, surnames, why) in [
        ("", "Soto", NameError::Empty),
        ("Ana", " \u{a0} ", NameError::Empty),
        ("Ana 🐶", "Soto", NameError::ForbiddenCharacter),
        ("Ana2", "Soto", NameError::ForbiddenCharacter),
        ("Ana", "Soto\u{0}", NameError::ForbiddenCharacter),
        ("Ana", "Soto\u{202e}", NameError::ForbiddenCharacter),
        ("Ana", "<script>", NameError::ForbiddenCharacter),
        ("=Ana", "Soto", NameError::ForbiddenCharacter),
        ("-", "Soto", NameError::NoLetter),
        (&long, "Soto", NameError::TooLong),
    ] {
        assert_eq!(PersonName::parse(given, surnames), Err(why), "{given} {surnames}");
    }
    assert!(PersonName::parse(&"ñ".repeat(80), "Soto").is_ok());
}

#[test]
fn one_surname_is_enough_and_none_only_where_stated() {
    assert!(PersonName::parse("Ana", "Soto").is_ok());
    assert_eq!(PersonName::parse("Sukarno", ""), Err(NameError::Empty));
    let mononym = PersonName::mononym("Sukarno").unwrap();
    assert_eq!(mononym.full(), "Sukarno");
}

#[test]
fn a_name_is_masked_and_sent() {
    let name = PersonName::parse("María José", "Núñez Soto").unwrap();
    assert_eq!(name.masked(), "María J. N. S.");
    let json = serde_json::to_string(&name).unwrap();
    assert_eq!(json, r#"{"given":"María José","surnames":"Núñez Soto"}"#);
    assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap(), name);
    assert!(serde_json::from_str::<PersonName>(r#"{"given":"","surnames":"x"}"#).is_err());
}

#[test]
fn animals_may_have_emoji_and_digits_but_not_only_emoji() {
    for name in ["Ñato", "Rocky 🐶", "Nº 5", "R2D2", "👩‍🦰 Luna", "O’Malley"] {
        assert_eq!(PetName::parse(name).unwrap().as_str(), name);
    }
    assert_eq!(PetName::parse("🐶"), Err(NameError::NoLetter));
    assert_eq!(PetName::parse(&"a".repeat(41)), Err(NameError::TooLong));
    assert_eq!(PetName::parse("Luna\u{7}"), Err(NameError::ForbiddenCharacter));
    assert_eq!(PetName::parse("Luna\r\nBcc").unwrap().as_str(), "Luna Bcc");
}

#[test]
fn a_line_has_at_most_its_characters() {
    assert_eq!(ShortText::<5>::parse(" añejo ").unwrap().as_str(), "añejo");
    assert_eq!(ShortText::<5>::parse("añejos"), Err(NameError::TooLong));
    assert_eq!(ShortText::<5>::parse_optional("  "), Ok(None));
    assert!(serde_json::from_str::<ShortText<5>>(r#""añejos""#).is_err());
}

#[test]
fn remarks_keep_their_lines_and_may_be_empty() {
    let remarks = Remarks::parse(" uno \r\ndos\n\n\n\n tres\t\u{a0} x\n").unwrap();
    assert_eq!(remarks.as_str(), "uno\ndos\n\ntres x");
    assert!(Remarks::parse(" \n ").unwrap().is_empty());
    assert_eq!(Remarks::parse(&"x".repeat(1_001)), Err(NameError::TooLong));
}

#[test]
fn keys_forget_case_accents_and_apostrophes() {
    for (text, key) in [
        ("Ñuñez", "nunez"),
        ("NÚÑEZ", "nunez"),
        ("D'Angelo", "dangelo"),
        ("D’Angelo", "dangelo"),
        ("D´Angelo", "dangelo"),
        ("O`Higgins  Riquelme", "ohiggins riquelme"),
        ("Müller-Weiß", "muller weiss"),
        ("María  José, de la O.", "maria jose de la o"),
        ("Rocky 🐶", "rocky"),
        ("🐶", ""),
        ("Ærøskøbing", "aeroskobing"),
        ("12.345.678-5", "12 345 678 5"),
    ] {
        assert_eq!(search_key(text), key, "{text}");
    }
}

#[test]
fn words_match_in_any_order_by_their_beginnings() {
    let key = search_key("María José Núñez D'Angelo");
    for query in ["nunez maria", "MARÍA NÚÑ", "d’ang", "jose", "", "  "] {
        assert!(matches(&key, &search_key(query)), "{query}");
    }
    for query in ["unez", "maria soto", "angelo"] {
        assert!(!matches(&key, &search_key(query)), "{query}");
    }
}

proptest! {
    #[test]
    fn what_is_kept_is_read_again_unchanged(text in "\\PC{0,50}", lines in "[a-z \n\r\t]{0,40}") {
        if let Ok(name) = PetName::parse(&text) {
            prop_assert_eq!(PetName::parse(name.as_str()), Ok(name));
        }
        if let Ok(name) = PersonName::parse(&text, &text) {
            prop_assert_eq!(PersonName::parse(name.given(), name.surnames()), Ok(name));
        }
        let remarks = Remarks::parse(&lines).unwrap();
        prop_assert_eq!(Remarks::parse(remarks.as_str()), Ok(remarks));
    }

    #[test]
    fn the_key_of_a_key_is_itself(text in ".*") {
        let key = search_key(&text);
        prop_assert_eq!(search_key(&key), key.clone());
        prop_assert!(matches(&key, &key));
    }

    #[test]
    fn no_text_makes_them_panic(text in ".*") {
        let _ = PersonName::mononym(&text).map(|name| name.masked());
        let _ = Remarks::parse(&text);
        let _ = ShortText::<20>::parse(&text);
    }
}
