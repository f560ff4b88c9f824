//! Signing keys, and the recovery keys of outreaches.

use uuid::Uuid;

/// A key pair, as stored; the private half is sealed with the secret file.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    /// Identifier of the key, 8 bytes.
    pub kid: Vec<u8>,
    /// What it signs.
    pub purpose: String,
    /// Ed25519 public key, 32 bytes.
    pub public_key: Vec<u8>,
    /// Nonce and sealed private key.
    pub sealed_private: Vec<u8>,
    /// When it was made.
    pub created_at: i64,
    /// When another took its place.
    pub retired_at: Option<i64>,
}

/// The recovery key pair of an outreach, as stored; the private half is sealed with the secret
/// file.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RecoveryKeyRow {
    /// Whose it is.
    pub outreach_id: Uuid,
    /// The public half, an uncompressed point of P-256, 65 bytes.
    pub public_key: Vec<u8>,
    /// Nonce and sealed private key.
    pub sealed_private: Vec<u8>,
    /// When it was made.
    pub created_at: i64,
}

vocabulary! {
    /// Keeps a key. A second current one of a purpose breaks `signing_key_current`.
    insert_key = key::insert(key: &KeyRow) -> ();
    /// Retires the current key of a purpose; `false` when there is none.
    retire_key = key::retire(purpose: &str, at: i64) -> bool;
    /// Every key, oldest first.
    list_keys = key::list() -> Vec<KeyRow>;
    /// Keeps recovery keys of outreaches that have none; an outreach that has one keeps it.
    add_recovery_keys = key::add_recovery(keys: &[RecoveryKeyRow]) -> ();
    /// Those of some outreaches, in no order.
    recovery_keys = key::recovery(outreaches: &[Uuid]) -> Vec<RecoveryKeyRow>;
}
