//! `/operativos`: the announced outreaches, a month as a calendar and as a list.

use domain::booking::Offering;
use domain::territory::Commune;
use domain::timestamp::{CivilDate, Zone};
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::{Locale, booking as say, common, format};

use super::{Announced, Offered, offering_words};
use crate::components::action::{Button, LinkButton, Weight};
use crate::components::card::LinkRow;
use crate::components::choice::Choice;
use crate::components::empty_state::EmptyState;
use crate::components::navigation::{Tabs, Way};
use crate::components::notice::{Notice, Tone};
use crate::components::question::Question;
use crate::components::select::Select;
use crate::components::table::{Column, DataTable};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::routes;

/// Days of a week.
const WEEK: usize = 7;

/// What somebody looks for, and what there is of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// Only in this commune.
    pub commune: Option<Commune>,
    /// Only with this offering.
    pub offering: Option<Offering>,
    /// The first day of each month with an outreach, oldest first.
    pub months: Vec<CivilDate>,
    /// The first day of the month that is shown; none when there is nothing.
    pub month: Option<CivilDate>,
    /// The outreaches of that month, oldest first.
    pub outreaches: Vec<Announced>,
    /// Whether there are more behind the last of all months.
    pub has_more: bool,
    /// By which days and hours are told.
    pub zone: Zone,
    /// The whole address by which a calendar program asks for them.
    pub feed: String,
}

impl Listing {
    /// The address of a month with the same filter.
    fn address(&self, month: CivilDate) -> String {
        let commune = self.commune.map(Commune::code).unwrap_or_default();
        let offering = self.offering.map_or("", Offering::code);
        let (year, number) = (month.year(), month.month());
        format!("{}?comuna={commune}&servicio={offering}&mes={year}-{number:02}", routes::OPEN)
    }

    fn has_filter(&self) -> bool {
        self.commune.is_some() || self.offering.is_some()
    }
}

/// The page.
#[component]
pub fn OutreachesPage(
    /// What there is.
    listing: Listing,
) -> impl IntoView {
    let locale = locale();
    let title = say::list_title(locale);
    let filter = filter(&listing, locale);
    let months = months(&listing, locale);
    let more = listing.has_more.then(|| view! { <Notice title=say::list_more(locale) /> });
    let found = match listing.month {
        Some(month) => view! {
            {calendar(&listing, month, locale)}
            {days(&listing, locale)}
        }
        .into_any(),
        None => none(&listing, locale).into_any(),
    };
    view! {
        <PublicPage title=title description=say::list_lead(locale)>
            <div class="flow">
                <h1>{title}</h1>
                <p class="lead">{say::list_lead(locale)}</p>
                {filter}
                {more}
                {months}
                {found}
                <p>
                    <a href=routes::MY_BOOKING>{say::mine_link(locale)}</a>
                </p>
                <p class="soft">
                    {say::list_feed(locale)} " "
                    <a href=routes::CALENDAR_FEED>{listing.feed}</a>
                </p>
            </div>
        </PublicPage>
    }
}

fn filter(listing: &Listing, locale: Locale) -> impl IntoView + use<> {
    let communes =
        Commune::named().map(|commune| Choice::new(commune.code(), commune.to_string())).collect();
    let offerings = Offering::ALL
        .iter()
        .map(|one| Choice::new(one.code(), capital(offering_words(*one, locale))))
        .collect();
    let commune = listing.commune.map(Commune::code).unwrap_or_default();
    let offering = listing.offering.map_or("", Offering::code).to_owned();
    view! {
        <form method="get" action=routes::OPEN class="flow narrow">
            <Select
                question=Question::new("comuna", common::commune(locale)).optional()
                choices=communes
                value=commune
            />
            <Select
                question=Question::new("servicio", say::service_label(locale)).optional()
                choices=offerings
                value=offering
            />
            <div class="actions">
                <Button submit=true weight=Weight::Quiet icon="search">
                    {say::list_search(locale)}
                </Button>
            </div>
        </form>
    }
}

fn months(listing: &Listing, locale: Locale) -> Option<impl IntoView + use<>> {
    if listing.months.len() < 2 {
        return None;
    }
    let name = |month: CivilDate| month_words(month, locale);
    let ways = listing.months.iter().map(|month| Way::new(listing.address(*month), name(*month)));
    let ways = ways.collect::<Vec<_>>();
    let current = listing.month.map(|month| listing.address(month)).unwrap_or_default();
    Some(view! { <Tabs label=say::list_months(locale) ways=ways current=current /> })
}

/// `dic 2026`.
fn month_words(month: CivilDate, locale: Locale) -> String {
    say::month_of_year(locale, format::month(month, locale), month.year())
}

fn none(listing: &Listing, locale: Locale) -> impl IntoView + use<> {
    let next = if listing.has_filter() {
        let words = say::list_see_all(locale);
        view! { <LinkButton href=routes::OPEN>{words}</LinkButton> }.into_any()
    } else {
        view! { <p>{say::list_none_next(locale)}</p> }.into_any()
    };
    view! {
        <EmptyState icon="calendar" title=say::list_none(locale)>
            {next}
        </EmptyState>
    }
}

/// The month, Monday first; a day with an outreach leads to its part of the list.
fn calendar(listing: &Listing, month: CivilDate, locale: Locale) -> impl IntoView + use<> {
    let (first, end) = (month.days(), month.plus_months(1).days());
    let blank = usize::from(month.weekday());
    let mut cells: Vec<Option<CivilDate>> = vec![None; blank];
    cells.extend((first..end).map(|day| Some(CivilDate::from_days(day))));
    let missing = cells.len().next_multiple_of(WEEK) - cells.len();
    cells.extend(std::iter::repeat_n(None, missing));
    let heads = (0..7_i64).map(|place| {
        // The fifth of January 1970 was a Monday.
        let day = CivilDate::from_days(4 + place);
        Column::words(format::weekday(day, locale))
    });
    let heads = heads.collect();
    let busy: Vec<_> = listing.outreaches.iter().map(|one| one.day(&listing.zone)).collect();
    let weeks: Vec<_> = cells
        .chunks(WEEK)
        .map(|week| {
            let days: Vec<_> = week.iter().map(|day| cell(*day, &busy, locale)).collect();
            view! { <tr>{days}</tr> }
        })
        .collect();
    view! {
        <DataTable caption=month_words(month, locale) columns=heads>
            {weeks}
        </DataTable>
    }
}

fn cell(day: Option<CivilDate>, busy: &[CivilDate], locale: Locale) -> impl IntoView + use<> {
    let Some(day) = day else { return view! { <td></td> }.into_any() };
    let count = busy.iter().filter(|one| **one == day).count();
    if count == 0 {
        return view! { <td>{day.day()}</td> }.into_any();
    }
    let label = say::day_with_outreaches(locale, format::date_long(day, locale));
    let counted = u64::try_from(count).unwrap_or(u64::MAX);
    view! {
        <td>
            <a href=format!("#{}", anchor(day)) aria-label=label>
                <strong>{day.day()}</strong>
                " "
                <span class="small">{say::outreaches(locale, counted)}</span>
            </a>
        </td>
    }
    .into_any()
}

fn anchor(day: CivilDate) -> String {
    format!("dia-{day}")
}

/// The list, a heading for each day.
fn days(listing: &Listing, locale: Locale) -> impl IntoView + use<> {
    let zone = &listing.zone;
    listing
        .outreaches
        .chunk_by(|one, other| one.day(zone) == other.day(zone))
        .filter_map(|day| Some((day.first()?.day(zone), day)))
        .map(|(day, outreaches)| {
            let rows: Vec<_> = outreaches.iter().map(|one| row(one, zone, locale)).collect();
            view! {
                <section class="flow">
                    <h2 id=anchor(day)>{capital(&format::date_long(day, locale))}</h2>
                    <ul class="rows">{rows}</ul>
                </section>
            }
        })
        .collect_view()
}

fn row(outreach: &Announced, zone: &Zone, locale: Locale) -> impl IntoView + use<> {
    let mut parts = vec![outreach.hours(zone, locale), outreach.place_words(locale)];
    parts.extend(outreach.offered.iter().map(|one| offered_words(one, outreach, locale)));
    let has_room = outreach.is_bookable && outreach.offered.iter().any(|one| one.free > 0);
    let tone = if has_room { Tone::Kept } else { Tone::Waiting };
    view! {
        <li>
            <LinkRow
                href=routes::open_outreach(outreach.id)
                title=outreach.name.clone()
                detail=parts.join(" · ")
                icon="calendar"
                tone=tone
            />
        </li>
    }
}

/// `Esterilización: quedan 4 cupos`.
fn offered_words(one: &Offered, outreach: &Announced, locale: Locale) -> String {
    let what = capital(offering_words(one.offering, locale));
    let state = match (outreach.is_bookable, one.free) {
        (false, _) if outreach.is_under_way => say::started(locale).to_owned(),
        (false, _) => say::not_yet(locale).to_owned(),
        (true, 0) => say::full_waits(locale).to_owned(),
        (true, free) => say::places_left(locale, free.into()),
    };
    say::offered_state(locale, what, state)
}
