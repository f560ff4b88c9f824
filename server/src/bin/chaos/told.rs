//! What the program is asked, and what it tells.

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::oracle::Violation;

#[derive(Parser)]
#[command(about = "Lives through one seed of chaos between phones and a huella server")]
pub(crate) struct Arguments {
    /// The seed of everything that is drawn
    #[arg(long)]
    pub(crate) seed: u64,
    /// Operations in the field
    #[arg(long, default_value_t = 10_000)]
    pub(crate) operations: u32,
    /// An empty folder for the secret, the log, the mails and a SQLite file
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// An empty database: `postgres://…` [default: a SQLite file in the folder]
    #[arg(long, env = "HUELLA_CHAOS_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// The server's program [default: the one beside this program]
    #[arg(long)]
    pub(crate) program: Option<PathBuf>,
    /// Breaks the phones, to show that it is found
    #[arg(long, hide = true)]
    pub(crate) sabotage: Option<Sabotage>,
}

/// How the phones are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sabotage {
    /// They forget a record as soon as it is sent.
    ClearEarly,
    /// They give a record another identifier each time it is sent.
    SendAnew,
    /// They send sealed copies that nobody can open.
    BreakCopies,
    /// They do not say what somebody has withdrawn.
    KeepSilent,
}

impl Arguments {
    /// The database's address.
    pub(crate) fn database(&self) -> String {
        let file = || format!("sqlite:{}", self.folder.join("huella.db").display());
        self.database.clone().unwrap_or_else(file)
    }

    /// The server's program.
    pub(crate) fn program(&self) -> Result<PathBuf> {
        match &self.program {
            Some(program) => Ok(program.clone()),
            None => {
                let own = std::env::current_exe().context("this program has no path")?;
                Ok(own.with_file_name("huella"))
            }
        }
    }
}

/// What one seed came to.
#[derive(Default, Serialize)]
pub(crate) struct Verdict {
    pub(crate) seed: u64,
    pub(crate) operations: u32,
    /// Seconds of the operations, without the making of the town and the judgement.
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) hidden: usize,
    pub(crate) pending: usize,
    /// Records that a screen told as kept.
    pub(crate) kept: usize,
    /// Records that a screen told as not kept, for want of room.
    pub(crate) not_kept: u32,
    /// Sent records of earlier days that the phones forgot.
    pub(crate) forgotten: usize,
    /// Records that somebody withdrew, and of which the server heard that.
    pub(crate) withdrawn: u32,
    pub(crate) exchanges: u32,
    pub(crate) server_kills: u32,
    pub(crate) phone_kills: u32,
    pub(crate) tab_kills: u32,
    pub(crate) writes_failed: u32,
    /// What became of the submissions, by their first answer.
    pub(crate) outcomes: BTreeMap<String, u32>,
    /// What became of the requests.
    pub(crate) met: BTreeMap<&'static str, u32>,
    #[serde(skip)]
    pub(crate) found: Vec<(Violation, String)>,
    #[serde(skip)]
    pub(crate) trail: Vec<String>,
}
