//! One import: what would become of its rows, how far it is, what came of it.

use domain::import::{ImportSheet, ImportState, KeptRow, PreviewRow, Step, Verdict};
use leptos::prelude::*;
use leptos_meta::Meta;
use phrases::{Locale, format, import as say};

use super::columns::{ColumnsForm, source_words};
use super::{ImportFrame, fault_words, state_view, verdict_view};
use crate::components::action::{Actions, Button, LinkButton, Weight};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::locale::locale;
use crate::pages::public::stock::Links;
use crate::routes;

/// Seconds after which a page of an import at work asks again.
const REFRESH_S: &str = "4";
/// Most characters of a cell that a preview shows.
const MOST_SHOWN: usize = 60;

/// `/coordinacion/importar/{id}`.
#[component]
pub fn ImportPage(
    /// The links round it.
    links: Links,
    /// What it shows.
    sheet: ImportSheet,
    /// It is asked whether to undo it.
    asks_undo: bool,
) -> impl IntoView {
    let locale = locale();
    let ImportSheet { line, plan, totals, rows, kept, is_cleared } = sheet;
    let is_preview = line.state == ImportState::Preview;
    let refresh = line.state.is_at_work().then(|| {
        view! { <Meta http_equiv="refresh" content=REFRESH_S /> }
    });
    let source = source_words(&plan, locale);
    let headings = plan.headings.clone();
    let columns = is_preview.then(|| view! { <ColumnsForm line=line.clone() plan=plan /> });
    let made = totals.iter().filter(|(verdict, _)| verdict.made_animal());
    let made = made.map(|(_, count)| u64::from(*count)).sum::<u64>();
    let acts = if asks_undo {
        undo_question(&line.id.to_string(), locale).into_any()
    } else {
        acts(&line.id.to_string(), line.state, made, locale).into_any()
    };
    view! {
        {refresh}
        <ImportFrame title=line.name.clone() links=links>
            <BackLink href=routes::IMPORTS />
            <div class="page-head">
                <h1>{line.name.clone()}</h1>
                {state_view(line.state, locale)}
            </div>
            <div class="flow">
                {progress(line.state, (line.done, line.rows), locale)}
                {acts}
                <p class="soft">{source}</p>
                <Totals totals=totals />
                {is_cleared.then(|| view! { <p class="soft">{say::cleared(locale)}</p> })}
                <Kept kept=kept />
                {columns}
                <Rows rows=rows headings=headings is_preview=is_preview />
            </div>
        </ImportFrame>
    }
}

/// How far it is.
fn progress(state: ImportState, (done, rows): (u32, u32), locale: Locale) -> impl IntoView {
    let figure = |count: u32| format::count(count.into(), locale);
    (state != ImportState::Preview).then(|| {
        let words = say::progress(locale, figure(done), figure(rows));
        let note = state.is_at_work().then(|| view! { <p>{say::refreshes(locale)}</p> });
        view! {
            <p class="progress-line">
                <progress max=rows value=done aria-label=words.clone()></progress>
                <span class="figures">{words}</span>
            </p>
            {note}
        }
    })
}

/// A form of one button.
fn act(import: &str, step: Step, words: &'static str, weight: Weight) -> impl IntoView + use<> {
    view! {
        <form method="post" action=routes::desk_import(import)>
            <input type="hidden" name="act" value=step.code() />
            <Button submit=true weight=weight>
                {words}
            </Button>
        </form>
    }
}

fn acts(import: &str, state: ImportState, made: u64, locale: Locale) -> impl IntoView + use<> {
    let one = |step, words, weight| act(import, step, words, weight).into_any();
    let undo = || one(Step::Undo, say::undo(locale), Weight::Plain);
    let forms = match state {
        ImportState::Preview => vec![
            one(Step::Start, say::start(locale), Weight::Main),
            one(Step::Discard, say::discard(locale), Weight::Plain),
        ],
        ImportState::Running => vec![one(Step::Stop, say::stop(locale), Weight::Quiet)],
        ImportState::Stopped => {
            vec![one(Step::Resume, say::resume(locale), Weight::Main), undo()]
        }
        ImportState::Done => vec![undo()],
        ImportState::Undoing | ImportState::Undone => Vec::new(),
    };
    let count =
        (state == ImportState::Preview).then(|| view! { <p>{say::start_count(locale, made)}</p> });
    let file = format!("{}/resultado.csv", routes::desk_import(import));
    view! {
        {count}
        <Actions>
            {forms}
            <LinkButton href=file weight=Weight::Plain icon="download">
                {say::result(locale)}
            </LinkButton>
        </Actions>
    }
}

/// Whether to undo it, on a page of its own.
fn undo_question(import: &str, locale: Locale) -> impl IntoView + use<> {
    let (back, action) = (routes::desk_import(import), routes::desk_import(import));
    view! {
        <Notice title=say::undo_confirm(locale) tone=Tone::Person live=true>
            <p>{say::undo_lead(locale)}</p>
        </Notice>
        <form method="post" action=action>
            <input type="hidden" name="act" value=Step::Undo.code() />
            <input type="hidden" name="confirmed" value="1" />
            <Actions>
                <Button submit=true weight=Weight::Grave>
                    {say::undo_yes(locale)}
                </Button>
                <LinkButton href=back weight=Weight::Quiet>
                    {say::undo_no(locale)}
                </LinkButton>
            </Actions>
        </form>
    }
}

#[component]
fn Totals(totals: Vec<(Verdict, u32)>) -> impl IntoView {
    let locale = locale();
    let columns =
        vec![Column::words(say::verdict_column(locale)), Column::figures(say::rows_column(locale))];
    let row = move |(verdict, count): (Verdict, u32)| {
        view! {
            <tr>
                <th scope="row">{verdict_view(verdict, locale)}</th>
                <td data-align="end">{format::count(count.into(), locale)}</td>
            </tr>
        }
    };
    (!totals.is_empty()).then(|| {
        let rows = totals.into_iter().map(row).collect_view();
        view! {
            <DataTable caption=say::totals(locale) columns=columns>
                {rows}
            </DataTable>
        }
    })
}

#[component]
fn Kept(kept: Vec<KeptRow>) -> impl IntoView {
    let locale = locale();
    let columns = vec![
        Column::words(say::place_column(locale)),
        Column::words(say::kept_title(locale)),
        Column::words(say::problem_column(locale)),
    ];
    let row = move |kept: KeptRow| {
        let (href, words) = match (kept.animal, kept.owner) {
            (Some(animal), _) => (Some(routes::desk_animal(animal)), say::kept_animal(locale)),
            (None, Some(owner)) => (Some(routes::desk_owner(owner)), say::kept_owner(locale)),
            (None, None) => (None, ""),
        };
        view! {
            <tr>
                <th scope="row">{format::count(kept.place.into(), locale)}</th>
                <td>
                    <a href=href>{kept.name}</a>
                </td>
                <td>{words}</td>
            </tr>
        }
    };
    (!kept.is_empty()).then(|| {
        let rows = kept.into_iter().map(row).collect_view();
        view! {
            <DataTable caption=say::kept_title(locale) columns=columns>
                {rows}
            </DataTable>
        }
    })
}

#[component]
fn Rows(rows: Vec<PreviewRow>, headings: Vec<String>, is_preview: bool) -> impl IntoView {
    let locale = locale();
    let own = [say::place_column(locale), say::verdict_column(locale), say::problem_column(locale)];
    let width = headings.len();
    let columns: Vec<_> =
        own.into_iter().map(str::to_owned).chain(headings).map(Column::words).collect();
    let row = move |row: PreviewRow| {
        let cells = row.cells.into_iter().chain(std::iter::repeat(String::new())).take(width);
        let cells = cells
            .map(|cell| {
                let short: String = cell.chars().take(MOST_SHOWN).collect();
                view! { <td>{short}</td> }
            })
            .collect_view();
        view! {
            <tr>
                <th scope="row">{format::count(row.place.into(), locale)}</th>
                <td>{row.verdict.map(|verdict| verdict_view(verdict, locale))}</td>
                <td>{fault_words(&row.faults, locale)}</td>
                {cells}
            </tr>
        }
    };
    let caption = if is_preview { say::rows_preview(locale) } else { say::rows_wrong(locale) };
    (!rows.is_empty()).then(|| {
        let rows = rows.into_iter().map(row).collect_view();
        view! {
            <DataTable caption=caption columns=columns>
                {rows}
            </DataTable>
        }
    })
}
