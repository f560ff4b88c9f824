//! Signing keys.

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

vocabulary! {
    /// Keeps a key. A second current one of a purpose breaks `signing_key_current`.
    insert_key = key::insert(key: &KeyRow) -> ();
    /// Retires the current key of a purpose; `false` when there is none.
    retire_key = key::retire(purpose: &str, at: i64) -> bool;
    /// Every key, oldest first.
    list_keys = key::list() -> Vec<KeyRow>;
}
