//! The day of an outreach as its team sees it, and as everybody who waits does. Its pages are whole
//! when they are served, so that nothing of this is a wire type.

use crate::booking::{BookingState, Offering, Places, Priority, Station};
use crate::id::{BookingId, OutreachId};
use crate::outreach::OutreachStatus;
use crate::timestamp::{CivilDate, Timestamp, Zone};
use uuid::Uuid;

/// Everything about the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Which outreach.
    pub outreach: OutreachId,
    /// Its name.
    pub name: String,
    /// The hall, square or street.
    pub place: String,
    /// Its day.
    pub held_on: CivilDate,
    /// Where it is in its life.
    pub status: OutreachStatus,
    /// When this was so.
    pub now: Timestamp,
    /// The hours of the place.
    pub zone: Zone,
    /// The number that was called last; 0 before the first.
    pub called: u32,
    /// What is offered there, with how far it is.
    pub offerings: Vec<OfferingLine>,
    /// How each of its tables is doing.
    pub stations: Vec<StationLine>,
    /// Who is there and not yet served: those who were called first, then as they will be.
    pub queue: Vec<QueueLine>,
    /// What phones have of the places.
    pub shares: Vec<ShareLine>,
    /// What is left in the outreach's boxes, for whom that is to know.
    pub stock: Option<StockLeft>,
    /// Who is called before the others.
    pub priority: Priority,
    /// Whether tickets are taken and given.
    pub is_open: bool,
    /// Whether who asks may write a phone's places off.
    pub may_write_off: bool,
    /// Names the next ticket of somebody without a booking: sent twice, it is one.
    pub ticket: BookingId,
}

/// How far one offering is, in animals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferingLine {
    /// What.
    pub offering: Offering,
    /// The places.
    pub places: Places,
    /// How many are served at once.
    pub stations: u32,
    /// There, and not called.
    pub waiting: u32,
    /// Called, and not served.
    pub called: u32,
    /// Served.
    pub served: u32,
    /// There, and sent away for a reason.
    pub turned_away: u32,
    /// Did not come.
    pub no_shows: u32,
    /// On the waiting list, without a place.
    pub listed: u32,
    /// Of those who came, over the count: a phone without signal promised more than was left.
    pub over: u32,
    /// Minutes planned for one animal.
    pub planned_minutes: u32,
    /// Minutes that one animal took from the call on, on the average; none before the first.
    pub minutes: Option<u32>,
}

/// How one table is doing, in animals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationLine {
    /// Which.
    pub station: Station,
    /// The numbers that were called there and have not ended, the last called first.
    pub numbers: Vec<u32>,
    /// Called there, and not served.
    pub called: u32,
    /// Served there.
    pub served: u32,
    /// Called there, and sent away for a reason.
    pub turned_away: u32,
    /// Minutes that one animal took there from the call on, on the average; none before the first.
    pub minutes: Option<u32>,
}

/// Somebody who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueLine {
    /// Whose ticket.
    pub booking: BookingId,
    /// The number on it.
    pub number: u32,
    /// What for.
    pub offering: Offering,
    /// How many animals are still to be served.
    pub animals: u32,
    /// Given names of whoever brings them; empty when they were not asked.
    pub given: String,
    /// What the animals are called, as far as that is known.
    pub names: Vec<String>,
    /// Called before the others.
    pub has_priority: bool,
    /// Came without a booking.
    pub is_walk_in: bool,
    /// A phone without signal promised it when nothing was left.
    pub is_over: bool,
    /// Since when they are there.
    pub arrived_at: Timestamp,
    /// When they were called.
    pub called_at: Option<Timestamp>,
    /// To which table of their service.
    pub station: Option<u32>,
}

/// Places that a phone has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareLine {
    /// The share.
    pub id: Uuid,
    /// Of what.
    pub offering: Offering,
    /// What people call the phone.
    pub phone: String,
    /// How many it got.
    pub granted: u32,
    /// How many of them it promised, as far as is known.
    pub used: u32,
    /// Since when.
    pub granted_at: Timestamp,
}

/// What is left in the boxes of an outreach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockLeft {
    /// Chips.
    pub chips: u32,
    /// Internal doses that are good on the day.
    pub internal: u32,
    /// External doses that are.
    pub external: u32,
}

/// A booking that was looked for at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Which.
    pub booking: BookingId,
    /// Who booked.
    pub person: String,
    /// What for.
    pub offering: Offering,
    /// When they were asked to come.
    pub slot: Option<Timestamp>,
    /// Where it is in its life.
    pub state: BookingState,
    /// How many animals.
    pub animals: u32,
}

/// Which numbers are being served: what hangs in the hall and everybody's telephone shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which outreach.
    pub outreach: OutreachId,
    /// Its name.
    pub name: String,
    /// Where it is in its life.
    pub status: OutreachStatus,
    /// When this was so, as a minute of the local day.
    pub minute: u16,
    /// The numbers that are being served, the last called first: of each table the last one.
    pub called: Vec<TurnLine>,
    /// How many wait to be called.
    pub waiting: u32,
    /// The number that was given last; 0 before the first.
    pub last: u32,
}

/// A number that is being served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnLine {
    /// Which.
    pub number: u32,
    /// What for.
    pub offering: Offering,
    /// At which table of that service.
    pub station: Option<u32>,
}
