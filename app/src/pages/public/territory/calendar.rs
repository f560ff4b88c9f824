//! The outreaches by their days: a month as a sheet, or one after the other.

use domain::outreach::Outreach;
use domain::timestamp::{CivilDate, Zone};
use domain::unicode::capital;
use leptos::prelude::*;
use leptos_meta::Link;
use phrases::label::Labelled;
use phrases::{Locale, format, territory as say};

use super::DeskFrame;
use crate::components::empty_state::EmptyState;
use crate::components::navigation::{Tabs, Way};
use crate::components::notice::Notice;
use crate::components::value::DateText;
use crate::locale::locale;
use crate::pages::public::stock::Links;
use crate::routes;

/// How the sheet of a month looks.
const STYLE: &str = "/desk/calendar.css";
/// How many months the agenda shows.
const AGENDA_MONTHS: u16 = 3;
/// In the address: which month, `2026-11`.
const MONTH: &str = "mes";

/// A way to look at the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// A month as a sheet.
    #[default]
    Sheet,
    /// One outreach after the other.
    Agenda,
}

impl View {
    /// Of its word in the address.
    #[must_use]
    pub fn named(word: &str) -> Self {
        if word == Self::Agenda.word() { Self::Agenda } else { Self::Sheet }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Sheet => "mes",
            Self::Agenda => "agenda",
        }
    }
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month(CivilDate);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: CivilDate) -> Self {
        Self(CivilDate::from_days(day.days() - i64::from(day.day()) + 1))
    }

    /// Reads `2026-11`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        format!("{text}-01").parse().ok().map(Self)
    }

    fn next(self) -> Self {
        Self(self.0.plus_months(1))
    }

    fn before(self) -> Self {
        Self::of(CivilDate::from_days(self.0.days() - 1))
    }

    /// The first and the last day of what is shown: whole weeks on a sheet.
    #[must_use]
    pub fn days(self, view: View) -> (CivilDate, CivilDate) {
        let first = self.0.days();
        match view {
            View::Sheet => {
                let last = self.next().0.days() - 1;
                let from = first - i64::from(self.0.weekday());
                let to = last + 6 - i64::from(CivilDate::from_days(last).weekday());
                (CivilDate::from_days(from), CivilDate::from_days(to))
            }
            View::Agenda => {
                let last = self.0.plus_months(AGENDA_MONTHS).days() - 1;
                (self.0, CivilDate::from_days(last))
            }
        }
    }

    fn href(self, view: View) -> String {
        let word = view.word();
        let (year, month) = (self.0.year(), self.0.month());
        format!("{}?{MONTH}={year:04}-{month:02}&vista={word}", routes::CALENDAR)
    }

    fn words(self, locale: Locale) -> String {
        let month = format::month_long(self.0, locale);
        capital(&say::month_of_year(locale, month, self.0.year()))
    }

    fn has(self, day: CivilDate) -> bool {
        (day.year(), day.month()) == (self.0.year(), self.0.month())
    }
}

/// `/coordinacion/calendario`.
#[component]
pub fn CalendarPage(
    /// The links round it.
    links: Links,
    /// How it is looked at.
    view: View,
    /// Which month, or from which.
    month: Month,
    /// What is held in it, in order.
    outreaches: Vec<Outreach>,
    /// Whether more than these are.
    has_more: bool,
    /// Changes of the clocks, and today.
    when: (Zone, CivilDate),
) -> impl IntoView {
    let locale = locale();
    let (zone, today) = when;
    let title = month.words(locale);
    let tabs = [(View::Sheet, say::view_month(locale)), (View::Agenda, say::view_agenda(locale))]
        .map(|(view, words)| Way::new(month.href(view), words))
        .to_vec();
    let current = month.href(view);
    let more = has_more.then(|| view! { <Notice title=say::calendar_more(locale) /> });
    let shown = match view {
        View::Sheet => sheet(month, &outreaches, &zone, today),
        View::Agenda => agenda(outreaches, &zone, locale),
    };
    view! {
        <Link rel="stylesheet" href=STYLE />
        <DeskFrame title=title.clone() current=routes::CALENDAR links=links>
            <div class="page-head">
                <h1>{title}</h1>
                <div class="actions">
                    <a class="button" data-kind="quiet" href=month.before().href(view)>
                        {month.before().words(locale)}
                    </a>
                    <a class="button" data-kind="quiet" href=month.next().href(view)>
                        {month.next().words(locale)}
                    </a>
                </div>
            </div>
            <div class="flow">
                <Tabs label=say::calendar(locale) ways=tabs current=current />
                {more}
                {shown}
                <p class="soft">
                    {say::feed_lead(locale)} " "
                    <a href=routes::CALENDAR_FEED>{routes::CALENDAR_FEED}</a>
                </p>
            </div>
        </DeskFrame>
    }
}

fn sheet(month: Month, outreaches: &[Outreach], zone: &Zone, today: CivilDate) -> AnyView {
    let locale = locale();
    let (from, to) = month.days(View::Sheet);
    let day_at = |days: i64| CivilDate::from_days(days);
    let heads = (0..7)
        .map(|place| {
            let name = format::weekday(day_at(from.days() + place), locale);
            view! { <th scope="col">{name}</th> }
        })
        .collect_view();
    let weeks = (from.days()..=to.days())
        .step_by(7)
        .map(|monday| {
            let days = (monday..monday + 7)
                .map(|day| cell(day_at(day), (month, today), outreaches, zone))
                .collect_view();
            view! { <tr>{days}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-frame" role="group" aria-label=say::calendar(locale) tabindex="0">
            <table class="table calendar">
                <caption class="hidden-visually">{month.words(locale)}</caption>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{weeks}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cell(
    day: CivilDate,
    (month, today): (Month, CivilDate),
    outreaches: &[Outreach],
    zone: &Zone,
) -> impl IntoView + use<> {
    let held = outreaches
        .iter()
        .filter(|outreach| outreach.held_on == day)
        .map(|outreach| view! { <li>{entry(outreach, zone)}</li> })
        .collect_view();
    let current = (day == today).then_some("date");
    let other = (!month.has(day)).then_some("true");
    view! {
        <td data-other=other aria-current=current>
            <time class="calendar-day" datetime=day.to_string()>
                {day.day()}
            </time>
            <ul>{held}</ul>
        </td>
    }
}

/// An outreach with its hour and where it is in its life.
fn entry(outreach: &Outreach, zone: &Zone) -> impl IntoView + use<> {
    let locale = locale();
    let (_, minute) = zone.local(outreach.starts_at);
    view! {
        <span class="figures">{format::time(minute)}</span>
        " "
        <a href=routes::desk_outreach(outreach.id) rel="external">
            {outreach.name.to_string()}
        </a>
        " "
        <span class="soft">{outreach.status.label(locale)}</span>
    }
}

fn agenda(outreaches: Vec<Outreach>, zone: &Zone, locale: Locale) -> AnyView {
    if outreaches.is_empty() {
        return view! {
            <EmptyState icon="calendar" title=say::agenda_empty(locale)>
                <p>{say::agenda_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let lines = outreaches
        .into_iter()
        .map(|outreach| {
            let (_, ends) = zone.local(outreach.ends_at);
            view! {
                <li>
                    <DateText date=outreach.held_on />
                    " "
                    {entry(&outreach, zone)}
                    <div class="soft">
                        {say::until_at(
                            locale,
                            outreach.commune,
                            outreach.place,
                            format::time(ends),
                        )}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="agenda flow">{lines}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let month = Month::parse("2026-11").unwrap();
        let (from, to) = month.days(View::Sheet);
        assert_eq!(
            (from.to_string().as_str(), to.to_string().as_str()),
            ("2026-10-26", "2026-12-06")
        );
        let (from, to) = month.days(View::Agenda);
        assert_eq!(
            (from.to_string().as_str(), to.to_string().as_str()),
            ("2026-11-01", "2027-01-31")
        );
        assert_eq!(month.before(), Month::parse("2026-10").unwrap());
        assert_eq!(Month::parse("2026-12").unwrap().next(), Month::parse("2027-01").unwrap());
        assert_eq!(Month::of("2026-11-30".parse().unwrap()), month);
        for text in ["", "2026", "2026-13", "2026-11-01", "x"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_whose_days_are_whole_weeks_has_no_others() {
        // February 2027 begins on a Monday and has four weeks.
        let (from, to) = Month::parse("2027-02").unwrap().days(View::Sheet);
        assert_eq!(
            (from.to_string().as_str(), to.to_string().as_str()),
            ("2027-02-01", "2027-02-28")
        );
    }
}
