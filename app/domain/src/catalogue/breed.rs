//! Breeds of dogs and cats, and what the law adds for the potentially dangerous ones.
//!
//! The nine breeds are those of Decreto 1007 (Reglamento of Ley 21.020); their first-generation
//! crosses count as they do. A health authority (SEREMI) or a judge may also qualify a single
//! animal, which is a datum of that animal and not of its breed.

mod list;

use std::fmt;

use crate::catalogue::Species;
use crate::field_error::{Problem, text_value};
use crate::name::{NameError, ShortText, search_key};
use crate::timestamp::CivilDate;

/// A breed of the list.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BreedEntry {
    /// The stable code.
    pub code: &'static str,
    /// The name people use in Chile.
    pub name: &'static str,
    /// The species.
    pub species: Species,
    /// Whether the Reglamento counts it as potentially dangerous.
    pub dangerous: bool,
}

/// A breed of the list, or what somebody said it is. Canonical text: the code of the list, or
/// `other:` and the words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Breed {
    /// One of the list.
    Listed(&'static BreedEntry),
    /// Another, in free words.
    Other(ShortText<40>),
}

text_value!(Breed, Breed::parse, |breed| breed.to_string(), "mestizo");

impl Breed {
    /// Every breed of the list, the usual ones first, then by name.
    pub fn all() -> &'static [BreedEntry] {
        list::BREEDS
    }

    /// The breeds of one species, in the same order.
    pub fn of(species: Species) -> impl Iterator<Item = &'static BreedEntry> {
        list::BREEDS.iter().filter(move |entry| entry.species == species)
    }

    /// The breed of a code of the list.
    pub fn from_code(code: &str) -> Option<Self> {
        list::BREEDS.iter().find(|entry| entry.code == code).map(Self::Listed)
    }

    /// Reads the canonical text.
    pub fn parse(text: &str) -> Result<Self, BreedError> {
        match text.strip_prefix("other:") {
            Some(words) => Ok(Self::Other(ShortText::parse(words)?)),
            None => Self::from_code(text).ok_or(BreedError::Unknown),
        }
    }

    /// Finds the breed of the list that these words name, forgiving case and accents; keeps the
    /// words otherwise.
    pub fn from_words(species: Species, words: &str) -> Result<Self, BreedError> {
        let key = search_key(words);
        let listed = Self::of(species).find(|entry| search_key(entry.name) == key);
        match listed {
            Some(entry) => Ok(Self::Listed(entry)),
            None => Ok(Self::Other(ShortText::parse(words)?)),
        }
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        match self {
            Self::Listed(entry) => entry.name,
            Self::Other(words) => words.as_str(),
        }
    }

    /// Whether the Reglamento counts this breed as potentially dangerous. Free words never do:
    /// whoever types them chose not to use the list, and the form offers it.
    pub const fn is_dangerous(&self) -> bool {
        matches!(self, Self::Listed(BreedEntry { dangerous: true, .. }))
    }

    /// Whether the breed is one of this species; free words suit both.
    pub fn suits(&self, species: Species) -> bool {
        match self {
            Self::Listed(entry) => entry.species == species,
            Self::Other(_) => true,
        }
    }
}

/// Days from obtaining an animal to its registration in the national registry: 90 (Reglamento of
/// Ley 21.020, for animals of two months and more).
pub const REGISTRATION_DAYS: u16 = 90;
/// The same for a potentially dangerous dog: 15 days, Sundays and holidays included (Reglamento
/// of Ley 21.020).
pub const DANGEROUS_REGISTRATION_DAYS: u16 = 15;
/// Age in months from which an animal has to be registered (Reglamento of Ley 21.020).
pub const REGISTRATION_FROM_MONTHS: u16 = 2;

/// The last day to register an animal that was obtained on a day.
#[must_use]
pub fn due(obtained: CivilDate) -> CivilDate {
    CivilDate::from_days(obtained.days() + i64::from(REGISTRATION_DAYS))
}

/// The same for a potentially dangerous dog.
#[must_use]
pub fn dangerous_due(obtained: CivilDate) -> CivilDate {
    CivilDate::from_days(obtained.days() + i64::from(DANGEROUS_REGISTRATION_DAYS))
}

impl fmt::Display for Breed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(entry) => f.write_str(entry.code),
            Self::Other(words) => write!(f, "other:{words}"),
        }
    }
}

/// Why a text is not a breed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BreedError {
    /// A code that is not in the list.
    #[error("unknown")]
    Unknown,
    /// Free words that cannot be kept.
    #[error("{0}")]
    Words(#[from] NameError),
}

impl From<BreedError> for Problem {
    fn from(error: BreedError) -> Self {
        match error {
            BreedError::Unknown => Self::Unknown,
            BreedError::Words(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breed, BreedError};
    use crate::catalogue::Species;
    use crate::name::search_key;

    #[test]
    fn codes_are_unique_and_lead_back() {
        for entry in Breed::all() {
            let breed = Breed::parse(entry.code).unwrap();
            assert_eq!((breed.name(), breed.to_string().as_str()), (entry.name, entry.code));
            assert!(entry.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{entry:?}");
        }
        let mut codes: Vec<_> = Breed::all().iter().map(|entry| entry.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Breed::all().len());
    }

    #[test]
    fn names_are_unique_within_a_species() {
        for species in Species::ALL {
            let mut names: Vec<_> = Breed::of(*species).map(|b| search_key(b.name)).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }

    #[test]
    fn nine_breeds_and_their_crosses_are_dangerous() {
        let dangerous: Vec<_> = Breed::all().iter().filter(|entry| entry.dangerous).collect();
        let crosses = dangerous.iter().filter(|entry| entry.code.starts_with("cross_")).count();
        assert_eq!((dangerous.len() - crosses, crosses), (9, 9));
        assert!(dangerous.iter().all(|entry| entry.species == Species::Dog));
    }

    #[test]
    fn words_find_the_list_or_are_kept() {
        let found = Breed::from_words(Species::Dog, " dálmata ").unwrap();
        assert_eq!(found.to_string(), "dalmata");
        assert!(!found.suits(Species::Cat));
        let other = Breed::from_words(Species::Cat, "Toyger").unwrap();
        assert_eq!(other.to_string(), "other:Toyger");
        assert_eq!(Breed::parse("other:Toyger"), Ok(other.clone()));
        assert!(other.suits(Species::Cat) && !other.is_dangerous());
        assert_eq!(Breed::parse("toyger"), Err(BreedError::Unknown));
        assert!(Breed::parse("other:").is_err());
    }

    #[test]
    fn a_breed_travels_as_its_text() {
        let json = serde_json::to_string(&Breed::parse("mestizo").unwrap()).unwrap();
        assert_eq!(json, r#""mestizo""#);
        assert!(serde_json::from_str::<Breed>(r#""nothing""#).is_err());
    }
}
