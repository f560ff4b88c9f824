//! What of a command a phone keeps in sight, so that lists and warnings need not read it again.

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::id::{AnimalId, ServiceId};
use domain::service::{ServiceDetails, ServiceKind};
use serde::{Deserialize, Serialize};

/// What one command did, as far as lists and warnings need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// To which animal; none where the command is about the owner.
    pub animal: Option<AnimalId>,
    /// The name it is registered under by this command.
    pub name: Option<String>,
    /// What was done.
    pub service: Option<ServiceKind>,
    /// The chip put in or read.
    pub chip: Option<ChipNumber>,
    /// The identifier of what was done; one that an older app wrote has none.
    #[serde(default)]
    pub id: Option<ServiceId>,
    /// What is taken back by it.
    #[serde(default)]
    pub annuls: Option<ServiceId>,
}

impl Line {
    pub(super) fn of(command: &Command) -> Self {
        let blank = Self::default();
        match command {
            Command::RegisterAnimal { animal, details, .. } => {
                Self { animal: Some(*animal), name: Some(details.name.to_string()), ..blank }
            }
            Command::RecordService { service: id, animal, details, .. } => {
                let chip = match &**details {
                    ServiceDetails::Microchip(microchip) => Some(microchip.chip),
                    _ => None,
                };
                let service = Some(details.kind());
                Self { animal: Some(*animal), service, chip, id: Some(*id), ..blank }
            }
            Command::AnnulService { service, .. } => Self { annuls: Some(*service), ..blank },
            _ => blank,
        }
    }
}
