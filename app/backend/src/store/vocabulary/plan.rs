//! What is planned of an outreach: its plan, the units it is meant for, what it offers with the
//! places that are promised, the times of coming, and who does what there.

use uuid::Uuid;

/// What is planned of an outreach beyond its day and place, as stored.
#[derive(Clone, Debug, Default, PartialEq, sqlx::FromRow)]
pub struct OutreachPlanRow {
    /// The outreach.
    pub outreach_id: Uuid,
    /// Code of what it is part of.
    pub part_of: Option<String>,
    /// The day on which its sanitary phase was looked up, ISO.
    pub phase_on: Option<String>,
    /// Code of who is served first.
    pub priority: Option<String>,
    /// From when people may book; from its opening when none.
    pub booking_opens_at: Option<i64>,
    /// What to bring.
    pub bring: Option<String>,
    /// How to get there.
    pub way: Option<String>,
    /// Cost in Chilean pesos.
    pub cost: Option<i64>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Why it was called off.
    pub suspended_reason: Option<String>,
    /// It was a draft when it was called off.
    pub was_draft: bool,
    /// When it was to begin before it was put off.
    pub moved_from: Option<i64>,
    /// The day that it left for a later one, ISO; none when only its hours changed.
    pub left_on: Option<String>,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// By whom.
    pub closed_by: Option<Uuid>,
    /// When it was accounted for.
    pub reported_at: Option<i64>,
    /// The number that is being served.
    pub called_number: i64,
    /// The number that was given last.
    pub last_number: i64,
}

/// What one may book at an outreach, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OfferingRow {
    /// The outreach.
    pub outreach_id: Uuid,
    /// Code of what is offered.
    pub offering: String,
    /// Places, in animals.
    pub capacity: i64,
    /// Minutes for one animal.
    pub minutes: i64,
    /// Tables that work at once.
    pub stations: i64,
    /// Which animals are taken, as JSON.
    pub eligibility: String,
    /// Places promised to bookings that have not arrived.
    pub booked: i64,
    /// Places of those who arrived.
    pub used: i64,
    /// Places lent to phones.
    pub shared: i64,
    /// The programme that pays for it, where it is another than the outreach's.
    pub programme_id: Option<Uuid>,
}

/// A time at which people are asked to come, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SlotRow {
    /// The outreach.
    pub outreach_id: Uuid,
    /// Code of what is offered.
    pub offering: String,
    /// When.
    pub starts_at: i64,
    /// Places, in animals.
    pub capacity: i64,
    /// Of these, promised.
    pub booked: i64,
}

/// By how much the places of an offering change hands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceChange {
    /// Promised to bookings.
    pub booked: i64,
    /// Of those who arrived.
    pub used: i64,
    /// Lent to phones.
    pub shared: i64,
}

/// A member of an outreach's team with what they do there.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CrewRow {
    /// The account.
    pub staff_id: Uuid,
    /// The full name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// Number in a professional register.
    pub professional_registration: Option<String>,
    /// Code of what they do.
    pub duty: Option<String>,
    /// From when.
    pub starts_at: Option<i64>,
    /// Until when.
    pub ends_at: Option<i64>,
}

/// Somebody of a team who is at another outreach at the same time.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ElsewhereRow {
    /// The full name.
    pub name: String,
    /// The other outreach.
    pub outreach_id: Uuid,
    /// Its name.
    pub outreach_name: String,
}

vocabulary! {
    /// What is planned of an outreach; nothing before somebody planned.
    outreach_plan = plan::find(id: Uuid) -> Option<OutreachPlanRow>;
    /// Writes what is planned. What happened on the day and after stays as it is.
    put_outreach_plan = plan::put(plan: &OutreachPlanRow) -> ();
    /// Notes when and by whom an outreach was closed.
    note_closed = plan::note_closed(id: Uuid, at: i64, by: Option<Uuid>) -> ();
    /// Notes when an outreach was accounted for.
    note_reported = plan::note_reported(id: Uuid, at: i64) -> ();
    /// The neighbourhood units an outreach is meant for, in order.
    outreach_units = plan::units(id: Uuid) -> Vec<String>;
    /// Writes them, in the place of those it had.
    put_outreach_units = plan::put_units(id: Uuid, units: &[String]) -> ();
    /// What an outreach offers, by code.
    offerings_of = plan::offerings(id: Uuid) -> Vec<OfferingRow>;
    /// One of them.
    offering = plan::offering(id: Uuid, offering: &str) -> Option<OfferingRow>;
    /// Adds an offering, or changes all of it but what is promised; answers whether what is
    /// promised fits.
    put_offering = plan::put_offering(offering: &OfferingRow) -> bool;
    /// Takes an offering away with its times; answers whether nothing of it was promised.
    delete_offering = plan::delete_offering(id: Uuid, offering: &str) -> bool;
    /// Moves places of an offering; answers whether they are there.
    move_places = plan::move_places(outreach: Uuid, offering: &str, change: PlaceChange) -> bool;
    /// The times of coming of an offering, in order.
    slots_of = plan::slots(id: Uuid, offering: &str) -> Vec<SlotRow>;
    /// How many places are free in the times of coming after a moment, of each offering of some
    /// outreaches that has any.
    places_ahead = plan::places_ahead(outreaches: &[Uuid], after: i64)
        -> Vec<(Uuid, String, i64)>;
    /// Writes the times of coming of an offering, in the place of those it had.
    put_slots = plan::put_slots(id: Uuid, offering: &str, slots: &[SlotRow]) -> ();
    /// Moves places of a time of coming; answers whether they are there.
    move_slot = plan::move_slot(outreach: Uuid, offering: &str, starts_at: i64, change: i64)
        -> bool;
    /// The same with places of its own that other times lend to it, or it to others; answers
    /// whether what is promised of it fits then.
    change_slot = plan::change_slot(outreach: Uuid, offering: &str, starts_at: i64,
        change: (i64, i64)) -> bool;
    /// The bookings that still expect something of an outreach and have not arrived, by their age.
    expecting_bookings = plan::expecting(id: Uuid) -> Vec<Uuid>;
    /// Those of one offering.
    expecting_of = plan::expecting_of(id: Uuid, offering: &str) -> Vec<Uuid>;
    /// Puts those bookings off by so much: their date has to be accepted anew, they are reminded
    /// anew, and nothing is kept for anybody beyond its hour. The first and the second reminder of
    /// hours before two moments are passed over, for their people hear of the new date now.
    put_off_bookings = calling_off::put_off(
        id: Uuid, by: i64, reminded_before: (i64, i64), now: i64) -> u64;
    /// Ends those bookings with a reason, and gives their places back; without the last, only
    /// those that hold no hour of their own: on the waiting list, or offered one.
    call_off_bookings = calling_off::call_off(
        id: Uuid, reason: &str, now: i64, with_places: bool) -> u64;
    /// Notes why nobody comes to an outreach for now, on the bookings that keep their places:
    /// those who have not come, and those who came and were not served. Answers which.
    keep_bookings = calling_off::keep(id: Uuid, reason: &str, now: i64) -> Vec<Uuid>;
    /// Has somebody who came, and was not served, come again; `false` where they are not there,
    /// have no hour, or were over the count.
    expect_booking_again = calling_off::expect_again(booking: Uuid, now: i64) -> bool;
    /// Counts anew what is promised of each time of coming of an outreach: who was served needs
    /// none on another day.
    recount_slots = calling_off::recount_slots(id: Uuid) -> ();
    /// Counts anew what is promised of one time of coming, or is there of it.
    recount_slot = calling_off::recount_slot(id: Uuid, offering: &str, starts_at: i64) -> ();
    /// The team of an outreach with what each does, by name.
    crew = plan::crew(id: Uuid) -> Vec<CrewRow>;
    /// The same of everybody who was of it at a moment or later, as it was the last time.
    crew_since = plan::crew_since(id: Uuid, from: i64) -> Vec<CrewRow>;
    /// Says what a member of the team does and when; answers whether they are one.
    set_duty = plan::set_duty(id: Uuid, member: &CrewRow) -> bool;
    /// Who of the team is at another outreach at the same time.
    elsewhere = plan::elsewhere(id: Uuid) -> Vec<ElsewhereRow>;
}
