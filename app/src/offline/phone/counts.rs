//! What a phone counts of its records.

use super::Phone;
use crate::offline::browser;
use crate::offline::held::{Line, Record};
use domain::service::ServiceKind;
use domain::sync::{ItemState, days_waiting};
use domain::timestamp::Timestamp;
use leptos::prelude::*;

impl Phone {
    /// Records of today, whatever their state; one that was corrected counts once, one that was
    /// taken back not at all, nor a correction of what was registered, nor who came, nor what left
    /// the box without coming to an animal.
    #[must_use]
    pub fn count_today(self) -> u64 {
        self.day.track();
        let from = self.day_start().unwrap_or_default();
        self.kept.with(|kept| {
            let annulled = kept.annulled();
            let counts = |record: &&Record| {
                let held = &record.held;
                let is_todays = held.head.recorded_at >= from && held.replaced_by.is_none();
                let is_other = held.is_annulment() || held.is_loss() || held.arrival().is_some();
                is_todays && !is_other && !held.is_correction() && !kept.is_undone(held, &annulled)
            };
            kept.records.iter().filter(counts).count() as u64
        })
    }

    /// The services recorded today on this phone; refused, corrected and annulled ones left out.
    #[must_use]
    pub fn services_today(self) -> Vec<ServiceKind> {
        self.day.track();
        let from = self.day_start().unwrap_or_default();
        let counts = |record: &&Record| {
            let held = &record.held;
            let is_there = !held.state.needs_person() && held.replaced_by.is_none();
            held.head.recorded_at >= from && is_there
        };
        self.kept.with(|kept| {
            let records = kept.records.iter().filter(counts);
            let annulled = kept.annulled();
            let stands = |line: &&Line| line.id.is_none_or(|id| !annulled.contains(&id));
            let lines = records.flat_map(|record| &record.held.lines).filter(stands);
            lines.filter_map(|line| line.service).collect()
        })
    }

    /// Records that the server has not answered, those that were not read yet among them.
    #[must_use]
    pub fn count_waiting(self) -> u64 {
        let unread = self.kept.with(|kept| u64::from(kept.unread_open));
        self.count(|record| record.held.state.is_open()) + unread
    }

    /// Days that the oldest of them has waited, or the oldest picture, once it is a day.
    #[must_use]
    pub fn days_waiting(self, picture: Option<Timestamp>) -> Option<u64> {
        // Time passes without a change of the records; each attempt to send looks again.
        self.progress.track();
        self.kept.with(|kept| {
            let open = kept.records.iter().filter(|record| record.held.state.is_open());
            let made = open.map(|record| record.held.head.id.made_at());
            days_waiting(made.chain(picture), browser::now())
        })
    }

    /// Records that wait for a person at this phone.
    #[must_use]
    pub fn count_to_mend(self) -> u64 {
        self.count(needs_person)
    }

    /// Records that the server keeps whole until a coordinator has looked at them.
    #[must_use]
    pub fn count_held_back(self) -> u64 {
        self.count(|record| record.held.state == ItemState::Quarantined)
    }

    /// Records that wait for anybody, those that were not read yet among them.
    #[must_use]
    pub fn count_held(self) -> u64 {
        self.count_waiting() + self.count_to_mend() + self.count_held_back()
    }

    fn count(self, is_counted: impl Fn(&Record) -> bool) -> u64 {
        self.kept.with(|kept| kept.records.iter().filter(|r| is_counted(r)).count() as u64)
    }
}

/// Whether somebody at this phone has to look at the record; one that was mended waits only for
/// its correction.
#[must_use]
pub fn needs_person(record: &Record) -> bool {
    record.held.state.needs_person() && record.held.replaced_by.is_none()
}

/// The state a list shows: a record under way counts as waiting until it has its answer.
#[must_use]
pub fn shown_state(record: &Record, is_sending: bool) -> ItemState {
    match record.held.state {
        ItemState::Pending if is_sending => ItemState::Sending,
        state => state,
    }
}
