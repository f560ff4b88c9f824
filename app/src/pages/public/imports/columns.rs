//! What each column of a list means: proposed, and to be changed before anything is taken in.

use domain::field_error::{Field, FieldError};
use domain::import::{COLUMNS, ImportLine, Plan, Source};
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, import as say};

use super::fault_words;
use crate::components::action::{Actions, Button, Weight};
use crate::components::choice::Choice;
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::locale::locale;
use crate::pages::public::form_state::FormState;
use crate::routes;

/// What is sent for a column that is left out.
const UNUSED: &str = "-";

/// The name of the control of a column, by its place from 0.
#[must_use]
pub fn column_name(place: usize) -> String {
    format!("c{place}")
}

/// As what the file was read, so that a wrong guess is seen.
pub(super) fn source_words(plan: &Plan, locale: Locale) -> String {
    let encoding = match plan.source {
        Source::Workbook => return say::read_workbook(locale).to_owned(),
        Source::CsvUtf8 => "UTF-8",
        Source::CsvUtf16 => "UTF-16",
        Source::CsvWindows => "Windows-1252",
    };
    let separator = match plan.separator {
        Some('\t') => say::separator_tab(locale).to_owned(),
        separator => format!("«{}»", separator.unwrap_or(';')),
    };
    say::read_csv(locale, encoding, separator)
}

/// The form of the columns.
#[component]
pub(super) fn ColumnsForm(line: ImportLine, plan: Plan) -> impl IntoView {
    let locale = locale();
    let state = FormState::current();
    let wrong = (!state.errors.is_empty()).then(|| faults(&state.errors, locale));
    let questions = plan
        .headings
        .into_iter()
        .zip(plan.columns)
        .enumerate()
        .map(|(place, (heading, column))| {
            let name = column_name(place);
            let value = match state.value(&name) {
                typed if typed.is_empty() => column.map_or(UNUSED, Field::code).to_owned(),
                typed => typed,
            };
            let label = match heading.trim() {
                "" => say::column_unnamed(locale, place + 1),
                heading => heading.to_owned(),
            };
            let question = Question::new(name, label);
            view! { <Select question=question choices=choices(locale) value=value /> }
        })
        .collect_view();
    view! {
        <section class="flow narrow">
            <h2>{say::columns_title(locale)}</h2>
            {wrong}
            <p class="soft">{say::columns_hint(locale)} " " {say::needs(locale)}</p>
            <form class="flow" method="post" action=routes::desk_import(line.id)>
                <input type="hidden" name="act" value="columns" />
                {questions}
                <Actions>
                    <Button submit=true weight=Weight::Quiet>
                        {say::columns_save(locale)}
                    </Button>
                </Actions>
            </form>
        </section>
    }
}

fn faults(errors: &[FieldError], locale: Locale) -> impl IntoView + use<> {
    let lines = errors
        .iter()
        .map(|error| {
            let words = fault_words(std::slice::from_ref(error), locale);
            view! { <li>{words}</li> }
        })
        .collect_view();
    view! {
        <Notice title=say::columns_wrong(locale) tone=Tone::Person live=true>
            <ul>{lines}</ul>
        </Notice>
    }
}

fn choices(locale: Locale) -> Vec<Choice> {
    let fields =
        COLUMNS.iter().map(|field| Choice::new(field.code(), capital(field.label(locale))));
    std::iter::once(Choice::new(UNUSED, say::unused(locale))).chain(fields).collect()
}
