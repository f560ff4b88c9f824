//! Every statement, written once; compiled by `sqlite.rs` and by `postgres.rs`.

use super::{Connection, Db, FOR_UPDATE, SKIP_LOCKED};

pub(crate) mod animal;
pub(crate) mod checkpoint;
pub(crate) mod counter;
pub(crate) mod document;
pub(crate) mod history;
pub(crate) mod key;
pub(crate) mod outbox;
pub(crate) mod owner;
pub(crate) mod programme;
pub(crate) mod savepoint;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod staff;
pub(crate) mod submission;
pub(crate) mod task;
pub(crate) mod token;
