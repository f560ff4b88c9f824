//! Every statement, written once; compiled by `sqlite.rs` and by `postgres.rs`.

use super::{
    BYTES_IN, BYTES_OUT, CATALOGUE, CHECK_REFERENCES, Connection, DEFER_REFERENCES, Db, FOR_UPDATE,
    IDLE_TRANSACTIONS, NUMBER_IN, SKIP_LOCKED,
};

pub(crate) mod access;
pub(crate) mod animal;
pub(crate) mod checkpoint;
pub(crate) mod counter;
pub(crate) mod document;
pub(crate) mod dump;
pub(crate) mod erasure;
pub(crate) mod history;
pub(crate) mod key;
pub(crate) mod outbox;
pub(crate) mod owner;
pub(crate) mod programme;
pub(crate) mod progress;
pub(crate) mod savepoint;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod staff;
pub(crate) mod submission;
pub(crate) mod task;
pub(crate) mod token;
