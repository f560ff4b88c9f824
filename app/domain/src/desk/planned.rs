//! The plan of an outreach as the coordination sees and types it, and what does not fit in it.

mod conflict;

pub use conflict::{Conflict, StockKind, fitting, most_at_once, operating};

use crate::booking::{Eligibility, Offering, Places, Priority};
use crate::catalogue::{SanitaryPhase, coded};
use crate::id::{ProgrammeId, StaffId};
use crate::outreach::Outreach;
use crate::outreach::life::{Hindrance, LifeStep};
use crate::outreach::times::Promised;
use crate::role::Role;
use crate::territory::UnitKey;
use crate::timestamp::{CivilDate, Timestamp};

coded! {
    /// The larger thing that an outreach is part of: an activity of *Gobierno en Terreno*, or a
    /// fair.
    pub enum PartOf {
        /// A *plaza ciudadana*.
        CitizensSquare = "plaza_ciudadana",
        /// A *diálogo ciudadano*.
        CitizensDialogue = "dialogo_ciudadano",
        /// A pet fair.
        PetFair = "feria_mascotas",
    }
}

coded! {
    /// What somebody does at an outreach.
    pub enum Duty {
        /// Leads it.
        Lead = "lead",
        /// Receives the people.
        Reception = "reception",
        /// Registers at the table.
        Registration = "registration",
        /// Implants and reads chips.
        Chipping = "chipping",
        /// Gives doses.
        Deworming = "deworming",
        /// Operates.
        Surgery = "surgery",
        /// Looks after animals before and after surgery.
        Recovery = "recovery",
        /// Teaches.
        Education = "education",
        /// Brings, sets up, takes home.
        Logistics = "logistics",
    }
}

coded! {
    /// A field of the plan's forms; its code is its name there.
    pub enum PlanField {
        /// What is offered.
        Offering = "offering",
        /// How many animals.
        Capacity = "capacity",
        /// Minutes for one animal.
        Minutes = "minutes",
        /// Tables that work at once.
        Stations = "stations",
        /// The only species taken.
        Species = "species",
        /// Youngest, in months.
        FromMonths = "from_months",
        /// Oldest, in months.
        ToMonths = "to_months",
        /// Flat faces are taken.
        FlatFaced = "flat_faced",
        /// Most animals of one owner.
        PerOwner = "per_owner",
        /// Most animals of one household.
        PerHousehold = "per_household",
        /// The programme that pays for what is offered.
        Programme = "programme",
        /// What the outreach is part of.
        PartOf = "part_of",
        /// The sanitary phase.
        Phase = "phase",
        /// The day on which that phase was looked up.
        PhaseOn = "phase_on",
        /// Most people at once.
        MaxPeople = "max_people",
        /// The day from which people may book.
        OpensOn = "opens_on",
        /// The hour from which they may.
        OpensAt = "opens_at",
        /// Who is served first.
        Priority = "priority",
        /// What people are to bring.
        Bring = "bring",
        /// How to get there.
        Way = "way",
        /// What it cost, in Chilean pesos.
        Cost = "cost",
        /// Where it is, degrees north.
        Latitude = "latitude",
        /// Where it is, degrees east.
        Longitude = "longitude",
        /// The neighbourhood units it is meant for.
        Units = "units",
        /// A day.
        Day = "day",
        /// The hour at which it starts.
        Starts = "starts",
        /// The hour at which it ends.
        Ends = "ends",
        /// Why.
        Reason = "reason",
        /// A member of the team.
        Member = "member",
        /// What they do.
        Duty = "duty",
        /// A step in the outreach's life.
        Step = "step",
    }
}

coded! {
    /// What is wrong with a field of the plan.
    pub enum PlanProblem {
        /// Nothing was given.
        Missing = "missing",
        /// Not a whole number, or outside what is believable.
        NotInRange = "not_in_range",
        /// Longer than is kept, or with signs that cannot be.
        NotAText = "not_a_text",
        /// Not of the list.
        Unknown = "unknown",
        /// Not a day or an hour.
        NotATime = "not_a_time",
        /// It lies behind.
        IsPast = "is_past",
        /// It would be over before it began, in the night in which the clocks go forward.
        ClocksChange = "clocks_change",
        /// The end is not after the beginning.
        EndsBefore = "ends_before",
        /// Fewer than were promised already.
        BelowPromised = "below_promised",
        /// The other half of the pair is missing.
        HalfGiven = "half_given",
    }
}

/// A field of a plan's form that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanFault {
    /// Which.
    pub field: PlanField,
    /// Why.
    pub problem: PlanProblem,
}

impl PlanFault {
    /// A fault.
    #[must_use]
    pub const fn new(field: PlanField, problem: PlanProblem) -> Self {
        Self { field, problem }
    }
}

/// What became of something asked of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked<T> {
    /// It is done.
    Done(T),
    /// Nothing was changed: these fields cannot be taken.
    Faults(Vec<PlanFault>),
    /// Nothing was changed: something stands in the way.
    Hindered(Hindrance),
}

/// An offering as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferingForm {
    /// Code of what is offered.
    pub offering: String,
    /// How many animals.
    pub capacity: String,
    /// Minutes for one animal.
    pub minutes: String,
    /// Tables that work at once.
    pub stations: String,
    /// Code of the only species; empty for both.
    pub species: String,
    /// Youngest, in months.
    pub from_months: String,
    /// Oldest, in months; empty for any.
    pub to_months: String,
    /// Not empty when flat faces are taken.
    pub flat_faced: String,
    /// Most animals of one owner.
    pub per_owner: String,
    /// Most animals of one household; empty for what is usual.
    pub per_household: String,
    /// The programme that pays for it; empty for the outreach's own.
    pub programme: String,
}

/// A day with its hours, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayForm {
    /// ISO.
    pub day: String,
    /// `09:00`, local.
    pub starts: String,
}

/// What a member of the team does, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DutyForm {
    /// Who.
    pub member: String,
    /// Code of what they do; empty for nothing in particular.
    pub duty: String,
    /// From when, `09:00`, local; empty from the beginning.
    pub starts: String,
    /// Until when, local; empty to the end, earlier than the start the next day.
    pub ends: String,
}

/// What is planned besides, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanForm {
    /// Code of what it is part of.
    pub part_of: String,
    /// Code of the sanitary phase.
    pub phase: String,
    /// Its day, ISO.
    pub phase_on: String,
    /// Most people at once.
    pub max_people: String,
    /// The day from which people may book, ISO.
    pub opens_on: String,
    /// The hour from which they may.
    pub opens_at: String,
    /// Code of who is served first.
    pub priority: String,
    /// What to bring.
    pub bring: String,
    /// How to get there.
    pub way: String,
    /// Cost in Chilean pesos.
    pub cost: String,
    /// Degrees north.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// Numbers of units of the outreach's commune, or whole ones, between commas.
    pub units: String,
}

/// An offering of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferingLine {
    /// What.
    pub offering: Offering,
    /// Its places.
    pub places: Places,
    /// Minutes for one animal.
    pub minutes: u16,
    /// Tables that work at once.
    pub stations: u16,
    /// Which animals are taken.
    pub eligibility: Eligibility,
    /// The programme that pays for it.
    pub programme: ProgrammeId,
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrewLine {
    /// Who.
    pub id: StaffId,
    /// The full name.
    pub name: String,
    /// What the account is.
    pub role: Role,
    /// Number in a professional register, of a veterinarian.
    pub registration: Option<String>,
    /// What they do there.
    pub duty: Option<Duty>,
    /// From when, if not from the beginning.
    pub starts_at: Option<Timestamp>,
    /// Until when, if not to the end.
    pub ends_at: Option<Timestamp>,
}

/// A home that the team visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeVisit {
    /// When they are expected there; nothing for who has no hour.
    pub at: Option<Timestamp>,
    /// For what.
    pub offering: Offering,
    /// Who booked.
    pub person: String,
    /// How to reach them.
    pub phone: Option<String>,
    /// Street, number and commune.
    pub address: String,
    /// What the animals are called.
    pub animals: Vec<String>,
}

/// What was planned of an outreach, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanSheet {
    /// The outreach.
    pub outreach: Outreach,
    /// The names of the programmes that pay for it, its own first.
    pub programme: String,
    /// The programmes that may pay for what is offered, by number: its own, those of its day, and
    /// those that pay now.
    pub programmes: Vec<(ProgrammeId, String)>,
    /// The name of its host.
    pub host: Option<String>,
    /// What it is part of.
    pub part_of: Option<PartOf>,
    /// The sanitary phase with the day on which it was looked up.
    pub phase: Option<(SanitaryPhase, Option<CivilDate>)>,
    /// From when people may book.
    pub booking_opens_at: Option<Timestamp>,
    /// Who is served first.
    pub priority: Priority,
    /// What to bring.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// Cost in Chilean pesos.
    pub cost: Option<u32>,
    /// Degrees north and east.
    pub position: Option<(f64, f64)>,
    /// Why it was called off.
    pub suspended_reason: Option<String>,
    /// When it was to begin before it was put off.
    pub moved_from: Option<Timestamp>,
    /// The neighbourhood units it is meant for.
    pub units: Vec<UnitKey>,
    /// What is offered.
    pub offerings: Vec<OfferingLine>,
    /// When people are asked to come for what, in order.
    pub times: Vec<(Offering, Promised)>,
    /// The homes that are visited, in order; for whom that is to know.
    pub homes: Vec<HomeVisit>,
    /// The team.
    pub crew: Vec<CrewLine>,
    /// What does not fit.
    pub conflicts: Vec<Conflict>,
    /// How many bookings still expect something of it.
    pub live_bookings: u32,
    /// The steps of its life that can be taken now.
    pub steps: Vec<LifeStep>,
    /// What keeps the next one from being taken.
    pub hindrance: Option<(LifeStep, Hindrance)>,
    /// Whether the caller may change it.
    pub may_plan: bool,
    /// The local day.
    pub today: CivilDate,
}

impl PlanSheet {
    /// Whether another programme than the outreach's own pays for something.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.offerings.iter().any(|line| line.programme != self.outreach.programme)
    }
}
