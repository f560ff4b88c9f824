use super::cells;
use super::*;
use crate::catalogue::{ReproductiveState, Sex, Species};
use crate::chip_number::{ChipNumber, TestChips};
use crate::field_error::{Field, FieldError, Problem};
use crate::timestamp::CivilDate;
use proptest::prelude::*;

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn reading() -> Reading {
    Reading { today: day("2026-11-28"), tests: TestChips::Refused }
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

const HEADINGS: [&str; 16] = [
    "N° Chip",
    "RUN/RUT",
    "Nombre propietario/tutor",
    "Teléfono",
    "Correo",
    "Dirección",
    "Comuna",
    "Unidad vecinal",
    "Nombre mascota",
    "Especie",
    "Sexo",
    "Raza",
    "Color",
    "Fecha nacimiento/edad",
    "Fecha",
    "Observaciones",
];

const ROW: [&str; 16] = [
    "'985 1210 0451 5204",
    "12.345.678-5",
    "Ana María Soto Rojas",
    "9 1234 5678",
    "ana@example.cl",
    "Sicilia 1516",
    "antofagasta",
    "UV 54",
    "Ñato",
    "CANINO",
    "M",
    "mestiza",
    "Negro con manchas café",
    "2 años 6 meses",
    "22/11/2020",
    "=1+1",
];

fn with(field: usize, text: &str) -> Vec<String> {
    let mut cells = texts(&ROW);
    text.clone_into(&mut cells[field]);
    cells
}

#[test]
fn headings_of_lists_in_use_are_known() {
    let columns = columns_for(&texts(&HEADINGS));
    let expected = [
        Some(Field::Chip),
        Some(Field::Run),
        Some(Field::PersonName),
        Some(Field::Phone),
        Some(Field::Email),
        Some(Field::Address),
        Some(Field::Commune),
        Some(Field::NeighbourhoodUnit),
        Some(Field::PetName),
        Some(Field::Species),
        Some(Field::Sex),
        Some(Field::Breed),
        Some(Field::Coat),
        Some(Field::BirthDate),
        Some(Field::Date),
        None,
    ];
    assert_eq!(columns, expected);
    assert_eq!(lacking(&columns), []);
    let more = [" MICROCHIP ", "chip", "RUT dueño", "EDAD", "Nº de microchip", "U.V."];
    let columns = columns_for(&texts(&more));
    let unit = Some(Field::NeighbourhoodUnit);
    let run = Some(Field::Run);
    assert_eq!(columns, [Some(Field::Chip), None, run, Some(Field::BirthDate), None, unit]);
}

#[test]
fn what_every_row_needs_must_be_a_column_and_only_one() {
    let empty = |field| FieldError::new(field, Problem::Empty);
    let needed = [Field::Chip, Field::PetName, Field::Species, Field::Sex, Field::PersonName];
    assert_eq!(lacking(&[None]), needed.map(empty));
    let mut columns: Vec<_> = needed.iter().copied().map(Some).collect();
    columns.push(Some(Field::Sex));
    assert_eq!(lacking(&columns), [FieldError::new(Field::Sex, Problem::Repeated)]);
}

#[test]
fn a_row_is_read_as_a_registration_is() {
    let columns = columns_for(&texts(&HEADINGS));
    let row = read(&columns, &texts(&ROW), reading()).unwrap();
    assert_eq!(row.chip.to_string(), "985121004515204");
    assert_eq!(row.date, Some(day("2020-11-22")));
    assert_eq!(row.owner.document.key().as_deref(), Some("12345678-5"));
    assert_eq!((row.owner.name.given(), row.owner.name.surnames()), ("Ana María", "Soto Rojas"));
    assert_eq!(row.owner.unit.unwrap().to_string(), "02101-54");
    assert!(!row.owner.is_adult && !row.owner.no_disqualification && !row.owner.consents_to_news);
    assert_eq!((row.animal.species, row.animal.sex), (Species::Dog, Sex::Male));
    assert_eq!(row.animal.reproductive_state, ReproductiveState::Intact);
    assert_eq!(row.animal.breed.unwrap().to_string(), "mestizo");
    assert_eq!(row.animal.coat.unwrap().to_string(), "black-brown");
    // Thirty months before the day of the row, not before today.
    let birth = row.animal.birth.unwrap();
    assert!(birth.estimated && birth.on.to_string().starts_with("2018-05"), "{birth:?}");
}

#[test]
fn every_field_that_cannot_be_read_is_named() {
    let columns = columns_for(&texts(&HEADINGS));
    for (at, text, field, problem) in [
        (0, "", Field::Chip, Problem::Empty),
        (0, "9,85121E+14", Field::Chip, Problem::ChipNotFifteenDigits),
        (0, "999000000000001", Field::Chip, Problem::ChipTest),
        (1, "12.345.678-9", Field::Run, Problem::RunWrongDigit),
        (3, "1234", Field::Phone, Problem::PhoneBadLength),
        (6, "Atlantis", Field::Commune, Problem::Unknown),
        (7, "centro", Field::NeighbourhoodUnit, Problem::Malformed),
        (8, "s/i", Field::PetName, Problem::Empty),
        (9, "conejo", Field::Species, Problem::Unknown),
        (10, "", Field::Sex, Problem::Empty),
        (12, "tornasol", Field::Coat, Problem::Unknown),
        (13, "viejo", Field::BirthDate, Problem::Malformed),
        (13, "1920", Field::BirthDate, Problem::TooLongAgo),
        (14, "01-01-2027", Field::Date, Problem::InFuture),
        (14, "31-02-2020", Field::Date, Problem::Malformed),
    ] {
        let faults = read(&columns, &with(at, text), reading()).unwrap_err();
        assert_eq!(faults, [FieldError::new(field, problem)], "{text}");
    }
    let mut wrong = with(1, "1-1");
    wrong[9] = "conejo".to_owned();
    let faults = read(&columns, &wrong, reading()).unwrap_err();
    let named: Vec<_> = faults.iter().map(|fault| fault.field).collect();
    assert_eq!(named, [Field::Run, Field::Species]);
    assert_eq!(of_faults(&faults), Verdict::Unreadable);
    let test = [FieldError::new(Field::Chip, Problem::ChipTest)];
    assert_eq!(of_faults(&test), Verdict::TestChip);
}

#[test]
fn what_is_left_out_is_nothing_and_no_fault() {
    let columns = columns_for(&texts(&HEADINGS));
    let mut cells = texts(&ROW);
    for (at, text) in [(1, "-"), (3, "no tiene"), (4, "S/I"), (11, ""), (12, "n/a"), (13, " ")] {
        text.clone_into(&mut cells[at]);
    }
    let row = read(&columns, &cells, reading()).unwrap();
    assert_eq!(row.owner.document.key(), None);
    assert_eq!((row.owner.phone, row.owner.email), (None, None));
    assert_eq!((row.animal.breed, row.animal.coat, row.animal.birth), (None, None, None));
}

#[test]
fn names_in_one_cell_are_taken_apart() {
    for (text, given, surnames) in [
        ("Ana", "Ana", ""),
        ("Ana Soto", "Ana", "Soto"),
        ("Ana Soto Rojas", "Ana", "Soto Rojas"),
        ("Ana María Soto Rojas", "Ana María", "Soto Rojas"),
        ("Soto Rojas, Ana", "Ana", "Soto Rojas"),
    ] {
        let name = cells::whole_name(text).unwrap();
        assert_eq!((name.given(), name.surnames()), (given, surnames), "{text}");
    }
}

#[test]
fn dates_and_ages_are_read_in_the_usual_forms() {
    for (text, expected) in [
        ("2020-11-05", Some("2020-11-05")),
        ("2020-11-05T10:00:00", Some("2020-11-05")),
        ("05/11/2020", Some("2020-11-05")),
        ("5-1-2020 10:30", Some("2020-01-05")),
        ("05.11.20", Some("2020-11-05")),
        ("11/2020", None),
        ("2020-13-05", None),
        ("a/b/c", None),
        ("1/2/3/4", None),
        ("", None),
    ] {
        assert_eq!(cells::date(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
    }
    let from = day("2026-07-01");
    for (text, on, estimated) in [
        ("2020-11-05", "2020-11-05", false),
        ("2020", "2020-07-01", true),
        ("1 año", "2025-07-01", true),
        ("12 meses", "2025-07-01", true),
        ("1", "2025-07-01", true),
        ("2,5 años", "2024-01-01", true),
        ("2 a 6 m", "2024-01-01", true),
        ("3 semanas", "2026-07-01", true),
    ] {
        let birth = cells::birth(text, from).unwrap();
        assert!((birth.on.days() - day(on).days()).abs() <= 1, "{text}: {}", birth.on);
        assert_eq!(birth.estimated, estimated, "{text}");
    }
    assert_eq!(cells::birth("2027-01-01", from), Err(Problem::InFuture));
    assert_eq!(cells::birth("99 años", from), Err(Problem::TooLongAgo));
    assert_eq!(cells::birth("99999999999999999999 años", from), Err(Problem::Malformed));
}

#[test]
fn a_row_is_judged_by_the_register_and_the_rows_above() {
    let columns = columns_for(&texts(&HEADINGS));
    let row = |chip: &str, run: &str| {
        let mut cells = with(0, chip);
        run.clone_into(&mut cells[1]);
        read(&columns, &cells, reading()).unwrap()
    };
    let mut ledger = Ledger::default();
    let held = ChipNumber::from_digits("985121004515001").unwrap();
    ledger.holds_chip(held, ["run 12345678-5".to_owned()]);
    ledger.holds_owner("run 12345678-5".to_owned());
    for (chip, run, verdict) in [
        ("985121004515001", "12345678-5", Verdict::Known),
        ("985121004515001", "", Verdict::Known),
        ("985121004515001", "9876543-3", Verdict::ChipTaken),
        ("985121004515002", "12345678-5", Verdict::KnownOwner),
        ("985121004515002", "12345678-5", Verdict::Known),
        ("985121004515003", "9876543-3", Verdict::New),
        ("985121004515004", "9876543-3", Verdict::KnownOwner),
        ("985121004515003", "12345678-5", Verdict::ChipTaken),
        ("985121004515005", "", Verdict::New),
        ("985121004515006", "", Verdict::New),
    ] {
        assert_eq!(ledger.judge(&row(chip, run)), verdict, "{chip} {run}");
    }
}

#[test]
fn an_import_goes_only_where_its_state_leads() {
    for (step, from) in [
        (Step::Start, vec![ImportState::Preview]),
        (Step::Stop, vec![ImportState::Running]),
        (Step::Resume, vec![ImportState::Stopped]),
        (Step::Undo, vec![ImportState::Stopped, ImportState::Done]),
        (Step::Discard, vec![ImportState::Preview]),
    ] {
        let may = ImportState::ALL.iter().copied();
        let may: Vec<_> = may.filter(|state| step.leads_from(*state).is_some()).collect();
        assert_eq!(may, from, "{step}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in ".{0,60}", other in "[0-9 ,./ñhpm-]{0,30}") {
        for text in [&text, &other] {
            let _ = cells::whole_name(text);
            let _ = cells::commune(text);
            let _ = cells::unit(text, None);
            let _ = cells::coat(text);
            let _ = cells::breed(Species::Cat, text);
            let _ = cells::date(text);
            let _ = cells::birth(text, day("2026-11-28"));
            let _ = columns_for(std::slice::from_ref(text));
        }
    }

    #[test]
    fn no_row_makes_the_reading_panic(
        cells in prop::collection::vec(".{0,40}", 0..20),
        places in prop::collection::vec(prop::option::of(0_usize..18), 0..20),
    ) {
        let columns: Vec<_> =
            places.into_iter().map(|place| place.map(|place| COLUMNS[place])).collect();
        if let Err(faults) = read(&columns, &cells, reading()) {
            prop_assert!(!faults.is_empty());
        }
    }

    #[test]
    fn a_chip_is_made_once_whatever_the_rows(chips in prop::collection::vec(0_u8..5, 0..30)) {
        let columns = columns_for(&texts(&HEADINGS));
        let mut ledger = Ledger::default();
        let mut made = Vec::new();
        for chip in chips {
            let cells = with(0, &format!("98512100451500{chip}"));
            let row = read(&columns, &cells, reading()).unwrap();
            if ledger.judge(&row).made_animal() {
                prop_assert!(!made.contains(&chip));
                made.push(chip);
            }
        }
    }
}
