//! The desk on which one submission is worked out: what it touches is read once, changed in
//! memory by the decisions of its commands, and written at the end, few statements for all.

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::decide::amend::{self, Annulment};
use domain::decide::{self, Context};
use domain::id::{AnimalId, OwnerId, ServiceId};
use domain::refusal::Refusal;
use domain::submission::{Alias, Outcome, Submission};
use std::collections::{BTreeMap, BTreeSet};

use super::held::{self, Held, HeldAnimal, taken};
use super::sheet::Sheet;
use super::talks::Listed;
use super::tenure::{Settled, Transfer};
use super::{Other, Slips, papers};
use crate::actor::Actor;
use crate::documents::Backdrop;
use crate::error::Error;
use crate::history::{Entry, Subject};
use crate::office::Office;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord};
use crate::store::vocabulary::document::DocumentRow;
use crate::store::vocabulary::service::{AttendeeRow, EducationRow};
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

/// One submission, being worked out.
pub(super) struct Desk<'t> {
    pub(super) tx: &'t mut Tx,
    pub(super) backdrop: &'t mut Backdrop,
    pub(super) office: &'t Office,
    pub(super) actor: Actor,
    pub(super) context: Context,
    pub(super) submission: &'t Submission,
    /// Who listened to the talk that it is about, where the desk says that with it.
    pub(super) listed: Option<&'t Listed>,
    /// It is about nothing that the register holds: no look is needed, and its rows wait.
    pub(super) is_fresh: bool,
    /// New rows that are to be written.
    pub(super) sheet: Sheet,
    pub(super) owners: BTreeMap<OwnerId, Held<OwnerRecord>>,
    pub(super) animals: BTreeMap<AnimalId, HeldAnimal>,
    /// The chips of the animals on the desk as they are stored.
    stored_chips: BTreeMap<AnimalId, ChipNumber>,
    pub(super) aliases: Vec<Alias>,
    pub(super) services: Vec<ServiceRecord>,
    pub(super) education: Vec<EducationRow>,
    pub(super) attendees: Vec<AttendeeRow>,
    /// Services that a certificate is drawn up of, each with its animal, if they still count when
    /// all is done.
    pub(super) certified: Vec<(AnimalId, ServiceId)>,
    /// Waiting documents that another veterinarian answers for since.
    pub(super) entrusted: Vec<DocumentRow>,
    /// Documents that waited for a signature and are withdrawn.
    pub(super) released: Vec<DocumentRow>,
    /// Owners who have another address since, or none.
    pub(super) moved: BTreeSet<OwnerId>,
    pub(super) annulments: Vec<Annulment>,
    /// Animals that go to somebody else.
    pub(super) transfers: Vec<Transfer>,
    /// Owners of whom it is learned where they live.
    pub(super) settled: Vec<Settled>,
    pub(super) history: Vec<Entry>,
}

impl<'t> Desk<'t> {
    pub(super) fn new(
        (tx, backdrop): (&'t mut Tx, &'t mut Backdrop),
        office: &'t Office,
        actor: Actor,
        context: Context,
        (submission, listed, is_fresh): (&'t Submission, Option<&'t Listed>, bool),
    ) -> Self {
        Self {
            tx,
            backdrop,
            office,
            actor,
            context,
            submission,
            listed,
            is_fresh,
            sheet: Sheet::default(),
            owners: BTreeMap::new(),
            animals: BTreeMap::new(),
            stored_chips: BTreeMap::new(),
            aliases: Vec::new(),
            services: Vec::new(),
            education: Vec::new(),
            attendees: Vec::new(),
            certified: Vec::new(),
            entrusted: Vec::new(),
            released: Vec::new(),
            moved: BTreeSet::new(),
            annulments: Vec::new(),
            transfers: Vec::new(),
            settled: Vec::new(),
            history: Vec::new(),
        }
    }

    /// Works every command out and writes what was decided, but for the links of the history and,
    /// of a fresh one, the sheet, which the caller takes; answers the outcome and the documents
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
        // The first of them stands for all.
        amend::all(&self.annulments).map_err(|refusal| at_command(refusal.into(), 0))?;
        self.write().await?;
        let (documents, slips) = papers::make(self).await?;
        if !self.is_fresh {
            self.sheet.write(self.tx).await?;
        }
        Ok((Outcome::Accepted { aliases: self.aliases.clone(), documents }, slips))
    }

    async fn command(&mut self, command: &Command) -> Result<(), Stop> {
        decide::permission(command, self.context.caller)?;
        decide::place(command, &self.context)?;
        match command {
            Command::RegisterOwner { owner, details } => self.register_owner(*owner, details).await,
            Command::CorrectOwner { owner, details, reason } => {
                self.correct_owner(*owner, (details, *reason), command).await
            }
            Command::MergeOwners { kept, merged } => self.merge_owners(*kept, *merged).await,
            Command::UnmergeOwner { merged } => self.unmerge_owner(*merged).await,
            Command::RegisterAnimal { animal, owner, details } => {
                self.register_animal(*animal, *owner, details).await
            }
            Command::CorrectAnimal { animal, details, reason } => {
                self.correct_animal(*animal, (details, *reason), command).await
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
                self.record_education(*service, details).await
            }
            Command::CorrectService { .. } => self.correct_service(command).await,
            Command::CorrectEducation { .. } => self.correct_education(command).await,
            Command::AnnulService { service, reason } => self.annul(*service, reason).await,
            Command::WriteOffChip { chip, reason } => self.write_off_chip(*chip, *reason).await,
            Command::WriteOffDoses { lot, doses, reason } => {
                self.write_off_doses(*lot, *doses, *reason).await
            }
            Command::Arrive { booking, number } => self.arrive(*booking, *number).await,
            Command::WalkIn { booking, offering, places, share, number } => {
                self.walk_in(*booking, (*offering, *places), (*share, *number)).await
            }
        }
    }

    /// The kept owner that an identifier stands for.
    pub(super) async fn owner(&mut self, id: OwnerId) -> Result<OwnerId, Stop> {
        let alias = self.aliases.iter().find(|alias| alias.from == id);
        let mut id = alias.map_or(id, |alias| alias.to);
        if !self.owners.contains_key(&id) {
            id = self.tx.owner_alias(id.0).await?.map_or(id, OwnerId);
        }
        loop {
            let into = match self.owners.get(&id) {
                Some(held) => held.record.merged_into,
                None => {
                    let row = self.tx.owner(id.0).await?.ok_or(Refusal::OwnerUnknown)?;
                    let record = OwnerRecord::try_from(row)?;
                    let into = record.merged_into;
                    self.owners.insert(id, Held::read(record));
                    into
                }
            };
            match into {
                Some(into) => id = into,
                None => return Ok(id),
            }
        }
    }

    /// Puts the animal that an identifier stands for on the desk.
    pub(super) async fn animal(&mut self, id: AnimalId) -> Result<AnimalId, Stop> {
        if let Some(kept) = self.animal_here(id) {
            return Ok(kept);
        }
        let mut record = self.read_animal(id).await?;
        if let Some(into) = record.merged_into {
            if let Some(kept) = self.animal_here(into) {
                return Ok(kept);
            }
            record = self.read_animal(into).await?;
        }
        let id = record.id;
        let mut ids = vec![id.0];
        let mut merged = Vec::new();
        for row in self.tx.animals_merged_into(id.0).await? {
            ids.push(row.id);
            merged.push(Held::read(AnimalRecord::try_from(row)?));
        }
        let services = self.tx.services_of(&ids).await?;
        let services: Result<Vec<_>, _> =
            services.into_iter().map(ServiceRecord::try_from).collect();
        let services = services?;
        let held = HeldAnimal { services, merged, ..HeldAnimal::alone(Held::read(record)) };
        let chips = held.records().filter_map(|held| Some((held.record.id, held.record.chip?)));
        self.stored_chips.extend(chips);
        self.animals.insert(id, held);
        Ok(id)
    }

    /// The animal on the desk that stands for an identifier.
    pub(super) fn animal_here(&self, id: AnimalId) -> Option<AnimalId> {
        if self.animals.contains_key(&id) {
            return Some(id);
        }
        let stands_for = |held: &HeldAnimal| held.merged.iter().any(|one| one.record.id == id);
        self.animals.iter().find(|(_, held)| stands_for(held)).map(|(kept, _)| *kept)
    }

    async fn read_animal(&mut self, id: AnimalId) -> Result<AnimalRecord, Stop> {
        let row = self.tx.animal(id.0).await?.ok_or(Refusal::AnimalUnknown)?;
        Ok(AnimalRecord::try_from(row)?)
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
        let now = self.context.now;
        let services: Result<Vec<_>, _> = self.services.iter().map(ServiceRecord::to_row).collect();
        if self.is_fresh {
            self.sheet.services = services?;
            return held::lay_out(&mut self.sheet, &self.owners, &self.animals);
        }
        held::write_owners(self.tx, &mut self.owners, now).await?;
        for alias in &self.aliases {
            self.tx.insert_owner_alias(alias.from.0, alias.to.0).await?;
        }
        held::write_animals(self.tx, &mut self.animals, &self.stored_chips, now).await?;
        self.tx.insert_services(&services?).await.map_err(taken)?;
        self.write_tenures().await?;
        for session in &self.education {
            self.tx.insert_education(session).await.map_err(taken)?;
        }
        Ok(self.tx.insert_attendees(&self.attendees).await?)
    }
}

fn at_command(stop: Stop, number: usize) -> Stop {
    match stop {
        Stop::Refused { refusal, other, .. } => {
            Stop::Refused { command: u32::try_from(number).ok(), refusal, other }
        }
        failed @ Stop::Failed(_) => failed,
    }
}
