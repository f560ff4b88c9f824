//! Everything that can be asked of the store: row types and one method of `Tx` per query, one
//! file per topic. Moments are UTC milliseconds, identifiers are bare UUIDs.

pub mod access;
pub mod act;
pub mod animal;
pub mod booking;
pub mod booking_desk;
pub mod closing;
pub mod counters;
pub mod day;
pub mod document;
pub mod dump;
pub mod erasure;
pub mod fresh;
pub mod history;
pub mod import;
pub mod keys;
pub mod outbox;
pub mod owner;
pub mod pack;
pub mod people;
pub mod phone;
pub mod picture;
pub mod plan;
pub mod programme;
pub mod progress;
pub mod savepoint;
pub mod service;
pub mod stock;
pub mod submission;
pub mod task;
pub mod tenure;
pub mod territory;
