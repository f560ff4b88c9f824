//! The story of the foundation: every line of its vocabulary, told on both databases.

use backend::clock::fresh_id;
use backend::store::vocabulary::history::{BodyRow, CheckpointRow, HeadRow, HistoryRow};
use backend::store::vocabulary::keys::KeyRow;
use backend::store::vocabulary::outbox::{AttemptRow, MessageRow};
use backend::store::vocabulary::people::{SessionRow, StaffRow, TokenRow};
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

fn session(subject: Uuid, mark: u8) -> SessionRow {
    SessionRow {
        id: fresh_id(),
        id_hash: vec![mark; 32],
        kind: "staff".to_owned(),
        subject_id: subject,
        created_at: 1,
        last_seen_at: i64::from(mark),
        expires_at: 100,
        reauthenticated_at: None,
        user_agent: "ñandú".to_owned(),
        revoked_at: None,
    }
}

fn token(mark: u8) -> TokenRow {
    TokenRow {
        hash: vec![mark; 32],
        purpose: "invitation".to_owned(),
        subject: "ana".to_owned(),
        data: "{}".to_owned(),
        created_at: 1,
        expires_at: 100,
        used_at: None,
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

on_both_databases! {
    async fn settings_are_written_over_or_settled(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    tx.ping().await?;
                    assert_eq!(tx.setting("a").await?, None);
                    tx.put_setting("a", "one").await?;
                    tx.put_setting("a", "two").await?;
                    assert_eq!(tx.settle_setting("a", "three").await?, "two");
                    assert_eq!(tx.settle_setting("b", "three").await?, "three");
                    assert_eq!(tx.setting("a").await?.as_deref(), Some("two"));
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    async fn accounts_are_found_by_identifier_and_address(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let (mut ana, bea) = (staff("Ana", "admin"), staff("Bea", "admin"));
                    tx.insert_staff(&ana).await?;
                    tx.insert_staff(&bea).await?;
                    ana.password_hash = Some("$argon2id$".to_owned());
                    ana.demonstration = false;
                    assert!(tx.update_staff(&ana).await?);
                    assert!(!tx.update_staff(&staff("Eva", "admin")).await?);
                    assert_eq!(tx.staff(ana.id).await?.as_ref(), Some(&ana));
                    assert_eq!(
                        tx.staff_by_email("ana@example.cl.invalid").await?.as_ref(),
                        Some(&ana)
                    );
                    assert_eq!(tx.list_staff().await?, [ana.clone(), bea.clone()]);
                    assert_eq!(tx.active_staff_of_role("admin").await?.len(), 2);
                    assert_eq!(tx.lock_active_of_role("admin").await?, 2);
                    assert_eq!(tx.lock_active_of_role("auditor").await?, 0);
                    tx.savepoint().await?;
                    let taken = StaffRow { id: fresh_id(), ..ana };
                    let error = tx.insert_staff(&taken).await.unwrap_err();
                    assert!(error.broken_unique().unwrap().contains("email_key"));
                    tx.rollback_to().await
                })
            })
            .await;
        done.unwrap();
    }

    async fn sessions_are_touched_listed_and_ended(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    let subject = fresh_id();
                    let (one, two, three) =
                        (session(subject, 1), session(subject, 2), session(subject, 3));
                    for row in [&one, &two, &three] {
                        tx.insert_session(row).await?;
                    }
                    assert_eq!(tx.session_by_hash(&[2; 32]).await?.as_ref(), Some(&two));
                    assert!(tx.touch_session(one.id, 50, 200).await?);
                    assert!(!tx.touch_session(one.id, 49, 300).await?);
                    assert!(tx.reauthenticate_session(one.id, 60).await?);
                    let live = tx.live_sessions("staff", subject, 20).await?;
                    assert_eq!(
                        live.iter().map(|row| row.id).collect::<Vec<_>>(),
                        [one.id, three.id, two.id]
                    );
                    assert_eq!((live[0].expires_at, live[0].reauthenticated_at), (200, Some(60)));
                    assert!(!tx.revoke_session("owner", subject, two.id, 70).await?);
                    assert!(tx.revoke_session("staff", subject, two.id, 70).await?);
                    assert_eq!(tx.revoke_sessions("staff", subject, Some(one.id), 71).await?, 1);
                    assert_eq!(tx.revoke_sessions("staff", subject, None, 72).await?, 1);
                    assert_eq!(tx.live_sessions("staff", subject, 20).await?, []);
                    assert_eq!(tx.forget_sessions(150).await?, 2);
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    async fn a_token_is_used_once(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    tx.insert_token(&token(1)).await?;
                    assert_eq!(tx.token(&[1; 32]).await?, Some(token(1)));
                    assert_eq!(tx.use_token(&[1; 32], 100).await?, None);
                    assert_eq!(tx.use_token(&[1; 32], 99).await?.unwrap().used_at, Some(99));
                    assert_eq!(tx.use_token(&[1; 32], 99).await?, None);
                    tx.insert_token(&token(2)).await?;
                    assert_eq!(tx.void_tokens("invitation", "ana", 50).await?, 1);
                    assert_eq!(tx.use_token(&[2; 32], 60).await?, None);
                    assert_eq!(tx.forget_tokens(101).await?, 2);
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    async fn a_counter_begins_a_new_window(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    assert_eq!(tx.counter(b"k").await?, None);
                    assert_eq!(tx.count_up(b"k", 100, 0).await?.count, 1);
                    let second = tx.count_up(b"k", 110, 10).await?;
                    assert_eq!((second.window_start, second.count), (100, 2));
                    let third = tx.count_up(b"k", 210, 110).await?;
                    assert_eq!((third.window_start, third.count), (210, 1));
                    assert_eq!(tx.counter(b"k").await?, Some(third));
                    tx.clear_counter(b"k").await?;
                    tx.count_up(b"old", 5, 0).await?;
                    assert_eq!(tx.forget_counters(6).await?, 1);
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    async fn one_key_of_a_purpose_is_current(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    assert!(!tx.retire_key("documents", 5).await?);
                    tx.insert_key(&key("documents", 1)).await?;
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
                    assert!(tx.insert_message(&early).await?);
                    assert!(!tx.insert_message(&early).await?);
                    tx.insert_message(&late).await?;
                    assert_eq!(tx.oldest_due_message(15).await?, Some(10));
                    assert_eq!(tx.oldest_due_message(5).await?, None);
                    let leased = tx.lease_messages(15, 100, 10).await?;
                    assert_eq!((leased.len(), leased[0].id, leased[0].attempts), (1, early.id, 1));
                    assert!(tx.lease_messages(15, 100, 10).await?.is_empty());
                    let again = tx.lease_messages(100, 200, 1).await?;
                    assert_eq!(again[0].id, late.id);
                    let mut tried = AttemptRow {
                        id: early.id,
                        attempts: 2,
                        state: "dead",
                        due_at: 0,
                        error: Some("550"),
                        sent_at: None,
                    };
                    assert!(!tx.conclude_attempt(&tried).await?);
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
                    Ok(())
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
                    let waiting = tx.unsealed_history().await?;
                    assert_eq!((waiting.rows, waiting.oldest_at), (3, Some(10)));
                    let heads = tx.unsealed_heads().await?;
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
                    tx.mark_sealed(1, &heads).await?;
                    assert_eq!(tx.unsealed_history().await?.rows, 0);
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
