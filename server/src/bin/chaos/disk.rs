//! What a phone's storage holds: the stores of the field app, with the same changes to them. Each
//! method is one transaction of IndexedDB, which happens whole or not at all; whether it does is
//! drawn by the caller.

use app::offline::held::{Held, Kept, LastWord, NewRecord, Record};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Answer, Outcome, Receipt};
use domain::sync::{Agreement, Item};
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The storage of one phone.
pub(crate) struct Disk {
    pub(crate) device: DeviceId,
    /// The number that the next record gets.
    next: u32,
    records: BTreeMap<SubmissionId, Held>,
    answers: BTreeMap<SubmissionId, Outcome>,
    pub(crate) receipt: Option<Receipt>,
    /// Records that went although the server holds nothing under their numbers.
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

    /// Records of which the server holds nothing under their number although they have an answer.
    pub(crate) fn aside(&self) -> u32 {
        let here = self.records().filter(|held| held.is_aside).count();
        self.gone_aside.saturating_add(u32::try_from(here).unwrap_or(u32::MAX))
    }

    /// What the phone shows of the server's last word; none before the first.
    pub(crate) fn agreement(&self) -> Option<Agreement> {
        let receipt = self.receipt.clone()?;
        let (last, gone_aside) = (self.numbered(), self.gone_aside);
        let word = LastWord { receipt, last, gone_aside, before: 0 };
        Some(word.beside(&Kept { records: self.answered().collect(), ..Kept::default() }))
    }

    /// Every record with its answer.
    fn answered(&self) -> impl Iterator<Item = Record> {
        let outcome = move |held: &Held| self.answer(held.head.id).cloned();
        self.records()
            .map(move |held| Record { outcome: outcome(held), held: Arc::new(held.clone()) })
    }

    /// The sent records of earlier days: recorded before `from`, and named by a receipt.
    pub(crate) fn of_before(&self, from: Timestamp) -> Vec<SubmissionId> {
        let old = self.answered().filter(|record| record.is_of_before(from));
        old.map(|record| record.held.head.id).collect()
    }

    /// Removes those.
    pub(crate) fn forget_before(&mut self, from: Timestamp) {
        for id in self.of_before(from) {
            self.gone_aside += u32::from(self.record(id).is_some_and(|held| held.is_aside));
            self.remove(id);
        }
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
    pub(crate) fn add(&mut self, new: NewRecord) {
        let held = new.numbered(self.device, self.next);
        self.next += 1;
        if let Some(old) = held.head.replaces.and_then(|id| self.records.get_mut(&id)) {
            old.replaced_by = Some(held.head.id);
        }
        self.records.insert(held.head.id, held);
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

    /// Writes the answer down of one of which the server holds nothing.
    pub(crate) fn set_aside(&mut self, answer: &Answer) {
        self.store_answers(std::slice::from_ref(answer));
        if let Some(held) = self.records.get_mut(&answer.id) {
            held.is_aside = true;
        }
    }

    /// What a receipt named stays for the day's list; what a person has dealt with goes, and what
    /// it was to mend waits for a person again.
    pub(crate) fn clear(&mut self, ids: &[SubmissionId]) {
        for id in ids {
            let Some(held) = self.records.remove(id) else { continue };
            let (mends, is_aside) = (held.head.replaces, held.is_aside);
            if let Some(held) = held.cleared() {
                self.records.insert(*id, held);
                continue;
            }
            self.gone_aside += u32::from(is_aside);
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::StaffId;
    use domain::refusal::Refusal;
    use uuid::Uuid;

    fn id(number: u128) -> SubmissionId {
        SubmissionId(Uuid::from_u128(number))
    }

    /// A record made at a moment, which mends another.
    fn record(number: u128, at: i64, replaces: Option<u128>) -> NewRecord {
        NewRecord {
            id: id(number),
            actor: StaffId(Uuid::nil()),
            outreach: None,
            visit: None,
            recorded_at: Timestamp(at),
            utc_offset_minutes: 0,
            replaces: replaces.map(id),
            commands: Vec::new(),
            form: String::new(),
            behind: None,
        }
    }

    #[test]
    fn only_what_was_sent_on_an_earlier_day_is_forgotten() {
        let accepted = Outcome::Accepted { aliases: Vec::new(), documents: Vec::new() };
        let refused = |refusal| Outcome::Refused { command: None, refusal };
        let mut disk = Disk::new(DeviceId(Uuid::nil()));
        // Sent, waiting, refused, and one that was set aside and mended; then today's.
        let made = [(1, 5, None), (2, 5, None), (3, 5, None), (4, 5, None), (5, 6, Some(4))];
        for (number, at, replaces) in made.into_iter().chain([(6, 10, None)]) {
            disk.add(record(number, at, replaces));
        }
        let answers = [
            (1, accepted.clone()),
            (3, refused(Refusal::ConsentMissing)),
            (4, refused(Refusal::Unreadable)),
            (5, accepted.clone()),
            (6, accepted),
        ];
        for (number, outcome) in answers {
            let answer = Answer { id: id(number), outcome };
            // The fifth mends it.
            if number == 4 { disk.set_aside(&answer) } else { disk.store_answers(&[answer]) }
        }
        assert_eq!(disk.aside(), 1);
        assert_eq!(disk.of_before(Timestamp(10)), [1, 4, 5].map(id));
        disk.forget_before(Timestamp(10));
        let left: Vec<_> = disk.records().map(|held| held.head.id).collect();
        assert_eq!(left, [2, 3, 6].map(id));
        assert_eq!((disk.aside(), disk.numbered()), (1, 6), "it stays counted");
        disk.forget_before(Timestamp(10));
        assert_eq!(disk.aside(), 1);
    }
}
