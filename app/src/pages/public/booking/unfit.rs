//! Which animals of a booking are not taken as they are on the day of the outreach, in words: for
//! the coordination, and for their owner in the letter of a new date and on the page it opens.

use domain::booking::{BookingState, Lack};
use leptos::prelude::*;
use phrases::{Locale, booking as say, day, format};

use super::ticket::Shown;
use crate::components::notice::{Notice, Tone};

/// What an owner is told whose animals are not taken as they are on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Of which animals.
    pub title: String,
    /// Each with why.
    pub lines: Vec<String>,
    /// What becomes of the booking, and what they may do.
    pub next: &'static str,
}

impl Unfit {
    /// Of a booking in some state; nothing where all its animals are taken, or nothing is awaited.
    #[must_use]
    pub fn of(animals: &[(String, Lack)], state: BookingState, locale: Locale) -> Option<Self> {
        let next = match state {
            BookingState::Booked => say::unfit_booked(locale),
            BookingState::Offered => say::unfit_offered(locale),
            BookingState::Waiting => say::unfit_waiting(locale),
            _ => return None,
        };
        let mut names: Vec<_> = animals.iter().map(|(name, _)| name.as_str()).collect();
        // One may lack two things.
        names.dedup();
        let lines = animals.iter().map(|(name, lack)| why(name, *lack, locale)).collect();
        let title = say::unfit_title(locale, format::list(&names, locale));
        (!names.is_empty()).then_some(Self { title, lines, next })
    }
}

/// Why an animal is not taken on the day.
#[must_use]
pub fn why(name: &str, lack: Lack, locale: Locale) -> String {
    match lack {
        Lack::TooYoung => day::unfit_young(locale, name),
        Lack::TooOld => day::unfit_old(locale, name),
        _ => day::unfit_other(locale, name),
    }
}

/// The same on the page of the booking.
pub(super) fn unfit_notice(ticket: &Shown, locale: Locale) -> Option<impl IntoView + use<>> {
    let told = Unfit::of(&ticket.unfit, ticket.state, locale).filter(|_| !ticket.is_over)?;
    let Unfit { title, lines, next } = told;
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    Some(view! {
        <Notice title=title tone=Tone::Person>
            <ul class="bullets">{lines}</ul>
            <p>{next}</p>
        </Notice>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_animal_that_is_not_taken_is_named_with_why_and_what_to_do() {
        let animals = [("Luna".to_owned(), Lack::TooYoung), ("Toby".to_owned(), Lack::TooOld)];
        let told = Unfit::of(&animals, BookingState::Booked, Locale::Es).unwrap();
        assert!(told.title.contains("Luna y Toby"), "{told:?}");
        let lines =
            ["Luna: ese día será muy joven todavía", "Toby: ese día pasará la edad que se atiende"];
        assert_eq!(told.lines, lines);
        assert!(told.next.contains("sigue siendo suyo"), "{told:?}");
        assert_eq!(Unfit::of(&[], BookingState::Booked, Locale::Es), None);
    }

    #[test]
    fn only_who_has_a_place_is_told_that_it_is_theirs() {
        let animals = [("Toby".to_owned(), Lack::TooOld), ("Toby".to_owned(), Lack::FlatFaced)];
        for state in BookingState::ALL {
            let told = Unfit::of(&animals, *state, Locale::Es);
            let is_due = matches!(
                state,
                BookingState::Booked | BookingState::Offered | BookingState::Waiting
            );
            assert_eq!(told.is_some(), is_due, "{state}");
            let Some(told) = told else { continue };
            assert_eq!(told.title.matches("Toby").count(), 1, "{told:?}");
            let has_place = told.next.contains("sigue siendo suyo");
            assert_eq!(has_place, *state == BookingState::Booked, "{told:?}");
        }
    }
}
