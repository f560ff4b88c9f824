//! What is offered, when, and by whom.

use domain::booking::Offering;
use domain::desk::planned::{CrewLine, HomeVisit, OfferingLine, PlanField, PlanSheet};
use domain::outreach::times::Promised;
use domain::timestamp::Zone;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, format, planning as say};

use super::{Deed, words};
use crate::components::action::{LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::table::{Column, DataTable, figure};
use crate::locale::locale;
use crate::routes::escape_query;

/// The address of a deed about one thing.
fn about(deed: Deed, sheet: &PlanSheet, (name, value): (&str, &str)) -> String {
    format!("{}?{name}={}", deed.href(sheet.outreach.id), escape_query(value))
}

/// What is offered, with the places.
#[component]
pub(super) fn Offerings(sheet: PlanSheet) -> impl IntoView {
    let locale = locale();
    let is_missing = |one: &&Offering| !sheet.offerings.iter().any(|line| line.offering == **one);
    let missing = Offering::ALL.iter().filter(is_missing).filter(|_| sheet.may_plan);
    let add = missing
        .map(|one| {
            let href = about(Deed::Offering, &sheet, (PlanField::Offering.code(), one.code()));
            let words = say::add_what(locale, words::offering(*one, locale));
            view! {
                <LinkButton href=href weight=Weight::Quiet icon="plus">
                    {words}
                </LinkButton>
            }
        })
        .collect_view();
    let add = view! { <div class="actions">{add}</div> };
    if sheet.offerings.is_empty() {
        return view! {
            <EmptyState icon="inbox" title=say::offerings_empty(locale)>
                <p>{say::offerings_next(locale)}</p>
                {add}
            </EmptyState>
        }
        .into_any();
    }
    let mut columns = vec![
        Column::words(say::field_offering(locale)),
        Column::figures(say::capacity_column(locale)),
        Column::figures(say::booked_column(locale)),
        Column::figures(say::used_column(locale)),
        Column::figures(say::shared_column(locale)),
        Column::figures(say::free_column(locale)),
        Column::figures(say::minutes_column(locale)),
        Column::figures(say::stations_column(locale)),
        Column::words(say::taken_column(locale)),
    ];
    columns.extend(sheet.is_shared().then(|| Column::words(say::programme(locale))));
    columns.extend(sheet.may_plan.then(|| Column::words(say::actions_column(locale))));
    let rows = sheet.offerings.iter().map(|line| offering(line, &sheet, locale)).collect_view();
    view! {
        <section class="flow">
            <DataTable caption=say::offerings(locale) columns=columns>
                {rows}
            </DataTable>
            {add}
        </section>
    }
    .into_any()
}

fn offering(line: &OfferingLine, sheet: &PlanSheet, locale: Locale) -> impl IntoView + use<> {
    let (code, places) = (line.offering.code(), line.places);
    let name = words::offering(line.offering, locale);
    let key = (PlanField::Offering.code(), code);
    let change = (about(Deed::Offering, sheet, key), say::change_what(locale, name));
    let drop = (about(Deed::Drop, sheet, key), say::drop_what(locale, name));
    let paid = sheet.is_shared().then(|| {
        let mut known = sheet.programmes.iter();
        let name = known.find(|(id, _)| *id == line.programme).map(|(_, name)| name.clone());
        view! { <td>{name}</td> }
    });
    let acts = sheet.may_plan.then(|| {
        view! {
            <td>
                <a href=change.0 aria-label=change.1>
                    {common::change(locale)}
                </a>
                " "
                <a href=drop.0 aria-label=drop.1>
                    {common::remove(locale)}
                </a>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            {figure(places.capacity, locale)}
            {figure(places.booked, locale)}
            {figure(places.used, locale)}
            {figure(places.shared, locale)}
            {figure(places.free(), locale)}
            {figure(line.minutes.into(), locale)}
            {figure(line.stations.into(), locale)}
            <td>{words::taken(&line.eligibility, locale)}</td>
            {paid}
            {acts}
        </tr>
    }
}

/// Who does what, and when.
#[component]
pub(super) fn Crew(sheet: PlanSheet, zone: Zone) -> impl IntoView {
    let locale = locale();
    if sheet.crew.is_empty() {
        return view! { <p class="soft">{say::crew_empty(locale)}</p> }.into_any();
    }
    let mut columns = vec![
        Column::words(common::name(locale)),
        Column::words(say::role_column(locale)),
        Column::words(say::registration_column(locale)),
        Column::words(say::field_duty(locale)),
        Column::words(say::hours_column(locale)),
    ];
    columns.extend(sheet.may_plan.then(|| Column::words(say::actions_column(locale))));
    let rows = sheet.crew.iter().map(|line| member(line, (&sheet, &zone), locale)).collect_view();
    view! {
        <DataTable caption=say::crew(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn member(
    line: &CrewLine,
    (sheet, zone): (&PlanSheet, &Zone),
    locale: Locale,
) -> impl IntoView + use<> {
    let from = line.starts_at.unwrap_or(sheet.outreach.starts_at);
    let to = line.ends_at.unwrap_or(sheet.outreach.ends_at);
    let hours =
        format!("{} – {}", format::hour(from, zone, locale), format::hour(to, zone, locale));
    let duty = line.duty.map_or(common::not_stated(locale), |duty| words::duty(duty, locale));
    let change = sheet.may_plan.then(|| {
        let id = line.id.to_string();
        let href = about(Deed::Duty, sheet, (PlanField::Member.code(), id.as_str()));
        let what = say::change_what(locale, &line.name);
        view! {
            <td>
                <a href=href aria-label=what>
                    {common::change(locale)}
                </a>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row">{line.name.clone()}</th>
            <td>{line.role.label(locale)}</td>
            <td>{line.registration.clone()}</td>
            <td>{duty}</td>
            <td>{hours}</td>
            {change}
        </tr>
    }
}

/// When how many are asked to come.
#[component]
pub(super) fn Times(times: Vec<(Offering, Promised)>, zone: Zone) -> impl IntoView {
    let locale = locale();
    if times.is_empty() {
        return view! { <p class="soft">{say::times_empty(locale)}</p> }.into_any();
    }
    let columns = vec![
        Column::words(say::time_column(locale)),
        Column::words(say::field_offering(locale)),
        Column::figures(say::capacity_column(locale)),
        Column::figures(say::booked_column(locale)),
    ];
    let rows = times
        .into_iter()
        .map(|(what, one)| {
            view! {
                <tr>
                    <th scope="row">{format::hour(one.slot.starts_at, &zone, locale)}</th>
                    <td>{words::offering(what, locale)}</td>
                    {figure(one.slot.capacity, locale)}
                    {figure(one.booked, locale)}
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::times(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

/// The homes that are visited.
#[component]
pub(super) fn Homes(homes: Vec<HomeVisit>, zone: Zone) -> impl IntoView {
    let locale = locale();
    if homes.is_empty() {
        return ().into_any();
    }
    let columns = vec![
        Column::words(say::time_column(locale)),
        Column::words(say::home_column(locale)),
        Column::words(say::home_person_column(locale)),
        Column::words(common::phone(locale)),
        Column::words(say::home_animals_column(locale)),
        Column::words(say::field_offering(locale)),
    ];
    let rows = homes
        .into_iter()
        .map(|home| {
            view! {
                <tr>
                    <td>{home.at.map(|at| format::hour(at, &zone, locale))}</td>
                    <th scope="row">{home.address}</th>
                    <td>{home.person}</td>
                    <td class="figures">{home.phone}</td>
                    <td>{home.animals.join(", ")}</td>
                    <td>{words::offering(home.offering, locale)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::homes(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
