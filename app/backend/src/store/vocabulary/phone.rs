//! Phones as the coordination sees them.

use uuid::Uuid;

use crate::store::vocabulary::submission::DeviceRow;

/// Which phones are wanted; browsers of the coordination never are.
#[derive(Clone, Copy, Debug)]
pub struct PhonesWantedRow {
    /// With at least so many records and pictures that are not settled.
    pub least: i64,
    /// Last seen before this moment.
    pub seen_before: i64,
    /// Only those whose oldest unanswered record is older than this moment, those that were seen
    /// after they were revoked, and those of whose count more numbers are missing than they have
    /// set aside.
    pub worrying_before: Option<i64>,
}

/// The server's word on a phone's key, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DelegationRow {
    /// The phone.
    pub device_id: Uuid,
    /// The outreach for which it counts.
    pub outreach_id: Uuid,
    /// The phone's public key, 32 bytes.
    pub public_key: Vec<u8>,
    /// Who paired it.
    pub paired_by: Uuid,
    /// When; it counts from then.
    pub paired_at: i64,
    /// When it ends.
    pub ends_at: i64,
    /// The key that signed.
    pub kid: Vec<u8>,
    /// The signature, 64 bytes.
    pub signature: Vec<u8>,
    /// When the phone showed another key than at its pairing before.
    pub rekeyed_at: Option<i64>,
}

/// A phone that was paired with a key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyHolderRow {
    /// The key.
    pub public_key: Vec<u8>,
    /// The phone.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

vocabulary! {
    /// Some phones, the last seen first.
    list_phones = phone::list(wanted: &PhonesWantedRow, limit: i64, offset: i64)
        -> Vec<DeviceRow>;
    /// How many there are.
    count_phones = phone::count(wanted: &PhonesWantedRow) -> i64;
    /// How many somebody was the last to use said last that records wait on them; no revoked one.
    count_phones_unsent = phone::count_unsent(staff: Uuid) -> i64;
    /// Of some phones, how many numbers of their count have not come although later ones have;
    /// those of which none is missing may be left out.
    absent_numbers = phone::absent(devices: &[Uuid]) -> Vec<(Uuid, i64)>;
    /// Gives a phone a name.
    rename_phone = phone::rename(id: Uuid, name: &str) -> ();
    /// Revokes a phone at a moment, or admits it again.
    revoke_phone = phone::revoke(id: Uuid, at: Option<i64>) -> ();
    /// Keeps the word on a phone's key, in the place of the one for the same outreach.
    keep_delegation = phone::keep_delegation(delegation: &DelegationRow) -> ();
    /// Those of some phones, the latest first.
    delegations_of = phone::delegations_of(devices: &[Uuid]) -> Vec<DelegationRow>;
    /// The phones that are paired for an outreach and not revoked, the last seen first.
    phones_paired_for = phone::paired_for(outreach: Uuid) -> Vec<DeviceRow>;
    /// The phones that were paired with some keys, each once for a key.
    key_holders = phone::key_holders(keys: &[Vec<u8>]) -> Vec<KeyHolderRow>;
    /// The names of some outreaches.
    outreach_names = phone::outreach_names(outreaches: &[Uuid]) -> Vec<(Uuid, String)>;
}
