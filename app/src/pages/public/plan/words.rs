//! What the parts of a plan are called.

use domain::booking::{Eligibility, Offering, Priority};
use domain::catalogue::SanitaryPhase;
use domain::closing::Target;
use domain::desk::planned::{Conflict, Duty, PartOf, PlanField, PlanProblem, StockKind};
use domain::outreach::life::{Hindrance, LifeStep};
use domain::timestamp::CivilDate;
use phrases::label::Labelled;
use phrases::{Locale, format, planning as say};

/// What one books.
pub(super) fn offering(offering: Offering, locale: Locale) -> &'static str {
    match offering {
        Offering::Chip => say::offering_chip(locale),
        Offering::Deworming => say::offering_deworming(locale),
        Offering::Sterilisation => say::offering_sterilisation(locale),
    }
}

/// A sanitary phase, and the day on which it was looked up.
pub(super) fn phase((phase, on): (SanitaryPhase, Option<CivilDate>), locale: Locale) -> String {
    match on {
        Some(on) => say::phase_on(locale, format::date(on, locale), phase.label(locale)),
        None => phase.label(locale).to_owned(),
    }
}

/// What an outreach is part of.
pub(super) fn part_of(part: PartOf, locale: Locale) -> &'static str {
    match part {
        PartOf::CitizensSquare => say::part_citizens_square(locale),
        PartOf::CitizensDialogue => say::part_citizens_dialogue(locale),
        PartOf::PetFair => say::part_pet_fair(locale),
    }
}

/// Who is served first.
pub(super) fn priority(priority: Priority, locale: Locale) -> &'static str {
    match priority {
        Priority::Both => say::priority_both(locale),
        Priority::Elderly => say::priority_elderly(locale),
        Priority::FarAway => say::priority_far_away(locale),
        Priority::Nobody => say::priority_nobody(locale),
    }
}

/// What somebody does.
pub(super) fn duty(duty: Duty, locale: Locale) -> &'static str {
    match duty {
        Duty::Lead => say::duty_lead(locale),
        Duty::Reception => say::duty_reception(locale),
        Duty::Registration => say::duty_registration(locale),
        Duty::Chipping => say::duty_chipping(locale),
        Duty::Deworming => say::duty_deworming(locale),
        Duty::Surgery => say::duty_surgery(locale),
        Duty::Recovery => say::duty_recovery(locale),
        Duty::Education => say::duty_education(locale),
        Duty::Logistics => say::duty_logistics(locale),
    }
}

/// A step, as its button says.
pub(super) fn step(step: LifeStep, locale: Locale) -> &'static str {
    match step {
        LifeStep::Publish => say::step_publish(locale),
        LifeStep::Open => say::step_open(locale),
        LifeStep::Hold => say::step_hold(locale),
        LifeStep::Begin => say::step_begin(locale),
        LifeStep::Close => say::step_close(locale),
        LifeStep::Report => say::step_report(locale),
        LifeStep::Suspend => say::suspend(locale),
        LifeStep::Reschedule => say::reschedule(locale),
    }
}

/// What stands in the way: what happened, and what to do.
pub(super) fn hindrance(hindrance: Hindrance, locale: Locale) -> (&'static str, &'static str) {
    match hindrance {
        Hindrance::NotFromHere => {
            (say::hindrance_not_from_here(locale), say::hindrance_not_from_here_next(locale))
        }
        Hindrance::NoOfferings => {
            (say::hindrance_no_offerings(locale), say::hindrance_no_offerings_next(locale))
        }
        Hindrance::TooEarly => {
            (say::hindrance_too_early(locale), say::hindrance_too_early_next(locale))
        }
        Hindrance::IsOver => (say::hindrance_is_over(locale), say::hindrance_is_over_next(locale)),
        Hindrance::BelowPromised => {
            (say::hindrance_below_promised(locale), say::hindrance_below_promised_next(locale))
        }
        Hindrance::StillBooked => {
            (say::hindrance_still_booked(locale), say::hindrance_still_booked_next(locale))
        }
    }
}

/// The label of a field.
pub(super) fn field(field: PlanField, locale: Locale) -> &'static str {
    match field {
        PlanField::Offering => say::field_offering(locale),
        PlanField::Capacity => say::field_capacity(locale),
        PlanField::Minutes => say::field_minutes(locale),
        PlanField::Stations => say::field_stations(locale),
        PlanField::Species => say::field_species(locale),
        PlanField::FromMonths => say::field_from_months(locale),
        PlanField::ToMonths => say::field_to_months(locale),
        PlanField::FlatFaced => say::field_flat_faced(locale),
        PlanField::PerOwner => say::field_per_owner(locale),
        PlanField::PerHousehold => say::field_per_household(locale),
        PlanField::Programme => say::programme(locale),
        PlanField::PartOf => say::field_part_of(locale),
        PlanField::Phase => say::field_phase(locale),
        PlanField::PhaseOn => say::field_phase_on(locale),
        PlanField::MaxPeople => say::field_max_people(locale),
        PlanField::OpensOn => say::field_opens_on(locale),
        PlanField::OpensAt => say::field_opens_at(locale),
        PlanField::Bring => say::field_bring(locale),
        PlanField::Priority => say::field_priority(locale),
        PlanField::Way => say::field_way(locale),
        PlanField::Cost => say::field_cost(locale),
        PlanField::Latitude => say::field_latitude(locale),
        PlanField::Longitude => say::field_longitude(locale),
        PlanField::Units => say::field_units(locale),
        PlanField::Day => say::field_day(locale),
        PlanField::Starts => say::field_starts(locale),
        PlanField::Ends => say::field_ends(locale),
        PlanField::Reason => say::field_reason(locale),
        PlanField::Member => say::field_member(locale),
        PlanField::Duty => say::field_duty(locale),
        PlanField::Step => say::field_step(locale),
    }
}

/// What is wrong with a field.
pub(super) fn problem(problem: PlanProblem, locale: Locale) -> &'static str {
    match problem {
        PlanProblem::Missing => say::problem_missing(locale),
        PlanProblem::NotInRange => say::problem_not_in_range(locale),
        PlanProblem::NotAText => say::problem_not_a_text(locale),
        PlanProblem::Unknown => say::problem_unknown(locale),
        PlanProblem::NotATime => say::problem_not_a_time(locale),
        PlanProblem::IsPast => say::problem_is_past(locale),
        PlanProblem::ClocksChange => say::problem_clocks_change(locale),
        PlanProblem::EndsBefore => say::problem_ends_before(locale),
        PlanProblem::BelowPromised => say::problem_below_promised(locale),
        PlanProblem::HalfGiven => say::problem_half_given(locale),
    }
}

/// What does not fit, as a sentence.
pub(super) fn conflict(conflict: &Conflict, locale: Locale) -> String {
    let count = |number: u32| format::count(number.into(), locale);
    match conflict {
        Conflict::TwoPlaces { name, outreach_name, .. } => {
            say::conflict_two_places(locale, name, outreach_name)
        }
        Conflict::TooLong { offering: what, fits, capacity } => {
            let what = offering(*what, locale);
            say::conflict_too_long(locale, count(*capacity), count(*fits), what)
        }
        Conflict::FewerThanOwner { offering: what, capacity, per_owner } => {
            let what = offering(*what, locale);
            say::conflict_per_owner(locale, count(*capacity), *per_owner, what)
        }
        Conflict::StockShort { kind, allotted, needed } => {
            let what = match kind {
                StockKind::Chips => say::stock_chips(locale),
                StockKind::InternalDoses => say::stock_internal(locale),
                StockKind::ExternalDoses => say::stock_external(locale),
            };
            say::conflict_stock(locale, count(*allotted), count(*needed), what)
        }
        Conflict::LotExpires { product, batch, expires_on, doses } => {
            let day = format::date(*expires_on, locale);
            say::conflict_expires(locale, (*doses).into(), batch, day, product)
        }
        Conflict::TargetPassed { programme, target, planned, promised } => {
            let what = match target {
                Target::Implantations => say::target_implantations(locale),
                Target::DewormingsInternal => say::stock_internal(locale),
                Target::DewormingsExternal => say::stock_external(locale),
                Target::Sterilisations => say::target_sterilisations(locale),
                Target::Outreaches => say::target_outreaches(locale),
            };
            let what = match programme {
                Some(programme) => format!("{what} ({programme})"),
                None => what.to_owned(),
            };
            say::conflict_target(locale, count(*planned), count(*promised), what)
        }
        Conflict::NoVeterinarian => say::conflict_no_veterinarian(locale).to_owned(),
        Conflict::FewVeterinarians { veterinarians, tables } => {
            say::conflict_few_veterinarians(locale, (*tables).into(), count(*veterinarians))
        }
        Conflict::TooManyPeople { people, most } => {
            say::conflict_too_many_people(locale, count(*most), count(*people))
        }
    }
}

/// Which animals are taken.
pub(super) fn taken(rule: &Eligibility, locale: Locale) -> String {
    let species = rule.species.map(|only| say::only_species(locale, only.label(locale)));
    let flat = (!rule.takes_flat_faced).then(|| say::no_flat_faced(locale).to_owned());
    let parts = [
        species,
        Some(say::from_months(locale, rule.from_months.into())),
        rule.to_months.map(|most| say::to_months(locale, most.into())),
        flat,
        Some(say::per_owner_most(locale, rule.per_owner.into())),
        Some(say::per_household_most(locale, rule.most_of_household().into())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
