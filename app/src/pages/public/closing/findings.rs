//! What is still open, how much it weighs, and what to do about it.

use domain::closing::{Finding, PassedTarget, Severity, ShareFact, Verdict};
use domain::id::OutreachId;
use domain::stock::DoseBalance;
use domain::timestamp::{Timestamp, Zone};
use leptos::prelude::*;
use phrases::label::Labelled;
use phrases::{Locale, closing as say, format};

use super::programme::named;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::public::booking::offering_words;
use crate::routes;

/// What stands in the way, then what can be closed with.
#[component]
pub(super) fn Findings(
    /// Of which outreach.
    outreach: OutreachId,
    /// What is open.
    verdict: Verdict,
    /// Changes of the local time.
    zone: Zone,
    /// With the ways to where it is put right.
    with_ways: bool,
) -> impl IntoView {
    let locale = locale();
    if verdict.findings.is_empty() {
        return view! { <Notice title=say::all_clear(locale) tone=Tone::Kept /> }.into_any();
    }
    let (blocking, others): (Vec<_>, Vec<_>) =
        verdict.findings.into_iter().partition(|one| one.severity() == Severity::Blocks);
    let list = |title: &'static str, tone: Tone, findings: Vec<Finding>| {
        let lines = findings
            .iter()
            .map(|finding| {
                let way = with_ways.then(|| way(finding, outreach)).flatten();
                line(finding, way, (&zone, locale))
            })
            .collect_view();
        view! {
            <Notice title=title tone=tone>
                <ul>{lines}</ul>
            </Notice>
        }
    };
    let blocking = (!blocking.is_empty())
        .then(|| list(say::stands_in_the_way(locale), Tone::Person, blocking));
    let others = (!others.is_empty()).then(|| list(say::still_open(locale), Tone::Waiting, others));
    view! {
        {blocking}
        {others}
    }
    .into_any()
}

fn line(
    finding: &Finding,
    way: Option<String>,
    (zone, locale): (&Zone, Locale),
) -> impl IntoView + use<> {
    let (what, next) = (what(finding, (zone, locale)), next(finding, locale));
    let way = way.map(|href| {
        view! {
            " "
            <a href=href>{say::put_right(locale)}</a>
        }
    });
    view! {
        <li>
            <strong>{what}</strong>
            " "
            {next}
            {way}
        </li>
    }
}

/// A moment in words.
fn moment(at: Timestamp, (zone, locale): (&Zone, Locale)) -> String {
    format::moment(at, zone.offset_minutes(at), locale)
}

fn what(finding: &Finding, (zone, locale): (&Zone, Locale)) -> String {
    match finding {
        Finding::NotOver => say::not_over(locale).to_owned(),
        Finding::PhoneUnsent { phone, records, told_at } => {
            let records = u64::from(*records);
            match told_at {
                Some(at) => say::phone_unsent(locale, records, phone, moment(*at, (zone, locale))),
                None => say::phone_unsent_once(locale, records, phone),
            }
        }
        Finding::PhoneUnheard { phone, told_at: Some(at) } => {
            say::phone_unheard(locale, phone, moment(*at, (zone, locale)))
        }
        Finding::PhoneUnheard { phone, told_at: None } => say::phone_never(locale, phone),
        Finding::ChipsLeft(count) => say::chips_left(locale, u64::from(*count)),
        Finding::ChipsOdd(count) => say::chips_odd(locale, u64::from(*count)),
        Finding::DosesLeft(count) => say::doses_left(locale, u64::from(*count)),
        Finding::DosesOdd(DoseBalance { kind, product, batch, odd, .. }) => {
            let odd = u64::from(*odd);
            match product {
                Some((product, _)) => say::doses_odd(locale, odd, batch, product),
                None => say::doses_unknown(locale, odd, batch, kind.label(locale)),
            }
        }
        Finding::WithoutConsent(count) => say::without_consent(locale, u64::from(*count)),
        Finding::WithoutLeave(count) => say::without_leave(locale, u64::from(*count)),
        Finding::Unsigned(count) => say::unsigned_papers(locale, u64::from(*count)),
        Finding::LiveBookings(count) => say::live_bookings(locale, u64::from(*count)),
        Finding::StillExpected(count) => say::still_expected(locale, u64::from(*count)),
        Finding::WithoutDay(count) => say::without_day(locale, u64::from(*count)),
        Finding::OverCount(count) => say::over_count(locale, u64::from(*count)),
        Finding::ShareOut(ShareFact { phone, offering, places }) => {
            say::share_out(locale, u64::from(*places), offering_words(*offering, locale), phone)
        }
        Finding::Unresolved(count) => say::unresolved(locale, u64::from(*count)),
        Finding::TargetPassed(PassedTarget { line, name, .. }) => {
            let target = named(line.target, locale);
            let target = match name {
                Some(programme) => format!("{target} ({programme})"),
                None => target.to_owned(),
            };
            say::target_passed(locale, line.passed_by().into(), target)
        }
    }
}

const fn next(finding: &Finding, locale: Locale) -> &'static str {
    match finding {
        Finding::NotOver => say::not_over_next(locale),
        Finding::PhoneUnsent { .. } | Finding::PhoneUnheard { .. } => say::phone_next(locale),
        Finding::ChipsLeft(_) => say::chips_left_next(locale),
        Finding::ChipsOdd(_) => say::chips_odd_next(locale),
        Finding::DosesLeft(_) => say::doses_left_next(locale),
        Finding::DosesOdd(_) => say::doses_odd_next(locale),
        Finding::WithoutConsent(_) => say::without_consent_next(locale),
        Finding::WithoutLeave(_) => say::without_leave_next(locale),
        Finding::Unsigned(_) => say::unsigned_next(locale),
        Finding::LiveBookings(_) => say::live_bookings_next(locale),
        Finding::StillExpected(_) => say::still_expected_next(locale),
        Finding::WithoutDay(_) => say::without_day_next(locale),
        Finding::OverCount(_) => say::over_count_next(locale),
        Finding::ShareOut(_) => say::share_out_next(locale),
        Finding::Unresolved(_) => say::unresolved_next(locale),
        Finding::TargetPassed(_) => say::target_passed_next(locale),
    }
}

/// Where it is put right.
fn way(finding: &Finding, outreach: OutreachId) -> Option<String> {
    match finding {
        Finding::NotOver => None,
        Finding::PhoneUnsent { .. } | Finding::PhoneUnheard { .. } => {
            Some(routes::desk(routes::PHONES))
        }
        Finding::ChipsLeft(_)
        | Finding::ChipsOdd(_)
        | Finding::DosesLeft(_)
        | Finding::DosesOdd(_) => Some(routes::desk_box(outreach)),
        Finding::WithoutConsent(_) | Finding::WithoutLeave(_) | Finding::Unsigned(_) => {
            Some(routes::desk_outreach(outreach))
        }
        Finding::StillExpected(_) | Finding::WithoutDay(_) => Some(routes::desk_plan(outreach)),
        Finding::LiveBookings(_) | Finding::OverCount(_) | Finding::ShareOut(_) => {
            Some(format!("{}/dia", routes::desk_outreach(outreach)))
        }
        Finding::Unresolved(_) => Some(routes::desk(routes::UNRESOLVED)),
        Finding::TargetPassed(passed) => Some(routes::desk_programme(passed.programme)),
    }
}
