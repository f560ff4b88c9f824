//! What a control asks: label, hint, error and how they hang together for assistive tools.

use leptos::prelude::*;
use phrases::common;

use crate::components::icon::Icon;
use crate::components::live::live;
use crate::locale::locale;

/// A question of a form. `id` is the control's name and identifier at once; the error summary
/// links to it.
#[derive(Clone)]
pub struct Question {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) error: Signal<Option<String>>,
    pub(super) optional: bool,
    pub(super) autocomplete: &'static str,
    pub(super) focused: bool,
}

impl Question {
    /// A question that must be answered.
    #[must_use]
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            hint: None,
            error: Signal::from(None),
            optional: false,
            autocomplete: "off",
            focused: false,
        }
    }

    /// The name of the control.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A line under the label: an example, or where to find the answer.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What is wrong with the answer; a value for a static page, a signal for a live one.
    #[must_use]
    pub fn error(mut self, error: impl Into<Signal<Option<String>>>) -> Self {
        self.error = error.into();
        self
    }

    /// The answer may be left out, and the label says so.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The purpose for the browser's own filling in (WCAG 1.3.5), `email`, `given-name` …; a
    /// page that asks about *other* people leaves it off.
    #[must_use]
    pub fn autocomplete(mut self, purpose: &'static str) -> Self {
        self.autocomplete = purpose;
        self
    }

    /// The focus goes here when the control appears. At most one on a screen; needs a script.
    #[must_use]
    pub fn focused(mut self) -> Self {
        self.focused = true;
        self
    }

    /// The identifiers that describe the control now, for `aria-describedby`.
    pub(crate) fn described_by(&self) -> impl Fn() -> Option<String> + Clone + use<> {
        let (id, has_hint, error) = (self.id.clone(), self.hint.is_some(), self.error);
        move || {
            let hint = has_hint.then(|| format!("{id}-hint"));
            let error = error.read().is_some().then(|| format!("{id}-error"));
            match (hint, error) {
                (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
                (hint, error) => hint.or(error),
            }
        }
    }

    /// `true` in `aria-invalid` while there is an error.
    pub(crate) fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + use<> {
        let error = self.error;
        move || error.read().is_some().then_some("true")
    }
}

/// The words of the label, with *optional* where it is so.
pub(super) fn label_words(question: &Question) -> impl IntoView + use<> {
    let locale = locale();
    let optional = question.optional.then(|| {
        view! { <span class="field-optional">" (" {common::optional(locale)} ")"</span> }
    });
    view! { {question.label.clone()} {optional} }
}

/// Hint and error, between label and control.
pub(crate) fn remarks(question: &Question) -> impl IntoView + use<> {
    let locale = locale();
    let (id, error) = (question.id.clone(), question.error);
    let hint = question
        .hint
        .clone()
        .map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> });
    let error_id = format!("{}-error", question.id);
    view! {
        {hint}
        {live(move || {
            error
                .get()
                .map(|words| {
                    view! {
                        <p class="field-error" id=error_id.clone()>
                            <Icon name="circle-alert" />
                            <span>
                                <span class="hidden-visually">
                                    {common::error_prefix(locale)} " "
                                </span>
                                {words}
                            </span>
                        </p>
                    }
                })
        })}
    }
}
