//! The history's chains: appended, sealed, erased lawfully; tampering is named.

use backend::actor::Actor;
use backend::history::{self, Entry, Problem, Report, Subject};
use backend::store::{Engine, Store};
use domain::id::{AnimalId, OwnerId};
use domain::timestamp::Timestamp;
use std::collections::HashSet;
use uuid::Uuid;

use crate::it::databases::Database;
use crate::it::keys::keys;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn animal(number: u128) -> Subject {
    Subject::Animal(AnimalId(Uuid::from_u128(number)))
}

fn entry(subject: Subject, name: &str) -> Entry {
    let body = serde_json::json!({ "name": name });
    Entry::new(subject, "renamed", Actor::System, NOW, &body).unwrap()
}

async fn append(store: &Store, subjects: &[Subject]) {
    let entries: Vec<_> = subjects.iter().map(|subject| entry(*subject, "Ñandú")).collect();
    let done = store.write_with(entries, |tx, entries| {
        Box::pin(async move { history::append_many(tx, entries, &HashSet::new()).await })
    });
    done.await.unwrap();
}

/// Three chains of two, three and one links, sealed; the first has one more, unsealed.
async fn told(database: &Database) {
    let owner = Subject::Owner(OwnerId(Uuid::from_u128(3)));
    append(&database.store, &[animal(1), animal(2), animal(1), animal(2), owner, animal(2)]).await;
    let sealed = history::seal_now(&database.store, &keys(database).await, NOW).await.unwrap();
    assert_eq!(sealed, Some(1));
    append(&database.store, &[animal(1)]).await;
}

async fn verified(database: &Database) -> Report {
    history::verify(&database.store, &keys(database).await).await.unwrap()
}

/// The one finding: kind, place, problem.
async fn found(database: &Database) -> (String, i64, Problem) {
    let report = verified(database).await;
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    let finding = report.findings[0].clone();
    (finding.kind, finding.sequence, finding.problem)
}

/// The condition that names chain 2, in the database's own words.
fn chain_two(database: &Database) -> &'static str {
    match database.store.engine() {
        Engine::Sqlite => "subject_kind = 'animal' AND HEX(subject_id) LIKE '%2'",
        Engine::Postgres => "subject_kind = 'animal' AND subject_id::TEXT LIKE '%2'",
    }
}

async fn tamper(database: &Database, statement: &str) {
    told(database).await;
    let sql = statement.replace("CHAIN_TWO", chain_two(database));
    assert_ne!(database.raw(&sql).await, 0, "{sql} touched nothing");
}

on_both_databases! {
    async fn an_untouched_history_is_whole(database) {
        told(&database).await;
        let report = verified(&database).await;
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.links, report.chains, report.checkpoints), (7, 3, 1));
        assert_eq!((report.erased, report.unsealed), (0, 1));
    }

    async fn the_first_altered_link_is_named(database) {
        tamper(&database, "UPDATE history SET at = at + 1 WHERE CHAIN_TWO AND sequence >= 2").await;
        assert_eq!(found(&database).await, ("animal".to_owned(), 2, Problem::Altered));
    }

    async fn an_altered_body_is_named(database) {
        let zeros = "UPDATE history_body SET body = salt WHERE CHAIN_TWO AND sequence = 3";
        tamper(&database, zeros).await;
        assert_eq!(found(&database).await, ("animal".to_owned(), 3, Problem::BodyAltered));
    }

    async fn a_body_that_vanished_is_no_erasure(database) {
        tamper(&database, "DELETE FROM history_body WHERE CHAIN_TWO AND sequence = 1").await;
        assert_eq!(found(&database).await, ("animal".to_owned(), 1, Problem::BodyMissing));
    }

    async fn a_link_missing_between_others_is_named(database) {
        tamper(&database, "DELETE FROM history WHERE CHAIN_TWO AND sequence = 2").await;
        assert_eq!(found(&database).await, ("animal".to_owned(), 2, Problem::Missing));
    }

    async fn a_missing_tail_is_named(database) {
        tamper(&database, "DELETE FROM history WHERE CHAIN_TWO AND sequence = 3").await;
        assert_eq!(found(&database).await, ("animal".to_owned(), 3, Problem::TailMissing));
    }

    async fn a_missing_chain_is_named(database) {
        tamper(&database, "DELETE FROM history WHERE CHAIN_TWO").await;
        assert_eq!(found(&database).await, ("animal".to_owned(), 3, Problem::ChainMissing));
    }

    async fn an_altered_checkpoint_is_named(database) {
        tamper(&database, "UPDATE checkpoint SET at = at + 1").await;
        assert_eq!(found(&database).await, ("checkpoint".to_owned(), 1, Problem::BadSignature));
    }

    async fn an_altered_list_of_heads_is_named(database) {
        tamper(&database, "DELETE FROM checkpoint_head WHERE CHAIN_TWO").await;
        assert_eq!(found(&database).await, ("checkpoint".to_owned(), 1, Problem::Altered));
    }

    async fn a_missing_checkpoint_is_named(database) {
        told(&database).await;
        history::seal_now(&database.store, &keys(&database).await, NOW).await.unwrap();
        database.raw("DELETE FROM checkpoint_head WHERE checkpoint = 1").await;
        database.raw("DELETE FROM checkpoint WHERE sequence = 1").await;
        let report = verified(&database).await;
        let first = &report.findings[0];
        assert_eq!((first.sequence, first.problem), (1, Problem::Missing));
    }

    async fn a_last_checkpoint_that_was_deleted_is_named(database) {
        told(&database).await;
        history::seal_now(&database.store, &keys(&database).await, NOW).await.unwrap();
        database.raw("DELETE FROM checkpoint_head WHERE checkpoint = 2").await;
        database.raw("DELETE FROM checkpoint WHERE sequence = 2").await;
        assert_eq!(found(&database).await, ("checkpoint".to_owned(), 2, Problem::Missing));
        database.raw("DELETE FROM checkpoint_head").await;
        database.raw("DELETE FROM checkpoint").await;
        assert_eq!(found(&database).await, ("checkpoint".to_owned(), 1, Problem::Missing));
    }

    /// Its heads alone seal nothing: no signature is over them any more.
    async fn a_last_checkpoint_that_left_its_heads_is_named(database) {
        told(&database).await;
        history::seal_now(&database.store, &keys(&database).await, NOW).await.unwrap();
        let passing = match database.store.engine() {
            Engine::Sqlite => "PRAGMA foreign_keys = OFF",
            Engine::Postgres => {
                "ALTER TABLE checkpoint_head DROP CONSTRAINT checkpoint_head_checkpoint_fkey"
            }
        };
        database.raw(&format!("{passing}; DELETE FROM checkpoint WHERE sequence = 2")).await;
        assert_eq!(found(&database).await, ("checkpoint".to_owned(), 2, Problem::Missing));
    }

    async fn an_erased_chain_is_told_as_erased(database) {
        told(&database).await;
        let erased = database
            .store
            .write(|tx| {
                Box::pin(async move {
                    history::erase(
                        tx,
                        animal(2),
                        "supresión pedida por el titular",
                        Actor::System,
                        NOW,
                    )
                    .await
                })
            })
            .await;
        assert_eq!(erased.unwrap(), 3);
        let report = verified(&database).await;
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.erased, report.links), (3, 8));
    }

    async fn a_checkpoint_is_due_after_an_hour_or_a_thousand_links(database) {
        let keys = keys(&database).await;
        assert_eq!(history::seal(&database.store, &keys, NOW).await.unwrap(), None);
        append(&database.store, &[animal(1)]).await;
        let (store, hour) = (&database.store, history::INTERVAL_MS);
        assert_eq!(history::seal(store, &keys, NOW.plus_ms(hour - 1)).await.unwrap(), None);
        assert_eq!(history::seal(store, &keys, NOW.plus_ms(hour)).await.unwrap(), Some(1));
        append(store, &vec![animal(4); 1_000]).await;
        assert_eq!(history::seal(store, &keys, NOW).await.unwrap(), Some(2));
        assert_eq!(history::seal_now(store, &keys, NOW).await.unwrap(), None);
        assert!(verified(&database).await.is_whole());
    }

    /// One checkpoint takes so many chains at most, so that the one writer is soon free again.
    async fn many_chains_are_sealed_in_several_checkpoints(database) {
        let (store, keys) = (&database.store, keys(&database).await);
        let many: Vec<_> = (1..=2_100).map(animal).collect();
        append(store, &many[..2_000]).await;
        append(store, &many[50..]).await;
        assert_eq!(history::seal(store, &keys, NOW).await.unwrap(), Some(9));
        for (number, heads) in (1..=9).zip([250; 8].into_iter().chain([100])) {
            let of = format!("SELECT COUNT(*) FROM checkpoint_head WHERE checkpoint = {number}");
            assert_eq!(database.number(&of).await, heads, "checkpoint {number}");
        }
        let report = verified(&database).await;
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.links, report.unsealed), (4_050, 0));
    }

    /// As many chains as one checkpoint takes were deleted while they waited for one.
    async fn chains_that_are_gone_hold_up_no_other(database) {
        let (store, keys) = (&database.store, keys(&database).await);
        let many: Vec<_> = (1..=250).map(animal).collect();
        append(store, &many).await;
        database.raw("DELETE FROM history").await;
        append(store, &[animal(251)]).await;
        assert_eq!(history::seal_now(store, &keys, NOW).await.unwrap(), Some(1));
        let heads = "SELECT COUNT(*) FROM checkpoint_head";
        assert_eq!(database.number(heads).await, 1);
        assert_eq!(verified(&database).await.unsealed, 0, "nothing waits any more");
    }

    async fn what_is_sealed_while_others_append_leaves_no_link_out(database) {
        let (store, keys) = (database.store.clone(), keys(&database).await);
        let others = tokio::spawn(async move {
            for _ in 0..60 {
                append(&store, &[animal(1), animal(2)]).await;
            }
        });
        while !others.is_finished() {
            history::seal_now(&database.store, &keys, NOW).await.unwrap();
        }
        others.await.unwrap();
        history::seal_now(&database.store, &keys, NOW).await.unwrap();
        let report = verified(&database).await;
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.links, report.unsealed), (120, 0));
    }

    async fn many_may_append_to_one_chain_at_once(database) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = database.store.clone();
            tasks.spawn(async move { append(&store, &[animal(1), animal(2)]).await });
        }
        tasks.join_all().await;
        let report = verified(&database).await;
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.links, report.chains), (16, 2));
    }
}
