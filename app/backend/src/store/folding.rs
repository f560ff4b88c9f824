//! Folding SQLite's write-ahead log into the file, beside whoever writes.
//!
//! By itself SQLite does it within the commit that makes a thousand pages full: whoever asked for
//! that one waits until they are written at as many places, the longer the larger the file is. Here
//! a connection of its own does it while others write. What is committed is in the log and safe
//! there; nothing depends on when it is folded.

use sqlx::Sqlite;
use std::time::Duration;
use tokio::sync::mpsc;

use crate::store::sqlite;

/// How long what is written gathers first: a page that was written often is then copied once.
const GATHERING: Duration = Duration::from_millis(250);

/// Who folds, and how it is told that there is something to fold.
#[derive(Debug)]
pub(super) struct Folding {
    pool: sqlx::Pool<Sqlite>,
    written: mpsc::Sender<()>,
}

impl Folding {
    /// Begins to fold with the one connection of a pool, until this value is gone.
    pub(super) fn begin(pool: sqlx::Pool<Sqlite>) -> Self {
        let (written, told) = mpsc::channel(1);
        tokio::spawn(fold(pool.clone(), told));
        Self { pool, written }
    }

    /// Says that something was written.
    pub(super) fn tell(&self) {
        // One word that waits is enough for all.
        let _ = self.written.try_send(());
    }

    /// Ends after what is being folded.
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

async fn fold(pool: sqlx::Pool<Sqlite>, mut written: mpsc::Receiver<()>) {
    while written.recv().await.is_some() {
        tokio::time::sleep(GATHERING).await;
        // All that was told until here is folded now.
        let _ = written.try_recv();
        match sqlx::raw_sql(sqlite::FOLD).execute(&pool).await {
            Ok(_) => {}
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::warn!(%error, "the log could not be folded; it will be later"),
        }
    }
}
