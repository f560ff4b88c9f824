//! The queries compiled for PostgreSQL, and the few places where its SQL differs.

/// The database of this compilation, for `QueryBuilder`.
pub(super) type Db = sqlx::Postgres;
/// What every query takes first.
pub(super) type Connection = sqlx::PgConnection;
/// Takes the rows that nobody else holds and passes over the others.
pub(super) const SKIP_LOCKED: &str = "FOR UPDATE SKIP LOCKED";
/// Locks the rows that a decision rests on.
pub(super) const FOR_UPDATE: &str = "FOR UPDATE";
/// Begins a write whose facts cannot change under it: a lost update fails with 40001.
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
/// Begins a write whose statements each see what was committed just before.
pub(super) const BEGIN_COMMITTED: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// Begins a read that sees one state of the database.
pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Ends a transaction left open by a cancelled `begin` (sqlx issue 4393), without a warning in
/// the server's log when there is none.
pub(super) const END_ANY: &str = "BEGIN; ROLLBACK";
#[path = "queries/mod.rs"]
pub(super) mod queries;
