//! Commands on animals.

use domain::animal::AnimalDetails;
use domain::catalogue::VitalState;
use domain::certificate::DocumentKind;
use domain::command::{Command, CorrectionReason};
use domain::decide::animal::{self, MergeSide, NewAnimalFacts, VitalChange};
use domain::document::DocumentState;
use domain::id::{AnimalId, OwnerId};
use domain::refusal::Refusal;
use domain::rnm::{self, RnmState};
use domain::timestamp::CivilDate;

use super::desk::{Desk, Stop};
use super::held::{Change, Held, HeldAnimal};
use super::tenure::Transfer;
use crate::documents::{self, Ending, kind_and_state};
use crate::history::Subject;
use crate::records::{AnimalRecord, ServiceRecord};

impl Desk<'_> {
    pub(super) async fn register_animal(
        &mut self,
        id: AnimalId,
        owner: OwnerId,
        details: &AnimalDetails,
    ) -> Result<(), Stop> {
        let owner = self.owner(owner).await?;
        let is_new = self.owners.get(&owner).is_some_and(|held| held.change == Change::Added);
        // Of a new owner it can only be new too, or fails when it is written.
        let exists = !is_new && self.tx.animal(id.0).await?.is_some();
        let facts = NewAnimalFacts {
            id_taken: exists || self.animal_here(id).is_some(),
            owner_is_adult: self.is_adult(owner)?,
        };
        animal::register(&self.context, details, facts)?;
        let now = self.context.now;
        let record = AnimalRecord {
            id,
            owner,
            details: details.clone(),
            chip: None,
            vital_state: VitalState::Alive,
            vital_since: None,
            rnm_state: RnmState::NoChip,
            rnm_number: None,
            rnm_reason: None,
            rnm_changed_at: now,
            recorded: self.recorded(),
            created_at: now,
            updated_at: now,
            merged_into: None,
            merged_to: None,
            own: None,
        };
        self.animals.insert(id, HeldAnimal::alone(Held::added(record)));
        self.note(Subject::Animal(id), "animal_registered", &(owner, details))
    }

    pub(super) async fn correct_animal(
        &mut self,
        id: AnimalId,
        (details, reason): (&AnimalDetails, CorrectionReason),
        command: &Command,
    ) -> Result<(), Stop> {
        let named = id;
        let id = self.animal(id).await?;
        let (owner, recorded, known) = {
            let record = &self.held(id)?.held.record;
            (record.owner, record.recorded, record.details.clone())
        };
        let owner = self.owner(owner).await?;
        let is_adult = self.is_adult(owner)?;
        let details = match reason {
            CorrectionReason::Completed => {
                let completed = rnm::completed(&known, details);
                // Somebody else may have said all of it meanwhile.
                if completed == known {
                    return Ok(());
                }
                animal::complete(&self.context, (&known, &completed), is_adult)?;
                completed
            }
            _ => {
                let ids = (named, id);
                let corrected = self.as_corrected(ids, (&known, recorded), details).await?;
                animal::correct(&self.context, &corrected, recorded, is_adult)?;
                corrected
            }
        };
        let held = self.held(id)?;
        held.held.record.details = details.clone();
        held.settle();
        held.correct_from(known);
        self.refresh_rnm(id).await?;
        let details = Box::new(details);
        let stored = Command::CorrectAnimal { animal: named, details, reason };
        // Of a completion only what was missing is said.
        let said = if reason == CorrectionReason::Completed { &stored } else { command };
        self.note_correction(Subject::Animal(id), "animal_corrected", (&stored, said))
    }

    pub(super) async fn merge_animals(
        &mut self,
        kept: AnimalId,
        merged: AnimalId,
    ) -> Result<(), Stop> {
        let kept_is_merged = self.animal(kept).await? != kept;
        let merged_is_merged = self.animal(merged).await? != merged;
        if kept_is_merged || merged_is_merged {
            return Err(Refusal::AlreadyMerged.into());
        }
        fn side(animal: &HeldAnimal) -> MergeSide<'_> {
            let record = &animal.held.record;
            MergeSide {
                id: record.id,
                details: &record.details,
                has_chip: animal.chip().is_some(),
                is_merged: record.merged_into.is_some(),
            }
        }
        let sides = (self.animals.get(&kept), self.animals.get(&merged));
        let (Some(one), Some(other)) = sides else { return Err(Refusal::AnimalUnknown.into()) };
        animal::merge(side(one), side(other))?;
        self.put_animal_to(merged, kept)?;
        self.note(Subject::Animal(kept), "animal_merged", &merged)?;
        self.note(Subject::Animal(merged), "merged_into_animal", &kept)?;
        self.refresh_rnm(kept).await
    }

    /// Puts an animal and those it stands for behind another, with their services. Of two numbers
    /// of the RNM the history keeps the one that stands no more.
    fn put_animal_to(&mut self, merged: AnimalId, kept: AnimalId) -> Result<(), Stop> {
        let mut side = self.animals.remove(&merged).ok_or(Refusal::AnimalUnknown)?;
        let number = side.held.record.rnm_number.clone();
        side.take_apart();
        side.held.record.merged_to = Some(kept);
        for held in side.records_mut() {
            held.record.merged_into = Some(kept);
            held.touch();
        }
        let children: Vec<_> = side.merged.iter().map(|child| child.record.id).collect();
        let held = self.held(kept)?;
        let before = side.held.record.details.clone();
        let numbers = [(merged, number), (kept, held.held.record.rnm_number.clone())];
        held.apart(|held| {
            held.merged.push(side.held);
            held.merged.extend(side.merged);
        });
        held.services.extend(side.services);
        held.correct_likeness_from(before);
        let stands = held.held.record.rnm_number.clone();
        for child in children {
            self.note(Subject::Animal(child), "merged_into_animal", &kept)?;
        }
        for (animal, number) in numbers {
            // Where the kept record has none itself, that of the one that came furthest stands.
            let Some(number) = number.filter(|one| Some(one) != stands.as_ref()) else { continue };
            let said = serde_json::json!({ "animal": animal, "number": number });
            self.note(Subject::Animal(kept), "rnm_number_set_aside", &said)?;
        }
        Ok(())
    }

    pub(super) async fn unmerge_animal(&mut self, merged: AnimalId) -> Result<(), Stop> {
        let root = self.animal(merged).await?;
        let kept = animal::unmerge((root != merged).then_some(root))?;
        for child in self.take_animal_from(merged, kept)? {
            self.note(Subject::Animal(child), "merged_into_animal", &merged)?;
        }
        self.note(Subject::Animal(kept), "animal_unmerged", &merged)?;
        self.note(Subject::Animal(merged), "unmerged_from_animal", &kept)?;
        self.refresh_rnm(kept).await?;
        self.refresh_rnm(merged).await
    }

    /// Takes a merged animal out from behind another, with what had been put to it and the
    /// services of all of them. Answers those that follow it.
    fn take_animal_from(
        &mut self,
        merged: AnimalId,
        kept: AnimalId,
    ) -> Result<Vec<AnimalId>, Stop> {
        let side = self.held(kept)?;
        side.take_apart();
        let mut own = vec![merged];
        let mut at = 0;
        while let Some(parent) = own.get(at).copied() {
            let put_here = side.merged.iter().map(|held| &held.record);
            let put_here = put_here.filter(|record| record.merged_to == Some(parent));
            own.extend(put_here.map(|record| record.id));
            at += 1;
        }
        let (mut leaving, staying): (Vec<_>, Vec<_>) =
            side.merged.drain(..).partition(|held| own.contains(&held.record.id));
        side.merged = staying;
        let (services, left): (Vec<_>, Vec<_>) =
            side.services.drain(..).partition(|service| own.contains(&service.animal));
        side.services = left;
        side.unite();
        side.correct();
        let before = side.held.record.details.clone();
        let at = leaving.iter().position(|held| held.record.id == merged);
        let mut held = leaving.swap_remove(at.ok_or(Refusal::AnimalUnknown)?);
        held.record.merged_into = None;
        held.record.merged_to = None;
        for child in &mut leaving {
            child.record.merged_into = Some(merged);
            child.touch();
        }
        let mut alone = HeldAnimal { services, merged: leaving, ..HeldAnimal::alone(held) };
        alone.unite();
        alone.correct_likeness_from(before);
        self.animals.insert(merged, alone);
        Ok(own.split_off(1))
    }

    pub(super) async fn transfer_animal(&mut self, id: AnimalId, to: OwnerId) -> Result<(), Stop> {
        let id = self.animal(id).await?;
        let to = self.owner(to).await?;
        let is_adult = self.is_adult(to)?;
        let (now, today) = (self.context.now, self.context.recorded_on);
        let held = self.held(id)?;
        let record = &mut held.held.record;
        let from = record.owner;
        let state = animal::transfer(&record.details, record.vital_state, from, (to, is_adult))?;
        let lives_again = state != record.vital_state;
        if lives_again {
            (record.vital_state, record.vital_since) = (state, Some(today));
        }
        record.owner = to;
        // The municipality registered the owner of before: the new one asks anew.
        held.apart(|held| {
            for one in held.records_mut() {
                let record = &mut one.record;
                record.rnm_state = RnmState::NoChip;
                record.rnm_number = None;
                record.rnm_reason = None;
                record.rnm_changed_at = now;
                one.touch();
            }
        });
        held.correct();
        self.refresh_rnm(id).await?;
        self.end_rnm_documents(id).await?;
        self.transfers.push(Transfer { animal: id, from, to });
        let kept_from = self.owner(from).await?;
        self.touch(kept_from)?;
        self.touch(to)?;
        self.note(Subject::Animal(id), "animal_transferred", &(from, to))?;
        if lives_again {
            self.note(Subject::Animal(id), "vital_state_set", &(state, today))?;
        }
        self.note(Subject::Owner(from), "animal_left", &id)?;
        self.note(Subject::Owner(to), "animal_came", &id)
    }

    async fn end_rnm_documents(&mut self, id: AnimalId) -> Result<(), Stop> {
        let ending = Ending { by: self.context.actor, reason: "transferred", at: self.context.now };
        let ids: Vec<_> = self.held(id)?.records().map(|one| one.record.id.0).collect();
        for row in self.tx.documents_of(&ids).await? {
            if kind_and_state(&row)?.0 == DocumentKind::Rnm {
                documents::end(self.tx, &row, DocumentState::Withdrawn, ending).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn set_vital_state(
        &mut self,
        id: AnimalId,
        state: VitalState,
        since: CivilDate,
    ) -> Result<(), Stop> {
        let id = self.animal(id).await?;
        let (today, caller) = (self.context.recorded_on, self.context.caller);
        let here = self.submission.outreach;
        let held = self.held(id)?;
        let is_here = |service: &ServiceRecord| {
            service.outreach.is_some() && service.outreach == here && service.annulled_at.is_none()
        };
        let served_here = held.services.iter().any(is_here);
        let from = held.held.record.vital_state;
        let change = VitalChange { from, to: state, since, served_here };
        animal::set_vital_state(caller, change, today)?;
        held.held.record.vital_state = state;
        held.held.record.vital_since = Some(since);
        held.touch();
        held.settle();
        self.note(Subject::Animal(id), "vital_state_set", &(state, since))
    }

    /// The animal on the desk.
    pub(super) fn held(&mut self, id: AnimalId) -> Result<&mut HeldAnimal, Stop> {
        Ok(self.animals.get_mut(&id).ok_or(Refusal::AnimalUnknown)?)
    }

    /// Reckons the RNM state again that follows from the data, unless a person has gone beyond it.
    pub(super) async fn refresh_rnm(&mut self, id: AnimalId) -> Result<(), Stop> {
        let owner = self.held(id)?.held.record.owner;
        let owner = self.owner(owner).await?;
        let (now, tests) = (self.context.now, self.context.tests);
        let Some(owner) = self.owners.get(&owner) else { return Ok(()) };
        let Some(animal) = self.animals.get_mut(&id) else { return Ok(()) };
        let has_chip = animal.chip().is_some_and(|chip| chip.implantable(tests).is_ok());
        let record = &mut animal.held.record;
        let state = rnm::derived_state(&owner.record.details, &record.details, has_chip);
        if record.rnm_state.is_derived() && record.rnm_state != state {
            record.rnm_state = state;
            record.rnm_changed_at = now;
            animal.touch();
        }
        Ok(())
    }

    fn is_adult(&self, owner: OwnerId) -> Result<bool, Stop> {
        let held = self.owners.get(&owner).ok_or(Refusal::OwnerUnknown)?;
        Ok(held.record.details.is_adult)
    }
}
