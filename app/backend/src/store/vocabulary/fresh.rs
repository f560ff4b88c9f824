//! What submissions name for the first time, asked for many at once.

use uuid::Uuid;

/// What submissions give to new records, and no other record of the kind may hold.
#[derive(Clone, Debug, Default)]
pub struct NamedRow {
    /// Identifiers of owners.
    pub owners: Vec<Uuid>,
    /// Of animals.
    pub animals: Vec<Uuid>,
    /// Of services.
    pub services: Vec<Uuid>,
    /// Chips, 15 digits each.
    pub chips: Vec<String>,
    /// Kinds of documents, each with canonical numbers.
    pub documents: Vec<(String, Vec<String>)>,
}

vocabulary! {
    /// Of what is named, the identifiers that a record of theirs, or an alias of an owner, has
    /// already, and the chips and documents that a record holds already, merged ones too: of each
    /// row one of the two.
    held_by_others = fresh::held(named: &NamedRow) -> Vec<(Option<Uuid>, Option<String>)>;
}
