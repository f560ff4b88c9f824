//! Rows of documents for the story.

use backend::clock::fresh_id;
use backend::store::vocabulary::document::DocumentRow;
use uuid::Uuid;

pub fn document_row((animal, owner): (Uuid, Uuid), slip: u8) -> DocumentRow {
    DocumentRow {
        id: fresh_id(),
        kind: "implantation_voucher".to_owned(),
        animal_id: animal,
        owner_id: owner,
        service_id: None,
        visit_id: None,
        outreach_id: None,
        veterinarian_id: None,
        state: "waiting".to_owned(),
        link: None,
        facts: None,
        slip_seed: Some(fresh_id()),
        slip_hash: Some(vec![slip]),
        slip_attempts: 0,
        created_at: 1,
        issued_at: None,
        sha256: None,
        replaces_id: None,
        ended_at: None,
        ended_by: None,
        ended_reason: None,
    }
}
