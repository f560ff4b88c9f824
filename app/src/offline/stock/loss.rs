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
    /// The name it is kept under while it is being filled in. A correction has one of its own, so
    /// that neither it nor a loss that is being typed ever becomes the other.
    #[must_use]
    pub const fn draft(&self) -> &'static str {
        if self.replaces.is_some() { "loss_mended" } else { "loss" }
    }

    /// Goes on with what was kept, if that mends the same record.
    #[must_use]
    pub fn going_on(self, kept: Option<Self>) -> Self {
        kept.filter(|kept| kept.replaces == self.replaces).unwrap_or(self)
    }

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
