//! Fresh databases for tests: a SQLite file, and a database in the cluster whose address is in
//! `HUELLA_TEST_POSTGRES_URL`. Without a cluster the tests on PostgreSQL fail; none is skipped.

use backend::store::{Engine, Store, StoreError, StoreOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// Makes one test for each database from one body: `name::on_sqlite` and `name::on_postgres`.
macro_rules! on_both_databases {
    ($( $(#[$doc:meta])* async fn $name:ident($database:ident) $body:block )*) => { $(
        $(#[$doc])*
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                let $database = crate::it::databases::Database::sqlite().await;
                $body
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() {
                let $database = crate::it::databases::Database::postgres().await;
                $body
            }
        }
    )* };
}

/// The variable with the superuser's address of a cluster.
const CLUSTER: &str = "HUELLA_TEST_POSTGRES_URL";

/// The migrated, empty database of a cluster that those of its tests are copies of: to migrate each
/// is most of what a short test does.
const MODEL: &str = "test_model";

/// A fresh, migrated database. Dropping it deletes its folder, and it from the cluster: a thousand
/// of them would fill a small disk.
pub struct Database {
    /// The open database.
    pub store: Store,
    /// Its address.
    pub url: String,
    /// A folder of its own.
    pub folder: PathBuf,
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if self.store.engine() == Engine::Postgres {
            let url = self.url.clone();
            // Beside the runtime, since a destructor cannot wait in one.
            let _ = std::thread::spawn(move || taken_out(&url)).join();
        }
    }
}

impl Database {
    /// A SQLite file in a folder of its own.
    pub async fn sqlite() -> Self {
        let folder = fresh_folder();
        let url = format!("sqlite:{}/huella.db", folder.display());
        Self::open(url, folder).await
    }

    /// A database of its own in the cluster.
    pub async fn postgres() -> Self {
        let cluster = std::env::var(CLUSTER).unwrap_or_default();
        let how = "is not set; run the tests through `cargo xtask postgres -- …`";
        assert!(!cluster.is_empty(), "{CLUSTER} {how}");
        let name = format!("test_{}", backend::clock::fresh_id().simple());
        let mut admin = PgConnection::connect(&cluster).await.unwrap();
        let (server, _) = cluster.rsplit_once('/').unwrap();
        make_model(&mut admin, server).await;
        told(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {MODEL}")).await;
        Self::open(format!("{server}/{name}"), fresh_folder()).await
    }

    async fn open(url: String, folder: PathBuf) -> Self {
        let store = open(&url).await;
        store.migrate().await.unwrap();
        Self { store, url, folder }
    }

    /// The same database opened again, as by another process.
    pub async fn opened_again(&self) -> Store {
        open(&self.url).await
    }

    /// An empty database of the other kind or the same.
    pub async fn fresh(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::sqlite().await,
            Engine::Postgres => Self::postgres().await,
        }
    }

    /// Runs statements behind the program's back; answers how many rows they touched.
    pub async fn raw(&self, sql: &str) -> u64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self.store.engine() {
            Engine::Sqlite => {
                let mut db = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut db).await.unwrap().rows_affected()
            }
            Engine::Postgres => {
                let mut db = PgConnection::connect(&self.url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut db).await.unwrap().rows_affected()
            }
        }
    }

    /// The one number that a statement answers.
    pub async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self.store.engine() {
            Engine::Sqlite => {
                let mut db = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
            }
            Engine::Postgres => {
                let mut db = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
            }
        }
    }
}

/// Makes the model unless it is there. It has its name when it is whole, and whoever comes
/// meanwhile, from whichever process, waits.
async fn make_model(admin: &mut PgConnection, server: &str) {
    told(admin, "SELECT pg_advisory_lock(1)".to_owned()).await;
    let there = "SELECT COUNT(*) FROM pg_database WHERE datname = $1";
    let models: i64 = sqlx::query_scalar(there).bind(MODEL).fetch_one(&mut *admin).await.unwrap();
    if models == 0 {
        let draft = format!("{MODEL}_draft");
        told(admin, format!("CREATE DATABASE {draft}")).await;
        let store = open(&format!("{server}/{draft}")).await;
        store.migrate().await.unwrap();
        store.close().await;
        told(admin, format!("ALTER DATABASE {draft} RENAME TO {MODEL}")).await;
    }
    told(admin, "SELECT pg_advisory_unlock(1)".to_owned()).await;
}

async fn told(admin: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(admin).await.unwrap();
}

/// Takes a database out of its cluster, whoever still has it open.
fn taken_out(url: &str) -> Option<()> {
    let (server, name) = url.rsplit_once('/')?;
    let cluster = format!("{server}/postgres");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async {
        let mut admin = PgConnection::connect(&cluster).await.ok()?;
        let statement = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
        sqlx::raw_sql(statement).execute(&mut admin).await.ok()?;
        Some(())
    })
}

async fn open(url: &str) -> Store {
    let options = StoreOptions { connections: 10, ..StoreOptions::new(url) };
    Store::open(&options).await.unwrap()
}

fn fresh_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("huella-{}", backend::clock::fresh_id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test]
async fn a_database_leaves_its_cluster_with_its_test() {
    let database = Database::postgres().await;
    let (server, name) = database.url.rsplit_once('/').unwrap();
    let (cluster, name) = (format!("{server}/postgres"), name.to_owned());
    let mut admin = PgConnection::connect(&cluster).await.unwrap();
    let held = "SELECT COUNT(*) FROM pg_database WHERE datname = $1";
    let before: i64 = sqlx::query_scalar(held).bind(&name).fetch_one(&mut admin).await.unwrap();
    drop(database);
    let after: i64 = sqlx::query_scalar(held).bind(&name).fetch_one(&mut admin).await.unwrap();
    assert_eq!((before, after), (1, 0), "a thousand of them would fill a small disk");
}

/// The error type of tests that only ask the store.
pub type Stored<T> = Result<T, StoreError>;

#[tokio::test]
async fn a_file_of_a_database_is_for_its_owner_only() {
    let database = Database::sqlite().await;
    database.number("SELECT COUNT(*) FROM owner").await;
    let mut files = 0;
    for file in std::fs::read_dir(&database.folder).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?}");
        files += 1;
    }
    assert!(files > 0, "there is a file");
}
