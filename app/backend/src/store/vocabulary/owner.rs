//! Owners, the identifiers that stand for them, and the words they are found by.

use uuid::Uuid;

/// An owner, as stored: `details` is the whole of `domain::owner::OwnerDetails` as JSON, the other
/// columns are what is searched, joined or unique.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnerRow {
    /// The owner.
    pub id: Uuid,
    /// Kind of the identifying document.
    pub document_kind: String,
    /// Its canonical number; none for an owner without document.
    pub document_key: Option<String>,
    /// Names, lower case and without accents.
    pub search_key: String,
    /// Canonical telephone.
    pub phone: Option<String>,
    /// Canonical address.
    pub email: Option<String>,
    /// Code of the commune of residence.
    pub commune: Option<String>,
    /// Neighbourhood unit of residence.
    pub unit: Option<String>,
    /// Everything, as JSON.
    pub details: String,
    /// Who recorded the present data.
    pub recorded_by: Option<Uuid>,
    /// On which local day, ISO.
    pub recorded_on: String,
    /// When it was registered.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// The owner that stands for it, if it was merged.
    pub merged_into: Option<Uuid>,
    /// The owner it was put to; another one when that was merged on.
    pub merged_to: Option<Uuid>,
}

/// A word of an owner's names, beside all of them, so that the other words of a search are
/// looked for without reading the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchWordRow {
    /// The word, lower case and without accents.
    pub word: String,
    /// All names, lower case and without accents, with a space before each word, so that the
    /// beginning of any is found behind one.
    pub search_key: String,
    /// Whose.
    pub owner_id: Uuid,
}

vocabulary! {
    /// Adds owners that were never merged; `false` when the document of one is another's already.
    insert_owners = owner::insert(owners: &[OwnerRow]) -> bool;
    /// Writes an owner over; who registered it and when stay.
    update_owner = owner::update(owner: &OwnerRow) -> ();
    /// One owner, merged or not.
    owner = owner::find(id: Uuid) -> Option<OwnerRow>;
    /// These owners, merged or not, in no order.
    owners_with_ids = owner::with_ids(ids: &[Uuid]) -> Vec<OwnerRow>;
    /// The owner that holds a document, the one that stands for itself before a merged one.
    owner_by_document = owner::by_document(kind: &str, key: &str) -> Option<OwnerRow>;
    /// Owners with a telephone.
    owners_by_phone = owner::by_phone(phone: &str, limit: i64) -> Vec<OwnerRow>;
    /// Owners whose names hold a word that begins with `first`, and for each of the others a
    /// word that begins with it, in the order of the first word and then of all names. An owner
    /// with two such words comes twice.
    owner_ids_by_words = owner::by_words(first: &str, others: &[String], limit: i64) -> Vec<Uuid>;
    /// How many words begin with each of these, counted up to `most`, beside its place; in no
    /// order.
    count_search_words = owner::count_words(words: &[&str], most: i64) -> Vec<(i64, i64)>;
    /// The owners that were merged into any of these, each beside the one it was merged into.
    merged_owner_ids = owner::merged_ids(kept: &[Uuid]) -> Vec<(Uuid, Uuid)>;
    /// Owners that one stands for, through however many merges.
    owners_merged_into = owner::merged_into(id: Uuid) -> Vec<OwnerRow>;
    /// The owner that an identifier made on a phone stands for.
    owner_alias = owner::alias(alias: Uuid) -> Option<Uuid>;
    /// Makes an identifier stand for an owner.
    insert_owner_alias = owner::insert_alias(alias: Uuid, owner: Uuid) -> ();
    /// Adds the words of owners who have none, or none any more.
    insert_search_words = owner::insert_words(words: &[SearchWordRow]) -> ();
    /// Forgets the words of an owner.
    delete_search_words = owner::delete_words(owner: Uuid) -> ();
    /// How many owners there are, merged ones apart.
    count_owners = owner::count() -> i64;
}
