//! What a phone tells by itself: that something waits, that the server lacks something, and what
//! its lists show of what it holds.

use app::offline::held::{Held, Kept};
use domain::id::{DeviceId, SubmissionId};
use domain::sync::Agreement;
use std::collections::{BTreeMap, BTreeSet};

use super::{Oracle, Violation};
use crate::holding::Holding;

impl Oracle {
    /// Notes what still waits on a phone.
    pub(crate) fn must_be_home(&mut self, phone: &Holding) {
        for held in phone.records().filter(|held| held.state.is_open()) {
            let words = format!("{} still waits on its phone", held.head.id);
            self.find(Violation::Pending, words);
        }
    }

    /// Notes that a phone raises the alarm that the server lacks records: it never does.
    pub(crate) fn must_not_alarm(&mut self, device: DeviceId, agreement: Option<Agreement>) {
        if let Some(Agreement::Fewer { missing }) = agreement {
            let words = format!("{device} says that the server lacks {missing}");
            self.find(Violation::Hidden, words);
        }
    }

    /// Notes that a phone goes on sending although it holds nothing to send.
    pub(crate) fn goes_on(&mut self, device: DeviceId) {
        self.find(Violation::Pending, format!("{device} goes on sending what it does not hold"));
    }

    /// Notes that a list has others than lie in the store.
    pub(crate) fn must_list(&mut self, stored: &BTreeSet<SubmissionId>, shown: &Kept) {
        let listed: BTreeSet<_> = shown.records.iter().map(|record| record.held.head.id).collect();
        for id in stored.symmetric_difference(&listed) {
            let where_it_is = if listed.contains(id) { "is listed" } else { "is stored" };
            self.find(Violation::Hidden, format!("{id} {where_it_is}, and nothing else"));
        }
    }

    /// Notes what a list shows otherwise than the phone holds it.
    pub(crate) fn must_show(&mut self, phone: &Holding, shown: &Kept) {
        self.must_list(&phone.stored, shown);
        let held: BTreeMap<_, _> = phone.records().map(|held| (held.head.id, held)).collect();
        for record in &shown.records {
            let id = record.held.head.id;
            if !held.get(&id).is_some_and(|held| is_shown(held, &record.held)) {
                self.find(Violation::Hidden, format!("{id} is listed otherwise than it is held"));
            }
        }
    }
}

/// Whether a list shows a record as it is.
fn is_shown(held: &Held, shown: &Held) -> bool {
    let stands = |held: &Held| (held.item(), held.replaced_by, held.is_cleared);
    let is_alike = held.lines == shown.lines && held.brief == shown.brief;
    is_alike && stands(held) == stands(shown)
}
