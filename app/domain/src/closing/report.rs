//! The closing page, and what the papers of an outreach say: the day sheet before it, the
//! attendance act after it.

use crate::booking::{Offering, Places};
use crate::catalogue::SanitaryPhase;
use crate::closing::{Attendance, Counts, Verdict};
use crate::desk::planned::{Duty, HomeVisit};
use crate::desk::stock::OddChip;
use crate::id::OutreachId;
use crate::outreach::life::LifeStep;
use crate::outreach::{OutreachKind, OutreachStatus};
use crate::role::Role;
use crate::service::ServiceKind;
use crate::stock::{Balance, DoseBalance};
use crate::territory::Commune;
use crate::timestamp::{CivilDate, WallTime};

/// What every paper of an outreach begins with. Hours are minutes of the local day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Which outreach.
    pub outreach: OutreachId,
    /// How people call it.
    pub name: String,
    /// What it is for.
    pub kind: OutreachKind,
    /// The names of the programmes that pay for it, its own first.
    pub programme: String,
    /// Who answers for it.
    pub issuer: String,
    /// Who lends the hall.
    pub host: Option<String>,
    /// The day it is assigned to.
    pub held_on: CivilDate,
    /// Start and end.
    pub hours: (u16, u16),
    /// The hall, square or street.
    pub place: String,
    /// Commune of the place.
    pub commune: Commune,
    /// Neighbourhood unit of the place.
    pub unit: Option<String>,
    /// The day on which the paper was made, of which the figures are.
    pub issued_on: CivilDate,
    /// The minute of that day.
    pub issued_at: u16,
    /// The data are made up.
    pub demonstration: bool,
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// The full name.
    pub name: String,
    /// What the account is.
    pub role: Role,
    /// Number in a professional register.
    pub registration: Option<String>,
    /// What they do there.
    pub duty: Option<Duty>,
    /// From when to when, where it is not the whole time.
    pub hours: (Option<u16>, Option<u16>),
}

/// Animals that were turned away for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    /// For what they came.
    pub offering: Offering,
    /// Why; nothing when nobody said.
    pub reason: Option<String>,
    /// How many.
    pub animals: u32,
}

/// How an outreach was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The local day and the minute of it.
    pub at: (CivilDate, u16),
    /// By whom.
    pub by: Option<String>,
    /// How many points were open then.
    pub open: u32,
    /// What was said of it.
    pub reason: Option<String>,
    /// How many records came since, or corrected or annulled what was done: the figures are with
    /// them.
    pub later: u32,
}

/// The attendance act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceAct {
    /// What it is about.
    pub heading: Heading,
    /// What became of the places.
    pub offerings: Vec<(Offering, Attendance)>,
    /// Who was turned away, and why.
    pub turned_away: Vec<TurnedAway>,
    /// What was done.
    pub counts: Counts,
    /// Who pays for each kind of service, where several programmes do; else nothing.
    pub payers: Vec<(ServiceKind, String)>,
    /// Surgeries that were begun or planned and not performed.
    pub surgeries_not_performed: u32,
    /// Teaching sessions, and how many listened.
    pub talks: (u32, u32),
    /// What became of the chips.
    pub chips: Balance,
    /// The numbers that do not fit.
    pub odd_chips: Vec<OddChip>,
    /// What became of the doses, batch by batch.
    pub doses: Vec<DoseBalance>,
    /// Who worked there.
    pub team: Vec<Hand>,
    /// How it was closed; before that the act is a draft.
    pub ending: Option<Ending>,
}

/// An offering on the day sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferingPlan {
    /// What.
    pub offering: Offering,
    /// Its places.
    pub places: Places,
    /// Minutes for one animal.
    pub minutes: u32,
    /// Tables that work at once.
    pub stations: u32,
}

/// A time at which people are asked to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLine {
    /// What the clocks show then.
    pub at: WallTime,
    /// For what.
    pub offering: Offering,
    /// Animals that can come.
    pub capacity: u32,
    /// Of these, booked.
    pub booked: u32,
}

/// A lot of a product that the team takes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotLine {
    /// The product's name.
    pub product: String,
    /// The lot, as printed.
    pub lot: String,
    /// Last day of use.
    pub expires_on: CivilDate,
    /// Doses that there should be.
    pub doses: u32,
}

/// The day sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySheet {
    /// What it is about.
    pub heading: Heading,
    /// The sanitary phase, and the day on which it was looked up.
    pub phase: Option<(SanitaryPhase, Option<CivilDate>)>,
    /// Most people at once.
    pub max_people: Option<u32>,
    /// Who works there.
    pub team: Vec<Hand>,
    /// What is offered.
    pub offerings: Vec<OfferingPlan>,
    /// When people are asked to come.
    pub times: Vec<TimeLine>,
    /// The homes that are visited, each with what the clocks show then; for whom that is to know.
    pub homes: Vec<(Option<WallTime>, HomeVisit)>,
    /// Chips that the team takes along.
    pub chips: u32,
    /// Doses that it takes along.
    pub lots: Vec<LotLine>,
    /// What people are to bring.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
}

/// The closing page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingSheet {
    /// Which outreach.
    pub outreach: OutreachId,
    /// How people call it.
    pub name: String,
    /// Its day.
    pub held_on: CivilDate,
    /// Where it is in its life.
    pub status: OutreachStatus,
    /// What is still open.
    pub verdict: Verdict,
    /// The step that comes next, if it is one of the end.
    pub step: Option<LifeStep>,
    /// What became of the places.
    pub offerings: Vec<(Offering, Attendance)>,
    /// What was done.
    pub counts: Counts,
    /// What became of the chips.
    pub chips: Balance,
    /// What became of the doses, batch by batch.
    pub doses: Vec<DoseBalance>,
    /// How it was closed.
    pub ending: Option<Ending>,
    /// Whether the caller may close it.
    pub may_close: bool,
    /// Whether the caller may take the list of beneficiaries out.
    pub may_export: bool,
}
