//! What one outreach holds: part by part, and the numbers that do not fit.

use domain::chip_number::{ChipNumber, Slip};
use domain::desk::stock::{BoxSheet, Count, OddChip, Oddity, PartSheet};
use domain::field_error::Field;
use domain::stock::AllottedLot;
use domain::timestamp::CivilDate;
use leptos::prelude::*;
use phrases::{Locale, format, stock as say};

use super::{Deed, Links, StockFrame, column, expiry, figure, ranges, told, ways_to};
use crate::components::action::{LinkButton, Weight};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::components::value::{ChipText, DateText};
use crate::locale::locale;
use crate::routes;

/// `/coordinacion/existencias/{id}`.
#[component]
pub fn BoxPage(
    /// The links round it.
    links: Links,
    /// What it holds.
    sheet: BoxSheet,
    /// Something was just noted.
    is_done: bool,
    /// Something in it was just counted.
    counted: Option<Count>,
) -> impl IntoView {
    let locale = locale();
    let place = sheet.line.outreach.to_string();
    let ways = sheet
        .may_manage
        .then(|| ways_to(&Deed::OF_OUTREACH, &place, locale))
        .map(|ways| view! { <div class="actions">{ways}</div> });
    let name = sheet.line.name.clone();
    let count = counted.map(|count| compared(count, locale));
    let days = (sheet.today, sheet.line.held_on);
    view! {
        <StockFrame title=name.clone() links=links>
            <BackLink href=routes::STOCK />
            {told(is_done, locale)}
            {count}
            <div class="page-head">
                <h1>{name}</h1>
                {ways}
            </div>
            <div class="flow">
                <p class="soft">
                    <DateText date=sheet.line.held_on />
                </p>
                <Odd odd=sheet.odd />
                <Parts parts=sheet.parts.clone() />
                <Doses parts=sheet.parts days=days />
                <div class="actions">
                    <LinkButton
                        href=routes::desk_outreach(sheet.line.outreach)
                        weight=Weight::Plain
                    >
                        {say::open_outreach(locale)}
                    </LinkButton>
                </div>
            </div>
        </StockFrame>
    }
}

/// What was counted beside what should be there, as a sentence.
pub(super) fn difference(Count { counted, expected }: Count, locale: Locale) -> String {
    let told = format::count(counted.into(), locale);
    if counted == expected {
        say::count_right(locale, told)
    } else if counted < expected {
        say::count_missing(locale, u64::from(expected - counted), told)
    } else {
        say::count_over(locale, u64::from(counted - expected), told)
    }
}

/// That it is noted.
fn compared(count: Count, locale: Locale) -> impl IntoView {
    let title = difference(count, locale);
    let tone = if count.counted == count.expected { Tone::Kept } else { Tone::Person };
    view! {
        <Notice title=title tone=tone live=true>
            <p>{say::count_next(locale)}</p>
        </Notice>
    }
}

#[component]
fn Odd(odd: Vec<OddChip>) -> impl IntoView {
    let locale = locale();
    if odd.is_empty() {
        return view! { <p>{say::odd_none(locale)}</p> }.into_any();
    }
    let line = move |odd: OddChip| {
        let why = match odd.oddity {
            Oddity::NotAllotted => say::odd_not_allotted(locale),
            Oddity::LostElsewhere => say::odd_lost(locale),
            Oddity::Twice => say::odd_twice(locale),
        };
        view! {
            <li>
                <ChipText chip=odd.chip />
                " "
                {why}
                " "
                {odd.slip.map(|slip| likely(slip, locale))}
            </li>
        }
    };
    let lines = odd.into_iter().map(line).collect_view();
    view! {
        <Notice title=say::odd_title(locale) tone=Tone::Person>
            <ul>{lines}</ul>
        </Notice>
    }
    .into_any()
}

/// The number it may have been.
fn likely((slip, chip): (Slip, ChipNumber), locale: Locale) -> String {
    let chip = format::chip(&chip.to_string());
    match slip {
        Slip::Neighbour => say::slip_neighbour(locale, chip),
        Slip::Transposition => say::slip_transposed(locale, chip),
        Slip::OneDigit => say::slip_mistyped(locale, chip),
    }
}

/// Whose box it is.
pub(super) fn holder(part: &PartSheet, locale: Locale) -> String {
    let name = part.phone.as_ref().map(|(_, name)| name.clone());
    name.unwrap_or_else(|| say::common_part(locale).to_owned())
}

#[component]
fn Parts(parts: Vec<PartSheet>) -> impl IntoView {
    let locale = locale();
    let columns = vec![
        Column::words(say::holder_column(locale)),
        Column::words(say::numbers_column(locale)),
        Column::figures(say::received_column(locale)),
        Column::figures(say::implanted_column(locale)),
        Column::figures(say::lost_column(locale)),
        Column::figures(say::left_column(locale)),
    ];
    let row = move |part: PartSheet| {
        view! {
            <tr>
                <th scope="row">{holder(&part, locale)}</th>
                <td>{ranges(part.ranges)}</td>
                {figure(part.balance.received, locale)}
                {figure(part.balance.implanted, locale)}
                {figure(part.balance.lost, locale)}
                {figure(part.balance.in_box, locale)}
            </tr>
        }
    };
    let rows = parts.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::parts(locale) columns=columns>
            {rows}
        </DataTable>
    }
}

/// `days` are today and that of the outreach.
#[component]
fn Doses(parts: Vec<PartSheet>, days: (CivilDate, CivilDate)) -> impl IntoView {
    let locale = locale();
    let row = move |(holder, one): (String, AllottedLot)| {
        let left = one.left();
        view! {
            <tr>
                <th scope="row">{one.lot.product.to_string()}</th>
                <td>{one.lot.lot.to_string()}</td>
                <td>{expiry(one.lot.expires_on, days, locale)}</td>
                <td>{holder}</td>
                {figure(one.lot.doses, locale)}
                {figure(one.given, locale)}
                {figure(one.lost, locale)}
                {figure(left, locale)}
            </tr>
        }
    };
    let lines = parts.into_iter().flat_map(|part| {
        let holder = holder(&part, locale);
        part.lots.into_iter().map(move |one| (holder.clone(), one))
    });
    let rows: Vec<_> = lines.map(row).collect();
    if rows.is_empty() {
        return view! { <p class="soft">{say::products_empty(locale)}</p> }.into_any();
    }
    let columns = vec![
        column(Field::Product, locale),
        column(Field::Batch, locale),
        column(Field::Expiry, locale),
        Column::words(say::holder_column(locale)),
        Column::figures(say::doses_column(locale)),
        Column::figures(say::given_column(locale)),
        Column::figures(say::lost_column(locale)),
        Column::figures(say::left_column(locale)),
    ];
    view! {
        <DataTable caption=say::products(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
