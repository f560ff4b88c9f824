//! What becomes of a row, given what the register holds and what the rows above it made.

use std::collections::{BTreeMap, BTreeSet};

use crate::chip_number::ChipNumber;
use crate::field_error::{Field, FieldError, Problem};
use crate::identity::IdentityDocument;
use crate::import::{Row, Verdict};

/// Chips and documents that the register holds, of those that some rows name. Each row that makes
/// something adds to it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    chips: BTreeMap<ChipNumber, BTreeSet<String>>,
    owners: BTreeSet<String>,
}

/// Kind and number of a document, by which an owner is known; nothing without one.
#[must_use]
pub fn document_key(document: &IdentityDocument) -> Option<String> {
    document.key().map(|key| format!("{} {key}", document.kind()))
}

impl Ledger {
    /// A chip of the register and the documents of its owner, and of whoever that one was merged
    /// into.
    pub fn holds_chip(&mut self, chip: ChipNumber, owners: impl IntoIterator<Item = String>) {
        self.chips.entry(chip).or_default().extend(owners);
    }

    /// A document of the register.
    pub fn holds_owner(&mut self, key: String) {
        self.owners.insert(key);
    }

    /// What becomes of a row. A row without a document cannot contradict that a known chip is its
    /// owner's.
    pub fn judge(&mut self, row: &Row) -> Verdict {
        let key = document_key(&row.owner.document);
        if let Some(holders) = self.chips.get(&row.chip) {
            let is_theirs = key.is_none_or(|key| holders.contains(&key));
            return if is_theirs { Verdict::Known } else { Verdict::ChipTaken };
        }
        self.chips.insert(row.chip, key.iter().cloned().collect());
        match key {
            Some(key) if !self.owners.insert(key.clone()) => Verdict::KnownOwner,
            _ => Verdict::New,
        }
    }
}

/// What becomes of a row that cannot be read.
#[must_use]
pub fn of_faults(faults: &[FieldError]) -> Verdict {
    let test = FieldError::new(Field::Chip, Problem::ChipTest);
    if faults == [test] { Verdict::TestChip } else { Verdict::Unreadable }
}
