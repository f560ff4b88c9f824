//! Who booked at an outreach as the coordination sees it, and what it notes for whom it telephoned.
//! Its page is whole when it is served, so that nothing of this is a wire type.

use crate::booking::{BookingState, Lack, Offering};
use crate::catalogue::coded;
use crate::desk::queue::CallAbout;
use crate::id::{BookingId, OutreachId};
use crate::timestamp::{CivilDate, Timestamp};

coded! {
    /// Which bookings are shown.
    pub enum BookingsShown {
        /// Those that still expect something.
        Live = "live",
        /// Those whose people are to be telephoned.
        ToCall = "to_call",
        /// Those whose people have not said whether the new date suits.
        Unanswered = "unanswered",
        /// The waiting list, with whom a place is offered to.
        Waiting = "waiting",
        /// All, also those that ended.
        All = "all",
    }
}

coded! {
    /// What somebody says by telephone, and the coordination notes.
    pub enum BookingAnswer {
        /// They take the place that is offered.
        AcceptOffer = "accept_offer",
        /// They do not want it.
        DeclineOffer = "decline_offer",
        /// The new date suits.
        AcceptDate = "accept_date",
        /// They do not come, or wait no longer.
        Cancel = "cancel",
    }
}

impl BookingAnswer {
    /// What can be noted for a booking.
    #[must_use]
    pub const fn of(state: BookingState, asks_new_date: bool) -> &'static [Self] {
        match state {
            BookingState::Offered => &[Self::AcceptOffer, Self::DeclineOffer],
            BookingState::Booked if asks_new_date => &[Self::AcceptDate, Self::Cancel],
            BookingState::Booked | BookingState::Waiting => &[Self::Cancel],
            _ => &[],
        }
    }
}

/// What came of noting an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is as they said.
    Done,
    /// The time to take the place was over: it passes on.
    TooLate,
}

/// A booking as the coordination sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedLine {
    /// Which.
    pub booking: BookingId,
    /// The whole name; empty when it was not asked, or was erased.
    pub person: String,
    /// The document, as people read it.
    pub document: String,
    /// Their telephone.
    pub phone: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// What for.
    pub offering: Offering,
    /// When they are asked to come.
    pub slot: Option<Timestamp>,
    /// Where it is in its life.
    pub state: BookingState,
    /// How many animals.
    pub places: u32,
    /// What they are called, as far as that is known.
    pub animals: Vec<String>,
    /// Which of them the outreach does not take as they are on its day, and why: it may have been
    /// put off since they booked.
    pub unfit: Vec<(String, Lack)>,
    /// They are served first.
    pub has_priority: bool,
    /// The outreach was put off, and they have not said whether the new date suits.
    pub asks_new_date: bool,
    /// Until when an offered place is kept.
    pub offered_until: Option<Timestamp>,
    /// The place in the waiting list, from 1, of one who waits.
    pub position: Option<u32>,
    /// About what they are to be telephoned.
    pub calls: Vec<CallAbout>,
}

/// The bookings of an outreach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingSheet {
    /// Which outreach.
    pub outreach: OutreachId,
    /// Its name.
    pub name: String,
    /// The hall, square or street.
    pub place: String,
    /// Its day.
    pub held_on: CivilDate,
    /// Which are shown.
    pub shown: BookingsShown,
    /// The page, from 1.
    pub page: u32,
    /// There are more.
    pub more: bool,
    /// The bookings of this page, by their hour; who has none comes last.
    pub lines: Vec<BookedLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_or_come_has_nothing_to_be_answered() {
        for state in BookingState::ALL {
            for asks in [false, true] {
                let answers = BookingAnswer::of(*state, asks);
                let is_open = state.is_live() && *state != BookingState::Arrived;
                assert_eq!(!answers.is_empty(), is_open, "{state}");
                let asks = asks && *state == BookingState::Booked;
                assert_eq!(answers.contains(&BookingAnswer::AcceptDate), asks, "{state}");
            }
        }
    }
}
