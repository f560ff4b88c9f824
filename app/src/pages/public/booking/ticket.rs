//! `/T/{code}`: the ticket, to be shown at the door and printed; and, for who shows that it is
//! theirs, what they may do with it. Of the owner it says the given name and nothing else.

use domain::booking::{BookingState, Lack, Offering};
use domain::id::OutreachId;
use domain::territory::Commune;
use domain::timestamp::{Timestamp, Zone};
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::{Locale, booking as say, common, format};

use super::asking::{Told, notice};
use super::unfit::unfit_notice;
use super::{
    bring_title, hour_words, moment_words, offering_words, place_words, preparation,
    preparation_title,
};
use crate::components::action::{LinkButton, Weight};
use crate::components::notice::{Notice, Tone};
use crate::components::qr_code::QrCode;
use crate::components::summary_list::{SummaryList, SummaryRow};
use crate::locale::locale;
use crate::pages::public::PublicPage;
use crate::pages::public::booking::mine::{ActForms, Acts};
use crate::pages::public::form_state::FormFaults;
use crate::routes;

/// A booking as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its ten letters.
    pub code: String,
    /// Where.
    pub outreach: OutreachId,
    /// What the outreach is called.
    pub outreach_name: String,
    /// The hall, square or street.
    pub place: String,
    /// The team comes to the home of who booked.
    pub comes_home: bool,
    /// The commune.
    pub commune: Commune,
    /// For what.
    pub offering: Offering,
    /// When they are asked to come; none while they wait.
    pub slot: Option<Timestamp>,
    /// Until when the team may be at their home, where it comes to it.
    pub home_until: Option<Timestamp>,
    /// Where it is in its life.
    pub state: BookingState,
    /// The place in the waiting list, from 1, of one who waits.
    pub position: Option<u32>,
    /// Until when an offered place is kept.
    pub offered_until: Option<Timestamp>,
    /// What the animals are called.
    pub animals: Vec<String>,
    /// Which of them the outreach does not take as they are on its day, and why.
    pub unfit: Vec<(String, Lack)>,
    /// The owner's given names.
    pub owner_given: String,
    /// The number they are called by on the day.
    pub queue_number: Option<u32>,
    /// What to bring.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// The outreach was put off, and they have not yet said that the new date suits them.
    pub asks_new_date: bool,
    /// The outreach was called off while it was under way: the place waits for a new date.
    pub is_suspended: bool,
    /// The outreach is over.
    pub is_over: bool,
}

impl Shown {
    /// Whether a reminder has nothing to ask but that who cannot come says so: not of a new date
    /// that nobody has accepted, nor of an hour that is none any more.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        let is_asked = self.asks_new_date || self.is_suspended || self.is_over;
        self.state == BookingState::Booked && self.slot.is_some() && !is_asked
    }
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The place was given.
    Booked,
    /// They wait in line.
    Waits,
    /// It was cancelled.
    Cancelled,
    /// It is at another hour.
    Moved,
    /// The offered place was taken.
    Accepted,
    /// The offered place was left to others.
    Declined,
    /// The new date suits them.
    DateAccepted,
}

impl Done {
    /// All of them.
    const ALL: [Self; 7] = [
        Self::Booked,
        Self::Waits,
        Self::Cancelled,
        Self::Moved,
        Self::Accepted,
        Self::Declined,
        Self::DateAccepted,
    ];

    /// As it stands in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Booked => "reservada",
            Self::Waits => "espera",
            Self::Cancelled => "anulada",
            Self::Moved => "cambiada",
            Self::Accepted => "aceptada",
            Self::Declined => "rechazada",
            Self::DateAccepted => "fecha",
        }
    }

    /// The one of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.code() == code)
    }

    fn words(self, locale: Locale) -> (&'static str, &'static str) {
        match self {
            Self::Booked => (say::done_booked(locale), say::done_booked_next(locale)),
            Self::Waits => (say::done_waits(locale), say::done_waits_next(locale)),
            Self::Cancelled => (say::done_cancelled(locale), say::done_cancelled_next(locale)),
            Self::Moved => (say::done_moved(locale), say::done_moved_next(locale)),
            Self::Accepted => (say::done_accepted(locale), say::done_booked_next(locale)),
            Self::Declined => (say::done_declined(locale), say::done_cancelled_next(locale)),
            Self::DateAccepted => (say::done_date(locale), say::done_moved_next(locale)),
        }
    }
}

/// What came of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It was done.
    Done(Done),
    /// It could not be done.
    Told(Told),
}

/// The page.
#[component]
pub fn TicketPage(
    /// The booking.
    ticket: Shown,
    /// By which days and hours are told.
    zone: Zone,
    /// Where the site is reached, `https://huella.example`: the QR's address begins with it.
    #[prop(into)]
    origin: String,
    /// What was just done, or could not be.
    news: Option<News>,
    /// What its owner may do; nothing for who came with the code alone.
    acts: Option<Acts>,
) -> impl IntoView {
    let locale = locale();
    let names = format::list(&ticket.animals, locale);
    let title = match ticket.state {
        BookingState::Booked | BookingState::Arrived => say::ticket_title(locale, names),
        _ => say::booking_title(locale, names),
    };
    let news = news.map(|news| match news {
        News::Done(done) => {
            let (title, next) = done.words(locale);
            view! {
                <Notice title=title tone=Tone::Kept live=true>
                    <p>{next}</p>
                </Notice>
            }
            .into_any()
        }
        News::Told(told) => notice(told, locale).into_any(),
    });
    // Who came with the code alone decides nothing.
    let unfit = acts.as_ref().and_then(|_| unfit_notice(&ticket, locale));
    let forms = match acts {
        Some(acts) => {
            view! { <ActForms ticket=ticket.clone() acts=acts zone=zone.clone() /> }.into_any()
        }
        None if ticket.state.is_live() => manage(ticket.comes_home, locale).into_any(),
        None => again(locale).into_any(),
    };
    view! {
        <PublicPage title=title.clone()>
            <div class="narrow flow">
                {news}
                <FormFaults />
                <h1>{title}</h1>
                {standing(&ticket, &zone, locale)}
                {unfit}
                {symbol(&ticket, &origin, locale)}
                {facts(&ticket, locale)}
                {files(&ticket, locale)}
                {forms}
            </div>
        </PublicPage>
    }
}

/// Where the booking stands, in one sentence, and what that means.
fn standing(ticket: &Shown, zone: &Zone, locale: Locale) -> impl IntoView + use<> {
    let at = ticket.slot.map(|at| capital(&hour_words(at, ticket.home_until, zone, locale)));
    let position = ticket.position.map(u64::from);
    let (tone, title, body) = match ticket.state {
        BookingState::Booked | BookingState::Arrived if ticket.is_suspended => {
            let title = match ticket.comes_home {
                true => say::state_suspended_home(locale),
                false => say::state_suspended(locale),
            };
            (Tone::Person, Some(title.to_owned()), say::state_suspended_next(locale).to_owned())
        }
        BookingState::Booked if ticket.asks_new_date => {
            (Tone::Person, at, say::state_new_date(locale).to_owned())
        }
        BookingState::Booked if ticket.comes_home => {
            (Tone::Kept, at, say::state_booked_home(locale).to_owned())
        }
        BookingState::Booked => (Tone::Kept, at, say::state_booked(locale).to_owned()),
        BookingState::Waiting if ticket.is_over => {
            (Tone::Info, None, say::state_waited(locale).to_owned())
        }
        BookingState::Waiting => {
            let title = position.map(|place| say::state_waiting_at(locale, place));
            (Tone::Waiting, title, say::state_waiting(locale).to_owned())
        }
        BookingState::Offered => {
            let until = ticket.offered_until.map(|until| moment_words(until, zone, locale));
            let body = until.map(|until| say::state_offered_until(locale, until));
            (Tone::Person, at, body.unwrap_or_default())
        }
        BookingState::Arrived if ticket.comes_home => {
            (Tone::Kept, None, say::state_arrived_home(locale).to_owned())
        }
        BookingState::Arrived => {
            let title = ticket.queue_number.map(|number| say::state_number(locale, number));
            (Tone::Kept, title, say::state_arrived(locale).to_owned())
        }
        BookingState::Served => (Tone::Kept, None, say::state_served(locale).to_owned()),
        BookingState::TurnedAway => (Tone::Info, None, say::state_turned_away(locale).to_owned()),
        BookingState::Cancelled => (Tone::Info, None, say::state_cancelled(locale).to_owned()),
        BookingState::NoShow if ticket.comes_home => {
            (Tone::Info, None, say::state_no_show_home(locale).to_owned())
        }
        BookingState::NoShow => (Tone::Info, None, say::state_no_show(locale).to_owned()),
        BookingState::Lapsed => (Tone::Info, None, say::state_lapsed(locale).to_owned()),
    };
    match title {
        Some(title) => view! {
            <Notice title=title tone=tone>
                <p>{body}</p>
            </Notice>
        }
        .into_any(),
        None => view! { <Notice title=body tone=tone /> }.into_any(),
    }
}

/// What is scanned at the door, and the code for who cannot show it.
fn symbol(ticket: &Shown, origin: &str, locale: Locale) -> impl IntoView + use<> {
    if !ticket.state.is_live() {
        return ().into_any();
    }
    // In capitals the symbol is smallest.
    let address = format!("{origin}{}", routes::ticket(&ticket.code)).to_ascii_uppercase();
    let (left, right) =
        ticket.code.split_at_checked(ticket.code.len() / 2).unwrap_or((ticket.code.as_str(), ""));
    let code = format!("{left} {right}");
    view! {
        <figure class="flow">
            <QrCode text=address label=say::ticket_qr(locale) />
            <figcaption>
                {say::code_caption(locale)} " "
                <strong class="value">{code}</strong>
            </figcaption>
        </figure>
    }
    .into_any()
}

fn facts(ticket: &Shown, locale: Locale) -> impl IntoView + use<> {
    let row = |name: &'static str, words: Option<String>| {
        words.map(|words| {
            view! {
                <SummaryRow name=name>
                    <span>{words}</span>
                </SummaryRow>
            }
        })
    };
    let service = capital(offering_words(ticket.offering, locale));
    let place = place_words(&ticket.place, ticket.commune, ticket.comes_home, locale);
    let name = ticket.outreach_name.clone();
    // What is over or called off has no page.
    let outreach = match ticket.is_over || ticket.is_suspended {
        true => view! { <span>{name}</span> }.into_any(),
        false => view! { <a href=routes::open_outreach(ticket.outreach)>{name}</a> }.into_any(),
    };
    let given = ticket.owner_given.clone();
    let comes_home = ticket.comes_home;
    let way = ticket.way.clone().filter(|_| !comes_home);
    let bring = ticket.bring.clone();
    let before = ticket.state.is_live().then(|| {
        let lines = preparation(ticket.offering, comes_home, locale).into_iter();
        let lines = lines.map(|words| view! { <li>{words}</li> }).collect_view();
        view! {
            <SummaryRow name=preparation_title(comes_home, locale)>
                <ul class="bullets">{lines}</ul>
            </SummaryRow>
        }
    });
    view! {
        <SummaryList>
            {row(say::given_row(locale), Some(given))}
            {row(say::service_label(locale), Some(service))}
            <SummaryRow name=say::outreach_row(locale)>
                {outreach}
            </SummaryRow>
            {row(common::place(locale), Some(place))}
            {row(say::way_label(locale), way)}
            {before}
            {row(bring_title(comes_home, locale), bring)}
        </SummaryList>
    }
}

/// The same on paper, and in a calendar: only for an hour that is theirs.
fn files(ticket: &Shown, locale: Locale) -> Option<impl IntoView + use<>> {
    let has_hour = ticket.state == BookingState::Booked && ticket.slot.is_some();
    if !has_hour || ticket.is_suspended {
        return None;
    }
    let base = routes::ticket(&ticket.code);
    Some(view! {
        <div class="actions">
            <LinkButton href=format!("{base}/boleto.pdf") weight=Weight::Quiet icon="printer">
                {say::ticket_pdf(locale)}
            </LinkButton>
            <LinkButton href=format!("{base}/cita.ics") weight=Weight::Quiet icon="calendar">
                {say::ticket_calendar(locale)}
            </LinkButton>
        </div>
    })
}

fn manage(comes_home: bool, locale: Locale) -> impl IntoView {
    let asked = if comes_home { say::manage_home(locale) } else { say::manage(locale) };
    view! {
        <p class="no-print">
            {asked} " " <a href=routes::MY_BOOKING>{say::mine_link(locale)}</a>
        </p>
    }
}

fn again(locale: Locale) -> impl IntoView {
    view! {
        <p class="no-print">
            <a href=routes::OPEN>{say::list_title(locale)}</a>
        </p>
    }
}
