//! The animals of the form: a row of fields for each, numbered from 1.

use domain::catalogue::{Sex, Species};
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, booking as say, common};

use super::Offered;
use super::asking::Typed;
use crate::components::choice::{Checkbox, Choice};
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};

/// The fields of an animal; its number follows, `pet_name_1`.
pub const ANIMAL_FIELDS: [&str; 7] =
    ["pet_name", "species", "sex", "years", "months", "flat", "chip"];

/// The name of a field of an animal, counted from 1.
#[must_use]
pub fn field_of(field: &str, animal: usize) -> String {
    format!("{field}_{animal}")
}

/// All rows.
pub(super) fn animals(offered: &Offered, typed: &Typed, locale: Locale) -> impl IntoView + use<> {
    let asks_face = !offered.eligibility.takes_flat_faced;
    let rows: Vec<_> = (1..=typed.rows).map(|place| row(place, asks_face, typed, locale)).collect();
    view! {
        <h2>{say::animals_title(locale)}</h2>
        <p>{say::animals_lead(locale)}</p>
        {rows}
    }
}

fn row(place: usize, asks_face: bool, typed: &Typed, locale: Locale) -> impl IntoView + use<> {
    let ask = |field: &str, label: &str| typed.question(&field_of(field, place), label);
    let value = |field: &str| typed.value(&field_of(field, place));
    let species = Species::ALL.iter();
    let species = species.map(|one| Choice::new(one.code(), capital(one.label(locale)))).collect();
    let sexes = Sex::ALL.iter();
    let sexes = sexes.map(|one| Choice::new(one.code(), capital(one.label(locale)))).collect();
    let years = ask("years", say::years_label(locale)).hint(say::age_hint(locale)).optional();
    let months = ask("months", say::months_label(locale)).optional();
    let has_flat_face = !value("flat").is_empty();
    let face = asks_face.then(|| {
        let question = ask("flat", say::flat_label(locale));
        view! { <Checkbox question=question checked=has_flat_face /> }
    });
    let chip = ask("chip", common::chip(locale)).hint(say::chip_hint(locale)).optional();
    view! {
        <fieldset class="sheet flow">
            <legend>
                <strong>{say::animal_numbered(locale, place)}</strong>
            </legend>
            <TextField
                question=ask("pet_name", say::pet_name_label(locale))
                keyboard=Keyboard::Name
                value=value("pet_name")
            />
            <Select
                question=ask("species", common::species(locale))
                choices=species
                value=value("species")
            />
            <Select question=ask("sex", common::sex(locale)) choices=sexes value=value("sex") />
            <TextField question=years keyboard=Keyboard::Digits value=value("years") />
            <TextField question=months keyboard=Keyboard::Digits value=value("months") />
            {face}
            <TextField question=chip keyboard=Keyboard::Chip value=value("chip") />
        </fieldset>
    }
}
