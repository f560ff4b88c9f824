//! What a phone says of itself: how many records wait, where, and since when.

use super::news::in_order;
use super::{Item, ItemState, Sync};
use crate::id::{DeviceId, SubmissionId};
use crate::submission::PhoneReport;
use crate::timestamp::Timestamp;

/// What a phone holds, counted. A record that was mended counts as its correction does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records without an answer, those under way included.
    pub waiting: u32,
    /// Refused records that somebody at this phone must mend or withdraw.
    pub to_mend: u32,
    /// Records that a coordinator may resolve: conflicts, and what is held in quarantine.
    pub at_desk: u32,
    /// When the oldest record without an answer was made, by the phone's clock.
    pub oldest: Option<Timestamp>,
}

impl Tally {
    /// As the phone says it with a batch: its build, its clock at this moment, whether the browser
    /// promised to keep what it holds, and what the driver counts: how many records were set aside,
    /// those that are gone too, and how many pictures were not sent.
    #[must_use]
    pub const fn report(
        self,
        build: String,
        clock: Timestamp,
        persisted: Option<bool>,
        (aside, pictures): (u32, u32),
    ) -> PhoneReport {
        let Self { waiting, to_mend, at_desk, oldest } = self;
        PhoneReport {
            build,
            clock,
            waiting,
            to_mend,
            at_desk,
            oldest,
            persisted,
            aside,
            pictures,
            withdrawn: Vec::new(),
            asks: Vec::new(),
        }
    }
}

impl Sync {
    /// What the phone holds just now.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally_of(self.device)
    }

    /// What it holds of the records that it made as this device.
    #[must_use]
    pub fn tally_of(&self, device: DeviceId) -> Tally {
        let own = || self.items().filter(|item| self.made_as(item) == device);
        let mended = in_order(self.items().filter_map(|item| item.replaces).collect());
        let mut tally = Tally::default();
        for item in own().filter(|item| mended.binary_search(&item.id).is_err()) {
            let counted = match item.state {
                ItemState::Pending | ItemState::Sending => &mut tally.waiting,
                ItemState::Refused => &mut tally.to_mend,
                ItemState::Conflict | ItemState::Quarantined => &mut tally.at_desk,
                ItemState::Sent => continue,
            };
            *counted = counted.saturating_add(1);
        }
        let open = own().filter(|item| item.state.is_open());
        tally.oldest = open.map(|item| item.recorded_at).min();
        tally
    }

    /// What of the records that it made as this device waits for a person, here or at the desk, so
    /// that somebody may have resolved it.
    pub fn unsettled_of(&self, device: DeviceId) -> impl Iterator<Item = SubmissionId> {
        let waits = |item: &Item| {
            let is_known = !item.is_aside && !item.is_put_away;
            is_known && (item.state.needs_person() || item.state.waits_for_desk())
        };
        let own = self.items().filter(move |item| waits(item) && self.made_as(item) == device);
        own.map(|item| item.id)
    }
}
