//! The day of an outreach: the board of the team with what is done at the door, and the numbers
//! being served, for everybody. Both are served whole; the board renews itself where the browser
//! runs `/desk-day.js`, without touching what somebody types beside it.

mod calling;
mod forms;
mod list;
mod told;
mod turn;

pub use forms::{FIELDS, TICKET};
pub use list::{AnswerTold, BookingsPage, PAGE, SHOWN, list_address, list_of};
pub use told::Told;
pub use turn::TurnPage;

use domain::booking::Offering;
use domain::desk::day::{Board, OfferingLine, QueueLine, ShareLine, Sought};
use domain::timestamp::Zone;
use leptos::prelude::*;
use phrases::{Locale, common, day as say, format};

use self::calling::{Calling, Stations};
use self::forms::{Arrival, Away, NoShows, WalkIn};
use self::told::{Found, Outcome};
use crate::components::action::{LinkButton, Weight};
use crate::components::empty_state::EmptyState;
use crate::components::frame::{Frame, PageHead};
use crate::components::navigation::BackLink;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable, figure};
use crate::locale::locale;
use crate::pages::public::Visit;
use crate::pages::public::form_state::FormFaults;
use crate::pages::public::stock::Links;
use crate::routes;

/// What a service is called at the door.
const fn offering_words(offering: Offering, locale: Locale) -> &'static str {
    match offering {
        Offering::Chip => say::offering_chip(locale),
        Offering::Deworming => say::offering_deworming(locale),
        Offering::Sterilisation => say::offering_sterilisation(locale),
    }
}

/// `/coordinacion/operativos/{id}/dia`.
#[component]
pub fn DayPage(
    /// The links round it.
    links: Links,
    /// How the day stands.
    board: Board,
    /// What the last act came to.
    told: Option<Told>,
    /// The bookings to choose from.
    sought: Vec<Sought>,
) -> impl IntoView {
    let locale = locale();
    let path = routes::desk_day(board.outreach);
    let title = say::title(locale, &board.name);
    let demonstration = use_context::<Visit>().unwrap_or_default().demonstration;
    let ribbon = if demonstration { common::demonstration(locale) } else { "" };
    // Field staff have no sheet of the outreach to go back to.
    let back = match board.may_write_off {
        true => routes::desk_outreach(board.outreach),
        false => routes::COORDINATION.to_owned(),
    };
    let where_when =
        say::where_when(locale, format::date_long(board.held_on, locale), &board.place);
    let (is_open, turns) = (board.is_open, routes::turns(board.outreach));
    let outcome = told.map(|told| view! { <Outcome told=told zone=board.zone.clone() /> });
    let found = (!sought.is_empty()).then(|| {
        view! { <Found sought=sought zone=board.zone.clone() path=path.clone() /> }
    });
    let call = is_open.then(|| {
        view! { <Calling lines=board.offerings.clone() path=path.clone() /> }
    });
    let door = at_door(&board, &path);
    view! {
        <PageHead title=title.clone() />
        <Frame
            ways=links.ways
            current=routes::desk(routes::OUTREACHES)
            foot=links.foot
            ribbon=ribbon
        >
            <BackLink href=back />
            <FormFaults />
            {outcome}
            <div class="page-head">
                <h1>{title}</h1>
                <div class="actions">
                    <LinkButton href=turns weight=Weight::Quiet>
                        {say::see_turns(locale)}
                    </LinkButton>
                </div>
            </div>
            <div class="flow">
                <p class="soft">{where_when}</p>
                {found}
                {call}
                <div class="flow" id="tablero" data-live="true">
                    <Standing board=board path=path />
                </div>
                {door}
            </div>
        </Frame>
    }
}

/// What is done at the door, or that nothing is.
fn at_door(board: &Board, path: &str) -> AnyView {
    let locale = locale();
    if !board.is_open {
        return view! {
            <Notice title=say::closed_title(locale) tone=Tone::Waiting>
                <p>{say::closed_body(locale)}</p>
            </Notice>
        }
        .into_any();
    }
    let offered: Vec<_> = board.offerings.iter().map(|line| line.offering).collect();
    if offered.is_empty() {
        return ().into_any();
    }
    view! {
        <Arrival path=path.to_owned() />
        <WalkIn
            path=path.to_owned()
            offered=offered
            ticket=board.ticket
            priority=board.priority
        />
        <NoShows path=path.to_owned() />
    }
    .into_any()
}

/// What renews itself.
#[component]
fn Standing(board: Board, path: String) -> impl IntoView {
    let locale = locale();
    let as_of = say::as_of(locale, format::hour(board.now, &board.zone, locale));
    let stock = board.stock.map(|left| {
        let chips = format::count(left.chips.into(), locale);
        let internal = format::count(left.internal.into(), locale);
        let external = format::count(left.external.into(), locale);
        view! { <p>{say::stock_left(locale, chips, external, internal)}</p> }
    });
    view! {
        <p class="soft small">
            {as_of} " " <a href=path.clone()>{say::renew(locale)}</a>
        </p>
        <Services lines=board.offerings />
        <Stations lines=board.stations />
        {stock}
        <Queue
            lines=board.queue
            zone=board.zone.clone()
            path=path.clone()
            is_open=board.is_open
        />
        <Shares lines=board.shares zone=board.zone path=path may_write_off=board.may_write_off />
    }
}

#[component]
fn Services(lines: Vec<OfferingLine>) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! {
            <EmptyState icon="inbox" title=say::board_none(locale)>
                <p>{say::board_none_next(locale)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let mut columns = vec![Column::words(say::service_column(locale))];
    let figures = [
        say::waiting_column(locale),
        say::called_column(locale),
        say::served_column(locale),
        say::expected_column(locale),
        say::free_column(locale),
        say::capacity_column(locale),
        say::lent_column(locale),
        say::away_column(locale),
        say::no_shows_column(locale),
        say::listed_column(locale),
        say::minutes_column(locale),
    ];
    columns.extend(figures.into_iter().map(Column::figures));
    let row = move |line: OfferingLine| {
        let over = (line.over > 0).then(|| {
            view! {
                " "
                <span class="badge">{say::over_count_of(locale, line.over.into())}</span>
            }
        });
        let planned = line.planned_minutes.to_string();
        let minutes = match line.minutes {
            Some(taken) => say::minutes_of(locale, planned, taken),
            None => planned,
        };
        view! {
            <tr>
                <th scope="row">
                    {offering_words(line.offering, locale)} " "
                    <span class="soft small">{say::stations(locale, line.stations.into())}</span>
                    {over}
                </th>
                {figure(line.waiting, locale)}
                {figure(line.called, locale)}
                {figure(line.served, locale)}
                {figure(line.places.booked, locale)}
                {figure(line.places.free(), locale)}
                {figure(line.places.capacity, locale)}
                {figure(line.places.shared, locale)}
                {figure(line.turned_away, locale)}
                {figure(line.no_shows, locale)}
                {figure(line.listed, locale)}
                <td data-align="end">{minutes}</td>
            </tr>
        }
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::board(locale) columns=columns>
            {rows}
        </DataTable>
        <p class="soft small">{say::counts_animals(locale)}</p>
    }
    .into_any()
}

#[component]
fn Queue(lines: Vec<QueueLine>, zone: Zone, path: String, is_open: bool) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! { <p class="soft">{say::queue_none(locale)}</p> }.into_any();
    }
    let columns = vec![
        Column::figures(say::number_column(locale)),
        Column::words(say::who_column(locale)),
        Column::words(say::service_column(locale)),
        Column::words(say::since_column(locale)),
        Column::words(say::state_column(locale)),
        Column::words(say::acts_column(locale)),
    ];
    let row = move |line: QueueLine| {
        let state = match line.called_at {
            Some(at) => match line.station {
                Some(station) => {
                    say::state_called_to(locale, format::hour(at, &zone, locale), station)
                }
                None => say::state_called(locale, format::hour(at, &zone, locale)),
            },
            None => say::state_waits(locale).to_owned(),
        };
        let acts = is_open.then(|| view! { <Acts path=path.clone() line=line.clone() /> });
        view! {
            <tr>
                <th scope="row" data-align="end">
                    {line.number}
                </th>
                <td>{who(&line, locale)}</td>
                <td>
                    {offering_words(line.offering, locale)} ", "
                    {say::animals(locale, line.animals.into())}
                </td>
                <td>{format::hour(line.arrived_at, &zone, locale)}</td>
                <td>{state}</td>
                <td>{acts}</td>
            </tr>
        }
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::queue(locale) columns=columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

/// Who stands there, as they are called and as is known of them.
fn who(line: &QueueLine, locale: Locale) -> impl IntoView + use<> {
    let given = match line.given.is_empty() {
        true => say::nobody_named(locale).to_owned(),
        false => line.given.clone(),
    };
    let names = (!line.names.is_empty()).then(|| format!(" ({})", line.names.join(", ")));
    let badge = |is_so: bool, words: &'static str| {
        is_so.then(|| {
            view! {
                " "
                <span class="badge">{words}</span>
            }
        })
    };
    view! {
        {given}
        {names}
        {badge(line.has_priority, say::priority(locale))}
        {badge(line.is_walk_in, say::without_booking(locale))}
        {badge(line.is_over, say::over_count(locale))}
    }
}

/// What is done with somebody who is there.
#[component]
fn Acts(path: String, line: QueueLine) -> impl IntoView {
    let locale = locale();
    let (booking, number) = (line.booking.to_string(), line.number);
    view! {
        <form method="post" action=path.clone()>
            <input type="hidden" name="booking" value=booking />
            <button
                class="button"
                data-kind="quiet"
                type="submit"
                name="act"
                value="served"
                aria-label=say::mark_served_what(locale, number)
            >
                {say::mark_served(locale)}
            </button>
        </form>
        <Away path=path line=line />
    }
}

#[component]
fn Shares(lines: Vec<ShareLine>, zone: Zone, path: String, may_write_off: bool) -> impl IntoView {
    let locale = locale();
    if lines.is_empty() {
        return view! { <p class="soft">{say::shares_none(locale)}</p> }.into_any();
    }
    let columns = vec![
        Column::words(say::phone_column(locale)),
        Column::words(say::service_column(locale)),
        Column::figures(say::lent_count_column(locale)),
        Column::figures(say::promised_column(locale)),
        Column::words(say::since_column(locale)),
        Column::words(say::acts_column(locale)),
    ];
    let row = move |line: ShareLine| {
        let offering = offering_words(line.offering, locale);
        let what = say::write_off_what(locale, offering, &line.phone);
        let act = may_write_off.then(|| {
            view! {
                <form method="post" action=path.clone()>
                    <input type="hidden" name="share" value=line.id.to_string() />
                    <button
                        class="button"
                        data-kind="grave"
                        type="submit"
                        name="act"
                        value="write_off"
                        aria-label=what
                    >
                        {say::write_off(locale)}
                    </button>
                </form>
            }
        });
        view! {
            <tr>
                <th scope="row">{line.phone}</th>
                <td>{offering}</td>
                {figure(line.granted, locale)}
                {figure(line.used, locale)}
                <td>{format::hour(line.granted_at, &zone, locale)}</td>
                <td>{act}</td>
            </tr>
        }
    };
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::shares(locale) columns=columns>
            {rows}
        </DataTable>
        <p class="soft small">{say::shares_lead(locale)}</p>
    }
    .into_any()
}
