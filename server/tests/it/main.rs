//! The whole program on a free port, on SQLite and, when one is given, on PostgreSQL.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod aborted;
mod accounts;
mod appointments;
mod asvs;
mod booking;
mod booking_again;
mod booking_closed;
mod booking_desk;
mod chaos;
mod chips;
mod client;
mod closing;
mod cluster;
mod command_line;
mod commands;
mod day;
mod demonstration;
mod demonstration_data;
mod demonstration_figures;
mod described;
mod doors;
mod doses;
mod erasing;
mod handover;
mod headers;
mod history_words;
mod hostile;
mod house;
mod imports;
mod life;
mod long_lists;
mod mail;
mod outreach;
mod owners;
mod packs;
mod pairing;
mod papers;
mod pictures;
mod plans;
#[path = "../../src/bin/chaos/programme.rs"]
mod programme;
mod provisional;
mod reminded;
mod sealed;
mod stock;
mod submissions;
mod territory;
mod two_processes;
mod verification;
