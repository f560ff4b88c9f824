//! A programme: what it promised and how far it is, where, when and at what cost.

use domain::closing::{
    Cost, CostLine, ProgrammeSheet, ServiceFilter, ServicesOf, Target, TargetLine, TargetReason,
};
use domain::field_error::Field;
use domain::id::ProgrammeId;
use domain::service::ServiceKind;
use leptos::prelude::*;
use phrases::{Locale, closing as say, coordination, format};

use super::coverage::Coverage;
use super::figures::{By, Table, of_kind, opened};
use super::services::address;
use super::{ClosingFrame, figure};
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable, promised};
use crate::components::text_field::TextArea;
use crate::components::value::DateText;
use crate::locale::locale;
use crate::pages::public::corrections::Corrections;
use crate::pages::public::form_state::{FormFaults, FormState};
use crate::pages::public::stock::Links;
use crate::routes;

/// The names of the reason's form that may be shown again.
pub const REASON_FIELDS: [&str; 2] = ["target", "reason"];

/// What was just done at a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgrammeDone {
    /// A reason was noted.
    Explained,
    /// It was put right.
    Corrected,
}

/// `/coordinacion/programas/{id}`.
#[component]
pub fn ProgrammePage(
    /// The links round it.
    links: Links,
    /// What there is.
    sheet: ProgrammeSheet,
    /// What was just done.
    done: Option<ProgrammeDone>,
) -> impl IntoView {
    let locale = locale();
    let (cost, programme) = (sheet.cost(), sheet.programme.clone());
    let (id, name) = (programme.id, programme.name.to_string());
    let days = format!(
        "{} – {}",
        format::date(programme.starts_on, locale),
        format::date(programme.ends_on, locale)
    );
    let noted = done.map(|done| {
        let title = match done {
            ProgrammeDone::Explained => say::reason_noted(locale),
            ProgrammeDone::Corrected => say::programme_corrected(locale),
        };
        view! { <Notice title=title tone=Tone::Kept live=true /> }
    });
    let may_plan = sheet.may_plan;
    let passed = sheet
        .targets
        .iter()
        .filter(|line| line.passed_by() > 0)
        .map(|line| view! { <Passed id=id line=line.clone() may_plan=may_plan /> })
        .collect_view();
    let lived = (!sheet.residences.is_empty())
        .then(|| view! { <p class="soft small">{say::residence_hint(locale)}</p> });
    let correct = may_plan.then(|| {
        view! {
            <LinkButton href=routes::desk_programme_correction(id) weight=Weight::Quiet>
                {say::correct_programme(locale)}
            </LinkButton>
        }
    });
    view! {
        <ClosingFrame title=name.clone() links=links current=routes::PROGRAMMES>
            <BackLink href=routes::desk(routes::PROGRAMMES) />
            {noted}
            <FormFaults />
            <div class="page-head">
                <h1>{name}</h1>
                {correct}
            </div>
            <div class="flow">
                <p class="soft desk-line">
                    <span>{programme.issuer.to_string()}</span>
                    <span>{days}</span>
                </p>
                {passed}
                <Targets id=id lines=sheet.targets verifications=sheet.verifications />
                <Table programme=id by=By::Commune lines=sheet.communes />
                <Table programme=id by=By::Residence lines=sheet.residences />
                {lived}
                <Coverage id=id lines=sheet.coverage />
                <Table programme=id by=By::Unit lines=sheet.units />
                <Table programme=id by=By::Month lines=sheet.months />
                <Costs id=id lines=sheet.costs all=cost />
                <Corrections
                    title=coordination::history_programme_corrected(locale)
                    list=sheet.corrections
                />
            </div>
        </ClosingFrame>
    }
}

/// A target in words.
pub(super) const fn named(target: Target, locale: Locale) -> &'static str {
    match target {
        Target::Implantations => say::implantations(locale),
        Target::DewormingsInternal => coordination::dewormings_internal(locale),
        Target::DewormingsExternal => coordination::dewormings_external(locale),
        Target::Sterilisations => coordination::sterilisations(locale),
        Target::Outreaches => coordination::nav_outreaches(locale),
    }
}

/// That a target is passed, or would be; with the reason, or with the form that asks for it.
#[component]
fn Passed(id: ProgrammeId, line: TargetLine, may_plan: bool) -> impl IntoView {
    let locale = locale();
    let (name, over) = (named(line.target, locale), u64::from(line.passed_by()));
    let title = match line.done > line.promised {
        true => say::target_passed(locale, over, name),
        false => say::target_would_pass(locale, over, name),
    };
    let tone = if line.needs_reason() { Tone::Person } else { Tone::Info };
    let said = line.reason.clone().map(|reason| told(&reason, locale));
    let form =
        (may_plan && line.needs_reason()).then(|| view! { <Reason id=id target=line.target /> });
    view! {
        <Notice title=title tone=tone>
            {said}
            {form}
        </Notice>
    }
}

fn told(reason: &TargetReason, locale: Locale) -> impl IntoView + use<> {
    let day = format::date(reason.on, locale);
    let by = match &reason.by {
        Some(by) => say::reason_by(locale, by, day),
        None => day,
    };
    view! {
        <p>{reason.reason.clone()}</p>
        <p class="soft small">{by}</p>
    }
}

/// Asks why. One page may ask for several targets: what was typed is shown again in its own form.
#[component]
fn Reason(id: ProgrammeId, target: Target) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let is_own = state.value("target") == target.code();
    let state = if is_own { state } else { FormState::default() };
    let question = state.question(Field::Reason.code(), say::target_reason(locale));
    let question = question.hint(say::target_reason_hint(locale));
    let value = state.value(Field::Reason.code());
    view! {
        <form class="flow" method="post" action=routes::desk_programme(id)>
            <input type="hidden" name="target" value=target.code() />
            <TextArea question=question value=value />
            <Actions>
                <Button submit=true weight=Weight::Quiet>
                    {say::note_reason(locale)}
                </Button>
            </Actions>
        </form>
    }
}

#[component]
fn Targets(id: ProgrammeId, lines: Vec<TargetLine>, verifications: u32) -> impl IntoView {
    let (locale, of) = (locale(), ServicesOf::Programme(id));
    let columns = vec![
        Column::words(coordination::what_was_promised(locale)),
        Column::figures(coordination::target(locale)),
        Column::figures(coordination::done(locale)),
        Column::figures(say::coming(locale)),
        Column::figures(say::expected(locale)),
    ];
    let rows = lines
        .into_iter()
        .filter(|line| line.promised > 0 || line.expected() > 0)
        .map(|line| {
            let done = match line.target.kind() {
                Some(kind) => opened(line.done, (of, &of_kind(kind)), locale),
                None => figure(line.done, locale).into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{named(line.target, locale)}</th>
                    {promised(line.promised, locale)}
                    {done}
                    {figure(line.coming, locale)}
                    {figure(line.expected(), locale)}
                </tr>
            }
        })
        .collect_view();
    let apart = coordination::verifications_apart(locale, u64::from(verifications));
    let apart = match verifications {
        0 => apart.into_any(),
        _ => {
            let href = address(of, &of_kind(ServiceKind::Verification));
            view! { <a href=href>{apart}</a> }.into_any()
        }
    };
    view! {
        <DataTable caption=say::targets(locale) columns=columns>
            {rows}
        </DataTable>
        <p class="soft small">{apart} " " {say::coming_hint(locale)}</p>
    }
}

/// Pesos as people read them.
fn pesos(amount: u64, locale: Locale) -> String {
    format!("${}", format::count(amount, locale))
}

fn costs_of(cost: Cost, services: AnyView, locale: Locale) -> impl IntoView {
    let each = cost.each().map_or_else(|| "—".to_owned(), |each| pesos(each, locale));
    view! {
        <td data-align="end">{pesos(cost.pesos, locale)}</td>
        {services}
        <td data-align="end">{each}</td>
    }
}

#[component]
fn Costs(id: ProgrammeId, lines: Vec<CostLine>, all: Cost) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! { <p class="soft">{say::costs_empty(locale)}</p> }.into_any();
    }
    let columns = vec![
        Column::words(say::outreach(locale)),
        Column::words(say::day(locale)),
        Column::figures(say::cost(locale)),
        Column::figures(coordination::services(locale)),
        Column::figures(say::cost_each(locale)),
    ];
    let shared = lines.iter().any(|line| line.is_shared);
    let shared = shared.then(|| view! { <p class="soft small">{say::cost_shared(locale)}</p> });
    let rows = lines
        .into_iter()
        .map(|line| {
            let there = ServiceFilter { outreach: Some(line.outreach), ..ServiceFilter::default() };
            let services = opened(line.cost.services, (ServicesOf::Programme(id), &there), locale);
            view! {
                <tr>
                    <th scope="row">
                        <a href=routes::desk_closing(line.outreach)>{line.name}</a>
                    </th>
                    <td>
                        <DateText date=line.held_on />
                    </td>
                    {costs_of(line.cost, services, locale)}
                </tr>
            }
        })
        .collect_view();
    let totals = view! {
        <tr>
            <th scope="row">{say::all_together(locale)}</th>
            <td></td>
            {costs_of(all, figure(all.services, locale).into_any(), locale)}
        </tr>
    }
    .into_any();
    view! {
        <DataTable caption=say::costs(locale) columns=columns totals=totals>
            {rows}
        </DataTable>
        {shared}
    }
    .into_any()
}
