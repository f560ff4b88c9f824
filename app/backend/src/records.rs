//! Between rows and the types of the domain: the one place that knows both.

mod stored;

pub use stored::{chip, code, date, from_json, json};
pub(crate) use stored::{territory, unit};

use stored::{optional_code, recorded};

use domain::animal::AnimalDetails;
use domain::catalogue::VitalState;
use domain::chip_number::ChipNumber;
use domain::decide::Recorded;
use domain::id::{
    AnimalId, OrganisationId, OutreachId, OwnerId, ProgrammeId, ServiceId, StaffId, SubmissionId,
    VisitId,
};
use domain::name::search_key;
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::owner::OwnerDetails;
use domain::rnm::RnmState;
use domain::service::{ServiceDetails, ServiceKind, StateBefore};
use domain::standing::Standing;
use domain::stock::batch_key;
use domain::territory::Commune;
use domain::timestamp::{CivilDate, Timestamp};

use crate::error::Fault;
use crate::store::StoreError;
use crate::store::vocabulary::animal::AnimalRow;
use crate::store::vocabulary::owner::OwnerRow;
use crate::store::vocabulary::programme::OutreachRow;
use crate::store::vocabulary::service::ServiceRow;

/// An owner of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRecord {
    /// Which.
    pub id: OwnerId,
    /// What is known.
    pub details: OwnerDetails,
    /// Who recorded it, on which day.
    pub recorded: Recorded,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The owner that stands for it, if it was merged.
    pub merged_into: Option<OwnerId>,
    /// The owner it was put to; another one when that was merged on.
    pub merged_to: Option<OwnerId>,
}

/// An animal of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnimalRecord {
    /// Which.
    pub id: AnimalId,
    /// Whose it is.
    pub owner: OwnerId,
    /// What is known.
    pub details: AnimalDetails,
    /// Its chip.
    pub chip: Option<ChipNumber>,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// Since when.
    pub vital_since: Option<CivilDate>,
    /// Where its request in the RNM stands.
    pub rnm_state: RnmState,
    /// The number the RNM gave it.
    pub rnm_number: Option<String>,
    /// Why the municipality observed or rejected it.
    pub rnm_reason: Option<String>,
    /// When the RNM state last changed.
    pub rnm_changed_at: Timestamp,
    /// Who recorded it, on which day.
    pub recorded: Recorded,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The animal that stands for it, if it was merged.
    pub merged_into: Option<AnimalId>,
    /// The animal it was put to; another one when that was merged on.
    pub merged_to: Option<AnimalId>,
    /// What it says itself where it stands for others: the states above hold of all of them.
    pub own: Option<Standing>,
}

/// A service of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRecord {
    /// Which.
    pub id: ServiceId,
    /// How it is counted.
    pub kind: ServiceKind,
    /// Whether it counts to a target.
    pub counts: bool,
    /// On which animal.
    pub animal: AnimalId,
    /// At which outreach.
    pub outreach: Option<OutreachId>,
    /// In which visit.
    pub visit: Option<VisitId>,
    /// By which submission.
    pub submission: Option<SubmissionId>,
    /// Who answers for it.
    pub veterinarian: Option<StaffId>,
    /// When.
    pub performed_at: Timestamp,
    /// On which local day.
    pub performed_on: CivilDate,
    /// What was done.
    pub details: ServiceDetails,
    /// Who recorded it, on which day.
    pub recorded: Recorded,
    /// When it was annulled.
    pub annulled_at: Option<Timestamp>,
    /// What it changed on the animal, as it was before.
    pub before: StateBefore,
    /// Where the owner of then lived, as far as it is known.
    pub residence: Option<Commune>,
}

impl OwnerRecord {
    /// The row of this record.
    ///
    /// # Errors
    /// [`Fault`] when the details are no JSON, which they always are.
    pub fn to_row(&self) -> Result<OwnerRow, Fault> {
        let details = &self.details;
        Ok(OwnerRow {
            id: self.id.0,
            document_kind: details.document.kind().code().to_owned(),
            document_key: details.document.key(),
            search_key: details.name.search_key(),
            phone: details.phone.as_ref().map(|phone| phone.e164()),
            email: details.email.as_ref().map(ToString::to_string),
            commune: details.commune.map(|commune| commune.code()),
            unit: details.unit.map(|unit| unit.to_string()),
            details: json(details)?,
            recorded_by: self.recorded.by.map(|by| by.0),
            recorded_on: self.recorded.on.to_string(),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            merged_into: self.merged_into.map(|owner| owner.0),
            merged_to: self.merged_to.map(|owner| owner.0),
        })
    }
}

impl TryFrom<OwnerRow> for OwnerRecord {
    type Error = StoreError;

    fn try_from(row: OwnerRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: OwnerId(row.id),
            details: from_json(&row.details)?,
            recorded: recorded(row.recorded_by, &row.recorded_on)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            merged_into: row.merged_into.map(OwnerId),
            merged_to: row.merged_to.map(OwnerId),
        })
    }
}

impl AnimalRecord {
    /// The row of this record.
    ///
    /// # Errors
    /// [`Fault`] when the details are no JSON, which they always are.
    pub fn to_row(&self) -> Result<AnimalRow, Fault> {
        let details = &self.details;
        Ok(AnimalRow {
            id: self.id.0,
            owner_id: self.owner.0,
            species: details.species.code().to_owned(),
            sex: details.sex.code().to_owned(),
            search_key: search_key(details.name.as_str()),
            chip: self.chip.map(|chip| chip.to_string()),
            vital_state: self.vital_state.code().to_owned(),
            vital_since: self.vital_since.map(|day| day.to_string()),
            rnm_state: self.rnm_state.code().to_owned(),
            rnm_number: self.rnm_number.clone(),
            rnm_reason: self.rnm_reason.clone(),
            rnm_changed_at: self.rnm_changed_at.0,
            details: json(details)?,
            recorded_by: self.recorded.by.map(|by| by.0),
            recorded_on: self.recorded.on.to_string(),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            merged_into: self.merged_into.map(|animal| animal.0),
            merged_to: self.merged_to.map(|animal| animal.0),
            own_state: self.own.as_ref().map(json).transpose()?,
        })
    }
}

impl TryFrom<AnimalRow> for AnimalRecord {
    type Error = StoreError;

    fn try_from(row: AnimalRow) -> Result<Self, StoreError> {
        let chip = row.chip.as_deref().map(chip).transpose();
        Ok(Self {
            id: AnimalId(row.id),
            owner: OwnerId(row.owner_id),
            details: from_json(&row.details)?,
            chip: chip?,
            vital_state: code(&row.vital_state, VitalState::from_code)?,
            vital_since: row.vital_since.as_deref().map(date).transpose()?,
            rnm_state: code(&row.rnm_state, RnmState::from_code)?,
            rnm_number: row.rnm_number,
            rnm_reason: row.rnm_reason,
            rnm_changed_at: Timestamp(row.rnm_changed_at),
            recorded: recorded(row.recorded_by, &row.recorded_on)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            merged_into: row.merged_into.map(AnimalId),
            merged_to: row.merged_to.map(AnimalId),
            own: row.own_state.as_deref().map(from_json).transpose()?,
        })
    }
}

impl ServiceRecord {
    /// The row of this record; a new one is not annulled.
    ///
    /// # Errors
    /// [`Fault`] when the details are no JSON, which they always are.
    pub fn to_row(&self) -> Result<ServiceRow, Fault> {
        let chip = match &self.details {
            ServiceDetails::Microchip(chip) => Some(chip.chip.to_string()),
            ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => None,
        };
        let batch = match &self.details {
            ServiceDetails::Deworming(dose) => Some(batch_key(dose.batch.as_str())),
            ServiceDetails::Microchip(_) | ServiceDetails::Sterilisation(_) => None,
        };
        Ok(ServiceRow {
            id: self.id.0,
            kind: self.kind.code().to_owned(),
            counts: self.counts,
            animal_id: self.animal.0,
            outreach_id: self.outreach.map(|outreach| outreach.0),
            visit_id: self.visit.map(|visit| visit.0),
            submission_id: self.submission.map(|submission| submission.0),
            staff_id: self.recorded.by.map(|by| by.0),
            veterinarian_id: self.veterinarian.map(|id| id.0),
            performed_at: self.performed_at.0,
            performed_on: self.performed_on.to_string(),
            chip,
            details: json(&self.details)?,
            recorded_on: self.recorded.on.to_string(),
            annulled_at: self.annulled_at.map(|at| at.0),
            annulled_by: None,
            annulled_reason: None,
            state_before: match self.before == StateBefore::default() {
                true => None,
                false => Some(json(&self.before)?),
            },
            batch,
            residence: self.residence.map(|commune| commune.code()),
        })
    }
}

impl TryFrom<ServiceRow> for ServiceRecord {
    type Error = StoreError;

    fn try_from(row: ServiceRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ServiceId(row.id),
            kind: code(&row.kind, ServiceKind::from_code)?,
            counts: row.counts,
            animal: AnimalId(row.animal_id),
            outreach: row.outreach_id.map(OutreachId),
            visit: row.visit_id.map(VisitId),
            submission: row.submission_id.map(SubmissionId),
            veterinarian: row.veterinarian_id.map(StaffId),
            performed_at: Timestamp(row.performed_at),
            performed_on: date(&row.performed_on)?,
            details: from_json(&row.details)?,
            recorded: recorded(row.staff_id, &row.recorded_on)?,
            annulled_at: row.annulled_at.map(Timestamp),
            before: match row.state_before.as_deref() {
                Some(before) => from_json(before)?,
                None => StateBefore::default(),
            },
            residence: row.residence.as_deref().map(territory).transpose()?,
        })
    }
}

/// The outreach of a row.
///
/// # Errors
/// [`StoreError::Inconsistent`] when a column holds what nobody could have written.
pub fn outreach(row: OutreachRow) -> Result<Outreach, StoreError> {
    let wrong = |_| StoreError::Inconsistent("an outreach holds a text that cannot be read");
    Ok(Outreach {
        id: OutreachId(row.id),
        programme: ProgrammeId(row.programme_id),
        name: domain::name::ShortText::parse(&row.name).map_err(wrong)?,
        kind: code(&row.kind, OutreachKind::from_code)?,
        status: code(&row.status, OutreachStatus::from_code)?,
        held_on: date(&row.held_on)?,
        starts_at: Timestamp(row.starts_at),
        ends_at: Timestamp(row.ends_at),
        place: domain::name::ShortText::parse(&row.place).map_err(wrong)?,
        commune: territory(&row.commune)?,
        unit: row.unit.as_deref().map(unit).transpose()?,
        host: row.host_id.map(OrganisationId),
        phase: optional_code(row.phase.as_deref(), domain::catalogue::SanitaryPhase::from_code)?,
        max_people: row.max_people.and_then(|most| u32::try_from(most).ok()),
    })
}

/// The row of an outreach.
#[must_use]
pub fn outreach_row(outreach: &Outreach) -> OutreachRow {
    OutreachRow {
        id: outreach.id.0,
        programme_id: outreach.programme.0,
        name: outreach.name.to_string(),
        kind: outreach.kind.code().to_owned(),
        status: outreach.status.code().to_owned(),
        held_on: outreach.held_on.to_string(),
        starts_at: outreach.starts_at.0,
        ends_at: outreach.ends_at.0,
        place: outreach.place.to_string(),
        commune: outreach.commune.code(),
        unit: outreach.unit.map(|unit| unit.to_string()),
        host_id: outreach.host.map(|host| host.0),
        phase: outreach.phase.map(|phase| phase.code().to_owned()),
        max_people: outreach.max_people.map(i64::from),
    }
}
