//! Corrections of services: what was recorded is replaced, and what hangs on it follows. Stock and
//! sums are asked of the services, and so follow by themselves.

use domain::catalogue::VitalState;
use domain::command::Command;
use domain::decide::service::{self, CorrectFacts, ServiceCorrection};
use domain::document::DocumentState;
use domain::id::AnimalId;
use domain::refusal::Refusal;
use domain::service::ServiceDetails;

use super::desk::{Desk, Stop};
use super::{team_at, veterinarians};
use crate::documents::{self, Ending, kind_and_state};
use crate::history::Subject;
use crate::records::ServiceRecord;

impl Desk<'_> {
    pub(super) async fn correct_service(&mut self, command: &Command) -> Result<(), Stop> {
        let Command::CorrectService { service: id, details, veterinarian, reason, at } = command
        else {
            return Ok(());
        };
        let row = self.tx.service(id.0).await?.ok_or(Refusal::ServiceUnknown)?;
        let before = ServiceRecord::try_from(row)?;
        let (performed_at, performed_on) = match *at {
            Some(at) => (at, self.moved(at, before.outreach).await?),
            None => (before.performed_at, before.performed_on),
        };
        let animal = self.animal(before.animal).await?;
        let team = match before.outreach {
            Some(outreach) => {
                let team = self.backdrop.team(self.tx, outreach.0).await?;
                veterinarians(&team_at(team, performed_at))
            }
            None => Vec::new(),
        };
        let facts = CorrectFacts {
            recorded: before.recorded,
            is_annulled: before.annulled_at.is_some(),
            performed_on,
            was_on: before.performed_on,
            details: &before.details,
            veterinarian: before.veterinarian,
            veterinarians: &team,
            animal: &self.animals.get(&animal).ok_or(Refusal::AnimalUnknown)?.held.record.details,
        };
        let correction = service::correct(&self.context, details, *veterinarian, facts)?;
        let mut after = ServiceRecord {
            kind: correction.decision.kind,
            counts: correction.decision.counts,
            veterinarian: *veterinarian,
            performed_at,
            performed_on,
            residence: self.residence_at(&before, performed_at).await?,
            details: correction.details.clone(),
            ..before.clone()
        };
        if correction.ends_otherwise {
            self.end_otherwise(animal, &correction, (&before, &mut after)).await?;
        } else if correction.decision.died {
            self.die_on(animal, (&before, &after))?;
        }
        self.tx.correct_service(&after.to_row()?).await?;
        self.tx.note_changed(id.0, self.submission.id.0).await?;
        if before.veterinarian != after.veterinarian {
            self.entrust_documents(&after).await?;
        }
        let said = Command::CorrectService {
            service: *id,
            details: Box::new(unsigned(&after.details)),
            veterinarian: after.veterinarian,
            reason: *reason,
            at: *at,
        };
        let held = self.held(animal)?;
        if let Some(service) = held.services.iter_mut().find(|service| service.id == *id) {
            *service = after;
        }
        held.correct();
        self.note(Subject::Animal(animal), "service_corrected", &said)
    }

    /// An animal that died of a surgery died on its day.
    fn die_on(
        &mut self,
        animal: AnimalId,
        (before, after): (&ServiceRecord, &ServiceRecord),
    ) -> Result<(), Stop> {
        self.held(animal)?.apart(|held| {
            let one = held.record_mut(before.animal);
            let record = &mut one.record;
            let died_of_it = record.vital_state == VitalState::Deceased
                && record.vital_since == Some(before.performed_on);
            if died_of_it && before.performed_on != after.performed_on {
                record.vital_since = Some(after.performed_on);
                one.touch();
            }
        });
        Ok(())
    }

    /// The animal is as the surgery left it after all. What did not come to pass is certified no
    /// more, what did is certified now; that later documents print it is no correction of earlier
    /// ones.
    async fn end_otherwise(
        &mut self,
        animal: AnimalId,
        correction: &ServiceCorrection,
        (before, after): (&ServiceRecord, &mut ServiceRecord),
    ) -> Result<(), Stop> {
        self.put_back(animal, before)?;
        // As it was put back: on the record that was operated, which may stand alone again.
        let record = (animal, before.animal);
        after.before = self.apply(record, &correction.decision, after.performed_on).await?;
        if before.counts && !after.counts {
            let (by, at) = (self.context.actor, self.context.now);
            let ending = Ending { by, reason: "service_corrected", at };
            let waited = documents::withdraw_of_service(self.tx, before.id, ending).await?;
            self.released.extend(waited);
        } else if !before.counts && correction.decision.certified {
            let certified = (after.animal, after.id);
            if !self.certified.contains(&certified) {
                self.certified.push(certified);
            }
        }
        Ok(())
    }

    /// Has the documents that wait for a hand wait for that of who answers for the service now.
    async fn entrust_documents(&mut self, service: &ServiceRecord) -> Result<(), Stop> {
        for row in self.tx.documents_of_service(service.id.0).await? {
            if let (DocumentState::Waiting, Some(to)) =
                (kind_and_state(&row)?.1, service.veterinarian)
            {
                self.tx.entrust_document(row.id, to.0).await?;
                self.entrusted.push(row);
            }
        }
        Ok(())
    }
}

/// What was done, without the owner's signature: it is told once, by what recorded the surgery, so
/// that its erasure finds it.
fn unsigned(details: &ServiceDetails) -> ServiceDetails {
    let mut details = details.clone();
    if let ServiceDetails::Sterilisation(surgery) = &mut details {
        surgery.consent_signature = None;
    }
    details
}
