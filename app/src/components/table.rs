//! Rows and columns.

use leptos::prelude::*;
use phrases::{Locale, coordination, format};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Whether it holds figures, set to the end; give its cells `data-align="end"` too.
    pub figures: bool,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(title: impl Into<String>) -> Self {
        Self { title: title.into(), figures: false }
    }

    /// A column of figures.
    #[must_use]
    pub fn figures(title: impl Into<String>) -> Self {
        Self { title: title.into(), figures: true }
    }
}

/// A cell with a count, of a column of figures.
#[must_use]
pub fn figure(count: u32, locale: Locale) -> impl IntoView {
    view! { <td data-align="end">{format::count(count.into(), locale)}</td> }
}

/// A cell with what was promised, of a column of figures; nothing was where the count is 0.
#[must_use]
pub fn promised(count: u32, locale: Locale) -> impl IntoView {
    let words = match count {
        0 => coordination::not_promised(locale).to_owned(),
        _ => format::count(count.into(), locale),
    };
    view! { <td data-align="end">{words}</td> }
}

/// A table with a head that stays in sight and a body that scrolls in its own frame, reachable
/// by the keyboard.
#[component]
pub fn DataTable(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// Its columns.
    columns: Vec<Column>,
    /// The `<tr>`s of the body; the first cell of each a `<th scope="row">`.
    children: Children,
    /// A heading above says the same: the caption is only there for who cannot see that.
    #[prop(optional)]
    repeats: bool,
    /// The `<tr>` with the totals.
    #[prop(optional)]
    totals: Option<AnyView>,
) -> impl IntoView {
    let label = caption.clone();
    let heads: Vec<_> = columns
        .into_iter()
        .map(|column| {
            let align = column.figures.then_some("end");
            view! {
                <th scope="col" data-align=align>
                    {column.title}
                </th>
            }
        })
        .collect();
    view! {
        <div class="table-frame" role="group" aria-label=label tabindex="0">
            <table class="table">
                <caption class=repeats.then_some("hidden-visually")>{caption}</caption>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
                {totals.map(|row| view! { <tfoot>{row}</tfoot> })}
            </table>
        </div>
    }
}
