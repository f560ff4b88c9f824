//! What one row says, read with the rules that every registration is read with.

use crate::animal::AnimalDetails;
use crate::catalogue::{ReproductiveState, Sex, Species};
use crate::chip_number::{ChipNumber, TestChips};
use crate::contact::{Email, Phone};
use crate::field_error::{Field, FieldError, Problem};
use crate::identity::IdentityDocument;
use crate::import::cells;
use crate::import::headings::{BLANKS, REPRODUCTIVE_STATES, SEXES, SPECIES, meant};
use crate::name::{PersonName, PetName, ShortText, search_key};
use crate::owner::OwnerDetails;
use crate::timestamp::CivilDate;

/// The longest cell that is looked at, in bytes: no field takes more.
const LONGEST_CELL: usize = 2_000;

/// What rows are read against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Today: ages count from here where the row has no date.
    pub today: CivilDate,
    /// Whether test chips count.
    pub tests: TestChips,
}

/// A row that can be taken in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// The animal's chip.
    pub chip: ChipNumber,
    /// Its owner. What owners declare and consent to, a list does not say for them.
    pub owner: OwnerDetails,
    /// The animal.
    pub animal: AnimalDetails,
    /// The day that the list gives.
    pub date: Option<CivilDate>,
}

/// The cells of a row under what their columns mean.
struct Cells<'a> {
    columns: &'a [Option<Field>],
    cells: &'a [String],
}

impl Cells<'_> {
    /// The text of a field; empty when the list says that there is nothing.
    fn text(&self, field: Field) -> &str {
        let place = self.columns.iter().position(|known| *known == Some(field));
        let cell = place.and_then(|place| self.cells.get(place)).map_or("", |cell| cell.trim());
        // Our own lists, and many others, keep long numbers whole by an apostrophe before them.
        let cell = cell.strip_prefix('\'').unwrap_or(cell);
        let is_blank = cell.len() <= 40 && BLANKS.contains(&search_key(cell).as_str());
        if is_blank { "" } else { cell }
    }
}

/// Notes what is wrong and goes on with the other fields.
struct Faults(Vec<FieldError>);

impl Faults {
    fn note<T>(&mut self, field: Field, read: Result<T, impl Into<Problem>>) -> Option<T> {
        read.map_err(|problem| self.0.push(FieldError::new(field, problem))).ok()
    }

    /// A field that may be left out.
    fn optional<T, E: Into<Problem>>(
        &mut self,
        field: Field,
        cells: &Cells<'_>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match cells.text(field) {
            "" => None,
            text => self.note(field, read(text)),
        }
    }

    /// A field that is one of some words.
    fn word<T: Copy>(
        &mut self,
        field: Field,
        cells: &Cells<'_>,
        list: &[(T, &[&str])],
    ) -> Option<T> {
        let text = cells.text(field);
        if text.is_empty() {
            return self.note(field, Err(Problem::Empty));
        }
        self.note(field, meant(list, &search_key(text)).ok_or(Problem::Unknown))
    }
}

/// Reads a row.
///
/// # Errors
/// Every field that cannot be read, with what is wrong with it; at least one.
pub fn read(
    columns: &[Option<Field>],
    cells: &[String],
    reading: Reading,
) -> Result<Row, Vec<FieldError>> {
    let mut faults = Faults(Vec::new());
    for (column, cell) in columns.iter().zip(cells) {
        if let Some(field) = column
            && cell.len() > LONGEST_CELL
        {
            faults.0.push(FieldError::new(*field, Problem::TooLong));
        }
    }
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    let cells = Cells { columns, cells };
    let chip = ChipNumber::parse_in(cells.text(Field::Chip), reading.tests);
    let chip = faults.note(Field::Chip, chip);
    let date = faults.optional(Field::Date, &cells, |text| cells::past_date(text, reading.today));
    let owner = owner(&cells, &mut faults);
    let animal = animal(&cells, date.unwrap_or(reading.today), &mut faults);
    match (chip, owner, animal) {
        (Some(chip), Some(owner), Some(animal)) if faults.0.is_empty() => {
            Ok(Row { chip, owner, animal, date })
        }
        _ => Err(faults.0),
    }
}

fn owner(cells: &Cells<'_>, faults: &mut Faults) -> Option<OwnerDetails> {
    let document = faults.optional(Field::Run, cells, IdentityDocument::parse_run);
    let name = name(cells, faults);
    let phone = faults.optional(Field::Phone, cells, Phone::parse);
    let email = faults.optional(Field::Email, cells, Email::parse);
    let address = faults.optional(Field::Address, cells, ShortText::parse);
    let commune = faults.optional(Field::Commune, cells, cells::commune);
    // A unit's number says nothing without its commune, and what is wrong with that is told.
    let is_lost = commune.is_none() && !cells.text(Field::Commune).is_empty();
    let unit = match is_lost {
        true => None,
        false => {
            faults.optional(Field::NeighbourhoodUnit, cells, |text| cells::unit(text, commune))
        }
    };
    Some(OwnerDetails {
        phone,
        email,
        address,
        commune: commune.or(unit.map(|unit| unit.commune)),
        unit,
        is_adult: false,
        no_disqualification: false,
        ..OwnerDetails::adult(document.unwrap_or(IdentityDocument::None), name?)
    })
}

fn name(cells: &Cells<'_>, faults: &mut Faults) -> Option<PersonName> {
    let whole = cells.text(Field::PersonName);
    let (given, surnames) = (cells.text(Field::Given), cells.text(Field::Surnames));
    if !given.is_empty() {
        let read = match surnames {
            "" => PersonName::mononym(given),
            surnames => PersonName::parse(given, surnames),
        };
        return faults.note(Field::Given, read);
    }
    let read = match surnames {
        "" => cells::whole_name(whole),
        // A list with surnames apart calls the given names the name.
        surnames => PersonName::parse(whole, surnames),
    };
    faults.note(Field::PersonName, read)
}

fn animal(cells: &Cells<'_>, from: CivilDate, faults: &mut Faults) -> Option<AnimalDetails> {
    let name = faults.note(Field::PetName, PetName::parse(cells.text(Field::PetName)));
    let species: Option<Species> = faults.word(Field::Species, cells, SPECIES);
    let sex: Option<Sex> = faults.word(Field::Sex, cells, SEXES);
    let state = match cells.text(Field::ReproductiveState) {
        "" => Some(ReproductiveState::Intact),
        _ => faults.word(Field::ReproductiveState, cells, REPRODUCTIVE_STATES),
    };
    let coat = faults.optional(Field::Coat, cells, cells::coat);
    let birth = faults.optional(Field::BirthDate, cells, |text| cells::birth(text, from));
    let (name, species, sex, state) = (name?, species?, sex?, state?);
    if !state.suits(sex) {
        faults.0.push(FieldError::new(Field::ReproductiveState, Problem::Malformed));
    }
    let breed = faults.optional(Field::Breed, cells, |text| cells::breed(species, text));
    Some(AnimalDetails { breed, coat, birth, ..AnimalDetails::least(name, species, sex, state) })
}
