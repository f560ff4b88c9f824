//! Buttons and links that look like them.

use leptos::prelude::*;

use crate::components::icon::Icon;

/// How much an action weighs; at most one `Main` on a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// What one came to do.
    #[default]
    Main,
    /// Another way, with an outline.
    Quiet,
    /// As light as a link.
    Plain,
    /// What cannot be taken back.
    Grave,
}

impl Weight {
    const fn code(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Quiet => "quiet",
            Self::Plain => "plain",
            Self::Grave => "grave",
        }
    }
}

/// A button. Give `on:click`, `attr:name` and the like on the component itself; they reach the
/// `<button>`. Without `submit` it is a plain button, which needs a script to do anything.
///
/// Not erased: an erased one drawn anew in its place keeps the first `on:click` it was given.
#[component(transparent)]
pub fn Button(
    /// The words, a verb first.
    children: Children,
    /// How much it weighs.
    #[prop(optional)]
    weight: Weight,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Whether it sends its form.
    #[prop(optional)]
    submit: bool,
    /// True while the act is under way: it cannot be pressed again and says so.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-kind=weight.code()
            disabled=move || busy.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button, for going somewhere.
#[component]
pub fn LinkButton(
    /// Where it goes.
    #[prop(into)]
    href: String,
    /// The words.
    children: Children,
    /// How much it weighs.
    #[prop(optional)]
    weight: Weight,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<&'static str>,
) -> impl IntoView {
    view! {
        <a class="button" href=href data-kind=weight.code()>
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </a>
    }
}

/// The actions of a form, side by side; on a phone one under the other, full width.
#[component]
pub fn Actions(
    /// The buttons, the main one first.
    children: Children,
) -> impl IntoView {
    view! { <div class="actions">{children()}</div> }
}

/// The main action of a field screen: at the thumb, full width, always in the same place.
#[component]
pub fn BottomAction(
    /// One main button, at most one plain one after it.
    children: Children,
) -> impl IntoView {
    view! { <div class="bottom-action">{children()}</div> }
}
