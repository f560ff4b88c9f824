//! The records of this phone, each with its state; nothing refused hides here.

use domain::name::search_key;
use domain::sync::ItemState;
use leptos::prelude::*;
use phrases::{Locale, field, format};

use crate::components::action::{BottomAction, Button, LinkButton, Weight};
use crate::components::card::LinkRow;
use crate::components::empty_state::EmptyState;
use crate::components::live::{derived, each, live, memo};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::text_field::{Keyboard, TextField};
use crate::locale::locale;
use crate::offline::browser;
use crate::offline::held::Record;
use crate::offline::json;
use crate::offline::phone::{needs_person, shown_state};
use crate::offline::stock::LossDraft;
use crate::pages::field::handover::OpenHandover;
use crate::pages::field::insurance::{Keeping, Overdue};
use crate::pages::field::phone;
use crate::pages::field::pictures::PicturesInTrouble;
use crate::pages::field::received::Received;
use crate::pages::visit_form::draft::VisitDraft;
use crate::routes;

/// So many rows at first, in a list that nobody reads to its end: hundreds take a phone seconds.
const AT_FIRST: usize = 40;
/// The row after them, where the focus goes once it is there.
const NEXT: &str = "siguiente";

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
        <PicturesInTrouble />
        <Unread />
        <Rows words=words />
        <OpenHandover />
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

/// Records that were not read yet: lists are without them, and nobody is to take them for lost.
#[component]
pub(super) fn Unread() -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let unread = memo(move || phone.count_unread());
    live(move || {
        let words = (unread.get() > 0).then(|| field::records_unread(locale, unread.get()));
        words.map(|words| view! { <p class="soft">{words}</p> })
    })
}

/// What waits for a person first, then the newest. It is built anew when others are shown, or in
/// another order; else only the rows change that have something new to say.
#[component]
fn Rows(words: RwSignal<String>) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let is_whole = RwSignal::new(false);
    let found = memo(move || {
        let wanted = search_key(&words.get());
        // In whichever order, as somebody says a name.
        let has_all = |all: &str| wanted.split(' ').all(|word| all.contains(word));
        let is_wanted = |record: &&Record| {
            let brief = record.held.brief.as_ref();
            wanted.is_empty() || brief.is_some_and(|brief| has_all(&brief.words))
        };
        phone.kept.with(|kept| {
            let wanted = kept.records.iter().rev().filter(is_wanted);
            let (asking, rest): (Vec<_>, Vec<_>) = wanted.partition(|record| needs_person(record));
            let found = asking.into_iter().chain(rest);
            found.map(|record| record.held.head.id).collect::<Vec<_>>()
        })
    });
    let shown = memo(move || {
        let most = if is_whole.get() { usize::MAX } else { AT_FIRST };
        found.with(|found| found.iter().copied().take(most).collect::<Vec<_>>())
    });
    let is_searched = memo(move || !words.with(String::is_empty));
    let is_read = memo(move || phone.is_whole());
    let hidden = move || {
        let hidden = found.with(Vec::len).saturating_sub(shown.with(Vec::len));
        let words = field::queue_more(locale, u64::try_from(hidden).unwrap_or_default());
        (hidden > 0).then(|| {
            view! {
                <Button
                    weight=Weight::Quiet
                    on:click=move |_| {
                        is_whole.set(true);
                        browser::focus(NEXT);
                    }
                >
                    {words}
                </Button>
            }
        })
    };
    let rows = live(move || {
        let shown = shown.get();
        if shown.is_empty() {
            // What was not read may be what is looked for.
            if !is_read.get() {
                return ().into_any();
            }
            return view! { <NoRows is_searched=is_searched.get() /> }.into_any();
        }
        let rows = phone.kept.with_untracked(|kept| {
            let records = shown.iter().filter_map(|id| kept.record(*id));
            let row = |(at, record): (usize, &Record)| {
                let is_next = at == AT_FIRST;
                view! {
                    <li id=is_next.then_some(NEXT) tabindex=is_next.then_some("-1")>
                        <RecordRow record=record.clone() />
                    </li>
                }
            };
            each(records.enumerate(), row)
        });
        view! { <ul class="rows">{rows}</ul> }.into_any()
    });
    view! {
        {rows}
        {live(hidden)}
    }
}

/// Said in the place of rows.
#[component]
fn NoRows(
    /// Rows were searched, and none was found.
    is_searched: bool,
) -> impl IntoView {
    let locale = locale();
    let (title, next) = match is_searched {
        false => (field::queue_empty(locale), field::queue_empty_next(locale)),
        true => (field::queue_nothing_found(locale), field::queue_nothing_found_next(locale)),
    };
    view! {
        <EmptyState icon="inbox" title=title>
            <p>{next}</p>
        </EmptyState>
    }
}

/// One record in a list.
#[component]
pub fn RecordRow(
    /// The record as it is now; the row says what becomes of it.
    record: Record,
) -> impl IntoView {
    let (phone, locale) = (phone(), locale());
    let head = record.held.head;
    let (day, minute) = head.recorded_at.local(head.utc_offset_minutes);
    let (title, owner) = names(&record, locale);
    // What has waited for days says since when.
    let time = match day == phone.today() {
        true => format::time(minute),
        false => format::moment(head.recorded_at, head.utc_offset_minutes, locale),
    };
    let told = standing(record);
    view! {
        <LinkRow
            href=routes::field_record(head.id)
            title=title
            detail=derived(move || format!("{time} · {owner} · {}", told.get().0))
            icon=derived(move || told.get().2)
            tone=derived(move || told.get().1)
        />
    }
}

/// Where a record stands just now: in words, what it asks for, and its icon.
pub(super) fn standing(record: Record) -> Memo<(&'static str, Tone, &'static str)> {
    let (phone, locale) = (phone(), locale());
    memo(move || {
        phone.kept.with(|kept| {
            let now = kept.record(record.held.head.id).unwrap_or(&record);
            // One without an answer may be in the batch under way.
            let progress = phone.progress();
            let is_sending = now.held.state.is_open() && progress.is_sending;
            if kept.held_by(&now.held).is_some() {
                return (field::queue_held(locale), Tone::Waiting, "clock");
            }
            if !is_sending && progress.stuck.contains(&now.held.head.id) {
                return (field::queue_stuck(locale), Tone::Person, "circle-alert");
            }
            state_words(now, is_sending, locale)
        })
    })
}

fn state_words(
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

/// The form of a record of what left the box.
pub(super) fn loss(record: &Record) -> LossDraft {
    json::read(&record.held.form).unwrap_or_default()
}

/// What a record is called, by its animals, and the owner's name; of what left the box, how; of
/// who came, their name.
pub(super) fn names(record: &Record, locale: Locale) -> (String, String) {
    match &record.held.brief {
        Some(brief) => (brief.title.clone(), brief.owner.clone()),
        None => (field::shut_record(locale).to_owned(), field::shut_owner(locale).to_owned()),
    }
}
