//! What is known of a neighbourhood unit: how many live there, who says so, and where it is.

use crate::name::ShortText;
use crate::territory::UnitKey;
use crate::territory::point::{Boundary, Point};

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
