//! Settings, accounts, sessions, tokens and counters.

use backend::clock::fresh_id;
use backend::store::vocabulary::people::{SessionRow, StaffRow, TokenRow};
use uuid::Uuid;

use super::staff;
use crate::it::databases::Stored;

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
                    let held = tx.sessions_by_hash(&[vec![2; 32]]).await?.pop().unwrap();
                    assert_eq!((held.session, held.staff_name), (two.clone(), None));
                    let ana = staff("Ana", "admin");
                    tx.insert_staff(&ana).await?;
                    tx.insert_session(&session(ana.id, 4)).await?;
                    let held = tx.sessions_by_hash(&[vec![4; 32]]).await?.pop().unwrap();
                    assert_eq!(held.staff_name, Some(ana.name));
                    assert_eq!(held.staff_role, Some(ana.role));
                    assert_eq!(held.staff_state, Some(ana.state));
                    let some = [vec![5; 32], vec![4; 32], vec![1; 32]];
                    assert_eq!(tx.sessions_by_hash(&some).await?.len(), 2);
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
                    assert_eq!(tx.forget_sessions(150).await?, 3);
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
}
