//! The story of the foundation: every line of its vocabulary, told on both databases.

mod corrections;
mod people;

use backend::clock::fresh_id;
use backend::store::Tx;
use backend::store::vocabulary::history::{BodyRow, CheckpointRow, HeadRow, HistoryRow};
use backend::store::vocabulary::keys::KeyRow;
use backend::store::vocabulary::outbox::{AttemptRow, LeaseRow, MailPageRow, MessageRow};
use backend::store::vocabulary::people::StaffRow;
use uuid::Uuid;

use crate::it::databases::Stored;

/// An account that may sign in.
pub fn staff(name: &str, role: &str) -> StaffRow {
    StaffRow {
        id: fresh_id(),
        email: format!("{name}@example.cl.invalid"),
        email_key: format!("{}@example.cl.invalid", name.to_lowercase()),
        name: name.to_owned(),
        role: role.to_owned(),
        state: "active".to_owned(),
        password_hash: None,
        run: Some("12345678-5".to_owned()),
        professional_kind: None,
        professional_registration: None,
        signature_svg: None,
        signature_drawn_at: Some(7),
        created_at: 5,
        demonstration: true,
    }
}

/// A key that signs nothing.
pub fn key(purpose: &str, kid: u8) -> KeyRow {
    KeyRow {
        kid: vec![kid; 8],
        purpose: purpose.to_owned(),
        public_key: vec![kid; 32],
        sealed_private: vec![kid; 72],
        created_at: i64::from(kid),
        retired_at: None,
    }
}

/// A message that waits.
pub fn message(due_at: i64) -> MessageRow {
    MessageRow {
        id: fresh_id(),
        kind: "certificate".to_owned(),
        recipient: "ana@example.cl.invalid".to_owned(),
        body: "{}".to_owned(),
        state: "pending".to_owned(),
        due_at,
        attempts: 0,
        lease_until: None,
        last_error: None,
        created_at: due_at,
        sent_at: None,
        subject_kind: Some("visit".to_owned()),
        subject_id: Some(Uuid::from_u128(7)),
    }
}

fn link(subject: u128, sequence: i64) -> HistoryRow {
    HistoryRow {
        subject_kind: "animal".to_owned(),
        subject_id: Uuid::from_u128(subject),
        sequence,
        kind: "registered".to_owned(),
        at: 10 * sequence,
        actor_kind: "staff".to_owned(),
        actor_id: Some(Uuid::from_u128(9)),
        device_id: None,
        submission_id: Some(Uuid::from_u128(8)),
        body_hash: vec![1; 32],
        previous_hash: vec![2; 32],
        hash: vec![u8::try_from(sequence).unwrap(); 32],
    }
}

fn body(row: &HistoryRow) -> BodyRow {
    BodyRow {
        subject_kind: row.subject_kind.clone(),
        subject_id: row.subject_id,
        sequence: row.sequence,
        salt: vec![3; 16],
        body: b"{}".to_vec(),
    }
}

fn head(row: &HistoryRow) -> HeadRow {
    HeadRow {
        subject_kind: row.subject_kind.clone(),
        subject_id: row.subject_id,
        sequence: row.sequence,
        hash: row.hash.clone(),
    }
}

fn lease(now: i64, until: i64) -> LeaseRow<'static> {
    LeaseRow { now, until, limit: 10, kinds: &["owner_code"], only: false }
}

/// Pages, other addresses, what is forgotten, what is buried.
async fn letters_move(tx: &mut Tx, early: &MessageRow, late: &MessageRow) -> Stored<()> {
    let page = |address| MailPageRow { state: "pending", address, limit: 5, offset: 0 };
    assert_eq!(tx.messages_page(&page("otra@")).await?.len(), 1);
    assert_eq!(tx.messages_page(&page("_")).await?.len(), 0, "no wildcard");
    assert!(tx.redirect_message(early.id, "tercera@example.cl.invalid").await?);
    assert!(!tx.redirect_message(late.id, "x@example.cl.invalid").await?, "it is leaving");
    let codes = LeaseRow { only: true, ..lease(300, 400) };
    assert!(!tx.is_message_due(&codes).await?, "they are no codes");
    assert!(tx.lease_messages(&codes).await?.is_empty(), "they are no codes");
    assert_eq!(tx.bury_messages(150, 1).await?, 0, "it is still held");
    assert_eq!(tx.bury_messages(250, 1).await?, 1);
    assert_eq!(tx.blank_messages(&late.kind, late.created_at + 1).await?, 1);
    assert_eq!(tx.message(late.id).await?.unwrap().body, "");
    assert_eq!(tx.message(early.id).await?.unwrap().body, early.body, "it has not left");
    letters_come_back(tx, early).await
}

/// What is in somebody's hands is taken from them, and what is stopped stays here.
async fn letters_come_back(tx: &mut Tx, waiting: &MessageRow) -> Stored<()> {
    let to = "cuarta@example.cl.invalid";
    assert!(!tx.recall_message(waiting.id, to).await?, "nobody has it");
    let leased = tx.lease_messages(&lease(500, 600)).await?;
    assert_eq!((leased.len(), leased[0].id), (1, waiting.id));
    assert!(tx.recall_message(waiting.id, to).await?);
    assert!(!tx.renew_lease(waiting.id, leased[0].attempts, 700).await?, "it is theirs no more");
    let back = tx.message(waiting.id).await?.unwrap();
    assert_eq!((back.state.as_str(), back.recipient.as_str()), ("pending", to));
    assert_eq!((back.due_at, back.lease_until), (back.created_at, None));
    assert!(tx.stop_message(waiting.id, "no_address").await?);
    assert!(!tx.stop_message(waiting.id, "no_address").await?, "it is dead");
    let dead = tx.message(waiting.id).await?.unwrap();
    assert_eq!((dead.state.as_str(), dead.last_error.as_deref()), ("dead", Some("no_address")));
    Ok(())
}

on_both_databases! {
    async fn one_key_of_a_purpose_is_current(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    assert!(!tx.retire_key("documents", 5).await?);
                    tx.insert_key(&key("documents", 1)).await?;
                    assert_eq!(tx.idle_transactions().await?, 0);
                    tx.savepoint().await?;
                    assert!(
                        tx.insert_key(&key("documents", 2))
                            .await
                            .unwrap_err()
                            .is_unique_violation()
                    );
                    tx.rollback_to().await?;
                    assert!(tx.retire_key("documents", 5).await?);
                    tx.insert_key(&key("documents", 2)).await?;
                    let keys = tx.list_keys().await?;
                    assert_eq!(
                        keys.iter().map(|key| key.retired_at).collect::<Vec<_>>(),
                        [Some(5), None]
                    );
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    async fn messages_are_leased_and_concluded(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let (early, late) = (message(10), message(20));
                    assert!(tx.insert_messages(std::slice::from_ref(&early)).await?);
                    assert!(!tx.insert_messages(std::slice::from_ref(&early)).await?);
                    tx.insert_messages(std::slice::from_ref(&late)).await?;
                    assert_eq!(tx.oldest_waiting_message(15).await?, Some(10));
                    assert_eq!(tx.oldest_waiting_message(5).await?, None);
                    assert!(!tx.is_message_due(&lease(9, 100)).await?);
                    assert!(tx.is_message_due(&lease(15, 100)).await?);
                    let leased = tx.lease_messages(&lease(15, 100)).await?;
                    assert_eq!((leased.len(), leased[0].id, leased[0].attempts), (1, early.id, 1));
                    assert!(tx.lease_messages(&lease(15, 100)).await?.is_empty());
                    assert!(!tx.is_message_due(&lease(15, 100)).await?);
                    assert_eq!(tx.oldest_waiting_message(5).await?, Some(10));
                    let one = LeaseRow { limit: 1, ..lease(100, 200) };
                    let again = tx.lease_messages(&one).await?;
                    assert_eq!(again[0].id, late.id);
                    let mut tried = AttemptRow {
                        id: early.id,
                        attempts: 2,
                        state: "dead",
                        due_at: 0,
                        error: Some("550"),
                        sent_at: None,
                        forgets: false,
                    };
                    assert!(!tx.conclude_attempt(&tried).await?);
                    assert!(!tx.renew_lease(early.id, 2, 300).await?);
                    assert!(tx.renew_lease(early.id, 1, 300).await?);
                    assert!(tx.lease_messages(&lease(199, 400)).await?.is_empty());
                    tried.attempts = 1;
                    assert!(tx.conclude_attempt(&tried).await?);
                    assert_eq!(
                        tx.messages_in_state("dead", 9).await?[0].last_error.as_deref(),
                        Some("550")
                    );
                    assert!(
                        tx.revive_message(early.id, 30, Some("otra@example.cl.invalid")).await?
                    );
                    assert!(!tx.revive_message(early.id, 30, None).await?);
                    let revived = tx.message(early.id).await?.unwrap();
                    assert_eq!((revived.due_at, revived.attempts), (30, 0));
                    assert_eq!(revived.recipient, "otra@example.cl.invalid");
                    assert_eq!(tx.messages_about("visit", Uuid::from_u128(7)).await?.len(), 2);
                    let counts = [("leased".to_owned(), 1), ("pending".to_owned(), 1)];
                    assert_eq!(tx.count_messages().await?, counts);
                    assert_eq!(tx.count_unsent_messages().await?, counts);
                    let unsent = tx.unsent_messages(9).await?;
                    assert_eq!((unsent[0].id, unsent[1].id), (late.id, early.id));
                    assert_eq!(tx.unsent_messages(1).await?.len(), 1);
                    letters_move(tx, &early, &late).await
                })
            })
            .await;
        done.unwrap();
    }

    async fn chains_are_read_in_their_order(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let rows = [link(1, 1), link(1, 2), link(2, 1)];
                    let bodies: Vec<_> = rows.iter().map(body).collect();
                    tx.insert_history(&rows, &bodies).await?;
                    let named = [("animal", rows[0].subject_id), ("animal", Uuid::nil())];
                    assert_eq!(tx.history_heads(&named).await?, [head(&rows[1])]);
                    assert_eq!(tx.history_heads(&[]).await?, []);
                    assert_eq!(tx.history_of("animal", rows[0].subject_id).await?, rows[..2]);
                    assert_eq!(
                        tx.history_bodies_of("animal", rows[0].subject_id).await?,
                        bodies[..2]
                    );
                    assert_eq!(tx.history_after(&head(&rows[0]), 9).await?, rows[1..]);
                    let between =
                        tx.history_bodies_between(&head(&rows[0]), &head(&rows[1])).await?;
                    assert_eq!(between, bodies[..2]);
                    assert_eq!(tx.erase_history_bodies("animal", rows[0].subject_id).await?, 2);
                    assert_eq!(tx.history_bodies_of("animal", rows[0].subject_id).await?, []);
                    tx.savepoint().await?;
                    assert!(
                        tx.insert_history(&rows[..1], &[]).await.unwrap_err().is_unique_violation()
                    );
                    tx.rollback_to().await
                })
            })
            .await;
        // PostgreSQL names the key, and the store takes it for a race: the work is run again.
        match database.store.engine() {
            backend::store::Engine::Sqlite => done.unwrap(),
            backend::store::Engine::Postgres => {
                assert!(matches!(done, Err(backend::store::StoreError::Busy)));
            }
        }
    }

    async fn a_checkpoint_seals_the_heads_that_changed(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let rows = [link(1, 1), link(1, 2), link(2, 1)];
                    tx.insert_history(&rows, &[]).await?;
                    let waiting = tx.unsealed_history(9).await?;
                    assert_eq!((waiting.rows, waiting.oldest_at), (3, Some(10)));
                    assert_eq!(tx.unsealed_history(1).await?.rows, 2);
                    assert_eq!(tx.unsealed_heads(1).await?, [head(&rows[1])]);
                    let heads = tx.unsealed_heads(9).await?;
                    assert_eq!(heads, [head(&rows[1]), head(&rows[2])]);
                    assert_eq!(tx.last_checkpoint().await?, None);
                    let row = CheckpointRow {
                        sequence: 1,
                        at: 30,
                        previous_hash: vec![0; 32],
                        heads_hash: vec![4; 32],
                        head_count: 2,
                        kid: vec![5; 8],
                        signature: vec![6; 64],
                    };
                    tx.insert_checkpoint(&row, &heads).await?;
                    assert_eq!(tx.count_unsealed().await?, 3);
                    assert!(!tx.is_seal_lost().await?, "all of them wait");
                    assert_eq!(tx.mark_sealed(&heads[0]).await?, 1);
                    assert_eq!(tx.count_unsealed().await?, 1);
                    assert_eq!(tx.mark_sealed(&heads[1]).await?, 1);
                    assert_eq!(tx.count_unsealed().await?, 0);
                    assert!(!tx.is_seal_lost().await?, "a checkpoint has them");
                    assert_eq!(tx.last_checkpoint().await?, Some(row.clone()));
                    assert_eq!(tx.list_checkpoints().await?, [row]);
                    assert_eq!(tx.checkpoint_heads(1).await?, heads);
                    assert_eq!(tx.lost_heads(9).await?, []);
                    Ok(())
                })
            })
            .await;
        done.unwrap();
        database.raw("DELETE FROM history WHERE sequence = 2").await;
        let lost = database.store.glance(|tx| Box::pin(async move { tx.lost_heads(9).await }));
        let lost: Stored<Vec<HeadRow>> = lost.await;
        assert_eq!(lost.unwrap(), [head(&link(1, 2))]);
    }

    async fn a_table_is_dumped_and_loaded_as_text(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let row = staff("Ñ'; DROP", "admin");
                    tx.insert_staff(&row).await?;
                    let catalogue = tx.catalogue().await?;
                    let columns: Vec<_> = catalogue
                        .into_iter()
                        .filter(|column| column.table_name == "staff")
                        .collect();
                    let mut rows = Vec::new();
                    let dumped = tx
                        .dump_table(&columns, &mut |row| {
                            rows.push(row);
                            Ok(())
                        })
                        .await?;
                    assert_eq!((dumped, rows.len()), (1, 1));
                    assert_eq!(tx.empty_table("counter").await?, 0);
                    tx.savepoint().await?;
                    tx.defer_references().await?;
                    assert!(tx.load_rows(&columns, &rows).await.unwrap_err().is_unique_violation());
                    tx.rollback_to().await?;
                    let id = columns.iter().position(|column| column.column_name == "id").unwrap();
                    let key = columns
                        .iter()
                        .position(|column| column.column_name == "email_key")
                        .unwrap();
                    let other = Uuid::from_u128(5);
                    rows[0][id] = Some(other.simple().to_string());
                    rows[0][key] = Some("other".to_owned());
                    tx.load_rows(&columns, &rows).await?;
                    tx.check_references().await?;
                    assert_eq!(tx.count_rows("staff").await?, 2);
                    let loaded = tx.staff(other).await?.unwrap();
                    assert_eq!(
                        loaded,
                        StaffRow { id: other, email_key: "other".to_owned(), ..row }
                    );
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }
}
