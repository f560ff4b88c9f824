//! What a submission says, a command a line.

use domain::chip_number::ChipNumber;
use domain::command::Command;
use domain::service::ServiceDetails;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, day, format, stock};

use crate::components::value::ChipText;
use crate::pages::coordination::label;

/// A command in one line, its chip at the end.
pub(super) fn said(command: &Command, locale: Locale) -> impl IntoView + use<> {
    let words = match command {
        Command::RegisterOwner { details, .. } | Command::CorrectOwner { details, .. } => {
            format!("{}: {}, {}", common::owner(locale), details.name.full(), details.document)
        }
        Command::RegisterAnimal { details, .. } | Command::CorrectAnimal { details, .. } => {
            let species = details.species.label(locale);
            format!("{}: {}, {species}", common::animal(locale), details.name)
        }
        Command::RecordService { details, .. } => service(details, locale),
        Command::RecordEducation { details, .. } => {
            format!("{} · {}", label(details.topic, locale), details.attendants)
        }
        Command::CorrectService { details, .. } => {
            format!("{}: {}", say::correct_service(locale), service(details, locale))
        }
        Command::CorrectEducation { details, .. } => {
            let topic = details.topic.label(locale);
            format!("{}: {topic} · {}", say::talk_correct_title(locale), details.attendants)
        }
        Command::AnnulService { reason, .. } => format!("{}: {reason}", say::annul(locale)),
        Command::MergeOwners { .. } => say::merge_owners(locale).to_owned(),
        Command::MergeAnimals { .. } => say::merge_animals(locale).to_owned(),
        Command::UnmergeOwner { .. } | Command::UnmergeAnimal { .. } => {
            say::unmerge(locale).to_owned()
        }
        Command::TransferAnimal { .. } => say::transfer_title(locale).to_owned(),
        Command::SetVitalState { state, since, .. } => {
            format!("{} · {}", label(*state, locale), format::date(*since, locale))
        }
        Command::WriteOffChip { reason, .. } => {
            format!("{} · {}: ", stock::write_off_chip(locale), reason.label(locale))
        }
        Command::WriteOffDoses { doses, reason, .. } => {
            format!("{}: {doses} · {}", stock::write_off_doses(locale), reason.label(locale))
        }
        Command::Arrive { .. } => day::arrival_title(locale).to_owned(),
        Command::WalkIn { places, .. } => {
            let animals = day::animals(locale, u64::from(*places));
            format!("{}: {animals}", day::walk_in_title(locale))
        }
    };
    view! { <li>{words} {chip_of(command).map(|chip| view! { <ChipText chip=chip /> })}</li> }
}

/// The chip that a command names.
fn chip_of(command: &Command) -> Option<ChipNumber> {
    match command {
        Command::RecordService { details, .. } | Command::CorrectService { details, .. } => {
            match details.as_ref() {
                ServiceDetails::Microchip(chip) => Some(chip.chip),
                ServiceDetails::Deworming(_) | ServiceDetails::Sterilisation(_) => None,
            }
        }
        Command::WriteOffChip { chip, .. } => Some(*chip),
        _ => None,
    }
}

fn service(details: &ServiceDetails, locale: Locale) -> String {
    let kind = capital(details.kind().label(locale));
    match details {
        // Its number follows.
        ServiceDetails::Microchip(_) => format!("{kind}: "),
        ServiceDetails::Deworming(dose) => format!("{kind}: {} · {}", dose.product, dose.batch),
        ServiceDetails::Sterilisation(surgery) => {
            format!("{kind}: {}", surgery.outcome.label(locale))
        }
    }
}
