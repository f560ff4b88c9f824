//! What is usual: asked once, and one tap from then on.

use domain::catalogue::{DewormingKind, ImplantSite};
use domain::id::StaffId;
use serde::{Deserialize, Serialize};

use crate::pages::visit_form::draft::{DoseForm, ServicesForm};

/// What was given last, so that the next time it is one tap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    /// Inside.
    pub internal: Option<DoseForm>,
    /// Outside.
    pub external: Option<DoseForm>,
    /// Where the last chip was put.
    pub site: Option<ImplantSite>,
    /// Who answered for it.
    pub veterinarian: Option<StaffId>,
}

impl Usual {
    /// The last dose of a kind, without its amount, which is the animal's.
    #[must_use]
    pub fn dose(&self, kind: DewormingKind) -> Option<DoseForm> {
        let last = match kind {
            DewormingKind::Internal => self.internal.clone(),
            DewormingKind::External => self.external.clone(),
        };
        last.map(|last| DoseForm { dose: String::new(), ..last })
    }

    /// What it becomes after this animal.
    #[must_use]
    pub fn after(self, services: &ServicesForm) -> Self {
        Self {
            internal: services.internal.clone().or(self.internal),
            external: services.external.clone().or(self.external),
            site: services.chip.as_ref().map(|chip| chip.site).or(self.site),
            veterinarian: services.veterinarian.or(self.veterinarian),
        }
    }
}
