//! The whole program on a free port, on SQLite and, when one is given, on PostgreSQL.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod accounts;
mod client;
mod command_line;
mod demonstration;
mod doors;
mod headers;
mod house;
mod life;
mod mail;
mod outreach;
mod owners;
mod papers;
mod submissions;
mod verification;
