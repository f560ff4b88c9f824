//! What a phone's storage holds: the stores of the field app, with the same changes to them. Each
//! method is one transaction of IndexedDB, which happens whole or not at all; whether it does is
//! drawn by the caller.

use app::offline::held::{Held, Kept, LastWord, NewRecord, Record};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Answer, Outcome, Receipt};
use domain::sync::{Agreement, Item, is_set_aside};
use std::collections::BTreeMap;

/// The storage of one phone.
pub(crate) struct Disk {
    pub(crate) device: DeviceId,
    /// The number that the next record gets.
    next: u32,
    records: BTreeMap<SubmissionId, Held>,
    answers: BTreeMap<SubmissionId, Outcome>,
    pub(crate) receipt: Option<Receipt>,
    /// Records that went although the server may hold nothing of them.
    gone_aside: u32,
}

impl Disk {
    pub(crate) fn new(device: DeviceId) -> Self {
        let (records, answers) = (BTreeMap::new(), BTreeMap::new());
        Self { device, next: 1, records, answers, receipt: None, gone_aside: 0 }
    }

    /// How many records were numbered.
    pub(crate) const fn numbered(&self) -> u32 {
        self.next - 1
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Held> {
        self.records.values()
    }

    pub(crate) fn record(&self, id: SubmissionId) -> Option<&Held> {
        self.records.get(&id)
    }

    pub(crate) fn answer(&self, id: SubmissionId) -> Option<&Outcome> {
        self.answers.get(&id)
    }

    /// Records of which the server may hold nothing although they have an answer.
    pub(crate) fn aside(&self) -> u32 {
        let here = self.answers.values().filter(|answer| is_set_aside(answer)).count();
        self.gone_aside.saturating_add(u32::try_from(here).unwrap_or(u32::MAX))
    }

    /// What the phone shows of the server's last word; none before the first.
    pub(crate) fn agreement(&self) -> Option<Agreement> {
        let receipt = self.receipt.clone()?;
        let word = LastWord { receipt, last: self.numbered(), gone_aside: self.gone_aside };
        let outcome = |held: &Held| self.answer(held.head.id).cloned();
        let records = self.records();
        let records = records.map(|held| Record { outcome: outcome(held), held: held.clone() });
        Some(word.beside(&Kept { records: records.collect(), unreadable: 0 }))
    }

    /// What the machine is told of at its start.
    pub(crate) fn items(&self) -> Vec<Item> {
        self.records().map(Held::item).collect()
    }

    /// The texts of some submissions, in this order.
    pub(crate) fn bodies(&self, ids: &[SubmissionId]) -> Vec<String> {
        ids.iter().filter_map(|id| self.record(*id)).map(|held| held.body.clone()).collect()
    }

    /// Writes a record with the next number, and notes it at the one that it mends.
    pub(crate) fn add(&mut self, new: NewRecord) -> serde_json::Result<()> {
        let held = new.numbered(self.device, self.next)?;
        self.next += 1;
        if let Some(old) = held.head.replaces.and_then(|id| self.records.get_mut(&id)) {
            old.replaced_by = Some(held.head.id);
        }
        self.records.insert(held.head.id, held);
        Ok(())
    }

    /// Writes answers down, each with the state of its record; with what is accepted what it mends
    /// is done too.
    pub(crate) fn store_answers(&mut self, answers: &[Answer]) {
        for answer in answers {
            let Some(held) = self.records.remove(&answer.id) else { continue };
            let held = held.answered(&answer.outcome);
            let mut mended = held.head.replaces.filter(|_| held.is_cleared);
            self.records.insert(answer.id, held);
            self.answers.insert(answer.id, answer.outcome.clone());
            while let Some(id) = mended {
                let old = self.record(id).cloned();
                let Some(old) = old.and_then(Held::mended) else { break };
                mended = old.head.replaces;
                self.records.insert(id, old);
            }
        }
    }

    /// What a receipt named stays for the day's list; what a person has dealt with goes, and what
    /// it was to mend waits for a person again.
    pub(crate) fn clear(&mut self, ids: &[SubmissionId]) {
        for id in ids {
            let Some(held) = self.records.remove(id) else { continue };
            let mends = held.head.replaces;
            if let Some(held) = held.cleared() {
                self.records.insert(*id, held);
                continue;
            }
            self.gone_aside += u32::from(self.answer(*id).is_some_and(is_set_aside));
            self.remove(*id);
            if let Some(old) = mends.and_then(|id| self.records.get_mut(&id)) {
                old.lose_correction(*id);
            }
        }
    }

    /// Removes a record whatever its state: what the app never does before an answer.
    pub(crate) fn remove(&mut self, id: SubmissionId) {
        self.answers.remove(&id);
        self.records.remove(&id);
    }
}
