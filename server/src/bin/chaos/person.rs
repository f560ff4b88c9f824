//! What people record: visits, doses, annulments, and how they mend what was refused.

use anyhow::Result;
use domain::catalogue::DewormingKind;
use domain::command::Command;
use domain::contact::Phone as Telephone;
use domain::id::{AnimalId, OwnerId, ServiceId, StaffId, VisitId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::service::ServiceDetails;
use std::collections::BTreeMap;

use crate::guests;
use crate::plan::{Fault, Plan};

/// One of so many owners has an e-mail, and so gets a document by mail.
const WITH_MAIL: usize = 6;
/// Chips of mended visits are numbered from here, so that they are nobody's.
const MENDED: usize = 500_000;

/// What somebody records.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// An owner with an animal, a chip and doses.
    Visit(Visit),
    /// A dose for an animal.
    Dose {
        /// Which.
        animal: AnimalId,
    },
    /// Services are taken back.
    Annulment(Vec<ServiceId>),
}

/// The form of a visit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) owner: OwnerId,
    pub(crate) animal: AnimalId,
    pub(crate) visit: VisitId,
    /// Who the owner is.
    pub(crate) guest: usize,
    /// Which chip.
    pub(crate) chip: usize,
    /// What the server refuses it for.
    pub(crate) fault: Option<Fault>,
    /// The owner gives another telephone than at the first time.
    pub(crate) moved: bool,
}

impl Visit {
    /// A visit that nobody could refuse, of the guest of an operation.
    pub(crate) fn new(plan: &Plan) -> Self {
        let number = plan.operation() as usize;
        Self {
            owner: plan.id().into(),
            animal: plan.id().into(),
            visit: plan.id().into(),
            guest: number,
            chip: number,
            fault: None,
            moved: false,
        }
    }

    pub(crate) const fn has_mail(&self) -> bool {
        self.guest.is_multiple_of(WITH_MAIL)
    }
}

/// What a service is, as the register calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    pub(crate) kind: &'static str,
    pub(crate) chip: Option<String>,
}

impl Stated {
    fn of(details: &ServiceDetails) -> Self {
        let chip = match details {
            ServiceDetails::Microchip(microchip) => Some(microchip.chip.to_string()),
            ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => None,
        };
        Self { kind: details.kind().code(), chip }
    }
}

/// The commands of an act, and what of them the register must hold once they are accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) commands: Vec<Command>,
    pub(crate) owner: Option<(OwnerId, usize)>,
    pub(crate) animal: Option<AnimalId>,
    pub(crate) services: Vec<ServiceId>,
    /// What each of them is.
    pub(crate) stated: BTreeMap<ServiceId, Stated>,
    pub(crate) annuls: Vec<ServiceId>,
    pub(crate) visit: Option<VisitId>,
    /// Whether the owner gets a mail.
    pub(crate) mails: bool,
}

impl Act {
    /// The commands, with fresh identifiers for the services.
    pub(crate) fn commands(&self, veterinarian: StaffId, plan: &Plan) -> Result<Recorded> {
        match self {
            Self::Visit(visit) => visit.commands(veterinarian, plan),
            Self::Dose { animal } => {
                let mut recorded = Recorded::default();
                let dose = guests::dose(DewormingKind::Internal)?;
                recorded.service((plan.id().into(), *animal), dose, None);
                Ok(Recorded { visit: Some(plan.id().into()), ..recorded })
            }
            Self::Annulment(services) => {
                let reason = ShortText::parse("Chaos")?;
                let annul = |service: &ServiceId| Command::AnnulService {
                    service: *service,
                    reason: reason.clone(),
                };
                let commands = services.iter().map(annul).collect();
                Ok(Recorded { commands, annuls: services.clone(), ..Recorded::default() })
            }
        }
    }

    /// The same without the fault for which it was refused, so far as one sees it; nothing when
    /// there is no form to open.
    pub(crate) fn mended(&self, refusal: &Refusal, number: usize) -> Option<Self> {
        match self {
            Self::Visit(visit) => {
                let is_taken = matches!(refusal, Refusal::ChipTaken);
                let chip = if is_taken { MENDED + number } else { visit.chip };
                Some(Self::Visit(Visit { chip, fault: None, ..*visit }))
            }
            Self::Dose { .. } => Some(self.clone()),
            Self::Annulment(_) => None,
        }
    }
}

impl Visit {
    fn commands(&self, veterinarian: StaffId, plan: &Plan) -> Result<Recorded> {
        let mut details = guests::person(self.guest, self.has_mail())?;
        if self.moved {
            details.phone = Some(Telephone::parse(&guests::telephone(self.guest + MENDED))?);
        }
        let (owner, animal) = (self.owner, self.animal);
        let dog = Box::new(guests::dog()?);
        let mut recorded = Recorded {
            commands: vec![
                Command::RegisterOwner { owner, details: Box::new(details) },
                Command::RegisterAnimal { animal, owner, details: dog },
            ],
            owner: Some((owner, self.guest)),
            animal: Some(animal),
            visit: Some(self.visit),
            mails: self.has_mail(),
            ..Recorded::default()
        };
        let named = (self.fault != Some(Fault::NoVeterinarian)).then_some(veterinarian);
        recorded.service((plan.id().into(), animal), guests::microchip(self.chip)?, named);
        for kind in DewormingKind::ALL {
            let mut dose = guests::dose(*kind)?;
            if let (ServiceDetails::Deworming(dose), Some(Fault::ExpiredBatch)) =
                (&mut dose, self.fault)
            {
                dose.expires_on = "2001-01-01".parse()?;
            }
            recorded.service((plan.id().into(), animal), dose, None);
        }
        Ok(recorded)
    }
}

impl Recorded {
    fn service(
        &mut self,
        (service, animal): (ServiceId, AnimalId),
        details: ServiceDetails,
        veterinarian: Option<StaffId>,
    ) {
        self.services.push(service);
        self.stated.insert(service, Stated::of(&details));
        let details = Box::new(details);
        self.commands.push(Command::RecordService { service, animal, details, veterinarian });
    }
}
