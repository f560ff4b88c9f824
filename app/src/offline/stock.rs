//! The box that the team has taken along: what the server told of it last, and what this phone has
//! recorded itself.

mod loss;

use crate::offline::held::{Held, Kept, Line, Record};
use domain::id::{OutreachId, SubmissionId};
use domain::service::ServiceKind;
use domain::stock::{AllottedLot, Holding, PackStock, batch_key};
use domain::sync::ItemState;
use domain::timestamp::Timestamp;
pub use loss::LossDraft;
use serde::{Deserialize, Serialize};

/// What the server told of the stock at an outreach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// At which outreach.
    pub outreach: OutreachId,
    /// The phone's clock when it was asked.
    pub asked_at: Timestamp,
    /// Number of the last record of this phone then; none in what an older app kept.
    #[serde(default)]
    pub last: u32,
    /// Those of the numbers up to it whose records still waited then, in order.
    #[serde(default)]
    pub waiting: Vec<u32>,
    /// The stock; with neither chips nor lots when nothing is allotted.
    pub stock: PackStock,
}

/// The box as it should stand by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The chips.
    pub chips: Holding,
    /// The lots, the earliest expiry first.
    pub lots: Vec<AllottedLot>,
}

impl Told {
    /// Whether anything is allotted.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.stock.ranges.is_empty() || !self.stock.lots.is_empty()
    }

    /// The box with what this phone has recorded at the outreach, but for the record that is being
    /// mended: corrected and annulled ones left out. Of what the server had when it was asked, its
    /// word holds alone: the desk may have annulled or put right some of it. Those that wait for a
    /// person count, since their chip has left the box. A number counts once, whoever tells it.
    #[must_use]
    pub fn contents(&self, kept: &Kept, mended: Option<SubmissionId>) -> Contents {
        let is_told = |held: &Held| {
            let number = held.head.sequence;
            let was_there = || self.waiting.binary_search(&number).is_err();
            held.state == ItemState::Sent && number <= self.last && was_there()
        };
        // What the server refused to take back is out of the box still.
        let is_news =
            |record: &&Record| !is_told(&record.held) && !record.held.state.needs_person();
        let lines = kept.records.iter().filter(is_news).flat_map(|record| &record.held.lines);
        let annulled: Vec<_> = lines.filter_map(|line| line.annuls).collect();
        let mut stock = self.stock.clone();
        let keys: Vec<_> = stock.lots.iter().map(|one| batch_key(one.lot.lot.as_str())).collect();
        let (mut implanted, mut lost) = (Vec::new(), Vec::new());
        let is_own = |record: &&Record| {
            let held = &record.held;
            let is_here = held.head.outreach == Some(self.outreach);
            is_here && held.replaced_by.is_none() && Some(held.head.id) != mended
        };
        for Record { held, .. } in kept.records.iter().filter(is_own) {
            for line in &held.lines {
                if line.id.is_some_and(|id| annulled.contains(&id)) {
                    // It is in the box again, before the server says so.
                    stock.implanted.retain(|chip| line.chip != Some(*chip));
                    continue;
                }
                match line.chip {
                    _ if is_told(held) => {}
                    Some(chip) if line.lost > 0 => lost.push(chip),
                    Some(chip) if line.service == Some(ServiceKind::Implantation) => {
                        implanted.push(chip);
                    }
                    _ => take(&mut stock.lots, &keys, line),
                }
            }
        }
        Contents { chips: stock.holding(&implanted, &lost), lots: stock.lots }
    }
}

/// The number of the phone's last record, and of those that are not in the register: they wait for
/// signal or for a person, here or at the desk, who may take them in later.
#[must_use]
pub fn numbers(kept: &Kept) -> (u32, Vec<u32>) {
    let mut last = 0;
    let mut waiting = Vec::new();
    for Record { held, .. } in &kept.records {
        last = last.max(held.head.sequence);
        if held.state != ItemState::Sent {
            waiting.push(held.head.sequence);
        }
    }
    (last, waiting)
}

/// Takes a dose, or those that were lost, from the lot that the line names, which all have their
/// batches beside them: a phone has given thousands.
fn take(lots: &mut [AllottedLot], keys: &[String], line: &Line) {
    let Some(named) = &line.lot else { return };
    let is_named = |(one, key): &(&mut AllottedLot, &String)| match line.lost {
        0 => *key == named && line.service == Some(ServiceKind::of_dose(one.lot.kind)),
        _ => one.lot.id.to_string() == *named,
    };
    if let Some((one, _)) = lots.iter_mut().zip(keys).find(is_named) {
        let doses = if line.lost > 0 { &mut one.lost } else { &mut one.given };
        *doses = doses.saturating_add(line.lost.max(1));
    }
}

#[cfg(test)]
mod tests;
