//! The command line. Exit status: 0 success, 1 a negative answer or a failure, 2 wrong use.

mod audit;
mod demo;
mod erase;
mod explain;
mod keys;
mod outbox;
mod pdf_link;
mod report;
mod storage;
mod user;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::config::Config;

/// The register of animal identification: chips, services, signed certificates.
#[derive(Debug, Parser)]
#[command(name = "huella", version, about, propagate_version = true)]
struct Arguments {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages and API, send mail
    Serve {
        /// Show the mails of the folder at /correo (on loopback only) and allow no SMTP server
        #[arg(long)]
        demo: bool,
    },
    /// Fill an empty database with demonstration data, or say its accounts again
    Demo {
        /// The seed of everything that is drawn
        #[arg(long, default_value_t = 2020)]
        seed: u64,
    },
    /// Bring the database's tables up to this version, as `serve`, `demo` and `restore` do
    Migrate,
    /// Staff accounts
    User {
        #[command(subcommand)]
        act: user::User,
    },
    /// Signing keys
    Keys {
        #[command(subcommand)]
        act: keys::Keys,
    },
    /// Mail that waits or could not be sent
    Outbox {
        #[command(subcommand)]
        act: outbox::Outbox,
    },
    /// The history
    Audit {
        #[command(subcommand)]
        act: audit::Audit,
    },
    /// Erase what is known of somebody, on a lawful ground
    Erase {
        #[command(subcommand)]
        what: erase::Erase,
    },
    /// Write a consistent copy of the running database; the secret file is left out
    Backup {
        /// The file to write
        to: std::path::PathBuf,
    },
    /// Put a copy back into an empty database, by the version that made it
    Restore {
        /// The file that `backup` wrote
        from: std::path::PathBuf,
    },
    /// Verify a document by its address or its PDF
    Verify(verify::Verify),
    /// What the parser makes of a text, as JSON
    Explain {
        #[command(subcommand)]
        what: explain::Explain,
    },
    /// Figures from the rows
    Report {
        #[command(subcommand)]
        what: report::Report,
    },
}

/// What a command found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done, or in order.
    Yes,
    /// Not in order: an altered certificate, a broken chain.
    No,
    /// Wrong use that the parser of arguments could not see.
    Misuse,
}

/// The end of a command.
pub(crate) type Outcome = anyhow::Result<Verdict>;

/// At least this many threads run requests, since one page may wait for several reads.
const LEAST_WORKERS: usize = 4;

/// Reads the arguments, runs the command and gives its exit status.
#[must_use]
pub fn run() -> ExitCode {
    let Arguments { config, command } = Arguments::parse();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads.max(LEAST_WORKERS))
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(execute(config, command)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Ok(Verdict::Misuse) => ExitCode::from(2),
        Err(error) => {
            complain(&with_causes(&error));
            ExitCode::from(1)
        }
    }
}

async fn execute(config: Config, command: Command) -> Outcome {
    if let Some(problem) = config.problem() {
        complain(problem);
        return Ok(Verdict::Misuse);
    }
    match command {
        Command::Serve { demo } => crate::serve::serve(config, demo).await,
        Command::Demo { seed } => demo::demo(&config, seed).await,
        Command::Migrate => storage::migrate(&config).await,
        Command::User { act } => user::user(&config, act).await,
        Command::Keys { act } => keys::keys(&config, &act).await,
        Command::Outbox { act } => outbox::outbox(&config, &act).await,
        Command::Audit { act } => audit::audit(&config, &act).await,
        Command::Erase { what } => erase::erase(&config, &what).await,
        Command::Backup { to } => storage::backup(&config, &to).await,
        Command::Restore { from } => storage::restore(&config, &from).await,
        Command::Verify(wanted) => verify::verify(&config, wanted).await,
        Command::Explain { what } => explain::explain(&what),
        Command::Report { what } => report::report(&config, &what).await,
    }
}

/// Writes a line to the standard output. A reader that went away is no failure.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// An error and its causes as one line. A cause that the one before it has told is not told again.
pub(crate) fn with_causes(error: &anyhow::Error) -> String {
    error.chain().skip(1).fold(error.to_string(), |line, cause| {
        let words = cause.to_string();
        if line.ends_with(&words) { line } else { format!("{line}: {words}") }
    })
}

/// Writes a line to the standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "huella: {line}");
}

/// Writes a value as JSON to the standard output.
pub(crate) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(value)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_cause_that_was_told_is_not_told_again() {
        let gone = anyhow::anyhow!("no such file").context("it says: no such file");
        assert_eq!(with_causes(&gone.context("not read")), "not read: it says: no such file");
        assert_eq!(with_causes(&anyhow::anyhow!("b").context("a")), "a: b");
    }

    #[test]
    fn every_setting_is_documented_with_its_variable() {
        Arguments::command().debug_assert();
        let help = Arguments::command().render_long_help().to_string();
        for name in [
            "HUELLA_DATABASE_URL",
            "HUELLA_READ_DATABASE_URL",
            "HUELLA_ADDR",
            "HUELLA_PUBLIC_URL",
            "HUELLA_SMTP_URL",
            "HUELLA_MAIL_FROM",
            "HUELLA_BOUNCE_MAILDIR",
            "HUELLA_SECRET_FILE",
            "HUELLA_TRUSTED_HOPS",
            "HUELLA_METRICS_ADDR",
            "HUELLA_DATA_DIR",
            "HUELLA_ISSUER_NAME",
        ] {
            assert!(help.contains(name), "{name} is missing in --help");
        }
    }
}
