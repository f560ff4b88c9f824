//! A visit that was begun cannot be read: it is told, and thrown away when somebody says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{common, field};

use crate::components::action::{Actions, Button, Weight};
use crate::components::live::When;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::offline::drafts;
use crate::pages::field::phone;
use crate::pages::visit_form::draft::VisitDraft;

/// Of a visit that was begun and cannot be read: it is kept until it can be, or is thrown away.
#[component]
pub(super) fn SetAside(
    /// Whether there is one.
    holds: RwSignal<bool>,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let is_asked = RwSignal::new(false);
    let throw = move |_| {
        spawn_local(async move {
            let Some(queue) = phone.queue() else { return };
            // What could not be thrown away is told still. The pictures go when the next page asks
            // whose there are.
            if drafts::drop_aside::<VisitDraft>(&queue).await.is_ok() {
                let _ = holds.try_set(false);
            }
        });
    };
    let ask = move || {
        view! {
            <Button weight=Weight::Plain icon="trash-2" on:click=move |_| is_asked.set(true)>
                {field::throw_draft(locale)}
            </Button>
        }
    };
    view! {
        <When holds=holds>
            <Notice title=field::draft_aside(locale) tone=Tone::Person>
                <p>{field::draft_aside_next(locale)}</p>
                <When holds=is_asked otherwise=ask>
                    <p>{field::draft_aside_lost(locale)}</p>
                    <Actions>
                        <Button weight=Weight::Grave on:click=throw>
                            {field::draft_aside_throw(locale)}
                        </Button>
                        <Button weight=Weight::Plain on:click=move |_| is_asked.set(false)>
                            {common::cancel(locale)}
                        </Button>
                    </Actions>
                </When>
            </Notice>
        </When>
    }
}
