//! The desk on which one submission is worked out: what it touches is read once, changed in
//! memory by the decisions of its commands, and written at the end, few statements for all.

use domain::animal::AnimalDetails;
use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::decide::{self, Context};
use domain::id::{AnimalId, OwnerId};
use domain::refusal::Refusal;
use domain::submission::{Alias, Outcome, Submission};
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;

use super::{Other, Slips, papers};
use crate::actor::Actor;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord, search_words};
use crate::store::vocabulary::service::EducationRow;
use crate::store::{StoreError, Tx};

/// Why the work on a submission ends before its end.
pub(super) enum Stop {
    /// A command was refused; `other` is the record it is in conflict with.
    Refused { command: Option<u32>, refusal: Refusal, other: Other },
    /// Something unexpected.
    Failed(Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { command: None, refusal, other: None }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Failed(_) => Self::Failed(error),
        }
    }
}

/// What a record on the desk needs at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// To be added.
    Added,
    /// To be written over.
    Changed,
}

/// A record on the desk.
pub(super) struct Held<R> {
    pub(super) record: R,
    pub(super) change: Change,
    /// Its printed data were corrected, so that its documents are issued anew.
    pub(super) corrected: bool,
}

/// An animal on the desk, with the services it had and those it gets.
pub(super) struct HeldAnimal {
    pub(super) held: Held<AnimalRecord>,
    pub(super) services: Vec<ServiceRecord>,
    /// What the record said before it was corrected here, and what it says since.
    pub(super) correction: Option<(AnimalDetails, AnimalDetails)>,
    /// The chip of a record that was merged into this one; it stays on that row.
    pub(super) inherited: Option<ChipNumber>,
}

impl HeldAnimal {
    /// An animal without services.
    pub(super) fn alone(held: Held<AnimalRecord>) -> Self {
        Self { held, services: Vec::new(), correction: None, inherited: None }
    }

    /// The chip the animal carries.
    pub(super) fn chip(&self) -> Option<ChipNumber> {
        self.held.record.chip.or(self.inherited)
    }

    /// Notes that the record is to be written over.
    pub(super) fn touch(&mut self) {
        self.held.touch();
    }
}

impl<R> Held<R> {
    /// Notes that the record is to be written over.
    pub(super) fn touch(&mut self) {
        if self.change == Change::None {
            self.change = Change::Changed;
        }
    }
}

/// One submission, being worked out.
pub(super) struct Desk<'t> {
    pub(super) tx: &'t mut Tx,
    pub(super) office: &'t Office,
    pub(super) actor: Actor,
    pub(super) context: Context,
    pub(super) submission: &'t Submission,
    pub(super) owners: BTreeMap<OwnerId, Held<OwnerRecord>>,
    pub(super) animals: BTreeMap<AnimalId, HeldAnimal>,
    pub(super) aliases: Vec<Alias>,
    pub(super) services: Vec<ServiceRecord>,
    pub(super) education: Vec<EducationRow>,
    pub(super) certified: Vec<usize>,
    pub(super) history: Vec<Entry>,
}

impl<'t> Desk<'t> {
    pub(super) fn new(
        tx: &'t mut Tx,
        office: &'t Office,
        actor: Actor,
        context: Context,
        submission: &'t Submission,
    ) -> Self {
        Self {
            tx,
            office,
            actor,
            context,
            submission,
            owners: BTreeMap::new(),
            animals: BTreeMap::new(),
            aliases: Vec::new(),
            services: Vec::new(),
            education: Vec::new(),
            certified: Vec::new(),
            history: Vec::new(),
        }
    }

    /// Works every command out and writes what was decided; answers the outcome and the documents
    /// that have a slip.
    pub(super) async fn run(&mut self) -> Result<(Outcome, Slips), Stop> {
        if self.submission.outreach.is_some() && self.context.outreach.is_none() {
            return Err(Refusal::OutreachUnknown.into());
        }
        decide::outreach(&self.context)?;
        for (number, command) in self.submission.commands.iter().enumerate() {
            let done = self.command(command).await;
            done.map_err(|stop| at_command(stop, number))?;
        }
        self.write().await?;
        let (documents, slips) = papers::make(self).await?;
        history::append_many(self.tx, &self.history).await?;
        Ok((Outcome::Accepted { aliases: self.aliases.clone(), documents }, slips))
    }

    async fn command(&mut self, command: &Command) -> Result<(), Stop> {
        decide::permission(command, self.context.caller)?;
        match command {
            Command::RegisterOwner { owner, details } => self.register_owner(*owner, details).await,
            Command::CorrectOwner { owner, details, .. } => {
                self.correct_owner(*owner, details, command).await
            }
            Command::MergeOwners { kept, merged } => self.merge_owners(*kept, *merged).await,
            Command::UnmergeOwner { merged } => self.unmerge_owner(*merged).await,
            Command::RegisterAnimal { animal, owner, details } => {
                self.register_animal(*animal, *owner, details).await
            }
            Command::CorrectAnimal { animal, details, .. } => {
                self.correct_animal(*animal, details, command).await
            }
            Command::MergeAnimals { kept, merged } => self.merge_animals(*kept, *merged).await,
            Command::UnmergeAnimal { merged } => self.unmerge_animal(*merged).await,
            Command::TransferAnimal { animal, owner } => {
                self.transfer_animal(*animal, *owner).await
            }
            Command::SetVitalState { animal, state, since } => {
                self.set_vital_state(*animal, *state, *since).await
            }
            Command::RecordService { .. } => self.record_service(command).await,
            Command::RecordEducation { service, details } => {
                self.record_education(*service, details)
            }
            Command::AnnulService { service, reason } => self.annul(*service, reason).await,
        }
    }

    /// The kept owner that an identifier stands for.
    pub(super) async fn owner(&mut self, id: OwnerId) -> Result<OwnerId, Stop> {
        if let Some(alias) = self.aliases.iter().find(|alias| alias.from == id) {
            return Ok(alias.to);
        }
        if self.owners.contains_key(&id) {
            return Ok(id);
        }
        let id = self.tx.owner_alias(id.0).await?.map_or(id, OwnerId);
        let row = self.tx.owner(id.0).await?.ok_or(Refusal::OwnerUnknown)?;
        let record = OwnerRecord::try_from(row)?;
        let kept = match record.merged_into {
            Some(into) => {
                let row = self.tx.owner(into.0).await?.ok_or(Refusal::OwnerUnknown)?;
                OwnerRecord::try_from(row)?
            }
            None => record,
        };
        let id = kept.id;
        self.owners.entry(id).or_insert(Held {
            record: kept,
            change: Change::None,
            corrected: false,
        });
        Ok(id)
    }

    /// Puts the animal that an identifier stands for on the desk.
    pub(super) async fn animal(&mut self, id: AnimalId) -> Result<AnimalId, Stop> {
        if self.animals.contains_key(&id) {
            return Ok(id);
        }
        let row = self.tx.animal(id.0).await?.ok_or(Refusal::AnimalUnknown)?;
        let record = AnimalRecord::try_from(row)?;
        let id = record.merged_into.unwrap_or(id);
        if self.animals.contains_key(&id) {
            return Ok(id);
        }
        let record = match record.merged_into {
            Some(into) => {
                let row = self.tx.animal(into.0).await?.ok_or(Refusal::AnimalUnknown)?;
                AnimalRecord::try_from(row)?
            }
            None => record,
        };
        let mut ids = vec![id.0];
        let mut inherited = None;
        for merged in self.tx.animals_merged_into(id.0).await? {
            ids.push(merged.id);
            inherited = inherited.or(AnimalRecord::try_from(merged)?.chip);
        }
        let services = self.tx.services_of(&ids).await?;
        let services: Result<Vec<_>, _> =
            services.into_iter().map(ServiceRecord::try_from).collect();
        let held = Held { record, change: Change::None, corrected: false };
        self.animals
            .insert(id, HeldAnimal { held, services: services?, correction: None, inherited });
        Ok(id)
    }

    /// Notes what happened to a subject.
    pub(super) fn note(
        &mut self,
        subject: Subject,
        kind: &'static str,
        body: &impl serde::Serialize,
    ) -> Result<(), Stop> {
        let entry = Entry::new(subject, kind, self.actor, self.context.now, body)?
            .from_submission(self.submission.device, self.submission.id);
        self.history.push(entry);
        Ok(())
    }

    async fn write(&mut self) -> Result<(), Stop> {
        for held in self.owners.values_mut() {
            write_owner(self.tx, held, self.context.now).await?;
        }
        for alias in &self.aliases {
            self.tx.insert_owner_alias(alias.from.0, alias.to.0).await?;
        }
        for animal in self.animals.values_mut() {
            let held = &mut animal.held;
            held.record.updated_at = self.context.now;
            let row = held.record.to_row()?;
            match held.change {
                Change::None => {}
                Change::Added => self.tx.insert_animal(&row).await.map_err(taken)?,
                Change::Changed => self.tx.update_animal(&row).await.map_err(taken)?,
            }
        }
        let rows: Result<Vec<_>, _> = self.services.iter().map(ServiceRecord::to_row).collect();
        self.tx.insert_services(&rows?).await.map_err(taken)?;
        for session in &self.education {
            self.tx.insert_education(session).await.map_err(taken)?;
        }
        Ok(())
    }
}

async fn write_owner(
    tx: &mut Tx,
    held: &mut Held<OwnerRecord>,
    now: Timestamp,
) -> Result<(), Stop> {
    if held.change == Change::None {
        return Ok(());
    }
    held.record.updated_at = now;
    let row = held.record.to_row()?;
    if held.change == Change::Changed {
        tx.update_owner(&row).await.map_err(taken)?;
        tx.delete_search_words(row.id).await?;
    } else if !tx.insert_owner(&row).await.map_err(taken)? {
        return Err(Refusal::IdentifierTaken.into());
    }
    tx.insert_search_words(row.id, &search_words(&held.record.details)).await?;
    Ok(())
}

/// An identifier made on the phone that belongs to something else already.
fn taken(error: StoreError) -> Stop {
    if error.is_unique_violation() && !error.is_conflict() {
        return Refusal::IdentifierTaken.into();
    }
    error.into()
}

fn at_command(stop: Stop, number: usize) -> Stop {
    match stop {
        Stop::Refused { refusal, other, .. } => {
            Stop::Refused { command: u32::try_from(number).ok(), refusal, other }
        }
        failed @ Stop::Failed(_) => failed,
    }
}
