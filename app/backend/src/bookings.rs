//! Booked places: whoever asks gets one while there are any, waits in line when there are none,
//! and gives it back; a place that becomes free is offered to whoever waits.
//!
//! Every act that moves places begins by locking the offering's row ([`line::lock`]), so that what
//! it reads afterwards holds until it commits; the database's own checks are the last word. Acts
//! of the public are [`UseCase::UsePublicPages`](domain::role::UseCase): who has a booking's code
//! with the end of the document, or the link of a mail, is its owner.

pub(crate) mod acts;
mod again;
mod book;
pub(crate) mod calls;
pub mod desk;
pub(crate) mod erasing;
pub mod letters;
mod limits;
pub(crate) mod line;
pub(crate) mod news;
mod public;
mod queue;
pub mod reason;
pub(crate) mod secrets;
mod tick;
pub(crate) mod ticket;
mod unfit;

pub use acts::{accept_new_date, accept_offer, cancel, decline_offer, reschedule};
pub use book::book;
pub use erasing::{KEPT_MS, forget};
pub use limits::BOOKINGS_PER_HOUR;
pub use public::{open_outreaches, outreach_asked, public_outreach};
pub use queue::BookingQueue;
pub use secrets::CODE_LETTERS;
pub(crate) use tick::end_over;
pub use tick::{AT_ONCE, tick};
pub use ticket::{ticket_by_code, ticket_by_key, ticket_by_link};

use domain::booking::{BookingDetails, BookingState, Eligibility, Lack, Offering, Priority, Slot};
use domain::id::{BookingId, OutreachId};
use domain::outreach::{OutreachKind, OutreachStatus};
use domain::territory::Commune;
use domain::timestamp::Timestamp;

/// A place that somebody asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where.
    pub outreach: OutreachId,
    /// For what.
    pub offering: Offering,
    /// When; the first slot with room for all animals when none is named.
    pub slot: Option<Timestamp>,
    /// Who, with which animals.
    pub details: BookingDetails,
    /// Takes a place on the waiting list when all is full.
    pub waits: bool,
    /// Names the form that asks, drawn when it was shown: what it asks for somebody twice is asked
    /// once.
    pub form: Option<String>,
}

/// What came of asking for a place, or for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The places are theirs.
    Booked(Ticket),
    /// All is full; they are on the waiting list.
    Waiting {
        /// The ticket of one who waits: its code opens it later.
        ticket: Ticket,
        /// Their place in the line, from 1.
        position: u32,
    },
    /// There is no room: in that slot when one was named, and other slots may have some; anywhere
    /// when none was.
    Full,
    /// Animals that are not taken, each by its index among those asked for, with why.
    NotTaken(Vec<(usize, Lack)>),
    /// More animals of one owner than are taken.
    TooManyAnimals {
        /// How many are.
        most: u8,
    },
    /// The document has a live booking of this offering there, or the household would have more
    /// animals than it may. Which of the two is not told, and neither is how many: whoever types
    /// somebody's document or street need not be that person. The owner of the booking is sent the
    /// ticket once more.
    NotGiven,
    /// The outreach takes no bookings, or no more, or the slot has begun.
    NotOpen,
    /// The form has booked before, with other details or at another hour, and that stands.
    AskedOtherwise,
    /// What the form has booked before was given back, or lapsed.
    HasEnded,
}

/// A booking as its owner sees it. Nothing of the owner beyond the given name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Which.
    pub id: BookingId,
    /// When it was asked for.
    pub made_at: Timestamp,
    /// Its ten letters.
    pub code: String,
    /// What `/e/{token}` opens it with, for a mail; none where somebody came with the code alone,
    /// who need not be its owner.
    pub link_token: Option<String>,
    /// Where.
    pub outreach: OutreachId,
    /// What the outreach is called.
    pub outreach_name: String,
    /// What the outreach is for: home visits are waited for at home.
    pub kind: OutreachKind,
    /// The hall, square or street.
    pub place: String,
    /// The commune.
    pub commune: Commune,
    /// For what.
    pub offering: Offering,
    /// When they are asked to come; none while they wait.
    pub slot: Option<Timestamp>,
    /// Until when the team may be at their home, where it comes to it.
    pub home_until: Option<Timestamp>,
    /// Where it is in its life.
    pub state: BookingState,
    /// The place in the waiting list, from 1, of one who waits.
    pub position: Option<u32>,
    /// Until when an offered place is kept.
    pub offered_until: Option<Timestamp>,
    /// What the animals are called.
    pub animals: Vec<String>,
    /// Which of them the outreach does not take as they are on its day, and why: it may have been
    /// put off since they booked.
    pub unfit: Vec<(String, Lack)>,
    /// The owner's given names.
    pub owner_given: String,
    /// The number they are called by on the day.
    pub queue_number: Option<u32>,
    /// What to bring.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// The outreach was put off, and they have not yet said that the new date suits them.
    pub needs_new_date_accepted: bool,
    /// The outreach was called off: what they hold waits for a new date.
    pub is_suspended: bool,
    /// The outreach is over.
    pub is_over: bool,
}

/// With what somebody shows that a booking is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The code of the ticket, as typed, with the last four characters of the document.
    Code {
        /// Ten letters and digits.
        code: String,
        /// Points and hyphens do not count.
        document_end: String,
    },
    /// The token of a mail's link.
    Link(String),
}

/// Which outreaches somebody looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicFilter {
    /// Only in this commune.
    pub commune: Option<Commune>,
    /// Only with this offering.
    pub offering: Option<Offering>,
}

/// An outreach that was announced, as everybody sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicOutreach {
    /// Which.
    pub id: OutreachId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub kind: OutreachKind,
    /// Where it is in its life: published, open or under way.
    pub status: OutreachStatus,
    /// The hall, square or street.
    pub place: String,
    /// The commune.
    pub commune: Commune,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// When booking begins, when that is set and lies ahead.
    pub booking_opens_at: Option<Timestamp>,
    /// Whether places may be booked, or waited for, now.
    pub bookable: bool,
    /// Who is served first.
    pub priority: Priority,
    /// What to bring.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// Latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
    /// What one may book there.
    pub offerings: Vec<PublicOffering>,
}

/// What one may book at an outreach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicOffering {
    /// What.
    pub offering: Offering,
    /// How many places there are.
    pub capacity: u32,
    /// How many may still be promised.
    pub free: u32,
    /// Which animals are taken.
    pub eligibility: Eligibility,
    /// How many bookings wait in line; told by [`public_outreach`] only.
    pub waiting: u32,
    /// The slots that have not begun, each with what is free in it; told by [`public_outreach`]
    /// only. `capacity` of these is what is free.
    pub slots: Vec<Slot>,
}
