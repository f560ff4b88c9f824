//! The queries compiled for SQLite, and the few places where its SQL differs.

/// The database of this compilation, for `QueryBuilder`.
pub(super) type Db = sqlx::Sqlite;
/// What every query takes first.
pub(super) type Connection = sqlx::SqliteConnection;
/// SQLite has one writer at a time, so claimed rows need no lock.
pub(super) const SKIP_LOCKED: &str = "";
/// Locks the rows that a decision rests on; SQLite has one writer at a time.
pub(super) const FOR_UPDATE: &str = "";
/// Begins a write; a read that becomes a write later could not wait for the other writer.
pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// Begins a read that sees one state of the database.
pub(super) const BEGIN_READ: &str = "BEGIN DEFERRED";
#[path = "queries/mod.rs"]
pub(super) mod queries;
