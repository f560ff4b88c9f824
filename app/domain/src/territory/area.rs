//! What is told of a part of the territory: of a neighbourhood unit, or of a whole commune.

use crate::territory::units::{CommuneFigures, Unit};
use crate::territory::{Commune, TerritoryError, UnitKey};
use std::fmt;

/// What is known of an area, or told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A unit.
    Unit(Unit),
    /// A whole commune.
    Commune(CommuneFigures),
}

impl Told {
    /// Of which area.
    #[must_use]
    pub const fn area(&self) -> Area {
        match self {
            Self::Unit(unit) => Area::Unit(unit.key),
            Self::Commune(figures) => Area::Commune(figures.commune),
        }
    }

    /// This over what is known of the same: what is left out of a unit stays. Of a commune,
    /// what is told now is all that is told.
    pub(super) fn over(self, before: &Self) -> Self {
        match (self, before) {
            (Self::Unit(unit), Self::Unit(before)) => Self::Unit(unit.over(before)),
            (told, _) => told,
        }
    }
}

/// A part of the territory. Canonical text: `02101-54` of a unit, `02101` of a commune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// A unit.
    Unit(UnitKey),
    /// A whole commune.
    Commune(Commune),
}

impl Area {
    /// Reads the canonical text.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str) -> Result<Self, TerritoryError> {
        match text.contains('-') {
            true => UnitKey::parse(text).map(Self::Unit),
            false => Commune::parse(text).map(Self::Commune),
        }
    }

    /// The commune, or that of the unit.
    #[must_use]
    pub const fn commune(self) -> Commune {
        match self {
            Self::Unit(key) => key.commune,
            Self::Commune(commune) => commune,
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(key) => key.fmt(f),
            Self::Commune(commune) => f.write_str(&commune.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_read_as_it_is_written() {
        for text in ["02101-54", "02101"] {
            assert_eq!(Area::parse(text).unwrap().to_string(), text);
            assert_eq!(Area::parse(text).unwrap().commune(), Commune::ANTOFAGASTA);
        }
        for text in ["", "-", "nueva", "02101-", "02101-0", "2101", "99999"] {
            assert!(Area::parse(text).is_err(), "{text}");
        }
    }
}
