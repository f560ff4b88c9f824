//! Earlier registers and lists that are taken in. Pages that are served whole: what takes a while
//! is done by the worker, and a page that asks again tells how far it is.

mod columns;
mod one;

pub use columns::column_name;
pub use one::ImportPage;

use domain::field_error::FieldError;
use domain::import::{ImportLine, ImportState, Unfit, Verdict};
use leptos::prelude::*;
use phrases::{Locale, common, format, import as say};

use crate::components::action::Button;
use crate::components::empty_state::EmptyState;
use crate::components::error_summary::{ErrorSummary, FaultLink};
use crate::components::frame::{Frame, PageHead};
use crate::components::notice::Tone;
use crate::components::question::{Question, remarks};
use crate::components::table::{Column, DataTable};
use crate::components::value::{MomentText, StateText};
use crate::locale::locale;
use crate::pages::public::Visit;
use crate::pages::public::stock::Links;
use crate::routes;

/// The field with the file.
pub const FILE: &str = "archivo";

/// Head, navigation and foot round a page of the imports.
#[component]
fn ImportFrame(title: String, links: Links, children: Children) -> impl IntoView {
    let demonstration = use_context::<Visit>().unwrap_or_default().demonstration;
    let ribbon = if demonstration { common::demonstration(locale()) } else { "" };
    view! {
        <PageHead title=title />
        <Frame
            ways=links.ways
            current=routes::IMPORTS.to_owned()
            foot=links.foot
            ribbon=ribbon
        >
            {children()}
        </Frame>
    }
}

/// What a verdict says to a person.
#[must_use]
pub fn verdict_words(verdict: Verdict, locale: Locale) -> &'static str {
    match verdict {
        Verdict::New => say::verdict_new(locale),
        Verdict::KnownOwner => say::verdict_known_owner(locale),
        Verdict::Known => say::verdict_known(locale),
        Verdict::ChipTaken => say::verdict_chip_taken(locale),
        Verdict::TestChip => say::verdict_test_chip(locale),
        Verdict::Unreadable => say::verdict_unreadable(locale),
        Verdict::Lapsed => say::verdict_lapsed(locale),
        Verdict::Undone => say::verdict_undone(locale),
        Verdict::Kept => say::verdict_kept(locale),
        Verdict::OwnerKept => say::verdict_owner_kept(locale),
    }
}

/// What is wrong with a row, field by field.
#[must_use]
pub fn fault_words(faults: &[FieldError], locale: Locale) -> String {
    let words = faults.iter().map(|fault| phrases::explain_named_field(*fault, locale));
    words.collect::<Vec<_>>().join(" · ")
}

fn verdict_tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::New | Verdict::KnownOwner => Tone::Kept,
        Verdict::Known | Verdict::Lapsed | Verdict::Undone => Tone::Info,
        Verdict::ChipTaken
        | Verdict::TestChip
        | Verdict::Unreadable
        | Verdict::Kept
        | Verdict::OwnerKept => Tone::Person,
    }
}

fn verdict_view(verdict: Verdict, locale: Locale) -> impl IntoView {
    let words = verdict_words(verdict, locale).to_owned();
    view! { <StateText words=words tone=verdict_tone(verdict) /> }
}

fn state_view(state: ImportState, locale: Locale) -> impl IntoView {
    let (words, tone) = match state {
        ImportState::Preview => (say::state_preview(locale), Tone::Person),
        ImportState::Running => (say::state_running(locale), Tone::Waiting),
        ImportState::Stopped => (say::state_stopped(locale), Tone::Person),
        ImportState::Done => (say::state_done(locale), Tone::Kept),
        ImportState::Undoing => (say::state_undoing(locale), Tone::Waiting),
        ImportState::Undone => (say::state_undone(locale), Tone::Info),
    };
    view! { <StateText words=words.to_owned() tone=tone /> }
}

fn unfit_words(unfit: Unfit, locale: Locale) -> &'static str {
    match unfit {
        Unfit::Missing => say::unfit_missing(locale),
        Unfit::TooLarge => say::unfit_too_large(locale),
        Unfit::Unreadable => say::unfit_unreadable(locale),
        Unfit::Empty => say::unfit_empty(locale),
        Unfit::TooManyRows => say::unfit_too_many_rows(locale),
        Unfit::TooManyColumns => say::unfit_too_many_columns(locale),
    }
}

/// `/coordinacion/importar`: the imports, and a file to begin another with.
#[component]
pub fn ImportsPage(
    /// The links round it.
    links: Links,
    /// The imports, latest first, each with the minutes to add to UTC at its moment.
    lines: Vec<(ImportLine, i32)>,
    /// Why the file that was just sent cannot be taken.
    unfit: Option<Unfit>,
) -> impl IntoView {
    let locale = locale();
    let words = unfit.map(|unfit| unfit_words(unfit, locale));
    let faults = words.map(|words| FaultLink { id: FILE.to_owned(), words: words.to_owned() });
    let faults: Vec<_> = faults.into_iter().collect();
    let error = words.map(|words| format!("{words} {}", say::unfit_next(locale)));
    view! {
        <ImportFrame title=say::title(locale).to_owned() links=links>
            <div class="page-head">
                <h1>{say::title(locale)}</h1>
            </div>
            <div class="flow">
                <ErrorSummary faults=faults keeps=false />
                <p class="soft">{say::lead(locale)}</p>
                <FileForm error=error />
                <Lines lines=lines />
            </div>
        </ImportFrame>
    }
}

#[component]
fn FileForm(error: Option<String>) -> impl IntoView {
    let locale = locale();
    let file = Question::new(FILE, say::file(locale)).hint(say::file_hint(locale)).error(error);
    view! {
        <form
            class="flow narrow"
            method="post"
            action=routes::IMPORTS
            enctype="multipart/form-data"
        >
            <div class="field">
                <label class="field-label" for=FILE>
                    {say::file(locale)}
                </label>
                {remarks(&file)}
                <input
                    class="input"
                    id=FILE
                    name=FILE
                    type="file"
                    accept=".csv,.txt,.xlsx"
                    aria-describedby=file.described_by()
                    aria-invalid=file.invalid()
                    required
                />
            </div>
            <Button submit=true icon="inbox">
                {say::send(locale)}
            </Button>
        </form>
    }
}

#[component]
fn Lines(lines: Vec<(ImportLine, i32)>) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! {
            <EmptyState icon="inbox" title=say::list_empty(locale)>
                <p>{say::list_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let columns = vec![
        Column::words(say::file_column(locale)),
        Column::words(say::sent_column(locale)),
        Column::words(say::state_column(locale)),
        Column::figures(say::done_column(locale)),
        Column::figures(say::rows_column(locale)),
    ];
    let row = move |(line, offset): (ImportLine, i32)| {
        view! {
            <tr>
                <th scope="row">
                    <a href=routes::desk_import(line.id)>{line.name}</a>
                </th>
                <td>
                    <MomentText at=line.started_at offset_minutes=offset />
                </td>
                <td>{state_view(line.state, locale)}</td>
                <td data-align="end">{format::count(line.done.into(), locale)}</td>
                <td data-align="end">{format::count(line.rows.into(), locale)}</td>
            </tr>
        }
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::list_caption(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
