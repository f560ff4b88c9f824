//! How far a programme is: what counts of all that was done at the outreaches for which it pays.

use uuid::Uuid;

/// How many services of a kind count in a programme.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KindTotalRow {
    /// Code of the kind.
    pub kind: String,
    /// How many.
    pub total: i64,
}

/// What counts in a programme, by where and when.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProgressRow {
    /// The outreach.
    pub outreach_id: Uuid,
    /// Code of its commune.
    pub commune: String,
    /// Its neighbourhood unit.
    pub unit: Option<String>,
    /// Code of the commune in which the owners lived, as far as it is known.
    pub residence: Option<String>,
    /// The local day, ISO.
    pub performed_on: String,
    /// Code of the kind of service.
    pub kind: String,
    /// How many.
    pub total: i64,
}

/// Which services that count are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedWantedRow {
    /// At which outreach.
    pub outreach_id: Uuid,
    /// Code of their kind.
    pub kind: String,
    /// On which local day, ISO.
    pub performed_on: String,
    /// Code of the commune in which the owners lived, empty where it is not known; all when none.
    pub residence: Option<String>,
    /// Beyond this animal and service of it.
    pub from: (Uuid, Uuid),
    /// Those before it, the last one first; else those after it.
    pub is_back: bool,
    /// At most so many.
    pub limit: i64,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CountedRow {
    /// Which.
    pub id: Uuid,
    /// On which animal.
    pub animal_id: Uuid,
    /// The chip, of a chip's services.
    pub chip: Option<String>,
}

/// Which animals that a programme reached are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedWantedRow {
    /// By which programme.
    pub programme_id: Uuid,
    /// Code of the commune where their owners lived, or of the outreach where that is not known.
    pub commune: String,
    /// Beyond this animal.
    pub from: Uuid,
    /// The last ones before it, in the same order; else the first ones after it.
    pub is_back: bool,
    /// At most so many.
    pub limit: i64,
}

/// One of them, with what was done to it last.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReachedRow {
    /// Which.
    pub animal_id: Uuid,
    /// The service.
    pub id: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// The local day, ISO.
    pub performed_on: String,
    /// At which outreach.
    pub outreach_id: Uuid,
}

/// What an outreach cost.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OutreachCostRow {
    /// The outreach.
    pub outreach_id: Uuid,
    /// Its own programme.
    pub programme_id: Uuid,
    /// Its name.
    pub name: String,
    /// Its local day, ISO.
    pub held_on: String,
    /// Chilean pesos.
    pub cost: i64,
}

/// What an outreach offers that is announced and not over.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PlannedRow {
    /// The outreach.
    pub outreach_id: Uuid,
    /// Its own programme.
    pub own_id: Uuid,
    /// Code of what is offered; none where nothing is.
    pub offering: Option<String>,
    /// The programme that pays for it, where it is another.
    pub programme_id: Option<Uuid>,
    /// Places, in animals.
    pub capacity: Option<i64>,
    /// Whether something was taught there.
    pub is_taught: bool,
}

vocabulary! {
    /// What counts in a programme, by kind.
    programme_totals = progress::totals(programme: Uuid) -> Vec<KindTotalRow>;
    /// Outreaches with at least one service that counts in a programme, and its own with teaching.
    programme_outreaches = progress::outreaches(programme: Uuid) -> i64;
    /// What counts in a programme, by outreach, kind, day and commune of the owners; that of the
    /// latest outreach first.
    programme_progress = progress::parts(programme: Uuid) -> Vec<ProgressRow>;
    /// What counts at an outreach, whoever pays, by kind, day and commune of the owners.
    outreach_progress = progress::of_outreach(outreach: Uuid) -> Vec<ProgressRow>;
    /// Services that count, by their animals and identifiers.
    counted_services = progress::counted(wanted: &CountedWantedRow) -> Vec<CountedRow>;
    /// How many animals were served in a programme, each once, by the commune where their owners
    /// lived, or of the outreach where that is not known.
    animals_covered = progress::covered(programme: Uuid) -> Vec<(String, i64)>;
    /// Which animals these are in one of the communes, by their identifiers.
    animals_reached = progress::reached(wanted: &ReachedWantedRow) -> Vec<ReachedRow>;
    /// The outreaches of which a cost is known and for which a programme pays in part or whole, the
    /// latest first.
    programme_costs = progress::costs(programme: Uuid) -> Vec<OutreachCostRow>;
    /// The first and the last day, between two, of the outreaches for which a programme pays, in
    /// part or whole; not of what is called off, which may get another.
    programme_days = progress::days(programme: Uuid, from: &str, to: &str)
        -> (Option<String>, Option<String>);
    /// What is offered at the announced outreaches for which a programme pays and that end after
    /// now, and at this draft if it pays for it, outreach by outreach.
    planned_places = progress::planned(programme: Uuid, draft: Uuid, now: i64) -> Vec<PlannedRow>;
}
