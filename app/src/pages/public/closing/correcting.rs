//! Putting a programme right: what it is called, its days and what it promised.

use domain::closing::Target;
use domain::desk::plan::ProgrammeForm;
use domain::field_error::Field;
use domain::id::ProgrammeId;
use leptos::prelude::*;
use phrases::{closing as say, common, coordination};

use super::ClosingFrame;
use super::programme::named;
use crate::components::action::{Actions, Button};
use crate::components::navigation::BackLink;
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextArea};
use crate::locale::locale;
use crate::pages::public::form_state::{FormFaults, FormState, typed};
use crate::pages::public::stock::Links;
use crate::routes;

/// Name of what the form was filled from.
pub const SEEN: &str = "seen";
/// The names of the form's fields that may be shown again.
pub const CORRECTION_FIELDS: [&str; 11] = [
    SEEN,
    Field::Name.code(),
    Field::Organisation.code(),
    Field::Date.code(),
    Field::EndDate.code(),
    Target::Implantations.code(),
    Target::DewormingsInternal.code(),
    Target::DewormingsExternal.code(),
    Target::Sterilisations.code(),
    Target::Outreaches.code(),
    Field::Reason.code(),
];

/// `/coordinacion/programas/{id}/corregir`.
#[component]
pub fn ProgrammeCorrectionPage(
    /// The links round it.
    links: Links,
    /// Which programme.
    id: ProgrammeId,
    /// As it is.
    form: ProgrammeForm,
) -> impl IntoView {
    let locale = locale();
    let mut state = FormState::current();
    if state.values.is_empty() {
        state.values = filled(&form);
    }
    let title = say::correct_programme(locale);
    let line = |field: Field, label: &str, keyboard: Keyboard| {
        typed(state.question(field.code(), label), &state, keyboard)
    };
    let name = line(Field::Name, common::name(locale), Keyboard::Text);
    let issuer = line(Field::Organisation, coordination::programme_issuer(locale), Keyboard::Text);
    let starts = line(Field::Date, coordination::programme_starts(locale), Keyboard::Date);
    let ends = line(Field::EndDate, coordination::programme_ends(locale), Keyboard::Date);
    let promised = Target::ALL.iter().map(|target| {
        let text = state.value(target.code());
        let is_wrong = !text.trim().is_empty() && text.trim().parse::<u32>().is_err();
        let error = state.error(Field::Quantity.code()).filter(|_| is_wrong);
        let question = Question::new(target.code(), named(*target, locale)).optional();
        typed(question.error(error), &state, Keyboard::Digits)
    });
    let promised = promised.collect_view();
    let reason = state.question(Field::Reason.code(), say::correction_reason(locale));
    let reason = reason.hint(say::correction_reason_hint(locale));
    view! {
        <ClosingFrame title=title.to_owned() links=links current=routes::PROGRAMMES>
            <div class="narrow flow">
                <BackLink href=routes::desk_programme(id) />
                <FormFaults />
                <h1>{title}</h1>
                <p class="lead">{form.name}</p>
                <p class="soft">{say::correct_programme_hint(locale)}</p>
                <form class="flow" method="post" action=routes::desk_programme_correction(id)>
                    <input type="hidden" name=SEEN value=state.value(SEEN) />
                    {name}
                    {issuer}
                    {starts}
                    {ends}
                    <fieldset class="flow" id=Field::Quantity.code()>
                        <legend class="field-label">{say::targets(locale)}</legend>
                        {promised}
                    </fieldset>
                    <TextArea question=reason value=state.value(Field::Reason.code()) />
                    <Actions>
                        <Button submit=true>{common::save(locale)}</Button>
                    </Actions>
                </form>
            </div>
        </ClosingFrame>
    }
}

/// What the form begins with.
fn filled(form: &ProgrammeForm) -> Vec<(String, String)> {
    let facts = [
        (SEEN, form.seen()),
        (Field::Name.code(), form.name.clone()),
        (Field::Organisation.code(), form.issuer.clone()),
        (Field::Date.code(), form.starts_on.clone()),
        (Field::EndDate.code(), form.ends_on.clone()),
    ];
    let targets = Target::ALL.iter().zip(&form.targets);
    let targets = targets.map(|(target, text)| (target.code(), text.clone()));
    let all = facts.into_iter().chain(targets);
    all.map(|(name, text)| (name.to_owned(), text)).collect()
}
