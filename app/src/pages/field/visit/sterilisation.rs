//! A surgery as it is recorded at the table; its clinical record is kept apart.

use domain::catalogue::SterilisationOutcome;
use domain::field_error::Field;
use leptos::prelude::*;
use phrases::{common, field};

use crate::components::choice::Checkbox;
use crate::components::live::{When, memo};
use crate::components::question::Question;
use crate::components::text_field::TextArea;
use crate::locale::locale;
use crate::pages::field::asking::{bind, bound_in, one_of};
use crate::pages::field::visit::signing::{SignaturePad, signer};
use crate::pages::field::visit::visit;
use crate::pages::visit_form::surgery::SterilisationForm;

/// The card of the surgery.
#[component]
pub fn SterilisationCard() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let is_on = memo(move || visit.draft.with(|d| d.animal.services.sterilisation.is_some()));
    let toggle = Callback::new(move |on: bool| {
        let form = on.then(SterilisationForm::default);
        visit.draft.update(|draft| draft.animal.services.sterilisation = form);
    });
    view! {
        <section class="card service" data-on=move || is_on.get().then_some("true")>
            <Checkbox
                question=Question::new("with_surgery", field::service_sterilisation(locale))
                checked=is_on
                on_change=toggle
                lone=true
            />
            <When holds=is_on>
                <Fields />
            </When>
        </section>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (outcome, change_outcome) = bind(
        visit.draft,
        |draft| {
            let outcome =
                draft.animal.services.sterilisation.as_ref().and_then(|form| form.outcome);
            outcome.map_or("", SterilisationOutcome::code).to_owned()
        },
        |draft, code: String| {
            if let Some(form) = draft.animal.services.sterilisation.as_mut() {
                form.outcome = SterilisationOutcome::from_code(&code);
            }
        },
    );
    let (remarks, change_remarks) = bound_in!(visit, animal.services.sterilisation, remarks);
    let question = visit.question(Field::Outcome, field::outcome(locale));
    view! {
        <Consent />
        {one_of(question, SterilisationOutcome::ALL, outcome, change_outcome)}
        <TextArea
            question=visit.question(Field::Remarks, common::remarks(locale)).optional()
            value=remarks
            on_input=change_remarks
        />
    }
}

/// What the owner agrees to before it is done (Decreto 2/2015, Salud), signed with the finger or,
/// as is said here, on paper.
#[component]
fn Consent() -> impl IntoView {
    let (visit, locale) = (visit(), locale());
    let (strokes, sign) = bound_in!(visit, animal.services.sterilisation, signature);
    let (is_on_paper, change) = bound_in!(visit, animal.services.sterilisation, consent);
    let text = move || {
        let (owner, name, species) = visit.draft.with(|draft| signer(draft, locale));
        field::consent_text(locale, name, owner, species)
    };
    view! {
        <h2 class="card-title">{field::consent_title(locale)}</h2>
        <p>{text}</p>
        <When holds=memo(move || !is_on_paper.get())>
            <SignaturePad strokes=strokes change=sign />
        </When>
        <Checkbox
            question=visit.question(Field::Consent, field::consent_on_paper(locale))
            checked=is_on_paper
            on_change=change
        />
    }
}
