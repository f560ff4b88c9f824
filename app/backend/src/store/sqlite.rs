//! The queries compiled for SQLite, and the few places where its SQL differs.

use sqlx::query_builder::Separated;
use sqlx::{Encode, QueryBuilder, Type};

/// The database of this compilation, for `QueryBuilder`.
pub(super) type Db = sqlx::Sqlite;
/// What every query takes first.
pub(super) type Connection = sqlx::SqliteConnection;
/// SQLite has one writer at a time, so claimed rows need no lock.
pub(super) const SKIP_LOCKED: &str = "";
/// Locks the rows that a decision rests on; SQLite has one writer at a time.
pub(super) const FOR_UPDATE: &str = "";
/// How due messages are found, of every kind but some and of some kinds: without figures about the
/// table SQLite would take the index on states, and sort all that waits.
pub(super) const DUE: [&str; 2] = ["INDEXED BY outbox_due", "INDEXED BY outbox_kind"];
/// Whether the text of a statement follows from how long its lists are.
pub(super) const LISTS_MAKE_TEXTS: bool = true;
/// Begins a write; a read that becomes a write later could not wait for the other writer.
pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// Begins a read that sees one state of the database.
pub(super) const BEGIN_READ: &str = "BEGIN DEFERRED";
/// Copies what is committed from the write-ahead log into the file, as far as no reader needs what
/// was there; nobody who writes or reads is held up.
pub(super) const FOLD: &str = "PRAGMA wal_checkpoint(PASSIVE)";
/// Every column of every table of ours: table, column, type, whether it may be absent.
pub(super) const CATALOGUE: &str = r#"
    SELECT tables.name AS table_name, columns.name AS column_name,
        LOWER(columns.type) AS type_name, columns."notnull" = 0 AS nullable
    FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%'
        AND tables.name NOT LIKE '\_sqlx%' ESCAPE '\'
    ORDER BY tables.name, columns.name"#;
/// Puts the check of references off to the end of the transaction.
pub(super) const DEFER_REFERENCES: &str = "PRAGMA defer_foreign_keys = ON";
/// Checks references now; SQLite does at the commit.
pub(super) const CHECK_REFERENCES: &str = "SELECT 1";
/// A column of bytes as text.
pub(super) const BYTES_OUT: [&str; 2] = ["LOWER(HEX(", "))"];
/// A text as a column of bytes.
pub(super) const BYTES_IN: [&str; 2] = ["UNHEX(", ")"];
/// A text as a column of numbers.
pub(super) const NUMBER_IN: [&str; 2] = ["CAST(", " AS INTEGER)"];
/// Transactions of other connections that nobody ends; SQLite does not tell them.
pub(super) const IDLE_TRANSACTIONS: &str = "SELECT 0";

/// Lists up to this long are filled up to a power of two.
const FILLED: usize = 256;

/// Asks that a column is one of a list; of an empty list it never is. A short list is filled up
/// with its last value, so that lists of whatever length make few texts, which are kept prepared.
pub(super) fn one_of<'a, T>(query: &mut QueryBuilder<Db>, column: &str, list: &'a [T])
where
    &'a T: Encode<'a, Db> + Type<Db>,
{
    let Some(last) = list.last() else {
        query.push("FALSE");
        return;
    };
    let length = if list.len() > FILLED { list.len() } else { list.len().next_power_of_two() };
    query.push(column).push(" IN (");
    let mut values = query.separated(", ");
    for value in list.iter().chain(std::iter::repeat(last)).take(length) {
        values.push_bind(value);
    }
    query.push(")");
}

/// Names the rows that an `INSERT` adds, in their order. The one connection that writes soon knows
/// the text of every number of them.
pub(super) fn add_rows<'r, R>(
    query: &mut QueryBuilder<Db>,
    rows: &'r [R],
    push: impl FnMut(Separated<'_, Db, &'static str>, &'r R),
) {
    query.push_values(rows, push);
}

#[path = "queries/mod.rs"]
pub(super) mod queries;
