//! The records of this phone, each with its state; nothing refused hides here.

use domain::name::search_key;
use domain::sync::ItemState;
use leptos::prelude::*;
use phrases::{Locale, field, format};

use crate::components::action::{BottomAction, LinkButton, Weight};
use crate::components::card::LinkRow;
use crate::components::empty_state::EmptyState;
use crate::components::live::live;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::held::Record;
use crate::offline::json;
use crate::offline::phone::{needs_person, shown_state};
use crate::pages::field::insurance::{Keeping, Overdue};
use crate::pages::field::phone;
use crate::pages::field::received::Received;
use crate::pages::visit_form::draft::VisitDraft;
use crate::routes;

/// The list.
#[component]
pub fn RecordsPage() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let words = RwSignal::new(String::new());
    let question = Question::new("buscar", field::queue_search(locale));
    let unreadable = move || u64::from(phone.kept.read().unreadable);
    view! {
        <h1>{field::queue_title(locale)}</h1>
        <Received />
        <Overdue />
        <TextField
            question=question
            keyboard=Keyboard::Search
            value=words
            on_input=Callback::new(move |typed| words.set(typed))
            on_enter=Callback::new(|()| ())
        />
        {live(move || {
            (unreadable() > 0)
                .then(|| {
                    let title = field::unreadable(locale, unreadable());
                    view! {
                        <Notice title=title tone=Tone::Person>
                            <p>{field::unreadable_next(locale)}</p>
                        </Notice>
                    }
                })
        })}
        <Rows words=words />
        <Keeping />
        <BottomAction>
            <LinkButton href=routes::field_visit() icon="plus">
                {field::new_visit(locale)}
            </LinkButton>
            <LinkButton href=routes::FIELD weight=Weight::Plain>
                {field::to_start(locale)}
            </LinkButton>
        </BottomAction>
    }
}

/// What waits for a person first, then the newest.
#[component]
fn Rows(words: RwSignal<String>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    live(move || {
        let wanted = search_key(&words.get());
        let mut records = phone.kept.get().records;
        records
            .retain(|record| wanted.is_empty() || search_key(&searched(record)).contains(&wanted));
        if records.is_empty() {
            let title = match wanted.is_empty() {
                true => field::queue_empty(locale),
                false => field::queue_nothing_found(locale),
            };
            return view! {
                <EmptyState icon="inbox" title=title>
                    <p>{field::queue_empty_next(locale)}</p>
                </EmptyState>
            }
            .into_any();
        }
        let (asking, rest): (Vec<_>, Vec<_>) = records.into_iter().rev().partition(needs_person);
        let rows: Vec<_> = asking
            .into_iter()
            .chain(rest)
            .map(|record| view! { <li><RecordRow record=record /></li> })
            .collect();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    })
}

/// One record in a list.
#[component]
pub fn RecordRow(
    /// The record.
    record: Record,
) -> impl IntoView {
    let locale = locale();
    let head = record.held.head;
    let (_, minute) = head.recorded_at.local(head.utc_offset_minutes);
    let (time, owner) = (format::time(minute), owner_name(&record, locale));
    let title = title(&record, locale);
    let is_sending = is_under_way(&record);
    live(move || {
        let (words, tone, icon) = state_words(&record, is_sending.get(), locale);
        let detail = format!("{time} · {owner} · {words}");
        let (href, title) = (routes::field_record(head.id), title.clone());
        view! { <LinkRow href=href title=title detail=detail icon=icon tone=tone /> }
    })
}

/// Whether the record may be in the batch under way just now.
pub(super) fn is_under_way(record: &Record) -> Memo<bool> {
    let (phone, is_open) = (phone(), record.held.state.is_open());
    Memo::new(move |_| is_open && phone.progress().is_sending)
}

/// The state in words, what it asks for, and its icon.
pub(super) fn state_words(
    record: &Record,
    is_sending: bool,
    locale: Locale,
) -> (&'static str, Tone, &'static str) {
    if record.held.replaced_by.is_some() {
        return match record.held.state {
            ItemState::Sent => (field::queue_corrected(locale), Tone::Kept, "pencil"),
            _ => (field::queue_mended(locale), Tone::Waiting, "pencil"),
        };
    }
    match shown_state(record, is_sending) {
        ItemState::Pending => (field::queue_pending(locale), Tone::Waiting, "clock"),
        ItemState::Sending => (field::queue_sending(locale), Tone::Waiting, "cloud-upload"),
        ItemState::Refused => (field::queue_refused(locale), Tone::Person, "circle-alert"),
        ItemState::Conflict => (field::queue_conflict(locale), Tone::Person, "split"),
        ItemState::Quarantined => (field::queue_quarantined(locale), Tone::Waiting, "shield-alert"),
        ItemState::Sent => (field::sent(locale), Tone::Kept, "circle-check"),
    }
}

/// The form a record was made of.
pub(super) fn form(record: &Record) -> VisitDraft {
    json::read(&record.held.form).unwrap_or_default()
}

/// The names of the animals, as a record is called.
pub(super) fn title(record: &Record, locale: Locale) -> String {
    let names: Vec<_> = form(record).animals().map(|animal| animal.name()).collect();
    let names = format::list(&names, locale);
    if record.held.is_annulment() { field::annulment(locale, &names) } else { names }
}

/// The owner's name.
pub(super) fn owner_name(record: &Record, locale: Locale) -> String {
    let draft = form(record);
    match &draft.owner.known {
        Some(card) => card.details.name.full(),
        None if draft.owner.form.given.is_empty() => field::later_act(locale).to_owned(),
        None => {
            let form = &draft.owner.form;
            format!("{} {}", form.given.trim(), form.surnames.trim())
        }
    }
}

/// Everything by which a record is looked for: names, RUN, chips.
fn searched(record: &Record) -> String {
    let draft = form(record);
    let mut words: Vec<String> = draft.animals().map(|animal| animal.name()).collect();
    words.push(owner_name(record, Locale::default()));
    words.push(match &draft.owner.known {
        Some(card) => card.details.document.key().unwrap_or_default(),
        None => draft.owner.form.run,
    });
    words.extend(record.held.lines.iter().filter_map(|line| line.chip).map(|c| c.to_string()));
    words.join(" ")
}
