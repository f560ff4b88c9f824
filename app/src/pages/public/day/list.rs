//! Who booked at an outreach, with how they are reached, and what they say by telephone.

use domain::booking::{BookingState, Lack};
use domain::desk::bookings::{BookedLine, BookingAnswer, BookingSheet, BookingsShown};
use domain::id::OutreachId;
use domain::timestamp::Zone;
use leptos::prelude::*;
use phrases::{Locale, common, day as say, format};

use super::offering_words;
use super::told::state_words;
use crate::components::empty_state::EmptyState;
use crate::components::frame::{Frame, PageHead};
use crate::components::navigation::{BackLink, Pager, Tabs, Way};
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::locale::locale;
use crate::pages::public::Visit;
use crate::pages::public::booking::unfit::why;
use crate::pages::public::form_state::FormFaults;
use crate::pages::public::stock::Links;
use crate::routes;

/// In the address: which bookings are shown.
pub const SHOWN: &str = "ver";
/// In the address: which page of them.
pub const PAGE: &str = "pagina";
/// In the address: what was noted.
const NOTED: &str = "hecho";

/// Each list with its word in the address.
const LISTS: [(BookingsShown, &str); 5] = [
    (BookingsShown::Live, "vigentes"),
    (BookingsShown::ToCall, "por-llamar"),
    (BookingsShown::Unanswered, "sin-respuesta"),
    (BookingsShown::Waiting, "en-espera"),
    (BookingsShown::All, "todas"),
];

/// The list of a word; that of what is live for any other.
#[must_use]
pub fn list_of(word: &str) -> BookingsShown {
    let known = LISTS.into_iter().find(|(_, known)| *known == word);
    known.map_or(BookingsShown::Live, |(shown, _)| shown)
}

/// The address of a page of a list.
#[must_use]
pub fn list_address(outreach: OutreachId, shown: BookingsShown, page: u32) -> String {
    let word = LISTS.into_iter().find(|(known, _)| *known == shown).map_or("", |(_, word)| word);
    format!("{}?{SHOWN}={word}&{PAGE}={page}", routes::desk_bookings(outreach))
}

/// What an answer that was noted came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerTold {
    /// The place, or the new date, is accepted.
    Accepted,
    /// The booking is none any more.
    GivenBack,
    /// The place was kept no longer.
    TooLate,
}

impl AnswerTold {
    /// What a noted answer came to.
    #[must_use]
    pub const fn of(answer: BookingAnswer) -> Self {
        match answer {
            BookingAnswer::AcceptOffer | BookingAnswer::AcceptDate => Self::Accepted,
            BookingAnswer::DeclineOffer | BookingAnswer::Cancel => Self::GivenBack,
        }
    }

    /// The end of the address of the page that tells it.
    #[must_use]
    pub fn word(self) -> String {
        let word = match self {
            Self::Accepted => "aceptada",
            Self::GivenBack => "anulada",
            Self::TooLate => "tarde",
        };
        format!("&{NOTED}={word}")
    }

    /// What a pair of the address tells.
    #[must_use]
    pub fn read(name: &str, word: &str) -> Option<Self> {
        match (name, word) {
            (NOTED, "aceptada") => Some(Self::Accepted),
            (NOTED, "anulada") => Some(Self::GivenBack),
            (NOTED, "tarde") => Some(Self::TooLate),
            _ => None,
        }
    }

    fn notice(self, locale: Locale) -> AnyView {
        let title = match self {
            Self::Accepted => say::told_accepted(locale),
            Self::GivenBack => say::told_given_back(locale),
            Self::TooLate => {
                return view! {
                    <Notice title=say::told_too_late(locale) tone=Tone::Person live=true>
                        <p>{say::told_too_late_next(locale)}</p>
                    </Notice>
                }
                .into_any();
            }
        };
        view! { <Notice title=title tone=Tone::Kept live=true /> }.into_any()
    }
}

const fn list_words(shown: BookingsShown, locale: Locale) -> &'static str {
    match shown {
        BookingsShown::Live => say::show_live(locale),
        BookingsShown::ToCall => say::show_to_call(locale),
        BookingsShown::Unanswered => say::show_unanswered(locale),
        BookingsShown::Waiting => say::show_waiting(locale),
        BookingsShown::All => say::show_all(locale),
    }
}

const fn answer_words(answer: BookingAnswer, locale: Locale) -> &'static str {
    match answer {
        BookingAnswer::AcceptOffer => say::answer_accept_offer(locale),
        BookingAnswer::DeclineOffer => say::answer_decline_offer(locale),
        BookingAnswer::AcceptDate => say::answer_accept_date(locale),
        BookingAnswer::Cancel => say::answer_cancel(locale),
    }
}

/// `/coordinacion/operativos/{id}/reservas`.
#[component]
pub fn BookingsPage(
    /// The links round it.
    links: Links,
    /// The bookings.
    sheet: BookingSheet,
    /// Changes of the local time.
    zone: Zone,
    /// What was just noted.
    told: Option<AnswerTold>,
) -> impl IntoView {
    let locale = locale();
    let title = say::bookings_title(locale, &sheet.name);
    let demonstration = use_context::<Visit>().unwrap_or_default().demonstration;
    let ribbon = if demonstration { common::demonstration(locale) } else { "" };
    let where_when =
        say::where_when(locale, format::date_long(sheet.held_on, locale), &sheet.place);
    let (id, shown, page) = (sheet.outreach, sheet.shown, sheet.page);
    let way = |(list, _): (BookingsShown, &'static str)| {
        Way::new(list_address(id, list, 1), list_words(list, locale))
    };
    let ways = LISTS.map(way).to_vec();
    let notice = told.map(|told| told.notice(locale));
    let at = |page: u32| list_address(id, shown, page);
    let previous = if page > 1 { at(page - 1) } else { String::new() };
    let next = if sheet.more { at(page.saturating_add(1)) } else { String::new() };
    let current = at(1);
    let total = u64::from(page) + u64::from(sheet.more);
    let pager = (total > 1).then(|| {
        view! { <Pager now=u64::from(page) total=total previous=previous next=next /> }
    });
    view! {
        <PageHead title=title.clone() />
        <Frame
            ways=links.ways
            current=routes::desk(routes::OUTREACHES)
            foot=links.foot
            ribbon=ribbon
        >
            <BackLink href=routes::desk_plan(id) />
            <FormFaults />
            {notice}
            <div class="page-head">
                <h1>{title}</h1>
            </div>
            <div class="flow">
                <p class="soft">{where_when}</p>
                <Tabs label=say::bookings_lists(locale) ways=ways current=current />
                <Lines sheet=sheet zone=zone />
                {pager}
            </div>
        </Frame>
    }
}

#[component]
fn Lines(sheet: BookingSheet, zone: Zone) -> impl IntoView {
    let locale = locale();
    if sheet.lines.is_empty() {
        return view! {
            <EmptyState icon="inbox" title=say::bookings_none(locale)>
                <p>{say::bookings_none_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let columns = vec![
        Column::words(say::who_column(locale)),
        Column::words(say::contact_column(locale)),
        Column::words(say::service_column(locale)),
        Column::words(say::slot_column(locale)),
        Column::words(say::state_column(locale)),
        Column::words(say::answer_column(locale)),
    ];
    let (id, shown, page) = (sheet.outreach, sheet.shown, sheet.page);
    let rows = sheet
        .lines
        .into_iter()
        .map(|line| {
            let acts = acts(&line, (id, shown, page), locale);
            let who = who(&line, locale);
            let contact = contact(&line, locale);
            let what = what(&line, locale);
            let slot = line.slot.map(|at| format::hour(at, &zone, locale));
            let standing = standing(&line, &zone, locale);
            view! {
                <tr>
                    <th scope="row">{who}</th>
                    <td>{contact}</td>
                    <td>{what}</td>
                    <td>{slot}</td>
                    <td>{standing}</td>
                    <td>{acts}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <p class="soft">{say::answer_lead(locale)}</p>
        <DataTable caption=say::bookings(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

/// Whose booking it is.
fn who(line: &BookedLine, locale: Locale) -> impl IntoView + use<> {
    let name = match line.person.is_empty() {
        true => say::nobody_named(locale).to_owned(),
        false => line.person.clone(),
    };
    let priority = line.has_priority.then(|| {
        view! {
            " "
            <span class="badge">{say::priority(locale)}</span>
        }
    });
    let document = line.document.clone();
    view! {
        {name}
        {priority}
        <br />
        <span class="soft small figures">{document}</span>
    }
}

/// How they are reached.
fn contact(line: &BookedLine, locale: Locale) -> impl IntoView + use<> {
    let (phone, email) = (line.phone.clone(), line.email.clone());
    let none = (phone.is_none() && email.is_none()).then(|| say::no_contact(locale));
    let phone = phone.map(|phone| view! { <span class="figures">{phone}</span> <br /> });
    view! {
        {phone}
        {email}
        {none}
    }
}

/// What for, with which animals.
fn what(line: &BookedLine, locale: Locale) -> String {
    let animals = match line.animals.is_empty() {
        true => say::animals(locale, line.places.into()),
        false => line.animals.join(", "),
    };
    format!("{}: {animals}", offering_words(line.offering, locale))
}

/// Where it stands, and what is awaited of them.
fn standing(line: &BookedLine, zone: &Zone, locale: Locale) -> impl IntoView + use<> {
    let until = line.offered_until.filter(|_| line.state == BookingState::Offered);
    let until = until.map(|at| {
        let until = format::moment(at, zone.offset_minutes(at), locale);
        say::kept_until(locale, until)
    });
    let how = match line.phone.is_none() && line.email.is_some() {
        true => say::to_write(locale),
        false => say::to_call(locale),
    };
    let position = line.position.map(|position| say::place_in_line(locale, position));
    let detail = until.or(position).map(|detail| format!(", {detail}"));
    let badge = |is_so: bool, words: &'static str| {
        is_so.then(|| {
            view! {
                " "
                <span class="badge">{words}</span>
            }
        })
    };
    view! {
        {state_words(line.state, locale)}
        {detail}
        {badge(line.asks_new_date, say::asks_new_date(locale))}
        {badge(!line.calls.is_empty(), how)}
        {unfit(line, locale)}
    }
}

/// Which animals are not taken as they will be on the day.
fn unfit(line: &BookedLine, locale: Locale) -> impl IntoView + use<> {
    let each = |(name, lack): &(String, Lack)| {
        view! {
            <br />
            <span class="badge">{why(name, *lack, locale)}</span>
        }
    };
    line.unfit.iter().map(each).collect_view()
}

/// What they say, each with its button; what gives the booking back is asked for once more.
fn acts(
    line: &BookedLine,
    (id, shown, page): (OutreachId, BookingsShown, u32),
    locale: Locale,
) -> impl IntoView + use<> {
    let path = list_address(id, shown, page);
    let (booking, person) = (line.booking.to_string(), line.person.clone());
    let form = move |answer: BookingAnswer| {
        let words = answer_words(answer, locale);
        let (path, booking) = (path.clone(), booking.clone());
        let ends = matches!(answer, BookingAnswer::Cancel | BookingAnswer::DeclineOffer);
        let kind = if ends { "grave" } else { "quiet" };
        let button = if ends { say::answer_sure(locale) } else { words };
        let label = say::answer_what(locale, button, &person);
        let summary = say::answer_what(locale, words, &person);
        let form = view! {
            <form method="post" action=path>
                <input type="hidden" name="booking" value=booking />
                <button
                    class="button"
                    data-kind=kind
                    type="submit"
                    name="act"
                    value=answer.code()
                    aria-label=label
                >
                    {button}
                </button>
            </form>
        };
        match ends {
            true => view! {
                <details>
                    <summary aria-label=summary>{words}</summary>
                    {form}
                </details>
            }
            .into_any(),
            false => form.into_any(),
        }
    };
    let answers = BookingAnswer::of(line.state, line.asks_new_date).iter().copied();
    answers.map(form).collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_found_again_by_its_address() {
        for (shown, word) in LISTS {
            assert_eq!(list_of(word), shown);
            let id: OutreachId = "01900000-0000-7000-8000-000000000000".parse().unwrap();
            let end = format!("/reservas?ver={word}&pagina=2");
            assert!(list_address(id, shown, 2).ends_with(&end), "{word}");
        }
        assert_eq!(LISTS.len(), BookingsShown::ALL.len());
        assert_eq!(list_of("x"), BookingsShown::Live);
    }

    #[test]
    fn what_was_noted_is_told_by_the_address_of_the_page() {
        for told in [AnswerTold::Accepted, AnswerTold::GivenBack, AnswerTold::TooLate] {
            let word = told.word();
            let (name, word) = word.trim_start_matches('&').split_once('=').unwrap();
            assert_eq!(AnswerTold::read(name, word), Some(told));
        }
        assert_eq!(AnswerTold::read("hecho", "x"), None);
        assert_eq!(AnswerTold::read("ver", "tarde"), None);
    }
}
