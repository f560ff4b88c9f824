//! What an outreach leaves behind when it is over, and why a programme may pass its targets.

use uuid::Uuid;

/// A phone that was paired for an outreach, with what it last said of itself.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PhoneAtRow {
    /// The phone.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// When it last said what is on it.
    pub reported_at: Option<i64>,
    /// Records that wait to be sent.
    pub waiting: Option<i64>,
    /// Records that a person has to mend on the phone.
    pub to_mend: Option<i64>,
}

/// A surgery at an outreach that was not annulled.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SurgeryRow {
    /// The service.
    pub id: Uuid,
    /// Everything, as JSON.
    pub details: String,
    /// It was performed.
    pub counts: bool,
    /// Who answers for it has authorised the outreach.
    pub has_leave: bool,
}

/// How many bookings of an offering are in a state.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BookingCountRow {
    /// Code of what is offered.
    pub offering: String,
    /// Code of the state.
    pub state: String,
    /// They came without a booking.
    pub walk_in: bool,
    /// How many bookings.
    pub bookings: i64,
    /// For how many animals.
    pub places: i64,
    /// How many of these were served.
    pub served: i64,
    /// How many of these are over the count.
    pub beyond: i64,
}

/// Places that are lent to a phone and have not come back.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ShareOutRow {
    /// What the phone is called.
    pub phone: String,
    /// Code of what is offered.
    pub offering: String,
    /// How many were lent.
    pub granted: i64,
    /// Of these, used as far as is known.
    pub used: i64,
}

/// What counts, by where the owners lived.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ResidenceTotalRow {
    /// Code of the kind of service.
    pub kind: String,
    /// Code of the commune, as far as it is known.
    pub residence: Option<String>,
    /// How many.
    pub total: i64,
}

/// Why a programme may do more than it promised.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TargetReasonRow {
    /// The programme.
    pub programme_id: Uuid,
    /// Code of the target.
    pub target: String,
    /// What was promised then.
    pub promised: i64,
    /// What was done and announced then.
    pub expected: i64,
    /// The reason.
    pub reason: String,
    /// Who gave it.
    pub noted_by: Option<Uuid>,
    /// When.
    pub noted_at: i64,
}

vocabulary! {
    /// Whether somebody came to an outreach or still expects something of it, or something was
    /// recorded there.
    has_remains_at = closing::has_remains(outreach: Uuid) -> bool;
    /// The phones that were paired for an outreach and are not revoked, by name.
    phones_at = closing::phones(outreach: Uuid) -> Vec<PhoneAtRow>;
    /// The surgeries of an outreach; annulled ones apart.
    surgeries_at = closing::surgeries(outreach: Uuid) -> Vec<SurgeryRow>;
    /// How many documents of an outreach wait for a signature.
    count_unsigned_at = closing::count_unsigned(outreach: Uuid) -> i64;
    /// How many submissions of an outreach a person has to look at.
    count_unresolved_at = closing::count_unresolved(outreach: Uuid) -> i64;
    /// How many records of an outreach came after it was closed, or corrected or annulled what was
    /// done there.
    count_after_close = closing::count_after(outreach: Uuid, closed_at: i64) -> i64;
    /// The bookings of an outreach by offering, state and whether they walked in.
    booking_counts_at = closing::booking_counts(outreach: Uuid) -> Vec<BookingCountRow>;
    /// The animals that were turned away at an outreach, by offering and reason.
    turned_away_at = closing::turned_away(outreach: Uuid) -> Vec<(String, Option<String>, i64)>;
    /// The places of an outreach that phones still hold.
    shares_out_at = closing::shares_out(outreach: Uuid) -> Vec<ShareOutRow>;
    /// What counts between two days, by kind and commune of the owners.
    residences_between = closing::residences(from: &str, to: &str) -> Vec<ResidenceTotalRow>;
    /// Why a programme may do more than it promised.
    target_reasons = closing::target_reasons(programme: Uuid) -> Vec<TargetReasonRow>;
    /// Writes such a reason over the one before.
    put_target_reason = closing::put_target_reason(reason: &TargetReasonRow) -> ();
}
