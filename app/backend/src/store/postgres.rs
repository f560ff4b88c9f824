//! The queries compiled for PostgreSQL, and the few places where its SQL differs.

use sqlx::query_builder::Separated;
use sqlx::{Encode, QueryBuilder, Type};
use uuid::Uuid;

/// The database of this compilation, for `QueryBuilder`.
pub(super) type Db = sqlx::Postgres;
/// What every query takes first.
pub(super) type Connection = sqlx::PgConnection;
/// Takes the rows that nobody else holds and passes over the others.
pub(super) const SKIP_LOCKED: &str = "FOR UPDATE SKIP LOCKED";
/// Locks the rows that a decision rests on.
pub(super) const FOR_UPDATE: &str = "FOR UPDATE";
/// How due messages are found; PostgreSQL keeps figures about its tables and sees for itself.
pub(super) const DUE: [&str; 2] = ["", ""];
/// Whether the text of a statement follows from how long its lists are.
pub(super) const LISTS_MAKE_TEXTS: bool = false;
/// How PostgreSQL is to plan for us: what a page asks for lies in memory or on flash, where a row
/// found by an index costs little more than the next one; and many ask at once, so that no
/// statement is to keep several cores, or to compile itself for a few milliseconds of work.
pub(super) const PLANNING: &str = "
    SET random_page_cost = 1.1; SET jit = off; SET max_parallel_workers_per_gather = 0";
/// Counts what the tables hold, for the planner, and notes which pages all may read.
pub(super) const SETTLE: &str = "VACUUM (ANALYZE)";
/// Begins a write whose facts cannot change under it: a lost update fails with 40001.
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
/// Begins a write whose statements each see what was committed just before.
pub(super) const BEGIN_COMMITTED: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// Begins a read that sees one state of the database.
pub(super) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Every column of every table of ours: table, column, type, whether it may be absent.
pub(super) const CATALOGUE: &str = r"
    SELECT columns.table_name::TEXT AS table_name, columns.column_name::TEXT AS column_name,
        columns.data_type::TEXT AS type_name, columns.is_nullable = 'YES' AS nullable
    FROM information_schema.columns AS columns
    JOIN information_schema.tables AS tables USING (table_schema, table_name)
    WHERE columns.table_schema = current_schema() AND tables.table_type = 'BASE TABLE'
        AND columns.table_name NOT LIKE '\_sqlx%'
    ORDER BY 1, 2";
/// Puts the check of references off to [`CHECK_REFERENCES`].
pub(super) const DEFER_REFERENCES: &str = "
    DO $$ DECLARE reference RECORD; BEGIN
        FOR reference IN SELECT conrelid::regclass AS owner, conname AS name FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
        LOOP EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED',
            reference.owner, reference.name); END LOOP;
    END $$";
/// Checks references now, and from now on at once.
pub(super) const CHECK_REFERENCES: &str = "
    SET CONSTRAINTS ALL IMMEDIATE;
    DO $$ DECLARE reference RECORD; BEGIN
        FOR reference IN SELECT conrelid::regclass AS owner, conname AS name FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
        LOOP EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE',
            reference.owner, reference.name); END LOOP;
    END $$";
/// A column of bytes as text.
pub(super) const BYTES_OUT: [&str; 2] = ["ENCODE(", ", 'hex')"];
/// A text as a column of bytes.
pub(super) const BYTES_IN: [&str; 2] = ["DECODE(", ", 'hex')"];
/// A text as a column of numbers.
pub(super) const NUMBER_IN: [&str; 2] = ["CAST(", " AS BIGINT)"];
/// Transactions of other connections that nobody ends.
pub(super) const IDLE_TRANSACTIONS: &str = "
    SELECT COUNT(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'";

/// Asks that a column is one of a list; of an empty list it never is. The list is one value, so
/// that lists of whatever length make one text, which each connection is told, and plans, once.
pub(super) fn one_of<'a, T>(query: &mut QueryBuilder<Db>, column: &str, list: &'a [T])
where
    &'a [T]: Encode<'a, Db> + Type<Db>,
{
    query.push(column).push(" = ANY(").push_bind(list).push(")");
}

/// Names the rows that an `INSERT` adds, in their order. Each column is one value, so that rows of
/// whatever number make one text, which each connection is told, and plans, once.
pub(super) fn add_rows<'r, R>(
    query: &mut QueryBuilder<Db>,
    rows: &'r [R],
    mut push: impl FnMut(Row<'_, 'r>, &'r R),
) {
    let mut columns = Vec::new();
    for row in rows {
        push(Row { columns: &mut columns, place: 0 }, row);
    }
    query.push("SELECT * FROM UNNEST(");
    let mut arrays = query.separated(", ");
    for column in &columns {
        bind(&mut arrays, column);
    }
    query.push(")");
}

/// A row that is being added: its cells go into their columns from the left to the right.
pub(super) struct Row<'c, 'r> {
    columns: &'c mut Vec<Vec<Cell<'r>>>,
    place: usize,
}

impl<'r> Row<'_, 'r> {
    /// Adds the next cell.
    pub(super) fn push_bind(&mut self, cell: impl Into<Cell<'r>>) -> &mut Self {
        match self.columns.get_mut(self.place) {
            Some(column) => column.push(cell.into()),
            None => self.columns.push(vec![cell.into()]),
        }
        self.place += 1;
        self
    }
}

/// What stands in a row's column. All cells of a column are of one kind.
pub(super) enum Cell<'r> {
    Id(Option<Uuid>),
    Text(Option<&'r str>),
    Number(Option<i64>),
    Truth(Option<bool>),
    Bytes(Option<&'r [u8]>),
}

/// Adds a column as one value.
fn bind(arrays: &mut Separated<'_, Db, &'static str>, column: &[Cell<'_>]) {
    let Some(first) = column.first() else { return };
    match first {
        Cell::Id(_) => arrays.push_bind(array(column, |cell| match cell {
            Cell::Id(id) => *id,
            _ => None,
        })),
        Cell::Text(_) => arrays.push_bind(array(column, |cell| match cell {
            Cell::Text(text) => *text,
            _ => None,
        })),
        Cell::Number(_) => arrays.push_bind(array(column, |cell| match cell {
            Cell::Number(number) => *number,
            _ => None,
        })),
        Cell::Truth(_) => arrays.push_bind(array(column, |cell| match cell {
            Cell::Truth(truth) => *truth,
            _ => None,
        })),
        Cell::Bytes(_) => arrays.push_bind(array(column, |cell| match cell {
            Cell::Bytes(bytes) => *bytes,
            _ => None,
        })),
    };
}

fn array<'r, T>(column: &[Cell<'r>], of: impl Fn(&Cell<'r>) -> Option<T>) -> Vec<Option<T>> {
    column.iter().map(of).collect()
}

impl From<Uuid> for Cell<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(Some(id))
    }
}

impl From<Option<Uuid>> for Cell<'_> {
    fn from(id: Option<Uuid>) -> Self {
        Self::Id(id)
    }
}

impl<'r> From<&'r String> for Cell<'r> {
    fn from(text: &'r String) -> Self {
        Self::Text(Some(text.as_str()))
    }
}

impl<'r> From<&'r Option<String>> for Cell<'r> {
    fn from(text: &'r Option<String>) -> Self {
        Self::Text(text.as_deref())
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Cell<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell<'_> {
    fn from(truth: bool) -> Self {
        Self::Truth(Some(truth))
    }
}

impl From<Option<bool>> for Cell<'_> {
    fn from(truth: Option<bool>) -> Self {
        Self::Truth(truth)
    }
}

impl<'r> From<&'r Vec<u8>> for Cell<'r> {
    fn from(bytes: &'r Vec<u8>) -> Self {
        Self::Bytes(Some(bytes.as_slice()))
    }
}

impl<'r> From<&'r Option<Vec<u8>>> for Cell<'r> {
    fn from(bytes: &'r Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes.as_deref())
    }
}

#[path = "queries/mod.rs"]
pub(super) mod queries;
