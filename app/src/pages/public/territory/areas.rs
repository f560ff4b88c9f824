//! One neighbourhood unit, or the figures of a whole commune: put right by hand, or taken out.

use domain::catalogue::unit_columns::UnitColumn;
use domain::desk::territory::{AreaSheet, Wrong};
use domain::territory::area::Area;
use leptos::prelude::*;
use phrases::{Locale, territory as say};

use super::units::column;
use super::{DeskFrame, faults, typed, unit_words, wrong_words};
use crate::components::action::{Actions, Button, Weight};
use crate::components::choice::Checkbox;
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::locale::locale;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::pages::public::stock::Links;
use crate::routes;

/// The names of the fields that may be shown again: columns of a file by their codes.
pub const AREA_FIELDS: [&str; 9] = [
    "name",
    "households",
    "dogs_and_cats",
    "source",
    "year",
    "latitude",
    "longitude",
    NO_BOUNDARY,
    SEEN,
];
/// The field that takes the boundary away.
pub const NO_BOUNDARY: &str = "no_boundary";
/// The field of when what was shown is.
pub const SEEN: &str = "seen";
/// The field that takes it out.
pub const TAKE_OUT: &str = "take_out";

/// `/coordinacion/unidades/{unit}`.
#[component]
pub fn AreaPage(
    /// The links round it.
    links: Links,
    /// What is known.
    sheet: AreaSheet,
    /// What was typed and cannot be taken.
    wrong: Vec<Wrong>,
    /// It was to be taken out, and stays.
    stays: bool,
) -> impl IntoView {
    let locale = locale();
    let title = match sheet.area {
        Area::Unit(key) => unit_words(key, locale),
        Area::Commune(commune) => say::whole_commune(locale, commune),
    };
    let label_of = move |name: &str| {
        let known = UnitColumn::from_code(name);
        known.map(|known| column(known, locale).to_owned()).unwrap_or_default()
    };
    let stays = stays.then(|| {
        let title = say::area_stays(locale, sheet.outreaches.into());
        view! {
            <Notice title=title tone=Tone::Person live=true>
                <p>{say::area_stays_next(locale)}</p>
            </Notice>
        }
    });
    view! {
        <DeskFrame title=title.clone() current=routes::WHERE_NEXT links=links>
            <div class="narrow flow">
                <BackLink href=routes::UNITS />
                {faults(&wrong, label_of, locale)}
                {stays}
                <FormFaults />
                <h1>{title}</h1>
                <p class="soft">{say::area_lead(locale)}</p>
                {form(&sheet, &wrong, locale)}
                {way_out(&sheet, locale)}
            </div>
        </DeskFrame>
    }
}

fn form(sheet: &AreaSheet, wrong: &[Wrong], locale: Locale) -> AnyView {
    let state = FormState::current();
    let is_unit = matches!(sheet.area, Area::Unit(_));
    let line = |known: UnitColumn, keyboard: Keyboard, hint: Option<&str>| {
        let name = known.code();
        let question = Question::new(name, column(known, locale));
        let question = question.error(wrong_words(wrong, name, locale)).optional();
        let question = match hint {
            Some(hint) => question.hint(hint),
            None => question,
        };
        typed(question, &state, keyboard)
    };
    let name = is_unit.then(|| line(UnitColumn::Name, Keyboard::Text, None));
    let place = is_unit.then(|| {
        let hint = Some(say::degrees_hint(locale));
        let latitude = line(UnitColumn::Latitude, Keyboard::Text, hint);
        view! { {latitude} {line(UnitColumn::Longitude, Keyboard::Text, None)} }
    });
    let boundary = sheet.has_boundary.then(|| {
        let question = Question::new(NO_BOUNDARY, say::no_boundary(locale));
        let checked = !state.value(NO_BOUNDARY).is_empty();
        view! { <Checkbox question=question checked=checked /> }
    });
    let figures = say::figures_hint(locale);
    view! {
        <form class="flow" method="post" action=routes::unit(sheet.area)>
            <input type="hidden" name=SEEN value=state.value(SEEN) />
            {name}
            {line(UnitColumn::Households, Keyboard::Digits, None)}
            {line(UnitColumn::DogsAndCats, Keyboard::Digits, None)}
            {line(UnitColumn::Source, Keyboard::Text, Some(figures))}
            {line(UnitColumn::Year, Keyboard::Digits, None)}
            {place}
            {boundary}
            <Actions>
                <Button submit=true>{say::save(locale)}</Button>
            </Actions>
        </form>
    }
    .into_any()
}

/// How it is taken out, or why it stays.
fn way_out(sheet: &AreaSheet, locale: Locale) -> impl IntoView + use<> {
    let way = match sheet.outreaches {
        0 => view! {
            <p>{say::take_out_lead(locale)}</p>
            <form method="post" action=routes::unit(sheet.area)>
                <input type="hidden" name=TAKE_OUT value="1" />
                <Button submit=true weight=Weight::Grave>
                    {say::take_out(locale)}
                </Button>
            </form>
        }
        .into_any(),
        outreaches => view! { <p>{say::area_stays(locale, outreaches.into())}</p> }.into_any(),
    };
    view! {
        <section class="flow">
            <h2>{say::take_out_title(locale)}</h2>
            {way}
        </section>
    }
}
