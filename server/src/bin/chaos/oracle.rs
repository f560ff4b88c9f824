//! What every phone was told, and whether server and phones hold to it: nothing lost, nothing
//! doubled, nothing hidden.

mod copies;
mod judgement;
mod shown;
#[cfg(test)]
mod tests;

use backend::keys::{Keys, Purpose};
use domain::id::{DeviceId, SubmissionId};
use domain::submission::{Answer, Outcome, Receipt, Reply};
use domain::sync::ItemState;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use copies::Sent;

use crate::person::{Act, Recorded};
use crate::plan::Fate;
use crate::storage::Storage;

/// What must never be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// Something was told as kept and is not in the register, or not all of it.
    Lost,
    /// Something is in the register more often than it was recorded.
    Doubled,
    /// Somebody should see something and cannot, it went without a receipt, or the server failed
    /// and had no reason to tell.
    Hidden,
    /// Something still waits after the network has healed.
    Pending,
}

impl Violation {
    pub(crate) const ALL: [Self; 4] = [Self::Lost, Self::Doubled, Self::Hidden, Self::Pending];
}

/// A record that somebody made.
pub(crate) struct Told {
    /// Which phone.
    pub(crate) phone: usize,
    /// The screen said that it is kept; else the phone died while it was written.
    pub(crate) is_kept: bool,
    pub(crate) replaces: Option<SubmissionId>,
    pub(crate) act: Act,
    pub(crate) recorded: Recorded,
}

/// Everything that was told, and what was found wrong.
#[derive(Default)]
pub(crate) struct Oracle {
    pub(crate) told: BTreeMap<SubmissionId, Told>,
    /// Accepted, as a reply said whose receipt the server signed.
    accepted: BTreeSet<SubmissionId>,
    /// Withdrawn by a person.
    withdrawn: BTreeSet<SubmissionId>,
    /// What sealed copies were answered.
    copies: Vec<Answer>,
    pub(crate) found: Vec<(Violation, String)>,
}

impl Oracle {
    pub(crate) fn tell(&mut self, id: SubmissionId, told: Told) {
        self.told.insert(id, told);
    }

    /// Somebody has withdrawn a record that the server did not take.
    pub(crate) fn withdrew(&mut self, id: SubmissionId) {
        self.withdrawn.insert(id);
    }

    /// A reply has come to a phone that asked: its receipt must be the server's.
    pub(crate) fn hear(&mut self, keys: &Keys, device: DeviceId, (reply, digest): (&Reply, &str)) {
        if reply.receipt.device != device || reply.receipt.batch_hash != digest {
            return;
        }
        if !is_signed(keys, &reply.receipt) {
            self.find(Violation::Hidden, format!("{device}: a receipt that nobody signed"));
            return;
        }
        let is_accepted = |answer: &&Answer| matches!(answer.outcome, Outcome::Accepted { .. });
        for answer in reply.answers.iter().filter(is_accepted) {
            self.accepted.insert(answer.id);
        }
        for answer in reply.resolved.iter().filter(is_accepted) {
            if self.is_mended(answer.id) {
                self.accepted.insert(answer.id);
            }
        }
    }

    /// An answer has come to a phone: the server has none with which it says that it failed.
    pub(crate) fn answered(&mut self, status: u16, fate: Fate) {
        if status >= 500 && fate != Fate::Gateway {
            self.find(Violation::Hidden, format!("the server answered {status} ({fate:?})"));
        }
    }

    /// A phone is about to clear a record, or to write down that it is sent.
    pub(crate) fn clears(
        &mut self,
        storage: &Storage,
        id: SubmissionId,
        becomes: Option<ItemState>,
    ) {
        let Some(held) = storage.record(id) else { return };
        let is_rightly = match becomes.unwrap_or(held.state) {
            ItemState::Sent => self.accepted.contains(&id),
            _ => self.withdrawn.contains(&id) || self.is_mended(id),
        };
        if !is_rightly {
            self.find(Violation::Hidden, format!("{id} was cleared, and no receipt names it"));
        }
    }

    /// A phone has forgotten a record of an earlier day: the server took it, or what mended it.
    pub(crate) fn forgets(&mut self, id: SubmissionId) {
        if !self.accepted.contains(&id) && !self.is_mended(id) {
            self.find(Violation::Hidden, format!("{id} was forgotten, and no receipt names it"));
        }
    }

    /// Whether a correction of a record was accepted, or a correction of that.
    fn is_mended(&self, id: SubmissionId) -> bool {
        let mut corrections = self.told.iter().filter(|(_, told)| told.replaces == Some(id));
        corrections.any(|(id, _)| self.accepted.contains(id) || self.is_mended(*id))
    }

    pub(crate) fn find(&mut self, what: Violation, words: String) {
        self.found.push((what, words));
    }

    /// How often something was found.
    pub(crate) fn count(&self, what: Violation) -> usize {
        self.found.iter().filter(|(found, _)| *found == what).count()
    }
}

fn is_signed(keys: &Keys, receipt: &Receipt) -> bool {
    let kid = data_encoding::HEXLOWER.decode(receipt.kid.as_bytes());
    let signature = data_encoding::BASE64_NOPAD.decode(receipt.signature.as_bytes());
    let (Ok(kid), Ok(signature)) = (kid, signature) else { return false };
    keys.verify(Purpose::Receipts, &kid, receipt.signed_text().as_bytes(), &signature)
}
