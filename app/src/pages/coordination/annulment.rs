//! The question why a service is annulled.

use domain::command::Command;
use domain::id::{ServiceId, SubmissionId};
use domain::name::ShortText;
use leptos::prelude::*;
use phrases::coordination as say;

use super::record::Record;
use super::typed;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
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
    Effect::new(move |_| {
        if open.get() {
            reason.set(String::new());
        }
    });
    let confirm = move |_| {
        let words = ShortText::<200>::parse(&reason.get_untracked());
        if let (Some(service), Ok(reason)) = (chosen.get_untracked(), words) {
            record.dispatch((id, vec![Command::AnnulService { service, reason }]));
            open.set(false);
        }
    };
    let unexplained = Signal::derive(move || reason.read().trim().is_empty());
    let question = Question::new(why, say::reason(locale));
    view! {
        <Dialog open=open title=title>
            {lead.map(|lead| view! { <Notice title=lead tone=Tone::Info /> })}
            {typed::text(reason, question, Keyboard::Text)}
            <Actions>
                <Button weight=Weight::Grave busy=unexplained on:click=confirm>
                    {say::annul(locale)}
                </Button>
            </Actions>
        </Dialog>
    }
}
