//! A booking as a phone takes it along, to take its people in without signal.

use crate::id::BookingId;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BookingDetails, BookingState, Offering};

/// Letters of [`Expected::tag`].
pub const TAG_LETTERS: usize = 8;

/// Somebody who is expected at an outreach, or was taken in there
/// (`GET /api/v1/field/pack/{id}/bookings`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Expected {
    /// The booking.
    pub id: BookingId,
    /// The first [`TAG_LETTERS`] hexadecimal digits of the SHA-256 of its ticket's code: enough to
    /// know a ticket that is shown among those of a day, and too little to make its code of.
    pub tag: String,
    /// What a search finds it by, as in [`crate::pack::booking_line`].
    pub line: String,
    /// What is booked.
    pub offering: Offering,
    /// When its slot begins.
    pub slot: Option<Timestamp>,
    /// Where it is in its life.
    pub state: BookingState,
    /// The number its people have.
    pub number: Option<u32>,
    /// Who booked, for which animals, as old as they are on the day of the outreach; none when that
    /// was erased or never asked.
    pub details: Option<BookingDetails>,
    /// Whether the register holds the document, so that its card is in the pack.
    pub is_known: bool,
}
