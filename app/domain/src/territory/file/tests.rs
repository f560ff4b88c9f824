use super::*;
use proptest::prelude::*;

fn defaults() -> Defaults {
    Defaults {
        commune: Some(Commune::ANTOFAGASTA),
        source: Some(ShortText::parse("Censo").unwrap()),
        year: Some(2024),
        today: "2026-11-22".parse().unwrap(),
    }
}

fn cells(texts: &[(UnitColumn, &str)]) -> Cells {
    let texts = texts.iter().map(|(column, text)| (*column, (*text).to_owned())).collect();
    Cells { place: 2, texts, shape: Shape::None }
}

fn faults(texts: &[(UnitColumn, &str)]) -> Vec<(UnitColumn, Problem)> {
    let faults = read(&cells(texts), &defaults()).unwrap_err();
    faults.into_iter().map(|fault| (fault.column, fault.problem)).collect()
}

#[test]
fn a_row_is_read_as_municipalities_write_it() {
    use UnitColumn::{Commune as C, DogsAndCats, Households, Latitude, Longitude, Name, Unit as U};
    let row = cells(&[
        (C, "2101"),
        (U, "U.V. N° 54"),
        (Name, "  Bonilla  Bajo "),
        (Households, "1.200"),
        (DogsAndCats, "2 100"),
        (Latitude, "-23,59"),
        (Longitude, "-70,39"),
    ]);
    let unit = read(&row, &defaults()).unwrap();
    assert_eq!(unit.key.to_string(), "02101-54");
    assert_eq!(unit.name.unwrap().as_str(), "Bonilla Bajo");
    assert_eq!((unit.households, unit.dogs_and_cats), (Some(1_200), Some(2_100)));
    assert_eq!(unit.source.unwrap().year, 2024);
    assert_eq!(unit.point.unwrap().latitude_text(), "-23.590000");
    for (commune, unit, key) in [
        ("Calama", "7", "02201-7"),
        ("maria elena", "1", "02302-1"),
        ("", "9", "02101-9"),
        ("", "02104-3", "02104-3"),
    ] {
        let unit = read(&cells(&[(C, commune), (U, unit)]), &defaults()).unwrap();
        assert_eq!(unit.key.to_string(), key);
        assert_eq!(unit.source, None, "without a figure there is no source");
    }
}

#[test]
fn every_cell_that_cannot_be_taken_is_named() {
    use UnitColumn::{
        Commune as C, DogsAndCats, Households, Latitude, Longitude, Name, Source as S, Unit as U,
        Year,
    };
    assert_eq!(
        faults(&[(C, "Atlantis"), (U, ""), (Name, "a\u{202e}b"), (Households, "12.5")]),
        [
            (C, Problem::Unknown),
            (U, Problem::Empty),
            (Name, Problem::ForbiddenCharacter),
            (Households, Problem::NotANumber),
        ]
    );
    assert_eq!(faults(&[(U, "1000")]), [(U, Problem::Unknown)]);
    assert_eq!(faults(&[(U, "5 y 6")]), [(U, Problem::Malformed)]);
    assert_eq!(
        faults(&[(U, "5"), (DogsAndCats, "9999999"), (Latitude, "-23")]),
        [(DogsAndCats, Problem::TooLarge), (Latitude, Problem::Malformed)]
    );
    for (year, problem) in [
        ("2027", Problem::InFuture),
        ("1950", Problem::TooLongAgo),
        ("dos mil", Problem::NotANumber),
    ] {
        assert_eq!(faults(&[(U, "5"), (Households, "9"), (Year, year)]), [(Year, problem)]);
    }
    let mut nothing = defaults();
    (nothing.source, nothing.year) = (None, None);
    let row = cells(&[(U, "5"), (Households, "9"), (Longitude, ""), (S, " ")]);
    let missing: Vec<_> =
        read(&row, &nothing).unwrap_err().iter().map(|fault| fault.column).collect();
    assert_eq!(missing, [S, Year], "a figure needs who says so and of when");
}

#[test]
fn a_row_is_new_changed_the_same_or_repeated() {
    use UnitColumn::{Households, Name, Unit as U};
    let mut row = cells(&[(U, "54"), (Households, "1200"), (Name, "Bonilla")]);
    let first = judge(&[row.clone(), row.clone()], &defaults(), &BTreeMap::new());
    let unit = first[0].stored().unwrap().clone();
    assert!(matches!(first[0].verdict, Verdict::New(_)));
    assert_eq!(first[1].verdict, Verdict::Repeated);
    let known = BTreeMap::from([(unit.key, unit.clone())]);
    let again = judge(&[row.clone()], &defaults(), &known);
    assert_eq!(again[0].verdict, Verdict::Same);
    // What a row leaves out stays; what it says is taken.
    row.texts.remove(&Households);
    row.texts.insert(Name, "Bonilla Alto".to_owned());
    let changed = judge(&[row], &defaults(), &known);
    let Verdict::Changed(after) = &changed[0].verdict else { panic!("{changed:?}") };
    assert_eq!(after.households, Some(1_200));
    assert_eq!(after.source, unit.source);
    assert_eq!(after.name.as_ref().unwrap().as_str(), "Bonilla Alto");
}

#[test]
fn a_shape_gives_the_place_unless_the_columns_do() {
    let here = Point::parse("-23.5", "-70.3").unwrap();
    let mut row = cells(&[(UnitColumn::Unit, "54")]);
    row.shape = Shape::Point(here);
    assert_eq!(read(&row, &defaults()).unwrap().point, Some(here));
    row.texts.insert(UnitColumn::Latitude, "-23".to_owned());
    row.texts.insert(UnitColumn::Longitude, "-70".to_owned());
    assert_eq!(read(&row, &defaults()).unwrap().point, Point::parse("-23", "-70"));
    row.shape = Shape::Unreadable;
    assert!(read(&row, &defaults()).is_err());
}

proptest! {
    #[test]
    fn no_row_makes_the_reader_panic_and_what_it_takes_is_taken_again(
        texts in proptest::collection::vec(".{0,20}", 9),
    ) {
        let texts = UnitColumn::ALL.iter().copied().zip(texts).collect();
        let row = Cells { place: 1, texts, shape: Shape::None };
        if let Ok(unit) = read(&row, &defaults()) {
            let known = BTreeMap::from([(unit.key, unit)]);
            let again = judge(&[row], &defaults(), &known);
            prop_assert_eq!(&again[0].verdict, &Verdict::Same);
        }
    }
}
