//! Units of work: transactions that a dropped request cannot leave half-way.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use std::future::Future;
use std::time::Duration;
use tracing::Instrument;

use crate::store::open::Pools;
use crate::store::replica::Replica;
use crate::store::{Store, StoreError, Work, postgres, sqlite};

/// An open unit of work. Its methods are the vocabulary of the store, in `store/vocabulary/`.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    /// Set when a statement failed because another transaction was in the way.
    conflicted: bool,
    /// Set when a statement failed for whatever reason of the database's.
    failed: bool,
    /// Queries asked so far.
    asked: u32,
    /// It was tried so often that a value taken by another row is taken for good.
    has_waited: bool,
}

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
    SqliteOnce(PoolConnection<Sqlite>),
    PostgresOnce(PoolConnection<Postgres>),
}

/// The connection below a unit of work, for the vocabulary.
pub(super) enum Held<'t> {
    Sqlite(&'t mut SqliteConnection),
    Postgres(&'t mut PgConnection),
}

/// What the statements of one write see of others on PostgreSQL. SQLite has one writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// One state for all statements (REPEATABLE READ): facts read before a decision still hold
    /// when it is written, else the work is run again.
    Snapshot,
    /// Each statement sees what was committed before it (READ COMMITTED), and waits for a row
    /// that another holds: for counters, leases and conditional updates of much used rows.
    Committed,
    /// No transaction at all: the work is one statement, which commits itself.
    Single,
}

/// How often a unit of work is tried before its conflict is told to the caller.
const TRIES: u32 = 12;

/// How often a value that is another row's may be a race: after it, it is an answer.
const RACE_TRIES: u32 = 4;

/// The longest first pause between two tries; it doubles up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u32 = 4;
/// The longest pause between two tries.
const LONGEST_PAUSE_MS: u32 = 250;

impl Store {
    /// Runs `work` in one write transaction: commits its `Ok`, rolls back its `Err`.
    ///
    /// It runs in a task of its own, so a dropped caller neither cancels it nor leaves a
    /// transaction open. It may run several times when other transactions are in the way, so it
    /// must have no effect outside the transaction.
    ///
    /// # Errors
    /// What `work` answers, or `E::from` a [`StoreError`] of the transaction itself.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_at(Isolation::Snapshot, (), move |tx, ()| work(tx)).await
    }

    /// The same with `facts` lent to every run, so that `work` need not clone what it needs.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_with<C, T, E, F>(&self, facts: C, work: F) -> Result<T, E>
    where
        C: Send + Sync + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t C) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.write_at(Isolation::Snapshot, facts, work).await
    }

    /// The same at a chosen [`Isolation`].
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_at<C, T, E, F>(&self, at: Isolation, facts: C, work: F) -> Result<T, E>
    where
        C: Send + Sync + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t C) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        apart(async move {
            let mut tries = 1;
            loop {
                let mut tx = store.begin_write(at).await?;
                tx.has_waited = tries > RACE_TRIES;
                let answer = work(&mut tx, &facts).await;
                match tx.finish(answer).await {
                    Attempt::Done(answer) => {
                        store.note_written();
                        return answer;
                    }
                    Attempt::Conflict if tries == TRIES => return Err(StoreError::Busy.into()),
                    Attempt::Conflict => pause(tries).await,
                }
                tries += 1;
            }
        })
        .await
    }

    /// Runs `work` on one state of the database, without writing.
    ///
    /// # Errors
    /// What `work` answers, or `E::from` a [`StoreError`] of the transaction itself.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.read_from(Source::Fresh, work).await
    }

    /// The same where an answer some seconds old does no harm: from the replica when there is one.
    /// When the replica is away, or takes the rows from under the reader (SQLSTATE 40001 on a
    /// standby), the same work is run on the primary, and the replica is left alone for a while.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn read_stale<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        apart(async move {
            if let Some(replica) = store.replica()
                && let Some(answer) = read_on(replica, &work).await
            {
                return answer;
            }
            let mut tx = store.begin_read(Source::Fresh).await?;
            let answer = work(&mut tx).await;
            tx.leave().await;
            answer
        })
        .await
    }

    /// Runs a single reading statement without a transaction around it: three messages to the
    /// server fewer than [`Store::read`]. Several statements would each see another state.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn glance<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.read_from(Source::Single, work).await
    }

    async fn read_from<T, E, F>(&self, source: Source, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        apart(async move {
            let mut tx = store.begin_read(source).await?;
            let answer = work(&mut tx).await;
            tx.leave().await;
            answer
        })
        .await
    }

    async fn begin_write(&self, at: Isolation) -> Result<Tx, StoreError> {
        let inner = match self.pools() {
            Pools::Sqlite { writer, .. } => match at {
                Isolation::Single => Inner::SqliteOnce(writer.acquire().await?),
                Isolation::Snapshot | Isolation::Committed => {
                    Inner::Sqlite(writer.begin_with(sqlite::BEGIN_WRITE).await?)
                }
            },
            Pools::Postgres { primary, gathered, .. } => {
                let pool = if self.gathers() { gathered } else { primary };
                match at {
                    Isolation::Single => Inner::PostgresOnce(pool.acquire().await?),
                    Isolation::Snapshot => {
                        Inner::Postgres(begin(pool, postgres::BEGIN_WRITE).await?)
                    }
                    Isolation::Committed => {
                        Inner::Postgres(begin(pool, postgres::BEGIN_COMMITTED).await?)
                    }
                }
            }
        };
        Ok(Tx::new(inner))
    }

    async fn begin_read(&self, source: Source) -> Result<Tx, StoreError> {
        let inner = match (self.pools(), source) {
            (Pools::Sqlite { readers, .. }, Source::Single) => {
                Inner::SqliteOnce(readers.acquire().await?)
            }
            (Pools::Sqlite { readers, .. }, _) => {
                Inner::Sqlite(readers.begin_with(sqlite::BEGIN_READ).await?)
            }
            (Pools::Postgres { primary, .. }, Source::Single) => {
                Inner::PostgresOnce(primary.acquire().await?)
            }
            (Pools::Postgres { primary, .. }, Source::Fresh) => {
                Inner::Postgres(begin(primary, postgres::BEGIN_READ).await?)
            }
        };
        Ok(Tx::new(inner))
    }
}

/// Begins a transaction. A connection that broke while it lay in the pool, as when the server was
/// started again, is thrown away and the next one taken; there are no more of them than the pool
/// holds.
async fn begin(
    pool: &sqlx::Pool<Postgres>,
    how: &'static str,
) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut tries = pool.options().get_max_connections();
    loop {
        match pool.begin_with(how).await.map_err(StoreError::Database) {
            Err(error) if error.is_disconnection() && tries > 0 => tries -= 1,
            done => return done,
        }
    }
}

/// Runs `work` on the replica; nothing when the replica could not answer.
async fn read_on<T, E, F>(replica: &Replica, work: &F) -> Option<Result<T, E>>
where
    F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, E>,
{
    let begun = match begin(replica.pool()?, postgres::BEGIN_READ).await {
        Ok(begun) => begun,
        Err(error) => {
            replica.leave_alone(&error);
            return None;
        }
    };
    let mut tx = Tx::new(Inner::Postgres(begun));
    let answer = work(&mut tx).await;
    let failed = tx.failed;
    tx.leave().await;
    if failed && answer.is_err() {
        tracing::warn!("a read failed on the replica and is run on the primary");
        return None;
    }
    Some(answer)
}

impl Tx {
    fn new(inner: Inner) -> Self {
        Self { inner, conflicted: false, failed: false, asked: 0, has_waited: false }
    }

    pub(super) fn held(&mut self) -> Held<'_> {
        match &mut self.inner {
            Inner::Sqlite(tx) => Held::Sqlite(tx),
            Inner::Postgres(tx) => Held::Postgres(tx),
            Inner::SqliteOnce(connection) => Held::Sqlite(connection),
            Inner::PostgresOnce(connection) => Held::Postgres(connection),
        }
    }

    /// How many queries of the vocabulary it has been asked: pages must not ask more the more
    /// they show.
    #[must_use]
    pub const fn asked(&self) -> u32 {
        self.asked
    }

    /// Says that another transaction was in the way, as only the work itself can know: all of it is
    /// rolled back and run again.
    pub(crate) const fn run_again(&mut self) {
        self.conflicted = true;
    }

    /// Counts the query and remembers a failure, and a conflict, whatever the work makes of the
    /// error.
    pub(super) fn noted<T>(&mut self, answer: sqlx::Result<T>) -> Result<T, StoreError> {
        self.asked += 1;
        answer.map_err(|error| {
            let error = StoreError::Database(error);
            self.failed = true;
            let error = if self.has_waited { error.after_waiting() } else { error };
            self.conflicted |= error.is_conflict();
            error
        })
    }

    /// Commits an `Ok` and rolls back an `Err`; a conflict rolls back whatever was answered.
    async fn finish<T, E: From<StoreError>>(self, answer: Result<T, E>) -> Attempt<T, E> {
        let conflicted = self.conflicted;
        if conflicted || answer.is_err() {
            self.leave().await;
            return if conflicted { Attempt::Conflict } else { Attempt::Done(answer) };
        }
        let committed = match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
            Inner::SqliteOnce(_) | Inner::PostgresOnce(_) => Ok(()),
        };
        match committed.map_err(StoreError::Database) {
            Ok(()) => Attempt::Done(answer),
            Err(error) if error.is_conflict() => Attempt::Conflict,
            Err(error) => Attempt::Done(Err(error.into())),
        }
    }

    /// Ends without keeping anything. A failure here needs no answer: the connection is closed.
    async fn leave(self) {
        let ended = match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await,
            Inner::Postgres(tx) => tx.rollback().await,
            Inner::SqliteOnce(_) | Inner::PostgresOnce(_) => Ok(()),
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "a transaction did not roll back by itself");
        }
    }
}

/// Where a read may look.
#[derive(Clone, Copy)]
enum Source {
    Fresh,
    Single,
}

/// How one try of a unit of work ended.
enum Attempt<T, E> {
    Done(Result<T, E>),
    Conflict,
}

/// Runs `work` in a task that a dropped caller does not cancel.
async fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work.in_current_span()).await {
        Ok(answer) => answer,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only the end of the runtime cancels the task, and it cancels this one with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// Waits before the next try, at random so that two in each other's way part.
async fn pause(tries: u32) {
    let ceiling = FIRST_PAUSE_MS.saturating_mul(1 << tries.min(10)).min(LONGEST_PAUSE_MS);
    let random = getrandom::u32().unwrap_or(ceiling / 2);
    tokio::time::sleep(Duration::from_millis(u64::from(1 + random % ceiling))).await;
}
