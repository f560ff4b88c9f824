//! The outbox: each message once at a time, again after a failure, dead in the end.

use backend::outbox::{self, ATTEMPTS, Failure, Letter};
use backend::store::Store;
use domain::id::MessageId;
use domain::timestamp::Timestamp;
use std::collections::BTreeSet;

use crate::it::databases::Stored;

const NOW: Timestamp = Timestamp(1_000_000);

async fn enqueue(store: &Store) -> MessageId {
    let written = store.write(|tx| {
        Box::pin(async move {
            let letter = Letter {
                kind: "certificate",
                recipient: "ana@example.cl.invalid",
                body: &serde_json::json!({ "name": "Ana" }),
                about: None,
                due_at: NOW,
            };
            outbox::enqueue(tx, letter, NOW).await
        })
    });
    written.await.unwrap()
}

fn failure(temporary: bool) -> Failure {
    Failure { code: "451".to_owned(), temporary, seed: 3 }
}

on_both_databases! {
    async fn two_processes_never_hold_the_same_message(database) {
        let mut written = BTreeSet::new();
        for _ in 0..60 {
            written.insert(enqueue(&database.store).await.0);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for turn in 0..12 {
            let other =
                if turn % 2 == 0 { database.store.clone() } else { database.opened_again().await };
            tasks.spawn(async move { outbox::lease_due(&other, NOW, 7, 60_000).await.unwrap() });
        }
        let leased: Vec<_> =
            tasks.join_all().await.into_iter().flatten().map(|row| row.id).collect();
        let distinct: BTreeSet<_> = leased.iter().copied().collect();
        assert_eq!(leased.len(), distinct.len());
        let rest = outbox::lease_due(&database.store, NOW, 100, 60_000).await.unwrap();
        let all: BTreeSet<_> = distinct.into_iter().chain(rest.iter().map(|row| row.id)).collect();
        assert_eq!(all, written);
    }

    async fn a_lost_lease_makes_the_message_due_again_under_its_identifier(database) {
        let id = enqueue(&database.store).await;
        let first = outbox::lease_due(&database.store, NOW, 9, 60_000).await.unwrap();
        let later = NOW.plus_ms(60_000);
        let second = outbox::lease_due(&database.store, later, 9, 60_000).await.unwrap();
        assert_eq!((first[0].id, second[0].id), (id.0, id.0));
        assert!(!outbox::mark_sent(&database.store, &first[0], later).await.unwrap());
        assert!(outbox::mark_sent(&database.store, &second[0], later).await.unwrap());
        let far = NOW.plus_ms(1_000_000_000);
        assert!(outbox::lease_due(&database.store, far, 9, 1).await.unwrap().is_empty());
    }

    async fn a_message_is_dead_after_its_attempts_and_can_be_sent_again(database) {
        let id = enqueue(&database.store).await;
        let mut now = NOW;
        for attempt in 1..=ATTEMPTS {
            let leased = outbox::lease_due(&database.store, now, 9, 60_000).await.unwrap();
            assert_eq!(leased[0].attempts, attempt);
            outbox::mark_failed(&database.store, &leased[0], failure(true), now).await.unwrap();
            now = now.plus_ms(3_600_001);
        }
        assert!(outbox::lease_due(&database.store, now, 9, 1).await.unwrap().is_empty());
        let dead: Stored<Vec<_>> = database
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let dead = outbox::list_dead(tx, 9).await?;
                    assert!(outbox::resend(tx, id, None, now).await?);
                    assert_eq!(outbox::oldest_pending_age_ms(tx, now).await?, now.since_ms(NOW));
                    Ok(dead)
                })
            })
            .await;
        assert_eq!(dead.unwrap()[0].last_error.as_deref(), Some("451"));
        assert_eq!(outbox::lease_due(&database.store, now, 9, 1).await.unwrap()[0].attempts, 1);
    }

    async fn while_the_mail_server_is_away_the_outbox_grows_old(database) {
        enqueue(&database.store).await;
        let leased = outbox::lease_due(&database.store, NOW, 9, 60_000).await.unwrap();
        outbox::mark_failed(&database.store, &leased[0], failure(true), NOW).await.unwrap();
        // Its next try is yet to come, and it waits all the same.
        let soon = NOW.plus_ms(5_000);
        let backlog: Stored<_> = database
            .store
            .read(move |tx| Box::pin(outbox::backlog(tx, soon)))
            .await;
        let backlog = backlog.unwrap();
        assert_eq!(backlog.oldest_ms, 5_000);
        assert_eq!((backlog.of("pending"), backlog.of("dead")), (1, 0));
    }

    async fn a_permanent_failure_is_not_tried_again(database) {
        enqueue(&database.store).await;
        let leased = outbox::lease_due(&database.store, NOW, 9, 60_000).await.unwrap();
        outbox::mark_failed(&database.store, &leased[0], failure(false), NOW).await.unwrap();
        let far = NOW.plus_ms(1_000_000_000);
        assert!(outbox::lease_due(&database.store, far, 9, 1).await.unwrap().is_empty());
    }
}
