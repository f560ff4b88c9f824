//! What is asked of a lot that is put right.

use domain::field_error::Field;
use leptos::prelude::*;
use phrases::{Locale, stock as say};

use super::form::{DeedFacts, ask, lot};
use crate::components::text_field::{Keyboard, TextArea};
use crate::pages::public::form_state::{FormState, typed};

/// Which lot, what is right of it, and why it was not.
pub(super) fn corrected(facts: &DeedFacts, state: &FormState, locale: Locale) -> Vec<AnyView> {
    let line = |field, keyboard| typed(ask(field, state, locale).optional(), state, keyboard);
    let name = Field::Reason.code();
    let (question, value) = (state.question(name, say::correct_lot_why(locale)), state.value(name));
    vec![
        lot(facts, state, locale),
        view! { <p class="soft">{say::correct_lot_hint(locale)}</p> }.into_any(),
        line(Field::Expiry, Keyboard::Date),
        line(Field::Batch, Keyboard::Text),
        view! { <TextArea question=question value=value /> }.into_any(),
    ]
}
