//! Commands on animals.

use domain::animal::AnimalDetails;
use domain::catalogue::VitalState;
use domain::certificate::DocumentKind;
use domain::command::Command;
use domain::decide::animal::{self, MergeSide, NewAnimalFacts};
use domain::document::DocumentState;
use domain::id::{AnimalId, OwnerId};
use domain::refusal::Refusal;
use domain::rnm::{self, RnmState};
use domain::timestamp::CivilDate;

use super::desk::{Change, Desk, Held, HeldAnimal, Stop};
use crate::documents::{self, Ending, kind_and_state};
use crate::history::Subject;
use crate::records::AnimalRecord;

impl Desk<'_> {
    pub(super) async fn register_animal(
        &mut self,
        id: AnimalId,
        owner: OwnerId,
        details: &AnimalDetails,
    ) -> Result<(), Stop> {
        let owner = self.owner(owner).await?;
        let facts = NewAnimalFacts {
            id_taken: self.animals.contains_key(&id),
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
        };
        let held = Held { record, change: Change::Added, corrected: false };
        self.animals.insert(id, HeldAnimal::alone(held));
        self.note(Subject::Animal(id), "animal_registered", &(owner, details))
    }

    pub(super) async fn correct_animal(
        &mut self,
        id: AnimalId,
        details: &AnimalDetails,
        command: &Command,
    ) -> Result<(), Stop> {
        let id = self.animal(id).await?;
        let (owner, recorded) = {
            let record = &self.held(id)?.held.record;
            (record.owner, record.recorded)
        };
        let owner = self.owner(owner).await?;
        let is_adult = self.is_adult(owner)?;
        animal::correct(&self.context, details, recorded, is_adult)?;
        let held = self.held(id)?;
        let before = std::mem::replace(&mut held.held.record.details, details.clone());
        let before = held.correction.take().map_or(before, |(first, _)| first);
        held.correction = Some((before, details.clone()));
        held.held.corrected = true;
        held.touch();
        self.refresh_rnm(id).await?;
        self.note(Subject::Animal(id), "animal_corrected", command)
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
        let held = self.held(merged)?;
        held.held.record.merged_into = Some(kept);
        held.touch();
        self.note(Subject::Animal(kept), "animal_merged", &merged)?;
        self.note(Subject::Animal(merged), "merged_into_animal", &kept)
    }

    pub(super) async fn unmerge_animal(&mut self, merged: AnimalId) -> Result<(), Stop> {
        let row = self.tx.animal(merged.0).await?.ok_or(Refusal::AnimalUnknown)?;
        let mut record = AnimalRecord::try_from(row)?;
        let kept = record.merged_into.take().ok_or(Refusal::NotMerged)?;
        let held = Held { record, change: Change::Changed, corrected: false };
        self.animals.insert(merged, HeldAnimal::alone(held));
        self.note(Subject::Animal(kept), "animal_unmerged", &merged)?;
        self.note(Subject::Animal(merged), "unmerged_from_animal", &kept)
    }

    pub(super) async fn transfer_animal(&mut self, id: AnimalId, to: OwnerId) -> Result<(), Stop> {
        let id = self.animal(id).await?;
        let to = self.owner(to).await?;
        let is_adult = self.is_adult(to)?;
        let now = self.context.now;
        let held = self.held(id)?;
        let record = &mut held.held.record;
        let from = record.owner;
        animal::transfer(&record.details, record.vital_state, from, (to, is_adult))?;
        record.owner = to;
        // The municipality registered the owner of before: the new one asks anew.
        record.rnm_state = RnmState::NoChip;
        record.rnm_number = None;
        record.rnm_reason = None;
        record.rnm_changed_at = now;
        held.held.corrected = true;
        held.touch();
        self.refresh_rnm(id).await?;
        self.end_rnm_documents(id).await?;
        self.note(Subject::Animal(id), "animal_transferred", &(from, to))?;
        self.note(Subject::Owner(from), "animal_left", &id)?;
        self.note(Subject::Owner(to), "animal_came", &id)
    }

    async fn end_rnm_documents(&mut self, id: AnimalId) -> Result<(), Stop> {
        let ending = Ending { by: self.context.actor, reason: "transferred", at: self.context.now };
        for row in self.tx.documents_of(&[id.0]).await? {
            if kind_and_state(&row)?.0 == DocumentKind::Rnm {
                documents::end(self.tx, row.id.into(), DocumentState::Withdrawn, ending).await?;
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
        let today = self.context.recorded_on;
        let held = self.held(id)?;
        animal::set_vital_state(held.held.record.vital_state, state, since, today)?;
        held.held.record.vital_state = state;
        held.held.record.vital_since = Some(since);
        held.touch();
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
        let now = self.context.now;
        let Some(owner) = self.owners.get(&owner) else { return Ok(()) };
        let Some(animal) = self.animals.get_mut(&id) else { return Ok(()) };
        let has_chip = animal.chip().is_some();
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
