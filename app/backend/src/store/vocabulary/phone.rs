//! Phones as the coordination sees them.

use uuid::Uuid;

use crate::store::vocabulary::submission::DeviceRow;

/// Which phones are wanted; browsers of the coordination never are.
#[derive(Clone, Copy, Debug)]
pub struct PhonesWantedRow {
    /// With at least so many records that are not settled.
    pub least: i64,
    /// Last seen before this moment.
    pub seen_before: i64,
    /// Only those whose oldest unanswered record is older than this moment, those that were seen
    /// after they were revoked, and those of whose count a number is missing.
    pub worrying_before: Option<i64>,
}

vocabulary! {
    /// Some phones, the last seen first.
    list_phones = phone::list(wanted: &PhonesWantedRow, limit: i64, offset: i64)
        -> Vec<DeviceRow>;
    /// How many there are.
    count_phones = phone::count(wanted: &PhonesWantedRow) -> i64;
    /// Gives a phone a name.
    rename_phone = phone::rename(id: Uuid, name: &str) -> ();
    /// Revokes a phone at a moment, or admits it again.
    revoke_phone = phone::revoke(id: Uuid, at: Option<i64>) -> ();
}
