//! What a batch that failed leads to: waits, halves, and one record set aside for a person.

use super::waits::retry_wait;
use super::{Action, Entry, Failure, Sync};
use crate::id::SubmissionId;
use crate::refusal::Refusal;
use crate::submission::{Answer, Outcome};

/// A record that failed alone so often is told to whoever recorded it.
const STUCK: u16 = 3;
/// A word that was lost although the browser had just spoken of a network waits as if it had failed
/// so often, and then as long as any other.
const HOPED: u32 = 2;

impl Sync {
    pub(super) fn failed(&mut self, failure: Failure, random: u32) -> Vec<Action> {
        let sent = std::mem::take(&mut self.in_flight);
        self.asking = false;
        self.give_back(&sent);
        self.contact = failure.contact();
        if !self.has_pending() && !self.waits_for_desk() {
            // Nothing but a word of how it stands was lost: no reason to wake the radio. A record
            // that comes meanwhile is tried at once, not after this long wait.
            self.failures = 0;
            // A browser may speak of a network a moment before there is a way through it.
            return vec![match std::mem::take(&mut self.is_hopeful) {
                true => Action::Wait { ms: retry_wait(HOPED, random) },
                false => self.calm_wait(random),
            }];
        }
        if let Some(answer) = self.refused_alone(&sent, &failure) {
            self.failures = 0;
            self.settle(std::slice::from_ref(&answer));
            if let Some(entry) = self.entry(answer.id) {
                entry.item.is_aside = true;
            }
            let mut actions = vec![Action::SetAside(answer)];
            actions.extend(self.go_on(random));
            return actions;
        }
        let is_broken = is_about_content(&failure);
        if (is_broken || failure == Failure::TimedOut) && !sent.is_empty() {
            self.most = u32::try_from(sent.len() / 2).unwrap_or(1).max(1);
            if let [alone] = sent[..] {
                self.set_back(alone, is_broken);
            }
        }
        vec![self.back_off(random)]
    }

    /// The server's word on a batch of one is its answer: the record is set aside for a person,
    /// so that it does not hold the others.
    fn refused_alone(&self, sent: &[SubmissionId], failure: &Failure) -> Option<Answer> {
        let [id] = *sent else { return None };
        match failure {
            Failure::Status { refusal: Some(refusal), .. } if is_final(refusal) => {
                let outcome = Outcome::Refused { command: None, refusal: refusal.clone() };
                Some(Answer { id, outcome })
            }
            _ => None,
        }
    }

    /// The records without an answer over which the server broke several times, each all alone:
    /// signal does not send them.
    #[must_use]
    pub fn stuck(&self) -> Vec<SubmissionId> {
        let is_stuck = |entry: &&Entry| entry.breaks >= STUCK && entry.item.state.is_open();
        self.entries.iter().filter(is_stuck).map(|entry| entry.item.id).collect()
    }

    /// The doubled wait, spread.
    pub(super) fn back_off(&mut self, random: u32) -> Action {
        let ms = retry_wait(self.failures, random);
        self.failures = self.failures.saturating_add(1);
        Action::Wait { ms }
    }
}

/// Whether the failure may lie in one record of the batch rather than in the network; an answer
/// that is none this build reads (200) too, and that it did not come in time (408).
const fn is_about_content(failure: &Failure) -> bool {
    matches!(failure, Failure::Status { code: 200 | 400 | 408 | 413 | 422 | 500, .. })
}

/// Whether a refusal of the whole request is about the record and will not change by waiting.
const fn is_final(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Unreadable
            | Refusal::BadCommandCount
            | Refusal::TooLarge
            | Refusal::IdReused
            | Refusal::Invalid { .. }
    )
}
