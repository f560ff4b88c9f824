//! Chaos between phones and the server, one seed at a time: the app's queue and the machine of
//! sending against the real process, with deaths on both sides and a network that does what
//! networks do. The phones run the app's own lines from its lists down to the transactions of its
//! store; that store is in memory here (`app::offline::store`), and nothing is encrypted in it:
//! IndexedDB, the vault and the pages are for the browser's tests. The result is one line of JSON;
//! a seed that fails tells what it found and its last events.
//!
//! Everything is drawn from the seed and the number of the operation, in one thread, also how each
//! write to a phone's storage ends, and the machine's waits pass in virtual time: the same seed
//! makes the same decisions.
//!
//! It talks to loopback only, starts its own server, and ends with it.

mod clock;
mod copies;
#[path = "../load/guests.rs"]
mod guests;
mod holding;
mod oracle;
mod person;
mod phone;
mod plan;
mod process;
mod programme;
mod register;
mod storage;
mod told;
mod town;
mod wire;
mod world;

use anyhow::Result;
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

use oracle::Violation;
use told::{Arguments, Verdict};
use world::World;

/// Findings of each kind that are told of a seed that fails.
const TOLD: usize = 10;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let verdict = World::begin(&arguments).await?.run(&arguments).await?;
    let line = serde_json::to_string(&verdict)?;
    writeln!(std::io::stdout().lock(), "{line}")?;
    if verdict.found.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    complain(&verdict)?;
    Ok(ExitCode::from(1))
}

fn complain(verdict: &Verdict) -> Result<()> {
    let mut to = std::io::stderr().lock();
    writeln!(to, "seed {}: {} violations", verdict.seed, verdict.found.len())?;
    for kind in Violation::ALL {
        for (what, words) in verdict.found.iter().filter(|(what, _)| *what == kind).take(TOLD) {
            writeln!(to, "  {what:?}: {words}")?;
        }
    }
    writeln!(to, "its last events:")?;
    for event in &verdict.trail {
        writeln!(to, "  {event}")?;
    }
    Ok(())
}
