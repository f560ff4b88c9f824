//! From what was typed to values.

use super::*;

fn fields<T>(read: Result<T, Vec<FieldError>>) -> Vec<Field> {
    read.err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
}

#[test]
fn about_two_years_is_an_estimate_around_that_day() {
    let today: CivilDate = "2026-11-22".parse().unwrap();
    let age = AgeForm { about_months: Some(24), ..AgeForm::default() };
    let birth = age.birth(today).unwrap().unwrap();
    assert!(birth.estimated);
    assert_eq!(birth.on.years_until(CivilDate::from_days(today.days() + 5)), 2);
    let dated = AgeForm { has_date: true, date: "23/11/2026".into(), ..AgeForm::default() };
    assert_eq!(dated.birth(today), Err(Problem::InFuture));
}

#[test]
fn a_declaration_is_signed_by_more_than_a_touch() {
    let is_signed = |proof: HoldingProof, strokes: &str| {
        let (holding_proof, declaration) = (Some(proof), strokes.to_owned());
        let form = AnimalForm { holding_proof, declaration, ..AnimalForm::default() };
        super::declaration(&form).is_some()
    };
    let declared = HoldingProof::SimpleDeclaration;
    assert!(is_signed(declared, "M10 20L30 40"));
    assert!(!is_signed(declared, "M10 20L10 20") && !is_signed(declared, ""));
    for other in HoldingProof::ALL.iter().filter(|proof| **proof != declared) {
        assert!(!is_signed(*other, "M10 20L30 40"), "{other:?}");
    }
}

fn dog() -> AnimalForm {
    AnimalForm {
        name: "Ñato".into(),
        species: Some(Species::Dog),
        sex: Some(domain::catalogue::Sex::Male),
        reproductive_state: Some(domain::catalogue::ReproductiveState::Intact),
        ..AnimalForm::default()
    }
}

#[test]
fn what_only_the_registry_asks_never_blocks_an_animal() {
    assert!(animal(&dog(), "2026-11-22".parse().unwrap()).is_ok());
}

#[test]
fn an_animal_came_to_its_owner_on_a_day_that_has_been() {
    let today: CivilDate = "2026-11-22".parse().unwrap();
    let came = |typed: &str| animal(&AnimalForm { acquired_on: typed.into(), ..dog() }, today);
    let read = |typed: &str| came(typed).unwrap().acquired_on.map(|day| day.to_string());
    assert_eq!(read(" 9/3/2024 "), Some("2024-03-09".into()));
    assert_eq!((read("22/11/2026"), read(" ")), (Some("2026-11-22".into()), None));
    assert_eq!(came("23/11/2026"), Err(vec![FieldError::new(Field::Date, Problem::InFuture)]));
    assert_eq!(came("ayer"), Err(vec![FieldError::new(Field::Date, Problem::Malformed)]));
}

#[test]
fn two_readings_that_differ_make_no_chip() {
    let form = ChipForm {
        procedure: Procedure::Implantation,
        first: "985121004515220".into(),
        second: "985121004515202".into(),
        site: domain::catalogue::ImplantSite::LeftNeck,
        professional: domain::catalogue::ProfessionalKind::Veterinarian,
    };
    assert_eq!(fields(chip(&form, TestChips::Refused)), [Field::ChipRepeated]);
    let same = ChipForm { second: "985 1210 0451 5220\r".into(), ..form };
    assert!(chip(&same, TestChips::Refused).is_ok());
}
