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

fn unit_of(texts: &[(UnitColumn, &str)]) -> Unit {
    match read(&cells(texts), &defaults()).unwrap() {
        Told::Unit(unit) => unit,
        told => panic!("{told:?}"),
    }
}

fn faults(texts: &[(UnitColumn, &str)]) -> Vec<(UnitColumn, Problem)> {
    let faults = read(&cells(texts), &defaults()).unwrap_err();
    faults.into_iter().map(|fault| (fault.column, fault.problem)).collect()
}

#[test]
fn a_row_is_read_as_municipalities_write_it() {
    use UnitColumn::{Commune as C, DogsAndCats, Households, Latitude, Longitude, Name, Unit as U};
    let unit = unit_of(&[
        (C, "2101"),
        (U, "U.V. N° 54"),
        (Name, "  Bonilla  Bajo "),
        (Households, "1.200"),
        (DogsAndCats, "2 100"),
        (Latitude, "-23,59"),
        (Longitude, "-70,39"),
    ]);
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
        let unit = unit_of(&[(C, commune), (U, unit)]);
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
    let told = first[0].stored().unwrap().clone();
    let Told::Unit(unit) = &told else { panic!("{told:?}") };
    assert!(matches!(first[0].verdict, Verdict::New(_)));
    assert_eq!(first[1].verdict, Verdict::Repeated);
    let known = BTreeMap::from([(told.area(), told.clone())]);
    let again = judge(&[row.clone()], &defaults(), &known);
    assert_eq!(again[0].verdict, Verdict::Same);
    // What a row leaves out stays; what it says is taken.
    row.texts.remove(&Households);
    row.texts.insert(Name, "Bonilla Alto".to_owned());
    let changed = judge(&[row], &defaults(), &known);
    let Verdict::Changed(Told::Unit(after)) = &changed[0].verdict else { panic!("{changed:?}") };
    assert_eq!(after.households, Some(1_200));
    assert_eq!(after.source, unit.source);
    assert_eq!(after.name.as_ref().unwrap().as_str(), "Bonilla Alto");
}

#[test]
fn a_row_without_a_unit_tells_of_its_commune() {
    use UnitColumn::{Commune as C, DogsAndCats, Households, Latitude, Name, Unit as U};
    let row = [(C, "Mejillones"), (U, ""), (Households, "4.800"), (DogsAndCats, "6700")];
    let told = read(&cells(&row), &defaults()).unwrap();
    let Told::Commune(figures) = &told else { panic!("{told:?}") };
    assert_eq!((figures.households, figures.dogs_and_cats), (Some(4_800), Some(6_700)));
    assert_eq!((figures.source.year, told.area().to_string().as_str()), (2024, "02102"));
    let twice = judge(&[cells(&row), cells(&row)], &defaults(), &BTreeMap::new());
    assert!(matches!(twice[0].verdict, Verdict::New(Told::Commune(_))));
    assert_eq!((twice[1].unit.as_str(), &twice[1].verdict), ("02102", &Verdict::Repeated));
    let named = [(C, "02102"), (Name, "MEJILLONES"), (Households, "4800")];
    assert!(matches!(read(&cells(&named), &defaults()), Ok(Told::Commune(_))));
    // What is told of a commune now is all that is told of it.
    let known = BTreeMap::from([(told.area(), told.clone())]);
    let changed = judge(&[cells(&named)], &defaults(), &known);
    let Verdict::Changed(Told::Commune(after)) = &changed[0].verdict else { panic!("{changed:?}") };
    assert_eq!(after.dogs_and_cats, None);
    // Most likely the number of a unit was left out, which the usual commune does not excuse.
    assert_eq!(faults(&[(Households, "9")]), [(U, Problem::Empty)]);
    assert_eq!(
        faults(&[(C, "02102"), (Name, "Bonilla"), (Households, "9")]),
        [(U, Problem::Empty)]
    );
    let place = [(C, "02102"), (Latitude, "-23"), (UnitColumn::Longitude, "-70")];
    assert_eq!(faults(&place), [(U, Problem::Empty)]);
    assert_eq!(faults(&[(C, "02102")]), [(Households, Problem::Empty)]);
    assert_eq!(
        faults(&[(C, "Atlantis"), (Households, "99999999")]),
        [(C, Problem::Unknown), (Households, Problem::TooLarge)]
    );
}

#[test]
fn a_shape_gives_the_place_unless_the_columns_do() {
    let here = Point::parse("-23.5", "-70.3").unwrap();
    let mut row = cells(&[(UnitColumn::Unit, "54")]);
    row.shape = Shape::Point(here);
    let point = |row: &Cells| match read(row, &defaults()).unwrap() {
        Told::Unit(unit) => unit.point,
        told => panic!("{told:?}"),
    };
    assert_eq!(point(&row), Some(here));
    row.texts.insert(UnitColumn::Latitude, "-23".to_owned());
    row.texts.insert(UnitColumn::Longitude, "-70".to_owned());
    assert_eq!(point(&row), Point::parse("-23", "-70"));
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
        if let Ok(told) = read(&row, &defaults()) {
            let known = BTreeMap::from([(told.area(), told)]);
            let again = judge(&[row], &defaults(), &known);
            prop_assert_eq!(&again[0].verdict, &Verdict::Same);
        }
    }
}
