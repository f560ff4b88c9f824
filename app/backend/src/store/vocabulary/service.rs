//! Services rendered, and what they add up to.

use uuid::Uuid;

/// A service, as stored: `details` is the whole of `domain::service::ServiceDetails` as JSON.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServiceRow {
    /// The service.
    pub id: Uuid,
    /// Code of how it is counted.
    pub kind: String,
    /// Whether it counts to a target: a suspended surgery does not.
    pub counts: bool,
    /// On which animal.
    pub animal_id: Uuid,
    /// At which outreach.
    pub outreach_id: Option<Uuid>,
    /// In which visit.
    pub visit_id: Option<Uuid>,
    /// By which submission.
    pub submission_id: Option<Uuid>,
    /// Who recorded it.
    pub staff_id: Option<Uuid>,
    /// Who answers for it.
    pub veterinarian_id: Option<Uuid>,
    /// When.
    pub performed_at: i64,
    /// On which local day, ISO.
    pub performed_on: String,
    /// The chip, of a chip's services.
    pub chip: Option<String>,
    /// Everything, as JSON.
    pub details: String,
    /// On which local day it was recorded, ISO.
    pub recorded_on: String,
    /// When it was annulled.
    pub annulled_at: Option<i64>,
    /// By whom.
    pub annulled_by: Option<Uuid>,
    /// Why.
    pub annulled_reason: Option<String>,
    /// What it changed on the animal, as it was before, as JSON.
    pub state_before: Option<String>,
    /// The letters and digits of the product's batch, of a dose.
    pub batch: Option<String>,
    /// Code of the commune in which the owner of then lived, as far as it is known.
    pub residence: Option<String>,
}

/// As much of a service as a list says.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServiceLineRow {
    /// The service.
    pub id: Uuid,
    /// Code of how it is counted.
    pub kind: String,
    /// On which animal.
    pub animal_id: Uuid,
    /// At which outreach.
    pub outreach_id: Option<Uuid>,
    /// On which local day, ISO.
    pub performed_on: String,
    /// When it was annulled.
    pub annulled_at: Option<i64>,
}

/// Somebody who listened to a teaching session.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AttendeeRow {
    /// To which.
    pub session_id: Uuid,
    /// Where in its list, from 0.
    pub place: i64,
    /// The name as written.
    pub name: String,
    /// The key of the RUN, if it was said.
    pub run: Option<String>,
}

/// A teaching session, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EducationRow {
    /// The session.
    pub id: Uuid,
    /// At which outreach.
    pub outreach_id: Uuid,
    /// Code of the topic.
    pub topic: String,
    /// How many listened.
    pub attendants: i64,
    /// How long, in minutes.
    pub minutes: i64,
    /// Who recorded it.
    pub staff_id: Option<Uuid>,
    /// By which submission.
    pub submission_id: Option<Uuid>,
    /// When.
    pub performed_at: i64,
    /// On which local day, ISO.
    pub performed_on: String,
    /// When it was annulled.
    pub annulled_at: Option<i64>,
    /// By whom.
    pub annulled_by: Option<Uuid>,
    /// Why.
    pub annulled_reason: Option<String>,
    /// What was handed out.
    pub material: Option<String>,
}

/// How many services of a kind count, by the commune of their outreach.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TotalRow {
    /// Code of the kind.
    pub kind: String,
    /// Code of the commune; none for services outside an outreach.
    pub commune: Option<String>,
    /// How many.
    pub total: i64,
    /// At how many outreaches.
    pub outreaches: i64,
}

/// How many services of a kind count at an outreach.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OutreachTotalRow {
    /// Which outreach.
    pub outreach_id: Uuid,
    /// Code of the kind.
    pub kind: String,
    /// How many.
    pub total: i64,
}

vocabulary! {
    /// Adds services.
    insert_services = service::insert(services: &[ServiceRow]) -> ();
    /// One service.
    service = service::find(id: Uuid) -> Option<ServiceRow>;
    /// The services of some animals, newest first.
    services_of = service::of(animals: &[Uuid]) -> Vec<ServiceRow>;
    /// What a list says of the services of some animals, newest first.
    service_lines_of = service::lines_of(animals: &[Uuid]) -> Vec<ServiceLineRow>;
    /// The services of an outreach, oldest first, from an offset.
    services_of_outreach = service::of_outreach(outreach: Uuid, limit: i64, offset: i64)
        -> Vec<ServiceRow>;
    /// Marks a service as annulled.
    annul_service = service::annul(id: Uuid, by: Option<Uuid>, reason: &str, now: i64) -> ();
    /// Puts what a service is and when it was done, as it was corrected, in the place of what it
    /// was; who recorded it, on which day, and on which animal stay.
    correct_service = service::correct(service: &ServiceRow) -> ();
    /// Notes which submission corrected or annulled a service, or a teaching session, last.
    note_changed = service::note_changed(id: Uuid, submission: Uuid) -> ();
    /// Puts other details in the place of a service's.
    replace_service_details = service::replace_details(id: Uuid, details: &str) -> ();
    /// How many services of each kind count at some outreaches.
    count_services = service::count(outreaches: &[Uuid]) -> Vec<OutreachTotalRow>;
    /// The same at all outreaches of which a cost is known.
    services_costed = service::costed() -> Vec<OutreachTotalRow>;
    /// What counts between two days, by kind and commune.
    totals_between = service::totals(from: &str, to: &str) -> Vec<TotalRow>;
    /// One teaching session.
    education = service::education(id: Uuid) -> Option<EducationRow>;
    /// Marks a teaching session as annulled.
    annul_education = service::annul_education(id: Uuid, by: Option<Uuid>, reason: &str, now: i64)
        -> ();
    /// Replaces what was said of a teaching session, and when it was; whose it is stays.
    correct_education = service::correct_education(session: &EducationRow) -> ();
    /// Adds a teaching session.
    insert_education = service::insert_education(session: &EducationRow) -> ();
    /// The teaching sessions of an outreach, oldest first.
    education_of = service::education_of(outreach: Uuid) -> Vec<EducationRow>;
    /// Adds the list of who listened to a teaching session.
    insert_attendees = service::insert_attendees(attendees: &[AttendeeRow]) -> ();
    /// Drops the list of a teaching session.
    drop_attendees = service::drop_attendees(session: Uuid) -> ();
    /// Who listened to some teaching sessions, in the order of their lists.
    attendees_of = service::attendees_of(sessions: &[Uuid]) -> Vec<AttendeeRow>;
    /// Takes whoever has a RUN off all lists.
    erase_attendees = service::erase_attendees(run: &str) -> u64;
    /// Drops the lists of the teaching sessions before a moment; answers how many were on them.
    forget_attendees = service::forget_attendees(before: i64) -> u64;
}
