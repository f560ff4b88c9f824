//! The day of an outreach: who came, who was called, and what phones have of its places.

use uuid::Uuid;

use crate::store::vocabulary::programme::OutreachRow;

/// A booking as far as the day needs it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DayRow {
    /// The booking.
    pub id: Uuid,
    /// Its outreach.
    pub outreach_id: Uuid,
    /// Code of what is booked.
    pub offering: String,
    /// When its slot begins.
    pub slot_at: Option<i64>,
    /// Code of its state.
    pub state: String,
    /// How many animals.
    pub places: i64,
    /// 1 when it is served first, else 0.
    pub priority: i64,
    /// Who booked, for which animals, JSON; empty when that was erased or never asked.
    pub details: String,
    /// The number they are called by.
    pub queue_number: Option<i64>,
    /// When its people came.
    pub arrived_at: Option<i64>,
    /// When they were called.
    pub called_at: Option<i64>,
    /// To which table of the offering.
    pub station: Option<i64>,
    /// When it was served.
    pub served_at: Option<i64>,
    /// How many of its animals were served, of one that was not served as a whole.
    pub served_places: i64,
    /// 1 for the ticket of one who came without a booking, else 0.
    pub walk_in: i64,
    /// So many of its places are over the count: in no sum of places.
    pub over_count: i64,
    /// The phone that took it in.
    pub device_id: Option<Uuid>,
    /// With which submission.
    pub submission_id: Option<Uuid>,
    /// The owner in the register, once known.
    pub owner_id: Option<Uuid>,
    /// When it was booked.
    pub created_at: i64,
    /// When something of it changed last.
    pub changed_at: i64,
}

/// That the people of a booking came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalRow {
    /// Whose booking.
    pub id: Uuid,
    /// Code of the state it must still have.
    pub from: &'static str,
    /// The number they are called by.
    pub number: i64,
    /// When.
    pub at: i64,
    /// Which phone took them in; none for the desk.
    pub device: Option<Uuid>,
    /// With which submission.
    pub submission: Option<Uuid>,
}

/// That a booking came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndRow {
    /// Which booking.
    pub id: Uuid,
    /// Code of the state it must still have.
    pub from: &'static str,
    /// Code of the state it has from now on.
    pub to: &'static str,
    /// Code of why, where there is one.
    pub reason: Option<&'static str>,
    /// When it was served, if it was.
    pub served_at: Option<i64>,
    /// The owner in the register, if that is known now.
    pub owner: Option<Uuid>,
    /// The present moment.
    pub at: i64,
}

/// Services of one kind that an owner's animal had at an outreach.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServedRow {
    /// The owner.
    pub owner_id: Uuid,
    /// Code of the kind of their document.
    pub document_kind: String,
    /// Its key.
    pub document_key: Option<String>,
    /// The animal.
    pub animal_id: Uuid,
    /// Code of the service.
    pub kind: String,
    /// When the last of them was performed.
    pub last_at: i64,
}

/// A number that was called.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TurnRow {
    /// The number.
    pub queue_number: i64,
    /// Code of what for.
    pub offering: String,
    /// To which table of that it was called.
    pub station: Option<i64>,
}

/// Places lent to a phone.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ShareRow {
    /// The share.
    pub id: Uuid,
    /// Of which outreach.
    pub outreach_id: Uuid,
    /// Code of what.
    pub offering: String,
    /// Which phone has it.
    pub device_id: Uuid,
    /// How many places.
    pub granted: i64,
    /// How many of them were promised.
    pub used: i64,
    /// Since when.
    pub granted_at: i64,
    /// When it came back, or was written off.
    pub returned_at: Option<i64>,
    /// Who wrote it off.
    pub written_off_by: Option<Uuid>,
}

vocabulary! {
    /// The bookings of an outreach whose people are expected, there, or gone; by their age.
    day_bookings = day::bookings(outreach: Uuid) -> Vec<DayRow>;
    /// One booking.
    day_booking = day::booking(id: Uuid) -> Option<DayRow>;
    /// Takes the next numbers of an outreach, each of which is taken once; answers the last.
    take_numbers = day::take_numbers(outreach: Uuid, count: i64) -> i64;
    /// Whether a number of an outreach was taken, and is on nobody's ticket.
    is_number_unused = day::is_number_unused(outreach: Uuid, number: i64) -> bool;
    /// Notes that the people of a booking came; `false` when its state is another meanwhile.
    note_arrival = day::note_arrival(arrival: &ArrivalRow) -> bool;
    /// Notes that a number was called to a table; `false` when it was called before, or they are
    /// gone.
    note_called = day::note_called(id: Uuid, station: i64, at: i64) -> bool;
    /// Notes when, and to which table, those of a ticket were called that is not expected any more.
    keep_call = day::keep_call(id: Uuid, call: (Option<i64>, Option<i64>)) -> ();
    /// Shows a number as the one that is called.
    show_called = day::show_called(outreach: Uuid, number: i64) -> ();
    /// Ends a booking; `false` when its state is another meanwhile.
    end_booking = day::end_booking(end: &EndRow) -> bool;
    /// Notes how many places of a ticket are over the count; `false` when it has not so many.
    note_over_count = day::note_over_count(id: Uuid, places: i64) -> bool;
    /// Leaves a booking so many of its places; `false` when it has no more than these.
    leave_places = day::leave_places(id: Uuid, places: i64, at: i64) -> bool;
    /// How many places of those who came to an outreach are over the count.
    count_over_at = day::count_over(outreach: Uuid) -> i64;
    /// Notes whose booking it is in the register; `false` when that is known already.
    know_booking = day::know(id: Uuid, owner: Uuid) -> bool;
    /// Notes how many of the animals of somebody who is there were served, and who that is if it
    /// is known now; `false` when it was noted before, or they are gone.
    note_served = day::note_served(id: Uuid, places: i64, owner: Option<Uuid>, at: i64) -> bool;
    /// What each animal had at an outreach, by owner and kind of service.
    services_of_owners = day::services(outreach: Uuid) -> Vec<ServedRow>;
    /// Outreaches that were put off and are not over, by identifier, of those behind this one.
    outreaches_put_off = calling_off::moved(now: i64, after: Uuid, limit: i64)
        -> Vec<OutreachRow>;
    /// Outreaches of which something has been received since a moment, by identifier, of those
    /// behind this one.
    outreaches_heard_of = programme::heard_of(since: i64, after: Uuid, limit: i64)
        -> Vec<OutreachRow>;
    /// The numbers that are being served, the last called first.
    turns = day::turns(outreach: Uuid, limit: i64) -> Vec<TurnRow>;
    /// How many are there, have not been called, and had nothing done yet.
    count_uncalled = day::count_uncalled(outreach: Uuid) -> i64;
    /// Lends places to a phone.
    insert_share = day::insert_share(share: &ShareRow) -> ();
    /// One share.
    share = day::share(id: Uuid) -> Option<ShareRow>;
    /// The shares of an outreach that have not come back, by their age.
    shares_out = day::shares_out(outreach: Uuid) -> Vec<ShareRow>;
    /// Notes places of a share that were promised; `false` when they are not there any more.
    use_share = day::use_share(id: Uuid, places: i64) -> bool;
    /// Ends a share, given back or written off by somebody; `false` when it had ended before.
    end_share = day::end_share(id: Uuid, at: i64, written_off_by: Option<Uuid>) -> bool;
}
