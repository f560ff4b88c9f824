//! How something was made and put right, folded below what it is now.

use domain::desk::{Changed, Correction, Corrections as Told, Made};
use domain::timestamp::CivilDate;
use leptos::prelude::*;
use phrases::{Locale, common, coordination, fact, format};

use crate::components::notice::Notice;
use crate::locale::locale;

/// Who put what right, when and why, the latest first, and at the end who made it; nothing where
/// nothing of it was noted.
#[component]
pub(super) fn Corrections(
    /// What each correction is called.
    title: &'static str,
    /// The corrections, and the making of a programme.
    list: Told,
) -> impl IntoView {
    let locale = locale();
    if list.rows.is_empty() && list.made.is_none() {
        return ().into_any();
    }
    let more =
        list.has_more.then(|| view! { <Notice title=coordination::corrections_more(locale) /> });
    let lines = list.rows.into_iter().map(|one| line(title, one, locale)).collect_view();
    let made = list.made.map(|made| making(made, locale));
    view! {
        <details class="aside">
            <summary>{coordination::history(locale)}</summary>
            {more}
            <ol class="chronicle" reversed="">
                {lines}
                {made}
            </ol>
        </details>
    }
    .into_any()
}

/// Who made a programme, and when.
fn making(made: Made, locale: Locale) -> impl IntoView {
    let head = head(coordination::history_programme_made(locale), None, made, locale);
    view! { <li>{head}</li> }
}

/// What was done, to what, by whom and when.
fn head(title: &'static str, of: Option<String>, done: Made, locale: Locale) -> impl IntoView {
    let (day, minute) = done.at;
    let at = common::day_at_time(locale, format::date(day, locale), format::time(minute));
    let of = of.map(|of| view! { <span>{of}</span> });
    let by = done.by.map(|by| view! { <span class="soft">{by}</span> });
    view! {
        <div class="chronicle-line">
            <span class="chronicle-what">{title}</span>
            {of}
            {by}
            <span class="soft figures">{at}</span>
        </div>
    }
}

fn line(title: &'static str, one: Correction, locale: Locale) -> impl IntoView {
    let head = head(title, one.of, Made { at: one.at, by: one.by }, locale);
    let changed = one.changed.into_iter().map(|one| changed(one, locale)).collect_view();
    view! {
        <li>
            {head}
            <dl class="chronicle-said">
                <div>
                    <dt>{named("reason", locale)}</dt>
                    <dd>{one.reason}</dd>
                </div>
                {changed}
            </dl>
        </li>
    }
}

fn changed(one: Changed, locale: Locale) -> impl IntoView {
    let fact = one.fact;
    let said =
        |when, value: &str| format!("{}: {}", named(when, locale), shown(fact, value, locale));
    let (before, after) = (said("before", &one.before), said("after", &one.after));
    view! {
        <div>
            <dt>{named(fact, locale)}</dt>
            <dd>{before}</dd>
            <dd>{after}</dd>
        </div>
    }
}

/// The words for the name of a fact.
fn named(fact: &'static str, locale: Locale) -> &'static str {
    fact::named(fact, locale).unwrap_or(fact)
}

/// A value as people read it. Only what was promised may be nothing.
fn shown(fact: &str, value: &str, locale: Locale) -> String {
    if value.is_empty() {
        return coordination::not_promised(locale).to_owned();
    }
    if fact.starts_with("target_")
        && let Ok(count) = value.parse()
    {
        return format::count(count, locale);
    }
    if fact.ends_with("_on")
        && let Ok(day) = value.parse::<CivilDate>()
    {
        return format::date(day, locale);
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::desk::plan::ProgrammeForm;

    #[test]
    fn each_fact_of_a_programme_has_words_of_its_own() {
        let form = ProgrammeForm::default();
        let facts = form.facts().map(|(fact, _)| fact);
        let words: std::collections::BTreeSet<_> =
            facts.iter().filter_map(|fact| fact::named(fact, Locale::Es)).collect();
        assert_eq!(words.len(), facts.len(), "{words:?}");
    }

    #[test]
    fn a_value_is_written_as_on_the_rest_of_the_page() {
        let shown = |fact, value| shown(fact, value, Locale::Es);
        assert_eq!(shown("target_outreaches", "1700"), "1.700");
        assert_eq!(shown("target_outreaches", ""), "no se prometió");
        assert_eq!(shown("ends_on", "2026-11-22"), "dom\u{a0}22\u{a0}nov\u{a0}2026");
        assert_eq!(shown("name", "2026"), "2026");
    }
}
