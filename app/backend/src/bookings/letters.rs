//! The mails about a booking: what they are about is written to the outbox with their cause; what
//! they say is put together when they leave, so that neither code nor link is ever stored.

use domain::id::BookingId;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Ticket;
use super::ticket::{Place, owner_of, ticket};
use crate::error::Error;
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::store::Tx;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::outbox::MessageRow;

/// What such a message is about, beside the booking's identifier.
pub const ABOUT: &str = "booking";

/// Which letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// The places are theirs.
    Booked,
    /// They are on the waiting list.
    Waiting,
    /// A place became free and is kept for them for a while.
    PlaceOffered,
    /// They come at another time than before, as they asked.
    BookingMoved,
    /// The booking is cancelled.
    BookingCancelled,
    /// It is soon.
    BookingReminder,
    /// The outreach is put off to another day.
    OutreachMoved,
    /// The outreach is called off.
    OutreachSuspended,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Booked,
        Self::Waiting,
        Self::PlaceOffered,
        Self::BookingMoved,
        Self::BookingCancelled,
        Self::BookingReminder,
        Self::OutreachMoved,
        Self::OutreachSuspended,
    ];

    /// The kind of its message in the outbox, and the folder of its templates.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Waiting => "waiting",
            Self::PlaceOffered => "place_offered",
            Self::BookingMoved => "booking_moved",
            Self::BookingCancelled => "booking_cancelled",
            Self::BookingReminder => "booking_reminder",
            Self::OutreachMoved => "outreach_moved",
            Self::OutreachSuspended => "outreach_suspended",
        }
    }

    /// The letter of a message's kind, if it is one of these.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The body of such a message: what held when it was written. Nothing of the owner, so that an
/// erasure need not look into it, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingMail {
    /// Which booking.
    pub booking: BookingId,
    /// When they were asked to come.
    pub slot: Option<Timestamp>,
    /// Until when a place is kept.
    pub until: Option<Timestamp>,
    /// Why it ended.
    pub reason: Option<String>,
}

/// What such a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which letter.
    pub kind: LetterKind,
    /// The booking as it stands when the letter leaves, with the token of its link.
    pub ticket: Ticket,
    /// The owner's whole name.
    pub owner_name: String,
    /// When they were asked to come, as the letter was written; the start of the outreach for one
    /// who waits.
    pub at: Timestamp,
    /// When it was before an outreach was put off.
    pub was_at: Option<Timestamp>,
    /// Until when a place is kept.
    pub until: Option<Timestamp>,
    /// Why the booking or the outreach ended: words of the coordination, or a code of
    /// [`super::line::reason`].
    pub reason: Option<String>,
    /// When the outreach ends, for a calendar.
    pub outreach_ends_at: Timestamp,
    /// Demonstration data: the mail says so.
    pub demonstration: bool,
}
