//! Every statement, written once; compiled by `sqlite.rs` and by `postgres.rs`.

use super::{Connection, Db, FOR_UPDATE, SKIP_LOCKED};

pub(crate) mod animal;
pub(crate) mod document;
pub(crate) mod outbox;
pub(crate) mod owner;
pub(crate) mod programme;
pub(crate) mod service;
pub(crate) mod submission;
pub(crate) mod task;
