//! What the forms have in common that correct what was recorded: what is wrong with what was typed,
//! why it is corrected, and the button that saves it.

use domain::command::CorrectionReason;
use domain::field_error::FieldError;
use domain::refusal::Refusal;
use leptos::prelude::*;
use phrases::coordination as say;

use super::{Act, Failure, typed};
use crate::api::ApiError;
use crate::components::action::{Actions, Button};
use crate::components::live::live;
use crate::components::question::Question;
use crate::locale::locale;

/// A correction that is being made.
#[derive(Clone, Copy)]
pub(super) struct Correcting {
    /// Code of why.
    reason: RwSignal<String>,
    /// What is wrong with what was typed.
    pub(super) faults: RwSignal<Vec<FieldError>>,
    /// Nothing was wrong with what was typed last.
    sent: RwSignal<bool>,
}

impl Correcting {
    /// Nothing was typed yet.
    pub(super) fn new() -> Self {
        let reason = CorrectionReason::Mistyped.code().to_owned();
        let (faults, sent) = (RwSignal::new(Vec::new()), RwSignal::new(false));
        Self { reason: RwSignal::new(reason), faults, sent }
    }

    /// What was read from the form, with why it is so; nothing when something is wrong with it,
    /// which is told.
    pub(super) fn take<T>(self, read: Result<T, Vec<FieldError>>) -> Option<(T, CorrectionReason)> {
        let (read, faults) = match read {
            Ok(read) => (Some(read), Vec::new()),
            Err(faults) => (None, faults),
        };
        self.faults.set(faults);
        self.sent.set(read.is_some());
        let reason = CorrectionReason::from_code(&self.reason.get_untracked());
        read.map(|read| (read, reason.unwrap_or(CorrectionReason::Mistyped)))
    }

    /// What was wrong with it before it was sent.
    fn refused(self) -> Option<ApiError> {
        let fields = self.faults.get();
        let is_told = !self.sent.get() && !fields.is_empty();
        is_told.then_some(ApiError::Refused(Refusal::Invalid { fields }))
    }
}

/// The frame of such a form.
#[component]
pub(super) fn Correction<I, O>(
    correcting: Correcting,
    /// What a correction brings with it.
    lead: &'static str,
    /// Identifier of the question why; there may be two such forms on a page.
    why: &'static str,
    /// What records it.
    record: Act<I, O>,
    /// Reads what was typed, and sends it.
    save: Callback<()>,
    /// It stands in a dialog, which hides what the page tells of a refusal.
    #[prop(optional)]
    in_dialog: bool,
    /// A question that stands beside that of why.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    I: Send + Sync + 'static,
    O: Clone + Send + Sync + 'static,
{
    let locale = locale();
    // What the register finds wrong, as an hour that has not come, stands beside its field, too.
    let answered_faults = typed::refused(record);
    Effect::new(move |_| {
        let fields = answered_faults.get();
        if correcting.sent.get_untracked() && !fields.is_empty() {
            correcting.faults.set(fields);
        }
    });
    let told = move || {
        let is_answered = in_dialog && correcting.sent.get() && !record.pending().get();
        let answered = record.value().get().filter(|_| is_answered).and_then(Result::err);
        correcting.refused().or(answered).map(|error| view! { <Failure error=error /> })
    };
    let reasons = typed::choices(CorrectionReason::CHOSEN, CorrectionReason::code, locale);
    let question = Question::new(why, say::correction_reason(locale));
    view! {
        <p class="soft">{lead}</p>
        {live(told)}
        {children()}
        <div class="form-grid">{beside} {typed::chosen(correcting.reason, question, reasons)}</div>
        <Actions>
            <Button busy=record.pending() on:click=move |_| save.run(())>
                {say::save_correction(locale)}
            </Button>
        </Actions>
    }
}
