//! Commands that correct what others recorded.

use domain::catalogue::{ImplantSite, SterilisationOutcome};
use domain::command::{Command, CorrectionReason};
use domain::id::{ServiceId, StaffId};
use domain::service::{Deworming, Microchip, ServiceDetails, Sterilisation};
use domain::timestamp::Timestamp;
use domain::weight::Weight;

use crate::it::field::{Field, Guest};

/// The command that corrects what another one recorded.
pub fn corrected(recorded: &Command, change: impl FnOnce(&mut ServiceDetails)) -> Command {
    let Command::RecordService { service, details, veterinarian, .. } = recorded else {
        panic!("{recorded:?}")
    };
    let (service, veterinarian) = (*service, *veterinarian);
    let mut details = details.clone();
    change(&mut details);
    let reason = CorrectionReason::Mistyped;
    Command::CorrectService { service, details, veterinarian, reason, at: None }
}

/// The same with another veterinarian.
pub fn answered_by(command: Command, named: StaffId) -> Command {
    let Command::CorrectService { service, details, reason, at, .. } = command else {
        panic!("{command:?}")
    };
    Command::CorrectService { service, details, veterinarian: Some(named), reason, at }
}

/// The same at another moment.
pub fn done_at(mut command: Command, moment: Timestamp) -> Command {
    let Command::CorrectService { at, .. } = &mut command else { panic!("no correction") };
    *at = Some(moment);
    command
}

pub fn chip(change: impl FnOnce(&mut Microchip)) -> impl FnOnce(&mut ServiceDetails) {
    move |details| match details {
        ServiceDetails::Microchip(chip) => change(chip),
        other => panic!("{other:?}"),
    }
}

pub fn dose(change: impl FnOnce(&mut Deworming)) -> impl FnOnce(&mut ServiceDetails) {
    move |details| match details {
        ServiceDetails::Deworming(dose) => change(dose),
        other => panic!("{other:?}"),
    }
}

pub fn surgery(change: impl FnOnce(&mut Sterilisation)) -> impl FnOnce(&mut ServiceDetails) {
    move |details| match details {
        ServiceDetails::Sterilisation(surgery) => change(surgery),
        other => panic!("{other:?}"),
    }
}

pub fn between_shoulders(recorded: &Command) -> Command {
    corrected(recorded, chip(|chip| chip.site = ImplantSite::BetweenScapulae))
}

pub fn ended(recorded: &Command, outcome: SterilisationOutcome) -> Command {
    corrected(recorded, surgery(|surgery| surgery.outcome = outcome))
}

pub fn operated(field: &Field, guest: &Guest, outcome: SterilisationOutcome) -> Command {
    Command::RecordService {
        service: ServiceId(backend::clock::fresh_id()),
        animal: guest.dog,
        details: Box::new(ServiceDetails::Sterilisation(Sterilisation {
            outcome,
            weight: Weight::parse("12,5").ok(),
            consent: true,
            consent_signature: domain::animal::Drawing::parse("M1 1L60 60").ok(),
            remarks: None,
        })),
        veterinarian: Some(field.veterinarian),
    }
}

pub fn service_of(command: &Command) -> &ServiceId {
    let Command::RecordService { service, .. } = command else { panic!("{command:?}") };
    service
}

/// What was recorded, with the site as it was corrected.
pub fn between_as_recorded(recorded: &Command) -> Command {
    let mut recorded = recorded.clone();
    if let Command::RecordService { details, .. } = &mut recorded {
        chip(|chip| chip.site = ImplantSite::BetweenScapulae)(details);
    }
    recorded
}
