//! One of many.

use leptos::prelude::*;
use phrases::common;

use crate::components::choice::Choice;
use crate::components::live::each;
use crate::components::question::{Question, label_words, remarks};
use crate::locale::locale;

/// One of many answers, in the browser's own list. The first entry, empty, asks to choose.
#[component]
pub fn Select(
    /// What is asked.
    question: Question,
    /// The answers; hints are not shown here.
    choices: Vec<Choice>,
    /// The chosen value; empty for none.
    #[prop(optional, into)]
    value: Signal<String>,
    /// A choice, as its value.
    #[prop(optional, into)]
    on_choose: Option<Callback<String>>,
) -> impl IntoView {
    let (words, remarks) = (label_words(&question), remarks(&question));
    let (described_by, invalid) = (question.described_by(), question.invalid());
    let chosen = value.get_untracked();
    let options = each(choices, |choice| {
        let is_chosen = choice.value == chosen;
        view! { <option value=choice.value selected=is_chosen>{choice.label}</option> }
    });
    view! {
        <div class="field">
            <label class="field-label" for=question.id.clone()>
                {words}
            </label>
            {remarks}
            <select
                class="input"
                id=question.id.clone()
                name=question.id.clone()
                autocomplete=question.autocomplete
                aria-describedby=described_by
                aria-invalid=invalid
                prop:value=move || value.get()
                on:change=move |event| {
                    if let Some(tell) = on_choose {
                        // The question may have gone with the step that held it.
                        let _ = tell.try_run(event_target_value(&event));
                    }
                }
            >
                <option value="">{common::choose(locale())}</option>
                {options}
            </select>
        </div>
    }
}
