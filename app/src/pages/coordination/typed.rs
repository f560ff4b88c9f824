//! The controls of a desk form, bound to signals.

use domain::field_error::{Field, FieldError};
use domain::refusal::Refusal;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, explain_field};

use super::{Act, label};
use crate::api::ApiError;
use crate::components::choice::{Checkbox, Choice};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::text_field::{Keyboard, TextArea, TextField};
use crate::locale::locale;

/// What is wrong with a field, in words.
pub(super) fn fault(
    faults: impl Into<Signal<Vec<FieldError>>>,
    of: Field,
) -> Signal<Option<String>> {
    let (faults, locale) = (faults.into(), locale());
    Signal::derive(move || {
        let found = faults.read().iter().find(|fault| fault.field == of).copied();
        found.map(|fault| explain_field(fault, locale))
    })
}

/// The fields for which an act was refused.
pub(super) fn refused<I, O>(act: Act<I, O>) -> Signal<Vec<FieldError>>
where
    I: Send + Sync + 'static,
    O: Clone + Send + Sync + 'static,
{
    Signal::derive(move || match act.value().get() {
        Some(Err(ApiError::Refused(Refusal::Invalid { fields }))) => fields,
        _ => Vec::new(),
    })
}

/// A line of text.
pub(super) fn text(value: RwSignal<String>, question: Question, keyboard: Keyboard) -> AnyView {
    let tell = Callback::new(move |typed| value.set(typed));
    view! { <TextField question=question keyboard=keyboard value=value on_input=tell /> }.into_any()
}

/// Several lines of text.
pub(super) fn lines(value: RwSignal<String>, question: Question) -> AnyView {
    let tell = Callback::new(move |typed| value.set(typed));
    view! { <TextArea question=question value=value on_input=tell /> }.into_any()
}

/// One of a list.
pub(super) fn chosen(value: RwSignal<String>, question: Question, choices: Vec<Choice>) -> AnyView {
    let tell = Callback::new(move |choice| value.set(choice));
    view! { <Select question=question choices=choices value=value on_choose=tell /> }.into_any()
}

/// A statement to agree with.
pub(super) fn agreed(value: RwSignal<bool>, question: Question) -> AnyView {
    let tell = Callback::new(move |state| value.set(state));
    view! { <Checkbox question=question checked=value on_change=tell lone=true /> }.into_any()
}

/// The values of a closed list as choices.
pub(super) fn choices<T: Labelled>(
    all: &[T],
    code: impl Fn(T) -> &'static str,
    locale: Locale,
) -> Vec<Choice> {
    all.iter().map(|&value| Choice::new(code(value), label(value, locale))).collect()
}

/// The communes that have a name here, as choices.
pub(super) fn communes() -> Vec<Choice> {
    let named = domain::territory::Commune::named();
    named.map(|one| Choice::new(one.code(), one.name().unwrap_or_default())).collect()
}
