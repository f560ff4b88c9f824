//! Names and short texts, and the key by which they are searched.
//!
//! What people type is kept as typed, save that it is composed (Unicode NFC), trimmed and its
//! white space made single. Both apostrophes stay as they are. Emoji are allowed in the names of
//! animals and in remarks, not in those of people.

mod search;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

pub use search::{matches, search_key};

use crate::catalogue::coded;
use crate::field_error::{Problem, text_value};
use text::{Kind, tidy};

/// A person's name: given names and surnames, each at most 80 characters. Surnames may be empty
/// only where [`PersonName::mononym`] made it; one surname is as good as two.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
#[serde(try_from = "PersonNameText")]
pub struct PersonName {
    given: String,
    surnames: String,
}

/// A name as it comes over the wire, before it is looked at.
#[derive(serde::Deserialize)]
struct PersonNameText {
    given: String,
    #[serde(default)]
    surnames: String,
}

impl TryFrom<PersonNameText> for PersonName {
    type Error = NameError;

    fn try_from(text: PersonNameText) -> Result<Self, NameError> {
        match text.surnames.trim().is_empty() {
            true => Self::mononym(&text.given),
            false => Self::parse(&text.given, &text.surnames),
        }
    }
}

impl PersonName {
    /// The most characters of each part.
    pub const LONGEST_PART: u16 = 80;

    /// Given names and at least one surname.
    pub fn parse(given: &str, surnames: &str) -> Result<Self, NameError> {
        let longest = usize::from(Self::LONGEST_PART);
        Ok(Self {
            given: tidy(given, longest, Kind::Person)?,
            surnames: tidy(surnames, longest, Kind::Person)?,
        })
    }

    /// A name without surname, as some foreign documents have it.
    pub fn mononym(name: &str) -> Result<Self, NameError> {
        let given = tidy(name, usize::from(Self::LONGEST_PART), Kind::Person)?;
        Ok(Self { given, surnames: String::new() })
    }

    /// Nobody's name (*nomen nescio*), for a record whose person was erased.
    pub fn nobody() -> Self {
        Self { given: "N. N.".to_owned(), surnames: String::new() }
    }

    /// Given names.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// Surnames; empty for a mononym.
    pub fn surnames(&self) -> &str {
        &self.surnames
    }

    /// Given names and surnames.
    pub fn full(&self) -> String {
        match self.surnames.is_empty() {
            true => self.given.clone(),
            false => format!("{} {}", self.given, self.surnames),
        }
    }

    /// First given name and the initials of the rest: `Ana L. S. R.`, for those who may not
    /// know the whole.
    pub fn masked(&self) -> String {
        let full = self.full();
        let mut words = full.split(' ');
        let mut masked = words.next().unwrap_or_default().to_owned();
        for initial in words.filter_map(|word| word.chars().find(|c| c.is_alphabetic())) {
            masked.push(' ');
            masked.push(initial);
            masked.push('.');
        }
        masked
    }

    /// The key by which the name is searched and sorted.
    pub fn search_key(&self) -> String {
        search_key(&self.full())
    }
}

/// Given names and surnames.
impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full())
    }
}

/// An animal's name, 1 to 40 characters; emoji are allowed beside at least one letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PetName(String);

text_value!(PetName, PetName::parse, |name| name.to_string(), "Firulais");

impl PetName {
    /// The most characters.
    pub const LONGEST: u16 = 40;

    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        tidy(text, usize::from(Self::LONGEST), Kind::Animal).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which the name is searched.
    pub fn search_key(&self) -> String {
        search_key(&self.0)
    }
}

impl fmt::Display for PetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of 1 to `N` characters: addresses, names of places, products, batches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShortText<const N: usize>(String);

impl<const N: usize> ShortText<N> {
    /// The most characters.
    pub const LONGEST: usize = N;

    /// Reads one line.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        tidy(text, N, Kind::Line).map(Self)
    }

    /// Reads one line that may be missing: blank is `None`.
    pub fn parse_optional(text: &str) -> Result<Option<Self>, NameError> {
        match Self::parse(text) {
            Err(NameError::Empty) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const N: usize> fmt::Display for ShortText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_value!(
    [const N: usize] ShortText<N>,
    ShortText::<N>::parse,
    |text| text.to_string(),
    "Sicilia 1516"
);

/// Free remarks of up to 1,000 characters on several lines; may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Remarks(String);

text_value!(Remarks, Remarks::parse, |remarks| remarks.to_string(), "");

impl Remarks {
    /// The most characters.
    pub const LONGEST: u16 = 1_000;

    /// Reads remarks; line breaks are kept, at most one blank line in a row.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        match tidy(text, usize::from(Self::LONGEST), Kind::Remarks) {
            Err(NameError::Empty) => Ok(Self::default()),
            outcome => outcome.map(Self),
        }
    }

    /// Whether nothing was remarked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, with `\n` between lines.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Remarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

coded! {
    /// Why a text is not the name or line asked for.
    pub enum NameError {
        /// Nothing but white space.
        Empty = "empty",
        /// Too many characters.
        TooLong = "too_long",
        /// Control or direction-changing characters, or what a person's name does not have:
        /// digits, emoji, signs.
        ForbiddenCharacter = "forbidden_character",
        /// No letter (or, for animals, no letter or digit).
        NoLetter = "no_letter",
    }
}

impl std::error::Error for NameError {}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Empty => Self::Empty,
            NameError::TooLong => Self::TooLong,
            NameError::ForbiddenCharacter => Self::ForbiddenCharacter,
            NameError::NoLetter => Self::NoLetter,
        }
    }
}
