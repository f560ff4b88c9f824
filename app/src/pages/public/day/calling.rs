//! Who is called next, to which table; and how the tables are doing.

use domain::booking::Station;
use domain::desk::day::{OfferingLine, StationLine};
use leptos::prelude::*;
use phrases::day as say;

use super::offering_words;
use crate::components::table::{Column, DataTable, figure};
use crate::locale::locale;

/// One form for each service, with a button for each of its tables.
#[component]
pub(super) fn Calling(lines: Vec<OfferingLine>, path: String) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return ().into_any();
    }
    let forms: Vec<_> =
        lines.into_iter().map(|line| view! { <CallNext line=line path=path.clone() /> }).collect();
    view! {
        <section class="card flow">
            <h2 class="card-title">{say::call_next(locale)}</h2>
            {forms}
        </section>
    }
    .into_any()
}

#[component]
fn CallNext(line: OfferingLine, path: String) -> impl IntoView {
    let locale = locale();
    let service = offering_words(line.offering, locale);
    let is_only = line.stations <= 1;
    let button = move |number: u32| {
        let (words, label) = if is_only {
            (say::call_next(locale).to_owned(), say::call_next_of(locale, service))
        } else {
            (say::station(locale, number), say::call_next_at(locale, service, number))
        };
        view! {
            <button
                class="button"
                data-kind="main"
                type="submit"
                name="station"
                value=number.to_string()
                aria-label=label
            >
                {words}
            </button>
        }
    };
    let buttons: Vec<_> = (1..=line.stations.max(1)).map(button).collect();
    view! {
        <form class="flow" method="post" action=path>
            <input type="hidden" name="act" value="call" />
            <input type="hidden" name="offering" value=line.offering.code() />
            <h3>{service}</h3>
            <div class="actions">{buttons}</div>
        </form>
    }
}

/// What every table has before it, and has done.
#[component]
pub(super) fn Stations(lines: Vec<StationLine>) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return ().into_any();
    }
    let columns = vec![
        Column::words(say::service_column(locale)),
        Column::words(say::station_column(locale)),
        Column::words(say::turn_title(locale)),
        Column::figures(say::called_column(locale)),
        Column::figures(say::served_column(locale)),
        Column::figures(say::away_column(locale)),
        Column::figures(say::minutes_column(locale)),
    ];
    let row = move |line: StationLine| {
        let Station { offering, number } = line.station;
        let numbers: Vec<_> = line.numbers.iter().map(ToString::to_string).collect();
        view! {
            <tr>
                <th scope="row">{offering_words(offering, locale)}</th>
                <td>{say::station(locale, number)}</td>
                <td>{numbers.join(", ")}</td>
                {figure(line.called, locale)}
                {figure(line.served, locale)}
                {figure(line.turned_away, locale)}
                <td data-align="end">{line.minutes}</td>
            </tr>
        }
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::stations_board(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
