//! What happens to transactions that are cancelled, race, or fail (goal R10).

use backend::store::vocabulary::owner::OwnerRow;
use backend::store::{Engine, Isolation, Store, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::it::databases::{Database, Stored};
use crate::it::story_registry::owner_row;

/// Reads a number, then writes one more: wrong unless the store keeps the fact still.
async fn add_one(store: &Store) -> Stored<()> {
    store
        .write(|tx| {
            Box::pin(async move {
                let now = tx.setting("number").await?.unwrap_or_default();
                let next = now.parse::<u32>().unwrap_or(0) + 1;
                tx.put_setting("number", &next.to_string()).await
            })
        })
        .await
}

async fn number(store: &Store) -> String {
    let read = store.read(|tx| Box::pin(async move { tx.setting("number").await }));
    let read: Stored<_> = read.await;
    read.unwrap().unwrap_or_default()
}

on_both_databases! {
    async fn a_number_read_and_written_by_many_is_never_lost(database) {
        add_one(&database.store).await.unwrap();
        let other = database.opened_again().await;
        let mut tasks = tokio::task::JoinSet::new();
        for turn in 0..40 {
            let store = if turn % 2 == 0 { database.store.clone() } else { other.clone() };
            tasks.spawn(async move {
                // Forty in a queue for one row: who is told `Busy` asks again.
                while let Err(StoreError::Busy) = add_one(&store).await {}
            });
        }
        tasks.join_all().await;
        assert_eq!(number(&database.store).await, "41");
    }

    async fn a_single_statement_commits_by_itself(database) {
        let put = database.store.write_at(Isolation::Single, (), |tx, ()| {
            Box::pin(async move { tx.put_setting("number", "7").await })
        });
        let put: Stored<()> = put.await;
        put.unwrap();
        assert_eq!(number(&database.opened_again().await).await, "7");
        add_one(&database.store).await.unwrap();
        assert_eq!(number(&database.store).await, "8");
    }

    async fn a_document_that_stays_anothers_is_an_answer_and_no_busy_database(database) {
        let holder = owner_row();
        let other = OwnerRow {
            id: backend::clock::fresh_id(),
            document_key: Some("11111111-1".to_owned()),
            ..owner_row()
        };
        let rows = [holder.clone(), other.clone()];
        let added: Stored<bool> = database
            .store
            .write_with(rows, |tx, rows| Box::pin(async move { tx.insert_owners(rows).await }))
            .await;
        assert!(added.unwrap());
        let taking = OwnerRow { document_key: holder.document_key, ..other };
        let taken: Stored<()> = database
            .store
            .write_with(taking, |tx, row| Box::pin(async move { tx.update_owner(row).await }))
            .await;
        let error = taken.unwrap_err();
        assert!(error.broken_unique().is_some() && !error.is_conflict(), "{error:?}");
    }

    async fn a_thousand_cancelled_writes_leave_no_transaction_open(database) {
        for round in 0..1_000u64 {
            let store = database.store.clone();
            let request = tokio::spawn(async move {
                let written: Stored<()> = store
                    .write_with(round, |tx, round| {
                        Box::pin(async move {
                            tx.put_setting(&format!("first {round}"), "x").await?;
                            tx.put_setting(&format!("second {round}"), "x").await
                        })
                    })
                    .await;
                written
            });
            tokio::time::sleep(Duration::from_micros(round % 40 * 25)).await;
            request.abort();
        }
        let done: Stored<()> = database
            .store
            .write(|tx| Box::pin(async move { tx.put_setting("after", "x").await }))
            .await;
        done.unwrap();
        // What was begun in its own task ends by itself; give the last ones a moment.
        let idle = "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        if database.store.engine() == Engine::Postgres {
            for _ in 0..100 {
                if database.number(idle).await == 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert_eq!(database.number(idle).await, 0);
        }
        let halves = "SELECT COUNT(*) FROM setting AS one WHERE key LIKE 'first %' AND NOT EXISTS
            (SELECT 1 FROM setting AS two WHERE two.key = REPLACE(one.key, 'first', 'second'))";
        assert_eq!(database.number(halves).await, 0);
        assert_eq!(number(&database.store).await, "");
    }

    async fn an_error_rolls_everything_back(database) {
        let refused: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    tx.put_setting("number", "1").await?;
                    Err(StoreError::Inconsistent("on purpose"))
                })
            })
            .await;
        assert!(matches!(refused, Err(StoreError::Inconsistent("on purpose"))));
        assert_eq!(number(&database.store).await, "");
    }

    async fn a_bad_record_rolls_back_alone(database) {
        let done: Stored<()> = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    tx.put_setting("number", "1").await?;
                    tx.savepoint().await?;
                    tx.put_setting("number", "2").await?;
                    let key = crate::it::story_foundation::key("documents", 1);
                    tx.insert_key(&key).await?;
                    let taken = tx.insert_key(&key).await.unwrap_err();
                    assert!(taken.is_unique_violation() && !taken.is_conflict(), "{taken}");
                    tx.rollback_to().await?;
                    tx.savepoint().await?;
                    tx.put_setting("other", "3").await?;
                    tx.release().await
                })
            })
            .await;
        done.unwrap();
        assert_eq!(number(&database.store).await, "1");
        assert_eq!(database.number("SELECT COUNT(*) FROM signing_key").await, 0);
        assert_eq!(database.number("SELECT COUNT(*) FROM setting").await, 2);
    }

    async fn a_panic_reaches_the_caller_and_keeps_nothing(database) {
        let store = database.store.clone();
        let panicked = tokio::spawn(async move {
            let done: Stored<()> = store
                .write(|tx| {
                    Box::pin(async move {
                        tx.put_setting("number", "1").await?;
                        panic!("on purpose")
                    })
                })
                .await;
            done
        })
        .await;
        assert!(panicked.unwrap_err().is_panic());
        assert_eq!(number(&database.store).await, "");
        add_one(&database.store).await.unwrap();
        assert_eq!(number(&database.store).await, "1");
    }

    async fn a_reader_sees_one_state_and_cannot_write(database) {
        let (store, seen) = (database.store.clone(), database.store.clone());
        let read: Stored<(Option<String>, Option<String>)> = store
            .read(move |tx| {
                Box::pin(async move {
                    let before = tx.setting("number").await?;
                    add_one(&seen).await?;
                    Ok((before, tx.setting("number").await?))
                })
            })
            .await;
        assert_eq!(read.unwrap(), (None, None));
        assert_eq!(number(&database.store).await, "1");
        let written: Stored<()> =
            store.read(|tx| Box::pin(async move { tx.put_setting("number", "9").await })).await;
        assert!(matches!(written, Err(StoreError::Database(_))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_serialisation_failure_runs_the_work_again() {
    let database = Database::postgres().await;
    add_one(&database.store).await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let facts = (database.store.clone(), runs.clone());
    let done: Stored<()> = database
        .store
        .write_with(facts, |tx, (store, runs)| {
            Box::pin(async move {
                let now = tx.setting("number").await?.unwrap_or_default();
                if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    // Somebody else is quicker: what was read no longer holds (SQLSTATE 40001).
                    add_one(store).await?;
                }
                tx.put_setting("number", &format!("{now} and more")).await
            })
        })
        .await;
    done.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(number(&database.store).await, "2 and more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn committed_isolation_waits_for_a_row_instead_of_failing() {
    let database = Database::postgres().await;
    let runs = Arc::new(AtomicU32::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let (store, runs) = (database.store.clone(), runs.clone());
        tasks.spawn(async move {
            let counted: Stored<_> = store
                .write_at(Isolation::Committed, runs, |tx, runs| {
                    Box::pin(async move {
                        runs.fetch_add(1, Ordering::SeqCst);
                        tx.count_up(b"one", 5, 0).await
                    })
                })
                .await;
            counted.unwrap()
        });
    }
    let counts = tasks.join_all().await;
    assert_eq!(counts.iter().map(|counted| counted.count).max(), Some(30));
    assert_eq!(runs.load(Ordering::SeqCst), 30);
}

#[tokio::test]
async fn two_processes_may_migrate_at_once() {
    let database = Database::postgres().await;
    database.raw("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
    let (one, two) = (database.opened_again().await, database.opened_again().await);
    let (one, two) = tokio::join!(one.migrate(), two.migrate());
    one.unwrap();
    two.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_written_is_folded_into_the_file_beside_the_writer() {
    const LONG: usize = 1 << 20;
    let database = Database::sqlite().await;
    let file = database.folder.join("huella.db");
    let size = || std::fs::metadata(&file).unwrap().len();
    let before = size();
    let put: Stored<()> = database
        .store
        .write_with("x".repeat(LONG), |tx, long| {
            Box::pin(async move { tx.put_setting("long", long).await })
        })
        .await;
    put.unwrap();
    // Too little for the writer to fold it by itself, and nobody closes the database.
    for _ in 0..200 {
        if size() >= before + LONG as u64 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(size() >= before + LONG as u64, "{before} bytes, then {}", size());
}
