//! How the field app asks: questions bound to the visit that is being filled in.

use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use std::fmt::Display;

use crate::components::choice::{Choice, Layout, Radios};
use crate::components::live::{live, memo};
use crate::components::question::Question;
use crate::locale::locale;
use crate::pages::visit_form::draft::VisitDraft;

/// A value of the draft and the way to change it: `bound!(visit, owner.form.given)`.
macro_rules! bound {
    ($visit:expr, $($path:tt)+) => {
        $crate::pages::field::asking::bind(
            $visit.draft,
            |draft| draft.$($path)+.clone(),
            |draft, new| draft.$($path)+ = new,
        )
    };
}
pub(super) use bound;

/// As [`bound`], for a part that may be absent: `bound_in!(visit, animal.services.chip, first)`.
/// While it is absent the value is the type's default, and changes go nowhere.
macro_rules! bound_in {
    ($visit:expr, $($path:ident).+, $field:ident) => {
        $crate::pages::field::asking::bind(
            $visit.draft,
            |draft| draft.$($path).+.as_ref().map(|part| part.$field.clone()).unwrap_or_default(),
            |draft, new| {
                if let Some(part) = draft.$($path).+.as_mut() {
                    part.$field = new;
                }
            },
        )
    };
}
pub(super) use bound_in;

/// A value of the draft, remembered as the controls take it, and the way to change it.
// By functions and not by closures: the code round them is there once for each type of values.
pub(super) fn bind<T: PartialEq + Send + Sync + 'static>(
    draft: RwSignal<VisitDraft>,
    get: fn(&VisitDraft) -> T,
    set: fn(&mut VisitDraft, T),
) -> (Signal<T>, Callback<T>) {
    let value = memo(move || draft.with(get));
    let change = Callback::new(move |new| draft.update(|draft| set(draft, new)));
    (value.into(), change)
}

/// As [`bound`], for a value of a closed list, by its code; blank for none:
/// `coded!(visit, Pattern, animal.form.pattern)`. So no control is compiled for each list.
macro_rules! coded {
    ($visit:expr, $kind:ident, $($path:tt)+) => {
        $crate::pages::field::asking::bind(
            $visit.draft,
            |draft| draft.$($path)+.map_or("", $kind::code).to_owned(),
            |draft, code: String| draft.$($path)+ = $kind::from_code(&code),
        )
    };
}
pub(super) use coded;

/// One of a closed list, each a tile, by its code.
pub(super) fn one_of<T: Labelled + Display>(
    question: Question,
    all: &[T],
    value: Signal<String>,
    on_choose: Callback<String>,
) -> AnyView {
    let locale = locale();
    let tile = |item: &T| Choice::new(item.to_string(), capital(item.label(locale)));
    tiles(question, all.iter().map(tile).collect(), value, on_choose)
}

/// Each choice a tile, side by side.
fn tiles(
    question: Question,
    choices: Vec<Choice>,
    value: Signal<String>,
    on_choose: Callback<String>,
) -> AnyView {
    view! {
        <Radios
            question=question
            choices=choices
            value=value
            on_choose=on_choose
            layout=Layout::Row
        />
    }
    .into_any()
}

/// A small tile that is pressed or not.
#[component]
pub fn Tile(
    /// What it says.
    #[prop(into)]
    words: String,
    /// Whether it is pressed.
    #[prop(into)]
    pressed: Signal<bool>,
    /// A tap.
    on_tap: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="tile"
            type="button"
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
            on:click=move |_| on_tap.run(())
        >
            {words}
        </button>
    }
}

/// A card with one question that the shared controls do not ask.
#[component]
pub fn Asked(
    /// What is asked.
    #[prop(into)]
    title: String,
    /// What is wrong with the answer.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// A line under the title.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="choices" data-invalid=move || error.read().is_some().then_some("true")>
            <legend class="choices-title">{title}</legend>
            {hint.map(|hint| view! { <p class="field-hint">{hint}</p> })}
            {live(move || error.get().map(|words| view! { <p class="field-error">{words}</p> }))}
            {children()}
        </fieldset>
    }
}
