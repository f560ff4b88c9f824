//! How the field app asks: questions bound to the visit that is being filled in.

use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use std::fmt::Display;

use crate::components::choice::{Choice, Layout, Radios};
use crate::components::live::live;
use crate::components::question::Question;
use crate::locale::locale;

/// A value of the draft and the way to change it: `bound!(visit, owner.form.given)`.
macro_rules! bound {
    ($visit:expr, $($path:tt)+) => {{
        let draft = $visit.draft;
        let value = ::leptos::prelude::Memo::new(move |_| {
            ::leptos::prelude::With::with(&draft, |draft| draft.$($path)+.clone())
        });
        let change = ::leptos::prelude::Callback::new(move |new| {
            ::leptos::prelude::Update::update(&draft, |draft| draft.$($path)+ = new);
        });
        ($crate::pages::field::asking::signal(value), change)
    }};
}
pub(super) use bound;

/// As [`bound`], for a part that may be absent: `bound_in!(visit, animal.services.chip, first)`.
/// While it is absent the value is the type's default, and changes go nowhere.
macro_rules! bound_in {
    ($visit:expr, $($path:ident).+, $field:ident) => {{
        let draft = $visit.draft;
        let value = ::leptos::prelude::Memo::new(move |_| {
            ::leptos::prelude::With::with(&draft, |draft| {
                draft.$($path).+.as_ref().map(|part| part.$field.clone()).unwrap_or_default()
            })
        });
        let change = ::leptos::prelude::Callback::new(move |new| {
            ::leptos::prelude::Update::update(&draft, |draft| {
                if let Some(part) = draft.$($path).+.as_mut() {
                    part.$field = new;
                }
            });
        });
        ($crate::pages::field::asking::signal(value), change)
    }};
}
pub(super) use bound_in;

/// A remembered value, as the controls take it.
pub(super) fn signal<T: Send + Sync + 'static>(value: Memo<T>) -> Signal<T> {
    value.into()
}

/// One of a closed list, each a tile.
pub(super) fn one_of<T>(
    question: Question,
    all: &'static [T],
    value: Signal<Option<T>>,
    change: Callback<Option<T>>,
) -> impl IntoView
where
    T: Labelled + Display + PartialEq + Send + Sync + 'static,
{
    let locale = locale();
    let tile = |item: &T| Choice::new(item.to_string(), capital(item.label(locale)));
    let choices: Vec<Choice> = all.iter().map(tile).collect();
    let code = move || value.get().map(|item| item.to_string()).unwrap_or_default();
    let choose = Callback::new(move |code: String| {
        change.run(all.iter().copied().find(|item| item.to_string() == code));
    });
    view! {
        <Radios
            question=question
            choices=choices
            value=Signal::derive(code)
            on_choose=choose
            layout=Layout::Row
        />
    }
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
