//! The end of an outreach: what is still open, what was done, the step that closes it and its
//! papers. Served whole, like the desk of the stock.

mod correcting;
mod coverage;
mod figures;
mod findings;
mod places;
mod programme;
mod services;

pub use correcting::{CORRECTION_FIELDS, ProgrammeCorrectionPage, SEEN};
pub use programme::{ProgrammeDone, ProgrammePage, REASON_FIELDS};
pub use services::{ServicesPage, services_asked};

use domain::closing::{ClosingSheet, Counts, Ending, ServicesOf};
use domain::field_error::Field;
use domain::id::OutreachId;
use domain::outreach::OutreachStatus;
use domain::outreach::life::LifeStep;
use domain::service::ServiceKind;
use domain::stock::{Balance, DoseBalance};
use domain::timestamp::Zone;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, closing as say, common, format};

use crate::components::action::{Actions, Button};
use crate::components::frame::{Frame, PageHead};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable, figure};
use crate::components::text_field::TextArea;
use crate::components::value::DateText;
use crate::locale::locale;
use crate::pages::public::Visit;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::pages::public::stock::Links;
use crate::routes;

use figures::{kind_words, linked, of_kind, opened};
use findings::Findings;
use places::Places;

/// The names of the closing form's fields that may be shown again.
pub const CLOSING_FIELDS: [&str; 1] = ["reason"];

/// Head, navigation and foot round a page of the closing.
#[component]
fn ClosingFrame(
    title: String,
    links: Links,
    /// The page of the menu that it belongs to.
    current: &'static str,
    children: Children,
) -> impl IntoView {
    let demonstration = use_context::<Visit>().unwrap_or_default().demonstration;
    let ribbon = if demonstration { common::demonstration(locale()) } else { "" };
    view! {
        <PageHead title=title />
        <Frame ways=links.ways current=routes::desk(current) foot=links.foot ribbon=ribbon>
            {children()}
        </Frame>
    }
}

/// `/coordinacion/operativos/{id}/cierre`.
#[component]
pub fn ClosingPage(
    /// The links round it.
    links: Links,
    /// What there is.
    sheet: ClosingSheet,
    /// Changes of the local time.
    zone: Zone,
    /// A step was just taken.
    is_done: bool,
    /// A step was just refused for what stands in the way.
    is_blocked: bool,
) -> impl IntoView {
    let locale = locale();
    let title = say::closing_of(locale, &sheet.name);
    let done =
        is_done.then(|| view! { <Notice title=say::done(locale) tone=Tone::Kept live=true /> });
    let blocked = is_blocked.then(|| {
        view! {
            <Notice title=say::blocked(locale) tone=Tone::Person live=true>
                <p>{say::blocked_next(locale)}</p>
            </Notice>
        }
    });
    view! {
        <ClosingFrame title=title links=links current=routes::OUTREACHES>
            <BackLink href=routes::desk_outreach(sheet.outreach) />
            {done}
            {blocked}
            <FormFaults />
            <div class="page-head">
                <h1>{say::title(locale)}</h1>
            </div>
            <div class="flow">
                <p class="lead">{sheet.name.clone()}</p>
                <p class="soft">
                    <DateText date=sheet.held_on />
                    {format!(" · {}", sheet.status.label(locale))}
                </p>
                {sheet.ending.clone().map(|ending| ended(&ending, locale))}
                <Findings
                    outreach=sheet.outreach
                    verdict=sheet.verdict.clone()
                    zone=zone
                    with_ways=sheet.may_close
                />
                <Step sheet=sheet.clone() />
                <Papers outreach=sheet.outreach status=sheet.status may_export=sheet.may_export />
                <Places offerings=sheet.offerings />
                <Done outreach=sheet.outreach counts=sheet.counts chips=sheet.chips />
                <Doses outreach=sheet.outreach doses=sheet.doses />
            </div>
        </ClosingFrame>
    }
}

/// When it was closed, by whom, and what was said of what was open.
fn ended(ending: &Ending, locale: Locale) -> impl IntoView + use<> {
    let (day, minute) = ending.at;
    let at = common::day_at_time(locale, format::date(day, locale), format::time(minute));
    let words = match &ending.by {
        Some(by) => say::closed_at_by(locale, at, by),
        None => say::closed_at(locale, at),
    };
    let open =
        (ending.open > 0).then(|| format!(" {}", say::closed_open(locale, u64::from(ending.open))));
    let reason = ending.reason.as_ref().map(|reason| say::closed_reason(locale, reason));
    let later = u64::from(ending.later);
    let later = (later > 0).then(|| say::closed_later(locale, later));
    view! {
        <p>{words} {open}</p>
        {reason.map(|reason| view! { <p>{reason}</p> })}
        {later.map(|later| view! { <p>{later}</p> })}
    }
}

/// The form that takes the next step; of what stands in the way only the words.
#[component]
fn Step(sheet: ClosingSheet) -> impl IntoView {
    let locale = locale();
    let Some(step) = sheet.step else {
        let is_before = !matches!(
            sheet.status,
            OutreachStatus::Closed | OutreachStatus::Reported | OutreachStatus::Suspended
        );
        return is_before
            .then(|| view! { <p class="soft">{say::not_begun(locale)}</p> })
            .into_any();
    };
    if !sheet.may_close || sheet.verdict.is_blocked() {
        return ().into_any();
    }
    let (title, button) = match step {
        LifeStep::Report => (say::report(locale), say::report_now(locale)),
        _ => (say::close(locale), say::close_now(locale)),
    };
    let state = FormState::current();
    let ask = state.question(Field::Reason.code(), say::reason(locale));
    let question = match sheet.verdict.needs_reason() {
        true => ask.hint(say::reason_hint(locale)),
        false => ask.optional(),
    };
    let value = state.value(Field::Reason.code());
    view! {
        <section class="narrow flow">
            <h2>{title}</h2>
            <p class="soft">{say::still_sent(locale)}</p>
            <form class="flow" method="post" action=routes::desk_closing(sheet.outreach)>
                <input type="hidden" name="step" value=step.code() />
                <TextArea question=question value=value />
                <Actions>
                    <Button submit=true>{button}</Button>
                </Actions>
            </form>
        </section>
    }
    .into_any()
}

/// The papers and lists, as files.
#[component]
fn Papers(outreach: OutreachId, status: OutreachStatus, may_export: bool) -> impl IntoView {
    let locale = locale();
    let is_final = matches!(status, OutreachStatus::Closed | OutreachStatus::Reported);
    let act = if is_final { say::act(locale) } else { say::act_draft(locale) };
    let mut files = vec![(routes::DAY_SHEET_FILE, say::day_sheet(locale)), (routes::ACT_FILE, act)];
    if may_export {
        files.push((routes::LIST_XLSX_FILE, say::list_xlsx(locale)));
        files.push((routes::LIST_CSV_FILE, say::list_csv(locale)));
    }
    let files = files
        .into_iter()
        .map(|(file, words)| {
            let href = format!("{}/{file}", routes::desk_outreach(outreach));
            view! {
                <li>
                    <a href=href>{words}</a>
                </li>
            }
        })
        .collect_view();
    let told = may_export.then(|| view! { <p class="soft small">{say::list_noted(locale)}</p> });
    view! {
        <section class="flow">
            <h2>{say::papers(locale)}</h2>
            <ul>{files}</ul>
            {told}
        </section>
    }
}

/// What was done, and what became of the chips: every figure opens what it counts.
#[component]
fn Done(outreach: OutreachId, counts: Counts, chips: Balance) -> impl IntoView {
    let locale = locale();
    let done = ServiceKind::ALL.iter().map(|kind| {
        let (of, filter) = (ServicesOf::Outreach(outreach), of_kind(*kind));
        (kind_words(*kind, locale), opened(counts.of(*kind), (of, &filter), locale))
    });
    let chips = [
        (say::chips_received(locale), chips.received),
        (say::chips_lost(locale), chips.lost),
        (say::chips_in_box(locale), chips.in_box),
    ];
    let chips =
        chips.map(|(name, count)| (name, linked(count, routes::desk_box(outreach), locale)));
    let columns = vec![Column::words(say::what(locale)), Column::figures(say::how_many(locale))];
    let rows = done
        .chain(chips)
        .map(|(name, cell)| {
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    {cell}
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=say::was_done(locale) columns=columns>
            {rows}
        </DataTable>
    }
}

/// What became of the doses, batch by batch: every figure opens the box that tells it, lot by lot.
#[component]
fn Doses(outreach: OutreachId, doses: Vec<DoseBalance>) -> impl IntoView {
    let locale = locale();
    if doses.is_empty() {
        return view! { <p class="soft">{say::doses_empty(locale)}</p> }.into_any();
    }
    let columns = vec![
        Column::words(say::product(locale)),
        Column::words(say::batch(locale)),
        Column::words(say::against(locale)),
        Column::figures(say::doses_received(locale)),
        Column::figures(say::doses_given(locale)),
        Column::figures(say::doses_lost(locale)),
        Column::figures(say::doses_in_box(locale)),
        Column::figures(say::doses_beyond(locale)),
    ];
    let row = move |one: DoseBalance| {
        // The box has no line of a batch that the stock does not know.
        let is_known = one.product.is_some();
        let cell = |count| match is_known {
            true => linked(count, routes::desk_box(outreach), locale),
            false => figure(count, locale).into_any(),
        };
        let product = one.product.map(|(product, _)| product);
        let product = product.unwrap_or_else(|| say::product_unknown(locale).to_owned());
        view! {
            <tr>
                <th scope="row">{product}</th>
                <td>{one.batch}</td>
                <td>{one.kind.label(locale)}</td>
                {cell(one.received)}
                {cell(one.given)}
                {cell(one.lost)}
                {cell(one.left)}
                {cell(one.odd)}
            </tr>
        }
    };
    let rows = doses.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::doses(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
