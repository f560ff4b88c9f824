//! A record that was not taken, side by side: what this phone recorded, and what the register has.

use domain::catalogue::{Sex, Species};
use domain::chip_number::ChipNumber;
use domain::field_error::FieldError;
use domain::id::AnimalId;
use domain::refusal::Refusal;
use domain::submission::{Masked, Outcome};
use domain::view::{AnimalCard, FieldSetup};
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, explain_field, field, format};

use crate::components::live::each;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::offline::held::Record;
use crate::pages::field::phone;
use crate::pages::field::records::{form, names};

/// What is compared, a row each: name, species and sex, chip, commune, moment. What is not known
/// has no row.
type Facts = [Option<String>; 5];

/// The two versions; nothing of a record that was taken, or that waits.
pub(super) fn both_versions(record: &Record, locale: Locale) -> Option<AnyView> {
    let (title, there) = match record.outcome.as_ref()? {
        Outcome::Conflict { other, .. } => {
            let kept = rows(kept(other, locale), locale);
            (field::version_there(locale), view! { <div class="masked">{kept}</div> }.into_any())
        }
        Outcome::Refused { refusal, .. } => {
            (field::version_server(locale), refused(record, refusal, locale))
        }
        Outcome::Accepted { .. } | Outcome::Quarantined => return None,
    };
    let here = rows(recorded(record, locale), locale);
    let both = view! {
        <div class="versions">
            <section class="card">
                <h2 class="card-title">{field::version_here(locale)}</h2>
                {here}
            </section>
            <section class="card">
                <h2 class="card-title">{title}</h2>
                {there}
            </section>
        </div>
    };
    Some(both.into_any())
}

/// What the phone recorded of the animal that the answer is about; of the whole, what it is called.
fn recorded(record: &Record, locale: Locale) -> Facts {
    let (held, head) = (&record.held, record.held.head);
    let draft = form(record);
    let id = about(record);
    let animal = draft.animals().find(|animal| id.is_some() && animal.id == id);
    let name = animal.map_or_else(
        || held.arrival().map_or_else(|| names(record, locale).0, str::to_owned),
        |animal| animal.name(),
    );
    let sex = animal.and_then(|animal| match &animal.known {
        Some(card) => Some(card.details.sex),
        None => animal.form.sex,
    });
    let of_outreach = |setup: &Option<FieldSetup>| {
        let mut outreaches = setup.as_ref()?.outreaches.iter().map(|view| &view.outreach);
        let held_at = outreaches.find(|outreach| Some(outreach.id) == head.outreach)?;
        Some(held_at.commune.to_string())
    };
    [
        Some(name),
        looks(animal.and_then(|animal| animal.species()), sex, locale),
        animal.and_then(|animal| animal.chip()).map(in_groups),
        phone().setup.with_untracked(of_outreach),
        Some(format::moment(head.recorded_at, head.utc_offset_minutes, locale)),
    ]
}

/// The animal that the answer is about.
fn about(record: &Record) -> Option<AnimalId> {
    let at = record.outcome.as_ref()?.command()?;
    record.held.lines.get(usize::try_from(at).ok()?)?.animal
}

/// What the register keeps of another animal, or of another arrival, as much as may be shown.
fn kept(other: &Masked, locale: Locale) -> Facts {
    let at = other.registered_at;
    let offset = |setup: &Option<FieldSetup>| {
        setup.as_ref().map_or(0, |setup| setup.zone.offset_minutes(at))
    };
    let offset = phone().setup.with_untracked(offset);
    [
        Some(other.name.clone()),
        looks(Some(other.species), Some(other.sex), locale),
        other.chip.clone(),
        other.commune.map(|commune| commune.to_string()),
        Some(format::moment(at, offset, locale)),
    ]
}

/// Of a refused record the register has nothing: each field that it could not take, and of a known
/// animal what it had when the animal was seen to.
fn refused(record: &Record, refusal: &Refusal, locale: Locale) -> AnyView {
    let fields: &[FieldError] = match refusal {
        Refusal::Invalid { fields } => fields,
        _ => &[],
    };
    let faults = (!fields.is_empty()).then(|| {
        let faults = each(fields, |fault| {
            let words = explain_field(*fault, locale);
            view! { <li>{words}</li> }
        });
        view! { <ul class="done-list">{faults}</ul> }
    });
    let (id, draft) = (about(record), form(record));
    let animal = draft.animals().find(|animal| id.is_some() && animal.id == id);
    let before = animal.and_then(|animal| animal.known.as_deref()).map(|card| {
        let facts = rows(carded(card, locale), locale);
        view! {
            <p>{field::version_before(locale)}</p>
            {facts}
        }
    });
    view! {
        <p>{field::version_refused(locale)}</p>
        {faults}
        {before}
    }
    .into_any()
}

/// What the register had of an animal, as the phone has its card.
fn carded(card: &AnimalCard, locale: Locale) -> Facts {
    let details = &card.details;
    let chip = card.chip.map(in_groups);
    let looks = looks(Some(details.species), Some(details.sex), locale);
    [Some(details.name.to_string()), looks, chip, None, None]
}

/// A chip that may break between its groups: half a phone is narrower than the number.
fn in_groups(chip: ChipNumber) -> String {
    format::chip(&chip.to_string()).replace('\u{a0}', " ")
}

/// `perro, hembra`.
fn looks(species: Option<Species>, sex: Option<Sex>, locale: Locale) -> Option<String> {
    let words = [species.map(|one| one.label(locale)), sex.map(|one| one.label(locale))];
    let words: Vec<_> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn rows(facts: Facts, locale: Locale) -> impl IntoView {
    let labels = [
        common::name(locale),
        common::animal(locale),
        common::chip(locale),
        common::commune(locale),
        field::recorded_at(locale),
    ];
    let said = labels.into_iter().zip(facts).filter_map(|(name, fact)| Some((name, fact?)));
    let rows = each(said, |(name, fact)| view! { <SummaryRow name=name>{fact}</SummaryRow> });
    view! { <SummaryList>{rows}</SummaryList> }
}
