//! The question why a service is annulled.

use domain::command::Command;
use domain::field_error::{Field, FieldError};
use domain::id::{ServiceId, SubmissionId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use leptos::prelude::*;
use phrases::coordination as say;

use super::record::Record;
use super::{Failure, typed};
use crate::api::ApiError;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::components::live::live;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::Keyboard;
use crate::locale::locale;

/// Whether a dialog is open: once something was chosen for it, until it is shut.
pub(super) fn opened<T: Send + Sync + 'static>(chosen: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if chosen.read().is_some() {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            chosen.set(None);
        }
    });
    open
}

/// Asks why, and annuls.
#[component]
pub(super) fn Annulment(
    /// What; none while the dialog is shut.
    chosen: RwSignal<Option<ServiceId>>,
    /// Under which identifier.
    id: SubmissionId,
    /// What records it.
    record: Record,
    /// Its heading.
    title: &'static str,
    /// Identifier of the question.
    why: &'static str,
    /// What an annulment brings with it.
    lead: Option<&'static str>,
) -> impl IntoView {
    let locale = locale();
    let (open, reason) = (opened(chosen), RwSignal::new(String::new()));
    let faults = RwSignal::new(Vec::<FieldError>::new());
    Effect::new(move |_| {
        if open.get() {
            reason.set(String::new());
            faults.set(Vec::new());
        }
    });
    let confirm = move |_| {
        let Some(service) = chosen.get_untracked() else { return };
        match ShortText::<200>::parse(&reason.get_untracked()) {
            Ok(reason) => {
                record.dispatch((id, vec![Command::AnnulService { service, reason }]));
                open.set(false);
            }
            Err(error) => faults.set(vec![FieldError::new(Field::Reason, error)]),
        }
    };
    let told = move || {
        let fields = faults.get();
        let wrong = (!fields.is_empty()).then_some(ApiError::Refused(Refusal::Invalid { fields }));
        wrong.map(|error| view! { <Failure error=error /> })
    };
    let unexplained = Signal::derive(move || reason.read().trim().is_empty());
    let question =
        Question::new(why, say::reason(locale)).error(typed::fault(faults, Field::Reason));
    view! {
        <Dialog open=open title=title>
            {lead.map(|lead| view! { <Notice title=lead tone=Tone::Info /> })}
            {live(told)}
            {typed::text(reason, question, Keyboard::Text)}
            <Actions>
                <Button weight=Weight::Grave busy=unexplained on:click=confirm>
                    {say::annul(locale)}
                </Button>
            </Actions>
        </Dialog>
    }
}
