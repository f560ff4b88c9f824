//! Where people live and where one has been: neighbourhood units, and what is counted of each.

use uuid::Uuid;

use super::programme::OrganisationRow;

/// A neighbourhood unit, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnitRow {
    /// Commune and number.
    pub unit: String,
    /// Code of the commune.
    pub commune: String,
    /// What people call it.
    pub name: Option<String>,
    /// How many households.
    pub households: Option<i64>,
    /// How many dogs and cats, as estimated.
    pub dogs_and_cats: Option<i64>,
    /// Who counted or estimated.
    pub source: Option<String>,
    /// In which year.
    pub source_year: Option<i64>,
    /// Millionths of a degree north.
    pub latitude: Option<i64>,
    /// Millionths of a degree east.
    pub longitude: Option<i64>,
    /// Its boundary: the coordinates of a `MultiPolygon` (RFC 7946) as JSON.
    pub boundary: Option<String>,
    /// When it was last changed.
    pub changed_at: i64,
}

/// How many of something there are in a unit.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnitCountRow {
    /// Which unit.
    pub unit: String,
    /// How many.
    pub total: i64,
}

/// What is known of a whole commune, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CommuneRow {
    /// Its code.
    pub commune: String,
    /// How many households.
    pub households: Option<i64>,
    /// How many dogs and cats, as estimated.
    pub dogs_and_cats: Option<i64>,
    /// Who counted or estimated.
    pub source: String,
    /// In which year.
    pub source_year: i64,
    /// When it was last changed.
    pub changed_at: i64,
}

/// A unit that an outreach reaches.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnitReachRow {
    /// Which outreach.
    pub outreach_id: Uuid,
    /// Which unit.
    pub unit: String,
}

/// Somebody on a waiting list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitRow {
    /// Their place on it.
    pub id: Uuid,
    /// Of which outreach.
    pub outreach_id: Uuid,
    /// Code of what they wait for.
    pub offering: String,
    /// With how many animals.
    pub places: i64,
    /// Since when.
    pub created_at: i64,
    /// The owner in the register, once known.
    pub owner_id: Option<Uuid>,
    /// Who waits, JSON; empty when that was erased.
    pub details: String,
}

/// When the animals of an owner had a service of one kind last.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LastServiceRow {
    /// The owner.
    pub owner_id: Uuid,
    /// Code of the service.
    pub kind: String,
    /// When it was performed.
    pub last_at: i64,
}

/// An outreach that was held and reached a unit.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnitVisitRow {
    /// Which unit.
    pub unit: String,
    /// Which outreach.
    pub outreach_id: Uuid,
    /// Its local day, ISO.
    pub held_on: String,
    /// What it cost, in pesos, where that is known.
    pub cost: Option<i64>,
}

/// An outreach that is planned for a unit.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UnitPlanRow {
    /// Which unit.
    pub unit: String,
    /// Which outreach.
    pub outreach_id: Uuid,
    /// Code of its status.
    pub status: String,
    /// Its local day, ISO.
    pub held_on: String,
}

vocabulary! {
    /// Replaces an organisation; answers whether there is one.
    update_organisation = territory::update_organisation(organisation: &OrganisationRow) -> bool;
    /// One organisation.
    organisation = territory::organisation(id: Uuid) -> Option<OrganisationRow>;
    /// Adds neighbourhood units, or replaces those that are known.
    put_units = territory::put_units(units: &[UnitRow]) -> ();
    /// Every unit in order, with its boundary.
    units = territory::units() -> Vec<UnitRow>;
    /// Every unit in order, without boundaries: a list needs none, and they are long.
    units_without_boundaries = territory::units_without_boundaries() -> Vec<UnitRow>;
    /// One unit, with its boundary.
    unit = territory::unit(unit: &str) -> Option<UnitRow>;
    /// Makes whoever else plans in a unit, or takes it out, wait until this is committed; answers
    /// whether there is such a unit.
    take_unit_turn = territory::take_turn(unit: &str) -> bool;
    /// Takes a unit out; answers whether there was one.
    remove_unit = territory::remove_unit(unit: &str) -> bool;
    /// How many outreaches reach a unit: those held there, and those meant for it.
    count_outreaches_reaching = territory::outreaches_reaching(unit: &str) -> i64;
    /// Adds what is known of whole communes, or writes it over what was.
    put_communes = territory::put_communes(communes: &[CommuneRow]) -> ();
    /// What is known of whole communes, by their codes.
    commune_figures = territory::communes() -> Vec<CommuneRow>;
    /// Takes the figures of a commune out; answers whether there were any.
    remove_commune = territory::remove_commune(commune: &str) -> bool;
    /// How many animals of each unit's households were served at least once.
    units_served = territory::served() -> Vec<UnitCountRow>;
    /// Which units the outreaches reach that were held on a day or later.
    units_reached = territory::reached(since: &str) -> Vec<UnitReachRow>;
    /// Who waits for a place at the outreaches that reach a unit and were held on a day or later.
    units_waiting = territory::waiting(since: &str) -> Vec<WaitRow>;
    /// Those of some bookings that wait, and of which nothing is settled.
    waiting_of = territory::waiting_of(ids: &[Uuid]) -> Vec<WaitRow>;
    /// Notes how the waiting of some bookings ended; answers of how many.
    settle_waiting = territory::settle(ids: &[Uuid], how: &str) -> u64;
    /// Notes it of all who wait, and took a place elsewhere, as one of these bookings may tell
    /// of them; answers of how many.
    settle_elsewhere = territory::settle_elsewhere(ids: &[Uuid], how: &str) -> u64;
    /// What the animals of some owners had last, by kind of service; merged owners count as those
    /// they were merged into.
    last_services = territory::last_services(owners: &[Uuid]) -> Vec<LastServiceRow>;
    /// What was held up to a day of what reaches each unit, the earliest of a unit first.
    units_visited = territory::visited(today: &str) -> Vec<UnitVisitRow>;
    /// What is planned to reach each unit: drafts, and what is held after a day.
    units_planned = territory::planned(today: &str) -> Vec<UnitPlanRow>;
}
