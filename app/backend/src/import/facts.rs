//! What the register holds of what some rows name.

use std::collections::{BTreeMap, BTreeSet};

use domain::chip_number::ChipNumber;
use domain::identity::DocumentKind;
use domain::import::{Ledger, Row};
use uuid::Uuid;

use crate::store::{StoreError, Tx};

/// Values that one statement asks for.
const ASKED: usize = 1_000;

/// The chips and documents that some rows name.
#[derive(Debug, Default)]
pub(super) struct Named {
    chips: BTreeSet<String>,
    documents: BTreeMap<DocumentKind, BTreeSet<String>>,
}

/// What the register holds of them.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) ledger: Ledger,
    /// Who holds each document: the owner that stands for that one.
    pub(super) owners: BTreeMap<String, Uuid>,
}

impl Named {
    pub(super) fn of<'r>(rows: impl Iterator<Item = &'r Row>) -> Self {
        let mut named = Self::default();
        for row in rows {
            named.chips.insert(row.chip.to_string());
            let document = &row.owner.document;
            if let Some(key) = document.key() {
                named.documents.entry(document.kind()).or_default().insert(key);
            }
        }
        named
    }

    /// Asks the register.
    ///
    /// # Errors
    /// A failed database.
    pub(super) async fn facts(&self, tx: &mut Tx) -> Result<Facts, StoreError> {
        let mut facts = Facts::default();
        let chips: Vec<_> = self.chips.iter().cloned().collect();
        for chips in chips.chunks(ASKED) {
            for row in tx.chip_holders(chips).await? {
                let wrong = |_| StoreError::Inconsistent("an animal holds a text that is no chip");
                let chip = ChipNumber::from_digits(&row.chip).map_err(wrong)?;
                let own = row.document_key.map(|key| format!("{} {key}", row.document_kind));
                let kept = row.kept_kind.zip(row.kept_key);
                let kept = kept.map(|(kind, key)| format!("{kind} {key}"));
                facts.ledger.holds_chip(chip, own.into_iter().chain(kept));
            }
        }
        for (kind, keys) in &self.documents {
            let keys: Vec<_> = keys.iter().cloned().collect();
            for keys in keys.chunks(ASKED) {
                for row in tx.document_holders(kind.code(), keys).await? {
                    let key = format!("{kind} {}", row.document_key);
                    facts.ledger.holds_owner(key.clone());
                    // Those that stand for themselves come last, and so stay.
                    facts.owners.insert(key, row.merged_into.unwrap_or(row.id));
                }
            }
        }
        Ok(facts)
    }
}
