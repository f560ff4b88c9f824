//! Use cases and storage of Huella: authorise, load facts, decide, write, enqueue, commit.
//!
//! One file per topic holds its use cases; `store` holds the databases. Absent on purpose: pages,
//! HTTP, SMTP and PDF, which belong to `app`, `server` and `mailroom`.

pub mod accounts;
pub mod actor;
pub mod backup;
pub mod bookings;
pub mod clock;
pub mod closing;
pub mod counters;
pub mod day;
pub mod demonstration;
pub mod desk;
pub mod documents;
pub mod erasure;
pub mod error;
pub(crate) mod grouping;
pub mod history;
pub mod import;
pub mod keys;
pub mod mail_desk;
pub mod office;
pub mod outbox;
pub mod owner_access;
pub mod pairing;
pub mod pictures;
pub mod planning;
pub mod records;
pub(crate) mod recovery;
pub mod registry;
pub mod reports;
pub mod rnm;
pub mod stock;
pub mod store;
pub mod submissions;
pub mod sums;
pub mod tasks;
pub mod territory;
pub mod tokens;
