//! Runs the lines of the vocabulary that correct services on both databases.

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::document::{DocumentRow, IssueRow};
use backend::store::vocabulary::service::ServiceRow;
use backend::store::vocabulary::submission::SubmissionRow;
use domain::role::Role;

use crate::it::databases::Stored;
use crate::it::field::{outreach_row, programme_row, staff_row};
use crate::it::story_closing::talk;
use crate::it::story_erasure::submission;
use crate::it::story_registry::{animal_row, document_row, owner_row, service_row};

/// Records that came home before and after an outreach was closed, in the moment 10.
async fn after_close(tx: &mut Tx) -> Stored<()> {
    let (programme, owner) = (programme_row(), owner_row());
    let [here, elsewhere] = [(); 2].map(|()| outreach_row(programme.id));
    let animal = animal_row(owner.id);
    tx.insert_programme(&programme).await?;
    tx.insert_owners(std::slice::from_ref(&owner)).await?;
    tx.insert_animals(std::slice::from_ref(&animal)).await?;
    for outreach in [&here, &elsewhere] {
        tx.insert_outreach(outreach).await?;
    }
    let [chip, dose] = [here.id, elsewhere.id].map(|at| service_row(animal.id, at, "implantation"));
    tx.insert_services(&[chip.clone(), dose.clone()]).await?;
    let lesson = talk(here.id);
    tx.insert_education(&lesson).await?;
    let sent = |outreach_id, outcome: &str, received_at| SubmissionRow {
        outreach_id,
        outcome: outcome.to_owned(),
        received_at,
        ..submission("")
    };
    let [desk, other] = [(); 2].map(|()| sent(None, "accepted", 12));
    let all = [
        sent(Some(here.id), "accepted", 10),
        sent(Some(here.id), "accepted", 11),
        sent(Some(here.id), "refused", 12),
        sent(Some(elsewhere.id), "accepted", 12),
        desk.clone(),
        other.clone(),
    ];
    assert!(tx.insert_submissions(&all).await?);
    assert_eq!(tx.count_after_close(here.id, 10).await?, 1, "one came later and was taken");
    tx.note_changed(chip.id, desk.id).await?;
    tx.note_changed(dose.id, other.id).await?;
    assert_eq!(tx.count_after_close(here.id, 10).await?, 2, "the desk put one right");
    tx.note_changed(lesson.id, desk.id).await?;
    assert_eq!(tx.count_after_close(here.id, 10).await?, 2, "all of one act is one record");
    tx.note_changed(lesson.id, other.id).await?;
    assert_eq!(tx.count_after_close(here.id, 10).await?, 3);
    assert_eq!(tx.count_after_close(here.id, 12).await?, 0);
    assert_eq!(tx.count_after_close(fresh_id(), 0).await?, 0);
    assert_eq!(tx.service(chip.id).await?, Some(chip), "nothing else changes");
    Ok(())
}

on_both_databases! {
    async fn what_came_after_the_close_is_counted(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(after_close(tx))).await;
        done.unwrap();
    }

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
