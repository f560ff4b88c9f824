//! Services: chips, doses and surgeries.

use super::Context;
use crate::animal::AnimalDetails;
use crate::catalogue::product::{Application, ProductObjection, objections};
use crate::catalogue::{Procedure, ReproductiveState, SterilisationOutcome, VitalState};
use crate::chip_number::ChipNumber;
use crate::id::{AnimalId, StaffId};
use crate::refusal::Refusal;
use crate::service::{Deworming, Microchip, ServiceDetails, ServiceKind, Sterilisation};

/// What the register holds that bears on a service.
#[derive(Clone, Debug)]
pub struct ServiceFacts<'a> {
    /// The identifier is in use already.
    pub id_taken: bool,
    /// The animal.
    pub animal: AnimalId,
    /// What is known of it.
    pub details: &'a AnimalDetails,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// The chip it carries.
    pub chip: Option<ChipNumber>,
    /// The animal that carries the chip of this service.
    pub carrier: Option<AnimalId>,
}

/// What recording a service comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceDecision {
    /// How it is counted.
    pub kind: ServiceKind,
    /// Whether it counts to a target.
    pub counts: bool,
    /// The chip that the animal carries from now on, if it had none.
    pub attach: Option<ChipNumber>,
    /// The reproductive state from now on, if it changes.
    pub reproductive_state: Option<ReproductiveState>,
    /// The animal died.
    pub died: bool,
    /// Whether a certificate is made of it.
    pub certified: bool,
}

/// Whether a service may be recorded, and what follows.
///
/// # Errors
/// The refusals of chips, doses and surgeries; [`Refusal::NotInThisState`] for a dead animal;
/// [`Refusal::BeforeBirth`]; [`Refusal::VeterinarianNeeded`], [`Refusal::VeterinarianUnknown`].
pub fn record(
    context: &Context,
    service: &ServiceDetails,
    veterinarian: Option<StaffId>,
    facts: &ServiceFacts<'_>,
) -> Result<ServiceDecision, Refusal> {
    if facts.id_taken {
        return Err(Refusal::IdentifierTaken);
    }
    if facts.vital_state == VitalState::Deceased {
        return Err(Refusal::NotInThisState { state: facts.vital_state });
    }
    let birth = facts.details.birth.filter(|birth| !birth.estimated);
    if birth.is_some_and(|birth| birth.on > context.recorded_on) {
        return Err(Refusal::BeforeBirth);
    }
    responsible(context, service, veterinarian)?;
    match service {
        ServiceDetails::Microchip(chip) => microchip(context, chip, facts),
        ServiceDetails::Deworming(dose) => deworming(context, dose, facts),
        ServiceDetails::Sterilisation(surgery) => sterilisation(surgery, facts),
    }
}

/// The documents of chips and surgeries carry a veterinarian's name (domain reference, section 1);
/// a dose may be given without one.
fn responsible(
    context: &Context,
    service: &ServiceDetails,
    veterinarian: Option<StaffId>,
) -> Result<(), Refusal> {
    let is_needed = !matches!(service, ServiceDetails::Deworming(_));
    match (veterinarian, &context.outreach) {
        (None, _) if is_needed => Err(Refusal::VeterinarianNeeded),
        (Some(named), Some(outreach)) if !outreach.veterinarians.contains(&named) => {
            Err(Refusal::VeterinarianUnknown)
        }
        _ => Ok(()),
    }
}

fn decision(service: ServiceKind) -> ServiceDecision {
    ServiceDecision {
        kind: service,
        counts: true,
        attach: None,
        reproductive_state: None,
        died: false,
        certified: false,
    }
}

fn microchip(
    context: &Context,
    service: &Microchip,
    facts: &ServiceFacts<'_>,
) -> Result<ServiceDecision, Refusal> {
    let chip = service.chip;
    if chip != service.second_reading {
        return Err(Refusal::ChipReadingsDiffer);
    }
    if facts.carrier.is_some_and(|carrier| carrier != facts.animal) {
        return Err(Refusal::ChipTaken);
    }
    if facts.chip.is_some_and(|own| own != chip) {
        return Err(Refusal::AnimalHasOtherChip);
    }
    let has_it = facts.chip == Some(chip);
    let attach = (!has_it).then_some(chip);
    match service.procedure {
        Procedure::Implantation if has_it => Err(Refusal::ChipAlreadyOnAnimal),
        Procedure::Implantation if chip.implantable(context.tests).is_err() => {
            Err(Refusal::ChipNotImplantable)
        }
        // A number that nobody may implant can still be in an animal: it is logged as read.
        Procedure::Implantation | Procedure::Verification => Ok(ServiceDecision {
            attach,
            certified: chip.implantable(context.tests).is_ok(),
            ..decision(ServiceDetails::Microchip(service.clone()).kind())
        }),
    }
}

fn deworming(
    context: &Context,
    dose: &Deworming,
    facts: &ServiceFacts<'_>,
) -> Result<ServiceDecision, Refusal> {
    let species = facts.details.species;
    let days_old = facts.details.birth.map(|birth| context.recorded_on.days() - birth.on.days());
    let application = Application {
        kind: dose.kind,
        species,
        ingredients: &dose.ingredients,
        weight: dose.weight,
        age_weeks: days_old.and_then(|days| u16::try_from(days / 7).ok()),
        expired: dose.expires_on < context.recorded_on,
        // A repeated dose is the table's to weigh: it has happened when it comes here.
        days_since_internal: None,
    };
    let found = objections(&application);
    if found.contains(&ProductObjection::PermethrinForCat) {
        return Err(Refusal::ProductHarmsSpecies { species });
    }
    if found.contains(&ProductObjection::ExpiredBatch) {
        return Err(Refusal::BatchExpired);
    }
    Ok(decision(ServiceKind::of_dose(dose.kind)))
}

/// Decreto 2/2015 (Salud): the owner consents beforehand.
fn sterilisation(
    surgery: &Sterilisation,
    facts: &ServiceFacts<'_>,
) -> Result<ServiceDecision, Refusal> {
    if !surgery.consent && surgery.outcome.needs_consent() {
        return Err(Refusal::ConsentMissing);
    }
    let counts = surgery.outcome.counts();
    if counts && facts.details.reproductive_state.is_sterilised() {
        return Err(Refusal::AlreadySterilised);
    }
    Ok(ServiceDecision {
        counts,
        certified: counts,
        reproductive_state: counts.then_some(ReproductiveState::Sterilised),
        died: surgery.outcome == SterilisationOutcome::Deceased,
        ..decision(ServiceKind::Sterilisation)
    })
}
