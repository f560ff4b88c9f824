//! Submissions at hand, as they go to the server: those that go next are not opened for that again.

use crate::offline::held::{Head, Held};
use domain::id::SubmissionId;

/// So many bytes of them are kept: a day's work.
pub(super) const MOST: usize = 4_000_000;

#[derive(Debug)]
struct One {
    sequence: u32,
    id: SubmissionId,
    body: String,
}

/// Those of records without an answer, by their numbers: in this order they go.
#[derive(Debug, Default)]
pub(super) struct AtHand(Vec<One>);

impl AtHand {
    pub(super) fn body(&self, id: SubmissionId) -> Option<&str> {
        let found = self.0.iter().find(|one| one.id == id);
        found.map(|one| one.body.as_str())
    }

    /// Keeps one as long as there is room, which those have that go first.
    pub(super) fn keep(&mut self, held: &Held) {
        let Head { id, sequence, .. } = held.head;
        if !held.state.is_open() || held.body.is_empty() || self.body(id).is_some() {
            return;
        }
        let at = self.0.partition_point(|one| one.sequence < sequence);
        self.0.insert(at, One { sequence, id, body: held.body.clone() });
        let mut bytes = 0;
        let fits = |one: &&One| {
            bytes += one.body.len();
            bytes <= MOST
        };
        let fit = self.0.iter().take_while(fits).count();
        self.0.truncate(fit);
    }

    pub(super) fn retain(&mut self, is_wanted: impl Fn(SubmissionId) -> bool) {
        self.0.retain(|one| is_wanted(one.id));
    }
}
