//! What does not fit in a plan.

use crate::booking::Offering;
use crate::id::OutreachId;

/// What of the stock is short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockKind {
    /// Chips.
    Chips,
    /// Internal doses.
    InternalDoses,
    /// External doses.
    ExternalDoses,
}

/// What of a programme's targets would be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// Implantations.
    Implantations,
    /// Surgeries.
    Sterilisations,
}

/// Something that does not fit. It is shown and keeps nobody from anything: the coordinator
/// decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Somebody of the team is at another outreach at the same time.
    TwoPlaces {
        /// The full name.
        name: String,
        /// The other one.
        outreach: OutreachId,
        /// Its name.
        outreach_name: String,
    },
    /// More work than there are hours.
    TooLong {
        /// Of what.
        offering: Offering,
        /// How many fit into the hours.
        fits: u32,
        /// How many are offered.
        capacity: u32,
    },
    /// One owner may bring more animals than there are places.
    FewerThanOwner {
        /// Of what.
        offering: Offering,
        /// How many places there are.
        capacity: u32,
        /// How many animals one owner may bring.
        per_owner: u8,
    },
    /// Less was allotted than is offered.
    StockShort {
        /// What.
        kind: StockKind,
        /// How much was allotted.
        allotted: u32,
        /// How much is needed.
        needed: u32,
    },
    /// The programme would do more than it promised.
    TargetPassed {
        /// What.
        kind: TargetKind,
        /// How much would be done in all.
        planned: u32,
        /// How much was promised.
        target: u32,
    },
    /// Nobody may answer for the surgeries.
    NoVeterinarian,
}
