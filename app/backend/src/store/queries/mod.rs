//! Every statement, written once; compiled by `sqlite.rs` and by `postgres.rs`.

use sqlx::QueryBuilder;
use sqlx::query_builder::Separated;

use super::{
    BYTES_IN, BYTES_OUT, CATALOGUE, CHECK_REFERENCES, Connection, DEFER_REFERENCES, DUE, Db, FILLS,
    FOR_UPDATE, IDLE_TRANSACTIONS, LISTS_MAKE_TEXTS, NUMBER_IN, SKIP_LOCKED, one_of,
};

/// Rows that one statement adds: the widest has 25 columns, and no database here takes fewer than
/// 32,766 values in a statement (SQLite's own limit; PostgreSQL's is 65,535).
const ROWS: usize = 125;

/// Parts of one statement that are joined with `UNION ALL`; SQLite takes 500.
const PARTS: usize = 100;

/// Rows up to so many are filled up to a power of two, and more to a multiple of it.
const STEP: usize = 16;

/// Names the rows that an `INSERT` adds, in their order. Where many connections write they are
/// filled up with the last one, and the limit leaves that out again: rows of whatever number make
/// few texts. Many are filled up by fewer than [`STEP`], since a row may hold a whole submission.
fn add_rows<'r, R>(
    query: &mut QueryBuilder<Db>,
    rows: &'r [R],
    push: impl FnMut(Separated<'_, Db, &'static str>, &'r R),
) {
    let count = rows.len();
    if !FILLS || count < 2 {
        query.push_values(rows, push);
        return;
    }
    let filled =
        if count <= STEP { count.next_power_of_two() } else { count.next_multiple_of(STEP) };
    let filling = rows.last().into_iter().cycle();
    query.push("SELECT * FROM (");
    query.push_values(rows.iter().chain(filling).take(filled), push);
    query.push(") AS added LIMIT ").push_bind(i64::try_from(count).unwrap_or(i64::MAX));
}

pub(crate) mod access;
pub(crate) mod animal;
pub(crate) mod booking;
pub(crate) mod booking_desk;
pub(crate) mod calling_off;
pub(crate) mod checkpoint;
pub(crate) mod closing;
pub(crate) mod counter;
pub(crate) mod day;
pub(crate) mod document;
pub(crate) mod dump;
pub(crate) mod erasure;
pub(crate) mod fresh;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod key;
pub(crate) mod outbox;
pub(crate) mod owner;
pub(crate) mod pack;
pub(crate) mod phone;
pub(crate) mod picture;
pub(crate) mod plan;
pub(crate) mod programme;
pub(crate) mod progress;
pub(crate) mod savepoint;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod staff;
pub(crate) mod stock;
pub(crate) mod submission;
pub(crate) mod task;
pub(crate) mod territory;
pub(crate) mod token;
