//! What the link of a reminder leads to: the hour, and one button for who cannot come. The rest is
//! on the ticket's own page.

use domain::timestamp::Zone;
use domain::unicode::capital;
use leptos::prelude::*;
use phrases::{booking as say, format};

use super::mine::{Act, button};
use super::ticket::Shown;
use super::{hour_words, place_words};
use crate::components::action::Weight;
use crate::components::notice::{Notice, Tone};
use crate::locale::locale;
use crate::pages::public::PublicPage;

/// The page.
#[component]
pub fn ReminderPage(
    /// The booking, whose hour is theirs.
    ticket: Shown,
    /// By which days and hours are told.
    zone: Zone,
    /// The address that takes its acts, and shows all of them.
    address: String,
) -> impl IntoView {
    let locale = locale();
    let title = say::ticket_title(locale, format::list(&ticket.animals, locale));
    let at = ticket.slot.map(|at| capital(&hour_words(at, ticket.home_until, &zone, locale)));
    let place = place_words(&ticket.place, ticket.commune, ticket.comes_home, locale);
    let (kept, asked, words) = match ticket.comes_home {
        true => (
            say::reminder_kept_home(locale),
            say::reminder_asks_home(locale),
            say::act_cancel_home(locale),
        ),
        false => (say::reminder_kept(locale), say::reminder_asks(locale), say::act_cancel(locale)),
    };
    view! {
        <PublicPage title=title.clone()>
            <div class="narrow flow">
                <h1>{title}</h1>
                <Notice title=at.unwrap_or_default() tone=Tone::Kept>
                    <p>{place}</p>
                    <p>{kept}</p>
                </Notice>
                <p>{asked}</p>
                {button(&address, Act::Cancel, words, Weight::Grave)}
                <p>
                    <a href=address>{say::reminder_rest(locale)}</a>
                </p>
            </div>
        </PublicPage>
    }
}
