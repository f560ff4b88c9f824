//! What left the box without coming to an animal, as it is being filled in.

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::id::SubmissionId;
use domain::stock::{AllottedLot, LossReason};
use serde::{Deserialize, Serialize};

/// A loss as it was typed and tapped; its record keeps it, to be listed and opened again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossDraft {
    /// The identifier of the lot of doses; blank when it is a chip.
    pub lot: String,
    /// The number as read, or how many doses.
    pub number: String,
    /// How it went, as its code; blank until it was said.
    pub reason: String,
    /// What it is, in words; blank until it is recorded.
    pub what: String,
    /// The refused record that it mends.
    pub replaces: Option<SubmissionId>,
}

impl LossDraft {
    /// What is recorded of it; none while something is missing or cannot be read.
    #[must_use]
    pub fn command(&self, lots: &[AllottedLot]) -> Option<Command> {
        let reason = LossReason::from_code(&self.reason)?;
        if self.lot.is_empty() {
            let chip = ChipNumber::parse_read(&self.number).ok()?;
            return Some(Command::WriteOffChip { chip, reason });
        }
        let doses = self.number.trim().parse::<u32>().ok().filter(|doses| *doses > 0)?;
        let lot = lots.iter().map(|one| one.lot.id).find(|lot| lot.to_string() == self.lot)?;
        Some(Command::WriteOffDoses { lot, doses, reason })
    }
}
