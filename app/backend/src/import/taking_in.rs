//! The next rows of an import come into the register: all of a batch or none.

use std::collections::{BTreeMap, HashSet};

use domain::catalogue::VitalState;
use domain::decide::Recorded;
use domain::id::{AnimalId, OwnerId, StaffId};
use domain::import::{ImportState, Reading, Row, Verdict, document_key, of_faults, read};
use domain::owner::OwnerDetails;
use domain::rnm;
use domain::timestamp::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::facts::{Facts, Named};
use super::{BATCH, cells_of, coordinator, plan_of};
use crate::clock;
use crate::error::{Error, Fault};
use crate::history::{self, Entry, Subject};
use crate::records::{AnimalRecord, OwnerRecord};
use crate::registry::lookup::search_words;
use crate::store::vocabulary::animal::AnimalRow;
use crate::store::vocabulary::import::{ImportRow, ImportedRow};
use crate::store::vocabulary::owner::{OwnerRow, SearchWordRow};
use crate::store::{StoreError, Tx};

/// The kind of the link with which whatever an import makes begins its chain.
pub(super) const IMPORTED: &str = "imported";

/// Deals with the next rows.
///
/// # Errors
/// A failed database.
pub(super) async fn batch(
    tx: &mut Tx,
    mut import: ImportRow,
    (now, reading): (Timestamp, Reading),
) -> Result<(), Error> {
    let mut rows = tx.imported_rows(import.id, import.done_to, BATCH).await?;
    let columns = plan_of(&import)?.columns;
    let mut said = Vec::with_capacity(rows.len());
    for row in &rows {
        said.push(read(&columns, &cells_of(row)?, reading));
    }
    let named = Named::of(said.iter().filter_map(|row| row.as_ref().ok()));
    let facts = named.facts(tx).await?;
    let mut made = Made::new(&import, (now, reading), facts);
    made.meet_owners(tx).await?;
    for (row, said) in rows.iter_mut().zip(said) {
        match said {
            Ok(said) => made.take(row, &said)?,
            Err(faults) => row.verdict = Some(of_faults(&faults).code().to_owned()),
        }
    }
    made.write(tx).await?;
    tx.put_imported_rows(&rows).await?;
    if let Some(last) = rows.last() {
        import.done_to = last.place;
    }
    if import.done_to >= import.row_count || rows.is_empty() {
        ImportState::Done.code().clone_into(&mut import.state);
        import.finished_at = Some(now.0);
    }
    import.changed_at = now.0;
    tx.update_import(&import).await?;
    Ok(())
}

/// What some rows make, until it is written.
struct Made {
    import: Uuid,
    by: Uuid,
    now: Timestamp,
    reading: Reading,
    facts: Facts,
    details: BTreeMap<Uuid, OwnerDetails>,
    owners: Vec<OwnerRow>,
    words: Vec<SearchWordRow>,
    animals: Vec<AnimalRow>,
    entries: Vec<Entry>,
}

impl Made {
    fn new(import: &ImportRow, (now, reading): (Timestamp, Reading), facts: Facts) -> Self {
        Self {
            import: import.id,
            by: import.started_by,
            now,
            reading,
            facts,
            details: BTreeMap::new(),
            owners: Vec::new(),
            words: Vec::new(),
            animals: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// Reads the known owners of the rows: what the RNM lacks of an animal hangs on them.
    async fn meet_owners(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let ids: Vec<_> = self.facts.owners.values().copied().collect();
        for row in tx.owners_with_ids(&ids).await? {
            let owner = OwnerRecord::try_from(row)?;
            self.details.insert(owner.id.0, owner.details);
        }
        Ok(())
    }

    fn recorded(&self) -> Recorded {
        Recorded { by: Some(StaffId(self.by)), on: self.reading.today }
    }

    /// Deals with one row, and notes on it what became of it.
    fn take(&mut self, row: &mut ImportedRow, said: &Row) -> Result<(), Fault> {
        let verdict = self.facts.ledger.judge(said);
        row.verdict = Some(verdict.code().to_owned());
        let key = document_key(&said.owner.document);
        let known = key.as_ref().and_then(|key| self.facts.owners.get(key)).copied();
        if !verdict.made_animal() {
            row.owner_id = known.filter(|_| verdict == Verdict::Known);
            return Ok(());
        }
        let owner = match known {
            Some(owner) => owner,
            None => self.add_owner(row.place, said)?,
        };
        if let Some(key) = key {
            self.facts.owners.insert(key, owner);
        }
        row.owner_id = Some(owner);
        row.animal_id = Some(self.add_animal(row.place, owner, said)?);
        Ok(())
    }

    fn add_owner(&mut self, place: i64, said: &Row) -> Result<Uuid, Fault> {
        let id = OwnerId(clock::fresh_id());
        let record = OwnerRecord {
            id,
            details: said.owner.clone(),
            recorded: self.recorded(),
            created_at: self.now,
            updated_at: self.now,
            merged_into: None,
            merged_to: None,
        };
        let body = json!({ "import": self.import, "place": place, "details": said.owner });
        self.note(Subject::Owner(id), &body)?;
        self.owners.push(record.to_row()?);
        self.words.extend(search_words(&record));
        self.details.insert(id.0, record.details);
        Ok(id.0)
    }

    fn add_animal(&mut self, place: i64, owner: Uuid, said: &Row) -> Result<Uuid, Fault> {
        let id = AnimalId(clock::fresh_id());
        let of = self.details.get(&owner).unwrap_or(&said.owner);
        let record = AnimalRecord {
            id,
            owner: OwnerId(owner),
            details: said.animal.clone(),
            chip: Some(said.chip),
            vital_state: VitalState::Alive,
            vital_since: None,
            rnm_state: rnm::derived_state(of, &said.animal, true),
            rnm_number: None,
            rnm_reason: None,
            rnm_changed_at: self.now,
            recorded: self.recorded(),
            created_at: self.now,
            updated_at: self.now,
            merged_into: None,
            merged_to: None,
            own: None,
        };
        let body = json!({
            "import": self.import, "place": place, "owner": owner, "details": said.animal,
            "chip": said.chip, "date": said.date,
        });
        self.note(Subject::Animal(id), &body)?;
        self.animals.push(record.to_row()?);
        Ok(id.0)
    }

    fn note(&mut self, subject: Subject, body: &serde_json::Value) -> Result<(), Fault> {
        self.entries.push(Entry::new(subject, IMPORTED, coordinator(self.by), self.now, body)?);
        Ok(())
    }

    /// Writes all of it. What nobody held when it was looked for and somebody holds now was taken
    /// meanwhile: the transaction is run again, and then sees it.
    async fn write(self, tx: &mut Tx) -> Result<(), Error> {
        let rows = async {
            if !tx.insert_owners(&self.owners).await? {
                tx.run_again();
                return Err(StoreError::Inconsistent("a document came up twice"));
            }
            tx.insert_search_words(&self.words).await?;
            tx.insert_animals(&self.animals).await
        };
        let rows: Result<(), StoreError> = rows.await;
        if rows.as_ref().is_err_and(|error| error.broken_unique().is_some()) {
            tx.run_again();
        }
        rows?;
        let unborn: HashSet<_> = self.entries.iter().map(Entry::subject).collect();
        history::append_many(tx, &self.entries, &unborn).await
    }
}
