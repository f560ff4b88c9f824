//! One record of this phone: what it holds, where it stands, and what a person can do about it.

use domain::id::SubmissionId;
use domain::refusal::Refusal;
use domain::submission::Outcome;
use leptos::prelude::*;
use leptos::task::spawn_local;
use phrases::{Explanation, Locale, common, explain, field, format};
use std::sync::Arc;

use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::live::{derived, live, memo};
use crate::components::notice::{Notice, RefusalNotice, Tone};
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::components::toast::Toast;
use crate::components::value::StateText;
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::drafts;
use crate::offline::held::{Held, Record};
use crate::offline::json;
use crate::offline::phone::{Phone, needs_person};
use crate::offline::queue::StorageError;
use crate::offline::stock::LossDraft;
use crate::pages::field::annulling::Annul;
use crate::pages::field::correcting::Correct;
use crate::pages::field::phone;
use crate::pages::field::provisional::awaits;
use crate::pages::field::records::{loss, names, standing};
use crate::pages::field::stock::Loss;
use crate::pages::field::versions::both_versions;
use crate::pages::visit_form::draft::{Step, VisitDraft};
use crate::routes;

/// A withdrawal can be undone for so long, in milliseconds.
const UNDO_MS: i32 = 6_000;

/// The record of this identifier with all that it holds, as long as it is kept: nothing until it
/// was opened, and nothing within when it has gone. It is without its sealed copy, since a page
/// that somebody looks at, or points a camera at, is not drawn anew because one was made.
pub(super) fn named_record(id: SubmissionId) -> RwSignal<Option<Option<Record>>> {
    let phone = phone();
    let without_copy = |mut record: Record| {
        if !record.held.copy.is_empty() {
            Arc::make_mut(&mut record.held).copy = String::new();
        }
        record
    };
    let listed = memo(move || phone.kept.read().record(id).cloned().map(without_copy));
    // What was kept just now is there at once.
    let opened = RwSignal::new(phone.kept_last(id).map(Some));
    Effect::new(move |_| {
        // Following alone would not make it, and what was never made never changes.
        listed.with(|_| ());
        spawn_local(async move {
            let Some(queue) = phone.queue() else { return };
            let Ok(mut read) = queue.opened(&[id]).await else { return };
            let now = Some(read.pop().map(without_copy));
            // The page may have gone meanwhile.
            if opened.try_with_untracked(|shown| *shown != now) == Some(true) {
                opened.set(now);
            }
        });
    });
    opened
}

/// The page of a record.
#[component]
pub fn RecordPage(
    /// Which one.
    id: SubmissionId,
) -> impl IntoView {
    let record = named_record(id);
    live(move || match record.get() {
        None => ().into_any(),
        Some(Some(record)) => view! { <Details record=record /> }.into_any(),
        Some(None) => view! { <Gone /> }.into_any(),
    })
}

/// A record that this phone does not keep any more.
#[component]
pub(super) fn Gone() -> impl IntoView {
    let locale = locale();
    view! {
        <EmptyState icon="inbox" title=field::record_gone(locale) lone=true>
            <LinkButton href=routes::field_records() weight=Weight::Quiet>
                {field::queue_title(locale)}
            </LinkButton>
        </EmptyState>
    }
}

#[component]
fn Details(record: Record) -> impl IntoView {
    let locale = locale();
    let head = record.held.head;
    let outcome = record.outcome.clone();
    let (name, owner) = names(&record, locale);
    let moment = format::moment(head.recorded_at, head.utc_offset_minutes, locale);
    let state = record.clone();
    let to_annul = record.clone();
    let to_mend = needs_person(&record).then_some(record);
    let has_documents =
        matches!(&outcome, Some(Outcome::Accepted { documents, .. }) if !documents.is_empty());
    let has_documents = has_documents || awaits(&to_annul, phone());
    let saved = routes::field_saved(head.id);
    let whose = match to_annul.held.is_loss() {
        true => field::loss_why(locale),
        false => common::owner(locale),
    };
    view! {
        <LinkButton
            href=routes::field_records()
            weight=Weight::Plain
            icon="chevron-left"
        >
            {field::queue_title(locale)}
        </LinkButton>
        <h1>{name}</h1>
        <Standing record=state.clone() />
        <Behind held=state.held.clone() />
        <Reason record=state />
        <SummaryList>
            <SummaryRow name=whose>{owner}</SummaryRow>
            <SummaryRow name=field::recorded_at(locale)>{moment}</SummaryRow>
            <SummaryRow name=field::record_number(locale)>
                {format::count(u64::from(head.sequence), locale)}
            </SummaryRow>
        </SummaryList>
        {has_documents
            .then(|| {
                view! {
                    <LinkButton href=saved weight=Weight::Quiet icon="qr-code">
                        {field::see_documents(locale)}
                    </LinkButton>
                }
            })}
        {to_mend.map(|record| view! { <Mend record=record /> })}
        <Correct record=to_annul.clone() />
        <Annul record=to_annul />
    }
}

/// Where the record stands, told again when the sending begins or ends.
#[component]
pub(super) fn Standing(
    /// The record.
    record: Record,
) -> impl IntoView {
    let told = standing(record);
    view! {
        <StateText
            words=derived(move || told.get().0.to_owned())
            tone=derived(move || told.get().1)
        />
    }
}

/// For which record it waits, and the way there.
#[component]
fn Behind(held: Arc<Held>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let ahead = memo(move || phone.kept.with(|kept| Some(kept.held_by(&held)?.held.head.id)));
    live(move || {
        let first = ahead.get()?;
        let name = phone.kept.with_untracked(|kept| Some(names(kept.record(first)?, locale).0))?;
        Some(view! {
            <Notice title=field::queue_held(locale) tone=Tone::Waiting>
                <p>{field::queue_held_next(locale)}</p>
                <LinkButton
                    href=routes::field_record(first)
                    weight=Weight::Quiet
                    icon="circle-alert"
                >
                    {name}
                </LinkButton>
            </Notice>
        })
    })
}

/// Why the server did not take it, told whole, with both versions.
#[component]
fn Reason(record: Record) -> impl IntoView {
    let locale = locale();
    match &record.outcome {
        Some(Outcome::Refused { refusal, .. } | Outcome::Conflict { refusal, .. }) => {
            let explanation = explained(refusal, locale);
            let versions = both_versions(&record, locale);
            view! {
                <RefusalNotice explanation=explanation />
                {versions}
            }
            .into_any()
        }
        Some(Outcome::Quarantined) => view! {
            <Notice title=field::queue_quarantined(locale)>
                <p>{field::quarantined_next(locale)}</p>
            </Notice>
        }
        .into_any(),
        Some(Outcome::Accepted { .. }) | None => ().into_any(),
    }
}

/// The refusal of a record: whatever it was, the record is still here.
pub(super) fn explained(refusal: &Refusal, locale: Locale) -> Explanation {
    // What an earlier version did not know, this one may.
    let heard = match refusal {
        Refusal::Unheard { told } => json::read::<Refusal>(told).ok(),
        _ => None,
    };
    let told = explain(heard.as_ref().unwrap_or(refusal), locale);
    Explanation { kept: phrases::refusal::kept_record(locale), ..told }
}

/// The form of the record, opened where the fault is; `None` where it cannot be read.
pub(super) fn reopened(record: &Record) -> Option<VisitDraft> {
    let mut draft: VisitDraft = json::read(&record.held.form).ok()?;
    draft.replaces = Some(record.held.head.id);
    // What was done keeps its names, by which what stands behind it tells it; where they are
    // another record's it gets others, as the record does.
    if draft.corrects.is_none() && !record.is_aside() {
        draft.standing.clone_from(&record.held.lines);
    }
    // Of what puts something right there is one question only.
    if draft.corrects.is_none() {
        draft.step = Step::Summary;
    }
    let at = record.outcome.as_ref().and_then(Outcome::command);
    let line = at.and_then(|at| record.held.lines.get(usize::try_from(at).ok()?));
    if let Some(line) = line.filter(|_| !draft.redoes()) {
        draft.open_at(line.animal, line.service.is_some());
    }
    Some(draft)
}

/// Opens the form of a visit; whether that of another one is half filled in instead.
///
/// # Errors
/// [`StorageError`] when there is no form that can be read, what is half filled in could not be
/// read, or the form not be kept; it is not open then.
pub(super) async fn open(phone: Phone, draft: Option<VisitDraft>) -> Result<bool, StorageError> {
    let (queue, draft) = phone.queue().zip(draft).ok_or(StorageError)?;
    // Every window that goes on with it keeps it as the same record.
    let draft = VisitDraft { record: Some(SubmissionId(browser::new_id())), ..draft };
    let is_other = |kept: &VisitDraft| {
        let is_mended = kept.replaces.is_some() && kept.replaces == draft.replaces;
        !kept.is_only_search() && !is_mended && !kept.corrects_as(&draft)
    };
    loop {
        let begun = drafts::visit::<VisitDraft>(&queue).await?;
        if begun.draft.as_ref().is_some_and(is_other) {
            return Ok(true);
        }
        if drafts::keep_instead(&queue, &begun, &draft).await? {
            browser::go(&routes::field_visit(), false);
            return Ok(false);
        }
    }
}

/// What to say of a form that was asked for: nothing of one that is open.
pub(super) const fn open_words(
    opened: Result<bool, StorageError>,
    locale: Locale,
) -> Option<[&'static str; 2]> {
    match opened {
        Ok(false) => None,
        Ok(true) => Some([field::finish_first(locale), field::finish_first_next(locale)]),
        Err(StorageError) => Some([field::not_opened(locale), field::not_opened_next(locale)]),
    }
}

/// What went wrong, and what to do about it.
pub(super) fn wrong([title, next]: [&'static str; 2]) -> impl IntoView {
    view! {
        <Notice title=title tone=Tone::Person live=true>
            <p>{next}</p>
        </Notice>
    }
}

/// Mend it, or withdraw it; a withdrawal can be undone for a moment.
#[component]
fn Mend(record: Record) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let id = record.held.head.id;
    let is_others = !record.held.is_corrected_by(phone.staff());
    // Of an annulment or an arrival there is no form to open, nor of what the former PIN closed.
    let is_formless = record.held.is_annulment() || record.held.arrival().is_some();
    let has_form = !is_others && !is_formless && !record.held.is_shut();
    // What left the box is mended here; a visit where visits are recorded.
    let lost = (has_form && record.held.is_loss())
        .then(|| LossDraft { replaces: Some(id), ..loss(&record) });
    let is_visit = has_form && lost.is_none();
    let withdrawn = RwSignal::new(false);
    let told = RwSignal::new(None::<[&'static str; 2]>);
    // While it is being removed nobody takes it back.
    let is_going = RwSignal::new(false);
    let words = derived(move || {
        (withdrawn.get() && !is_going.get()).then(|| field::withdrawn(locale).to_owned())
    });
    let mend = move |_| {
        let draft = reopened(&record);
        spawn_local(async move {
            let words = open_words(open(phone, draft).await, locale);
            let _ = told.try_set(words);
        });
    };
    let go = move || {
        let is_said = withdrawn.try_get_untracked() == Some(true);
        if !is_said || is_going.try_get_untracked() != Some(false) {
            return;
        }
        let _ = is_going.try_set(true);
        spawn_local(async move {
            if !phone.withdraw(id).await {
                let _ = (withdrawn.try_set(false), is_going.try_set(false));
                let stuck = [field::not_withdrawn(locale), field::not_withdrawn_next(locale)];
                let _ = told.try_set(Some(stuck));
            }
        });
    };
    let said = StoredValue::new(0_u32);
    let withdraw = move |_| {
        withdrawn.set(true);
        let own = said.get_value() + 1;
        said.set_value(own);
        spawn_local(async move {
            browser::pause(UNDO_MS).await;
            // What is said again after it was taken back has its own while.
            if said.try_get_value() == Some(own) {
                go();
            }
        });
    };
    // Who leaves the page meant it, and who leaves the app.
    on_cleanup(go);
    browser::on_hidden(go);
    view! {
        {live(move || told.get().map(wrong))}
        {is_others.then(|| view! { <p>{field::mend_others(locale)}</p> })}
        {lost.map(|begun| view! { <Loss begun=begun /> })}
        <Actions>
            {is_visit
                .then(|| {
                    view! {
                        <Button icon="pencil" busy=withdrawn on:click=mend>
                            {field::mend(locale)}
                        </Button>
                    }
                })}
            <Button weight=Weight::Grave icon="trash-2" busy=withdrawn on:click=withdraw>
                {field::withdraw(locale)}
            </Button>
        </Actions>
        <p class="small soft">{field::withdraw_hint(locale)}</p>
        <Toast words=words on_undo=Callback::new(move |()| withdrawn.set(false)) />
    }
}
