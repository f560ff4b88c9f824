//! What is known of a neighbourhood unit: how many live there, who says so, and where it is; and of
//! a whole commune, which is often all that is known.

use crate::name::ShortText;
use crate::territory::point::{Boundary, Point};
use crate::territory::{Commune, UnitKey};

/// Who counted or estimated, and in which year. A figure without it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// A census, a municipality's survey, an estimate by households.
    pub name: ShortText<120>,
    /// The year of the figures.
    pub year: u16,
}

/// The earliest year of a figure that says anything of today.
pub const FIRST_YEAR: u16 = 1990;
/// More households or animals than any unit has.
pub const MOST_IN_UNIT: u32 = 1_000_000;
/// More households or animals than any commune has.
pub const MOST_IN_COMMUNE: u32 = 10_000_000;

/// A neighbourhood unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Which.
    pub key: UnitKey,
    /// What people call it.
    pub name: Option<ShortText<120>>,
    /// How many households.
    pub households: Option<u32>,
    /// How many dogs and cats, as estimated.
    pub dogs_and_cats: Option<u32>,
    /// Who says so; there is one when there is a figure.
    pub source: Option<Source>,
    /// Its middle.
    pub point: Option<Point>,
    /// Its boundary.
    pub boundary: Option<Boundary>,
}

impl Unit {
    /// This, and of what it leaves out what was known before: a file of boundaries takes no figure
    /// away. Figures and their source go together.
    #[must_use]
    pub fn over(self, before: &Self) -> Self {
        let has_figures = self.households.is_some() || self.dogs_and_cats.is_some();
        let figures = if has_figures { &self } else { before };
        let (households, dogs_and_cats) = (figures.households, figures.dogs_and_cats);
        let source = figures.source.clone();
        Self {
            key: self.key,
            households,
            dogs_and_cats,
            source,
            name: self.name.or_else(|| before.name.clone()),
            point: self.point.or(before.point),
            boundary: self.boundary.or_else(|| before.boundary.clone()),
        }
    }
}

/// How many live in a whole commune, whatever is known of its units. At least one of the two
/// figures is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommuneFigures {
    /// Which.
    pub commune: Commune,
    /// How many households.
    pub households: Option<u32>,
    /// How many dogs and cats, as estimated.
    pub dogs_and_cats: Option<u32>,
    /// Who says so.
    pub source: Source,
}

impl CommuneFigures {
    /// How many animals so many of the commune's households have, if each has as many as another:
    /// what a unit is taken to have of whose animals nothing was said. Rounded down; nothing where
    /// either figure of the commune is missing.
    #[must_use]
    pub fn animals_of(&self, households: u32) -> Option<u32> {
        let (animals, all) = (u64::from(self.dogs_and_cats?), u64::from(self.households?));
        let share = (u64::from(households) * animals).checked_div(all)?;
        Some(u32::try_from(share).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_has_its_households_share_of_the_communes_animals() {
        let source = Source { name: ShortText::parse("Censo").unwrap(), year: 2024 };
        let commune = Commune::ANTOFAGASTA;
        let of = |households, dogs_and_cats| {
            let source = source.clone();
            CommuneFigures { commune, households, dogs_and_cats, source }
        };
        assert_eq!(of(Some(1_000), Some(1_400)).animals_of(500), Some(700));
        assert_eq!(of(Some(3), Some(4)).animals_of(2), Some(2), "rounded down");
        assert_eq!(of(Some(1_000), Some(1_400)).animals_of(0), Some(0));
        assert_eq!(of(Some(0), Some(9)).animals_of(500), None);
        assert_eq!(of(None, Some(9)).animals_of(500), None);
        assert_eq!(of(Some(9), None).animals_of(500), None);
        let most = of(Some(1), Some(MOST_IN_COMMUNE)).animals_of(MOST_IN_UNIT);
        assert_eq!(most, Some(u32::MAX), "never around the corner");
    }
}
