//! The doors without an account: owners' one-time codes, and what public pages ask.

use uuid::Uuid;

/// A one-time code, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AccessCodeRow {
    /// SHA-256 of what the browser keeps.
    pub handle_hash: Vec<u8>,
    /// Whom it opens for; nobody's identifier when no such owner is known.
    pub owner_id: Uuid,
    /// Whether a chip of the owner was named; only then it opens.
    pub fits: bool,
    /// Keyed hash of the code.
    pub code_hash: Vec<u8>,
    /// When it was asked for.
    pub created_at: i64,
    /// When it is over.
    pub expires_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it opened.
    pub used_at: Option<i64>,
}

/// The first and the last local day, ISO, on which anything was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ServiceDaysRow {
    /// The first.
    pub first: Option<String>,
    /// The last.
    pub last: Option<String>,
}

vocabulary! {
    /// Whether an animal of an owner, or of one merged into it, carries a chip that ends in these
    /// digits, under whichever of its records.
    has_chip_end = access::has_chip_end(owner: Uuid, end: &str) -> bool;
    /// Adds a one-time code.
    insert_access_code = access::insert_code(code: &AccessCodeRow) -> ();
    /// Counts a try of a code, unless it was used, is over or was tried `most` times.
    try_access_code = access::try_code(handle: &[u8], most: i64, now: i64)
        -> Option<AccessCodeRow>;
    /// Uses a code up.
    use_access_code = access::use_code(handle: &[u8], now: i64) -> ();
    /// The codes that were asked for an owner, the latest first.
    access_codes_of = access::codes_of(owner: Uuid, limit: i64) -> Vec<AccessCodeRow>;
    /// Forgets codes asked for before a moment; answers how many.
    forget_access_codes = access::forget_codes(before: i64) -> u64;
    /// Counts a wrong try on every slip of an owner's animals.
    count_slip_attempts = access::count_slip_attempts(owner: Uuid) -> ();
    /// Takes a letter back in the transaction that wrote it.
    withdraw_message = access::withdraw_message(id: Uuid) -> ();
    /// The days between which services lie.
    service_days = access::service_days() -> ServiceDaysRow;
}
