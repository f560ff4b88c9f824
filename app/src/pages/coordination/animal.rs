//! An animal's sheet: what is known, what was done, its documents, its road in the RNM.

use domain::catalogue::coat::Coat;
use domain::catalogue::{ReproductiveState, Sex};
use domain::desk::sheet::AnimalSheet;
use domain::id::AnimalId;
use domain::rnm::RnmState;
use domain::unicode::capital;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::label::Labelled;
use phrases::{Locale, common, coordination as say, format};

use super::animal_acts::AnimalActs;
use super::approval::Approval;
use super::chronicle::Chronicle;
use super::own_documents::DocumentTable;
use super::pictures::Pictures;
use super::record::Refusals;
use super::services::Services;
use super::{Data, Heading, Told, act, label, shown};
use crate::api;
use crate::api::ApiError;
use crate::components::notice::Tone;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::value::{ChipText, StateText};
use crate::locale::locale;
use crate::routes;

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
    let record = Refusals::none().record(move || sheet.refetch());
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
