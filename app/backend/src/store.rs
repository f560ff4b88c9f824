//! The databases: connections, transactions and the vocabulary of everything that can be asked.
//!
//! Every query is written once in `store/queries/` and compiled twice, by `store/sqlite.rs` and by
//! `store/postgres.rs`. A topic's file in `store/vocabulary/` names its row types and gives [`Tx`]
//! one method per query; what is not named there cannot be asked of the store. Absent on purpose:
//! rules and permissions.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

#[macro_use]
mod dispatch;
mod folding;
mod open;
mod postgres;
mod replica;
#[expect(clippy::duplicate_mod, reason = "one text of every query, compiled once per database")]
mod sqlite;
mod transaction;
pub mod vocabulary;

pub use open::{Engine, Store, StoreOptions, last_migration};
pub use transaction::{Isolation, Tx};

/// The future that a unit of work gives back; it may borrow the transaction.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// Why the store could not do what it was asked. Absence is no error: queries answer `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused, or could not be reached.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// What is stored contradicts what the program relies on.
    #[error("the database is inconsistent: {0}")]
    Inconsistent(&'static str),
    /// There is no database file, and none was to be made.
    #[error("there is no database at {}", .0.display())]
    NoDatabase(PathBuf),
    /// A value that is one row's only stayed another's, however often it was tried: the name of
    /// its unique index.
    #[error("the value is another row's: {0}")]
    Taken(String),
    /// Other transactions were in the way every time it was tried.
    #[error("other transactions were in the way too often")]
    Busy,
}

impl StoreError {
    /// The name of the unique index or constraint that the statement would have broken, if that
    /// is what failed. SQLite names columns (`staff.email_key`), PostgreSQL the constraint.
    #[must_use]
    pub fn broken_unique(&self) -> Option<String> {
        let error = match self {
            Self::Database(sqlx::Error::Database(error)) => error,
            Self::Taken(name) => return Some(name.clone()),
            _ => return None,
        };
        if !error.is_unique_violation() {
            return None;
        }
        let named = error.constraint().map(str::to_owned);
        Some(
            named.unwrap_or_else(|| {
                error.message().rsplit(": ").next().unwrap_or_default().to_owned()
            }),
        )
    }

    /// Whether the statement would have broken a unique index.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.broken_unique().is_some()
    }

    /// Whether another transaction was in the way, so that the same work may succeed if run again.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        let code = error.code().unwrap_or_default();
        let lost_a_race = || {
            error.is_unique_violation()
                && error.constraint().is_some_and(|name| RACES.contains(&name))
        };
        CONFLICTS.contains(&code.as_ref()) || lost_a_race()
    }

    /// The same error once waiting has not helped: a chip or a document that is still another's is
    /// no race any more, but somebody's.
    fn after_waiting(self) -> Self {
        match self.broken_unique() {
            Some(name) if OWNED.contains(&name.as_str()) => Self::Taken(name),
            _ => self,
        }
    }
}

impl StoreError {
    /// Whether the connection itself is gone: broken off, or ended by a server that stops.
    #[must_use]
    pub fn is_disconnection(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Io(_)) => true,
            Self::Database(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default();
                code.starts_with("08") || DISCONNECTIONS.contains(&code.as_ref())
            }
            _ => false,
        }
    }
}

/// PostgreSQL: ended by an administrator, by a crash, by the standby's recovery.
const DISCONNECTIONS: [&str; 3] = ["57P01", "57P02", "57P04"];

/// PostgreSQL: serialisation failure, deadlock. SQLite: busy, locked, busy snapshot.
const CONFLICTS: [&str; 5] = ["40001", "40P01", "5", "6", "517"];

/// Keys that two transactions can race for although neither did anything wrong: both added the
/// next link to one chain, or the one took a chip or a document that the other, looking just
/// before, saw free; or both made what one sheet asked for. Run again, the later one sees it there.
const RACES: [&str; 7] = [
    "history_pkey",
    "desk_act_pkey",
    "checkpoint_pkey",
    "animal_chip",
    "owner_document",
    "outreach_pkey",
    "organisation_pkey",
];

/// Of these, the keys whose holder may have had the value all along.
const OWNED: [&str; 2] = ["animal_chip", "owner_document"];

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}
