//! What a reading asks of the browser's store, and what is written there.

use domain::id::SubmissionId;
use std::ops::RangeInclusive;

/// Of more records that have changed at once most have gone, as those of the day before do.
const MANY: usize = 512;

/// What a reading has to take from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing has changed.
    Nothing,
    /// The changes of these numbers.
    Changes(RangeInclusive<u32>),
    /// Everything is to be begun with.
    All(Beginning),
}

/// With what a reading begins; with blank parts where there is no summary that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The blocks of these numbers.
    pub blocks: Vec<u32>,
    /// The changes after them.
    pub changes: RangeInclusive<u32>,
}

/// What the store has of the records, by identifier.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The records.
    pub records: Vec<SubmissionId>,
    /// Those with an answer.
    pub answered: Vec<SubmissionId>,
}

impl Names {
    pub(super) fn has(&self, id: SubmissionId) -> bool {
        self.records.binary_search(&id).is_ok()
    }
}

/// A newer summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settling {
    /// It is written only where this one stands.
    pub before: String,
    /// The summary.
    pub summary: String,
    /// The blocks that are written anew, each with its number.
    pub blocks: Vec<(u32, Vec<u8>)>,
    /// The numbers of those that go.
    pub gone: Vec<u32>,
    /// The changes that go: they are in it.
    pub changes: RangeInclusive<u32>,
}

/// Whether the names of what is there tell sooner what so many changes have left than the records.
#[must_use]
pub const fn are_many(changed: &[SubmissionId]) -> bool {
    changed.len() > MANY
}
