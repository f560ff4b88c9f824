//! Commands on services.

use domain::command::Command;
use domain::decide::amend::{self, AnnulFacts};
use domain::decide::service::{self, ServiceDecision, ServiceFacts};
use domain::id::{AnimalId, ServiceId, StaffId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};
use domain::service::{EducationSession, ServiceDetails, ServiceKind};

use super::desk::{Desk, HeldAnimal, Stop};
use crate::documents::{self, Ending};
use crate::history::Subject;
use crate::records::{AnimalRecord, ServiceRecord};
use crate::registry::masked;
use crate::store::vocabulary::service::EducationRow;

impl Desk<'_> {
    pub(super) async fn record_service(&mut self, command: &Command) -> Result<(), Stop> {
        let Command::RecordService { service: id, animal, details, veterinarian } = command else {
            return Ok(());
        };
        if self.context.outreach.is_none() {
            return Err(Refusal::OutreachUnknown.into());
        }
        let animal = self.animal(*animal).await?;
        let carrier = self.carrier(details).await?;
        let id_taken = self.services.iter().any(|service| service.id == *id);
        let held = self.animals.get(&animal).ok_or(Refusal::AnimalUnknown)?;
        let facts = facts(id_taken, held, carrier.as_ref());
        let decided = service::record(&self.context, details, *veterinarian, &facts);
        let decision = match (decided, carrier) {
            (Ok(decision), _) => decision,
            (Err(refusal), other) if refusal.is_conflict() => {
                return Err(self.conflict(refusal, animal, other));
            }
            (Err(refusal), _) => return Err(refusal.into()),
        };
        self.apply(animal, &decision).await?;
        self.add_service((*id, animal, *veterinarian), details, &decision)?;
        self.note(Subject::Animal(animal), "service_recorded", command)
    }

    /// The animal that carries the chip of a service.
    async fn carrier(&mut self, details: &ServiceDetails) -> Result<Option<AnimalRecord>, Stop> {
        let ServiceDetails::Microchip(microchip) = details else { return Ok(None) };
        let chip = microchip.chip;
        let here = self.animals.values().find(|animal| animal.chip() == Some(chip));
        if let Some(animal) = here {
            return Ok(Some(animal.held.record.clone()));
        }
        let Some(row) = self.tx.animal_by_chip(&chip.to_string()).await? else { return Ok(None) };
        let record = AnimalRecord::try_from(row)?;
        // A merged record's chip is its kept record's.
        let id = record.merged_into.unwrap_or(record.id);
        Ok(Some(AnimalRecord { id, ..record }))
    }

    fn conflict(&self, refusal: Refusal, animal: AnimalId, carrier: Option<AnimalRecord>) -> Stop {
        let own = || self.animals.get(&animal).map(|held| held.held.record.clone());
        let other = match refusal {
            Refusal::ChipTaken => carrier,
            _ => own(),
        };
        let sees_all = allows(self.context.caller, UseCase::SolveTasks);
        let other = other.map(|record| Box::new(masked(&record, sees_all.then_some(record.id))));
        Stop::Refused { command: None, refusal, other }
    }

    async fn apply(&mut self, id: AnimalId, decision: &ServiceDecision) -> Result<(), Stop> {
        let today = self.context.recorded_on;
        let held = self.held(id)?;
        let record = &mut held.held.record;
        if let Some(chip) = decision.attach {
            record.chip = Some(chip);
        }
        if let Some(state) = decision.reproductive_state {
            record.details.reproductive_state = state;
        }
        if decision.died {
            record.vital_state = domain::catalogue::VitalState::Deceased;
            record.vital_since = Some(today);
        }
        if decision.attach.is_some() || decision.reproductive_state.is_some() || decision.died {
            held.touch();
        }
        self.refresh_rnm(id).await
    }

    fn add_service(
        &mut self,
        (id, animal, veterinarian): (ServiceId, AnimalId, Option<StaffId>),
        details: &ServiceDetails,
        decision: &ServiceDecision,
    ) -> Result<(), Stop> {
        let record = ServiceRecord {
            id,
            kind: decision.kind,
            counts: decision.counts,
            animal,
            outreach: self.submission.outreach,
            visit: self.submission.visit,
            submission: Some(self.submission.id),
            veterinarian,
            performed_at: self.context.recorded_at,
            performed_on: self.context.recorded_on,
            details: details.clone(),
            recorded: self.recorded(),
            annulled_at: None,
        };
        self.held(animal)?.services.insert(0, record.clone());
        if decision.certified {
            self.certified.push(self.services.len());
        }
        self.services.push(record);
        Ok(())
    }

    pub(super) fn record_education(
        &mut self,
        id: ServiceId,
        details: &EducationSession,
    ) -> Result<(), Stop> {
        let outreach = self.submission.outreach.ok_or(Refusal::OutreachUnknown)?;
        self.education.push(EducationRow {
            id: id.0,
            outreach_id: outreach.0,
            topic: details.topic.code().to_owned(),
            attendants: i64::from(details.attendants),
            minutes: i64::from(details.minutes),
            staff_id: self.context.actor.map(|actor| actor.0),
            submission_id: Some(self.submission.id.0),
            performed_at: self.context.recorded_at.0,
            performed_on: self.context.recorded_on.to_string(),
            annulled_at: None,
        });
        self.note(Subject::Outreach(outreach), "education_held", details)
    }

    pub(super) async fn annul(
        &mut self,
        id: ServiceId,
        reason: &ShortText<200>,
    ) -> Result<(), Stop> {
        let row = self.tx.service(id.0).await?.ok_or(Refusal::ServiceUnknown)?;
        let service = ServiceRecord::try_from(row)?;
        let facts = AnnulFacts {
            service: id,
            recorded: service.recorded,
            is_annulled: service.annulled_at.is_some(),
        };
        amend::annul(&self.context, facts)?;
        let now = self.context.now;
        let by = self.context.actor.map(|actor| actor.0);
        self.tx.annul_service(id.0, by, reason.as_str(), now.0).await?;
        let ending = Ending { by: self.context.actor, reason: "service_annulled", at: now };
        documents::withdraw_of_service(self.tx, id, ending).await?;
        let animal = self.animal(service.animal).await?;
        self.take_back(animal, &service).await?;
        self.note(Subject::Animal(animal), "service_annulled", &(id, reason))
    }

    /// Undoes what the annulled service had changed on the animal.
    async fn take_back(&mut self, id: AnimalId, annulled: &ServiceRecord) -> Result<(), Stop> {
        let held = self.held(id)?;
        held.services.retain(|service| service.id != annulled.id);
        let stays = |wanted: &dyn Fn(&ServiceRecord) -> bool| {
            held.services.iter().any(|service| service.annulled_at.is_none() && wanted(service))
        };
        if matches!(annulled.details, ServiceDetails::Microchip(_)) {
            let is_chip =
                |service: &ServiceRecord| matches!(service.details, ServiceDetails::Microchip(_));
            if !stays(&is_chip) {
                held.held.record.chip = None;
            }
        }
        if annulled.kind == ServiceKind::Sterilisation && annulled.counts {
            held.held.record.details.reproductive_state =
                domain::catalogue::ReproductiveState::Intact;
        }
        held.touch();
        self.refresh_rnm(id).await
    }
}

/// The facts of a service on an animal of the desk.
fn facts<'a>(
    id_taken: bool,
    held: &'a HeldAnimal,
    carrier: Option<&AnimalRecord>,
) -> ServiceFacts<'a> {
    let internal = held.services.iter().filter(|service| {
        service.kind == ServiceKind::DewormingInternal && service.annulled_at.is_none()
    });
    ServiceFacts {
        id_taken,
        animal: held.held.record.id,
        details: &held.held.record.details,
        vital_state: held.held.record.vital_state,
        chip: held.chip(),
        carrier: carrier.map(|record| record.id),
        last_internal: internal.map(|service| service.performed_on).max(),
    }
}
