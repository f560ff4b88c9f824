//! Who came and who did not, and what became of every place: one column an offering.

use domain::booking::Offering;
use domain::closing::Attendance;
use leptos::prelude::*;
use phrases::{Locale, closing as say};

use crate::components::table::{Column, DataTable, figure};
use crate::locale::locale;
use crate::pages::public::booking::offering_words;

/// A line: what it tells, and its figure.
type Line = (&'static str, fn(Attendance) -> u32);

/// The account of the places, which adds up, between those who came and those who had none.
#[component]
pub(super) fn Places(offerings: Vec<(Offering, Attendance)>) -> impl IntoView {
    let locale = locale();
    if offerings.is_empty() {
        return view! { <p class="soft">{say::places_empty(locale)}</p> }.into_any();
    }
    let people: [Line; 8] = [
        (say::booked(locale), |is| is.booked),
        (say::walk_ins(locale), |is| is.walk_ins),
        (say::no_shows(locale), |is| is.no_shows),
        (say::still_to_come(locale), |is| is.expected),
        (say::arrived(locale), |is| is.arrived),
        (say::served(locale), |is| is.served),
        (say::turned_away(locale), |is| is.turned_away),
        (say::undecided(locale), Attendance::undecided),
    ];
    let places: [Line; 9] = [
        (say::capacity(locale), |is| is.capacity),
        (say::over(locale), |is| is.over),
        (say::places_served(locale), |is| is.served),
        (say::places_undecided(locale), Attendance::undecided),
        (say::places_expected(locale), |is| is.expected),
        (say::places_offered(locale), |is| is.offered),
        (say::places_lent(locale), |is| is.lent),
        (say::places_unused(locale), Attendance::unused),
        (say::places_all(locale), Attendance::places),
    ];
    let without: [Line; 6] = [
        (say::cancelled(locale), |is| is.cancelled),
        (say::no_shows(locale), |is| is.no_shows),
        (say::turned_away(locale), |is| is.turned_away),
        (say::waiting(locale), |is| is.waiting),
        (say::offered(locale), |is| is.offered),
        (say::lapsed(locale), |is| is.lapsed),
    ];
    view! {
        {table(say::places(locale), &people, &offerings, locale)}
        {table(say::place_account(locale), &places, &offerings, locale)}
        {table(say::without_place(locale), &without, &offerings, locale)}
        <p class="soft small">{say::places_hint(locale)}</p>
    }
    .into_any()
}

fn table(
    caption: &'static str,
    lines: &[Line],
    offerings: &[(Offering, Attendance)],
    locale: Locale,
) -> AnyView {
    let named = offerings.iter().map(|(one, _)| Column::figures(offering_words(*one, locale)));
    let columns = std::iter::once(Column::words(say::what(locale))).chain(named).collect();
    let row = |(name, of): &Line| {
        let cells = offerings.iter().map(|(_, is)| figure(of(*is), locale)).collect_view();
        view! {
            <tr>
                <th scope="row">{*name}</th>
                {cells}
            </tr>
        }
    };
    let rows = lines.iter().map(row).collect_view();
    view! {
        <DataTable caption=caption columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
