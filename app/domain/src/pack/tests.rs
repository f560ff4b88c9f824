//! The texts that are looked for in the lines find what a plain reading of the cards finds.

use proptest::prelude::*;
use uuid::Uuid;

use super::{Lack, are_one, booking_line, is_found, line, ways};
use crate::animal::AnimalDetails;
use crate::booking::{AnimalAsked, BookingDetails};
use crate::catalogue::{ReproductiveState, Sex, Species, VitalState};
use crate::chip_number::ChipNumber;
use crate::contact::Phone;
use crate::id::{AnimalId, OwnerId};
use crate::identity::IdentityDocument;
use crate::name::{PersonName, PetName, matches, search_key};
use crate::owner::OwnerDetails;
use crate::rnm::RnmState;
use crate::run::Run;
use crate::view::{AnimalCard, OwnerCard};

const GIVEN: [&str; 8] =
    ["María José", "Ana", "Bernardo", "Jürgen", "Sofía", "Ñusta", "Li", "Mariela"];
const SURNAMES: [&str; 8] = [
    "Núñez D’Angelo",
    "O'Higgins Riquelme",
    "Müller",
    "González Rojas",
    "Gonzales Marín",
    "de la Fuente",
    "Pérez-Cotapos",
    "Wu",
];
const PETS: [&str; 6] = ["Ñato", "Luna", "Max", "Señor Bigotes", "Toby 2", "Mía"];

/// The card of the owner number `n`, with so many animals.
fn card(n: u32, animals: u32) -> OwnerCard {
    let some = |list: &[&'static str], salt: u32| {
        let mixed = (n + 1).wrapping_mul(2_654_435_761).rotate_left(salt * 7 + 5) >> 3;
        list[usize::try_from(mixed).unwrap() % list.len()]
    };
    let run = Run::from_number(10_000_000 + n * 7).unwrap();
    let name = PersonName::parse(some(&GIVEN, 0), some(&SURNAMES, 1)).unwrap();
    let document = match n % 10 {
        0 => IdentityDocument::None,
        1 => IdentityDocument::parse_passport("ARG", &format!("AA{n:04}")).unwrap(),
        _ => IdentityDocument::of_run(run).unwrap(),
    };
    let owner = OwnerId(Uuid::from_u128(u128::from(n) + 1));
    let animal = |k: u32| AnimalCard {
        id: AnimalId(Uuid::from_u128(u128::from(n * 100 + k) + 1)),
        owner,
        details: AnimalDetails::least(
            PetName::parse(some(&PETS, k)).unwrap(),
            Species::Dog,
            Sex::Male,
            ReproductiveState::Intact,
        ),
        chip: (k % 3 != 2).then(|| chip(n, k)),
        vital_state: VitalState::Alive,
        rnm_state: RnmState::Ready,
        rnm_number: None,
        rnm_lacks: Vec::new(),
        services: Vec::new(),
    };
    let phone = (!n.is_multiple_of(4)).then(|| Phone::parse(&format!("9{:08}", n * 11)).unwrap());
    let details = OwnerDetails { phone, ..OwnerDetails::adult(document, name) };
    OwnerCard { id: owner, details, animals: (0..animals).map(animal).collect() }
}

fn chip(n: u32, k: u32) -> ChipNumber {
    ChipNumber::from_parts(999, u64::from(n) * 10 + u64::from(k)).unwrap()
}

/// The places of those whose lines hold what is looked for, as the phone finds them: the first way
/// that finds anybody counts.
fn search(cards: &[OwnerCard], text: &str, limit: usize) -> Vec<usize> {
    let lines: Vec<String> =
        cards.iter().enumerate().map(|(at, card)| format!("{at}/7\t{}", line(card))).collect();
    let all = |needles: Vec<String>| -> Vec<usize> {
        let holds = |line: &str| needles.iter().all(|needle| line.contains(needle));
        (0..lines.len()).filter(|at| holds(&lines[*at])).take(limit).collect()
    };
    ways(text).into_iter().map(all).find(|found| !found.is_empty()).unwrap_or_default()
}

/// The same search, written down as it is said, on the cards themselves.
fn read_plainly(cards: &[OwnerCard], text: &str, limit: usize) -> Vec<usize> {
    let all = |is_wanted: &dyn Fn(&OwnerCard) -> bool| {
        let found = cards.iter().enumerate().filter(|(_, card)| is_wanted(card));
        found.map(|(at, _)| at).take(limit).collect::<Vec<_>>()
    };
    if let Ok(chip) = ChipNumber::parse_read(text) {
        return all(&|card| card.animals.iter().any(|animal| animal.chip == Some(chip)));
    }
    if let Ok(document) = Run::parse_any(text)
        .map_err(|_| ())
        .and_then(|run| IdentityDocument::of_run(run).map_err(|_| ()))
    {
        let found = all(&|card| card.details.document == document);
        if !found.is_empty() {
            return found;
        }
    }
    if let Ok(phone) = Phone::parse(text) {
        let found = all(&|card| card.details.phone == Some(phone));
        if !found.is_empty() {
            return found;
        }
    }
    let key = search_key(text);
    if !key.split(' ').any(|word| word.chars().count() >= 2) {
        return Vec::new();
    }
    all(&|card| {
        let mut names = card.details.name.search_key();
        for animal in &card.animals {
            names.push(' ');
            names.push_str(&animal.details.name.search_key());
        }
        matches(&names, &key)
    })
}

fn found(cards: &[OwnerCard], text: &str) -> Vec<usize> {
    search(cards, text, 20)
}

#[test]
fn accents_case_order_and_written_forms_are_forgiven() {
    let cards: Vec<_> = (0..300).map(|n| card(n, 2)).collect();
    let whose = |at: usize| &cards[at].details;
    let by_name = found(&cards, "NUNEZ dangelo maria");
    assert!(!by_name.is_empty());
    assert!(by_name.iter().all(|at| whose(*at).name.full().contains("Núñez")));
    assert_eq!(by_name, found(&cards, "maría núñez d'angelo"));
    let run = Run::from_number(10_000_000 + 7 * 257).unwrap();
    for written in [run.to_string(), run.compact(), run.compact().replace('-', "")] {
        assert_eq!(found(&cards, &written), [257], "{written}");
    }
    for written in ["999000000002571", "999 000 000 002 571"] {
        assert_eq!(found(&cards, written), [257], "{written}");
    }
    let phone = whose(258).phone.unwrap();
    for written in [phone.to_string(), phone.e164()] {
        assert_eq!(found(&cards, &written), [258], "{written}");
    }
    for nothing in ["", " ", "m", "999000000999999", "nadie", "\t", "\n", "0 1"] {
        assert_eq!(found(&cards, nothing), [0_usize; 0], "{nothing:?}");
    }
}

#[test]
fn what_is_looked_for_is_in_no_other_part_of_a_line() {
    let cards: Vec<_> = (0..40).map(|n| card(n, 3)).collect();
    let run = Run::from_number(10_000_000 + 7).unwrap().compact();
    let part = |text: &str| text.chars().take(5).collect::<String>();
    let chip = chip(1, 0).to_string();
    for nothing in [part(&run), part(&chip), "run".to_owned(), "39".to_owned(), "7".to_owned()] {
        assert_eq!(found(&cards, &nothing), [0_usize; 0], "{nothing:?}");
    }
}

proptest! {
    #[test]
    fn the_scan_finds_what_a_plain_reading_finds(
        numbers in prop::collection::btree_set(0_u32..2_000, 0..60),
        animals in 0_u32..4,
        n in 0_u32..2_000,
        limit in 1_usize..30,
        form in 0_u8..7,
        typed in "[a-zñáA-Z '’-]{0,12}",
    ) {
        let cards: Vec<_> = numbers.iter().map(|n| card(*n, animals)).collect();
        let of = card(n, 2);
        let name = of.details.name;
        let text = match form {
            0 => typed,
            1 => name.full(),
            2 => format!("{} {}", name.surnames(), name.given()),
            3 => of.details.document.to_string(),
            4 => chip(n, 0).grouped(),
            5 => of.details.phone.map(Phone::e164).unwrap_or_default(),
            _ => of.animals[0].details.name.to_string(),
        };
        prop_assert_eq!(search(&cards, &text, limit), read_plainly(&cards, &text, limit));
    }

    #[test]
    fn no_text_makes_the_search_panic(text in ".{0,20}") {
        let _ = ways(&text);
    }
}

#[test]
fn a_booking_is_found_by_document_names_and_telephone_whatever_the_accents() {
    let run = Run::from_number(12_345_678).unwrap();
    let animal = AnimalAsked {
        name: PetName::parse("Ñato").unwrap(),
        species: Species::Dog,
        sex: Sex::Male,
        age_months: None,
        is_flat_faced: false,
        chip: None,
    };
    let details = BookingDetails {
        document: IdentityDocument::of_run(run).unwrap(),
        name: PersonName::parse("María José", "Núñez D’Angelo").unwrap(),
        phone: Phone::parse("912345678").ok(),
        email: None,
        address: None,
        commune: None,
        unit: None,
        has_priority: false,
        animals: vec![animal],
    };
    let line = booking_line(&details);
    let found = |text: &str| is_found(&line, &ways(text));
    for text in ["12.345.678-5", "123456785", "nunez maria", "ÑATO", "dangelo", "912345678"] {
        assert!(found(text), "{text}: {line}");
    }
    for text in ["", "x", "11.111.111-1", "arias", "987654321", "Ximena"] {
        assert!(!found(text), "{text}: {line}");
    }
}

#[test]
fn lines_are_one_owners_by_identifier_or_document() {
    let once = card(257, 1);
    let again = OwnerCard { id: OwnerId(Uuid::from_u128(9_999)), ..once.clone() };
    let renamed = OwnerCard { details: card(258, 1).details, ..once.clone() };
    assert!(are_one(&line(&once), &line(&again)), "the register keeps them as one");
    assert!(are_one(&line(&once), &line(&renamed)));
    assert!(!are_one(&line(&again), &line(&renamed)));
    // Of who has no document nobody knows.
    let nameless = card(10, 1);
    let other = OwnerCard { id: OwnerId(Uuid::from_u128(9_999)), ..nameless.clone() };
    assert_eq!(nameless.details.document, IdentityDocument::None);
    assert!(!are_one(&line(&nameless), &line(&other)));
    assert!(!are_one(&line(&once), ""));
}

#[test]
fn a_phone_lacks_what_its_script_names_and_the_list_of_chips_while_it_has_none() {
    assert!(Lack::all("", true, true, true).is_empty());
    assert_eq!(Lack::all("", false, true, true), [Lack::Chips]);
    assert_eq!(Lack::all("", true, false, true), [Lack::Box]);
    assert_eq!(Lack::all("", true, true, false), [Lack::Pin]);
    assert_eq!(Lack::all("shell bookings", true, true, true), [Lack::Shell, Lack::Bookings]);
    let all = [Lack::Decoder, Lack::Chips, Lack::Box, Lack::Pin];
    assert_eq!(Lack::all("decoder of-later", false, false, false), all);
    assert_eq!(Lack::all("pairing", true, true, true), [Lack::Pairing]);
    assert!(!Lack::Pairing.is_fetched(), "somebody pairs it");
    let comes: Vec<_> = all.into_iter().filter(|lack| lack.is_fetched()).collect();
    assert_eq!(comes, [Lack::Decoder, Lack::Chips, Lack::Box], "a PIN is not fetched");
}
