//! Commands on owners.

use domain::command::{Command, CorrectionReason};
use domain::decide::Recorded;
use domain::decide::owner::{self, MergeFacts, OwnerDecision, OwnerFacts, UnmergeFacts};
use domain::id::{AnimalId, OwnerId};
use domain::owner::{ContactProposal, OwnerDetails};
use domain::refusal::Refusal;
use domain::submission::Alias;

use super::desk::{Desk, Stop};
use super::held::{Change, Held};
use crate::history::Subject;
use crate::records::OwnerRecord;
use crate::tasks::{self, TaskBody};

impl Desk<'_> {
    pub(super) async fn register_owner(
        &mut self,
        id: OwnerId,
        details: &OwnerDetails,
    ) -> Result<(), Stop> {
        let same_document = self.holder_of(details).await?;
        let known = same_document.map(|record| (record.id, record.details));
        let kept = known.as_ref().map(|(kept, _)| *kept);
        let (stands_for, is_row) = self.standing(id, kept).await?;
        let id_taken = stands_for.is_some() && stands_for != kept;
        let facts = OwnerFacts { id_taken, same_document: known };
        match owner::register(details, &facts)? {
            OwnerDecision::New => self.add_owner(id, details),
            OwnerDecision::Known { kept, stated, proposal } => {
                // A record of its own, merged into the kept one or not, needs none.
                if !is_row {
                    self.aliases.push(Alias { from: id, to: kept });
                }
                if let Some(stated) = stated {
                    self.state(kept, *stated).await?;
                }
                self.propose(kept, proposal).await
            }
        }
    }

    /// The owner that an identifier stands for already, and whether it is that of a record: an
    /// alias made of another owner's identifier would send all that is that owner's to the kept
    /// one.
    async fn standing(
        &mut self,
        id: OwnerId,
        kept: Option<OwnerId>,
    ) -> Result<(Option<OwnerId>, bool), Stop> {
        if kept == Some(id) {
            return Ok((kept, true));
        }
        // One that is to be added and exists in the register fails when it is written.
        let is_row = self.owners.contains_key(&id)
            || (kept.is_some() && self.tx.owner(id.0).await?.is_some());
        let is_alias = self.aliases.iter().any(|alias| alias.from == id)
            || (!self.is_fresh && self.tx.owner_alias(id.0).await?.is_some());
        let whom = if is_row || is_alias { Some(self.owner(id).await?) } else { None };
        Ok((whom, is_row))
    }

    fn add_owner(&mut self, id: OwnerId, details: &OwnerDetails) -> Result<(), Stop> {
        let record = OwnerRecord {
            id,
            details: details.clone(),
            recorded: self.recorded(),
            created_at: self.context.now,
            updated_at: self.context.now,
            merged_into: None,
            merged_to: None,
        };
        self.owners.insert(id, Held::added(record));
        self.note(Subject::Owner(id), "owner_registered", details)
    }

    /// What a known owner states only now counts from now on.
    async fn state(&mut self, owner: OwnerId, details: OwnerDetails) -> Result<(), Stop> {
        let held = self.owners.get_mut(&owner).ok_or(Refusal::OwnerUnknown)?;
        let homes = (held.record.details.commune, details.commune);
        held.record.details = details.clone();
        held.touch();
        self.settle(owner, homes, CorrectionReason::Completed);
        self.note(Subject::Owner(owner), "owner_stated", &details)?;
        self.refresh_animals_of(owner).await
    }

    /// Differing contact data of a known owner wait for a coordinator.
    async fn propose(
        &mut self,
        owner: OwnerId,
        proposal: Option<ContactProposal>,
    ) -> Result<(), Stop> {
        let Some(proposal) = proposal else { return Ok(()) };
        self.note(Subject::Owner(owner), "contact_proposed", &proposal)?;
        let body = TaskBody::ContactProposal { proposal: Box::new(proposal) };
        let about = tasks::About {
            owner: Some(owner),
            submission: Some(self.submission.id),
            ..tasks::About::default()
        };
        tasks::open(self.tx, &body, about, self.context.now).await?;
        Ok(())
    }

    pub(super) async fn correct_owner(
        &mut self,
        id: OwnerId,
        (details, reason): (&OwnerDetails, CorrectionReason),
        command: &Command,
    ) -> Result<(), Stop> {
        let named = id;
        let id = self.owner(id).await?;
        let record = &self.owners.get(&id).ok_or(Refusal::OwnerUnknown)?.record;
        let (known, recorded) = (record.details.clone(), record.recorded);
        let details = self.owner_as_corrected(id, (&known, recorded), details).await?;
        let holder = self.holder_of(&details).await?.map(|record| record.id);
        owner::correct(&self.context, (id, &details), recorded, holder)?;
        let withdraws = known.consents_to_photos && !details.consents_to_photos;
        let homes = (known.commune, details.commune);
        let held = self.owners.get_mut(&id).ok_or(Refusal::OwnerUnknown)?;
        if known.email != details.email && held.change != Change::Added {
            self.moved.insert(id);
        }
        held.record.details = details.clone();
        held.corrected = true;
        held.touch();
        let details = Box::new(details);
        let stored = Command::CorrectOwner { owner: named, details, reason };
        self.settle(id, homes, reason);
        self.note_correction(Subject::Owner(id), "owner_corrected", (&stored, command))?;
        if withdraws {
            let merged = self.tx.owners_merged_into(id.0).await?;
            let all: Vec<_> = merged.iter().map(|owner| owner.id).chain([id.0]).collect();
            self.tx.withdraw_pictures(&all).await?;
        }
        self.refresh_animals_of(id).await
    }

    pub(super) async fn merge_owners(
        &mut self,
        kept: OwnerId,
        merged: OwnerId,
    ) -> Result<(), Stop> {
        let facts = MergeFacts {
            kept_is_merged: self.owner(kept).await? != kept,
            merged_is_merged: self.owner(merged).await? != merged,
        };
        owner::merge(kept, merged, facts)?;
        // Whoever the merged record stood for is stood for by the kept one from now on.
        for child in self.owners_behind(merged).await? {
            self.put_owner_to(child, kept)?;
            self.note(Subject::Owner(child), "merged_into_owner", &kept)?;
        }
        self.put_owner_to(merged, kept)?;
        let held = self.owners.get_mut(&merged).ok_or(Refusal::OwnerUnknown)?;
        held.record.merged_to = Some(kept);
        self.touch(kept)?;
        self.note(Subject::Owner(kept), "owner_merged", &merged)?;
        self.note(Subject::Owner(merged), "merged_into_owner", &kept)?;
        self.refresh_animals_of(kept).await
    }

    pub(super) async fn unmerge_owner(&mut self, merged: OwnerId) -> Result<(), Stop> {
        let kept = self.owner(merged).await?;
        let held = self.owners.get(&merged).ok_or(Refusal::OwnerUnknown)?;
        let (merged_into, details) = (held.record.merged_into, held.record.details.clone());
        let document_held_by = self.rival_of(merged, &details).await?;
        owner::unmerge(UnmergeFacts { merged_into, document_held_by })?;
        let behind = self.owners_behind(kept).await?;
        let own = self.owners_put_to(merged, &behind);
        let held = self.owners.get_mut(&merged).ok_or(Refusal::OwnerUnknown)?;
        held.record.merged_into = None;
        held.record.merged_to = None;
        held.touch();
        for child in own {
            self.put_owner_to(child, merged)?;
            self.note(Subject::Owner(child), "merged_into_owner", &merged)?;
        }
        self.touch(kept)?;
        self.note(Subject::Owner(kept), "owner_unmerged", &merged)?;
        self.note(Subject::Owner(merged), "unmerged_from_owner", &kept)?;
        self.refresh_animals_of(kept).await?;
        self.refresh_animals_of(merged).await
    }

    fn put_owner_to(&mut self, owner: OwnerId, kept: OwnerId) -> Result<(), Stop> {
        let held = self.owners.get_mut(&owner).ok_or(Refusal::OwnerUnknown)?;
        held.record.merged_into = Some(kept);
        held.touch();
        Ok(())
    }

    /// Notes that an owner's card changed, as a phone that took it along has to hear.
    pub(super) fn touch(&mut self, owner: OwnerId) -> Result<(), Stop> {
        self.owners.get_mut(&owner).ok_or(Refusal::OwnerUnknown)?.touch();
        Ok(())
    }

    /// The owners that one stands for, all of them on the desk.
    async fn owners_behind(&mut self, kept: OwnerId) -> Result<Vec<OwnerId>, Stop> {
        for row in self.tx.owners_merged_into(kept.0).await? {
            let record = OwnerRecord::try_from(row)?;
            self.owners.entry(record.id).or_insert(Held::read(record));
        }
        let behind = self.owners.values().filter(|held| held.record.merged_into == Some(kept));
        Ok(behind.map(|held| held.record.id).collect())
    }

    /// Of these owners, those that were put to `owner`, directly or through others of them.
    fn owners_put_to(&self, owner: OwnerId, among: &[OwnerId]) -> Vec<OwnerId> {
        let mut found = vec![owner];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            let put_here = |id: &&OwnerId| {
                self.owners.get(id).is_some_and(|held| held.record.merged_to == Some(parent))
            };
            found.extend(among.iter().filter(put_here));
            at += 1;
        }
        found.split_off(1)
    }

    /// What a document prints of its owner, and what the RNM lacks, hang on every animal.
    async fn refresh_animals_of(&mut self, owner: OwnerId) -> Result<(), Stop> {
        let mut owners = self.owners_behind(owner).await?;
        owners.push(owner);
        let stored: Vec<_> = owners.iter().map(|owner| owner.0).collect();
        for row in self.tx.animals_of(&stored).await? {
            self.animal(row.id.into()).await?;
        }
        let is_theirs = |id: &&AnimalId| {
            self.animals.get(id).is_some_and(|held| owners.contains(&held.held.record.owner))
        };
        let animals: Vec<AnimalId> = self.animals.keys().filter(is_theirs).copied().collect();
        for animal in animals {
            self.refresh_rnm(animal).await?;
            if let Some(animal) = self.animals.get_mut(&animal) {
                animal.held.corrected = true;
            }
        }
        Ok(())
    }

    /// The owner that holds the document of these details, if there is one: of a merged record
    /// that holds it, the one that stands for it.
    async fn holder_of(&mut self, details: &OwnerDetails) -> Result<Option<OwnerRecord>, Stop> {
        let Some(key) = details.document.key() else { return Ok(None) };
        let kind = details.document.kind().code();
        let holds = |held: &&Held<OwnerRecord>| held.record.details.document == details.document;
        let here = self.owners.values().filter(holds);
        let here = here.min_by_key(|held| held.record.merged_into.is_some());
        let id = match here {
            Some(held) => held.record.id,
            None if self.is_fresh => return Ok(None),
            None => match self.tx.owner_by_document(kind, &key).await? {
                // What is on the desk and does not hold it there has given it up.
                Some(row) if self.owners.contains_key(&OwnerId(row.id)) => return Ok(None),
                Some(row) => OwnerId(row.id),
                None => return Ok(None),
            },
        };
        let kept = self.owner(id).await?;
        Ok(self.owners.get(&kept).map(|held| held.record.clone()))
    }

    /// Another owner that stands for itself and holds the document of these details.
    async fn rival_of(
        &mut self,
        owner: OwnerId,
        details: &OwnerDetails,
    ) -> Result<Option<OwnerId>, Stop> {
        let Some(key) = details.document.key() else { return Ok(None) };
        let here = self.owners.values().map(|held| &held.record).find(|record| {
            let stands_alone = record.id != owner && record.merged_into.is_none();
            stands_alone && record.details.document == details.document
        });
        if let Some(rival) = here {
            return Ok(Some(rival.id));
        }
        let row = self.tx.owner_by_document(details.document.kind().code(), &key).await?;
        let row = row.filter(|row| row.merged_into.is_none());
        let rival = row.map(|row| OwnerId(row.id)).filter(|rival| *rival != owner);
        Ok(rival.filter(|rival| !self.owners.contains_key(rival)))
    }

    /// Who records, and on which day, as a later correction is measured by it.
    pub(super) fn recorded(&self) -> Recorded {
        Recorded { by: self.context.actor, on: self.context.recorded_on }
    }
}
