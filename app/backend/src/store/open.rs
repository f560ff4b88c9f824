//! Opening a database: pools, pragmas, migrations.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Postgres, Sqlite};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::store::{StoreError, postgres};

/// What to open, and how much of it.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// A replica of the same PostgreSQL database, for reads that may be some seconds old.
    pub read_url: Option<String>,
    /// Connections to each PostgreSQL server, 1 or more.
    pub connections: u32,
    /// Connections that read a SQLite file, beside the one that writes; 1 or more.
    pub readers: u32,
    /// How long a unit of work waits for a connection, in milliseconds.
    pub patience_ms: u64,
}

impl StoreOptions {
    /// The usual sizes for the database at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), read_url: None, connections: 32, readers: 4, patience_ms: 30_000 }
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
}

#[derive(Debug)]
pub(super) enum Pools {
    Sqlite { writer: sqlx::Pool<Sqlite>, readers: sqlx::Pool<Sqlite> },
    Postgres { primary: sqlx::Pool<Postgres>, replica: Option<sqlx::Pool<Postgres>> },
}

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How often a migration is tried when another process migrates at the same time.
const MIGRATION_TRIES: u32 = 5;

impl Store {
    /// Opens the database, making a missing SQLite file. Call [`Store::migrate`] next.
    ///
    /// # Errors
    /// [`StoreError`] when the address is wrong or nothing answers there.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let pools = if options.url.starts_with("postgres") {
            let primary = open_postgres(&options.url, options).await?;
            let replica = match &options.read_url {
                Some(url) => Some(open_postgres(url, options).await?),
                None => None,
            };
            Pools::Postgres { primary, replica }
        } else {
            open_sqlite(options).await?
        };
        Ok(Self { pools: Arc::new(pools) })
    }

    /// Brings the tables up to this version of the program. Another process may do the same at
    /// the same moment: no lock is needed, the loser finds the work done.
    ///
    /// # Errors
    /// [`MigrateError`] when a migration fails, or the database is of a later version.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        let mut tries = 1;
        loop {
            match self.migrate_once().await {
                Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..))
                    if tries < MIGRATION_TRIES =>
                {
                    tokio::time::sleep(Duration::from_millis(u64::from(50 * tries))).await;
                    tries += 1;
                }
                done => return done,
            }
        }
    }

    async fn migrate_once(&self) -> Result<(), MigrateError> {
        match &*self.pools {
            Pools::Sqlite { writer, .. } => unlocked(&SQLITE_MIGRATIONS).run(writer).await,
            Pools::Postgres { primary, .. } => unlocked(&POSTGRES_MIGRATIONS).run(primary).await,
        }
    }

    /// Which kind of database this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &*self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Closes every connection after its work; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        match &*self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { primary, replica } => {
                primary.close().await;
                if let Some(replica) = replica {
                    replica.close().await;
                }
            }
        }
    }

    pub(super) fn pools(&self) -> &Pools {
        &self.pools
    }
}

/// The same migrations without an advisory lock, which not every PostgreSQL-like engine has.
fn unlocked(migrations: &Migrator) -> Migrator {
    let mut migrator = Migrator::with_migrations(migrations.iter().cloned().collect());
    migrator.set_locking(false);
    migrator
}

async fn open_postgres(
    url: &str,
    options: &StoreOptions,
) -> Result<sqlx::Pool<Postgres>, StoreError> {
    let connect =
        PgConnectOptions::from_str(url)?.application_name("huella").statement_cache_capacity(512);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(Duration::from_millis(options.patience_ms))
        // Every connection is tried when it comes back, which is enough.
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(postgres::END_ANY).execute(&mut *connection).await?;
                Ok(true)
            })
        })
        .connect_with(connect)
        .await?;
    Ok(pool)
}

async fn open_sqlite(options: &StoreOptions) -> Result<Pools, StoreError> {
    let connect = SqliteConnectOptions::from_str(&options.url)?
        .foreign_keys(true)
        .busy_timeout(Duration::from_millis(options.patience_ms))
        .statement_cache_capacity(512)
        .pragma("mmap_size", "268435456")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-8000")
        .pragma("journal_size_limit", "67108864");
    let file = connect.get_filename().to_owned();
    if options.url.contains(":memory:") || options.url.contains("mode=memory") {
        let problem = "a SQLite database in memory cannot be shared by its connections";
        return Err(StoreError::Inconsistent(problem));
    }
    if let Some(folder) = file.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(sqlx::Error::Io)?;
    }
    let patience = Duration::from_millis(options.patience_ms);
    let writing = connect
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .optimize_on_close(true, 400);
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
    Ok(Pools::Sqlite { writer, readers })
}
