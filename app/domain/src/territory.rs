//! Communes and neighbourhood units: how they are named, what is known of them, and in which one an
//! outreach does most good next.

pub mod area;
pub mod file;
pub mod point;
pub mod ranking;
pub mod units;
pub mod waiting;

use std::fmt;

use crate::catalogue::coded;
use crate::catalogue::communes::NAMES;
use crate::field_error::{Problem, text_value};

/// A commune, by its code in the national list of territories (CUT): five digits: region (01–16),
/// province and commune. Any code of that form can be held, since owners live anywhere; names are
/// known for the region of the programmes. Canonical text is the five digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Commune(u16);

text_value!(Commune, Commune::parse, |commune| commune.code(), "02101");

impl Commune {
    /// Antofagasta.
    pub const ANTOFAGASTA: Self = Self(2101);

    /// Reads exactly five digits.
    pub fn parse(text: &str) -> Result<Self, TerritoryError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TerritoryError::Empty);
        }
        if text.len() != 5 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TerritoryError::Malformed);
        }
        let code: u16 = text.parse().map_err(|_| TerritoryError::Unknown)?;
        let (region, province, commune) = (code / 1000, code / 100 % 10, code % 100);
        if (1..=16).contains(&region) && (1..=8).contains(&province) && commune > 0 {
            Ok(Self(code))
        } else {
            Err(TerritoryError::Unknown)
        }
    }

    /// The communes whose names are known, in the order of their codes.
    pub fn named() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(code, _)| Self(*code))
    }

    /// The five digits.
    pub fn code(self) -> String {
        format!("{:05}", self.0)
    }

    /// The name; `None` outside the region of the programmes.
    pub fn name(self) -> Option<&'static str> {
        NAMES.iter().find(|(code, _)| *code == self.0).map(|(_, name)| *name)
    }
}

/// The name, or the code where no name is known.
impl fmt::Display for Commune {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{:05}", self.0),
        }
    }
}

/// A neighbourhood unit (unidad vecinal): its number is unique only within the commune. Canonical
/// text: `02101-54`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitKey {
    /// The commune.
    pub commune: Commune,
    /// The unit's number in the commune, from 1.
    pub number: u16,
}

text_value!(UnitKey, UnitKey::parse, |unit| unit.to_string(), "02101-54");

impl UnitKey {
    /// The largest number taken for real.
    pub const LARGEST: u16 = 999;

    /// A unit of a commune; numbers are 1 to 999.
    pub fn new(commune: Commune, number: u16) -> Result<Self, TerritoryError> {
        match number {
            1..=Self::LARGEST => Ok(Self { commune, number }),
            _ => Err(TerritoryError::Unknown),
        }
    }

    /// Reads the canonical text.
    pub fn parse(text: &str) -> Result<Self, TerritoryError> {
        let (commune, number) = text.split_once('-').ok_or(TerritoryError::Malformed)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TerritoryError::Malformed);
        }
        let number = number.parse().map_err(|_| TerritoryError::Malformed)?;
        Self::new(Commune::parse(commune)?, number)
    }
}

impl fmt::Display for UnitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.commune.code(), self.number)
    }
}

coded! {
    /// Why a text is not a commune or a neighbourhood unit.
    pub enum TerritoryError {
        /// Nothing was given.
        Empty = "empty",
        /// Not of the form of the code.
        Malformed = "malformed",
        /// No such region, province, commune or unit number.
        Unknown = "unknown",
    }
}

impl std::error::Error for TerritoryError {}

impl From<TerritoryError> for Problem {
    fn from(error: TerritoryError) -> Self {
        match error {
            TerritoryError::Empty => Self::Empty,
            TerritoryError::Malformed => Self::Malformed,
            TerritoryError::Unknown => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Commune, TerritoryError, UnitKey};

    #[test]
    fn a_commune_of_the_programmes_has_a_name() {
        assert_eq!(Commune::ANTOFAGASTA.code(), "02101");
        assert_eq!(Commune::ANTOFAGASTA.name(), Some("Antofagasta"));
    }

    #[test]
    fn every_named_commune_is_read_from_its_code() {
        for commune in Commune::named() {
            assert_eq!(Commune::parse(&commune.code()), Ok(commune));
        }
        assert_eq!(Commune::named().count(), 9);
    }

    #[test]
    fn any_code_of_the_country_can_be_held() {
        let santiago = Commune::parse("13101").unwrap();
        assert_eq!((santiago.name(), santiago.to_string().as_str()), (None, "13101"));
        for (text, why) in [
            ("", TerritoryError::Empty),
            ("2101", TerritoryError::Malformed),
            ("021011", TerritoryError::Malformed),
            ("0210a", TerritoryError::Malformed),
            ("17101", TerritoryError::Unknown),
            ("00101", TerritoryError::Unknown),
            ("02001", TerritoryError::Unknown),
            ("02100", TerritoryError::Unknown),
            ("99999", TerritoryError::Unknown),
        ] {
            assert_eq!(Commune::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_unit_is_known_by_commune_and_number() {
        let unit = UnitKey::new(Commune::ANTOFAGASTA, 54).unwrap();
        assert_eq!(unit.to_string(), "02101-54");
        assert_eq!(UnitKey::parse("02101-54"), Ok(unit));
        assert_ne!(UnitKey::parse("02104-54"), Ok(unit));
        for text in ["02101", "02101-", "02101-0", "02101-1000", "02101-+5", "2101-5"] {
            assert!(UnitKey::parse(text).is_err(), "{text}");
        }
    }
}
