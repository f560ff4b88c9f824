//! The territory at the desk: organisations, neighbourhood units, where next and the calendar. The
//! pages are served whole and need no script; the map of where next is added by one.

mod areas;
mod calendar;
mod next;
mod organisations;
mod units;

pub use areas::{AREA_FIELDS, AreaPage, NO_BOUNDARY, SEEN, TAKE_OUT};
pub use calendar::{CalendarPage, Month, View};
pub use next::{MAP_SCRIPT, Tiles, WEIGHT_FIELDS, WhereNextPage, part_words};
pub use organisations::{ORGANISATION_FIELDS, OrganisationPage, OrganisationsPage};
pub use units::{CONFIRMED, FILE, UNIT_FIELDS, UnitFilePage, UnitPreviewPage, UnitsPage};

use domain::desk::territory::Wrong;
use domain::field_error::{Field, FieldError, Problem};
use domain::territory::{Commune, UnitKey};
use leptos::prelude::*;
use phrases::{Locale, common, territory as say};

use crate::components::choice::Choice;
use crate::components::error_summary::{ErrorSummary, FaultLink};
use crate::components::frame::{Frame, PageHead};
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::public::Visit;
use crate::pages::public::form_state::typed;
use crate::pages::public::stock::Links;

/// Head, navigation and foot round a page of the territory.
#[component]
fn DeskFrame(
    /// What the page is about.
    title: String,
    /// The page of the navigation to which it belongs.
    current: &'static str,
    /// The links round it.
    links: Links,
    /// The page.
    children: Children,
) -> impl IntoView {
    let demonstration = use_context::<Visit>().unwrap_or_default().demonstration;
    let ribbon = if demonstration { common::demonstration(locale()) } else { "" };
    view! {
        <PageHead title=title />
        <Frame ways=links.ways current=current.to_owned() foot=links.foot ribbon=ribbon>
            {children()}
        </Frame>
    }
}

/// That something was kept.
fn told(is_done: bool, locale: Locale) -> impl IntoView {
    is_done.then(|| view! { <Notice title=say::kept(locale) tone=Tone::Kept live=true /> })
}

/// The communes that have a name here, as choices.
fn communes() -> Vec<Choice> {
    let named = Commune::named();
    named.map(|one| Choice::new(one.code(), one.name().unwrap_or_default())).collect()
}

/// A unit as people say it: its commune and number.
fn unit_words(unit: UnitKey, locale: Locale) -> String {
    say::unit_of(locale, unit.commune, unit.number)
}

/// What is wrong with a text, whatever it was asked for.
fn problem_words(problem: Problem, locale: Locale) -> String {
    match problem {
        Problem::Empty => say::problem_missing(locale).to_owned(),
        Problem::TooSmall => say::problem_no_weight(locale).to_owned(),
        // Only what is missing is told with the name of its field.
        problem => phrases::explain_field(FieldError::new(Field::Name, problem), locale),
    }
}

/// What is wrong with the field of this name, in words.
fn wrong_words(wrong: &[Wrong], name: &str, locale: Locale) -> Option<String> {
    let (_, problem) = wrong.iter().find(|(known, _)| *known == name)?;
    Some(problem_words(*problem, locale))
}

/// What has to be put right, above a form whose fields are named here.
fn faults(wrong: &[Wrong], label_of: impl Fn(&str) -> String, locale: Locale) -> AnyView {
    let faults: Vec<_> = wrong
        .iter()
        .map(|(name, problem)| FaultLink {
            id: (*name).to_owned(),
            words: format!("{}: {}", label_of(name), problem_words(*problem, locale)),
        })
        .collect();
    view! { <ErrorSummary faults=faults /> }.into_any()
}
