//! How much of each commune a programme has reached.

use domain::closing::{CoverageLine, ServiceFilter, ServicesOf};
use domain::id::ProgrammeId;
use leptos::prelude::*;
use phrases::{closing as say, territory};

use super::figures::opened;
use crate::components::table::{Column, DataTable, figure};
use crate::locale::locale;

/// The communes of which an estimate is known; nothing when there is none.
#[component]
pub(super) fn Coverage(id: ProgrammeId, lines: Vec<CoverageLine>) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return ().into_any();
    }
    let columns = vec![
        Column::words(say::commune(locale)),
        Column::figures(say::animals_served(locale)),
        Column::figures(say::animals_estimated(locale)),
        Column::figures(say::of_a_hundred(locale)),
        Column::words(territory::column_source(locale)),
    ];
    let rows = lines
        .into_iter()
        .map(|line| {
            let percent = line.percent().map(|percent| format!("{percent} %"));
            let source = match line.source {
                Some(source) => territory::source_of_year(locale, source.name, source.year),
                None => say::sum_of_units(locale).to_owned(),
            };
            let reached = ServiceFilter { reached: Some(line.code), ..ServiceFilter::default() };
            view! {
                <tr>
                    <th scope="row">{line.commune}</th>
                    {opened(line.served, (ServicesOf::Programme(id), &reached), locale)}
                    {figure(line.estimated, locale)}
                    <td data-align="end">{percent}</td>
                    <td>{source}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::coverage(locale) columns=columns>
            {rows}
        </DataTable>
        <p class="soft small">{say::coverage_hint(locale)}</p>
    }
    .into_any()
}
