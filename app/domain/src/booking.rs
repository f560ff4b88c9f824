//! Booked places: what an outreach offers, whose place it is, and how a place is given and freed.
//!
//! Capacity is counted in animals. It binds promises (bookings, tickets of walk-ins, shares lent to
//! phones), never a service that was performed already (contracts, section 8).

use crate::catalogue::coded;
use crate::service::ServiceKind;
use serde::{Deserialize, Serialize};

mod asked;
mod day;
mod expected;
mod slots;
mod times;

pub use asked::{AnimalAsked, BookingDetails, Eligibility, Lack};
pub use day::{
    MOST_NUMBERS, MOST_PLACES_SHARED, MOST_SHARES, Numbers, PlacesAsked, PlacesHeld, Queued,
    Scanned, ShareAsked, ShareHeld, Shown, Station, TurnAwayReason, ends_lateness, is_no_show,
    next_called, scanned,
};
pub use expected::{Expected, TAG_LETTERS};
pub use slots::{SLOT_MINUTES, Slot, lent, room, slots};
pub use times::{
    ANSWER_WITHIN_MS, HOME_WITHIN_MS, NO_SHOW_AFTER_MS, Reminding, SHORTEST_OFFER_MS, home_until,
    offered_until,
};

coded! {
    /// What one books at an outreach.
    pub enum Offering {
        /// A microchip with both dewormings, or the verification of one.
        Chip = "chip",
        /// Internal and external deworming without a chip.
        Deworming = "deworming",
        /// Surgery.
        Sterilisation = "sterilisation",
    }
}

/// Hours without food before a surgery. Guidelines for anaesthesia ask for at least six (eight of
/// flat-faced animals), and those who operate in neighbourhoods for eight; no law says it. The
/// veterinarian may ask for something else, in the coordination's own words.
pub const FASTING_HOURS: u32 = 8;

/// The same for an animal younger than [`FASTING_YOUNG_MONTHS`]: the guidelines of the American
/// Animal Hospital Association let nobody of less than sixteen weeks go without for longer, since
/// its blood sugar falls.
pub const FASTING_HOURS_YOUNG: u32 = 4;

/// Until this age, in months, an animal fasts for less.
pub const FASTING_YOUNG_MONTHS: u32 = 4;

impl Offering {
    /// Whether the animal has to come without having eaten.
    #[must_use]
    pub const fn needs_fasting(self) -> bool {
        matches!(self, Self::Sterilisation)
    }

    /// What one books for a service.
    #[must_use]
    pub const fn of(kind: ServiceKind) -> Self {
        match kind {
            ServiceKind::Implantation | ServiceKind::Verification => Self::Chip,
            ServiceKind::DewormingInternal | ServiceKind::DewormingExternal => Self::Deworming,
            ServiceKind::Sterilisation => Self::Sterilisation,
        }
    }

    /// Whether a service performed is what was booked.
    #[must_use]
    pub fn is_served_by(self, kind: ServiceKind) -> bool {
        Self::of(kind) == self
    }
}

coded! {
    /// Who is served first at an outreach, of those who say so of themselves: in the waiting list,
    /// when places become free, and when people are called. Among themselves they keep the order
    /// in which they came.
    pub enum Priority {
        /// Who is sixty or older, and who lives far away.
        Both = "both",
        /// Who is sixty or older.
        Elderly = "elderly",
        /// Who lives far away.
        FarAway = "far_away",
        /// Nobody: everybody in the order in which they came.
        Nobody = "nobody",
    }
}

impl Priority {
    /// Whether anybody is served first.
    #[must_use]
    pub const fn is_given(self) -> bool {
        !matches!(self, Self::Nobody)
    }
}

coded! {
    /// Where a booking is in its life.
    pub enum BookingState {
        /// On the waiting list; it holds no place.
        Waiting = "waiting",
        /// A place that became free is kept for it until a moment.
        Offered = "offered",
        /// It holds its places.
        Booked = "booked",
        /// Its people are there; it has a queue number.
        Arrived = "arrived",
        /// Served.
        Served = "served",
        /// There, and not served, for a reason.
        TurnedAway = "turned_away",
        /// Given back by its owner or by the coordination.
        Cancelled = "cancelled",
        /// Its people did not come.
        NoShow = "no_show",
        /// Offered, and not taken in time.
        Lapsed = "lapsed",
    }
}

impl BookingState {
    /// Whether it keeps places that nobody else may have: booked and not arrived, or offered.
    #[must_use]
    pub const fn holds_places(self) -> bool {
        matches!(self, Self::Offered | Self::Booked)
    }

    /// Whether its owner still expects something of it.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Offered | Self::Booked | Self::Arrived)
    }
}

/// The places of one offering at an outreach, counted in animals.
///
/// `booked` are places of bookings that have not arrived (offers included), `used` those of people
/// who arrived, with or without a booking, `shared` those lent to phones and not used or back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// How many there are.
    pub capacity: u32,
    /// Promised and not arrived.
    pub booked: u32,
    /// Arrived.
    pub used: u32,
    /// Lent to phones.
    pub shared: u32,
}

impl Places {
    /// How many may still be promised.
    #[must_use]
    pub const fn free(self) -> u32 {
        let left = self.capacity.saturating_sub(self.booked).saturating_sub(self.used);
        left.saturating_sub(self.shared)
    }

    /// Whether what was promised fits: the invariant of contracts section 8.
    #[must_use]
    pub const fn holds(self) -> bool {
        let promised = self.booked.saturating_add(self.used).saturating_add(self.shared);
        promised <= self.capacity
    }
}

#[cfg(test)]
mod tests;
