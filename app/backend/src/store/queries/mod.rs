//! Every statement, written once; compiled by `sqlite.rs` and by `postgres.rs`.

use super::{
    BYTES_IN, BYTES_OUT, CATALOGUE, CHECK_REFERENCES, Connection, DEFER_REFERENCES, DUE, Db,
    FOR_UPDATE, IDLE_TRANSACTIONS, LISTS_MAKE_TEXTS, NUMBER_IN, SKIP_LOCKED, add_rows, one_of,
};

/// Rows that one statement adds: the widest has 25 columns, and no database here takes fewer than
/// 32,766 values in a statement (SQLite's own limit; PostgreSQL's is 65,535).
const ROWS: usize = 125;

/// Values that a list in a statement names at most, see [`ROWS`].
const LISTED: usize = 16_384;

/// Parts of one statement that are joined with `UNION ALL`; SQLite takes 500.
const PARTS: usize = 100;

pub(crate) mod access;
pub(crate) mod act;
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
pub(crate) mod listed;
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
pub(crate) mod tenure;
pub(crate) mod territory;
pub(crate) mod token;
