//! Looks for the sessions behind cookies. Each request of somebody who is signed in makes one:
//! those that come while the database looks for others are looked for together, with one statement.
//! Who comes alone waits for nobody, and none is answered by what was read before it came.

use std::sync::{Arc, OnceLock};
use tokio::sync::{mpsc, oneshot};

use crate::store::vocabulary::people::HeldSessionRow;
use crate::store::{Store, StoreError};

/// Most sessions that one statement looks for.
const MOST: usize = 64;

/// A session that is looked for by the hash of its secret.
struct Look {
    hash: Vec<u8>,
    found: oneshot::Sender<Option<HeldSessionRow>>,
}

/// Who looks, and where.
struct Looking {
    store: Store,
    queue: mpsc::UnboundedSender<Look>,
}

/// The looks that wait. Cloning it shares them.
#[derive(Clone, Default)]
pub struct Looks(Arc<OnceLock<Looking>>);

impl Looks {
    /// The session of a secret, looked for alone or with others.
    ///
    /// # Errors
    /// A failed database.
    pub(super) async fn session(
        &self,
        store: &Store,
        hash: Vec<u8>,
    ) -> Result<Option<HeldSessionRow>, StoreError> {
        let looking = self.0.get_or_init(|| begin(store));
        if looking.store.is(store) {
            let (found, answered) = oneshot::channel();
            if looking.queue.send(Look { hash: hash.clone(), found }).is_ok()
                && let Ok(row) = answered.await
            {
                return Ok(row);
            }
        }
        // The look for all failed, or nobody looks any more.
        Ok(sessions(store, vec![hash]).await?.pop())
    }
}

/// The sessions of some secrets, by their hashes.
///
/// # Errors
/// A failed database.
pub(super) async fn sessions(
    store: &Store,
    hashes: Vec<Vec<u8>>,
) -> Result<Vec<HeldSessionRow>, StoreError> {
    store.glance(move |tx| Box::pin(async move { tx.sessions_by_hash(&hashes).await })).await
}

fn begin(store: &Store) -> Looking {
    let (queue, looks) = mpsc::unbounded_channel();
    tokio::spawn(work(store.clone(), looks));
    Looking { store: store.clone(), queue }
}

/// Looks for what waits until nobody can ask any more.
async fn work(store: Store, mut queue: mpsc::UnboundedReceiver<Look>) {
    let mut looks = Vec::new();
    while queue.recv_many(&mut looks, MOST).await > 0 {
        let hashes = looks.iter().map(|look| look.hash.clone()).collect();
        match sessions(&store, hashes).await {
            Ok(rows) => {
                for look in looks.drain(..) {
                    let row = rows.iter().find(|row| row.session.id_hash == look.hash);
                    // Who hung up does not hear it.
                    let _ = look.found.send(row.cloned());
                }
            }
            // Each looks by itself, and hears what failed.
            Err(_) => looks.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fresh_id;
    use crate::store::StoreOptions;
    use crate::store::vocabulary::people::SessionRow;
    use futures_util::future::join_all;

    fn session(number: u8) -> SessionRow {
        SessionRow {
            id: fresh_id(),
            id_hash: vec![number; 32],
            kind: "owner".to_owned(),
            subject_id: fresh_id(),
            created_at: 1,
            last_seen_at: 1,
            expires_at: 9,
            reauthenticated_at: None,
            user_agent: String::new(),
            revoked_at: None,
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_of_many_looks_finds_its_own_session_also_when_nobody_looks_any_more() {
        let folder = std::env::temp_dir().join(format!("huella-{}", fresh_id()));
        let open = async |name: &str| {
            let url = format!("sqlite:{}/{name}.db", folder.display());
            let store = Store::open(&StoreOptions::new(&url)).await.unwrap();
            store.migrate().await.unwrap();
            store
        };
        let (store, other) = (open("one").await, open("other").await);
        let rows: Vec<_> = (0..100).map(session).collect();
        let kept: Result<(), StoreError> = store
            .write_with(rows.clone(), |tx, rows| {
                Box::pin(async move {
                    for row in rows {
                        tx.insert_session(row).await?;
                    }
                    Ok(())
                })
            })
            .await;
        kept.unwrap();
        let looks = Looks::default();
        let found = |number: u8| looks.session(&store, vec![number; 32]);
        for (number, found) in join_all((0..200).map(found)).await.into_iter().enumerate() {
            let id = found.unwrap().map(|row| row.session.id);
            assert_eq!(id, rows.get(number).map(|row| row.id), "{number}");
        }
        let elsewhere = looks.session(&other, vec![1; 32]).await.unwrap();
        assert_eq!(elsewhere, None, "another database has another's sessions");
        store.close().await;
        assert!(looks.session(&store, vec![1; 32]).await.is_err(), "it says what failed");
        other.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
