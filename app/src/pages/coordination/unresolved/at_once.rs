//! All that a phone has in quarantine, recorded at once.

use domain::desk::unresolved::{AtOnce, LeftOver, RecordedAtOnce};
use leptos::prelude::*;
use phrases::coordination as say;

use crate::components::action::{Actions, Button};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::coordination::{Act, Failure};

/// Records it.
pub(super) type RecordAll = Act<AtOnce, RecordedAtOnce>;

/// The offer.
#[component]
pub(super) fn RecordAtOnce(
    /// What is recorded.
    wanted: AtOnce,
    /// The act.
    record: RecordAll,
) -> impl IntoView {
    let locale = locale();
    let go = move |_| {
        record.dispatch(wanted);
    };
    view! {
        <section class="bulk" aria-label=say::actions(locale)>
            <p>{say::record_all_lead(locale)}</p>
            <Actions>
                <Button busy=record.pending() on:click=go>
                    {say::record_all(locale, wanted.count.into())}
                </Button>
            </Actions>
        </section>
    }
}

/// What became of it.
#[component]
pub(super) fn AllTold(
    /// The act.
    record: RecordAll,
) -> impl IntoView {
    let locale = locale();
    move || {
        record.value().get().map(|answer| match answer {
            Ok(told) => {
                let left = told.left.len() as u64;
                let tone = if left == 0 { Tone::Kept } else { Tone::Person };
                let left = (left > 0).then(|| say::record_all_left(locale, left));
                let title = say::record_all_done(locale, told.recorded.into());
                view! {
                    <Notice title=title tone=tone live=true>
                        <p>{left} " " {say::record_all_next(locale)}</p>
                    </Notice>
                }
                .into_any()
            }
            Err(error) => view! { <Failure error=error /> }.into_any(),
        })
    }
}

/// What could not be recorded with the others, and why.
pub(super) fn left(record: RecordAll) -> Memo<Vec<LeftOver>> {
    Memo::new(move |_| match record.value().get() {
        Some(Ok(told)) => told.left,
        _ => Vec::new(),
    })
}
