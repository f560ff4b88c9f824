//! Runs tasks, looks and savepoints on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::task::{LookupRow, SolutionRow, TaskRow};
use uuid::Uuid;

use crate::it::databases::Stored;
use crate::it::story_registry::owner_row;

/// An open task about an owner.
pub fn task_row(owner: Uuid) -> TaskRow {
    TaskRow {
        id: fresh_id(),
        kind: "bounce".to_owned(),
        state: "open".to_owned(),
        owner_id: Some(owner),
        animal_id: None,
        submission_id: None,
        message_id: None,
        booking_id: None,
        outreach_id: None,
        organisation_id: None,
        body: "{}".to_owned(),
        created_at: 1,
        solved_at: None,
        solved_by: None,
        resolution: None,
    }
}

on_both_databases! {
    async fn tasks_about_an_owner(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let owner = owner_row();
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            let task = task_row(owner.id);
            assert!(tx.insert_task(&task).await?);
            let about = TaskRow {
                id: fresh_id(),
                kind: "bounce_again".to_owned(),
                message_id: Some(owner.id),
                ..task.clone()
            };
            assert!(tx.insert_task(&about).await?);
            let twice = TaskRow { id: fresh_id(), ..about.clone() };
            assert!(!tx.insert_task(&twice).await?, "one open task about one message");
            let call = TaskRow {
                id: fresh_id(),
                kind: "call_moved".to_owned(),
                booking_id: Some(owner.id),
                ..task.clone()
            };
            assert!(tx.insert_task(&call).await?);
            let twice = TaskRow { id: fresh_id(), ..call.clone() };
            assert!(!tx.insert_task(&twice).await?, "one open task about one booking");
            assert_eq!(tx.open_tasks_of_booking(owner.id).await?, [call.clone()]);
            assert_eq!(tx.open_tasks_of_booking(fresh_id()).await?, []);
            tx.withdraw_task(call.id).await?;
            assert_eq!(tx.open_tasks_of_booking(owner.id).await?, []);
            assert!(tx.insert_task(&call).await?, "it was taken back");
            let paper = TaskRow { id: fresh_id(), kind: "hand_over".to_owned(), ..task.clone() };
            assert!(tx.insert_task(&paper).await?);
            tx.withdraw_tasks_of("hand_over", &[fresh_id()]).await?;
            assert_eq!(tx.open_tasks(Some("hand_over"), 5).await?, [paper]);
            tx.withdraw_tasks_of("hand_over", &[fresh_id(), owner.id]).await?;
            assert_eq!(tx.open_tasks(Some("hand_over"), 5).await?, []);
            assert_eq!(tx.erase_booking_tasks(&[fresh_id()]).await?, 0);
            assert_eq!(tx.erase_booking_tasks(&[owner.id]).await?, 1);
            let solution = SolutionRow {
                id: about.id,
                state: "done",
                by: fresh_id(),
                resolution: "",
                at: 2,
            };
            assert!(tx.solve_task(&solution).await?);
            assert_eq!(tx.task(task.id).await?, Some(task.clone()));
            assert_eq!(tx.open_tasks(None, 5).await?, [task.clone()]);
            assert_eq!(tx.open_tasks(Some("found_pet"), 5).await?, []);
            assert_eq!(tx.count_tasks().await?, [("bounce".to_owned(), 1)]);
            let solution = SolutionRow {
                id: task.id,
                state: "done",
                by: fresh_id(),
                resolution: "se llamó",
                at: 2,
            };
            assert!(tx.solve_task(&solution).await?);
            assert!(!tx.solve_task(&solution).await?);
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn looks_at_an_owner(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let owner = owner_row();
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            let look = LookupRow {
                id: fresh_id(),
                owner_id: owner.id,
                at: 1,
                kind: "search".to_owned(),
                by_kind: "staff".to_owned(),
                by_id: None,
                outreach_id: None,
            };
            tx.insert_lookups(std::slice::from_ref(&look)).await?;
            let pack = LookupRow { id: fresh_id(), kind: "pack".to_owned(), at: 2, ..look.clone() };
            tx.insert_lookups(std::slice::from_ref(&pack)).await?;
            assert_eq!(tx.lookups_of(owner.id, false, 5).await?, [look]);
            assert_eq!(tx.lookups_of(owner.id, true, 5).await?, [pack]);
            assert!(tx.lookups_of(owner.id, true, 0).await?.is_empty());
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn a_host_is_called_once(database) {
        let done: Stored<()> = database.store.write(|tx| Box::pin(async move {
            let owner = owner_row();
            tx.insert_owners(std::slice::from_ref(&owner)).await?;
            let (outreach_id, organisation_id) = (Some(fresh_id()), Some(fresh_id()));
            let kind = "host_moved".to_owned();
            let host = TaskRow { kind, outreach_id, organisation_id, ..task_row(owner.id) };
            assert!(tx.insert_task(&host).await?);
            let twice = TaskRow { id: fresh_id(), ..host.clone() };
            assert!(!tx.insert_task(&twice).await?, "one open task about one host");
            let about = (host.outreach_id.unwrap(), host.organisation_id.unwrap());
            assert_eq!(tx.open_tasks_of_host(about.0, about.1).await?, [host.clone()]);
            let organisation_id = Some(fresh_id());
            let other = TaskRow { id: fresh_id(), organisation_id, ..host.clone() };
            assert!(tx.insert_task(&other).await?);
            for id in [host.id, other.id] {
                let (by, resolution) = (fresh_id(), "");
                let done = SolutionRow { id, state: "dismissed", by, resolution, at: 2 };
                assert!(tx.solve_task(&done).await?);
            }
            assert_eq!(tx.count_tasks().await?, []);
            assert_eq!(tx.open_tasks_of_host(about.0, about.1).await?, []);
            tx.withdraw_task(host.id).await?;
            assert!(tx.task(host.id).await?.is_some(), "what was ended is not taken back");
            assert!(tx.insert_task(&TaskRow { id: fresh_id(), ..host }).await?, "it was ended");
            Ok(())
        })).await;
        done.unwrap();
    }

    async fn one_record_is_undone_alone(database) {
        let done: Stored<i64> = database.store.write(|tx| Box::pin(async move {
            tx.savepoint().await?;
            tx.insert_owners(&[owner_row()]).await?;
            tx.rollback_to().await?;
            tx.savepoint().await?;
            tx.insert_owners(&[owner_row()]).await?;
            tx.release().await?;
            tx.count_owners().await
        })).await;
        assert_eq!(done.unwrap(), 1);
    }
}
