//! The phones of the field: who has which, what is still on them, which ones ask for a person.

use domain::desk::phones::{LastReport, Missing, PhoneFilter, PhoneLine, PhoneList, PhoneView};
use domain::submission::CLOCK_TOLERANCE_MS;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use phrases::{Locale, coordination as say, format};

use super::{Data, Heading, moment, shown, visitor};
use crate::api;
use crate::components::empty_state::EmptyState;
use crate::components::navigation::{Pager, Tabs, Way};
use crate::components::notice::Tone;
use crate::components::table::{Column, DataTable};
use crate::components::value::StateText;
use crate::locale::locale;
use crate::pages::handover::HandoverForm;
use crate::routes;

/// The page.
pub struct PhonesPage {
    list: Data<PhoneList>,
}

#[lazy_route]
impl LazyRoute for PhonesPage {
    fn data() -> Self {
        let query = use_query_map();
        let wanted = move || {
            let query = query.read();
            let number = |name| query.get(name).and_then(|n| n.parse::<u32>().ok());
            let view = query.get("lista").and_then(|code| PhoneView::from_code(&code));
            let usual = PhoneFilter::default();
            PhoneFilter {
                view: view.unwrap_or(usual.view),
                days: number("dias").unwrap_or(usual.days),
                page: number("pagina").unwrap_or(usual.page),
            }
        };
        Self { list: Resource::new(wanted, api::phones::phones) }
    }

    fn view(this: Self) -> AnyView {
        view! { <Page list=this.list /> }.into_any()
    }
}

/// The address of a list; of the silent ones, for more than so many days.
pub(super) fn address(view: PhoneView, days: u32) -> String {
    let page = routes::desk(routes::PHONES);
    match view {
        PhoneView::All => page,
        PhoneView::Silent => format!("{page}?lista={view}&dias={days}"),
        PhoneView::Waiting | PhoneView::Worrying => format!("{page}?lista={view}"),
    }
}

fn view_words(view: PhoneView, locale: Locale) -> &'static str {
    match view {
        PhoneView::All => say::all(locale),
        PhoneView::Waiting => say::phones_waiting(locale),
        PhoneView::Silent => say::phones_silent(locale),
        PhoneView::Worrying => say::phones_worrying(locale),
    }
}

/// What a phone is called: the name somebody gave it, or whose it was last.
pub(super) fn called(line: &PhoneLine, locale: Locale) -> String {
    named(&line.name, &line.by, locale)
}

/// The same of a phone with this name, if it has one, which this person used last.
pub(super) fn named(name: &str, by: &str, locale: Locale) -> String {
    if name.is_empty() { say::phone_nameless(locale, by) } else { name.to_owned() }
}

#[component]
fn Page(list: Data<PhoneList>) -> impl IntoView {
    let locale = locale();
    view! {
        <div class="flow">
            <Heading title=say::nav_phones(locale) />
            <p class="soft">{say::phones_lead(locale)} " " {say::phones_pair(locale)}</p>
            {shown(list, move |list| view! { <List list=list /> })}
            <section class="narrow flow">
                <h2>{say::handover_title(locale)}</h2>
                <HandoverForm />
                <p>
                    <a rel="external" href=routes::HAND_IN>
                        {say::handover_to_film(locale)}
                    </a>
                </p>
            </section>
        </div>
    }
}

/// Days of silence that are offered.
const SILENCES: [u32; 4] = [1, 3, 7, 30];

#[component]
fn List(list: PhoneList) -> impl IntoView {
    let locale = locale();
    let PhoneFilter { view, days, page } = list.filter;
    let ways = list.counts.iter().map(|&(view, count)| {
        let count = format::count(count.into(), locale);
        Way::new(address(view, days), format!("{} ({count})", view_words(view, locale)))
    });
    let tabs = view! {
        <Tabs label=say::nav_phones(locale) ways=ways.collect() current=address(view, days) />
    };
    let silences = (view == PhoneView::Silent).then(|| {
        let way =
            |days: u32| Way::new(address(view, days), say::phones_silent_for(locale, days.into()));
        let ways = SILENCES.map(way).to_vec();
        view! {
            <Tabs label=say::phones_silent(locale) ways=ways current=address(view, days) />
        }
    });
    let hint = (view == PhoneView::Worrying).then(|| say::phones_figure_hint(locale));
    let late = (list.late_pictures > 0).then(|| {
        let words = say::phones_late_pictures(locale, list.late_pictures.into());
        view! { <p><StateText words=words tone=Tone::Person /></p> }
    });
    let body = match list.rows.is_empty() {
        true => view! { <Empty view=view /> }.into_any(),
        false => view! { <Table rows=list.rows view=view /> }.into_any(),
    };
    view! {
        {tabs}
        {silences}
        {hint.map(|words| view! { <p class="soft">{words}</p> })}
        {late}
        {body}
        {pager(&address(view, days), (page, list.more))}
    }
}

#[component]
fn Empty(view: PhoneView) -> impl IntoView {
    let locale = locale();
    let (title, next) = match view {
        PhoneView::All => (say::phones_empty(locale), say::phones_empty_next(locale)),
        _ => (say::phones_none(locale), say::phones_none_next(locale)),
    };
    view! {
        <EmptyState icon="smartphone" title=title>
            <p>{next}</p>
        </EmptyState>
    }
}

fn pager(address: &str, (page, more): (u32, bool)) -> Option<impl IntoView + use<>> {
    let mark = if address.contains('?') { '&' } else { '?' };
    let at = |page: u32| format!("{address}{mark}pagina={page}");
    let previous = if page > 1 { at(page - 1) } else { String::new() };
    let next = if more { at(page.saturating_add(1)) } else { String::new() };
    let total = u64::from(page) + u64::from(more);
    (total > 1)
        .then(|| view! { <Pager now=u64::from(page) total=total previous=previous next=next /> })
}

#[component]
fn Table(rows: Vec<PhoneLine>, view: PhoneView) -> impl IntoView {
    let locale = locale();
    let columns = vec![
        Column::words(say::phone_device(locale)),
        Column::words(say::phone_used_by(locale)),
        Column::words(say::phone_last_seen(locale)),
        Column::figures(say::phone_waiting(locale)),
        Column::figures(say::phone_to_mend(locale)),
        Column::figures(say::phone_at_desk(locale)),
        Column::figures(say::phone_pictures(locale)),
        Column::words(say::phone_oldest(locale)),
        Column::words(say::phone_version(locale)),
        Column::words(say::phone_clock(locale)),
        Column::words(say::phone_paired(locale)),
        Column::words(say::phone_remarks(locale)),
    ];
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=view_words(view, locale) columns=columns>
            {rows}
        </DataTable>
    }
}

fn row(line: PhoneLine) -> impl IntoView {
    let locale = locale();
    let remarks = remarks(&line, locale)
        .into_iter()
        .map(|(words, tone)| view! { <div><StateText words=words tone=tone /></div> })
        .collect_view();
    let figure = |count: fn(&LastReport) -> u32| {
        let count = line.report.as_ref().map(|report| u64::from(count(report)));
        count.map(|count| format::count(count, locale))
    };
    let (waiting, to_mend) = (figure(|report| report.waiting), figure(|report| report.to_mend));
    let (at_desk, pictures) = (figure(|report| report.at_desk), figure(|report| report.pictures));
    let (oldest, version, clock) = match &line.report {
        Some(report) => (
            report.oldest.map(moment).unwrap_or_default(),
            version(report, locale).to_owned(),
            clock(report, locale),
        ),
        None => Default::default(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=routes::desk_phone(line.id)>{called(&line, locale)}</a>
            </th>
            <td>{line.by.clone()}</td>
            <td>{moment(line.last_seen_at)}</td>
            <td data-align="end">{waiting}</td>
            <td data-align="end">{to_mend}</td>
            <td data-align="end">{at_desk}</td>
            <td data-align="end">{pictures}</td>
            <td>{oldest}</td>
            <td>{version}</td>
            <td>{clock}</td>
            <td>{paired(&line, locale)}</td>
            <td>{remarks}</td>
        </tr>
    }
}

/// Whether a phone has the app that is handed out now.
pub(super) fn version(report: &LastReport, locale: Locale) -> &'static str {
    match report.is_current {
        true => say::phone_version_current(locale),
        false => say::phone_version_other(locale),
    }
}

/// By how much a phone's clock is wrong.
pub(super) fn clock(report: &LastReport, locale: Locale) -> String {
    let span = || format::span(report.skew_ms, locale);
    match report.skew_ms {
        ms if ms > CLOCK_TOLERANCE_MS => say::phone_clock_ahead(locale, span()),
        ms if ms < -CLOCK_TOLERANCE_MS => say::phone_clock_behind(locale, span()),
        _ => say::phone_clock_right(locale).to_owned(),
    }
}

/// For which outreach a phone is paired and until when, if at all.
pub(super) fn paired(line: &PhoneLine, locale: Locale) -> String {
    let Some(pairing) = &line.pairing else { return say::phone_paired_no(locale).to_owned() };
    // It ends as the day after begins.
    let last = pairing.until.plus_ms(-1);
    let until = format::date(last.local(visitor().zone.offset_minutes(last)).0, locale);
    match pairing.is_over {
        true => say::phone_paired_over(locale, &pairing.name, until),
        false => say::phone_paired_for(locale, &pairing.name, until),
    }
}

/// What a coordinator has to know of a phone, in few words.
fn remarks(line: &PhoneLine, locale: Locale) -> Vec<(String, Tone)> {
    let mut remarks = Vec::new();
    if line.still_sends() {
        remarks.push((say::phone_still_sends(locale).to_owned(), Tone::Person));
    } else if line.revoked_at.is_some() {
        remarks.push((say::phone_revoked(locale).to_owned(), Tone::Info));
    }
    remarks.extend(gap(line, locale).map(|words| (words, Tone::Person)));
    let keys = key_remarks(line, locale);
    remarks.extend(keys.into_iter().map(|words| (words, Tone::Person)));
    if line.report.as_ref().is_some_and(|report| report.persisted == Some(false)) {
        remarks.push((say::phone_not_persistent(locale).to_owned(), Tone::Info));
    }
    remarks
}

/// What is missing of a phone's count.
pub(super) fn gap(line: &PhoneLine, locale: Locale) -> Option<String> {
    line.missing().map(|missing| match missing {
        Missing::From(number) => say::phone_gap(locale, number),
        Missing::Count(count) => say::phone_gaps(locale, count.into()),
    })
}

/// What is odd about the key of a phone, while its pairing counts.
pub(super) fn key_remarks(line: &PhoneLine, locale: Locale) -> Vec<String> {
    let Some(pairing) = line.pairing.as_ref().filter(|pairing| !pairing.is_over) else {
        return Vec::new();
    };
    let rekeyed = pairing.rekeyed.map(|at| say::phone_rekeyed(locale, moment(at)));
    let twins = pairing.twins.iter().map(|name| say::phone_twin(locale, name));
    rekeyed.into_iter().chain(twins).collect()
}
