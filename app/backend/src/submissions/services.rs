//! Commands on services.

use domain::catalogue::VitalState;
use domain::command::Command;
use domain::decide::amend::{self, AnnulFacts, Annulment};
use domain::decide::service::{self, ServiceDecision, ServiceFacts};
use domain::id::{AnimalId, ServiceId, StaffId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::{UseCase, allows};
use domain::service::{ServiceDetails, StateBefore};
use domain::territory::Commune;
use domain::timestamp::CivilDate;

use super::desk::{Desk, Stop};
use super::held::HeldAnimal;
use crate::documents::{self, Ending};
use crate::history::Subject;
use crate::records::{AnimalRecord, ServiceRecord};
use crate::registry::{masked, registered_in};

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
                return Err(self.conflict(refusal, animal, other).await?);
            }
            (Err(refusal), _) => return Err(refusal.into()),
        };
        let on = self.context.recorded_on;
        let before = self.apply((animal, animal), &decision, on).await?;
        let residence = self.residence(animal).await?;
        self.add_service((*id, animal, *veterinarian), details, &decision, (before, residence))?;
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
        if self.is_fresh {
            return Ok(None);
        }
        let Some(row) = self.tx.animal_by_chip(&chip.to_string()).await? else { return Ok(None) };
        let record = AnimalRecord::try_from(row)?;
        // What is on the desk and does not carry it there has lost it, or will when all is written.
        if self.animal_here(record.id).is_some() {
            return Ok(None);
        }
        // A merged record's chip is its kept record's.
        let id = record.merged_into.unwrap_or(record.id);
        Ok(Some(AnimalRecord { id, ..record }))
    }

    async fn conflict(
        &mut self,
        refusal: Refusal,
        animal: AnimalId,
        carrier: Option<AnimalRecord>,
    ) -> Result<Stop, Stop> {
        let own = || self.animals.get(&animal).map(|held| held.held.record.clone());
        let other = match refusal {
            Refusal::ChipTaken => carrier,
            _ => own(),
        };
        let Some(record) = other else { return Ok(refusal.into()) };
        let sees_all = allows(self.context.caller, UseCase::SolveTasks);
        let commune = registered_in(self.tx, record.id).await?;
        let other = masked(&record, sees_all.then_some(record.id), commune);
        Ok(Stop::Refused { command: None, refusal, other: Some(Box::new(other)) })
    }

    /// Changes one of an animal's records as a service of this day does; answers what that was like
    /// before.
    pub(super) async fn apply(
        &mut self,
        (id, record): (AnimalId, AnimalId),
        decision: &ServiceDecision,
        day: CivilDate,
    ) -> Result<StateBefore, Stop> {
        let before = self.held(id)?.apart(|held| held.serve(record, decision, day));
        self.refresh_rnm(id).await?;
        Ok(before)
    }

    fn add_service(
        &mut self,
        (id, animal, veterinarian): (ServiceId, AnimalId, Option<StaffId>),
        details: &ServiceDetails,
        decision: &ServiceDecision,
        (before, residence): (StateBefore, Option<Commune>),
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
            before,
            residence,
        };
        self.held(animal)?.services.insert(0, record.clone());
        if decision.certified {
            self.certified.push((animal, id));
        }
        self.services.push(record);
        Ok(())
    }

    pub(super) async fn annul(
        &mut self,
        id: ServiceId,
        reason: &ShortText<200>,
    ) -> Result<(), Stop> {
        let Some(row) = self.tx.service(id.0).await? else {
            return self.annul_education(id, reason).await;
        };
        let service = ServiceRecord::try_from(row)?;
        let facts = AnnulFacts {
            service: id,
            recorded: service.recorded,
            is_annulled: service.annulled_at.is_some(),
            with_others: self.only_annuls(),
        };
        if self.weigh_annulment(facts)? == Annulment::Before {
            let animal = self.animal(service.animal).await?;
            return self.note(Subject::Animal(animal), "annulled_before", &(id, reason));
        }
        let now = self.context.now;
        let by = self.context.actor.map(|actor| actor.0);
        self.tx.annul_service(id.0, by, reason.as_str(), now.0).await?;
        self.tx.note_changed(id.0, self.submission.id.0).await?;
        let ending = Ending { by: self.context.actor, reason: "service_annulled", at: now };
        let waited = documents::withdraw_of_service(self.tx, id, ending).await?;
        self.released.extend(waited);
        let animal = self.animal(service.animal).await?;
        self.take_back(animal, &service).await?;
        self.note(Subject::Animal(animal), "service_annulled", &(id, reason))
    }

    /// Whether the submission annuls several services and does nothing else.
    pub(super) fn only_annuls(&self) -> bool {
        let commands = &self.submission.commands;
        let annuls = |command: &Command| matches!(command, Command::AnnulService { .. });
        commands.len() > 1 && commands.iter().all(annuls)
    }

    pub(super) fn weigh_annulment(&mut self, facts: AnnulFacts) -> Result<Annulment, Stop> {
        let annulment = amend::annul(&self.context, facts)?;
        self.annulments.push(annulment);
        Ok(annulment)
    }

    /// Undoes what the annulled service had changed on the animal, unless it has changed since.
    async fn take_back(&mut self, id: AnimalId, annulled: &ServiceRecord) -> Result<(), Stop> {
        let held = self.held(id)?;
        held.services.retain(|service| service.id != annulled.id);
        if let ServiceDetails::Microchip(microchip) = &annulled.details {
            let chip = microchip.chip;
            let reads_it = |service: &ServiceRecord| match &service.details {
                ServiceDetails::Microchip(other) => {
                    other.chip == chip && service.annulled_at.is_none()
                }
                ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => false,
            };
            if !held.services.iter().any(reads_it) {
                held.release(chip);
                self.read_before(id).await?;
            }
        }
        self.put_back(id, annulled)?;
        self.refresh_rnm(id).await
    }

    /// Puts the number back that was read in an animal before it got one that it has no more.
    async fn read_before(&mut self, id: AnimalId) -> Result<(), Stop> {
        let held = self.held(id)?;
        let is_reading = |one: &&ServiceRecord| {
            one.annulled_at.is_none() && matches!(one.details, ServiceDetails::Microchip(_))
        };
        let Some(last) = held.services.iter().find(is_reading).cloned() else { return Ok(()) };
        let ServiceDetails::Microchip(read) = &last.details else { return Ok(()) };
        if held.chip().is_none() && self.carrier(&last.details).await?.is_none() {
            let one = self.held(id)?.record_mut(last.animal);
            one.record.chip = Some(read.chip);
            one.touch();
        }
        Ok(())
    }

    /// Puts back what a service had changed of the states of its record of the animal, unless they
    /// have changed since.
    pub(super) fn put_back(&mut self, id: AnimalId, service: &ServiceRecord) -> Result<(), Stop> {
        let held = self.held(id)?;
        let before = held.held.record.details.clone();
        held.apart(|held| held.put_back(service));
        held.correct_from(before);
        Ok(())
    }
}

impl HeldAnimal {
    fn serve(
        &mut self,
        record: AnimalId,
        decision: &ServiceDecision,
        day: CivilDate,
    ) -> StateBefore {
        let held = self.record_mut(record);
        let record = &mut held.record;
        let mut before = StateBefore::default();
        if let Some(chip) = decision.attach {
            record.chip = Some(chip);
        }
        if let Some(state) = decision.reproductive_state {
            before.reproductive_state = Some(record.details.reproductive_state);
            record.details.reproductive_state = state;
        }
        if decision.died {
            before.vital_state = Some((record.vital_state, record.vital_since));
            record.vital_state = VitalState::Deceased;
            record.vital_since = Some(day);
        }
        if decision.attach.is_some() || before != StateBefore::default() {
            held.touch();
        }
        before
    }

    fn put_back(&mut self, service: &ServiceRecord) {
        let one = self.record_mut(service.animal);
        let record = &mut one.record;
        let state = &mut record.details.reproductive_state;
        if let (Some(before), true) = (service.before.reproductive_state, state.is_sterilised()) {
            *state = before;
        }
        if let (Some((state, since)), VitalState::Deceased) =
            (service.before.vital_state, record.vital_state)
        {
            (record.vital_state, record.vital_since) = (state, since);
        }
        one.touch();
    }
}

/// The facts of a service on an animal of the desk.
fn facts<'a>(
    id_taken: bool,
    held: &'a HeldAnimal,
    carrier: Option<&AnimalRecord>,
) -> ServiceFacts<'a> {
    ServiceFacts {
        id_taken,
        animal: held.held.record.id,
        details: &held.held.record.details,
        vital_state: held.held.record.vital_state,
        chip: held.chip(),
        carrier: carrier.map(|record| record.id),
    }
}
