//! The one tool of this repository. `cargo xtask --help` lists what it does; nothing heavy has to
//! be installed, since the parts of the usual web build tools are linked as libraries and locked
//! by our own `Cargo.lock`.

mod checkout;
mod console;
mod postgres;
mod tools;

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
    /// Run a command beside a fresh PostgreSQL cluster; its URL is in HUELLA_TEST_POSTGRES_URL
    Postgres {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = Checkout::find().and_then(|checkout| match Arguments::parse().task {
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
