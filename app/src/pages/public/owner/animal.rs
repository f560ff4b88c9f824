//! One own animal: what it is, its documents, where its registration stands, what to do.

use domain::animal::AnimalDetails;
use domain::catalogue::VitalState;
use domain::certificate::DocumentKind;
use domain::chip_number::ChipNumber;
use domain::document::DocumentState;
use domain::id::{AnimalId, DocumentId};
use domain::rnm::{RnmLack, RnmState};
use domain::timestamp::CivilDate;
use domain::unicode::{capital, lower_case};
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, format, public};

use crate::components::action::{Button, LinkButton, Weight};
use crate::components::icon::Icon;
use crate::components::notice::Tone;
use crate::components::value::{ChipText, Size, StateText};
use crate::locale::locale;
use crate::routes;

/// One animal of the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAnimal {
    /// Which.
    pub id: AnimalId,
    /// What is known.
    pub details: AnimalDetails,
    /// Its chip.
    pub chip: Option<ChipNumber>,
    /// Alive, lost, dead.
    pub vital_state: VitalState,
    /// Since when.
    pub vital_since: Option<CivilDate>,
    /// Where its registration stands.
    pub registration: Registration,
    /// Its documents, the newest first.
    pub documents: Vec<OwnDocument>,
}

/// Where an animal's request in the RNM stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The state.
    pub state: RnmState,
    /// The number the RNM gave it.
    pub number: Option<String>,
    /// Why the municipality observed or rejected it.
    pub reason: Option<String>,
    /// What the form still lacks.
    pub lacks: Vec<RnmLack>,
}

/// One document of an animal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnDocument {
    /// Which.
    pub id: DocumentId,
    /// What it is.
    pub kind: DocumentKind,
    /// Where it is in its life.
    pub state: DocumentState,
    /// The local day of issue, or of the service while it waits.
    pub on: CivilDate,
}

/// All of one animal.
#[component]
pub fn AnimalSheet(
    /// The animal.
    animal: OwnAnimal,
) -> impl IntoView {
    let locale = locale();
    let OwnAnimal { id, details, chip, vital_state, vital_since, registration, documents } = animal;
    let name = details.name.to_string();
    let sex = lower_case(details.sex.label(locale));
    let kind = public::own_kind_and_sex(locale, sex, details.species.label(locale));
    let heading = format!("animal-{id}");
    let labelled_by = heading.clone();
    let chip = chip.map(|chip| view! { <ChipText chip=chip size=Size::Large /> });
    let state = vital_words(vital_state, vital_since, locale)
        .map(|(words, tone)| view! { <p><StateText words=words tone=tone /></p> });
    let help = (vital_state == VitalState::Lost)
        .then(|| view! { <p class="small soft">{public::own_lost_help(locale)}</p> });
    let papers = view! { <Documents documents=documents pet=name.clone() /> };
    let correction = format!("{}?animal={id}", routes::OWN_CORRECTION);
    let about = public::correction_about(locale, name.clone());
    view! {
        <article class="sheet" aria-labelledby=labelled_by>
            <header class="sheet-head">
                <h2 class="pet-name" id=heading>{name}</h2>
                <p class="soft">{capital(&kind)}</p>
                {chip}
                {state}
                {help}
            </header>
            {papers}
            <RegistrationPart registration=registration />
            <div class="actions sheet-actions">
                <VitalForm id=id state=vital_state />
                <LinkButton href=correction weight=Weight::Plain>
                    {public::ask_correction(locale)}
                    <span class="hidden-visually">" " {about}</span>
                </LinkButton>
            </div>
        </article>
    }
}

fn vital_words(
    state: VitalState,
    since: Option<CivilDate>,
    locale: Locale,
) -> Option<(String, Tone)> {
    let day = since.map(|day| format::date(day, locale));
    let words = |told: fn(Locale, String) -> String| match day.clone() {
        Some(day) => told(locale, day),
        None => state.label(locale).to_owned(),
    };
    match state {
        VitalState::Alive => None,
        VitalState::Lost => Some((words(public::own_lost_since), Tone::Person)),
        VitalState::Deceased => Some((words(public::own_dead_since), Tone::Info)),
        VitalState::Transferred => Some((public::own_transferred(locale).to_owned(), Tone::Info)),
    }
}

#[component]
fn VitalForm(id: AnimalId, state: VitalState) -> impl IntoView {
    let locale = locale();
    let (to, words, icon, weight) = match state {
        VitalState::Alive => (VitalState::Lost, public::mark_lost(locale), "search", Weight::Quiet),
        VitalState::Lost => {
            (VitalState::Alive, public::mark_found_again(locale), "house", Weight::Main)
        }
        VitalState::Deceased | VitalState::Transferred => return ().into_any(),
    };
    view! {
        <form method="post" action=routes::OWN_STATE class="sheet-form">
            <input type="hidden" name="animal" value=id.to_string() />
            <input type="hidden" name="state" value=to.code() />
            <Button submit=true weight=weight icon=icon>
                {words}
            </Button>
        </form>
    }
    .into_any()
}

#[component]
fn Documents(documents: Vec<OwnDocument>, pet: String) -> impl IntoView {
    let locale = locale();
    let list = if documents.is_empty() {
        view! { <p class="soft">{public::own_documents_none(locale)}</p> }.into_any()
    } else {
        let rows = documents
            .into_iter()
            .map(|document| view! { <li>{row(document, &pet, locale)}</li> })
            .collect_view();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    view! {
        <section class="sheet-part">
            <h3>{public::own_documents_title(locale)}</h3>
            {list}
        </section>
    }
}

/// A document in force can be downloaded; one that is not only tells why.
fn row(document: OwnDocument, pet: &str, locale: Locale) -> AnyView {
    let kind = document.kind.label(locale);
    let (words, tone) = match document.state {
        DocumentState::Waiting => (public::own_document_waiting(locale), Tone::Waiting),
        DocumentState::Issued => (public::own_document_valid(locale), Tone::Kept),
        DocumentState::Replaced => (public::own_document_replaced(locale), Tone::Waiting),
        DocumentState::Revoked => (public::own_document_revoked(locale), Tone::Person),
        DocumentState::Withdrawn => (public::own_document_withdrawn(locale), Tone::Person),
    };
    let title = capital(kind);
    let body = view! {
        <span>
            <span class="row-title">{title}</span>
            <span class="row-detail">
                {format::date(document.on, locale)} " " <StateText words=words tone=tone />
            </span>
        </span>
    };
    if document.state == DocumentState::Issued {
        let href = routes::own_document(document.id);
        let spoken = public::own_document_download(locale, kind, pet);
        view! {
            <a class="row" href=href>
                <Icon name="file-text" />
                {body}
                <span class="row-act">
                    <Icon name="download" />
                    <span aria-hidden="true">"PDF"</span>
                    <span class="hidden-visually">{spoken}</span>
                </span>
            </a>
        }
        .into_any()
    } else {
        view! {
            <div class="row" data-still="true">
                <Icon name="file-text" />
                {body}
            </div>
        }
        .into_any()
    }
}

#[component]
fn RegistrationPart(registration: Registration) -> impl IntoView {
    let locale = locale();
    let Registration { state, number, reason, lacks } = registration;
    let tone = match state {
        RnmState::Approved | RnmState::CertificateMailed => Tone::Kept,
        RnmState::Ready | RnmState::Requested => Tone::Waiting,
        _ => Tone::Person,
    };
    let lacks = (state == RnmState::Incomplete && !lacks.is_empty()).then(|| {
        let each = lacks.into_iter().map(|lack| view! { <li>{lack.label(locale)}</li> });
        view! {
            <ul class="bullets">{each.collect_view()}</ul>
            <p>{public::own_rnm_incomplete_next(locale)}</p>
        }
    });
    let is_open = matches!(state, RnmState::Observed | RnmState::Rejected);
    let reason = reason
        .filter(|_| is_open)
        .map(|reason| view! { <p>{public::own_rnm_reason(locale, reason)}</p> });
    let number = number.map(|number| view! { <p>{public::own_rnm_number(locale, number)}</p> });
    view! {
        <section class="sheet-part">
            <h3>{public::own_registry_title(locale)}</h3>
            <p><StateText words=capital(state.label(locale)) tone=tone /></p>
            <p>{told(state, locale)}</p>
            {lacks}
            {reason}
            {number}
        </section>
    }
}

const fn told(state: RnmState, locale: Locale) -> &'static str {
    match state {
        RnmState::NoChip => public::own_rnm_no_chip(locale),
        RnmState::Incomplete => public::own_rnm_incomplete(locale),
        RnmState::BlockedNoRun => public::own_rnm_no_run(locale),
        RnmState::Ready => public::own_rnm_ready(locale),
        RnmState::Requested => public::own_rnm_requested(locale),
        RnmState::Observed => public::own_rnm_observed(locale),
        RnmState::Rejected => public::own_rnm_rejected(locale),
        RnmState::Approved => public::own_rnm_approved(locale),
        RnmState::CertificateMailed => public::own_rnm_mailed(locale),
    }
}
