//! The stock of the coordination: what was received, who holds it, what should be left. Its pages
//! are served whole, like public ones, so that a count in a storeroom needs no script.

mod boxes;
mod deed;
mod form;
mod lot_form;

pub use boxes::BoxPage;
pub use deed::Deed;
pub use form::{AGAIN, DeedFacts, DeedPage, FIELDS, Preview};

use domain::desk::stock::{BoxLine, DeliveryLine, LotLine, StockSheet};
use domain::field_error::Field;
use domain::stock::{ChipRange, count_of};
use domain::timestamp::CivilDate;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, format, stock as say};

use crate::components::action::{LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::frame::{Frame, PageHead};
use crate::components::navigation::Way;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable, figure};
use crate::components::value::{ChipText, DateText};
use crate::locale::locale;
use crate::pages::public::Visit;
use crate::pages::public::corrections::Corrections;
use crate::routes;

/// Most ranges that are listed in one place.
const MOST_RANGES: usize = 100;

/// The links round a page of the stock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The main navigation.
    pub ways: Vec<Way>,
    /// At the foot.
    pub foot: Vec<Way>,
}

/// Head, navigation and foot round a page of the stock.
#[component]
fn StockFrame(title: String, links: Links, children: Children) -> impl IntoView {
    let demonstration = use_context::<Visit>().unwrap_or_default().demonstration;
    let ribbon = if demonstration { common::demonstration(locale()) } else { "" };
    view! {
        <PageHead title=title />
        <Frame
            ways=links.ways
            current=routes::STOCK.to_owned()
            foot=links.foot
            ribbon=ribbon
        >
            {children()}
        </Frame>
    }
}

/// That something was noted.
fn told(is_done: bool, locale: Locale) -> impl IntoView {
    is_done.then(|| view! { <Notice title=say::done(locale) tone=Tone::Kept live=true /> })
}

/// Links to what can be done at a place, the first one the main one.
fn ways_to(deeds: &[Deed], place: &str, locale: Locale) -> impl IntoView + use<> {
    deeds
        .iter()
        .enumerate()
        .map(|(at, deed)| {
            let weight = if at == 0 { Weight::Main } else { Weight::Quiet };
            let (href, title) = (deed.href(place), deed.title(locale));
            view! {
                <LinkButton href=href weight=weight>
                    {title}
                </LinkButton>
            }
        })
        .collect_view()
}

/// A range in groups within a sentence, first and last number.
fn numbers(range: ChipRange) -> String {
    let (first, last) = (range.first().to_string(), range.last().to_string());
    match first == last {
        true => format::chip(&first),
        false => format!("{} – {}", format::chip(&first), format::chip(&last)),
    }
}

/// Ranges under each other, and how many more there are: after years of single numbers that came
/// back there may be thousands.
fn ranges(ranges: Vec<ChipRange>) -> impl IntoView {
    let more = u64::try_from(ranges.len().saturating_sub(MOST_RANGES)).unwrap_or(u64::MAX);
    let words = (more > 0).then(|| say::ranges_more(locale(), more));
    let lines = ranges
        .into_iter()
        .take(MOST_RANGES)
        .map(|range| {
            let (first, last) = (range.first(), range.last());
            let to = (first != last).then(|| view! { " – " <ChipText chip=last /> });
            view! {
                <div class="figures">
                    <ChipText chip=first />
                    {to}
                </div>
            }
        })
        .collect_view();
    view! {
        {lines}
        {words.map(|words| view! { <div class="soft">{words}</div> })}
    }
}

/// That a last day of use is over today, or will be on a day on which it is needed.
fn over(
    day: CivilDate,
    (today, needed): (CivilDate, CivilDate),
    locale: Locale,
) -> Option<&'static str> {
    if day < today {
        Some(say::expired(locale))
    } else if day < needed {
        Some(say::expires_before(locale))
    } else {
        None
    }
}

/// A last day of use, and whether it is over.
fn expiry(day: CivilDate, days: (CivilDate, CivilDate), locale: Locale) -> impl IntoView {
    view! {
        <DateText date=day />
        {over(day, days, locale)
            .map(|words| {
                view! {
                    " "
                    <span class="badge" data-kind="person">
                        {words}
                    </span>
                }
            })}
    }
}

fn column(field: Field, locale: Locale) -> Column {
    Column::words(capital(field.label(locale)))
}

/// `/coordinacion/existencias`.
#[component]
pub fn StockPage(
    /// The links round it.
    links: Links,
    /// What there is.
    sheet: StockSheet,
    /// Something was just noted.
    is_done: bool,
) -> impl IntoView {
    let locale = locale();
    let ways = sheet
        .may_manage
        .then(|| ways_to(&Deed::OF_OFFICE, routes::STOCK_OFFICE, locale))
        .map(|ways| view! { <div class="actions">{ways}</div> });
    view! {
        <StockFrame title=say::nav(locale).to_owned() links=links>
            {told(is_done, locale)}
            <div class="page-head">
                <h1>{say::nav(locale)}</h1>
                {ways}
            </div>
            <div class="flow">
                <p class="soft">{say::lead(locale)}</p>
                <Boxes boxes=sheet.boxes has_more=sheet.has_more />
                <Lots lots=sheet.lots today=sheet.today />
                <Corrections title=say::history_lot_corrected(locale) list=sheet.corrections />
                <Deliveries deliveries=sheet.deliveries free=sheet.free />
            </div>
        </StockFrame>
    }
}

#[component]
fn Boxes(boxes: Vec<BoxLine>, has_more: bool) -> impl IntoView {
    let locale = locale();
    if boxes.is_empty() {
        return view! { <p class="soft">{say::boxes_empty(locale)}</p> }.into_any();
    }
    let columns = vec![
        column(Field::Outreach, locale),
        column(Field::Date, locale),
        Column::figures(say::received_column(locale)),
        Column::figures(say::implanted_column(locale)),
        Column::figures(say::lost_column(locale)),
        Column::figures(say::left_column(locale)),
        Column::figures(say::odd_column(locale)),
        Column::figures(say::doses_column(locale)),
    ];
    let row = move |line: BoxLine| {
        let balance = line.balance;
        view! {
            <tr>
                <th scope="row">
                    <a href=routes::desk_box(line.outreach)>{line.name}</a>
                </th>
                <td>
                    <DateText date=line.held_on />
                </td>
                {figure(balance.received, locale)}
                {figure(balance.implanted, locale)}
                {figure(balance.lost, locale)}
                {figure(balance.in_box, locale)}
                {figure(line.odd, locale)}
                {figure(line.doses, locale)}
            </tr>
        }
    };
    let rows = boxes.into_iter().map(row).collect_view();
    let more = has_more.then(|| view! { <Notice title=say::boxes_more(locale) /> });
    view! {
        {more}
        <DataTable caption=say::boxes(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

#[component]
fn Deliveries(deliveries: Vec<DeliveryLine>, free: Vec<ChipRange>) -> impl IntoView {
    let locale = locale();
    if deliveries.is_empty() {
        return view! {
            <EmptyState icon="inbox" title=say::deliveries_empty(locale)>
                <p>{say::deliveries_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let columns = vec![
        column(Field::Supplier, locale),
        column(Field::Date, locale),
        column(Field::Paper, locale),
        Column::words(say::numbers_column(locale)),
        Column::figures(say::received_column(locale)),
        Column::figures(say::implanted_column(locale)),
        Column::figures(say::lost_column(locale)),
        Column::figures(say::left_column(locale)),
    ];
    let row = move |line: DeliveryLine| {
        view! {
            <tr>
                <th scope="row">{line.supplier}</th>
                <td>
                    <DateText date=line.received_on />
                </td>
                <td>{line.paper}</td>
                <td>{ranges(line.ranges)}</td>
                {figure(line.balance.received, locale)}
                {figure(line.balance.implanted, locale)}
                {figure(line.balance.lost, locale)}
                {figure(line.balance.in_box, locale)}
            </tr>
        }
    };
    let rows = deliveries.into_iter().map(row).collect_view();
    view! {
        <Free free=free />
        <DataTable caption=say::deliveries(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

/// The numbers that can be allotted.
#[component]
fn Free(free: Vec<ChipRange>) -> impl IntoView {
    let locale = locale();
    let told = match count_of(&free) {
        0 => say::free_none(locale).to_owned(),
        count => say::free_count(locale, count.into()),
    };
    view! {
        <section class="flow">
            <h2>{say::free_title(locale)}</h2>
            <p>{told}</p>
            {ranges(free)}
        </section>
    }
}

#[component]
fn Lots(lots: Vec<LotLine>, today: CivilDate) -> impl IntoView {
    let locale = locale();
    if lots.is_empty() {
        return view! { <p class="soft">{say::products_empty(locale)}</p> }.into_any();
    }
    let columns = vec![
        column(Field::Product, locale),
        column(Field::Batch, locale),
        column(Field::Expiry, locale),
        Column::figures(say::doses_column(locale)),
        Column::figures(say::given_column(locale)),
        Column::figures(say::lost_column(locale)),
        Column::figures(say::left_column(locale)),
        Column::figures(say::free_column(locale)),
    ];
    let row = move |line: LotLine| {
        let (left, all) = (line.all.left(), line.all);
        view! {
            <tr>
                <th scope="row">{all.lot.product.to_string()}</th>
                <td>{all.lot.lot.to_string()}</td>
                <td>{expiry(all.lot.expires_on, (today, today), locale)}</td>
                {figure(all.lot.doses, locale)}
                {figure(all.given, locale)}
                {figure(all.lost, locale)}
                {figure(left, locale)}
                {figure(line.free, locale)}
            </tr>
        }
    };
    let rows = lots.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::products(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
