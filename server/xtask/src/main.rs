//! The one tool of this repository. `cargo xtask --help` lists what it does; nothing heavy has to
//! be installed, since the parts of the usual web build tools are linked as libraries and locked
//! by our own `Cargo.lock`.

mod bench;
mod budget;
mod check;
mod checkout;
mod console;
mod dependencies;
mod fingerprint;
mod postgres;
mod site;
mod start;
mod test;
mod tools;
mod watch;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

use crate::checkout::Checkout;

/// Build, start, check, test and measure Huella.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build and run with SQLite in ./data and demonstration data; prints address and accounts
    Start,
    /// Everything that must hold before a change lands; what .ci/run calls
    Test,
    /// The quick part of `test`: formatting, lints for both targets, tests of the domain
    Check,
    /// Measure the release build against the goals; also writes target/bench.json
    Bench {
        /// Another profile, to try the bench itself: its figures are no figures of Huella
        #[arg(long, default_value = bench::RELEASE, global = true)]
        profile: String,
        /// Animals in the register when lists and look-ups are measured; the goals are for 1000000
        #[arg(long, default_value_t = 100_000,
              value_parser = clap::value_parser!(u32).range(20_000..=1_000_000))]
        animals: u32,
        #[command(subcommand)]
        part: Option<bench::Part>,
    },
    /// Rebuild and restart on every change
    Watch,
    /// Build the site into target/site, and the server with it
    Build {
        /// The server as it is released, not as it is tested
        #[arg(long)]
        release: bool,
    },
    /// Run a command beside a fresh PostgreSQL cluster; its URL is in HUELLA_TEST_POSTGRES_URL
    Postgres {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = Checkout::find().and_then(|checkout| match Arguments::parse().task {
        Task::Start => start::start(&checkout),
        Task::Test => test::test(&checkout),
        Task::Check => check::check(&checkout),
        Task::Bench { profile, animals, part: None } => bench::bench(&checkout, &profile, animals),
        Task::Bench { profile, part: Some(part), .. } => part.run(&checkout, &profile),
        Task::Watch => watch::watch(&checkout),
        Task::Build { release } => check::build(&checkout, release),
        Task::Postgres { command } => postgres::run_beside(&checkout, &command),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
