//! The form of a deed: what is so far stands in it, or what was typed and cannot be taken.

use domain::booking::{Eligibility, Offering, Priority};
use domain::catalogue::{SanitaryPhase, Species};
use domain::desk::planned::{Duty, OfferingLine, PartOf, PlanField, PlanSheet};
use domain::id::{ProgrammeId, SubmissionId};
use domain::outreach::OutreachStatus;
use domain::timestamp::{Timestamp, Zone};
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, common, planning as say};

use super::{Deed, PlanFrame, Tried, faults, hour, words};
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::choice::{Checkbox, Choice};
use crate::components::navigation::BackLink;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::public::form_state::FormFaults;
use crate::pages::public::stock::Links;
use crate::routes;

/// The names of the fields of every form.
pub const FIELDS: &[PlanField] = PlanField::ALL;

/// The field that names a copy: sent twice, it is made once.
pub const ACT: &str = "act";

/// The page of a deed.
#[component]
pub fn DeedPage(
    /// The links round it.
    links: Links,
    /// What is done.
    deed: Deed,
    /// What is planned so far.
    sheet: PlanSheet,
    /// Changes of the local time.
    zone: Zone,
    /// What was tried; before anything was, the one thing that it is about.
    tried: Tried,
    /// Names what is made of the plan.
    act: SubmissionId,
) -> impl IntoView {
    let locale = locale();
    let (id, name) = (sheet.outreach.id, sheet.outreach.name.to_string());
    let title = deed.title(locale);
    let wrong = faults(&tried, locale);
    let tried = before(deed, (&sheet, &zone), tried);
    let questions = questions(deed, &sheet, &tried, locale);
    let (button, weight) = match deed {
        Deed::Drop => (common::remove(locale), Weight::Grave),
        Deed::Suspend => (say::suspend(locale), Weight::Grave),
        Deed::Reschedule => (say::reschedule(locale), Weight::Main),
        Deed::Copy => (say::copy(locale), Weight::Main),
        _ => (common::save(locale), Weight::Main),
    };
    let act = (deed == Deed::Copy).then(|| {
        view! { <input type="hidden" name=ACT value=act.to_string() /> }
    });
    view! {
        <PlanFrame title=title.to_owned() links=links>
            <div class="narrow flow">
                <BackLink href=routes::desk_plan(id) />
                {wrong}
                <FormFaults />
                <h1>{title}</h1>
                <p class="lead">{name}</p>
                <form class="flow" method="post" action=deed.href(id)>
                    {act} {questions}
                    <Actions>
                        <Button submit=true weight=weight>
                            {button}
                        </Button>
                        <LinkButton href=routes::desk_plan(id) weight=Weight::Plain>
                            {common::cancel(locale)}
                        </LinkButton>
                    </Actions>
                </form>
            </div>
        </PlanFrame>
    }
}

/// What was typed; and when nothing was, what is so far.
fn before(deed: Deed, (sheet, zone): (&PlanSheet, &Zone), tried: Tried) -> Tried {
    if !tried.faults.is_empty() || tried.hindrance.is_some() {
        return tried;
    }
    let day = |at: Timestamp| zone.local(at).0.to_string();
    let values: Vec<(PlanField, String)> = match deed {
        Deed::Facts => {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (phase, phase_on) = sheet.phase.map_or((None, None), |(one, on)| (Some(one), on));
            let units: Vec<_> = sheet.units.iter().map(ToString::to_string).collect();
            vec![
                (PlanField::PartOf, coded(sheet.part_of.map(PartOf::code))),
                (PlanField::Phase, coded(phase.map(SanitaryPhase::code))),
                (PlanField::PhaseOn, shown(phase_on)),
                (PlanField::MaxPeople, shown(sheet.outreach.max_people)),
                (PlanField::OpensOn, sheet.booking_opens_at.map(day).unwrap_or_default()),
                (PlanField::OpensAt, shown(sheet.booking_opens_at.map(|at| hour(at, zone)))),
                (PlanField::Priority, sheet.priority.code().to_owned()),
                (PlanField::Bring, text(&sheet.bring)),
                (PlanField::Way, text(&sheet.way)),
                (PlanField::Cost, shown(sheet.cost)),
                (PlanField::Latitude, shown(sheet.position.map(|(north, _)| north))),
                (PlanField::Longitude, shown(sheet.position.map(|(_, east)| east))),
                (PlanField::Units, units.join(", ")),
            ]
        }
        Deed::Offering => {
            let wanted = Offering::from_code(&tried.value(PlanField::Offering));
            let line = sheet.offerings.iter().find(|line| Some(line.offering) == wanted);
            let own = sheet.outreach.programme;
            wanted.map(|wanted| of_offering(wanted, line, own)).unwrap_or_default()
        }
        Deed::Reschedule | Deed::Copy => {
            vec![(PlanField::Starts, hour(sheet.outreach.starts_at, zone))]
        }
        Deed::Duty => {
            let member = tried.value(PlanField::Member);
            let line = sheet.crew.iter().find(|line| line.id.to_string() == member);
            let at = |at: Option<Timestamp>| shown(at.map(|at| hour(at, zone)));
            line.map(|line| {
                vec![
                    (PlanField::Duty, coded(line.duty.map(Duty::code))),
                    (PlanField::Starts, at(line.starts_at)),
                    (PlanField::Ends, at(line.ends_at)),
                ]
            })
            .unwrap_or_default()
        }
        Deed::Drop | Deed::Step | Deed::Suspend => Vec::new(),
    };
    let values = values.into_iter().map(|(field, text)| (field.code().to_owned(), text));
    // What the page is about stands first, and stays.
    Tried { values: tried.values.into_iter().chain(values).collect(), ..Tried::default() }
}

/// An offering as it is, or as it usually is.
fn of_offering(
    offering: Offering,
    line: Option<&OfferingLine>,
    own: ProgrammeId,
) -> Vec<(PlanField, String)> {
    let rule = line.map_or(Eligibility::usual(offering), |line| line.eligibility);
    let flat_faced = if rule.takes_flat_faced { "on" } else { "" };
    vec![
        (PlanField::Capacity, shown(line.map(|line| line.places.capacity))),
        (PlanField::Minutes, shown(line.map(|line| line.minutes))),
        (PlanField::Stations, line.map_or("1".to_owned(), |line| line.stations.to_string())),
        (PlanField::Species, coded(rule.species.map(Species::code))),
        (PlanField::FromMonths, rule.from_months.to_string()),
        (PlanField::ToMonths, shown(rule.to_months)),
        (PlanField::FlatFaced, flat_faced.to_owned()),
        (PlanField::PerOwner, rule.per_owner.to_string()),
        (PlanField::PerHousehold, shown(rule.per_household)),
        (PlanField::Programme, line.map_or(own, |line| line.programme).to_string()),
    ]
}

fn coded(code: Option<&'static str>) -> String {
    code.unwrap_or_default().to_owned()
}

fn shown(value: Option<impl std::fmt::Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// How a field is asked for.
#[derive(Clone, Copy)]
struct Asking<'a> {
    tried: &'a Tried,
    locale: Locale,
}

impl Asking<'_> {
    fn line(self, field: PlanField, keyboard: Keyboard, hint: Option<&'static str>) -> AnyView {
        let question = self.tried.question(field, self.locale);
        let question = match hint {
            Some(hint) => question.hint(hint),
            None => question,
        };
        let value = self.tried.value(field);
        view! { <TextField question=question keyboard=keyboard value=value /> }.into_any()
    }

    fn maybe(self, field: PlanField, keyboard: Keyboard, hint: Option<&'static str>) -> AnyView {
        let question = self.tried.question(field, self.locale).optional();
        let question = match hint {
            Some(hint) => question.hint(hint),
            None => question,
        };
        let value = self.tried.value(field);
        view! { <TextField question=question keyboard=keyboard value=value /> }.into_any()
    }

    fn chosen(self, field: PlanField, choices: Vec<Choice>, is_optional: bool) -> AnyView {
        let question = self.tried.question(field, self.locale);
        let question = if is_optional { question.optional() } else { question };
        let value = self.tried.value(field);
        view! { <Select question=question choices=choices value=value /> }.into_any()
    }

    fn kept(self, field: PlanField) -> AnyView {
        let value = self.tried.value(field);
        view! { <input type="hidden" name=field.code() value=value /> }.into_any()
    }
}

fn questions(deed: Deed, sheet: &PlanSheet, tried: &Tried, locale: Locale) -> Vec<AnyView> {
    let ask = Asking { tried, locale };
    match deed {
        Deed::Facts => facts(ask),
        Deed::Offering => offering(ask, sheet),
        Deed::Drop => {
            let what = Offering::from_code(&tried.value(PlanField::Offering));
            let what = what.map(|what| say::drop_lead(locale, words::offering(what, locale)));
            vec![ask.kept(PlanField::Offering), view! { <p>{what}</p> }.into_any()]
        }
        Deed::Step => {
            let choices = sheet.steps.iter();
            let choices = choices.map(|step| Choice::new(step.code(), words::step(*step, locale)));
            vec![ask.chosen(PlanField::Step, choices.collect(), false)]
        }
        Deed::Suspend => {
            let lead = match sheet.outreach.status {
                OutreachStatus::UnderWay => say::suspend_lead_under_way(locale),
                _ => say::suspend_lead(locale),
            };
            let why = ask.line(PlanField::Reason, Keyboard::Text, Some(say::reason_hint(locale)));
            vec![told(sheet, lead, locale), why]
        }
        Deed::Reschedule => {
            let mut all = vec![told(sheet, say::reschedule_lead(locale), locale)];
            all.extend(day(ask));
            all
        }
        Deed::Copy => {
            let mut all = vec![view! { <p>{say::copy_lead(locale)}</p> }.into_any()];
            all.extend(day(ask));
            all
        }
        Deed::Duty => duty(ask, sheet),
    }
}

/// What will be done, and how many bookings it is told to.
fn told(sheet: &PlanSheet, lead: &'static str, locale: Locale) -> AnyView {
    let booked = u64::from(sheet.live_bookings);
    let booked = (booked > 0).then(|| say::live_bookings(locale, booked));
    view! { <p>{lead} " " {booked}</p> }.into_any()
}

fn day(ask: Asking<'_>) -> Vec<AnyView> {
    vec![
        ask.line(PlanField::Day, Keyboard::Date, None),
        ask.line(PlanField::Starts, Keyboard::Time, Some(say::starts_hint(ask.locale))),
    ]
}

fn facts(ask: Asking<'_>) -> Vec<AnyView> {
    let locale = ask.locale;
    let parts = PartOf::ALL.iter();
    let parts = parts.map(|part| Choice::new(part.code(), capital(words::part_of(*part, locale))));
    let phases = SanitaryPhase::ALL.iter();
    let phases = phases.map(|phase| Choice::new(phase.code(), capital(phase.label(locale))));
    let first = Priority::ALL.iter();
    let first = first.map(|one| Choice::new(one.code(), words::priority(*one, locale)));
    vec![
        ask.chosen(PlanField::PartOf, parts.collect(), true),
        ask.maybe(PlanField::Units, Keyboard::Text, Some(say::units_hint(locale))),
        ask.chosen(PlanField::Phase, phases.collect(), true),
        ask.maybe(PlanField::PhaseOn, Keyboard::Date, Some(say::phase_on_hint(locale))),
        ask.maybe(PlanField::MaxPeople, Keyboard::Digits, None),
        ask.maybe(PlanField::OpensOn, Keyboard::Date, Some(say::opens_on_hint(locale))),
        ask.maybe(PlanField::OpensAt, Keyboard::Time, None),
        ask.chosen(PlanField::Priority, first.collect(), false),
        view! { <p class="soft small">{say::priority_hint(locale)}</p> }.into_any(),
        ask.maybe(PlanField::Bring, Keyboard::Text, Some(say::bring_hint(locale))),
        ask.maybe(PlanField::Way, Keyboard::Text, Some(say::way_hint(locale))),
        ask.maybe(PlanField::Latitude, Keyboard::Decimal, Some(say::latitude_hint(locale))),
        ask.maybe(PlanField::Longitude, Keyboard::Decimal, Some(say::longitude_hint(locale))),
        ask.maybe(PlanField::Cost, Keyboard::Digits, Some(say::cost_hint(locale))),
    ]
}

fn offering(ask: Asking<'_>, sheet: &PlanSheet) -> Vec<AnyView> {
    let locale = ask.locale;
    let known = Offering::from_code(&ask.tried.value(PlanField::Offering));
    let is_planned = |one: &Offering| sheet.offerings.iter().any(|line| line.offering == *one);
    let what = match known.filter(is_planned) {
        // Which one is changed is not asked again.
        Some(known) => view! {
            <p>{capital(words::offering(known, locale))}</p>
            {ask.kept(PlanField::Offering)}
        }
        .into_any(),
        None => {
            let open = Offering::ALL.iter().filter(|one| !is_planned(one));
            let choice =
                |one: &Offering| Choice::new(one.code(), capital(words::offering(*one, locale)));
            ask.chosen(PlanField::Offering, open.map(choice).collect(), false)
        }
    };
    let species = Species::ALL.iter();
    let species = species.map(|one| Choice::new(one.code(), capital(one.label(locale))));
    let is_checked = !ask.tried.value(PlanField::FlatFaced).is_empty();
    let flat = ask.tried.question(PlanField::FlatFaced, locale);
    let mut questions = vec![
        what,
        ask.line(PlanField::Capacity, Keyboard::Digits, Some(say::capacity_hint(locale))),
        ask.line(PlanField::Minutes, Keyboard::Digits, None),
        ask.line(PlanField::Stations, Keyboard::Digits, Some(say::stations_hint(locale))),
        ask.chosen(PlanField::Species, species.collect(), true),
        ask.line(PlanField::FromMonths, Keyboard::Digits, None),
        ask.maybe(PlanField::ToMonths, Keyboard::Digits, None),
        ask.line(PlanField::PerOwner, Keyboard::Digits, None),
        ask.maybe(PlanField::PerHousehold, Keyboard::Digits, Some(say::per_household_hint(locale))),
        view! { <Checkbox question=flat checked=is_checked /> }.into_any(),
    ];
    questions.extend(payer(ask, sheet));
    questions
}

/// Which programme pays for it; where only one may, there is nothing to ask.
fn payer(ask: Asking<'_>, sheet: &PlanSheet) -> Option<AnyView> {
    if sheet.programmes.len() < 2 {
        return None;
    }
    let choices = sheet.programmes.iter();
    let choices = choices.map(|(id, name)| Choice::new(id.to_string(), name.clone()));
    let choices: Vec<_> = choices.collect();
    let question = ask.tried.question(PlanField::Programme, ask.locale);
    let question = question.hint(say::programme_hint(ask.locale));
    let value = ask.tried.value(PlanField::Programme);
    Some(view! { <Select question=question choices=choices value=value /> }.into_any())
}

fn duty(ask: Asking<'_>, sheet: &PlanSheet) -> Vec<AnyView> {
    let locale = ask.locale;
    let member = ask.tried.value(PlanField::Member);
    let line = sheet.crew.iter().find(|line| line.id.to_string() == member);
    let name = line.map(|line| line.name.clone());
    let who = match name {
        Some(name) => view! {
            <p>{name}</p>
            {ask.kept(PlanField::Member)}
        }
        .into_any(),
        None => {
            let crew = sheet.crew.iter();
            let crew = crew.map(|line| Choice::new(line.id.to_string(), line.name.clone()));
            ask.chosen(PlanField::Member, crew.collect(), false)
        }
    };
    let duties = Duty::ALL.iter();
    let duties = duties.map(|one| Choice::new(one.code(), capital(words::duty(*one, locale))));
    vec![
        who,
        ask.chosen(PlanField::Duty, duties.collect(), true),
        ask.maybe(PlanField::Starts, Keyboard::Time, Some(say::duty_hours_hint(locale))),
        ask.maybe(PlanField::Ends, Keyboard::Time, None),
    ]
}
