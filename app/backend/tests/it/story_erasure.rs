//! The vocabulary of erasure, on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::outbox::MessageRow;
use backend::store::vocabulary::submission::SubmissionRow;
use backend::store::vocabulary::task::LookupRow;

use crate::it::databases::Stored;
use crate::it::story_foundation::message;
use crate::it::story_registry::owner_row;
use crate::it::story_tasks::task_row;

/// One that was refused, with this body.
pub fn submission(body: &str) -> SubmissionRow {
    SubmissionRow {
        id: fresh_id(),
        device_id: fresh_id(),
        sequence: 1,
        staff_id: fresh_id(),
        maker_id: fresh_id(),
        outreach_id: None,
        body_hash: vec![1],
        recorded_at: 1,
        received_at: 1,
        outcome: "refused".to_owned(),
        answer: "{}".to_owned(),
        body: Some(body.to_owned()),
        replaces: None,
        resolved_at: None,
        resolved_by: None,
        withdrawn_at: None,
    }
}

on_both_databases! {
    async fn what_is_known_of_somebody_is_removed(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let owner = owner_row();
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            assert_eq!(tx.animals_ever_of(&[owner.id]).await?, []);
            assert_eq!(tx.animals_ever_of(&[]).await?, []);
            assert_eq!(tx.erase_files(&[], &[fresh_id()], "%x%").await?, 0);
            assert_eq!(tx.erase_facts(&[owner.id], &[], "%x%").await?, 0);
            let letter = message(1);
            tx.insert_messages(std::slice::from_ref(&letter)).await?;
            assert_eq!(tx.erase_messages("nobody", "%nothing%").await?, 0);
            assert_eq!(tx.erase_messages(&letter.recipient, "").await?, 1);
            let booking = MessageRow {
                subject_kind: Some("booking".to_owned()),
                subject_id: Some(fresh_id()),
                ..message(3)
            };
            tx.insert_messages(std::slice::from_ref(&booking)).await?;
            let recipient = &booking.recipient;
            assert_eq!(tx.erase_messages(recipient, "").await?, 0, "it may be another's booking");
            let about = MessageRow {
                subject_kind: Some("owner".to_owned()),
                subject_id: Some(owner.id),
                ..message(2)
            };
            tx.insert_messages(std::slice::from_ref(&about)).await?;
            assert_eq!(tx.erase_messages_about(&[], &[owner.id]).await?, 0);
            assert_eq!(tx.erase_messages_about(&[owner.id], &[]).await?, 1);
            let email = owner.email.clone().unwrap();
            assert!(!tx.shares_email(&email, &[owner.id]).await?);
            assert!(tx.shares_email(&email, &[]).await?);
            let kept = submission("signed by somebody");
            tx.insert_submissions(std::slice::from_ref(&kept)).await?;
            assert_eq!(tx.kept_submissions("%signed%").await?, [kept.clone()]);
            assert_eq!(tx.kept_submissions("%12345678-5%").await?, []);
            assert_eq!(tx.erase_bodies_of(&[]).await?, 0);
            assert_eq!(tx.erase_bodies_of(&[kept.id, fresh_id()]).await?, 1);
            assert_eq!(tx.kept_submissions("%signed%").await?, []);
            tx.insert_task(&task_row(owner.id)).await?;
            assert_eq!(tx.erase_tasks(&[owner.id], &[]).await?, 1);
            let look = LookupRow {
                id: fresh_id(),
                owner_id: owner.id,
                at: 1,
                kind: "search".to_owned(),
                by_kind: "staff".to_owned(),
                by_id: None,
                outreach_id: None,
            };
            tx.insert_lookups(&[look]).await?;
            assert_eq!(tx.erase_looks(owner.id).await?, 1);
            assert_eq!(tx.erase_codes(owner.id).await?, 0);
            Ok(())
        })).await;
        done.unwrap();
    }
}
