//! All data of an owner, to be corrected. A correction issues the documents that name the person
//! anew.

use domain::command::{Command, CorrectionReason};
use domain::desk::sheet::OwnerSheet;
use domain::identity::DocumentKind;
use domain::owner::OwnerDetails;
use domain::refusal::Refusal;
use domain::territory::Commune;
use leptos::prelude::*;
use phrases::{common, coordination as say, field};

use super::record::Record;
use super::{Failure, label, typed};
use crate::api::ApiError;
use crate::components::action::{Actions, Button};
use crate::components::choice::Choice;
use crate::components::live::{When, live};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::visit_form::draft::{self, ELSEWHERE};
use crate::pages::visit_form::reading;

/// The form's answers, as typed.
#[derive(Clone, Copy)]
struct Answers {
    kind: RwSignal<String>,
    number: RwSignal<String>,
    country: RwSignal<String>,
    passport: RwSignal<String>,
    given: RwSignal<String>,
    surnames: RwSignal<String>,
    phone: RwSignal<String>,
    email: RwSignal<String>,
    address: RwSignal<String>,
    commune: RwSignal<String>,
    unit: RwSignal<String>,
    is_adult: RwSignal<bool>,
    no_disqualification: RwSignal<bool>,
    photos: RwSignal<bool>,
    news: RwSignal<bool>,
    reason: RwSignal<String>,
}

impl Answers {
    fn of(details: &OwnerDetails) -> Self {
        let form = reading::filled_whole(details);
        let text = RwSignal::new;
        Self {
            kind: text(form.document.code().to_owned()),
            number: text(form.run),
            country: text(form.country),
            passport: text(form.passport),
            given: text(form.given),
            surnames: text(form.surnames),
            phone: text(form.phone),
            email: text(form.email),
            address: text(form.address),
            commune: text(form.commune),
            unit: text(form.unit),
            is_adult: RwSignal::new(form.is_adult),
            no_disqualification: RwSignal::new(form.no_disqualification),
            photos: RwSignal::new(form.consents_to_photos),
            news: RwSignal::new(form.consents_to_news),
            reason: text(CorrectionReason::Mistyped.code().to_owned()),
        }
    }

    fn kind_of(code: &str) -> DocumentKind {
        DocumentKind::from_code(code).unwrap_or(DocumentKind::Run)
    }

    /// The details as they should be.
    fn read(self, before: &OwnerDetails) -> Result<OwnerDetails, Refusal> {
        let text = |signal: RwSignal<String>| signal.get_untracked();
        let form = draft::OwnerForm {
            document: Self::kind_of(&text(self.kind)),
            run: text(self.number),
            country: text(self.country),
            passport: text(self.passport),
            given: text(self.given),
            surnames: text(self.surnames),
            phone: text(self.phone),
            email: text(self.email),
            address: text(self.address),
            commune: text(self.commune),
            unit: text(self.unit),
            is_adult: self.is_adult.get_untracked(),
            no_disqualification: self.no_disqualification.get_untracked(),
            consents_to_photos: self.photos.get_untracked(),
            consents_to_news: self.news.get_untracked(),
        };
        reading::corrected(&form, before).map_err(|fields| Refusal::Invalid { fields })
    }
}

/// The form and what is wrong with it.
#[component]
pub(super) fn OwnerForm(sheet: OwnerSheet, details: OwnerDetails, record: Record) -> impl IntoView {
    let locale = locale();
    let answers = Answers::of(&details);
    let refused = RwSignal::new(None::<Refusal>);
    let (owner, id, before) = (sheet.id, sheet.act, StoredValue::new(details));
    let save = move |_| match before.with_value(|before| answers.read(before)) {
        Err(refusal) => refused.set(Some(refusal)),
        Ok(details) => {
            refused.set(None);
            let reason = CorrectionReason::from_code(&answers.reason.get_untracked());
            let reason = reason.unwrap_or(CorrectionReason::Mistyped);
            let details = Box::new(details);
            record.dispatch((id, vec![Command::CorrectOwner { owner, details, reason }]));
        }
    };
    let reasons = typed::choices(CorrectionReason::CHOSEN, CorrectionReason::code, locale);
    view! {
        <p class="soft">{say::correct_owner_lead(locale)}</p>
        {move || {
            refused.get().map(|refusal| view! { <Failure error=ApiError::Refused(refusal) /> })
        }}
        <div class="form-grid">
            <Person answers=answers /> <Contact answers=answers /> <Home answers=answers />
            {typed::chosen(
                answers.reason,
                Question::new("motivo-correccion", say::correction_reason(locale)),
                reasons,
            )}
            <Statements answers=answers />
        </div>
        <Actions>
            <Button busy=record.pending() on:click=save>
                {say::save_correction(locale)}
            </Button>
        </Actions>
    }
}

/// The document and the name.
#[component]
fn Person(answers: Answers) -> impl IntoView {
    let locale = locale();
    let ask = |id, label: &'static str| Question::new(id, label);
    let kinds = typed::choices(DocumentKind::ALL, DocumentKind::code, locale);
    let kind = Memo::new(move |_| Answers::kind_of(&answers.kind.read()));
    let number = move || match kind.get() {
        DocumentKind::None => ().into_any(),
        DocumentKind::Passport => view! {
            {typed::text(
                answers.country,
                Question::new("pais", field::passport_country(locale)),
                Keyboard::Text,
            )}
            {typed::text(
                answers.passport,
                Question::new("pasaporte", field::passport_number(locale)),
                Keyboard::Run,
            )}
        }
        .into_any(),
        kind => {
            let question = Question::new("documento", label(kind, locale));
            typed::text(answers.number, question, Keyboard::Run)
        }
    };
    view! {
        {typed::chosen(answers.kind, ask("tipo-documento", say::document_kind(locale)), kinds)}
        {live(number)}
        {typed::text(answers.given, ask("nombres", say::given(locale)), Keyboard::Name)}
        {typed::text(
            answers.surnames,
            ask("apellidos", say::surnames(locale)).hint(say::surnames_hint(locale)),
            Keyboard::Name,
        )}
    }
}

#[component]
fn Contact(answers: Answers) -> impl IntoView {
    let locale = locale();
    let ask = |id, label: &'static str| Question::new(id, label).optional();
    view! {
        {typed::text(answers.phone, ask("telefono", common::phone(locale)), Keyboard::Phone)}
        {typed::text(answers.email, ask("correo", common::email(locale)), Keyboard::Email)}
        {typed::text(answers.address, ask("direccion", common::address(locale)), Keyboard::Text)}
    }
}

/// The commune with its unit, or a place that has no name here.
#[component]
fn Home(answers: Answers) -> impl IntoView {
    let locale = locale();
    let commune = answers.commune;
    let is_elsewhere = Memo::new(move |_| commune.read().starts_with(ELSEWHERE));
    let chosen = Signal::derive(move || match is_elsewhere.get() {
        true => ELSEWHERE.to_string(),
        false => commune.get(),
    });
    let words = Signal::derive(move || commune.read().trim_start().to_owned());
    let choose = Callback::new(move |code: String| commune.set(code));
    let tell = Callback::new(move |typed: String| commune.set(format!("{ELSEWHERE}{typed}")));
    let named = Commune::named().map(|one| Choice::new(one.code(), one.to_string()));
    let choices = named.chain([Choice::new(ELSEWHERE, common::other_commune(locale))]).collect();
    view! {
        <Select
            question=Question::new("comuna", common::commune(locale)).optional()
            choices=choices
            value=chosen
            on_choose=choose
        />
        <When
            holds=is_elsewhere
            otherwise=move || {
                let question = Question::new("unidad", say::unit(locale)).optional();
                typed::text(answers.unit, question, Keyboard::Digits)
            }
        >
            <TextField
                question=Question::new("otra-comuna", common::commune_and_region(locale))
                value=words
                on_input=tell
            />
        </When>
    }
}

#[component]
fn Statements(answers: Answers) -> impl IntoView {
    let locale = locale();
    let ask = |id, label: &'static str| Question::new(id, label);
    view! {
        {typed::agreed(answers.is_adult, ask("mayor", say::is_adult(locale)))}
        {typed::agreed(
            answers.no_disqualification,
            ask("inhabilidad", say::no_disqualification(locale)),
        )}
        {typed::agreed(
            answers.photos,
            ask("fotos", field::consent_photos(locale)).hint(say::consent_photos_hint(locale)),
        )}
        {typed::agreed(answers.news, ask("avisos", field::consent_mail(locale)))}
    }
}
