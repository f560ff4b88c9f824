//! What an act at the door came to, in words; and the bookings to choose from.

use domain::booking::{BookingState, Offering, Scanned, Station};
use domain::desk::day::Sought;
use domain::timestamp::Zone;
use leptos::prelude::*;
use phrases::{Locale, day as say, format};

use super::offering_words;
use crate::components::notice::{Notice, Tone};
use crate::components::table::{Column, DataTable};
use crate::locale::locale;

/// What an act came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Somebody is in, with this number.
    In(u32),
    /// This number is called to this table.
    Called(u32, Station),
    /// Nobody is left to be called for this service.
    Nobody(Offering),
    /// Somebody was served.
    Served,
    /// Somebody was turned away.
    Away,
    /// So many bookings were released.
    Freed(u32),
    /// So many places of a phone were written off.
    WrittenOff(u32),
    /// Several bookings were found.
    Choose,
    /// No booking was found.
    NotFound,
    /// The ticket is none to go in with.
    NotIn(Scanned),
    /// So many places are left, and more are needed.
    Full(u32),
    /// Who comes without a booking has one.
    HasBooking,
}

impl Told {
    /// The word for the address of the page that tells it; nothing of what was not done, which is
    /// told at once.
    #[must_use]
    pub fn word(self) -> Option<String> {
        Some(match self {
            Self::In(number) => format!("numero={number}"),
            Self::Called(number, Station { offering, number: place }) => {
                format!("llamado={number}-{offering}-{place}")
            }
            Self::Nobody(offering) => format!("nadie={offering}"),
            Self::Served => "atendido".to_owned(),
            Self::Away => "sin-atencion".to_owned(),
            Self::Freed(count) => format!("liberadas={count}"),
            Self::WrittenOff(count) => format!("bajas={count}"),
            Self::Choose | Self::NotFound | Self::NotIn(_) | Self::Full(_) | Self::HasBooking => {
                return None;
            }
        })
    }

    /// What a word in the address tells.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let (name, said) = word.split_once('=').unwrap_or((word, ""));
        let count = said.parse::<u32>();
        match (name, count) {
            ("llamado", _) => called(said),
            ("nadie", _) => Offering::from_code(said).map(Self::Nobody),
            ("numero", Ok(number)) => Some(Self::In(number)),
            ("liberadas", Ok(count)) => Some(Self::Freed(count)),
            ("bajas", Ok(count)) => Some(Self::WrittenOff(count)),
            ("atendido", Err(_)) => Some(Self::Served),
            ("sin-atencion", Err(_)) => Some(Self::Away),
            _ => None,
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::In(_) | Self::Called(..) | Self::Served | Self::Away | Self::WrittenOff(_) => {
                Tone::Kept
            }
            Self::Nobody(_) | Self::Freed(_) | Self::Choose => Tone::Info,
            _ => Tone::Person,
        }
    }

    /// The sentence that matters, and what to do then.
    fn words(self, zone: &Zone, locale: Locale) -> (String, Option<String>) {
        let plain = |title: &str| (title.to_owned(), None);
        let next = |title: &str, next: &str| (title.to_owned(), Some(next.to_owned()));
        match self {
            Self::In(number) => {
                (say::told_in(locale, number), Some(say::told_in_next(locale).to_owned()))
            }
            Self::Called(number, Station { offering, number: place }) => {
                let service = offering_words(offering, locale);
                (say::told_called(locale, number, service, place), None)
            }
            Self::Nobody(offering) => {
                (say::told_nobody(locale, offering_words(offering, locale)), None)
            }
            Self::Served => plain(say::told_served(locale)),
            Self::Away => plain(say::told_away(locale)),
            Self::Freed(0) => next(say::told_freed_none(locale), say::no_shows_lead(locale)),
            Self::Freed(count) => (say::told_freed(locale, count.into()), None),
            Self::WrittenOff(count) => (say::told_written_off(locale, count.into()), None),
            Self::Choose => plain(say::told_choose(locale)),
            Self::NotFound => next(say::told_not_found(locale), say::told_not_found_next(locale)),
            Self::NotIn(ticket) => not_in(ticket, zone, locale),
            Self::Full(free) => {
                let left = say::told_full_next(locale, free.into());
                (say::told_full(locale).to_owned(), Some(left))
            }
            Self::HasBooking => {
                next(say::told_has_booking(locale), say::told_has_booking_next(locale))
            }
        }
    }
}

/// A number with the table to which it is called: `3-chip-1`.
fn called(said: &str) -> Option<Told> {
    let mut parts = said.split('-');
    let number = parts.next()?.parse().ok()?;
    let offering = Offering::from_code(parts.next()?)?;
    let place = parts.next()?.parse().ok()?;
    let station = Station { offering, number: place };
    parts.next().is_none().then_some(Told::Called(number, station))
}

fn not_in(ticket: Scanned, zone: &Zone, locale: Locale) -> (String, Option<String>) {
    let its_day = |on| Some(say::told_its_day(locale, format::date_long(on, locale)));
    match ticket {
        Scanned::Already { at, number } => {
            let said = at.zip(number).map(|(at, number)| {
                say::told_already_at(locale, format::hour(at, zone, locale), number)
            });
            (say::told_already(locale).to_owned(), said)
        }
        Scanned::OtherOutreach { on, .. } => {
            (say::told_other_outreach(locale).to_owned(), its_day(on))
        }
        Scanned::OtherDay { on } => (say::told_other_day(locale).to_owned(), its_day(on)),
        Scanned::Cancelled => {
            let next = say::told_cancelled_next(locale).to_owned();
            (say::told_cancelled(locale).to_owned(), Some(next))
        }
        Scanned::NeedsPlace { state: BookingState::Waiting } => {
            let next = say::told_needs_place_waiting(locale).to_owned();
            (say::told_needs_place(locale).to_owned(), Some(next))
        }
        Scanned::NeedsPlace { .. } | Scanned::Fresh => {
            let next = say::told_needs_place_late(locale).to_owned();
            (say::told_needs_place(locale).to_owned(), Some(next))
        }
    }
}

/// What the last act came to.
#[component]
pub(super) fn Outcome(told: Told, zone: Zone) -> impl IntoView {
    let (title, next) = told.words(&zone, locale());
    let tone = told.tone();
    match next {
        None => view! { <Notice title=title tone=tone live=true /> }.into_any(),
        Some(next) => view! {
            <Notice title=title tone=tone live=true>
                <p>{next}</p>
            </Notice>
        }
        .into_any(),
    }
}

/// Where a booking is in its life.
pub(super) const fn state_words(state: BookingState, locale: Locale) -> &'static str {
    match state {
        BookingState::Waiting => say::state_waiting(locale),
        BookingState::Offered => say::state_offered(locale),
        BookingState::Booked => say::state_booked(locale),
        BookingState::Arrived => say::state_arrived(locale),
        BookingState::Served => say::state_served(locale),
        BookingState::TurnedAway => say::state_turned_away(locale),
        BookingState::Cancelled => say::state_cancelled(locale),
        BookingState::NoShow => say::state_no_show(locale),
        BookingState::Lapsed => say::state_lapsed(locale),
    }
}

/// Whose booking it is, to be chosen.
#[component]
pub(super) fn Found(sought: Vec<Sought>, zone: Zone, path: String) -> impl IntoView {
    let locale = locale();
    let columns = vec![
        Column::words(say::who_column(locale)),
        Column::words(say::service_column(locale)),
        Column::words(say::slot_column(locale)),
        Column::words(say::state_column(locale)),
        Column::words(say::acts_column(locale)),
    ];
    let row = move |one: Sought| {
        let what = say::sought_what(locale, &one.person);
        view! {
            <tr>
                <th scope="row">{one.person}</th>
                <td>
                    {offering_words(one.offering, locale)} ", "
                    {say::animals(locale, one.animals.into())}
                </td>
                <td>{one.slot.map(|slot| format::hour(slot, &zone, locale))}</td>
                <td>{state_words(one.state, locale)}</td>
                <td>
                    <form method="post" action=path.clone()>
                        <input type="hidden" name="booking" value=one.booking.to_string() />
                        <button
                            class="button"
                            data-kind="quiet"
                            type="submit"
                            name="act"
                            value="arrive"
                            aria-label=what
                        >
                            {say::sought_button(locale)}
                        </button>
                    </form>
                </td>
            </tr>
        }
    };
    let rows = sought.into_iter().map(row).collect_view();
    view! {
        <DataTable caption=say::sought(locale) columns=columns>
            {rows}
        </DataTable>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_by_the_address_of_the_page() {
        let done = [
            Told::In(12),
            Told::Called(3, Station { offering: Offering::Chip, number: 2 }),
            Told::Nobody(Offering::Sterilisation),
            Told::Served,
            Told::Away,
            Told::Freed(0),
            Told::WrittenOff(4),
        ];
        for told in done {
            assert_eq!(told.word().as_deref().and_then(Told::read), Some(told));
        }
        let hostile = [
            "",
            "numero",
            "numero=",
            "numero=-1",
            "numero=99999999999",
            "nadie",
            "nadie=1",
            "llamado=3",
            "llamado=3-chip",
            "llamado=3-cura-1",
            "llamado=3-chip-1-1",
            "x",
        ];
        for hostile in hostile {
            assert_eq!(Told::read(hostile), None, "{hostile}");
        }
        assert_eq!(Told::NotFound.word(), None);
    }
}
