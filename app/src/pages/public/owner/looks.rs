//! Who looked at an owner's data.

use domain::role::Role;
use domain::timestamp::Timestamp;
use domain::unicode::lower_case;
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, public};

use crate::components::value::MomentText;
use crate::locale::locale;

/// What a look was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookKind {
    /// The team found the owner in a search.
    Search,
    /// The team opened a document.
    Document,
    /// Somebody looked the chip up: in the public page, or the team at a table.
    Chip,
    /// The team opened the owner's or an animal's sheet.
    Sheet,
    /// The team saw the owner in a list of the Registro Nacional.
    List,
    /// The team took such a list out as a file.
    Export,
    /// The team took the card along to an outreach.
    Pack,
    /// Somebody who found the animal sent a message.
    Message,
    /// Somebody asked for a code.
    CodeAsked,
    /// Somebody asked for one with another chip.
    CodeRefused,
    /// The owner came in with a code.
    SignIn,
    /// Anything else.
    Other,
}

/// One look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Minutes to add to UTC then.
    pub offset_minutes: i32,
    /// What for.
    pub kind: LookKind,
    /// What a member of staff who looked is.
    pub by: Option<Role>,
    /// The outreach to which the card was taken along.
    pub outreach: Option<String>,
}

/// The list, folded: few come for it, and it must be easy to find.
#[component]
pub fn Looks(
    /// The looks, the latest first.
    looks: Vec<Look>,
) -> impl IntoView {
    let locale = locale();
    let list = if looks.is_empty() {
        view! { <p>{public::looks_none(locale)}</p> }.into_any()
    } else {
        let rows = looks
            .into_iter()
            .map(|look| {
                view! {
                    <li>
                        <span class="soft small">
                            <MomentText at=look.at offset_minutes=look.offset_minutes />
                        </span>
                        <span>{words(look, locale)}</span>
                    </li>
                }
            })
            .collect_view();
        view! { <ol class="looks">{rows}</ol> }.into_any()
    };
    view! {
        <details class="aside">
            <summary>{public::who_looked(locale)}</summary>
            <p>{public::looks_lead(locale)}</p>
            {list}
        </details>
    }
}

fn words(look: Look, locale: Locale) -> String {
    let by = look.by.map(|role| lower_case(role.label(locale)));
    match (look.kind, by) {
        (LookKind::Search, Some(role)) => public::looks_search_by(locale, role),
        (LookKind::Document, Some(role)) => public::looks_document_by(locale, role),
        (LookKind::Chip, Some(role)) => public::looks_chip_by(locale, role),
        (LookKind::Sheet, Some(role)) => public::looks_sheet_by(locale, role),
        (LookKind::List, Some(role)) => public::looks_list_by(locale, role),
        (LookKind::Export, Some(role)) => public::looks_export_by(locale, role),
        (LookKind::Pack, _) => match look.outreach {
            Some(outreach) => public::looks_pack(locale, outreach),
            None => public::looks_other(locale).to_owned(),
        },
        (LookKind::Sheet | LookKind::List | LookKind::Export, None) => {
            public::looks_other(locale).to_owned()
        }
        (LookKind::Search, None) => public::looks_search(locale).to_owned(),
        (LookKind::Document, None) => public::looks_document(locale).to_owned(),
        (LookKind::Chip, None) => public::looks_chip(locale).to_owned(),
        (LookKind::Message, _) => public::looks_message(locale).to_owned(),
        (LookKind::CodeAsked, _) => public::looks_code(locale).to_owned(),
        (LookKind::CodeRefused, _) => public::looks_code_refused(locale).to_owned(),
        (LookKind::SignIn, _) => public::looks_sign_in(locale).to_owned(),
        (LookKind::Other, _) => public::looks_other(locale).to_owned(),
    }
}
