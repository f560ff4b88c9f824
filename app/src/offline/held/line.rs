//! What of a command a phone keeps in sight, so that lists and warnings need not read it again.

use domain::chip_number::ChipNumber;
use domain::command::{Command, CorrectionReason};
use domain::id::{AnimalId, ServiceId};
use domain::service::{ServiceDetails, ServiceKind};
use domain::stock::batch_key;
use domain::sync::ItemState;
use serde::{Deserialize, Serialize};

use super::Held;

/// What one command did, as far as lists and warnings need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// To which animal; none where the command is about the owner.
    pub animal: Option<AnimalId>,
    /// The name it is registered under by this command.
    pub name: Option<String>,
    /// What was done.
    pub service: Option<ServiceKind>,
    /// The chip put in, read or written off.
    pub chip: Option<ChipNumber>,
    /// The identifier of what was done; one that an older app wrote has none.
    #[serde(default)]
    pub id: Option<ServiceId>,
    /// What is taken back by it.
    #[serde(default)]
    pub annuls: Option<ServiceId>,
    /// The lot of a dose, by the key of its batch; of doses written off, by its identifier.
    #[serde(default)]
    pub lot: Option<String>,
    /// How many chips or doses are written off.
    #[serde(default)]
    pub lost: u32,
    /// It puts right what was registered; what only completes a known animal is part of a visit.
    #[serde(default)]
    pub corrects: bool,
}

impl Held {
    /// Whether it takes back what another record brought, and does nothing else.
    #[must_use]
    pub fn is_annulment(&self) -> bool {
        self.takes_back() && !self.is_correction()
    }

    fn takes_back(&self) -> bool {
        self.lines.iter().any(|line| line.annuls.is_some())
    }

    /// Whether it says that something has left the box without coming to an animal.
    #[must_use]
    pub fn is_loss(&self) -> bool {
        self.lines.iter().any(|line| line.lost > 0)
    }

    /// Whether it only puts right what another record registered or says that was done.
    #[must_use]
    pub fn is_correction(&self) -> bool {
        // What is done in the place of something is recorded beside taking that back.
        let is_instead = |line: &Line| line.service.is_some() && self.takes_back();
        self.lines.iter().any(|line| line.corrects || is_instead(line))
    }

    /// Whether the server has it, or gets it before what this phone records now.
    #[must_use]
    pub fn stands(&self) -> bool {
        let is_there = self.state.is_open() || self.state == ItemState::Sent;
        is_there && self.replaced_by.is_none() && !self.is_shut()
    }

    /// Whether what it registered can be put right from this phone.
    #[must_use]
    pub fn is_correctable(&self) -> bool {
        let is_other = self.is_annulment() || self.is_loss() || self.arrival().is_some();
        self.stands() && !is_other
    }
}

impl Line {
    /// What a command does.
    #[must_use]
    pub fn of(command: &Command) -> Self {
        let blank = Self::default();
        match command {
            Command::RegisterAnimal { animal, details, .. } => {
                Self { animal: Some(*animal), name: Some(details.name.to_string()), ..blank }
            }
            Command::RecordService { service: id, animal, details, .. } => {
                let (chip, lot) = match &**details {
                    ServiceDetails::Microchip(microchip) => (Some(microchip.chip), None),
                    ServiceDetails::Deworming(dose) => (None, Some(batch_key(dose.batch.as_str()))),
                    ServiceDetails::Sterilisation(_) => (None, None),
                };
                let service = Some(details.kind());
                Self { animal: Some(*animal), service, chip, id: Some(*id), lot, ..blank }
            }
            Command::CorrectAnimal { animal, reason, .. } => {
                let corrects = *reason != CorrectionReason::Completed;
                Self { animal: Some(*animal), corrects, ..blank }
            }
            Command::CorrectOwner { reason, .. } => {
                Self { corrects: *reason != CorrectionReason::Completed, ..blank }
            }
            Command::CorrectService { .. } => Self { corrects: true, ..blank },
            Command::AnnulService { service, .. } => Self { annuls: Some(*service), ..blank },
            Command::WriteOffChip { chip, .. } => Self { chip: Some(*chip), lost: 1, ..blank },
            Command::WriteOffDoses { lot, doses, .. } => {
                Self { lot: Some(lot.to_string()), lost: *doses, ..blank }
            }
            _ => blank,
        }
    }
}
