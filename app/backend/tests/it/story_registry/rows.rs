//! Rows of documents and services for the story.

use backend::clock::fresh_id;
use backend::store::vocabulary::document::DocumentRow;
use backend::store::vocabulary::service::ServiceRow;
use uuid::Uuid;

use super::DAY;

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

pub fn service_row(animal: Uuid, outreach: Uuid, kind: &str) -> ServiceRow {
    ServiceRow {
        id: fresh_id(),
        kind: kind.to_owned(),
        counts: true,
        animal_id: animal,
        outreach_id: Some(outreach),
        visit_id: Some(outreach),
        submission_id: None,
        staff_id: None,
        veterinarian_id: None,
        performed_at: 1,
        performed_on: DAY.to_owned(),
        chip: None,
        details: "{}".to_owned(),
        recorded_on: DAY.to_owned(),
        annulled_at: None,
        annulled_by: None,
        annulled_reason: None,
        state_before: None,
        batch: None,
        residence: None,
    }
}
