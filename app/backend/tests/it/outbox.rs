//! The outbox: each message once at a time, again after a failure, dead in the end.

use backend::outbox::{self, ATTEMPTS, Failure, Lane, Letter};
use backend::store::Store;
use backend::store::vocabulary::outbox::MessageRow;
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

fn row() -> MessageRow {
    MessageRow {
        id: backend::clock::fresh_id(),
        kind: "certificate".to_owned(),
        recipient: "ana@example.cl.invalid".to_owned(),
        body: "{}".to_owned(),
        state: "pending".to_owned(),
        due_at: NOW.0,
        attempts: 0,
        lease_until: None,
        last_error: None,
        created_at: NOW.0,
        sent_at: None,
        subject_kind: None,
        subject_id: None,
    }
}

async fn leased(store: &Store, now: Timestamp, limit: i64, lease_ms: i64) -> Vec<MessageRow> {
    outbox::lease_due(store, Lane::Ordinary, now, limit, lease_ms).await.unwrap()
}

fn failure(temporary: bool) -> Failure {
    Failure { code: "451".to_owned(), temporary, seed: 3 }
}

on_both_databases! {
    async fn letters_of_whatever_number_are_written_once_each(database) {
        let mut written = 0;
        for number in [1, 2, 3, 15, 16, 17, 31, 33, 124, 125, 126] {
            let rows: Vec<_> = (0..number).map(|_| row()).collect();
            let write = database.store.write_with(rows, |tx, rows| {
                Box::pin(async move { tx.insert_messages(rows).await })
            });
            let added: Stored<bool> = write.await;
            assert!(added.unwrap(), "{number}");
            written += number;
            assert_eq!(database.number("SELECT COUNT(*) FROM outbox").await, written);
        }
    }

    async fn two_processes_never_hold_the_same_message(database) {
        let mut written = BTreeSet::new();
        for _ in 0..60 {
            written.insert(enqueue(&database.store).await.0);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for turn in 0..12 {
            let other =
                if turn % 2 == 0 { database.store.clone() } else { database.opened_again().await };
            tasks.spawn(async move { leased(&other, NOW, 7, 60_000).await });
        }
        let taken: Vec<_> =
            tasks.join_all().await.into_iter().flatten().map(|row| row.id).collect();
        let distinct: BTreeSet<_> = taken.iter().copied().collect();
        assert_eq!(taken.len(), distinct.len());
        let rest = leased(&database.store, NOW, 100, 60_000).await;
        let all: BTreeSet<_> = distinct.into_iter().chain(rest.iter().map(|row| row.id)).collect();
        assert_eq!(all, written);
    }

    async fn a_lost_lease_makes_the_message_due_again_under_its_identifier(database) {
        let id = enqueue(&database.store).await;
        let first = leased(&database.store, NOW, 9, 60_000).await;
        let later = NOW.plus_ms(60_000);
        let second = leased(&database.store, later, 9, 60_000).await;
        assert_eq!((first[0].id, second[0].id), (id.0, id.0));
        assert!(!outbox::mark_sent(&database.store, &first[0], later).await.unwrap());
        assert!(outbox::mark_sent(&database.store, &second[0], later).await.unwrap());
        let far = NOW.plus_ms(1_000_000_000);
        assert!(leased(&database.store, far, 9, 1).await.is_empty());
    }

    async fn a_lease_that_is_renewed_holds_and_one_that_is_lost_does_not_come_back(database) {
        let store = &database.store;
        enqueue(store).await;
        let first = leased(store, NOW, 9, 60_000).await;
        let late = NOW.plus_ms(59_000);
        assert!(outbox::renew_lease(store, &first[0], late, 60_000).await.unwrap());
        assert!(leased(store, NOW.plus_ms(61_000), 9, 60_000).await.is_empty());
        let second = leased(store, NOW.plus_ms(119_000), 9, 60_000).await;
        assert_eq!(second[0].id, first[0].id);
        assert!(!outbox::renew_lease(store, &first[0], late, 60_000).await.unwrap());
        assert!(outbox::renew_lease(store, &second[0], late, 60_000).await.unwrap());
    }

    async fn a_message_is_dead_after_its_attempts_and_can_be_sent_again(database) {
        let id = enqueue(&database.store).await;
        let mut now = NOW;
        for attempt in 1..=ATTEMPTS {
            let held = leased(&database.store, now, 9, 60_000).await;
            assert_eq!(held[0].attempts, attempt);
            outbox::mark_failed(&database.store, &held[0], failure(true), now).await.unwrap();
            now = now.plus_ms(3_600_001);
        }
        assert!(leased(&database.store, now, 9, 1).await.is_empty());
        let dead: Stored<Vec<_>> = database
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let dead = tx.messages_in_state("dead", 9).await?;
                    assert!(outbox::resend(tx, id, None, now).await?);
                    assert_eq!(outbox::oldest_pending_age_ms(tx, now).await?, now.since_ms(NOW));
                    Ok(dead)
                })
            })
            .await;
        assert_eq!(dead.unwrap()[0].last_error.as_deref(), Some("451"));
        assert_eq!(leased(&database.store, now, 9, 1).await[0].attempts, 1);
    }

    async fn while_the_mail_server_is_away_the_outbox_grows_old(database) {
        enqueue(&database.store).await;
        let leased = leased(&database.store, NOW, 9, 60_000).await;
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
        let held = leased(&database.store, NOW, 9, 60_000).await;
        outbox::mark_failed(&database.store, &held[0], failure(false), NOW).await.unwrap();
        let far = NOW.plus_ms(1_000_000_000);
        assert!(leased(&database.store, far, 9, 1).await.is_empty());
    }

    async fn a_message_that_takes_its_takers_along_is_dead_in_the_end(database) {
        let id = enqueue(&database.store).await;
        let mut now = NOW;
        for _ in 0..ATTEMPTS {
            let held = leased(&database.store, now, 9, 60_000).await;
            assert_eq!(held.len(), 1);
            now = now.plus_ms(60_000);
        }
        assert!(leased(&database.store, now, 9, 60_000).await.is_empty());
        let read = database
            .store
            .read(move |tx| Box::pin(async move { tx.message(id.0).await }));
        let read: Stored<_> = read.await;
        let row = read.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.last_error.as_deref()), ("dead", Some("lost")));
    }

    async fn codes_do_not_queue_behind_certificates(database) {
        enqueue(&database.store).await;
        let field = crate::it::field::Field::on(&database).await;
        let keys = field.office.keys.clone();
        let written = database.store.write_with(keys, |tx, keys| {
            Box::pin(async move {
                let letter = Letter {
                    kind: "owner_code",
                    recipient: "ana@example.cl.invalid",
                    body: &serde_json::json!({ "code": "493817", "valid_minutes": 10 }),
                    about: None,
                    due_at: NOW,
                };
                outbox::enqueue_sealed(tx, keys, letter, NOW).await
            })
        });
        let id = written.await.unwrap();
        let now = NOW.plus_ms(1);
        let urgent = outbox::lease_due(&database.store, Lane::Urgent, now, 9, 60_000).await;
        let urgent = urgent.unwrap();
        assert_eq!(urgent.iter().map(|row| row.id).collect::<Vec<_>>(), [id.0]);
        assert!(!urgent[0].body.contains("493817"), "it is sealed while it waits");
        let body = outbox::body_of(&field.office.keys, &urgent[0]).unwrap().unwrap();
        assert!(body.contains("493817"));
        assert!(outbox::mark_sent(&database.store, &urgent[0], now).await.unwrap());
        assert_eq!(database.number("SELECT COUNT(*) FROM outbox WHERE body = ''").await, 1);
    }

    async fn a_secret_that_never_left_is_forgotten_when_it_opens_nothing(database) {
        let field = crate::it::field::Field::on(&database).await;
        for kind in ["owner_code", "certificate"] {
            let keys = field.office.keys.clone();
            let written = database.store.write_with(keys, move |tx, keys| {
                Box::pin(async move {
                    let body = serde_json::json!({ "code": "493817" });
                    let (recipient, about) = ("ana@example.cl.invalid", None);
                    let letter = Letter { kind, recipient, body: &body, about, due_at: NOW };
                    outbox::enqueue_sealed(tx, keys, letter, NOW).await
                })
            });
            written.await.unwrap();
        }
        database.raw("UPDATE outbox SET state = 'dead'").await;
        let minutes = |minutes: i64| NOW.plus_ms(minutes * 60_000);
        assert_eq!(outbox::forget_secrets(&database.store, minutes(9)).await.unwrap(), 0);
        assert_eq!(outbox::forget_secrets(&database.store, minutes(11)).await.unwrap(), 1);
        let blank = "SELECT COUNT(*) FROM outbox WHERE body = '' AND kind = 'owner_code'";
        assert_eq!(database.number(blank).await, 1);
    }
}
