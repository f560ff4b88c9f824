//! Something to know, above or between the content.

use leptos::prelude::*;
use phrases::Explanation;

use crate::components::icon::Icon;

/// What a notice or a state is about. Never by colour alone: each has its icon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// Something was kept, or is in order.
    Kept,
    /// A person has to look at it.
    Person,
    /// Waiting, calmly.
    Waiting,
}

impl Tone {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Kept => "kept",
            Self::Person => "person",
            Self::Waiting => "waiting",
        }
    }

    pub(super) const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Kept => "circle-check",
            Self::Person => "circle-alert",
            Self::Waiting => "clock",
        }
    }
}

/// A notice. One that appears by an act of the person is announced (`live`). A sentence that may
/// change is given as a signal: it changes in its place, so that nothing else is announced again
/// and no button in the notice loses the focus.
#[component]
pub fn Notice(
    /// The one sentence that matters.
    #[prop(into)]
    title: Signal<String>,
    /// What it is about.
    #[prop(optional)]
    tone: Tone,
    /// Whether it is read out when it appears.
    #[prop(optional)]
    live: bool,
    /// More, if needed.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = live.then_some(if tone == Tone::Person { "alert" } else { "status" });
    view! {
        <section class="notice" data-kind=tone.code() role=role>
            <Icon name=tone.icon() />
            <h2 class="notice-title">{title}</h2>
            {children.map(|more| view! { <div class="notice-body">{more()}</div> })}
        </section>
    }
}

/// A refusal told to the person: what happened, what was kept, what to do next.
#[component]
pub fn RefusalNotice(
    /// The sentences, from `phrases::explain`.
    explanation: Explanation,
) -> impl IntoView {
    view! {
        <Notice title=explanation.happened tone=Tone::Person live=true>
            <p>{explanation.kept} " " {explanation.next}</p>
        </Notice>
    }
}
