//! Records on the desk: what was read, what became of it, and how it is written back.

use domain::animal::AnimalDetails;
use domain::chip_number::ChipNumber;
use domain::id::{AnimalId, OwnerId};
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;

use super::desk::Stop;
use super::sheet::Sheet;
use crate::records::{AnimalRecord, OwnerRecord, ServiceRecord};
use crate::registry::lookup::search_words;
use crate::store::{StoreError, Tx};

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

impl<R> Held<R> {
    /// A record as it was read.
    pub(super) const fn read(record: R) -> Self {
        Self { record, change: Change::None, corrected: false }
    }

    /// A record that is new.
    pub(super) const fn added(record: R) -> Self {
        Self { record, change: Change::Added, corrected: false }
    }

    /// Notes that the record is to be written over.
    pub(super) fn touch(&mut self) {
        if self.change == Change::None {
            self.change = Change::Changed;
        }
    }
}

/// An animal on the desk: its own record, those it stands for, and the services of all of them.
pub(super) struct HeldAnimal {
    pub(super) held: Held<AnimalRecord>,
    pub(super) services: Vec<ServiceRecord>,
    /// The records that were merged into this one; each keeps its chip.
    pub(super) merged: Vec<Held<AnimalRecord>>,
    /// What the record said before it was corrected here, and what it says since.
    pub(super) correction: Option<(AnimalDetails, AnimalDetails)>,
}

impl HeldAnimal {
    /// An animal that stands for itself only, without services.
    pub(super) const fn alone(held: Held<AnimalRecord>) -> Self {
        Self { held, services: Vec::new(), merged: Vec::new(), correction: None }
    }

    /// The chip the animal carries.
    pub(super) fn chip(&self) -> Option<ChipNumber> {
        self.records().find_map(|held| held.record.chip)
    }

    /// Every record of the animal, the one that stands for all first.
    pub(super) fn records(&self) -> impl Iterator<Item = &Held<AnimalRecord>> {
        std::iter::once(&self.held).chain(&self.merged)
    }

    /// As [`HeldAnimal::records`], to be changed.
    pub(super) fn records_mut(&mut self) -> impl Iterator<Item = &mut Held<AnimalRecord>> {
        std::iter::once(&mut self.held).chain(&mut self.merged)
    }

    /// The record of an identifier; the one that stands for all where it is none of them.
    pub(super) fn record_mut(&mut self, id: AnimalId) -> &mut Held<AnimalRecord> {
        self.merged.iter_mut().find(|held| held.record.id == id).unwrap_or(&mut self.held)
    }

    /// Takes a chip off whichever record carries it.
    pub(super) fn release(&mut self, chip: ChipNumber) {
        for held in self.records_mut().filter(|held| held.record.chip == Some(chip)) {
            held.record.chip = None;
            held.touch();
        }
    }

    /// Notes that the record is to be written over.
    pub(super) fn touch(&mut self) {
        self.held.touch();
    }

    /// The same of documents that printed what the record said before.
    pub(super) fn correct_from(&mut self, before: AnimalDetails) {
        let before = self.correction.take().map_or(before, |(first, _)| first);
        self.correction = Some((before, self.held.record.details.clone()));
        self.correct();
    }

    /// The same of a record that comes to another or leaves it: what became of the animal is no
    /// correction of what was printed before.
    pub(super) fn correct_likeness_from(&mut self, before: AnimalDetails) {
        let reproductive_state = self.held.record.details.reproductive_state;
        self.correct_from(AnimalDetails { reproductive_state, ..before });
    }

    /// Notes that what the documents print was corrected.
    pub(super) fn correct(&mut self) {
        self.held.corrected = true;
        self.held.touch();
    }
}

/// Writes the animals. Chips are taken off first, so that one that moves from an animal to another
/// is free when it comes; then the new records, then those that may point at them.
pub(super) async fn write_animals(
    tx: &mut Tx,
    animals: &mut BTreeMap<AnimalId, HeldAnimal>,
    stored_chips: &BTreeMap<AnimalId, ChipNumber>,
    now: Timestamp,
) -> Result<(), Stop> {
    let mut changed: Vec<_> = animals
        .values_mut()
        .flat_map(HeldAnimal::records_mut)
        .filter(|held| held.change != Change::None)
        .collect();
    for held in &mut changed {
        held.record.updated_at = now;
        let id = held.record.id;
        if stored_chips.get(&id).is_some_and(|stored| held.record.chip != Some(*stored)) {
            tx.release_chip(id.0).await?;
        }
    }
    let added = changed.iter().filter(|held| held.change == Change::Added);
    let added: Result<Vec<_>, _> = added.map(|held| held.record.to_row()).collect();
    tx.insert_animals(&added?).await.map_err(taken)?;
    let is_update = |held: &Held<AnimalRecord>| {
        held.change == Change::Changed || held.record.merged_into.is_some()
    };
    for held in changed.iter().filter(|held| is_update(held)) {
        tx.update_animal(&held.record.to_row()?).await.map_err(taken)?;
    }
    Ok(())
}

/// Writes the owners: first those that give a document free by being merged, then those that may
/// take it, then the new ones, then those that point at new ones.
pub(super) async fn write_owners(
    tx: &mut Tx,
    owners: &mut BTreeMap<OwnerId, Held<OwnerRecord>>,
    now: Timestamp,
) -> Result<(), Stop> {
    let is_added = |held: &&Held<OwnerRecord>| held.change == Change::Added;
    let added: Vec<_> = owners.values().filter(is_added).map(|held| held.record.id).collect();
    let turn = |held: &Held<OwnerRecord>| match (held.change, held.record.merged_into) {
        (Change::Changed, Some(into)) if !added.contains(&into) => 0,
        (Change::Changed, None) => 1,
        (Change::Added, _) => 2,
        (Change::Changed, Some(_)) => 3,
        (Change::None, _) => 4,
    };
    let mut all: Vec<_> = owners.values_mut().filter(|held| turn(held) < 4).collect();
    all.sort_by_key(|held| turn(held));
    for held in all {
        held.record.updated_at = now;
        let row = held.record.to_row()?;
        if held.change == Change::Added {
            let is_free = tx.insert_owners(std::slice::from_ref(&row)).await.map_err(taken)?;
            if !is_free {
                return Err(Refusal::DocumentTaken.into());
            }
        }
        if held.change == Change::Changed || row.merged_into.is_some() {
            tx.update_owner(&row).await.map_err(taken)?;
            tx.delete_search_words(row.id).await?;
        }
        tx.insert_search_words(&search_words(&held.record)).await?;
    }
    Ok(())
}

/// Puts new owners and animals on a sheet.
pub(super) fn lay_out(
    sheet: &mut Sheet,
    owners: &BTreeMap<OwnerId, Held<OwnerRecord>>,
    animals: &BTreeMap<AnimalId, HeldAnimal>,
) -> Result<(), Stop> {
    for held in owners.values() {
        sheet.owners.push(held.record.to_row()?);
        sheet.words.extend(search_words(&held.record));
    }
    for animal in animals.values() {
        sheet.animals.push(animal.held.record.to_row()?);
    }
    Ok(())
}

/// What a broken unique index says: a chip on another animal, a document of another owner, or an
/// identifier made on the phone that belongs to something else already.
pub(super) fn taken(error: StoreError) -> Stop {
    if error.is_conflict() {
        return error.into();
    }
    match error.broken_unique().as_deref() {
        Some("animal_chip" | "animal.chip") => Refusal::ChipTaken.into(),
        Some("owner_document" | "owner.document_key, owner.document_kind") => {
            Refusal::DocumentTaken.into()
        }
        Some(_) => Refusal::IdentifierTaken.into(),
        None => error.into(),
    }
}
