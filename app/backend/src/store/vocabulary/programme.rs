//! Programmes, host organisations, outreaches, their teams and their authorisations.

use uuid::Uuid;

/// A programme, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProgrammeRow {
    /// The programme.
    pub id: Uuid,
    /// Its short number, unique.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Who issues its documents.
    pub issuer: String,
    /// First day, ISO.
    pub starts_on: String,
    /// Last day, ISO.
    pub ends_on: String,
    /// Chips promised.
    pub target_implantations: i64,
    /// Internal doses promised.
    pub target_dewormings_internal: i64,
    /// External doses promised.
    pub target_dewormings_external: i64,
    /// Surgeries promised.
    pub target_sterilisations: i64,
    /// Outreaches promised.
    pub target_outreaches: i64,
}

/// A host organisation, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OrganisationRow {
    /// The organisation.
    pub id: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Code of its commune.
    pub commune: String,
    /// Its neighbourhood unit.
    pub unit: Option<String>,
    /// Street and number.
    pub address: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// The contact's telephone.
    pub phone: Option<String>,
    /// The contact's address for mail.
    pub email: Option<String>,
}

/// An outreach, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OutreachRow {
    /// The outreach.
    pub id: Uuid,
    /// Its programme.
    pub programme_id: Uuid,
    /// Its name.
    pub name: String,
    /// Code of its kind.
    pub kind: String,
    /// Code of its status.
    pub status: String,
    /// Its local day, ISO.
    pub held_on: String,
    /// Start.
    pub starts_at: i64,
    /// End.
    pub ends_at: i64,
    /// The place.
    pub place: String,
    /// Code of the commune.
    pub commune: String,
    /// Its neighbourhood unit.
    pub unit: Option<String>,
    /// Its host.
    pub host_id: Option<Uuid>,
    /// Code of the sanitary phase.
    pub phase: Option<String>,
    /// Most people at once.
    pub max_people: Option<i64>,
}

/// Which outreaches are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutreachesWantedRow {
    /// Held on this local day or later, ISO.
    pub from: String,
    /// Held on this local day or before, ISO.
    pub to: String,
    /// Codes of their statuses; all when there is none.
    pub statuses: Vec<String>,
    /// Code of their commune; all when none.
    pub commune: Option<String>,
    /// Code of what they offer; all when none.
    pub offering: Option<String>,
    /// Only those that were allotted chips and have not given all of them back.
    pub holds_chips: bool,
    /// At most so many.
    pub limit: i64,
}

/// A member of an outreach's team, for one of the times from when to when they were of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TeamRow {
    /// The outreach.
    pub outreach_id: Uuid,
    /// The account.
    pub staff_id: Uuid,
    /// The full name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// When they came back to the team; of the first time none.
    pub back_at: Option<i64>,
    /// When they left it; of who is in it now none.
    pub left_at: Option<i64>,
}

/// A veterinarian's leave to sign the documents of an outreach.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AuthorisationRow {
    /// The veterinarian.
    pub staff_id: Uuid,
    /// The outreach.
    pub outreach_id: Uuid,
    /// The signature as drawn when it was authorised: path data.
    pub signature: String,
    /// When.
    pub authorised_at: i64,
    /// When it was withdrawn.
    pub revoked_at: Option<i64>,
}

/// What a document takes from who signs it, for an outreach that has an authorisation in force.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SignerRow {
    /// The veterinarian's full name.
    pub name: String,
    /// RUN, canonical.
    pub run: Option<String>,
    /// Number in a professional register.
    pub professional_registration: Option<String>,
    /// The signature as drawn when it was authorised: path data.
    pub signature: String,
    /// The short number of the programme that pays.
    pub programme_number: i64,
    /// The name of that programme.
    pub programme_name: String,
    /// Who issues its documents.
    pub issuer: String,
}

vocabulary! {
    /// Adds a programme.
    insert_programme = programme::insert_programme(programme: &ProgrammeRow) -> ();
    /// Every programme, by number.
    programmes = programme::programmes() -> Vec<ProgrammeRow>;
    /// Replaces a programme but for its number; answers whether there is one.
    update_programme = programme::update_programme(programme: &ProgrammeRow) -> bool;
    /// One programme.
    programme = programme::find_programme(id: Uuid) -> Option<ProgrammeRow>;
    /// Adds a host organisation.
    insert_organisation = programme::insert_organisation(organisation: &OrganisationRow) -> ();
    /// Every organisation, by name.
    organisations = programme::organisations() -> Vec<OrganisationRow>;
    /// These organisations, in no order.
    organisations_with_ids = programme::organisations_with_ids(ids: &[Uuid])
        -> Vec<OrganisationRow>;
    /// Adds an outreach.
    insert_outreach = programme::insert_outreach(outreach: &OutreachRow) -> ();
    /// Replaces an outreach.
    update_outreach = programme::update_outreach(outreach: &OutreachRow) -> ();
    /// One outreach.
    outreach = programme::find_outreach(id: Uuid) -> Option<OutreachRow>;
    /// Outreaches held between two days, the latest first.
    outreaches_between = programme::between(from: &str, to: &str, limit: i64) -> Vec<OutreachRow>;
    /// Those that are asked for, the latest first.
    outreaches_latest = listed::latest(wanted: &OutreachesWantedRow) -> Vec<OutreachRow>;
    /// Those that are asked for, the soonest first.
    outreaches_soonest = listed::soonest(wanted: &OutreachesWantedRow) -> Vec<OutreachRow>;
    /// Outreaches held between two days, by identifier, of those behind this one.
    outreaches_held = listed::held(days: (&str, &str), after: Uuid, limit: i64)
        -> Vec<OutreachRow>;
    /// The outreaches a member of staff works at, held on a day or after it.
    outreaches_of = programme::of_staff(staff: Uuid, from: &str) -> Vec<OutreachRow>;
    /// Puts somebody in a team, or in it again; `false` when they are in it.
    join_team = programme::join_team(outreach: Uuid, staff: Uuid, now: i64) -> bool;
    /// Has somebody who left a team be in it as if they had not, with what they were to do; `false`
    /// when they are in it or never were.
    resume_team = programme::resume_team(outreach: Uuid, staff: Uuid) -> bool;
    /// Takes somebody out of a team; `false` when they are not in it.
    leave_team = programme::leave_team(outreach: Uuid, staff: Uuid, now: i64) -> bool;
    /// The teams of some outreaches as they are now, by name.
    team = programme::team(outreaches: &[Uuid]) -> Vec<TeamRow>;
    /// The same with those who have left them: of each person every time, in order.
    ever_in_team = programme::ever_in_team(outreaches: &[Uuid]) -> Vec<TeamRow>;
    /// Lets a veterinarian's documents of an outreach be signed, again if it had been withdrawn.
    authorise_outreach = programme::authorise(authorisation: &AuthorisationRow) -> ();
    /// Withdraws that; documents issued stay as they are.
    withdraw_authorisation = programme::withdraw(staff: Uuid, outreach: Uuid, now: i64) -> bool;
    /// The authorisation in force.
    authorisation = programme::authorisation(staff: Uuid, outreach: Uuid)
        -> Option<AuthorisationRow>;
    /// All of a veterinarian's that are in force.
    authorisations_of = programme::authorisations_of(staff: Uuid) -> Vec<AuthorisationRow>;
    /// The same, with who signs and for which programme: that which pays for an offering there.
    signer = programme::signer(staff: Uuid, outreach: Uuid, offering: &str) -> Option<SignerRow>;
}
