//! Bookings, the waiting list, and whose they are.

use uuid::Uuid;

use super::plan::{OfferingRow, OutreachPlanRow};

/// A booking, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BookingRow {
    /// The booking.
    pub id: Uuid,
    /// Its outreach.
    pub outreach_id: Uuid,
    /// Code of what is booked.
    pub offering: String,
    /// When its slot begins; none while it waits.
    pub slot_at: Option<i64>,
    /// Code of its state.
    pub state: String,
    /// How many animals.
    pub places: i64,
    /// 1 when it is served first, else 0.
    pub priority: i64,
    /// What its code is found by.
    pub code_hash: Vec<u8>,
    /// Keyed hash of the owner's document.
    pub owner_key: Option<Vec<u8>>,
    /// Keyed hash of the owner's domicile.
    pub household_key: Option<Vec<u8>>,
    /// Who books, for which animals, JSON; empty when that was erased.
    pub details: String,
    /// When it was made.
    pub created_at: i64,
    /// When it last changed.
    pub changed_at: i64,
    /// Until when an offered place is kept.
    pub offered_until: Option<i64>,
    /// The slot that one who waits would like.
    pub wanted_slot: Option<i64>,
    /// How many reminders were sent or passed over.
    pub reminders: i64,
    /// 0 when the outreach was put off and the owner has not accepted the new date, else 1.
    pub accepted_date: i64,
    /// The number they are called by.
    pub queue_number: Option<i64>,
    /// When its people came.
    pub arrived_at: Option<i64>,
    /// When it was served.
    pub served_at: Option<i64>,
    /// Why it ended: a code, or words of the coordination.
    pub ended_reason: Option<String>,
    /// 1 for the ticket of one who came without a booking, else 0.
    pub walk_in: i64,
    /// The phone that took it in.
    pub device_id: Option<Uuid>,
    /// With which submission.
    pub submission_id: Option<Uuid>,
    /// The owner in the register, once known.
    pub owner_id: Option<Uuid>,
}

/// A live booking of a document or of a household.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldRow {
    /// The booking.
    pub id: Uuid,
    /// The document's or the household's key.
    pub holder: Vec<u8>,
    /// How many animals.
    pub places: i64,
}

/// Which bookings are to be reminded.
#[derive(Clone, Copy, Debug)]
pub struct RemindRow {
    /// The present moment: what has begun is not reminded of.
    pub now: i64,
    /// Slots before it had their first reminder, or have it now.
    pub first_before: i64,
    /// Slots before it had their second one, or have it now.
    pub second_before: i64,
    /// At most so many.
    pub limit: i64,
}

vocabulary! {
    /// Adds bookings.
    insert_bookings = booking::insert(bookings: &[BookingRow]) -> ();
    /// One booking.
    booking = booking::find(id: Uuid) -> Option<BookingRow>;
    /// One booking, locked until the end.
    lock_booking = booking::lock(id: Uuid) -> Option<BookingRow>;
    /// These bookings, in no order.
    bookings_with_ids = booking::with_ids(ids: &[Uuid]) -> Vec<BookingRow>;
    /// The booking of a code.
    booking_by_code = booking::by_code(code_hash: &[u8]) -> Option<BookingRow>;
    /// Locks an offering at an outreach until the end; `false` when there is none.
    lock_offering = booking::lock_offering(outreach: Uuid, offering: &str) -> bool;
    /// Replaces what may change of a booking that is still in state `from`; `false` when it is
    /// not.
    replace_booking = booking::replace(from: &str, booking: &BookingRow) -> bool;
    /// The live bookings of an offering that some documents hold.
    bookings_of_documents = booking::of_documents(outreach: Uuid, offering: &str,
        keys: &[Vec<u8>]) -> Vec<HeldRow>;
    /// The live bookings of an offering that some households hold.
    bookings_of_households = booking::of_households(outreach: Uuid, offering: &str,
        keys: &[Vec<u8>]) -> Vec<HeldRow>;
    /// Who waits for at most so many places, whoever is served first leading if anybody is: all of
    /// the line, or who stands in it after a priority, a moment and an identifier.
    waiting_line = booking::line(hall: (Uuid, &str), most: (i64, bool),
        after: Option<(i64, i64, Uuid)>, limit: i64) -> Vec<BookingRow>;
    /// How many wait, by priority.
    waiting_counts = booking::waiting_counts(outreach: Uuid, offering: &str) -> Vec<(i64, i64)>;
    /// How many wait before one who waits, where some are served first or nobody is.
    waiting_before = booking::waiting_before(booking: &BookingRow, gives_priority: bool) -> i64;
    /// The offerings that have both free places and somebody who waits, at outreaches to come.
    lines_with_room = booking::lines_with_room(now: i64) -> Vec<(Uuid, String)>;
    /// Offers whose time is over, the oldest first.
    offers_over = booking::offers_over(now: i64, limit: i64) -> Vec<BookingRow>;
    /// Bookings whose slot began before a moment, at outreaches that are over, or under way while
    /// others would have the places, but not where the team comes to them.
    bookings_missed = booking::missed(before: i64, now: i64, limit: i64) -> Vec<BookingRow>;
    /// Bookings of which a reminder is due, the soonest first.
    bookings_to_remind = booking::to_remind(remind: &RemindRow) -> Vec<BookingRow>;
    /// Notes a reminder of a slot; `false` when it was noted before, or the booking is none any
    /// more, or another slot's.
    note_reminder = booking::note_reminder(id: Uuid, slot: i64, stage: i64) -> bool;
    /// What may be booked at some outreaches.
    offerings_of_outreaches = booking::offerings_of(outreaches: &[Uuid]) -> Vec<OfferingRow>;
    /// What is planned of some outreaches.
    plans_of_outreaches = booking::plans_of(outreaches: &[Uuid]) -> Vec<OutreachPlanRow>;
    /// Every booking of some owners of the register, and of some documents.
    bookings_of_person = booking::of_person(owners: &[Uuid], keys: &[Vec<u8>]) -> Vec<BookingRow>;
    /// Bookings that say whose they are, of outreaches that ended before a moment; 275 days before
    /// it where they keep a place for the new day of one that was called off.
    bookings_to_forget = booking::to_forget(before: i64, limit: i64) -> Vec<Uuid>;
    /// Empties what some bookings say of a person, but for the code of why somebody was not served;
    /// answers how many.
    erase_bookings = booking::erase(ids: &[Uuid]) -> u64;
    /// Deletes the messages about some bookings; answers how many.
    erase_booking_messages = booking::erase_messages(ids: &[Uuid]) -> u64;
    /// Deletes the tasks about some bookings; answers how many.
    erase_booking_tasks = booking::erase_tasks(ids: &[Uuid]) -> u64;
}
