//! What a phone takes along to an outreach: whose cards, and what has changed of them.

use uuid::Uuid;

/// Where an outreach is held, as far as others at the same place are found by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRow {
    /// Code of the commune.
    pub commune: String,
    /// The neighbourhood unit, when known: then it alone counts.
    pub unit: Option<String>,
    /// The host, which counts together with the commune.
    pub host_id: Option<Uuid>,
}

vocabulary! {
    /// The outreaches at a place, the latest first: of its unit, or of its host in its commune.
    outreaches_at = pack::outreaches_at(site: &SiteRow, limit: i64) -> Vec<Uuid>;
    /// Owners who live in a unit, or without one in a commune, the last changed first, each with
    /// the moment of the change; merged ones apart.
    owners_at_home = pack::owners_at_home(site: &SiteRow, limit: i64) -> Vec<(Uuid, i64)>;
    /// The owners of the animals that were served at some outreaches, each with the moment of its
    /// last change; for a merged record the kept one. Annulled services do not count, nor do
    /// owners of whom nothing is left but the name of nobody, as an erasure leaves it.
    owners_served_at = pack::owners_served_at(outreaches: &[Uuid], nobody: &str)
        -> Vec<(Uuid, i64)>;
    /// The owners who have these documents, by kind and key, each with its moment of change; of a
    /// merged record the kept one.
    owners_with_documents = pack::owners_with_documents(documents: &[(String, Vec<String>)])
        -> Vec<(String, String, Uuid, i64)>;
    /// The owners of the animals whose services at some outreaches were received or annulled
    /// after a moment.
    owners_served_since = pack::owners_served_since(outreaches: &[Uuid], since: i64) -> Vec<Uuid>;
    /// The owners of animals that changed after a moment, one for each of so many animals at most.
    owners_of_changed_animals = pack::owners_of_changed_animals(since: i64, limit: i64)
        -> Vec<Uuid>;
    /// The records of owners that were changed, merged or erased after a moment, or whose animals
    /// were, at most so many; those that were only added since apart.
    owners_changed = pack::owners_changed(since: i64, limit: i64) -> Vec<Uuid>;
}
