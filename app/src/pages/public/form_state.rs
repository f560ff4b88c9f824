//! What was typed into a form and what is wrong with it, so that nothing typed is lost.

use domain::field_error::{Field, FieldError};
use domain::refusal::Refusal;
use leptos::prelude::*;

use crate::components::error_summary::{ErrorSummary, FaultLink};
use crate::components::notice::RefusalNotice;
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;

/// A refused form: in context when the page is rendered with status 422.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormState {
    /// Name and text of every field that may be shown again; passwords and codes never are.
    pub values: Vec<(String, String)>,
    /// What is wrong with single fields; a field's name in the form is its code.
    pub errors: Vec<FieldError>,
    /// Why the whole was refused.
    pub refusal: Option<Refusal>,
}

impl FormState {
    /// A form refused with what was typed into it.
    #[must_use]
    pub fn refused(refusal: Refusal, values: Vec<(String, String)>) -> Self {
        match refusal {
            Refusal::Invalid { fields } => Self { values, errors: fields, refusal: None },
            refusal => Self { values, errors: Vec::new(), refusal: Some(refusal) },
        }
    }

    /// The state in context; an untouched form otherwise.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }

    /// What was typed into a field.
    #[must_use]
    pub fn value(&self, name: &str) -> String {
        let typed = self.values.iter().find(|(known, _)| known == name);
        typed.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// What is wrong with a field, in words.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<String> {
        let error = self.errors.iter().find(|error| error.field.code() == name)?;
        Some(phrases::explain_field(*error, locale()))
    }

    /// A question with its error, if it has one.
    #[must_use]
    pub fn question(&self, name: &str, label: &str) -> Question {
        Question::new(name, label).error(self.error(name))
    }
}

/// A line of a form with what was typed into it.
pub(super) fn typed(question: Question, state: &FormState, keyboard: Keyboard) -> AnyView {
    let value = state.value(question.id());
    view! { <TextField question=question keyboard=keyboard value=value /> }.into_any()
}

/// What has to be put right, above a form; nothing when nothing has.
#[component]
pub fn FormFaults() -> impl IntoView {
    let state = FormState::current();
    let faults: Vec<_> = state
        .errors
        .iter()
        .map(|error| FaultLink {
            id: error.field.code().to_owned(),
            words: phrases::explain_named_field(*error, locale()),
        })
        .collect();
    let is_secret =
        |error: &FieldError| matches!(error.field, Field::Password | Field::PasswordRepeated);
    let keeps = !state.errors.iter().any(is_secret);
    let refusal = state.refusal.map(|refusal| {
        let explanation = phrases::explain(&refusal, locale());
        view! { <RefusalNotice explanation=explanation /> }
    });
    view! {
        <ErrorSummary faults=faults keeps=keeps />
        {refusal}
    }
}
