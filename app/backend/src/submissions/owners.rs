//! Commands on owners.

use domain::command::Command;
use domain::decide::Recorded;
use domain::decide::owner::{self, MergeFacts, OwnerDecision, OwnerFacts};
use domain::id::OwnerId;
use domain::owner::{ContactProposal, OwnerDetails};
use domain::refusal::Refusal;
use domain::submission::Alias;

use super::desk::{Change, Desk, Held, Stop};
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
        let facts = OwnerFacts { id_taken: self.owners.contains_key(&id), same_document: known };
        match owner::register(details, &facts)? {
            OwnerDecision::New => self.add_owner(id, details),
            OwnerDecision::Known { kept, proposal } => {
                self.aliases.push(Alias { from: id, to: kept });
                self.owner(kept).await?;
                self.propose(kept, proposal).await
            }
        }
    }

    fn add_owner(&mut self, id: OwnerId, details: &OwnerDetails) -> Result<(), Stop> {
        let record = OwnerRecord {
            id,
            details: details.clone(),
            recorded: self.recorded(),
            created_at: self.context.now,
            updated_at: self.context.now,
            merged_into: None,
        };
        self.owners.insert(id, Held { record, change: Change::Added, corrected: false });
        self.note(Subject::Owner(id), "owner_registered", details)
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
        details: &OwnerDetails,
        command: &Command,
    ) -> Result<(), Stop> {
        let id = self.owner(id).await?;
        let holder = self.holder_of(details).await?.map(|record| record.id);
        let held = self.owners.get_mut(&id).ok_or(Refusal::OwnerUnknown)?;
        owner::correct(&self.context, id, held.record.recorded, holder)?;
        held.record.details = details.clone();
        held.corrected = true;
        held.touch();
        self.note(Subject::Owner(id), "owner_corrected", command)?;
        // What a document prints of its owner, and what the RNM lacks, hang on every animal.
        for row in self.tx.animals_of(&[id.0]).await? {
            let animal = self.animal(row.id.into()).await?;
            self.refresh_rnm(animal).await?;
            if let Some(animal) = self.animals.get_mut(&animal) {
                animal.held.corrected = true;
            }
        }
        Ok(())
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
        let held = self.owners.get_mut(&merged).ok_or(Refusal::OwnerUnknown)?;
        held.record.merged_into = Some(kept);
        held.touch();
        self.note(Subject::Owner(kept), "owner_merged", &merged)?;
        self.note(Subject::Owner(merged), "merged_into_owner", &kept)
    }

    pub(super) async fn unmerge_owner(&mut self, merged: OwnerId) -> Result<(), Stop> {
        let row = self.tx.owner(merged.0).await?.ok_or(Refusal::OwnerUnknown)?;
        let mut record = OwnerRecord::try_from(row)?;
        let kept = record.merged_into.take().ok_or(Refusal::NotMerged)?;
        self.owners.insert(merged, Held { record, change: Change::Changed, corrected: false });
        self.note(Subject::Owner(kept), "owner_unmerged", &merged)?;
        self.note(Subject::Owner(merged), "unmerged_from_owner", &kept)
    }

    /// The owner that holds the document of these details, if it has one.
    async fn holder_of(&mut self, details: &OwnerDetails) -> Result<Option<OwnerRecord>, Stop> {
        let Some(key) = details.document.key() else { return Ok(None) };
        let kind = details.document.kind().code();
        let here = self.owners.values().find(|held| {
            held.record.merged_into.is_none() && held.record.details.document == details.document
        });
        if let Some(held) = here {
            return Ok(Some(held.record.clone()));
        }
        let row = self.tx.owner_by_document(kind, &key).await?;
        Ok(row.map(OwnerRecord::try_from).transpose()?)
    }

    /// Who records, and on which day, as a later correction is measured by it.
    pub(super) fn recorded(&self) -> Recorded {
        Recorded { by: self.context.actor, on: self.context.recorded_on }
    }
}
