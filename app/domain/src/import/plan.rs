//! Which column of a list means what.

use crate::catalogue::coded;
use crate::field_error::{Field, FieldError, Problem};
use crate::import::headings::HEADINGS;
use crate::name::search_key;

/// What a column can mean, in the order in which it is offered.
pub const COLUMNS: [Field; 18] = [
    Field::Chip,
    Field::Run,
    Field::PersonName,
    Field::Given,
    Field::Surnames,
    Field::Phone,
    Field::Email,
    Field::Address,
    Field::Commune,
    Field::NeighbourhoodUnit,
    Field::PetName,
    Field::Species,
    Field::Sex,
    Field::ReproductiveState,
    Field::Breed,
    Field::Coat,
    Field::BirthDate,
    Field::Date,
];

coded! {
    /// As what a file was read.
    pub enum Source {
        /// A list with separators, in UTF-8.
        CsvUtf8 = "csv_utf8",
        /// A list with separators, in UTF-16.
        CsvUtf16 = "csv_utf16",
        /// A list with separators that is no UTF-8, taken for Windows-1252.
        CsvWindows = "csv_windows",
        /// A workbook.
        Workbook = "workbook",
    }
}

/// A list's headings and what each column means.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// The headings as they were written.
    pub headings: Vec<String>,
    /// What each column means; nothing for those that are left out.
    pub columns: Vec<Option<Field>>,
    /// As what the file was read.
    pub source: Source,
    /// The sign between cells, of a list with separators.
    pub separator: Option<char>,
}

impl Plan {
    /// A plan that proposes what the headings say.
    #[must_use]
    pub fn proposed(headings: Vec<String>, source: Source, separator: Option<char>) -> Self {
        let columns = columns_for(&headings);
        Self { headings, columns, source, separator }
    }
}

/// What the headings say that the columns mean; the first of two that say the same has it.
#[must_use]
pub fn columns_for(headings: &[String]) -> Vec<Option<Field>> {
    let mut columns: Vec<Option<Field>> = Vec::with_capacity(headings.len());
    for heading in headings {
        // Nobody calls a column by a paragraph.
        let short: String = heading.chars().take(80).collect();
        let key = search_key(&short);
        let meant = HEADINGS.iter().find(|(_, words)| words.contains(&key.as_str()));
        let meant = meant.map(|(field, _)| *field).or_else(|| named(&key));
        let is_new = |field: &Field| !columns.contains(&Some(*field));
        let meant = meant.filter(is_new);
        columns.push(meant);
    }
    columns
}

/// A field by its code, as our own lists in English might name it.
fn named(key: &str) -> Option<Field> {
    let field = Field::from_code(&key.replace(' ', "_"))?;
    COLUMNS.contains(&field).then_some(field)
}

/// What is wrong with a choice of columns: what every row needs and none says, and what two say.
#[must_use]
pub fn lacking(columns: &[Option<Field>]) -> Vec<FieldError> {
    let count = |field: Field| columns.iter().filter(|known| **known == Some(field)).count();
    let mut faults = Vec::new();
    for field in [Field::Chip, Field::PetName, Field::Species, Field::Sex] {
        if count(field) == 0 {
            faults.push(FieldError::new(field, Problem::Empty));
        }
    }
    if count(Field::PersonName) + count(Field::Given) == 0 {
        faults.push(FieldError::new(Field::PersonName, Problem::Empty));
    }
    let twice = COLUMNS.into_iter().filter(|field| count(*field) > 1);
    faults.extend(twice.map(|field| FieldError::new(field, Problem::Repeated)));
    faults
}
