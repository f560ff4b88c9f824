//! What the server says to the sealed copies of a phone's records. Nobody writes it down there, but
//! it is the server's word all the same: it names every copy, takes each for what it holds, and
//! stands by that.

use backend::keys::Keys;
use domain::id::{DeviceId, SubmissionId};
use domain::refusal::Refusal;
use domain::submission::{Outcome, Receipt, Reply};
use domain::sync::Event;

use super::{Oracle, Violation, is_signed};
use crate::plan::Fate;
use crate::register::{Register, Stored};

/// What a request without its session is answered.
const SIGNED_OUT: u16 = 401;

/// Copies that a phone has sent.
pub(crate) struct Sent {
    pub(crate) device: DeviceId,
    pub(crate) ids: Vec<SubmissionId>,
    pub(crate) fate: Fate,
}

impl Oracle {
    /// An answer has come to copies: everything is a violation that is not the receipt for them and
    /// an answer to each, unless somebody on the way has spoken or the session was not shown.
    pub(crate) fn hear_of(&mut self, keys: &Keys, sent: &Sent, (status, event): (u16, &Event)) {
        self.hear_reply(sent, (status, event), |receipt| is_signed(keys, receipt));
    }

    pub(super) fn hear_reply(
        &mut self,
        sent: &Sent,
        (status, event): (u16, &Event),
        is_signed: impl Fn(&Receipt) -> bool,
    ) {
        let (device, fate) = (sent.device, sent.fate);
        let found = match (fate, event) {
            // A proxy's words, or the torn beginning of the server's.
            (Fate::Portal | Fate::Gateway | Fate::AnswerCut(_), _) => return,
            (Fate::SignedOut, _) if status == SIGNED_OUT => return,
            (Fate::SignedOut, _) => vec![format!("answered {status} without a session")],
            (_, Event::Reply { reply, digest }) => match unfit(sent, (reply, digest), is_signed) {
                Some(words) => vec![words],
                None => self.keep(reply),
            },
            _ => vec![format!("answered {status}, which is no reply")],
        };
        for words in found {
            let words = format!("copies of {device} ({fate:?}): {words}");
            self.find(Violation::Hidden, words);
        }
    }

    /// Keeps what copies were answered; of those that were not taken for what they hold, what is
    /// wrong.
    fn keep(&mut self, reply: &Reply) -> Vec<String> {
        let mut found = Vec::new();
        for answer in &reply.answers {
            match answer.outcome.refusal() {
                // No copy is broken here, and no identifier ever stands for two contents.
                Some(refusal @ (Refusal::Unreadable | Refusal::IdReused)) => {
                    found.push(format!("{} was not taken: {refusal:?}", answer.id));
                }
                _ => self.copies.push(answer.clone()),
            }
        }
        found
    }

    /// Compares what copies were answered with what the register holds.
    pub(super) fn of_copies(&self, register: &Register) -> Vec<(Violation, String)> {
        let mut found = Vec::new();
        for answer in &self.copies {
            let id = answer.id;
            match register.submissions.get(&id) {
                None => {
                    let words = format!("a copy of {id} was answered, and the server has none");
                    found.push((Violation::Lost, words));
                }
                Some(stored) if !stands_by(stored, &answer.outcome) => {
                    let words = format!("a copy of {id} was answered otherwise than stands there");
                    found.push((Violation::Hidden, words));
                }
                Some(_) => {}
            }
        }
        found
    }
}

/// What is wrong with a reply as a whole, if anything is.
fn unfit(
    sent: &Sent,
    (reply, digest): (&Reply, &str),
    is_signed: impl Fn(&Receipt) -> bool,
) -> Option<String> {
    let receipt = &reply.receipt;
    let answered = reply.answers.iter().map(|answer| answer.id);
    if !answered.eq(sent.ids.iter().copied()) {
        Some("others were answered than were sent".to_owned())
    } else if receipt.device != sent.device || receipt.batch_hash != digest {
        Some("the receipt is of another batch".to_owned())
    } else if !is_signed(receipt) {
        Some("a receipt that nobody signed".to_owned())
    } else {
        None
    }
}

/// Whether an answer is the one that the register holds, or, of what was resolved since, was the
/// first one.
fn stands_by(stored: &Stored, told: &Outcome) -> bool {
    let was_first = stored.is_resolved && !matches!(told, Outcome::Accepted { .. });
    was_first || *told == stored.answer
}
