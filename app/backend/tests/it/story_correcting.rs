//! Runs the lines of the vocabulary that correct services on both databases.

use backend::store::vocabulary::document::{DocumentRow, IssueRow};
use backend::store::vocabulary::service::ServiceRow;
use domain::role::Role;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row, staff_row};
use crate::it::story_registry::{animal_row, document_row, owner_row, service_row};

on_both_databases! {
    async fn a_service_and_a_waiting_document_are_corrected(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let (programme, owner) = (programme_row(), owner_row());
            let (outreach, animal) = (outreach_row(programme.id), animal_row(owner.id));
            let staff = staff_row(Role::Veterinarian);
            tx.insert_staff(&staff).await?;
            tx.insert_programme(&programme).await?;
            tx.insert_outreach(&outreach).await?;
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            tx.insert_animals(std::slice::from_ref(&animal)).await?;
            let dose = ServiceRow {
                batch: Some("l1".to_owned()),
                ..service_row(animal.id, outreach.id, "deworming_internal")
            };
            let other = service_row(animal.id, outreach.id, "sterilisation");
            tx.insert_services(&[dose.clone(), other.clone()]).await?;
            let corrected = ServiceRow {
                kind: "deworming_external".to_owned(),
                counts: false,
                veterinarian_id: Some(staff.id),
                chip: Some("999000000000001".to_owned()),
                details: "{\"corrected\":1}".to_owned(),
                state_before: Some("{}".to_owned()),
                batch: Some("l2".to_owned()),
                performed_at: 77,
                performed_on: "2026-11-23".to_owned(),
                ..dose.clone()
            };
            // Who recorded it, where and on which day is not told anew.
            let told = ServiceRow {
                outreach_id: None,
                recorded_on: "2020-01-01".to_owned(),
                ..corrected.clone()
            };
            tx.correct_service(&told).await?;
            assert_eq!(tx.service(dose.id).await?, Some(corrected));
            tx.correct_service(&dose).await?;
            assert_eq!(tx.service(dose.id).await?, Some(dose));
            assert_eq!(tx.service(other.id).await?, Some(other), "the other stays");

            let whose = (animal.id, owner.id);
            let waits = document_row(whose, 1);
            let issued = DocumentRow { outreach_id: Some(outreach.id), ..document_row(whose, 2) };
            tx.insert_documents(&[waits.clone(), issued.clone()]).await?;
            let issue = IssueRow {
                id: issued.id,
                owner_id: owner.id,
                keeps_slip: false,
                link: "TEXT",
                facts: "{}",
                issued_at: 2,
            };
            assert!(tx.issue_document(&issue).await?);
            for document in [&waits, &issued] {
                tx.entrust_document(document.id, staff.id).await?;
            }
            let entrusted = DocumentRow { veterinarian_id: Some(staff.id), ..waits.clone() };
            assert_eq!(tx.document(waits.id).await?, Some(entrusted));
            let signed = tx.document(issued.id).await?.unwrap();
            assert_eq!(signed.veterinarian_id, None, "what is issued is of who signed it");
            assert_eq!((signed.slip_seed, signed.slip_hash), (None, None));
            Ok(())
        })).await;
        done.unwrap();
    }
}
