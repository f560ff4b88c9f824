//! All that a phone has in quarantine, recorded at once.

use domain::desk::unresolved::{AtOnce, LeftOver, RecordedAtOnce};
use domain::id::DeviceId;
use leptos::prelude::*;
use phrases::coordination as say;
use std::collections::HashSet;

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
    let words = match wanted.after {
        Some(_) => say::record_all_behind(locale, wanted.count.into()),
        None => say::record_all(locale, wanted.count.into()),
    };
    view! {
        <section class="bulk" aria-label=say::actions(locale)>
            <p>{say::record_all_lead(locale)}</p>
            <Actions>
                <Button busy=record.pending() on:click=go>{words}</Button>
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
                let left = u64::from(told.stayed);
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

/// The act that goes on behind what could not be recorded of a phone, if that was done last.
pub(super) fn behind(record: RecordAll, phone: Option<DeviceId>) -> Option<AtOnce> {
    let next = record.value().get().and_then(Result::ok).and_then(|told| told.next);
    next.filter(|next| Some(next.phone) == phone)
}

/// What could not be recorded with others, and why, as it was tried last.
pub(super) fn left(record: RecordAll) -> Memo<Vec<LeftOver>> {
    Memo::new(move |before: Option<&Vec<LeftOver>>| {
        let mut left = match record.value().get() {
            Some(Ok(told)) => told.left,
            _ => Vec::new(),
        };
        let tried: HashSet<_> = left.iter().map(|one| one.submission).collect();
        let before = before.into_iter().flatten();
        left.extend(before.filter(|one| !tried.contains(&one.submission)).cloned());
        left
    })
}
