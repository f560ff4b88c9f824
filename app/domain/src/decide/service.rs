//! Services: chips, doses and surgeries, recorded and corrected.

use super::{Context, Recorded, correction};
use crate::animal::AnimalDetails;
use crate::catalogue::product::{Application, ProductObjection, objections};
use crate::catalogue::{Procedure, ReproductiveState, SterilisationOutcome, VitalState};
use crate::chip_number::ChipNumber;
use crate::id::{AnimalId, StaffId};
use crate::refusal::Refusal;
use crate::service::{Deworming, Microchip, ServiceDetails, ServiceKind, Sterilisation};
use crate::timestamp::CivilDate;

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
    /// The chip that the animal carries from now on, if it had none or a number that nobody may
    /// implant.
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
    born(facts.details, context.recorded_on)?;
    responsible(context, service, veterinarian)?;
    match service {
        ServiceDetails::Microchip(chip) => microchip(context, chip, facts),
        ServiceDetails::Deworming(dose) => deworming(context.recorded_on, dose, facts.details),
        ServiceDetails::Sterilisation(surgery) => {
            sterilisation(surgery, facts.details.reproductive_state.is_sterilised())
        }
    }
}

/// What is known of a service to be corrected.
#[derive(Clone, Copy, Debug)]
pub struct CorrectFacts<'a> {
    /// Who recorded it, and when.
    pub recorded: Recorded,
    /// It is annulled.
    pub is_annulled: bool,
    /// On which local day it was done, as the correction has it: expiries and ages are reckoned as
    /// of then.
    pub performed_on: CivilDate,
    /// The same as it was recorded, or corrected before.
    pub was_on: CivilDate,
    /// What was recorded.
    pub details: &'a ServiceDetails,
    /// Who answered for it.
    pub veterinarian: Option<StaffId>,
    /// The veterinarians of its outreach when it was done.
    pub veterinarians: &'a [StaffId],
    /// What is known of the animal now.
    pub animal: &'a AnimalDetails,
}

/// What correcting a service comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCorrection {
    /// What is recorded from now on.
    pub details: ServiceDetails,
    /// What follows from it, as if it had been recorded so at first.
    pub decision: ServiceDecision,
    /// It is a surgery that ended otherwise: what it had changed on the animal is put back, and
    /// what the decision says comes in its place. Of all other corrections the animal takes no
    /// notice.
    pub ends_otherwise: bool,
}

/// Whether what was recorded of a service may be replaced by this, and what follows. A dose may
/// turn out to be one against other parasites; a chip that was implanted or verified stays so: its
/// certificate is of another kind.
///
/// # Errors
/// [`Refusal::AlreadyAnnulled`]; those of [`correction`]; [`Refusal::ServiceDiffers`]; the refusals
/// of [`record`] that are about what is corrected, its day included.
pub fn correct(
    context: &Context,
    wanted: &ServiceDetails,
    veterinarian: Option<StaffId>,
    facts: CorrectFacts<'_>,
) -> Result<ServiceCorrection, Refusal> {
    use ServiceDetails::{Deworming, Microchip, Sterilisation};
    if facts.is_annulled {
        return Err(Refusal::AlreadyAnnulled);
    }
    correction(context, facts.recorded)?;
    if facts.performed_on != facts.was_on {
        born(facts.animal, facts.performed_on)?;
    }
    // Who answered for it may be of the team no more at the moment that is said now.
    if veterinarian != facts.veterinarian || veterinarian.is_none() {
        named(wanted, veterinarian, Some(facts.veterinarians))?;
    }
    let (details, decision, ends_otherwise) = match (facts.details, wanted) {
        (Microchip(was), Microchip(is)) => {
            if (was.procedure, was.chip) != (is.procedure, is.chip) {
                return Err(Refusal::ServiceDiffers);
            }
            if is.chip != is.second_reading {
                return Err(Refusal::ChipReadingsDiffer);
            }
            (wanted.clone(), decision(wanted.kind()), false)
        }
        (Deworming(_), Deworming(dose)) => {
            (wanted.clone(), deworming(facts.performed_on, dose, facts.animal)?, false)
        }
        (Sterilisation(was), Sterilisation(is)) => {
            let is = is.clone().signed_as(was);
            let was_done = was.outcome.counts();
            let is_sterilised = facts.animal.reproductive_state.is_sterilised();
            let decision = sterilisation(&is, is_sterilised && !was_done)?;
            let had_died = was.outcome == SterilisationOutcome::Deceased;
            let ends_otherwise = (was_done, had_died) != (decision.counts, decision.died);
            (Sterilisation(is), decision, ends_otherwise)
        }
        _ => return Err(Refusal::ServiceDiffers),
    };
    Ok(ServiceCorrection { details, decision, ends_otherwise })
}

/// Whether an animal was there on a day, as far as that is known.
fn born(animal: &AnimalDetails, on: CivilDate) -> Result<(), Refusal> {
    let birth = animal.birth.filter(|birth| !birth.estimated);
    match birth.is_some_and(|birth| birth.on > on) {
        true => Err(Refusal::BeforeBirth),
        false => Ok(()),
    }
}

/// The documents of chips and surgeries carry a veterinarian's name (domain reference, section 1);
/// a dose may be given without one.
fn responsible(
    context: &Context,
    service: &ServiceDetails,
    veterinarian: Option<StaffId>,
) -> Result<(), Refusal> {
    let team = context.outreach.as_ref().map(|outreach| outreach.veterinarians.as_slice());
    named(service, veterinarian, team)
}

/// Whether somebody who may is named as responsible: one of `team`, where that is known.
fn named(
    service: &ServiceDetails,
    veterinarian: Option<StaffId>,
    team: Option<&[StaffId]>,
) -> Result<(), Refusal> {
    let is_needed = !matches!(service, ServiceDetails::Deworming(_));
    match (veterinarian, team) {
        (None, _) if is_needed => Err(Refusal::VeterinarianNeeded),
        (Some(named), Some(team)) if !team.contains(&named) => Err(Refusal::VeterinarianUnknown),
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
    // What was only logged stays with its reading, and keeps nobody from a chip that counts.
    let implants = service.procedure == Procedure::Implantation;
    let stays = |own: ChipNumber| !implants || own.implantable(context.tests).is_ok();
    if facts.chip.is_some_and(|own| own != chip && stays(own)) {
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
    on: CivilDate,
    dose: &Deworming,
    animal: &AnimalDetails,
) -> Result<ServiceDecision, Refusal> {
    let species = animal.species;
    let days_old = animal.birth.map(|birth| on.days() - birth.on.days());
    let application = Application {
        kind: dose.kind,
        species,
        ingredients: &dose.ingredients,
        weight: dose.weight,
        age_weeks: days_old.and_then(|days| u16::try_from(days / 7).ok()),
        expired: dose.expires_on < on,
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
fn sterilisation(surgery: &Sterilisation, is_sterilised: bool) -> Result<ServiceDecision, Refusal> {
    if !surgery.consent && surgery.outcome.needs_consent() {
        return Err(Refusal::ConsentMissing);
    }
    let counts = surgery.outcome.counts();
    if counts && is_sterilised {
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
