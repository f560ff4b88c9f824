//! The day of an outreach: what a ticket shown at the door is, who is called next, whose places
//! become free because nobody came, and what a phone may promise without signal.

use crate::catalogue::coded;
use crate::id::{BookingId, DeviceId, OutreachId};
use crate::timestamp::{CivilDate, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BookingState, NO_SHOW_AFTER_MS, Offering};

/// A booking as far as its ticket can be judged at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The outreach it is for.
    pub outreach: OutreachId,
    /// The local day on which that is held.
    pub held_on: CivilDate,
    /// Where it is in its life.
    pub state: BookingState,
    /// When its people came.
    pub arrived_at: Option<Timestamp>,
    /// The number they were given.
    pub number: Option<u32>,
}

/// What a ticket that is shown at a door is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ticket", rename_all = "snake_case")]
pub enum Scanned {
    /// It keeps its places: its people go in.
    Fresh,
    /// It keeps none, but may have free ones: of the waiting list, come too late for its own, or
    /// offered and not taken in time.
    NeedsPlace {
        /// Which of them.
        state: BookingState,
    },
    /// Its people are in already: a ticket that two phones scanned, or a picture of one.
    Already {
        /// Since when.
        at: Option<Timestamp>,
        /// With which number.
        number: Option<u32>,
    },
    /// It is for another outreach.
    OtherOutreach {
        /// Which.
        outreach: OutreachId,
        /// On which day that is held.
        on: CivilDate,
    },
    /// It is for this outreach, on another day.
    OtherDay {
        /// On which.
        on: CivilDate,
    },
    /// It was given back.
    Cancelled,
}

/// What a ticket is at the door of `here`, on the local day `today`. Where it leads elsewhere is
/// said before what has become of it, for that is what its people can do something about.
#[must_use]
pub fn scanned(shown: &Shown, here: OutreachId, today: CivilDate) -> Scanned {
    use BookingState::{
        Arrived, Booked, Cancelled, Lapsed, NoShow, Offered, Served, TurnedAway, Waiting,
    };
    if shown.outreach != here {
        return Scanned::OtherOutreach { outreach: shown.outreach, on: shown.held_on };
    }
    match shown.state {
        Arrived | Served | TurnedAway => {
            Scanned::Already { at: shown.arrived_at, number: shown.number }
        }
        Cancelled => Scanned::Cancelled,
        _ if shown.held_on != today => Scanned::OtherDay { on: shown.held_on },
        Booked | Offered => Scanned::Fresh,
        state @ (Waiting | NoShow | Lapsed) => Scanned::NeedsPlace { state },
    }
}

/// Whether nobody may come late any more: the outreach is over, somebody waits in line, or no place
/// is free for whoever comes now. Else who has not come keeps nobody out. Where the team comes to
/// them, it is the team that is late, until all is over.
#[must_use]
pub const fn ends_lateness(
    free: u32,
    is_waited_for: bool,
    is_over: bool,
    comes_home: bool,
) -> bool {
    is_over || (!comes_home && (is_waited_for || free == 0))
}

/// Whether a booking's places become free because nobody came: [`NO_SHOW_AFTER_MS`] after its
/// slot began, once [`ends_lateness`] says so, and never once its people are there.
#[must_use]
pub fn is_no_show(
    state: BookingState,
    slot_at: Option<Timestamp>,
    now: Timestamp,
    ends_lateness: bool,
) -> bool {
    let is_late = slot_at.is_some_and(|slot| now.since_ms(slot) >= NO_SHOW_AFTER_MS);
    matches!(state, BookingState::Booked) && is_late && ends_lateness
}

/// A table at which one service is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Station {
    /// The service.
    pub offering: Offering,
    /// Its number, from 1; each service counts its own.
    pub number: u32,
}

/// Somebody who is there and has not been called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Whose ticket.
    pub booking: BookingId,
    /// The number on it.
    pub number: u32,
    /// Sixty or older, or living far away.
    pub has_priority: bool,
}

/// Who is called next: those with priority first, each in the order of the numbers.
#[must_use]
pub fn next_called(queue: &[Queued]) -> Option<Queued> {
    queue.iter().copied().min_by_key(|one| (!one.has_priority, one.number, one.booking))
}

coded! {
    /// Why somebody who came was not served.
    pub enum TurnAwayReason {
        /// The animal's health did not allow it.
        Unfit = "unfit",
        /// The outreach does not take such an animal.
        NotTaken = "not_taken",
        /// Chips, doses or material ran out.
        NoStock = "no_stock",
        /// There was no time left.
        NoTime = "no_time",
        /// They left before they were called, or did not answer the call.
        Left = "left",
        /// The owner did not consent.
        NoConsent = "no_consent",
    }
}

/// Most shares that one message of a phone asks for or gives back.
pub const MOST_SHARES: usize = 16;

/// Most places that a phone may ask for at once.
pub const MOST_PLACES_SHARED: u32 = 500;

/// Most numbers that a phone may take at once.
pub const MOST_NUMBERS: u32 = 200;

/// Places that a phone asks for, to promise without signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ShareAsked {
    /// Names the share, made on the phone: asked for twice, it is granted once.
    pub id: Uuid,
    /// Of what.
    pub offering: Offering,
    /// How many at most: the phone's part of what is free is granted on the day of the outreach.
    /// A phone of this version names no number.
    #[serde(default = "most_places")]
    pub places: u32,
}

const fn most_places() -> u32 {
    MOST_PLACES_SHARED
}

/// What a phone asks of the places of an outreach (`POST /api/v1/field/places`). What it gives back
/// is given back before anything is granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PlacesAsked {
    /// Which outreach.
    pub outreach: OutreachId,
    /// Which phone; it must be paired for the outreach.
    pub device: DeviceId,
    /// Shares to give back: what is left of each becomes free. Its promises go first, as
    /// submissions.
    #[serde(default)]
    pub give_back: Vec<Uuid>,
    /// Shares to be granted.
    #[serde(default)]
    pub grant: Vec<ShareAsked>,
    /// How many numbers the phone wants to give without signal, at most [`MOST_NUMBERS`]. Each is
    /// taken once; one that is never given is passed over when people are called.
    #[serde(default)]
    pub numbers: u32,
}

/// Numbers that follow one another, for a phone to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Numbers {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// A share as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ShareHeld {
    /// Its name.
    pub id: Uuid,
    /// Of what.
    pub offering: Offering,
    /// How many places it had.
    pub granted: u32,
    /// How many of them were promised, as far as the server has been told.
    pub used: u32,
}

/// The answer to [`PlacesAsked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct PlacesHeld {
    /// All shares that the phone has out at this outreach. One that is not named here is void: it
    /// was given back or written off, and nothing may be promised out of it.
    pub shares: Vec<ShareHeld>,
    /// The numbers it may give from now on, beside those it has; none when it asked for none.
    pub numbers: Option<Numbers>,
}

#[cfg(test)]
mod tests;
