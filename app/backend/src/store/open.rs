//! Opening a database: pools, pragmas, migrations.

use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Executor, Postgres, Sqlite};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::store::StoreError;
use crate::store::folding::Folding;
use crate::store::postgres::{PLANNING, SETTLE};
use crate::store::replica::Replica;

/// What to open, and how much of it.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// A replica of the same PostgreSQL database, for reads that may be some seconds old.
    pub read_url: Option<String>,
    /// Connections to each PostgreSQL server, 1 or more, beside the few for what is gathered.
    pub connections: u32,
    /// Connections that read a SQLite file, beside the one that writes; 1 or more.
    pub readers: u32,
    /// How long a unit of work waits for a connection, in milliseconds.
    pub patience_ms: u64,
    /// Whether a SQLite file that is missing is made, with its folder.
    pub may_create: bool,
}

impl StoreOptions {
    /// The usual sizes for the database at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            read_url: None,
            connections: 32,
            readers: 4,
            patience_ms: 30_000,
            may_create: true,
        }
    }
}

/// Which kind of database is behind a [`Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One file, one writer.
    Sqlite,
    /// PostgreSQL 15 or later, or an engine that speaks like it.
    Postgres,
}

/// An open database. Cloning it is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Arc<Pools>,
    /// It writes what was gathered from many.
    gathers: bool,
}

#[derive(Debug)]
pub(super) enum Pools {
    Sqlite {
        writer: sqlx::Pool<Sqlite>,
        readers: sqlx::Pool<Sqlite>,
        folding: Folding,
    },
    Postgres {
        primary: sqlx::Pool<Postgres>,
        /// The same server, for what was gathered from many.
        gathered: sqlx::Pool<Postgres>,
        replica: Option<Replica>,
    },
}

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Where the database keeps which migrations it has had.
const MIGRATED: &str = "_sqlx_migrations";

/// How long a read waits for a replica before the primary is asked.
const REPLICA_PATIENCE: Duration = Duration::from_secs(1);

/// Pages of SQLite's log after which a commit folds it itself: 64 MiB, should others write faster
/// than it is folded beside them.
const FOLDED_BY_A_WRITER: &str = "16000";

/// Connections to PostgreSQL for what is written together, as many as write it at a time. All
/// connections of a pool take turns: of many, hardly one has met a statement before, and each has
/// to be told it, and plans it anew until it has met it five times.
const GATHERED: u32 = 4;

/// How long a connection may have lain unused before it is tried.
const UNTRIED: Duration = Duration::from_millis(100);

/// How often each migration is tried, at most, when other processes migrate at the same time: any
/// of theirs may be in the way of a try.
const TRIES_OF_A_MIGRATION: usize = 4;

/// By how much longer each further try waits.
const MIGRATION_PAUSE: Duration = Duration::from_millis(50);

/// The number of the last migration of this version of the program, for either database.
#[must_use]
pub fn last_migration() -> i64 {
    SQLITE_MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

impl Store {
    /// Opens the database, making a missing SQLite file if it may. Call [`Store::migrate`] next.
    /// A replica is not waited for: it may be away now and come later.
    ///
    /// # Errors
    /// [`StoreError`] when the address is wrong or nothing answers there;
    /// [`StoreError::NoDatabase`] for a missing file that may not be made.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let pools = if options.url.starts_with("postgres") {
            let patience = Duration::from_millis(options.patience_ms);
            let connect = address(&options.url)?;
            let gathered = postgres_pool(GATHERED, patience).connect_lazy_with(connect.clone());
            let primary = postgres_pool(options.connections, patience).connect_with(connect);
            let replica = options.read_url.as_deref().map(|url| {
                let pool = postgres_pool(options.connections, REPLICA_PATIENCE.min(patience));
                Ok::<_, StoreError>(Replica::new(pool.connect_lazy_with(address(url)?)))
            });
            Pools::Postgres { replica: replica.transpose()?, gathered, primary: primary.await? }
        } else {
            open_sqlite(options).await?
        };
        Ok(Self { pools: Arc::new(pools), gathers: false })
    }

    /// Brings the tables up to this version of the program. Another process may do the same at
    /// the same moment: no lock is needed, the loser finds the work done.
    ///
    /// # Errors
    /// [`MigrateError`] when a migration fails, or the database is of a later version.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        let tries = TRIES_OF_A_MIGRATION * self.migrations().iter().count();
        let mut pause = Duration::ZERO;
        for _ in 1..tries {
            match self.migrate_once().await {
                Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) => {
                    pause += MIGRATION_PAUSE;
                    tokio::time::sleep(pause).await;
                }
                done => return done,
            }
        }
        self.migrate_once().await
    }

    async fn migrate_once(&self) -> Result<(), MigrateError> {
        let migrations = unlocked(self.migrations());
        match &*self.pools {
            Pools::Sqlite { writer, .. } => migrations.run(writer).await,
            Pools::Postgres { primary, .. } => migrations.run(primary).await,
        }
    }

    /// Whether this version of the program has a migration that the database, which has tables of
    /// ours, has not had.
    ///
    /// # Errors
    /// [`MigrateError`] when the database fails.
    pub async fn is_behind(&self) -> Result<bool, MigrateError> {
        let applied = match &*self.pools {
            Pools::Sqlite { writer, .. } => {
                let mut connection = writer.acquire().await?;
                connection.list_applied_migrations(MIGRATED).await?
            }
            Pools::Postgres { primary, .. } => {
                let mut connection = primary.acquire().await?;
                connection.list_applied_migrations(MIGRATED).await?
            }
        };
        let has_had = |version: i64| applied.iter().any(|migration| migration.version == version);
        Ok(!self.migrations().iter().all(|migration| has_had(migration.version)))
    }

    fn migrations(&self) -> &'static Migrator {
        match &*self.pools {
            Pools::Sqlite { .. } => &SQLITE_MIGRATIONS,
            Pools::Postgres { .. } => &POSTGRES_MIGRATIONS,
        }
    }

    /// Has the database look at what it holds, after many rows came at once: it plans by that.
    /// PostgreSQL does so by itself, a minute or more later; SQLite plans without.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails. What it holds is as it was.
    pub async fn settle(&self) -> Result<(), StoreError> {
        if let Pools::Postgres { primary, .. } = self.pools() {
            sqlx::query(SETTLE).execute(primary).await?;
        }
        Ok(())
    }

    /// Which kind of database this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &*self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Whether this is the same opened database, not another opening of it.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pools, &other.pools)
    }

    /// Closes every connection after its work; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        match &*self.pools {
            Pools::Sqlite { writer, readers, folding } => {
                readers.close().await;
                folding.close().await;
                writer.close().await;
            }
            Pools::Postgres { primary, gathered, replica } => {
                gathered.close().await;
                primary.close().await;
                if let Some(replica) = replica {
                    replica.close().await;
                }
            }
        }
    }

    /// The same database, for writing what was gathered from many.
    pub(crate) fn for_gathered(&self) -> Self {
        Self { gathers: true, ..self.clone() }
    }

    pub(super) fn pools(&self) -> &Pools {
        &self.pools
    }

    pub(super) const fn gathers(&self) -> bool {
        self.gathers
    }

    /// Says that something was committed.
    pub(super) fn note_written(&self) {
        if let Pools::Sqlite { folding, .. } = self.pools() {
            folding.tell();
        }
    }

    pub(super) fn replica(&self) -> Option<&Replica> {
        match self.pools() {
            Pools::Postgres { replica, .. } => replica.as_ref(),
            Pools::Sqlite { .. } => None,
        }
    }

    /// Whether the database has tables of ours: one that was never migrated has none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        let columns = self.read(|tx| Box::pin(async move { tx.catalogue().await })).await;
        columns.map(|columns| !columns.is_empty())
    }
}

/// The same migrations without an advisory lock, which not every PostgreSQL-like engine has.
fn unlocked(migrations: &Migrator) -> Migrator {
    let mut migrator = Migrator::with_migrations(migrations.iter().cloned().collect());
    migrator.set_locking(false);
    migrator
}

fn address(url: &str) -> Result<PgConnectOptions, StoreError> {
    let connect = PgConnectOptions::from_str(url)?;
    Ok(connect.application_name("huella").statement_cache_capacity(512))
}

/// Connections to one server. A connection that lay unused is tried before it is given out: the
/// server may have been started again meanwhile. One in steady use is not, which saves a message
/// to the server each time. None comes back within a transaction that a cancelled `begin` left open
/// (sqlx issue 4393), since all work runs in tasks that nobody cancels.
fn postgres_pool(connections: u32, patience: Duration) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(patience)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // An engine that does not know them plans as it does.
                let _ = connection.execute(PLANNING).await;
                Ok(())
            })
        })
        .before_acquire(|connection, about| {
            Box::pin(async move { Ok(about.idle_for < UNTRIED || connection.ping().await.is_ok()) })
        })
}

async fn open_sqlite(options: &StoreOptions) -> Result<Pools, StoreError> {
    let connect = SqliteConnectOptions::from_str(&options.url)?
        .foreign_keys(true)
        .busy_timeout(Duration::from_millis(options.patience_ms))
        .statement_cache_capacity(512)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-8000")
        .pragma("journal_size_limit", "67108864");
    let file = connect.get_filename().to_owned();
    if options.url.contains(":memory:") || options.url.contains("mode=memory") {
        let problem = "a SQLite database in memory cannot be shared by its connections";
        return Err(StoreError::Inconsistent(problem));
    }
    if options.may_create {
        if let Some(folder) = file.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(sqlx::Error::Io)?;
        }
        // Nobody else reads whose animals these are; what SQLite lays beside it becomes like it.
        let mut own = tokio::fs::OpenOptions::new();
        let made = own.append(true).create(true).mode(0o600).open(&file).await;
        made.map_err(sqlx::Error::Io)?;
    } else if !tokio::fs::try_exists(&file).await.map_err(sqlx::Error::Io)? {
        return Err(StoreError::NoDatabase(file));
    }
    let patience = Duration::from_millis(options.patience_ms);
    let writing = connect
        .clone()
        .create_if_missing(options.may_create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", FOLDED_BY_A_WRITER)
        .optimize_on_close(true, 400);
    let folding = connect.clone().synchronous(SqliteSynchronous::Full);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(patience)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(writing)
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers)
        .acquire_timeout(patience)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(connect.read_only(true))
        .await?;
    let folding = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(folding);
    Ok(Pools::Sqlite { writer, readers, folding: Folding::begin(folding) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_has_one_number_for_both_databases() {
        let numbers = |migrations: &Migrator| -> Vec<i64> {
            migrations.iter().map(|migration| migration.version).collect()
        };
        assert_eq!(numbers(&SQLITE_MIGRATIONS), numbers(&POSTGRES_MIGRATIONS));
        assert_eq!(numbers(&POSTGRES_MIGRATIONS).last(), Some(&last_migration()));
    }
}
