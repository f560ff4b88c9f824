//! An animal's sheet: what is known, what was done, its documents, its road in the RNM.

use domain::catalogue::coat::Coat;
use domain::catalogue::{Procedure, ReproductiveState, Sex};
use domain::command::Command;
use domain::desk::sheet::{AnimalSheet, ServiceSheet};
use domain::id::{AnimalId, SubmissionId};
use domain::name::ShortText;
use domain::rnm::RnmState;
use domain::service::ServiceDetails;
use domain::unicode::capital;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, format};

use super::animal_acts::AnimalActs;
use super::approval::Approval;
use super::chronicle::Chronicle;
use super::consent::consented;
use super::own_documents::DocumentTable;
use super::pictures::Pictures;
use super::{Act, Data, Heading, Told, act, label, shown, typed};
use crate::api;
use crate::api::ApiError;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::table::{Column, DataTable};
use crate::components::text_field::Keyboard;
use crate::components::value::{ChipText, DateText, StateText};
use crate::locale::locale;
use crate::routes;

/// Commands under the identifier that the sheet gave.
pub(super) type Record = Act<(SubmissionId, Vec<Command>), u32>;

/// The page.
pub struct AnimalPage {
    sheet: Data<AnimalSheet>,
}

#[lazy_route]
impl LazyRoute for AnimalPage {
    fn data() -> Self {
        let params = use_params_map();
        let id = move || params.read().get("id").and_then(|id| id.parse::<AnimalId>().ok());
        let sheet = Resource::new(id, |id| async move {
            let unknown = ApiError::Refused(domain::refusal::Refusal::AnimalUnknown);
            api::register::animal_sheet(id.ok_or(unknown)?).await
        });
        Self { sheet }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page sheet=this.sheet /> }.into_any()
    }
}

#[component]
fn Page(sheet: Data<AnimalSheet>) -> impl IntoView {
    let locale = locale();
    let record: Record =
        act(|(id, commands)| api::register::record(id, commands), move |_| sheet.refetch());
    let revoke = act(
        |(document, reason)| api::paper::revoke_document(document, reason),
        move |()| sheet.refetch(),
    );
    view! {
        <Told act=record done=say::recorded(locale) />
        <Told act=revoke done=say::revoked_done(locale) />
        {shown(
            sheet,
            move |sheet| {
                let may_change = sheet.may_change;
                let (documents, pictures) = (sheet.documents.clone(), sheet.pictures.clone());
                view! {
                    <Sheet sheet=sheet.clone() />
                    <Services sheet=sheet.clone() record=record />
                    <section class="flow block">
                        <h2>{say::documents(locale)}</h2>
                        {(!documents.is_empty())
                            .then(|| {
                                view! {
                                    <DocumentTable
                                        caption=say::documents(locale)
                                        rows=documents
                                        revoke=may_change.then_some(revoke)
                                    />
                                }
                            })}
                        {sheet
                            .documents
                            .is_empty()
                            .then(|| view! { <p class="soft">{say::documents_empty(locale)}</p> })}
                    </section>
                    <section class="flow block">
                        <h2>{say::pictures(locale)}</h2>
                        <Pictures lines=pictures />
                    </section>
                    {may_change
                        .then(|| view! { <AnimalActs sheet=sheet.clone() record=record /> })}
                    <section class="flow block">
                        <h2>{say::history(locale)}</h2>
                        <Chronicle lines=sheet.history />
                    </section>
                }
            },
        )}
    }
}

/// What is known, in two columns: the animal and its road in the RNM.
#[component]
fn Sheet(sheet: AnimalSheet) -> impl IntoView {
    let locale = locale();
    let details = sheet.details.clone();
    let named =
        move |words: Option<String>| words.unwrap_or_else(|| common::not_stated(locale).to_owned());
    let birth = details.birth.map(|birth| {
        let day = format::date(birth.on, locale);
        let age = format::age(birth.on, sheet.today, locale);
        if birth.estimated {
            say::birth_estimated(locale, age, day)
        } else {
            format!("{day} · {age}")
        }
    });
    let alive = sheet.vital_state == domain::catalogue::VitalState::Alive;
    let since = sheet.vital_since.map(|day| format!(" · {}", format::date(day, locale)));
    let rnm = sheet.clone();
    view! {
        <Heading title=details.name.to_string()>
            <StateText
                words=format!("{}{}", label(sheet.vital_state, locale), since.unwrap_or_default())
                tone=if alive { Tone::Kept } else { Tone::Person }
            />
        </Heading>
        <div class="columns">
            <SummaryList>
                <SummaryRow name=common::chip(locale) missing=sheet.chip.is_none()>
                    {match sheet.chip {
                        Some(chip) => view! { <ChipText chip=chip /> }.into_any(),
                        None => say::no_chip(locale).into_any(),
                    }}
                </SummaryRow>
                <SummaryRow name=common::owner(locale)>
                    <a href=routes::desk_owner(sheet.owner)>{sheet.owner_name}</a>
                </SummaryRow>
                <SummaryRow name=common::species(locale)>
                    {format!("{}, {}", label(details.species, locale), details.sex.label(locale))}
                </SummaryRow>
                <SummaryRow name=say::reproductive_state(locale)>
                    {reproductive_words(details.reproductive_state, details.sex, locale)}
                </SummaryRow>
                <SummaryRow name=common::breed(locale)>
                    {named(details.breed.map(|breed| capital(breed.name())))}
                </SummaryRow>
                <SummaryRow name=common::colours(locale)>
                    {named(details.coat.map(|coat| coat_words(&coat, locale)))}
                </SummaryRow>
                <SummaryRow name=common::pattern(locale)>
                    {named(details.pattern.map(|pattern| label(pattern, locale)))}
                </SummaryRow>
                <SummaryRow name=common::birth(locale)>{named(birth)}</SummaryRow>
                <SummaryRow name=say::acquisition(locale)>
                    {named(details.acquisition.map(|way| label(way, locale)))}
                </SummaryRow>
                <SummaryRow name=say::keeping_reason(locale)>
                    {named(details.keeping_reason.map(|reason| label(reason, locale)))}
                </SummaryRow>
                <SummaryRow name=say::holding_proof(locale)>
                    {named(details.holding_proof.map(|proof| label(proof, locale)))}
                </SummaryRow>
            </SummaryList>
            <Rnm sheet=rnm />
        </div>
    }
}

/// The reproductive state, in the gender of the animal.
fn reproductive_words(state: ReproductiveState, sex: Sex, locale: Locale) -> String {
    match (state, sex) {
        (ReproductiveState::Intact, Sex::Female) => say::intact_female(locale).to_owned(),
        (ReproductiveState::Sterilised, Sex::Female) => say::sterilised_female(locale).to_owned(),
        _ => label(state, locale),
    }
}

/// The colours of a coat for people to read, the dominant first: `Blanco-negro-café`.
fn coat_words(coat: &Coat, locale: Locale) -> String {
    let names: Vec<_> = coat.colours().iter().map(|colour| colour.label(locale)).collect();
    capital(&names.join("-"))
}

/// Where the request in the RNM stands, and the form of its approval.
#[component]
fn Rnm(sheet: AnimalSheet) -> impl IntoView {
    let locale = locale();
    let state = sheet.rnm_state;
    let tone = match state {
        RnmState::Approved | RnmState::CertificateMailed => Tone::Kept,
        RnmState::Observed | RnmState::Rejected | RnmState::BlockedNoRun => Tone::Person,
        _ => Tone::Waiting,
    };
    let lacks: Vec<_> = sheet.rnm_lacks.iter().map(|lack| lack.label(locale)).collect();
    let lacks = (!lacks.is_empty()).then(|| {
        view! { <p>{say::rnm_lacks(locale, format::list(&lacks, locale))}</p> }
    });
    let due = deadline(&sheet, locale).map(|(words, is_late)| {
        let tone = if is_late { Tone::Person } else { Tone::Waiting };
        view! { <StateText words=words tone=tone /> }
    });
    let may_approve = sheet.may_change && state.may_become(RnmState::Approved);
    let is_second = matches!(state, RnmState::Approved | RnmState::CertificateMailed);
    view! {
        <section class="card flow" id="rnm">
            <h2 class="card-title">{say::nav_rnm(locale)}</h2>
            <StateText words=label(state, locale) tone=tone />
            {sheet.rnm_number.map(|number| view! { <p>{say::rnm_number_is(locale, number)}</p> })}
            {sheet.rnm_reason.map(|reason| view! { <blockquote>{reason}</blockquote> })}
            {lacks}
            {due}
            {may_approve
                .then(|| {
                                        view! {
                        <Approval
                            animal=sheet.id
                            has_email=sheet.owner_has_email
                            is_second=is_second
                        />
                    }
                })}
        </section>
    }
}

/// Until when it has to be in the registry, while it is not, and whether that day is over.
fn deadline(sheet: &AnimalSheet, locale: Locale) -> Option<(String, bool)> {
    if matches!(sheet.rnm_state, RnmState::Approved | RnmState::CertificateMailed) {
        return None;
    }
    let is_dangerous = sheet.details.is_dangerous();
    let Some(due) = sheet.details.registration_due() else {
        return is_dangerous.then(|| (say::rnm_due_unknown(locale).to_owned(), true));
    };
    let day = format::date(due, locale);
    let words = match is_dangerous {
        true => say::rnm_due_dangerous(locale, day),
        false => say::rnm_due(locale, day),
    };
    Some((words, due < sheet.today))
}

/// What was done to the animal, each with the way to annul it.
#[component]
fn Services(sheet: AnimalSheet, record: Record) -> impl IntoView {
    let locale = locale();
    let (open, reason) = (RwSignal::new(false), RwSignal::new(String::new()));
    let chosen = RwSignal::new(None);
    let (may_change, id) = (sheet.may_change, sheet.act);
    let columns = vec![
        Column::words(common::date(locale)),
        Column::words(common::kind(locale)),
        Column::words(say::details(locale)),
        Column::words(say::outreach(locale)),
        Column::words(say::veterinarian(locale)),
        Column::words(say::actions(locale)),
    ];
    let ask = move |service| {
        chosen.set(Some(service));
        reason.set(String::new());
        open.set(true);
    };
    let is_empty = sheet.services.is_empty();
    let rows = sheet
        .services
        .into_iter()
        .map(|service| service_row(service, may_change, ask))
        .collect_view();
    let confirm = move |_| {
        let words = ShortText::<200>::parse(&reason.get_untracked());
        if let (Some(service), Ok(reason)) = (chosen.get_untracked(), words) {
            record.dispatch((id, vec![Command::AnnulService { service, reason }]));
            open.set(false);
        }
    };
    let unexplained = Signal::derive(move || reason.read().trim().is_empty());
    let question = Question::new("motivo-anular", say::reason(locale));
    view! {
        <section class="flow block">
            <h2>{say::services(locale)}</h2>
            {is_empty.then(|| view! { <p class="soft">{say::services_empty(locale)}</p> })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <DataTable caption=say::services(locale) columns=columns>
                            {rows}
                        </DataTable>
                    }
                })}
            <Dialog open=open title=say::annul_title(locale)>
                <Notice title=say::annul_lead(locale) tone=Tone::Info />
                {typed::text(reason, question, Keyboard::Text)}
                <Actions>
                    <Button weight=Weight::Grave busy=unexplained on:click=confirm>
                        {say::annul(locale)}
                    </Button>
                </Actions>
            </Dialog>
        </section>
    }
}

fn service_row(
    service: ServiceSheet,
    may_change: bool,
    ask: impl Fn(domain::id::ServiceId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let locale = locale();
    let id = service.id;
    let last = match service.annulled {
        Some(reason) => {
            view! { <span class="soft">{say::annulled_for(locale, reason)}</span> }.into_any()
        }
        None if may_change => view! {
            <Button weight=Weight::Plain on:click=move |_| ask(id)>
                {say::annul(locale)}
            </Button>
        }
        .into_any(),
        None => ().into_any(),
    };
    view! {
        <tr>
            <td>
                <DateText date=service.on />
            </td>
            <th scope="row">{label(service.kind, locale)}</th>
            <td>
                {details(&service.details, locale)}
                {service.consent.map(|consent| consented(consent, locale))}
            </td>
            <td>{service.outreach}</td>
            <td>{service.veterinarian}</td>
            <td>{last}</td>
        </tr>
    }
}

/// What a service says beyond its kind, in one line.
fn details(details: &ServiceDetails, locale: Locale) -> String {
    match details {
        ServiceDetails::Microchip(chip) => {
            let number = format::chip(&chip.chip.to_string());
            match chip.procedure {
                Procedure::Implantation => format!("{number} · {}", chip.site.label(locale)),
                Procedure::Verification => number,
            }
        }
        ServiceDetails::Deworming(dose) => {
            let weight = dose.weight.map(|weight| format::weight(weight.grams(), locale));
            joined([Some(dose.product.to_string()), Some(dose.batch.to_string()), weight])
        }
        ServiceDetails::Sterilisation(surgery) => {
            let weight = surgery.weight.map(|weight| format::weight(weight.grams(), locale));
            let remarks = surgery.remarks.as_ref().map(ToString::to_string);
            joined([Some(label(surgery.outcome, locale)), weight, remarks])
        }
    }
}

fn joined(parts: [Option<String>; 3]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
