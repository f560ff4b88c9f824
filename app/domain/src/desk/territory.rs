//! Organisations, neighbourhood units and where next, as the coordination sees them. Their pages
//! are whole when they are served, so that nothing of this is a wire type.

use crate::catalogue::OrganisationKind;
use crate::field_error::Problem;
use crate::id::{OrganisationId, OutreachId};
use crate::outreach::OutreachStatus;
use crate::territory::area::Area;
use crate::territory::file::Judged;
use crate::territory::point::{Boundary, Point};
use crate::territory::ranking::{Scored, Weights};
use crate::territory::units::{CommuneFigures, Source, Unit};
use crate::territory::{Commune, UnitKey};
use crate::timestamp::CivilDate;

/// The organisations, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationList {
    /// Each with its contact.
    pub rows: Vec<OrganisationLine>,
    /// Whether who asks may change them.
    pub may_plan: bool,
}

/// An organisation with its contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationLine {
    /// Which.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// Its commune.
    pub commune: Commune,
    /// Its neighbourhood unit.
    pub unit: Option<UnitKey>,
    /// Street and number.
    pub address: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// The contact's telephone.
    pub phone: Option<String>,
    /// The contact's address for mail.
    pub email: Option<String>,
}

/// An organisation as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationForm {
    /// Its name.
    pub name: String,
    /// Code of its kind.
    pub kind: String,
    /// Code of its commune.
    pub commune: String,
    /// Number of its neighbourhood unit.
    pub unit: String,
    /// Street and number.
    pub address: String,
    /// Whom to ask for.
    pub contact_name: String,
    /// The contact's telephone.
    pub phone: String,
    /// The contact's address for mail.
    pub email: String,
}

/// The neighbourhood units, by commune and number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitList {
    /// Without their boundaries.
    pub rows: Vec<Unit>,
    /// What is known of whole communes, by their codes.
    pub communes: Vec<CommuneFigures>,
    /// Whether who asks may take in a file of them.
    pub may_plan: bool,
}

/// A file of units as sent, and what holds for the rows that do not say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitFile {
    /// Its text.
    pub text: String,
    /// Code of the commune.
    pub commune: String,
    /// Who counted or estimated.
    pub source: String,
    /// In which year.
    pub year: String,
}

/// What is known of a unit or of a whole commune, to be changed by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaSheet {
    /// Which.
    pub area: Area,
    /// As it is.
    pub form: AreaForm,
    /// Whether it has a boundary.
    pub has_boundary: bool,
    /// How many outreaches reach it: with one it cannot be taken out.
    pub outreaches: u32,
}

/// The same as typed. What is left empty is not known any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaForm {
    /// What people call it; of a unit alone.
    pub name: String,
    /// How many households.
    pub households: String,
    /// How many dogs and cats, as estimated.
    pub dogs_and_cats: String,
    /// Who counted or estimated.
    pub source: String,
    /// In which year.
    pub year: String,
    /// Degrees north of its middle; of a unit alone.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// The boundary goes.
    pub drops_boundary: bool,
    /// Of when what was shown is, so that nobody writes over what they have not seen.
    pub seen: String,
}

/// What became of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AreaDeed {
    /// It is as the form says.
    Kept,
    /// It is taken out.
    TakenOut,
    /// Something in it cannot be taken.
    Wrong(Vec<Wrong>),
    /// It stays, for so many outreaches reach it.
    Reached(u32),
}

/// A field of a form, by its name, and what is wrong with it.
pub type Wrong = (&'static str, Problem);

/// Why a file is none of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// Nothing was sent.
    Empty,
    /// Neither a table nor a `GeoJSON`.
    Unreadable,
    /// No column says which unit.
    NoUnitColumn,
    /// More rows than are taken at once.
    TooManyRows,
}

/// What a file comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileVerdict {
    /// Every row with its verdict.
    Judged(Vec<Judged>),
    /// It is no file of units.
    Unfit(FileFault),
    /// Something that was typed beside it cannot be taken.
    Wrong(Vec<Wrong>),
}

/// Where next: every unit with its points, the one with most first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereNext {
    /// The units.
    pub rows: Vec<NextRow>,
    /// How much each part counts.
    pub weights: Weights,
    /// Where the office is, from which distances are measured.
    pub office: Option<Point>,
    /// Whether who asks may change the weights and plan an outreach.
    pub may_plan: bool,
}

/// A unit with its points and what they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextRow {
    /// Facts and points.
    pub scored: Scored,
    /// What people call it.
    pub name: Option<String>,
    /// How many animals are estimated to live there.
    pub estimated: Option<u32>,
    /// Who says so.
    pub source: Option<Source>,
    /// The estimate is made from the unit's households and the figures of its commune, whose
    /// source is told.
    pub is_of_commune: bool,
    /// How many of them were served.
    pub served: u32,
    /// When the last outreach was.
    pub last_on: Option<CivilDate>,
    /// What is planned there already.
    pub planned: Option<(OutreachId, OutreachStatus, CivilDate)>,
    /// Its middle.
    pub point: Option<Point>,
    /// Its boundary, where the map asks.
    pub boundary: Option<Boundary>,
}

/// Weights and the office as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeightsForm {
    /// The weights in the order of [`Part::ALL`](crate::territory::ranking::Part::ALL).
    pub weights: [String; 5],
    /// Degrees north of the office; empty with the other for none.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
}

/// Whether weights were kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weighed {
    /// They count from now on.
    Kept,
    /// Something in them cannot be taken.
    Wrong(Vec<Wrong>),
}
