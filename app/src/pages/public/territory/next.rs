//! Where next: the units in the order of their points, what each point comes from, and how much
//! each part counts. A script adds the map; the list is the page.

use domain::desk::territory::{NextRow, WhereNext, Wrong};
use domain::territory::ranking::{
    DEAR_PESOS, FAR_METRES, FULL, FULL_DAYS, FULL_UNSERVED, FULL_WAITING, Part, Scored,
};
use domain::territory::waiting::WAITS_DAYS;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, format, territory as say};

use super::{DeskFrame, faults, told, typed, unit_words, wrong_words};
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::question::Question;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::components::value::DateText;
use crate::locale::locale;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::pages::public::stock::Links;
use crate::routes;

/// What draws the map.
pub const MAP_SCRIPT: &str = "/desk/map.js";
/// The names of the form's fields: the parts by their codes, and where the office is.
pub const WEIGHT_FIELDS: [&str; 7] =
    ["unserved", "waiting", "elapsed", "distance", "cost", "latitude", "longitude"];

/// Where the pictures of the ground come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// The address of a picture, with `{z}`, `{x}` and `{y}`.
    pub url: String,
    /// Whose they are.
    pub attribution: String,
}

/// `/coordinacion/donde-sigue`.
#[component]
pub fn WhereNextPage(
    /// The links round it.
    links: Links,
    /// The units.
    sheet: WhereNext,
    /// Weights that were typed and cannot be taken.
    wrong: Vec<Wrong>,
    /// Weights were just kept.
    is_done: bool,
    /// Pictures of the ground, where there are some.
    tiles: Option<Tiles>,
) -> impl IntoView {
    let locale = locale();
    let may_plan = sheet.may_plan;
    let weights = may_plan.then(|| weights_form(&wrong, locale));
    let summary = faults(&wrong, move |name| label(name, locale), locale);
    let list = if sheet.rows.is_empty() {
        view! {
            <EmptyState icon="map-pin" title=say::where_next_empty(locale)>
                <p>{say::where_next_first(locale)}</p>
                {may_plan
                    .then(|| {
                        view! {
                            <LinkButton href=routes::UNIT_FILE>{say::import(locale)}</LinkButton>
                        }
                    })}
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            {map(tiles, locale)}
            {table(sheet, locale)}
        }
        .into_any()
    };
    view! {
        <DeskFrame title=say::where_next(locale).to_owned() current=routes::WHERE_NEXT links=links>
            {told(is_done, locale)}
            {summary}
            <FormFaults />
            <div class="page-head">
                <h1>{say::where_next(locale)}</h1>
                <div class="actions">
                    <LinkButton href=routes::UNITS weight=Weight::Quiet>
                        {say::units(locale)}
                    </LinkButton>
                </div>
            </div>
            <div class="flow">
                <p class="soft">{say::where_next_lead(locale)}</p>
                {list}
                {weights}
            </div>
        </DeskFrame>
    }
}

/// Where the map is drawn; not there without a script.
fn map(tiles: Option<Tiles>, locale: Locale) -> impl IntoView {
    let (url, attribution) = match tiles {
        Some(tiles) => (Some(tiles.url), Some(tiles.attribution)),
        None => (None, None),
    };
    view! {
        <section
            class="map"
            aria-label=say::map(locale)
            data-map=routes::WHERE_NEXT_MAP
            data-tiles=url
            data-attribution=attribution
            data-closer=say::zoom_in(locale)
            data-farther=say::zoom_out(locale)
            data-close=say::map_close(locale)
            hidden
        ></section>
    }
}

/// What a part is called.
#[must_use]
pub fn part_words(part: Part, locale: Locale) -> &'static str {
    match part {
        Part::Unserved => say::part_unserved(locale),
        Part::Waiting => say::part_waiting(locale),
        Part::Elapsed => say::part_elapsed(locale),
        Part::Distance => say::part_distance(locale),
        Part::Cost => say::part_cost(locale),
    }
}

fn label(name: &str, locale: Locale) -> String {
    let words = match Part::from_code(name) {
        Some(part) => part_words(part, locale),
        None => say::office_latitude(locale),
    };
    words.to_owned()
}

fn table(sheet: WhereNext, locale: Locale) -> impl IntoView {
    let (weights, may_plan) = (sheet.weights, sheet.may_plan);
    let mut columns =
        vec![Column::words(say::column_unit(locale)), Column::figures(say::column_points(locale))];
    let parts = Part::ALL.iter().map(|part| {
        let words = part_words(*part, locale);
        Column::figures(say::part_weighs(locale, words, weights.of(*part)))
    });
    columns.extend(parts);
    columns.push(Column::words(say::column_plan(locale)));
    let rows = sheet.rows.into_iter().map(|row| line(row, may_plan, locale)).collect_view();
    view! {
        <DataTable caption=say::where_next(locale) columns=columns repeats=true>
            {rows}
        </DataTable>
    }
}

fn line(row: NextRow, may_plan: bool, locale: Locale) -> impl IntoView {
    let unit = row.scored.facts.unit;
    let points = format::count(row.scored.total().into(), locale);
    let parts = Part::ALL
        .iter()
        .map(|part| {
            let points = format::count(row.scored.of(*part).into(), locale);
            view! {
                <td data-align="end">
                    {points} <div class="soft">{value_words(&row.scored, *part, locale)}</div>
                </td>
            }
        })
        .collect_view();
    let plan = match row.planned {
        Some((outreach, status, held_on)) => view! {
            <a href=routes::desk_outreach(outreach) rel="external">
                {status.label(locale)}
            </a>
            " "
            <DateText date=held_on />
        }
        .into_any(),
        None if may_plan => view! {
            <form method="post" action=routes::where_next_unit(unit)>
                <Button submit=true weight=Weight::Quiet>
                    {say::accept(locale)}
                    <span class="hidden-visually">": " {unit_words(unit, locale)}</span>
                </Button>
            </form>
        }
        .into_any(),
        None => ().into_any(),
    };
    let estimate = match (row.estimated, row.source) {
        (Some(animals), Some(source)) => {
            let said = say::source_of_year(locale, source.name, source.year);
            let served = format::count(row.served.into(), locale);
            match row.is_of_commune {
                true => say::estimate_of_commune(locale, animals.into(), served, said),
                false => say::estimate(locale, animals.into(), served, said),
            }
        }
        _ => say::no_estimate(locale).to_owned(),
    };
    let last = row.last_on.map(|day| {
        view! {
            <div class="soft">
                {say::last_on(locale)} " " <DateText date=day />
            </div>
        }
    });
    view! {
        <tr id=format!("uv-{unit}")>
            <th scope="row">
                {unit_words(unit, locale)} <div>{row.name}</div>
                <div class="soft">{estimate}</div> {last}
            </th>
            <td data-align="end">
                <strong>{points}</strong>
            </td>
            {parts}
            <td>{plan}</td>
        </tr>
    }
}

/// What a part is measured by, in its own unit.
fn value_words(scored: &Scored, part: Part, locale: Locale) -> String {
    let facts = scored.facts;
    match (part, facts.of(part)) {
        (Part::Unserved, Some(animals)) => say::value_unserved(locale, animals.into()),
        (Part::Waiting, Some(animals)) => say::value_waiting(locale, animals.into()),
        (Part::Elapsed, Some(days)) => say::value_days(locale, days.into()),
        (Part::Distance, Some(metres)) => {
            say::value_km(locale, format::count(u64::from(metres / 1_000), locale))
        }
        (Part::Cost, Some(pesos)) => say::value_pesos(locale, format::count(pesos.into(), locale)),
        (Part::Elapsed, None) => say::value_never(locale).to_owned(),
        (_, None) => say::value_unknown(locale).to_owned(),
    }
}

/// On which scale a part is measured.
fn scale_words(part: Part, locale: Locale) -> String {
    let count = |figure: u32| format::count(figure.into(), locale);
    match part {
        Part::Unserved => say::scale_unserved(locale, count(FULL_UNSERVED)),
        Part::Waiting => {
            let days = format::count(WAITS_DAYS.unsigned_abs(), locale);
            say::scale_waiting(locale, days, count(FULL_WAITING))
        }
        Part::Elapsed => say::scale_elapsed(locale, count(FULL_DAYS)),
        Part::Distance => say::scale_distance(locale, count(FAR_METRES / 1_000)),
        Part::Cost => say::scale_cost(locale, count(DEAR_PESOS)),
    }
}

fn weights_form(wrong: &[Wrong], locale: Locale) -> AnyView {
    let state = FormState::current();
    let ask = |name: &str, words: &str| {
        Question::new(name, words).error(wrong_words(wrong, name, locale))
    };
    let parts = Part::ALL
        .iter()
        .map(|part| {
            let question = ask(part.code(), part_words(*part, locale));
            typed(question.hint(scale_words(*part, locale)), &state, Keyboard::Digits)
        })
        .collect_view();
    let latitude = ask("latitude", say::office_latitude(locale));
    let latitude = latitude.hint(say::office_hint(locale)).optional();
    let longitude = ask("longitude", say::office_longitude(locale)).optional();
    view! {
        <section class="narrow flow">
            <h2>{say::weights(locale)}</h2>
            <p>{say::weights_lead(locale, format::count(FULL.into(), locale))}</p>
            <form class="flow" method="post" action=routes::WHERE_NEXT>
                {parts} {typed(latitude, &state, Keyboard::Text)}
                {typed(longitude, &state, Keyboard::Text)} <Actions>
                    <Button submit=true>{say::save(locale)}</Button>
                </Actions>
            </form>
        </section>
    }
    .into_any()
}
