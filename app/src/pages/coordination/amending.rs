//! A list of what was recorded, each with the ways to correct it and to annul it: the last cell of
//! its row, and the two dialogs.

use domain::id::{ServiceId, SubmissionId};
use leptos::prelude::*;
use phrases::coordination as say;

use super::annulment::{Annulment, opened};
use super::record::Record;
use crate::components::action::{Actions, Button, Weight};
use crate::components::dialog::Dialog;
use crate::locale::locale;

/// What the two dialogs are about, to correct and to annul; nothing while they are shut.
pub(super) type Chosen<T> = (RwSignal<Option<T>>, RwSignal<Option<ServiceId>>);

/// Nothing yet.
pub(super) fn nothing<T: Send + Sync + 'static>() -> Chosen<T> {
    (RwSignal::new(None), RwSignal::new(None))
}

/// The last cell of a row: why it was annulled, else for who may the ways to correct it and to
/// annul it.
pub(super) fn ways<T: Clone + Send + Sync + 'static>(
    (one, id): (T, ServiceId),
    annulled: Option<String>,
    chosen: Option<Chosen<T>>,
) -> AnyView {
    let locale = locale();
    let (to_correct, to_annul) = match (annulled, chosen) {
        (Some(reason), _) => {
            let reason = say::annulled_for(locale, reason);
            return view! { <span class="soft">{reason}</span> }.into_any();
        }
        (None, None) => return ().into_any(),
        (None, Some(chosen)) => chosen,
    };
    view! {
        <Actions>
            <Button weight=Weight::Plain on:click=move |_| to_correct.set(Some(one.clone()))>
                {say::correct(locale)}
            </Button>
            <Button weight=Weight::Plain on:click=move |_| to_annul.set(Some(id))>
                {say::annul(locale)}
            </Button>
        </Actions>
    }
    .into_any()
}

/// What the two dialogs say.
pub(super) struct Words {
    /// Heading of the one that corrects.
    pub(super) correct: &'static str,
    /// Heading of the one that annuls.
    pub(super) annul: &'static str,
    /// What an annulment brings with it.
    pub(super) lead: Option<&'static str>,
    /// Identifier of the question why something is annulled.
    pub(super) why: &'static str,
}

/// The dialog that corrects, in `form`, what was chosen, and the one that annuls it.
pub(super) fn dialogs<T: Clone + Send + Sync + 'static>(
    (to_correct, to_annul): Chosen<T>,
    words: Words,
    (id, record): (SubmissionId, Record),
    form: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let open = opened(to_correct);
    let form = move || to_correct.get().map(&form);
    view! {
        <Dialog open=open title=words.correct>
            {form}
        </Dialog>
        <Annulment
            chosen=to_annul
            id=id
            record=record
            title=words.annul
            why=words.why
            lead=words.lead
        />
    }
}
