//! Documents and the bytes they were issued as.

use uuid::Uuid;

/// A document, as stored; its bytes apart.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DocumentRow {
    /// The document.
    pub id: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// Of which animal.
    pub animal_id: Uuid,
    /// Whose it is: who answered for the animal when it was drawn up or issued.
    pub owner_id: Uuid,
    /// Of which service.
    pub service_id: Option<Uuid>,
    /// In which visit it was made.
    pub visit_id: Option<Uuid>,
    /// At which outreach.
    pub outreach_id: Option<Uuid>,
    /// In whose name.
    pub veterinarian_id: Option<Uuid>,
    /// `waiting` for a signature, `issued`, `replaced`, `revoked` or `withdrawn`.
    pub state: String,
    /// The signed text of its verification address; none while it waits.
    pub link: Option<String>,
    /// What it says, as JSON, fixed when it was issued.
    pub facts: Option<String>,
    /// What the code on the slip follows from, beside the secret file; none without a slip.
    pub slip_seed: Option<Uuid>,
    /// SHA-256 of the code on the slip.
    pub slip_hash: Option<Vec<u8>>,
    /// Wrong tries of that code.
    pub slip_attempts: i64,
    /// When the service was recorded.
    pub created_at: i64,
    /// When it was issued.
    pub issued_at: Option<i64>,
    /// SHA-256 of its bytes, once they were made.
    pub sha256: Option<Vec<u8>>,
    /// The one it replaces.
    pub replaces_id: Option<Uuid>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// By whom.
    pub ended_by: Option<Uuid>,
    /// Why.
    pub ended_reason: Option<String>,
}

/// What a document gets when it is issued.
#[derive(Clone, Debug)]
pub struct IssueRow<'a> {
    /// The document.
    pub id: Uuid,
    /// Whose it is now.
    pub owner_id: Uuid,
    /// Whether the code on its slip goes on opening it.
    pub keeps_slip: bool,
    /// The signed text.
    pub link: &'a str,
    /// What it says, as JSON.
    pub facts: &'a str,
    /// When.
    pub issued_at: i64,
}

/// How a document ends.
#[derive(Clone, Debug)]
pub struct EndRow<'a> {
    /// The document.
    pub id: Uuid,
    /// `replaced`, `revoked` or `withdrawn`.
    pub state: &'a str,
    /// By whom.
    pub by: Option<Uuid>,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub at: i64,
}

/// The bytes of a document.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FileRow {
    /// The document.
    pub document_id: Uuid,
    /// `application/pdf`, or what the municipality sent.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

vocabulary! {
    /// Adds documents.
    insert_documents = document::insert(documents: &[DocumentRow]) -> ();
    /// One document.
    document = document::find(id: Uuid) -> Option<DocumentRow>;
    /// The document whose slip carries a code.
    document_by_slip = document::by_slip(hash: &[u8]) -> Option<DocumentRow>;
    /// The documents of some animals, newest first.
    documents_of = document::of(animals: &[Uuid]) -> Vec<DocumentRow>;
    /// The services of some animals that have a document, each beside it, oldest document first.
    document_ids_of = document::ids_of(animals: &[Uuid]) -> Vec<(Uuid, Uuid)>;
    /// The documents made in a visit.
    documents_of_visit = document::of_visit(visit: Uuid) -> Vec<DocumentRow>;
    /// The documents made of a service.
    documents_of_service = document::of_service(service: Uuid) -> Vec<DocumentRow>;
    /// The documents of some owners, oldest first.
    documents_of_owners = document::of_owners(owners: &[Uuid]) -> Vec<DocumentRow>;
    /// Every document that was issued and has ended: identifier and state.
    ended_documents = document::ended() -> Vec<(Uuid, String)>;
    /// Documents that wait for a veterinarian's signature at an outreach.
    waiting_documents = document::waiting(veterinarian: Uuid, outreach: Uuid) -> Vec<DocumentRow>;
    /// How many documents wait for a veterinarian's signature, by outreach.
    count_waiting_documents = document::count_waiting(veterinarian: Uuid) -> Vec<(Uuid, i64)>;
    /// Documents that wait for a signature, whoever is to sign.
    count_all_waiting_documents = document::count_all_waiting() -> i64;
    /// Documents in a veterinarian's name without their facts, newest first, from an offset.
    documents_in_name = document::in_name(veterinarian: Uuid, limit: i64, offset: i64)
        -> Vec<DocumentRow>;
    /// Issues a waiting document; `false` when it no longer waits.
    issue_document = document::issue(issue: &IssueRow<'_>) -> bool;
    /// Has a waiting document wait for another veterinarian.
    entrust_document = document::entrust(id: Uuid, veterinarian: Uuid) -> ();
    /// Ends a document; `false` when it has ended.
    end_document = document::end(end: &EndRow<'_>) -> bool;
    /// Stores the bytes of a document; `false` when they are there.
    insert_file = document::insert_file(file: &FileRow, sha256: &[u8]) -> bool;
    /// The bytes of a document.
    file = document::find_file(id: Uuid) -> Option<FileRow>;
    /// The document with these bytes.
    document_by_sha256 = document::by_sha256(sha256: &[u8]) -> Option<DocumentRow>;
    /// Gives a document that has not ended a slip with another code; `false` when it has ended.
    set_slip = document::set_slip(id: Uuid, seed: Uuid, hash: &[u8]) -> bool;
}
