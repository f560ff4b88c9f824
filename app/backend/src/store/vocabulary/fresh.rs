//! What submissions name for the first time, asked for many at once.

use uuid::Uuid;

/// Identifiers that submissions give to new records.
#[derive(Clone, Debug, Default)]
pub struct NamedRow {
    /// Of owners.
    pub owners: Vec<Uuid>,
    /// Of animals.
    pub animals: Vec<Uuid>,
    /// Of services.
    pub services: Vec<Uuid>,
}

/// What only one record of its kind may hold.
#[derive(Clone, Debug, Default)]
pub struct NamedKeysRow {
    /// Chips, 15 digits each.
    pub chips: Vec<String>,
    /// Kinds of documents, each with canonical numbers.
    pub documents: Vec<(String, Vec<String>)>,
}

vocabulary! {
    /// The identifiers of a list that a record of theirs, or an alias of an owner, has already.
    held_ids = fresh::held(named: &NamedRow) -> Vec<Uuid>;
    /// The chips and documents of a list that a record holds already, merged ones too.
    held_keys = fresh::held_keys(named: &NamedKeysRow) -> Vec<String>;
}
