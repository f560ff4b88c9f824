//! The plan of an outreach: how far it is in its life, what it offers, who works there and what
//! does not fit. Its pages are served whole, so that planning needs no script.

mod day_sheet;
mod deed;
mod form;
mod tables;
mod words;

pub use day_sheet::DaySheetPage;
pub use deed::Deed;
pub use form::{ACT, DeedPage, FIELDS};

use domain::desk::planned::{Conflict, PlanFault, PlanField, PlanSheet};
use domain::outreach::Outreach;
use domain::outreach::life::{Hindrance, LifeStep};
use domain::timestamp::{Timestamp, Zone};
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, format, planning as say};

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::error_summary::{ErrorSummary, FaultLink};
use crate::components::frame::{Frame, PageHead};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::locale::locale;
use crate::pages::public::Visit;
use crate::pages::public::stock::Links;
use crate::routes;
use tables::{Crew, Offerings};

/// What was tried and not done: what was typed, and why it cannot be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Name and text of every field.
    pub values: Vec<(String, String)>,
    /// The fields that cannot be taken.
    pub faults: Vec<PlanFault>,
    /// What stands in the way.
    pub hindrance: Option<Hindrance>,
}

impl Tried {
    /// What stands in a field: what was typed, or what is so far.
    fn value(&self, field: PlanField) -> String {
        let typed = self.values.iter().find(|(known, _)| known == field.code());
        typed.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// The question of a field, with what is wrong with it.
    fn question(&self, field: PlanField, locale: Locale) -> Question {
        let fault = self.faults.iter().find(|fault| fault.field == field);
        let error = fault.map(|fault| capital(words::problem(fault.problem, locale)));
        Question::new(field.code(), words::field(field, locale)).error(error)
    }
}

/// What was just done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JustDone {
    /// Nothing.
    #[default]
    Nothing,
    /// Something was noted.
    Noted,
    /// People were told: so many bookings.
    Told(u32),
}

/// Head, navigation and foot round a page of a plan.
#[component]
fn PlanFrame(title: String, links: Links, children: Children) -> impl IntoView {
    let demonstration = use_context::<Visit>().unwrap_or_default().demonstration;
    let ribbon = if demonstration { common::demonstration(locale()) } else { "" };
    view! {
        <PageHead title=title />
        <Frame
            ways=links.ways
            current=routes::desk(routes::OUTREACHES)
            foot=links.foot
            ribbon=ribbon
        >
            {children()}
        </Frame>
    }
}

/// What has to be put right, or what stands in the way.
fn faults(tried: &Tried, locale: Locale) -> impl IntoView + use<> {
    let links: Vec<_> = tried
        .faults
        .iter()
        .map(|fault| FaultLink {
            id: fault.field.code().to_owned(),
            words: format!(
                "{}: {}",
                words::field(fault.field, locale),
                words::problem(fault.problem, locale)
            ),
        })
        .collect();
    let hindrance = tried.hindrance.map(|hindrance| {
        let (happened, next) = words::hindrance(hindrance, locale);
        view! {
            <Notice title=capital(happened) tone=Tone::Person live=true>
                <p>{next}</p>
            </Notice>
        }
    });
    view! {
        <ErrorSummary faults=links />
        {hindrance}
    }
}

/// `14:05` where the programmes are.
fn hour(at: Timestamp, zone: &Zone) -> String {
    let (_, minute) = zone.local(at);
    format::time(minute)
}

/// A moment where the programmes are.
fn moment(at: Timestamp, zone: &Zone, locale: Locale) -> String {
    format::moment_in(at, zone, locale)
}

/// From when to when, and whether it ends on the next day.
fn hours(outreach: &Outreach, zone: &Zone, locale: Locale) -> String {
    let hour = |at| format::hour(at, zone, locale);
    let (starts, ends) = (hour(outreach.starts_at), hour(outreach.ends_at));
    match zone.local(outreach.ends_at).0 > outreach.held_on {
        true => say::hours_next_day(locale, ends, starts),
        false => format!("{starts} – {ends}"),
    }
}

/// `/coordinacion/operativos/{id}/plan`.
#[component]
pub fn PlanPage(
    /// The links round it.
    links: Links,
    /// What is planned.
    sheet: PlanSheet,
    /// Changes of the local time.
    zone: Zone,
    /// What was tried and not done.
    tried: Tried,
    /// What was just done.
    done: JustDone,
) -> impl IntoView {
    let locale = locale();
    let outreach = &sheet.outreach;
    let (id, name) = (outreach.id, outreach.name.to_string());
    let told = match done {
        JustDone::Nothing => None,
        JustDone::Noted | JustDone::Told(0) => Some(say::done(locale).to_owned()),
        JustDone::Told(bookings) => Some(say::done_told(locale, bookings.into())),
    };
    let told = told.map(|words| view! { <Notice title=words tone=Tone::Kept live=true /> });
    let when = format!(
        "{}, {}",
        format::date_long(outreach.held_on, locale),
        hours(outreach, &zone, locale)
    );
    let conflicts = outreach
        .status
        .is_ahead()
        .then(|| view! { <Conflicts conflicts=sheet.conflicts.clone() /> });
    view! {
        <PlanFrame title=name.clone() links=links>
            <BackLink href=routes::desk_outreach(id) />
            {told}
            {faults(&tried, locale)}
            <div class="page-head">
                <h1>{say::plan_of(locale, name)}</h1>
                <div class="actions">
                    <LinkButton href=routes::desk_day_sheet(id) weight=Weight::Quiet>
                        {say::day_sheet(locale)}
                    </LinkButton>
                    <LinkButton href=routes::desk_box(id) weight=Weight::Plain>
                        {say::stock_box(locale)}
                    </LinkButton>
                </div>
            </div>
            <div class="flow">
                <p class="lead">{when}</p>
                <Life sheet=sheet.clone() zone=zone.clone() />
                {conflicts}
                <Offerings sheet=sheet.clone() />
                <Facts sheet=sheet.clone() zone=zone.clone() />
                <Crew sheet=sheet zone=zone />
            </div>
        </PlanFrame>
    }
}

/// The ways to its end.
fn ending(sheet: &PlanSheet) -> impl IntoView {
    let locale = locale();
    let href = routes::desk_closing(sheet.outreach.id);
    // Of what was called off, another day is as good a way on.
    let has_another = sheet.steps.contains(&LifeStep::Reschedule);
    let weight = if has_another { Weight::Quiet } else { Weight::Main };
    let link = |step: LifeStep| {
        view! {
            <LinkButton href=href.clone() weight=weight>
                {words::step(step, locale)}
            </LinkButton>
        }
    };
    let steps = sheet.steps.iter().copied();
    steps.filter(|step| matches!(step, LifeStep::Close | LifeStep::Report)).map(link).collect_view()
}

/// How far it is, and what can be done next.
#[component]
fn Life(sheet: PlanSheet, zone: Zone) -> impl IntoView {
    let locale = locale();
    let id = sheet.outreach.id;
    let plain: Vec<_> = sheet.steps.iter().copied().filter(|step| !step.has_own_form()).collect();
    let ending = ending(&sheet);
    // The way forward is the main one.
    let main = plain.iter().copied().find(|step| *step != LifeStep::Hold);
    let buttons = plain
        .into_iter()
        .map(|step| {
            let weight = if main == Some(step) { Weight::Main } else { Weight::Quiet };
            view! {
                <form method="post" action=Deed::Step.href(id)>
                    <input type="hidden" name=PlanField::Step.code() value=step.code() />
                    <Button submit=true weight=weight>
                        {words::step(step, locale)}
                    </Button>
                </form>
            }
        })
        .collect_view();
    let deed = |deed: Deed| {
        view! {
            <LinkButton href=deed.href(id) weight=Weight::Quiet>
                {deed.title(locale)}
            </LinkButton>
        }
    };
    let may = |step: LifeStep| sheet.steps.contains(&step);
    let actions = sheet.may_plan.then(|| {
        view! {
            <div class="actions">
                {buttons} {ending} {may(LifeStep::Reschedule).then(|| deed(Deed::Reschedule))}
                {may(LifeStep::Suspend).then(|| deed(Deed::Suspend))} {deed(Deed::Copy)}
            </div>
        }
    });
    let next = sheet.hindrance.map(|(step, hindrance)| {
        let (happened, next) = words::hindrance(hindrance, locale);
        let step = words::step(step, locale);
        view! {
            <p>{say::not_yet(locale, happened, step)} " " {next}</p>
        }
    });
    let moved = sheet.moved_from.map(|at| say::was_moved(locale, moment(at, &zone, locale)));
    let suspended = sheet.suspended_reason.map(|reason| say::was_suspended(locale, reason));
    let booked = u64::from(sheet.live_bookings);
    let list = sheet.may_plan.then(|| {
        let words = phrases::day::bookings_open(locale);
        view! {
            <p>
                <a href=routes::desk_bookings(id)>{words}</a>
            </p>
        }
    });
    view! {
        <section class="flow">
            <h2>{say::stage(locale)}</h2>
            <p>
                <span class="badge">{sheet.outreach.status.label(locale)}</span>
            </p>
            {suspended.map(|words| view! { <p>{words}</p> })}
            {moved.map(|words| view! { <p class="soft">{words}</p> })}
            {(booked > 0).then(|| view! { <p>{say::live_bookings(locale, booked)}</p> })}
            {list}
            {next}
            {actions}
        </section>
    }
}

/// What does not fit.
#[component]
fn Conflicts(conflicts: Vec<Conflict>) -> impl IntoView {
    let locale = locale();
    if conflicts.is_empty() {
        return view! { <p class="soft">{say::conflicts_none(locale)}</p> }.into_any();
    }
    let lines = conflicts
        .iter()
        .map(|conflict| {
            let words = words::conflict(conflict, locale);
            let other = match conflict {
                Conflict::TwoPlaces { outreach, .. } => Some(routes::desk_plan(outreach)),
                _ => None,
            };
            let link = other.map(|href| view! { " " <a href=href>{say::see(locale)}</a> });
            view! { <li>{words} {link}</li> }
        })
        .collect_view();
    view! {
        <Notice title=say::conflicts(locale) tone=Tone::Person>
            <ul>{lines}</ul>
            <p class="small">{say::conflicts_next(locale)}</p>
        </Notice>
    }
    .into_any()
}

/// What is planned besides.
#[component]
fn Facts(sheet: PlanSheet, zone: Zone) -> impl IntoView {
    let locale = locale();
    let none = move || common::not_stated(locale).to_owned();
    let label = |field| words::field(field, locale);
    let phase = sheet.phase.map(|phase| words::phase(phase, locale));
    let units: Vec<_> = sheet.units.iter().map(ToString::to_string).collect();
    let units = (!units.is_empty()).then(|| units.join(", "));
    let position = sheet.position.map(|(north, east)| format!("{north:.5}, {east:.5}"));
    let opens = sheet.booking_opens_at.map(|at| moment(at, &zone, locale));
    let cost = sheet.cost.map(|cost| say::pesos(locale, format::count(cost.into(), locale)));
    let most = sheet.outreach.max_people.map(|most| format::count(most.into(), locale));
    let part = sheet.part_of.map(|part| words::part_of(part, locale).to_owned());
    let rows = [
        (PlanField::PartOf, part),
        (PlanField::Units, units),
        (PlanField::Phase, phase),
        (PlanField::MaxPeople, most),
        (PlanField::OpensOn, opens),
        (PlanField::Priority, Some(words::priority(sheet.priority, locale).to_owned())),
        (PlanField::Bring, sheet.bring),
        (PlanField::Way, sheet.way),
        (PlanField::Latitude, position),
        (PlanField::Cost, cost),
    ];
    let rows = rows
        .into_iter()
        .map(|(field, value)| {
            let name =
                if field == PlanField::Latitude { say::position(locale) } else { label(field) };
            view! { <SummaryRow name=name>{value.unwrap_or_else(none)}</SummaryRow> }
        })
        .collect_view();
    let change = sheet.may_plan.then(|| {
        let href = Deed::Facts.href(sheet.outreach.id);
        view! {
            <LinkButton href=href weight=Weight::Quiet icon="pencil">
                {common::change(locale)}
            </LinkButton>
        }
    });
    view! {
        <section class="flow">
            <h2>{say::facts(locale)}</h2>
            <SummaryList>
                <SummaryRow name=say::programme(locale)>{sheet.programme}</SummaryRow>
                <SummaryRow name=say::host(locale)>{sheet.host.unwrap_or_else(none)}</SummaryRow>
                {rows}
            </SummaryList>
            {change}
        </section>
    }
}
