//! All data of an owner, to be corrected. A correction issues the documents that name the person
//! anew.

use domain::command::Command;
use domain::desk::sheet::OwnerSheet;
use domain::field_error::{Field, FieldError};
use domain::identity::DocumentKind;
use domain::owner::OwnerDetails;
use leptos::prelude::*;
use phrases::{common, coordination as say, field};

use super::correction::{Correcting, Correction};
use super::record::Record;
use super::{label, typed};
use crate::components::live::{When, live};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::pages::visit_form::commune::{commune_choices, commune_parts, in_words, of_choice};
use crate::pages::visit_form::{draft, reading};

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
    correcting: Correcting,
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
            correcting: Correcting::new(),
        }
    }

    fn kind_of(code: &str) -> DocumentKind {
        DocumentKind::from_code(code).unwrap_or(DocumentKind::Run)
    }

    /// The details as they should be.
    ///
    /// # Errors
    /// Every field that cannot be taken.
    fn read(self, before: &OwnerDetails) -> Result<OwnerDetails, Vec<FieldError>> {
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
        reading::corrected(&form, before)
    }

    /// A question with what is wrong with the answer.
    fn ask(self, of: Field, id: &'static str, words: impl Into<String>) -> Question {
        Question::new(id, words).error(typed::fault(self.correcting.faults, of))
    }
}

/// The form and what is wrong with it.
#[component]
pub(super) fn OwnerForm(sheet: OwnerSheet, details: OwnerDetails, record: Record) -> impl IntoView {
    let locale = locale();
    let answers = Answers::of(&details);
    let (owner, id, before) = (sheet.id, sheet.act, StoredValue::new(details));
    let save = Callback::new(move |()| {
        let read = before.with_value(|before| answers.read(before));
        if let Some((details, reason)) = answers.correcting.take(read) {
            let details = Box::new(details);
            record.dispatch((id, vec![Command::CorrectOwner { owner, details, reason }]));
        }
    });
    view! {
        <Correction
            correcting=answers.correcting
            lead=say::correct_owner_lead(locale)
            why="motivo-correccion"
            record=record
            save=save
        >
            <div class="form-grid">
                <Person answers=answers /> <Contact answers=answers /> <Home answers=answers />
                <Statements answers=answers />
            </div>
        </Correction>
    }
}

/// The document and the name.
#[component]
fn Person(answers: Answers) -> impl IntoView {
    let locale = locale();
    let kinds = typed::choices(DocumentKind::ALL, DocumentKind::code, locale);
    let which = Question::new("tipo-documento", say::document_kind(locale));
    let kind = Memo::new(move |_| Answers::kind_of(&answers.kind.read()));
    let number = move || match kind.get() {
        DocumentKind::None => ().into_any(),
        DocumentKind::Passport => view! {
            {typed::text(
                answers.country,
                answers.ask(Field::DocumentCountry, "pais", field::passport_country(locale)),
                Keyboard::Text,
            )}
            {typed::text(
                answers.passport,
                answers.ask(Field::Document, "pasaporte", field::passport_number(locale)),
                Keyboard::Run,
            )}
        }
        .into_any(),
        kind => {
            let question = answers.ask(Field::Run, "documento", label(kind, locale));
            typed::text(answers.number, question, Keyboard::Run)
        }
    };
    let given = answers.ask(Field::Given, "nombres", say::given(locale));
    let surnames = answers.ask(Field::Surnames, "apellidos", say::surnames(locale));
    view! {
        {typed::chosen(answers.kind, which, kinds)}
        {live(number)}
        {typed::text(answers.given, given, Keyboard::Name)}
        {typed::text(
            answers.surnames,
            surnames.hint(say::surnames_hint(locale)),
            Keyboard::Name,
        )}
    }
}

#[component]
fn Contact(answers: Answers) -> impl IntoView {
    let locale = locale();
    let asked = |value, of, id, words: &'static str, keyboard| {
        typed::text(value, answers.ask(of, id, words).optional(), keyboard)
    };
    view! {
        {asked(answers.phone, Field::Phone, "telefono", common::phone(locale), Keyboard::Phone)}
        {asked(answers.email, Field::Email, "correo", common::email(locale), Keyboard::Email)}
        {asked(
            answers.address,
            Field::Address,
            "direccion",
            common::address(locale),
            Keyboard::Text,
        )}
    }
}

/// The commune with its unit, or a place that has no name here.
#[component]
fn Home(answers: Answers) -> impl IntoView {
    let locale = locale();
    let commune = answers.commune;
    let (is_elsewhere, chosen, words) = commune_parts(commune.into());
    let fault = typed::fault(answers.correcting.faults, Field::Commune);
    let of_list = Question::new("comuna", common::commune(locale)).optional();
    let choose = Callback::new(move |code: String| commune.set(code));
    let tell = Callback::new(move |typed: String| commune.set(in_words(&typed)));
    view! {
        <Select
            question=of_list.error(of_choice(is_elsewhere, fault))
            choices=commune_choices(locale)
            value=chosen
            on_choose=choose
        />
        <When
            holds=is_elsewhere
            otherwise=move || {
                let question = answers.ask(Field::NeighbourhoodUnit, "unidad", say::unit(locale));
                typed::text(answers.unit, question.optional(), Keyboard::Digits)
            }
        >
            <TextField
                question=Question::new("otra-comuna", common::commune_and_region(locale))
                    .error(fault)
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
    let able = say::no_disqualification(locale);
    view! {
        {typed::agreed(answers.is_adult, ask("mayor", say::is_adult(locale)))}
        {typed::agreed(
            answers.no_disqualification,
            answers.ask(Field::NoDisqualification, "inhabilidad", able),
        )}
        {typed::agreed(
            answers.photos,
            ask("fotos", field::consent_photos(locale)).hint(say::consent_photos_hint(locale)),
        )}
        {typed::agreed(answers.news, ask("avisos", field::consent_mail(locale)))}
    }
}
