//! What submissions name for the first time, asked for many at once.

use uuid::Uuid;

/// Submissions, and what they give to new records that no other record of the kind may hold.
#[derive(Clone, Debug, Default)]
pub struct NamedRow {
    /// The submissions themselves.
    pub submissions: Vec<Uuid>,
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
    /// Of what is named, what there is already, merged records too. An identifier alone is one
    /// that a record of its kind, or an alias of an owner, has; a text alone is a chip or a
    /// document; both are a submission that has its answer.
    named_before = fresh::named_before(named: &NamedRow) -> Vec<(Option<Uuid>, Option<String>)>;
}
