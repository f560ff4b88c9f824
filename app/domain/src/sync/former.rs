//! A phone whose name and count could not be read any more is another device from then on: its new
//! records are counted anew, and those that it holds go home as those of the device that made them.

use super::{Item, Sync};
use crate::id::{DeviceId, SubmissionId};
use serde::{Deserialize, Serialize};

/// A device that a phone was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// Which; none where nothing on the phone told it any more.
    pub device: Option<DeviceId>,
    /// The last number that its records have on this phone. The phone goes on counting behind it,
    /// so that no two of its records have one number; what it tells the server begins at one.
    pub last: u32,
}

/// The former device that made the record with this number, of those given oldest first; none when
/// it was the phone as it is called now, or nobody knows.
#[must_use]
pub fn maker(former: &[Former], sequence: u32) -> Option<DeviceId> {
    former.iter().find(|one| sequence <= one.last)?.device
}

impl Sync {
    /// The machine of a phone that was these devices before, oldest first.
    #[must_use]
    pub fn formerly(mut self, former: Vec<Former>) -> Self {
        self.former = former;
        self
    }

    /// As which device a batch of these goes, all of which one made; without any, as the one for
    /// which it is asked.
    #[must_use]
    pub fn sender(&self, batch: &[SubmissionId]) -> DeviceId {
        let Some(first) = batch.first() else { return self.asks_as };
        let item = self.items().find(|item| item.id == *first);
        item.map_or(self.device, |item| self.made_as(item))
    }

    /// The device that made a record.
    pub(super) fn made_as(&self, item: &Item) -> DeviceId {
        maker(&self.former, item.sequence).unwrap_or(self.device)
    }

    /// As which device an empty batch goes next: first as the present one, then in turn as those
    /// before whose records wait at the desk, and as the present one again.
    pub(super) fn next_to_ask(&self) -> DeviceId {
        if !self.has_reported {
            return self.device;
        }
        let waits = |device: &DeviceId| {
            let mut items = self.items().filter(|item| item.state.waits_for_desk());
            items.any(|item| maker(&self.former, item.sequence) == Some(*device))
        };
        let mut known = self.former.iter().filter_map(|one| one.device);
        if self.asks_as != self.device {
            // Those behind the one that was asked for last.
            known.find(|device| *device == self.asks_as);
        }
        known.find(waits).unwrap_or(self.device)
    }
}
