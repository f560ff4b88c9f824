//! Neighbourhood units: the list, and a file of them, looked at row by row before it is taken in.

use domain::catalogue::unit_columns::UnitColumn;
use domain::desk::territory::{FileFault, UnitList, Wrong};
use domain::territory::area::{Area, Told};
use domain::territory::file::{Fault, Judged, Verdict};
use domain::territory::units::{CommuneFigures, Unit};
use leptos::prelude::*;
use phrases::{Locale, common, format, territory as say};

use super::{DeskFrame, communes, faults, problem_words, told, typed, unit_words, wrong_words};
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::table::{Column, DataTable};
use crate::components::text_field::{Keyboard, TextArea};
use crate::locale::locale;
use crate::pages::public::form_state::FormState;
use crate::pages::public::stock::Links;
use crate::routes;

/// The field of the file.
pub const FILE: &str = "file";
/// The field that says that the rows were looked at.
pub const CONFIRMED: &str = "confirmed";
/// The names of the fields that may be shown again.
pub const UNIT_FIELDS: [&str; 4] = ["text", "commune", "source", "year"];
/// Most rows that are listed with their verdict.
const MOST_LISTED: usize = 300;

/// `/coordinacion/unidades`.
#[component]
pub fn UnitsPage(
    /// The links round it.
    links: Links,
    /// The units.
    list: UnitList,
    /// How many were just taken in.
    taken: Option<u64>,
    /// One was just put right, or taken out.
    is_done: bool,
) -> impl IntoView {
    let locale = locale();
    let taken = taken.map(|count| {
        view! { <Notice title=say::units_taken(locale, count) tone=Tone::Kept live=true /> }
    });
    let way = list.may_plan.then(|| {
        view! {
            <LinkButton href=routes::UNIT_FILE icon="plus">
                {say::import(locale)}
            </LinkButton>
        }
    });
    let may_plan = list.may_plan;
    let rows = if list.rows.is_empty() {
        view! {
            <EmptyState icon="map-pin" title=say::units_empty(locale)>
                <p>{say::units_next(locale)}</p>
            </EmptyState>
        }
        .into_any()
    } else {
        table(list.rows, may_plan, locale).into_any()
    };
    let communes =
        (!list.communes.is_empty()).then(|| communes_table(list.communes, may_plan, locale));
    view! {
        <DeskFrame title=say::units(locale).to_owned() current=routes::WHERE_NEXT links=links>
            {taken} {told(is_done, locale)}
            <div class="page-head">
                <h1>{say::units(locale)}</h1>
                <div class="actions">
                    {way} <LinkButton href=routes::WHERE_NEXT weight=Weight::Quiet>
                        {say::where_next(locale)}
                    </LinkButton>
                </div>
            </div>
            <div class="flow">
                <p class="soft">{say::units_lead(locale)}</p>
                {rows} {communes}
            </div>
        </DeskFrame>
    }
}

/// What is known of whole communes.
fn communes_table(
    rows: Vec<CommuneFigures>,
    may_plan: bool,
    locale: Locale,
) -> impl IntoView + use<> {
    let columns = vec![
        Column::words(column(UnitColumn::Commune, locale)),
        Column::figures(column(UnitColumn::Households, locale)),
        Column::figures(column(UnitColumn::DogsAndCats, locale)),
        Column::words(column(UnitColumn::Source, locale)),
    ];
    let rows = rows
        .into_iter()
        .map(|figures| {
            let CommuneFigures { commune, households, dogs_and_cats, source } = figures;
            let name = named(Area::Commune(commune), commune.to_string(), may_plan);
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td data-align="end">{figure(households, locale)}</td>
                    <td data-align="end">{figure(dogs_and_cats, locale)}</td>
                    <td>{say::source_of_year(locale, source.name, source.year)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::communes(locale) columns=columns>
            {rows}
        </DataTable>
        <p class="soft small">{say::communes_hint(locale)}</p>
    }
}

/// A name, which leads to the form of whoever may change what it names.
fn named(area: Area, name: String, may_plan: bool) -> AnyView {
    match may_plan {
        true => view! { <a href=routes::unit(area)>{name}</a> }.into_any(),
        false => name.into_any(),
    }
}

fn table(rows: Vec<Unit>, may_plan: bool, locale: Locale) -> impl IntoView {
    let columns = vec![
        Column::words(column(UnitColumn::Unit, locale)),
        Column::words(column(UnitColumn::Name, locale)),
        Column::figures(column(UnitColumn::Households, locale)),
        Column::figures(column(UnitColumn::DogsAndCats, locale)),
        Column::words(column(UnitColumn::Source, locale)),
        Column::words(say::on_map(locale)),
    ];
    let rows = rows
        .into_iter()
        .map(|unit| {
            let source =
                unit.source.map(|source| say::source_of_year(locale, source.name, source.year));
            let key = named(Area::Unit(unit.key), unit_words(unit.key, locale), may_plan);
            let on_map =
                if unit.point.is_some() { common::yes(locale) } else { common::no(locale) };
            view! {
                <tr>
                    <th scope="row">{key}</th>
                    <td>{unit.name.map(|name| name.to_string())}</td>
                    <td data-align="end">{figure(unit.households, locale)}</td>
                    <td data-align="end">{figure(unit.dogs_and_cats, locale)}</td>
                    <td>{source}</td>
                    <td>{on_map}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::units(locale) columns=columns repeats=true>
            {rows}
        </DataTable>
    }
}

fn figure(figure: Option<u32>, locale: Locale) -> Option<String> {
    figure.map(|figure| format::count(figure.into(), locale))
}

/// What a column is called.
pub(super) fn column(column: UnitColumn, locale: Locale) -> &'static str {
    match column {
        UnitColumn::Commune => common::commune(locale),
        UnitColumn::Unit => say::column_unit(locale),
        UnitColumn::Name => say::column_name(locale),
        UnitColumn::Households => say::column_households(locale),
        UnitColumn::DogsAndCats => say::column_animals(locale),
        UnitColumn::Source => say::column_source(locale),
        UnitColumn::Year => say::column_year(locale),
        UnitColumn::Latitude => say::column_latitude(locale),
        UnitColumn::Longitude => say::column_longitude(locale),
    }
}

/// `/coordinacion/unidades/importar`: the file is chosen, or its rows are pasted.
#[component]
pub fn UnitFilePage(
    /// The links round it.
    links: Links,
    /// What was typed and cannot be taken.
    wrong: Vec<Wrong>,
    /// Why the file is none of units.
    unfit: Option<FileFault>,
) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let ask = |name: &str, label: &str| {
        Question::new(name, label).error(wrong_words(&wrong, name, locale)).optional()
    };
    let label_of = move |name: &str| match name {
        "commune" => common::commune(locale).to_owned(),
        "source" => say::column_source(locale).to_owned(),
        _ => say::column_year(locale).to_owned(),
    };
    let text = ask("text", say::paste(locale)).hint(say::paste_hint(locale));
    let commune = ask("commune", common::commune(locale)).hint(say::commune_hint(locale));
    let source = ask("source", say::column_source(locale)).hint(say::source_hint(locale));
    let year = ask("year", say::column_year(locale));
    let (pasted, chosen) = (state.value("text"), state.value("commune"));
    view! {
        <DeskFrame title=say::import(locale).to_owned() current=routes::WHERE_NEXT links=links>
            <div class="narrow flow">
                <BackLink href=routes::UNITS />
                {faults(&wrong, label_of, locale)}
                {unfit.map(|unfit| unfit_notice(unfit, locale))}
                <h1>{say::import(locale)}</h1>
                <p>{say::import_lead(locale)}</p>
                <p class="soft">{say::import_columns(locale)}</p>
                <form
                    class="flow"
                    method="post"
                    action=routes::UNIT_FILE
                    enctype="multipart/form-data"
                >
                    <div class="field">
                        <label class="field-label" for=FILE>
                            {say::file(locale)}
                        </label>
                        <input
                            class="input"
                            id=FILE
                            name=FILE
                            type="file"
                            accept=".csv,.txt,.json,.geojson,text/csv,application/geo+json"
                        />
                    </div>
                    <TextArea question=text value=pasted />
                    <Select question=commune choices=communes() value=chosen />
                    {typed(source, &state, Keyboard::Text)}
                    {typed(year, &state, Keyboard::Digits)}
                    <Actions>
                        <Button submit=true>{say::review(locale)}</Button>
                    </Actions>
                </form>
            </div>
        </DeskFrame>
    }
}

fn unfit_notice(unfit: FileFault, locale: Locale) -> impl IntoView {
    let (happened, next) = match unfit {
        FileFault::Empty => (say::file_empty(locale), say::file_empty_next(locale)),
        FileFault::Unreadable => (say::file_unreadable(locale), say::file_unreadable_next(locale)),
        FileFault::NoUnitColumn => (say::file_no_unit(locale), say::file_no_unit_next(locale)),
        FileFault::TooManyRows => (say::file_too_long(locale), say::file_too_long_next(locale)),
    };
    view! {
        <Notice title=happened tone=Tone::Person live=true>
            <p>{next}</p>
        </Notice>
    }
}

/// The rows of a file with their verdicts, to be taken in or put right.
#[component]
pub fn UnitPreviewPage(
    /// The links round it.
    links: Links,
    /// Every row.
    rows: Vec<Judged>,
) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let kept = UNIT_FIELDS
        .iter()
        .map(|name| view! { <input type="hidden" name=*name value=state.value(name) /> })
        .collect_view();
    let stored = rows.iter().filter(|row| row.stored().is_some()).count();
    let save = (stored > 0).then(|| {
        view! {
            <button class="button" data-kind="main" type="submit" name=CONFIRMED value="1">
                {say::save(locale)}
            </button>
        }
    });
    view! {
        <DeskFrame title=say::import(locale).to_owned() current=routes::WHERE_NEXT links=links>
            <div class="flow">
                <BackLink href=routes::UNIT_FILE />
                <h1>{say::review(locale)}</h1>
                {summary(&rows, locale)}
                <form method="post" action=routes::UNIT_FILE enctype="multipart/form-data">
                    {kept}
                    <Actions>
                        {save}
                        <button
                            class="button"
                            data-kind="quiet"
                            type="submit"
                            name="again"
                            value="1"
                        >
                            {say::again(locale)}
                        </button>
                    </Actions>
                </form>
                {verdicts(rows, locale)}
            </div>
        </DeskFrame>
    }
}

fn summary(rows: &[Judged], locale: Locale) -> impl IntoView + use<> {
    let count = |is: fn(&Verdict) -> bool| {
        u64::try_from(rows.iter().filter(|row| is(&row.verdict)).count()).unwrap_or(u64::MAX)
    };
    let wrong = count(|verdict| matches!(verdict, Verdict::Wrong(_) | Verdict::Repeated));
    let fresh = count(|verdict| matches!(verdict, Verdict::New(_)));
    let changed = count(|verdict| matches!(verdict, Verdict::Changed(_)));
    let same = count(|verdict| matches!(verdict, Verdict::Same));
    let tone = if wrong > 0 { Tone::Person } else { Tone::Info };
    view! {
        <Notice title=say::nothing_stored(locale) tone=tone>
            <ul>
                <li>{say::rows_new(locale, fresh)}</li>
                <li>{say::rows_changed(locale, changed)}</li>
                <li>{say::rows_same(locale, same)}</li>
                <li>{say::rows_wrong(locale, wrong)}</li>
            </ul>
        </Notice>
    }
}

/// The rows, those first that a person has to look at.
fn verdicts(mut rows: Vec<Judged>, locale: Locale) -> impl IntoView {
    rows.sort_by_key(|row| row.stored().is_some() || row.verdict == Verdict::Same);
    let more = u64::try_from(rows.len().saturating_sub(MOST_LISTED)).unwrap_or(u64::MAX);
    let more = (more > 0).then(|| view! { <p class="soft">{say::rows_more(locale, more)}</p> });
    let columns = vec![
        Column::figures(say::column_row(locale)),
        Column::words(column(UnitColumn::Unit, locale)),
        Column::words(say::column_verdict(locale)),
    ];
    let lines = rows
        .into_iter()
        .take(MOST_LISTED)
        .map(|row| {
            let words = verdict_words(&row.verdict, locale);
            view! {
                <tr>
                    <td data-align="end">{format::count(row.place.into(), locale)}</td>
                    <th scope="row">{row.unit}</th>
                    <td>{words}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::column_verdict(locale) columns=columns>
            {lines}
        </DataTable>
        {more}
    }
}

fn verdict_words(verdict: &Verdict, locale: Locale) -> String {
    let fault = |fault: &Fault| {
        format!("{}: {}", column(fault.column, locale), problem_words(fault.problem, locale))
    };
    match verdict {
        Verdict::New(Told::Commune(_)) => say::verdict_commune_new(locale).to_owned(),
        Verdict::Changed(Told::Commune(_)) => say::verdict_commune_changed(locale).to_owned(),
        Verdict::New(_) => say::verdict_new(locale).to_owned(),
        Verdict::Changed(_) => say::verdict_changed(locale).to_owned(),
        Verdict::Same => say::verdict_same(locale).to_owned(),
        Verdict::Repeated => say::verdict_repeated(locale).to_owned(),
        Verdict::Wrong(faults) => faults.iter().map(fault).collect::<Vec<_>>().join(" "),
    }
}
