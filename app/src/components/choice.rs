//! One of a few, large and in one tap; and single statements.

use leptos::prelude::*;

use crate::components::live::each;
use crate::components::question::{Question, label_words, remarks};

/// One answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line under it.
    pub hint: Option<String>,
}

impl Choice {
    /// An answer without a hint.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// A line under the label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How the tiles lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One under the other.
    #[default]
    Stack,
    /// Side by side while they fit: for two to four short answers.
    Row,
}

/// One of a few answers, all in sight: up to about seven.
#[component]
pub fn Radios(
    /// What is asked.
    question: Question,
    /// The answers.
    choices: Vec<Choice>,
    /// The chosen value; empty for none.
    #[prop(optional, into)]
    value: Signal<String>,
    /// A choice, as its value.
    #[prop(optional, into)]
    on_choose: Option<Callback<String>>,
    /// How the tiles lie.
    #[prop(optional)]
    layout: Layout,
) -> impl IntoView {
    let (words, remarks) = (label_words(&question), remarks(&question));
    let tile = |(place, choice)| radio(&question, place, choice, value, on_choose);
    let tiles = each(choices.into_iter().enumerate(), tile);
    view! {
        <fieldset
            class="choices"
            aria-describedby=question.described_by()
            data-invalid=question.invalid()
        >
            <legend class="choices-title">{words}</legend>
            {remarks}
            <div class="choices-list" data-layout=(layout == Layout::Row).then_some("row")>
                {tiles}
            </div>
        </fieldset>
    }
}

/// The first radio bears the question's own identifier, for the error summary's link.
fn radio(
    question: &Question,
    place: usize,
    choice: Choice,
    value: Signal<String>,
    on_choose: Option<Callback<String>>,
) -> impl IntoView + use<> {
    let name = question.id.clone();
    let id = if place == 0 { name.clone() } else { format!("{name}-{}", choice.value) };
    let own = choice.value.clone();
    let is_chosen = {
        let own = own.clone();
        move || value.read().as_str() == own
    };
    let first = is_chosen.clone();
    view! {
        <label class="choice">
            <input
                type="radio"
                id=id
                name=name
                value=choice.value
                checked=untrack(first)
                prop:checked=is_chosen
                on:change=move |_| {
                    if let Some(tell) = on_choose {
                        // The question may have gone with the step that held it.
                        let _ = tell.try_run(own.clone());
                    }
                }
            />
            <span class="choice-label">{choice.label}</span>
            {choice.hint.map(|hint| view! { <span class="choice-hint">{hint}</span> })}
        </label>
    }
}

/// One statement to agree with, or one thing of several that was done. Sends `on` when checked.
#[component]
pub fn Checkbox(
    /// What is stated; the whole tile is the target.
    question: Question,
    /// Whether it is checked.
    #[prop(optional, into)]
    checked: Signal<bool>,
    /// The new state.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
    /// Whether it stands alone, without a frame.
    #[prop(optional)]
    lone: bool,
) -> impl IntoView {
    let (words, remarks) = (label_words(&question), remarks(&question));
    view! {
        <div class="choices" data-invalid=question.invalid()>
            <label class="choice" data-lone=lone.then_some("true")>
                <input
                    type="checkbox"
                    id=question.id.clone()
                    name=question.id.clone()
                    aria-describedby=question.described_by()
                    aria-invalid=question.invalid()
                    checked=checked.get_untracked()
                    prop:checked=move || checked.get()
                    on:change=move |event| {
                        if let Some(tell) = on_change {
                            // The question may have gone with the step that held it.
                            let _ = tell.try_run(event_target_checked(&event));
                        }
                    }
                />
                <span class="choice-label">{words}</span>
            </label>
            {remarks}
        </div>
    }
}
