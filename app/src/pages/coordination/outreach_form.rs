//! The form of an outreach: a new one, or one to change.

use domain::catalogue::{OrganisationKind, SanitaryPhase};
use domain::desk::plan::{OutreachForm, PlanChoices};
use domain::field_error::{Field, FieldError};
use domain::id::{OutreachId, SubmissionId};
use domain::outreach::life::LifeStep;
use domain::outreach::{OutreachKind, OutreachStatus};
use domain::timestamp::ms_of_day;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use leptos_router::{LazyRoute, NavigateOptions, lazy_route};
use phrases::{common, coordination as say};
use uuid::Uuid;

use super::record::Refusals;
use super::{Act, Data, Failure, Heading, shown, typed};
use crate::api;
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::choice::Choice;
use crate::components::live::When;
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::locale::locale;
use crate::routes;

/// The page of a new one.
pub struct OutreachFormPage {
    choices: Data<PlanChoices>,
}

#[lazy_route]
impl LazyRoute for OutreachFormPage {
    fn data() -> Self {
        Self { choices: Resource::new(|| (), |()| api::plan::plan_choices(None)) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page choices=this.choices outreach=None /> }.into_any()
    }
}

/// The page of one to change.
pub struct ChangeOutreachPage {
    choices: Data<PlanChoices>,
}

fn asked_outreach() -> Option<OutreachId> {
    use_params_map().read_untracked().get("id").and_then(|id| id.parse().ok())
}

#[lazy_route]
impl LazyRoute for ChangeOutreachPage {
    fn data() -> Self {
        let id = asked_outreach();
        Self { choices: Resource::new(move || id, api::plan::plan_choices) }
    }

    fn view(this: Self) -> AnyView {
        let outreach = asked_outreach();
        view! { <Page choices=this.choices outreach=outreach /> }.into_any()
    }
}

type Save = Act<(SubmissionId, OutreachForm), OutreachId>;

#[component]
fn Page(choices: Data<PlanChoices>, outreach: Option<OutreachId>) -> impl IntoView {
    let locale = locale();
    let go = use_navigate();
    // A new one has the identifier that this sheet gave it, and after a refusal the next.
    let save: Save = Refusals::none().act(
        move |id, form: OutreachForm| {
            let act = form.act.map(|_| id);
            api::plan::save_outreach(outreach, OutreachForm { act, ..form })
        },
        move |id: OutreachId| {
            // The address is whole already: the router would put its base before it once more.
            let whole = NavigateOptions { resolve: false, ..NavigateOptions::default() };
            go(&routes::desk_outreach(id), whole);
        },
    );
    let title = match outreach {
        Some(_) => say::change_outreach(locale),
        None => say::new_outreach(locale),
    };
    let back = match outreach {
        Some(id) => routes::desk_outreach(id),
        None => routes::desk(routes::OUTREACHES),
    };
    view! {
        <div class="flow">
            <Heading title=title />
            {move || match save.value().get() {
                Some(Err(error)) => view! { <Failure error=error /> }.into_any(),
                _ => ().into_any(),
            }}
            {shown(
                choices,
                move |choices| {
                    view! { <Form choices=choices save=save back=back.clone() /> }
                },
            )}
        </div>
    }
}

/// The answers, in the order of [`OutreachForm`].
#[derive(Clone, Copy)]
struct Answers {
    programme: RwSignal<String>,
    name: RwSignal<String>,
    kind: RwSignal<String>,
    status: RwSignal<String>,
    held_on: RwSignal<String>,
    starts: RwSignal<String>,
    ends: RwSignal<String>,
    place: RwSignal<String>,
    commune: RwSignal<String>,
    unit: RwSignal<String>,
    host: RwSignal<String>,
    new_host: RwSignal<String>,
    new_host_kind: RwSignal<String>,
    phase: RwSignal<String>,
    max_people: RwSignal<String>,
    seen: StoredValue<String>,
    act: Option<SubmissionId>,
    /// What is wrong with them.
    faults: Signal<Vec<FieldError>>,
}

impl Answers {
    fn of(form: OutreachForm, save: Save) -> Self {
        Self {
            programme: RwSignal::new(form.programme),
            name: RwSignal::new(form.name),
            kind: RwSignal::new(form.kind),
            status: RwSignal::new(form.status),
            held_on: RwSignal::new(form.held_on),
            starts: RwSignal::new(form.starts),
            ends: RwSignal::new(form.ends),
            place: RwSignal::new(form.place),
            commune: RwSignal::new(form.commune),
            unit: RwSignal::new(form.unit),
            host: RwSignal::new(form.host),
            new_host: RwSignal::new(form.new_host),
            new_host_kind: RwSignal::new(form.new_host_kind),
            phase: RwSignal::new(form.phase),
            max_people: RwSignal::new(form.max_people),
            seen: StoredValue::new(form.seen),
            act: form.act,
            faults: typed::refused(save),
        }
    }

    /// A question with what is wrong with its answer.
    fn ask(&self, of: Field, id: &str, label: &str) -> Question {
        Question::new(id, label).error(typed::fault(self.faults, of))
    }

    /// The question of one of the two hours: where one alone cannot be read, that one is wrong.
    fn ask_hour(&self, id: &str, label: &str, [own, other]: [RwSignal<String>; 2]) -> Question {
        let fault = typed::fault(self.faults, Field::Time);
        Question::new(id, label).error(Signal::derive(move || {
            let reads = |text: RwSignal<String>| ms_of_day(&text.get_untracked()).is_some();
            fault.get().filter(|_| !reads(own) || reads(other))
        }))
    }

    fn read(self) -> OutreachForm {
        OutreachForm {
            programme: self.programme.get_untracked(),
            name: self.name.get_untracked(),
            kind: self.kind.get_untracked(),
            status: self.status.get_untracked(),
            held_on: self.held_on.get_untracked(),
            starts: self.starts.get_untracked(),
            ends: self.ends.get_untracked(),
            place: self.place.get_untracked(),
            commune: self.commune.get_untracked(),
            unit: self.unit.get_untracked(),
            host: self.host.get_untracked(),
            new_host: self.new_host.get_untracked(),
            new_host_kind: self.new_host_kind.get_untracked(),
            phase: self.phase.get_untracked(),
            max_people: self.max_people.get_untracked(),
            seen: self.seen.get_value(),
            act: self.act,
        }
    }
}

#[component]
fn Form(choices: PlanChoices, save: Save, back: String) -> impl IntoView {
    let locale = locale();
    let answers = Answers::of(choices.form.clone(), save);
    let send = move |_| {
        let act = answers.act.unwrap_or(SubmissionId(Uuid::nil()));
        save.dispatch((act, answers.read()));
    };
    view! {
        <What answers=answers choices=choices.clone() />
        <Times answers=answers />
        <Place answers=answers choices=choices />
        <Actions>
            <Button busy=save.pending() on:click=send>
                {common::save(locale)}
            </Button>
            <LinkButton href=back weight=Weight::Plain>
                {common::cancel(locale)}
            </LinkButton>
        </Actions>
    }
}

#[component]
fn What(answers: Answers, choices: PlanChoices) -> impl IntoView {
    let locale = locale();
    let programmes = choices.programmes.into_iter();
    let programmes = programmes.map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let ask = |of, id: &str, label: &str| answers.ask(of, id, label);
    let status = answers.status.get_untracked();
    view! {
        <h2>{say::form_what(locale)}</h2>
        <div class="form-grid">
            {typed::text(
                answers.name,
                ask(Field::Name, "nombre", common::name(locale))
                    .hint(say::outreach_name_hint(locale)),
                Keyboard::Text,
            )}
            {typed::chosen(
                answers.programme,
                ask(Field::Programme, "programa", say::programme(locale)),
                programmes,
            )}
            {typed::chosen(
                answers.kind,
                ask(Field::Outreach, "tipo", common::kind(locale)),
                typed::choices(OutreachKind::ALL, OutreachKind::code, locale),
            )}
            {typed::chosen(
                answers.status,
                Question::new("estado", common::state(locale)),
                typed::choices(&statuses(&status), OutreachStatus::code, locale),
            )}
        </div>
    }
}

/// Where the form may lead from a status; to call off and to put off have forms of their own.
fn statuses(current: &str) -> Vec<OutreachStatus> {
    let current = OutreachStatus::from_code(current).unwrap_or(OutreachStatus::Draft);
    let leads = |to: OutreachStatus| to == current || LifeStep::between(current, to).is_some();
    OutreachStatus::ALL.iter().copied().filter(|to| leads(*to)).collect()
}

#[component]
fn Times(answers: Answers) -> impl IntoView {
    let locale = locale();
    let Answers { held_on, starts, ends, .. } = answers;
    let ask_starts = answers.ask_hour("desde", say::starts(locale), [starts, ends]);
    let ask_ends = answers.ask_hour("hasta", say::ends(locale), [ends, starts]);
    view! {
        <h2>{say::form_when(locale)}</h2>
        <div class="form-grid">
            {typed::text(
                held_on,
                answers.ask(Field::Date, "dia", common::date(locale)),
                Keyboard::Date,
            )}
            {typed::text(starts, ask_starts, Keyboard::Time)}
            {typed::text(ends, ask_ends.hint(say::ends_hint(locale)), Keyboard::Time)}
            {typed::chosen(
                answers.phase,
                Question::new("fase", say::phase(locale)).optional(),
                typed::choices(SanitaryPhase::ALL, SanitaryPhase::code, locale),
            )}
            {typed::text(
                answers.max_people,
                answers.ask(Field::Quantity, "aforo", say::max_people(locale)).optional(),
                Keyboard::Digits,
            )}
        </div>
    }
}

#[component]
fn Place(answers: Answers, choices: PlanChoices) -> impl IntoView {
    let locale = locale();
    let hosts = choices.hosts.into_iter();
    let hosts = hosts.map(|host| Choice::new(host.id.to_string(), host.name.to_string())).collect();
    let ask = move |of, id: &str, label: &str| answers.ask(of, id, label);
    let is_new = move || !answers.new_host.read().trim().is_empty();
    view! {
        <h2>{say::form_where(locale)}</h2>
        <div class="form-grid">
            {typed::text(
                answers.place,
                ask(Field::Address, "lugar", common::place(locale)).hint(say::place_hint(locale)),
                Keyboard::Text,
            )}
            {typed::chosen(
                answers.commune,
                ask(Field::Commune, "comuna", common::commune(locale)),
                typed::communes(),
            )}
            {typed::text(
                answers.unit,
                ask(Field::NeighbourhoodUnit, "unidad", say::unit(locale)).optional(),
                Keyboard::Digits,
            )}
            {typed::chosen(
                answers.host,
                Question::new("anfitrion", say::host(locale)).optional(),
                hosts,
            )}
            {typed::text(
                answers.new_host,
                ask(Field::Organisation, "anfitrion-nuevo", say::new_host(locale))
                    .hint(say::new_host_hint(locale))
                    .optional(),
                Keyboard::Text,
            )}
            <When holds=is_new>
                {typed::chosen(
                    answers.new_host_kind,
                    Question::new("anfitrion-tipo", say::host_kind(locale)),
                    typed::choices(OrganisationKind::ALL, OrganisationKind::code, locale),
                )}
            </When>
        </div>
    }
}
