//! A file of neighbourhood units, row by row: each is judged before anything is stored. A row that
//! names its commune and no unit tells of the whole commune.

use crate::catalogue::unit_columns::UnitColumn;
use crate::field_error::Problem;
use crate::name::{NameError, ShortText, search_key};
use crate::territory::area::{Area, Told};
use crate::territory::point::{Boundary, Point};
use crate::territory::units::{
    CommuneFigures, FIRST_YEAR, MOST_IN_COMMUNE, MOST_IN_UNIT, Source, Unit,
};
use crate::territory::{Commune, UnitKey};
use crate::timestamp::CivilDate;
use std::collections::{BTreeMap, BTreeSet};

/// Most rows of one file: a region has some hundreds of units.
pub const MOST_ROWS: usize = 2_000;

/// Where a row says that the unit lies, beside its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// It does not.
    #[default]
    None,
    /// At a point.
    Point(Point),
    /// Within a boundary with its middle.
    Area(Boundary, Point),
    /// There is a shape, and it is none that is taken.
    Unreadable,
}

/// A row as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Which row, from 1; a CSV's headings are its first.
    pub place: u32,
    /// What each column says.
    pub texts: BTreeMap<UnitColumn, String>,
    /// Its shape, in a `GeoJSON`.
    pub shape: Shape,
}

impl Cells {
    /// Whether it tells of a whole commune: it names one, and no unit. With another name, or with
    /// a place on the map, it is a unit whose number was left out.
    fn is_of_commune(&self) -> bool {
        let commune = self.text(UnitColumn::Commune);
        let has = |column| !self.text(column).is_empty();
        let name = search_key(self.text(UnitColumn::Name));
        let own = commune_of(commune).and_then(Commune::name).map(search_key);
        let is_somewhere =
            has(UnitColumn::Latitude) || has(UnitColumn::Longitude) || self.shape != Shape::None;
        !commune.is_empty()
            && !has(UnitColumn::Unit)
            && !is_somewhere
            && (name.is_empty() || own.is_some_and(|own| own == name))
    }

    /// Of what it tells, as it stands there.
    fn as_written(&self) -> String {
        let names = [UnitColumn::Unit, UnitColumn::Commune].map(|column| self.text(column));
        names.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
    }

    fn text(&self, column: UnitColumn) -> &str {
        self.texts.get(&column).map_or("", |text| text.trim())
    }
}

/// What holds for the rows that do not say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// The commune.
    pub commune: Option<Commune>,
    /// Who counted or estimated.
    pub source: Option<ShortText<120>>,
    /// In which year.
    pub year: Option<u16>,
    /// The local day: no figure is of a later year.
    pub today: CivilDate,
}

/// A cell that cannot be taken, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which column.
    pub column: UnitColumn,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something of which nothing is known yet.
    New(Told),
    /// It says something else than what is known.
    Changed(Told),
    /// It says what is known.
    Same,
    /// An earlier row is of the same.
    Repeated,
    /// Something in it cannot be taken.
    Wrong(Vec<Fault>),
}

/// A row with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Which row.
    pub place: u32,
    /// Of what it tells: canonical, or as it was written when it is none.
    pub unit: String,
    /// What becomes of it.
    pub verdict: Verdict,
}

impl Judged {
    /// What is stored when the file is taken in.
    #[must_use]
    pub const fn stored(&self) -> Option<&Told> {
        match &self.verdict {
            Verdict::New(told) | Verdict::Changed(told) => Some(told),
            Verdict::Same | Verdict::Repeated | Verdict::Wrong(_) => None,
        }
    }
}

/// Judges every row against what is known. A wrong row spoils no other one.
#[must_use]
pub fn judge(rows: &[Cells], defaults: &Defaults, known: &BTreeMap<Area, Told>) -> Vec<Judged> {
    let mut seen = BTreeSet::new();
    let mut judged = Vec::with_capacity(rows.len());
    for cells in rows {
        let (unit, verdict) = match read(cells, defaults) {
            Err(faults) => (cells.as_written(), Verdict::Wrong(faults)),
            Ok(told) if !seen.insert(told.area()) => (told.area().to_string(), Verdict::Repeated),
            Ok(told) => (told.area().to_string(), against(told, known)),
        };
        judged.push(Judged { place: cells.place, unit, verdict });
    }
    judged
}

fn against(told: Told, known: &BTreeMap<Area, Told>) -> Verdict {
    let Some(before) = known.get(&told.area()) else { return Verdict::New(told) };
    let after = told.over(before);
    if after == *before { Verdict::Same } else { Verdict::Changed(after) }
}

/// What a row tells.
///
/// # Errors
/// Every cell that cannot be taken.
pub fn read(cells: &Cells, defaults: &Defaults) -> Result<Told, Vec<Fault>> {
    let reading = Reading { cells, faults: Vec::new() };
    match cells.is_of_commune() {
        true => reading.commune(defaults).map(Told::Commune),
        false => reading.unit(defaults).map(Told::Unit),
    }
}

struct Reading<'c> {
    cells: &'c Cells,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn unit(mut self, defaults: &Defaults) -> Result<Unit, Vec<Fault>> {
        let key = self.key(defaults.commune);
        let name = self.optional(UnitColumn::Name);
        let (households, dogs_and_cats) = self.figures(MOST_IN_UNIT);
        let has_figures = households.is_some() || dogs_and_cats.is_some();
        let source = if has_figures { self.source(defaults) } else { None };
        let (point, boundary) = self.place();
        match (key, self.faults) {
            (Some(key), faults) if faults.is_empty() => {
                Ok(Unit { key, name, households, dogs_and_cats, source, point, boundary })
            }
            (_, faults) => Err(faults),
        }
    }

    /// Its name says nothing new, whatever it is.
    fn commune(mut self, defaults: &Defaults) -> Result<CommuneFigures, Vec<Fault>> {
        let commune = commune_of(self.cells.text(UnitColumn::Commune));
        let commune = commune.or_else(|| self.fault(UnitColumn::Commune, Problem::Unknown));
        let (households, dogs_and_cats) = self.figures(MOST_IN_COMMUNE);
        if households.is_none() && dogs_and_cats.is_none() && self.faults.is_empty() {
            // Of neither a unit nor of how many live in the commune: most likely the number of
            // the unit was left out, or the figure.
            self.fault::<()>(UnitColumn::Households, Problem::Empty);
        }
        let source = self.source(defaults);
        match (commune, source, self.faults) {
            (Some(commune), Some(source), faults) if faults.is_empty() => {
                Ok(CommuneFigures { commune, households, dogs_and_cats, source })
            }
            (.., faults) => Err(faults),
        }
    }

    fn fault<T>(&mut self, column: UnitColumn, problem: impl Into<Problem>) -> Option<T> {
        self.faults.push(Fault { column, problem: problem.into() });
        None
    }

    /// Commune and number; the number's cell may hold both, as `02101-54`.
    fn key(&mut self, usual: Option<Commune>) -> Option<UnitKey> {
        let (commune, unit) =
            (self.cells.text(UnitColumn::Commune), self.cells.text(UnitColumn::Unit));
        if let Ok(key) = UnitKey::parse(unit) {
            return Some(key);
        }
        let commune = match commune {
            "" => usual,
            text => commune_of(text),
        };
        let number = number_of(unit);
        match (commune, number) {
            (Some(commune), Some(number)) => match UnitKey::new(commune, number) {
                Ok(key) => Some(key),
                Err(error) => self.fault(UnitColumn::Unit, error),
            },
            (commune, number) => {
                if commune.is_none() {
                    let is_empty = self.cells.text(UnitColumn::Commune).is_empty();
                    let problem = if is_empty { Problem::Empty } else { Problem::Unknown };
                    self.fault::<()>(UnitColumn::Commune, problem);
                }
                if number.is_none() {
                    let problem = if unit.is_empty() { Problem::Empty } else { Problem::Malformed };
                    self.fault::<()>(UnitColumn::Unit, problem);
                }
                None
            }
        }
    }

    fn optional(&mut self, column: UnitColumn) -> Option<ShortText<120>> {
        match ShortText::parse(self.cells.text(column)) {
            Ok(text) => Some(text),
            Err(NameError::Empty) => None,
            Err(error) => self.fault(column, error),
        }
    }

    /// How many households, and how many dogs and cats.
    fn figures(&mut self, most: u32) -> (Option<u32>, Option<u32>) {
        let households = self.figure(UnitColumn::Households, most);
        (households, self.figure(UnitColumn::DogsAndCats, most))
    }

    fn figure(&mut self, column: UnitColumn, most: u32) -> Option<u32> {
        let text = self.cells.text(column);
        if text.is_empty() {
            return None;
        }
        match whole(text) {
            None => self.fault(column, Problem::NotANumber),
            Some(figure) if figure > most => self.fault(column, Problem::TooLarge),
            figure => figure,
        }
    }

    fn source(&mut self, defaults: &Defaults) -> Option<Source> {
        let is_own = !self.cells.text(UnitColumn::Source).is_empty();
        let name = if is_own {
            self.optional(UnitColumn::Source)
        } else {
            let usual = defaults.source.clone();
            usual.or_else(|| self.fault(UnitColumn::Source, Problem::Empty))
        };
        let year = match self.cells.text(UnitColumn::Year) {
            "" => defaults.year.or_else(|| self.fault(UnitColumn::Year, Problem::Empty)),
            text => match year(text, defaults.today) {
                Ok(year) => Some(year),
                Err(problem) => self.fault(UnitColumn::Year, problem),
            },
        };
        Some(Source { name: name?, year: year? })
    }

    fn place(&mut self) -> (Option<Point>, Option<Boundary>) {
        let north = self.cells.text(UnitColumn::Latitude);
        let east = self.cells.text(UnitColumn::Longitude);
        let written = match (north, east) {
            ("", "") => None,
            (north, east) => match Point::parse(north, east) {
                Some(point) => Some(point),
                None => self.fault(UnitColumn::Latitude, Problem::Malformed),
            },
        };
        match &self.cells.shape {
            Shape::None => (written, None),
            Shape::Point(point) => (written.or(Some(*point)), None),
            Shape::Area(boundary, centre) => (written.or(Some(*centre)), Some(boundary.clone())),
            Shape::Unreadable => {
                self.fault::<()>(UnitColumn::Latitude, Problem::Malformed);
                (None, None)
            }
        }
    }
}

/// A year of figures: not before [`FIRST_YEAR`], and none that has not come.
///
/// # Errors
/// What is wrong with it.
pub fn year(text: &str, today: CivilDate) -> Result<u16, Problem> {
    let year = text.trim().parse::<u16>().map_err(|_| Problem::NotANumber)?;
    let is_to_come = i32::from(year) > i32::from(today.year());
    match year {
        _ if is_to_come => Err(Problem::InFuture),
        year if year < FIRST_YEAR => Err(Problem::TooLongAgo),
        year => Ok(year),
    }
}

/// A commune by its code, which spreadsheets rob of its first zero, or by its name.
fn commune_of(text: &str) -> Option<Commune> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        return Commune::parse(&format!("{text:0>5}")).ok();
    }
    let key = search_key(text);
    Commune::named().find(|commune| commune.name().is_some_and(|name| search_key(name) == key))
}

/// The number of a unit, which may have words before it: `UV 54`, `Unidad Vecinal N° 54`.
fn number_of(text: &str) -> Option<u16> {
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit());
    let number = numbers.find(|part| !part.is_empty())?;
    let is_only_one = numbers.all(str::is_empty);
    if is_only_one { number.parse().ok() } else { None }
}

/// A whole number, in groups of three or without.
fn whole(text: &str) -> Option<u32> {
    let is_gap = |letter: char| matches!(letter, '.' | ' ' | '\u{a0}' | '\u{202f}');
    let mut groups = text.split(is_gap);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let are_groups = first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
    let digits = format!("{first}{}", rest.concat());
    let is_number = !first.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits.len() <= 9 && is_number && (rest.is_empty() || are_groups);
    if fits { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
