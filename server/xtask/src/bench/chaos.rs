//! Goal R1: nothing is lost, doubled or hidden, whatever happens between phones and server. Each
//! seed is a run of `huella-chaos` with a server and a database of its own.

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use super::figure::{self, Figure};
use super::kept;
use crate::{
    check,
    checkout::Checkout,
    console::{say, step},
    postgres::Cluster,
};

/// Operations of the one seed that belongs to the whole bench.
const SHORT: u32 = 500;
/// The seed of it.
const SHORT_SEED: u64 = 1;

#[derive(Args)]
pub(crate) struct Chaos {
    /// The one seed to live through, as a failing run printed it
    #[arg(long)]
    seed: Option<u64>,
    /// Seeds to live through, from 1
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    seeds: u64,
    /// Operations in the field, of each seed
    #[arg(long, default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(1..=50_000))]
    operations: u32,
    /// The database of the server
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
}

/// Which databases the server works on.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
    /// First the one, then the other.
    Both,
}

/// What one seed came to.
#[derive(Deserialize)]
struct Verdict {
    seed: u64,
    operations: u32,
    seconds: f64,
    per_second: f64,
    lost: u32,
    doubled: u32,
    hidden: u32,
    pending: u32,
    kept: u32,
    not_kept: u32,
    withdrawn: u32,
    exchanges: u32,
    server_kills: u32,
    phone_kills: u32,
    tab_kills: u32,
    outcomes: BTreeMap<String, u32>,
    met: BTreeMap<String, u32>,
}

impl Chaos {
    /// Lives through the seeds, prints the figures beside their goals and, of more than a chosen
    /// seed, writes them into `target/bench.json`, in the place of those of a shorter run.
    ///
    /// # Errors
    /// When something does not build or run, and when a seed found a violation.
    pub(crate) fn run(&self, checkout: &Checkout, profile: &str) -> Result<()> {
        // Before anything is built: what is changed while it runs is of the next program.
        let program = kept::program(checkout, profile)?;
        check::server(checkout, profile)?;
        let folder = checkout.root.join("target/chaos");
        let _ = fs::remove_dir_all(&folder);
        let binary = checkout.binary(profile);
        let mut verdicts = Vec::new();
        if self.database != Database::Postgres {
            let all = step("chaos: SQLite", || self.seeds(&binary, &folder, None))?;
            verdicts.extend(all);
        }
        if self.database != Database::Sqlite {
            let cluster = Cluster::start()?;
            let all = step("chaos: PostgreSQL", || self.seeds(&binary, &folder, Some(&cluster)))?;
            verdicts.extend(all);
        }
        let figures = figures(&verdicts);
        figure::tell(&figures);
        // One seed lived through again is no figure of the goal.
        if self.seed.is_none() {
            kept::put(&checkout.figures(), &program, &figures, true)?;
        }
        let failed: Vec<_> = verdicts.iter().filter(|one| one.violations() > 0).collect();
        let seeds: Vec<_> = failed.iter().map(|one| one.seed.to_string()).collect();
        ensure!(seeds.is_empty(), "violations with the seeds {}", seeds.join(", "));
        Ok(())
    }

    fn seeds(
        &self,
        binary: &Path,
        folder: &Path,
        cluster: Option<&Cluster>,
    ) -> Result<Vec<Verdict>> {
        let all = self.seed.map_or(1..=self.seeds, |seed| seed..=seed);
        all.map(|seed| live(binary, folder, (seed, self.operations), cluster)).collect()
    }
}

/// One short seed on one database, as a part of the whole bench.
pub(super) fn short(binary: &Path, folder: &Path, cluster: Option<&Cluster>) -> Result<Verdicts> {
    let folder = folder.join("chaos");
    live(binary, &folder, (SHORT_SEED, SHORT), cluster).map(|verdict| Verdicts(vec![verdict]))
}

/// Verdicts that are still to be summed up.
#[derive(Default)]
pub(super) struct Verdicts(Vec<Verdict>);

impl Verdicts {
    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Their figures, once there is a verdict of each of so many databases: without one, nothing
    /// was found because nothing was done.
    pub(super) fn figures(&self, databases: usize) -> Vec<Figure> {
        if self.0.len() == databases { figures(&self.0) } else { Vec::new() }
    }
}

/// Lives through one seed.
fn live(
    binary: &Path,
    folder: &Path,
    (seed, operations): (u64, u32),
    cluster: Option<&Cluster>,
) -> Result<Verdict> {
    let engine = if cluster.is_some() { "postgres" } else { "sqlite" };
    let own = folder.join(format!("{engine}-{seed}"));
    let mut chaos = Command::new(binary.with_file_name("huella-chaos"));
    chaos.env_remove("HUELLA_CHAOS_DATABASE");
    chaos.arg("--seed").arg(seed.to_string()).arg("--operations").arg(operations.to_string());
    chaos.arg("--folder").arg(&own);
    if let Some(cluster) = cluster {
        chaos.env("HUELLA_CHAOS_DATABASE", cluster.fresh_database(&format!("chaos_{seed}"))?);
    }
    // What a failing seed has to say is said at once.
    let output = chaos.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.context("huella-chaos cannot be run")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let verdict: Verdict = serde_json::from_str(text.trim())
        .with_context(|| format!("seed {seed} on {engine} came to no end ({})", output.status))?;
    verdict.tell(engine);
    if verdict.violations() == 0 {
        fs::remove_dir_all(&own)?;
    } else {
        say(&format!("   what it left behind is in {}", own.display()));
    }
    Ok(verdict)
}

impl Verdict {
    const fn violations(&self) -> u32 {
        self.lost + self.doubled + self.hidden + self.pending
    }

    fn tell(&self, engine: &str) {
        let Self { seed, operations, seconds, per_second, .. } = self;
        let listed = |counted: &BTreeMap<String, u32>| {
            counted.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>()
        };
        say(&format!(
            "   seed {seed} on {engine}: {operations} operations in {seconds:.1} s \
             ({per_second:.0} 1/s), {} violations",
            self.violations()
        ));
        say(&format!(
            "      {} kept and {} told as not kept, {} withdrawn; \
             killed: server {}, phones {}, tabs {}",
            self.kept,
            self.not_kept,
            self.withdrawn,
            self.server_kills,
            self.phone_kills,
            self.tab_kills
        ));
        say(&format!("      answers: {}", listed(&self.outcomes).join(", ")));
        say(&format!("      {} requests: {}", self.exchanges, listed(&self.met).join(", ")));
    }
}

/// The four figures of R1, over all seeds, and how fast it went.
fn figures(verdicts: &[Verdict]) -> Vec<Figure> {
    let sum = |of: fn(&Verdict) -> u32| f64::from(verdicts.iter().map(of).sum::<u32>());
    let operations: u32 = verdicts.iter().map(|one| one.operations).sum();
    let seconds: f64 = verdicts.iter().map(|one| one.seconds).sum();
    let words = |what: &str| format!("{what}, {} seeds, {operations} operations", verdicts.len());
    let none = (0.0, "");
    let each = f64::from(operations) / seconds.max(f64::EPSILON);
    let figures = [
        Figure::at_most("R1-lost", words("kept records lost"), sum(|one| one.lost), none),
        Figure::at_most("R1-doubled", words("records doubled"), sum(|one| one.doubled), none),
        Figure::at_most("R1-hidden", words("records hidden"), sum(|one| one.hidden), none),
        Figure::at_most("R1-pending", words("waiting 60 s after"), sum(|one| one.pending), none),
        Figure::of_the_machine("chaos-operations", "operations of the chaos", each),
    ];
    figures.into_iter().map(|figure| figure.sized(operations)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_tell_over_how_many_operations_they_are() {
        let verdict = |seed| {
            let counted = [
                "lost",
                "doubled",
                "hidden",
                "pending",
                "kept",
                "not_kept",
                "withdrawn",
                "exchanges",
                "server_kills",
                "phone_kills",
                "tab_kills",
            ];
            let mut told = serde_json::json!({ "seed": seed, "operations": 500, "seconds": 2.0,
                "per_second": 250.0, "outcomes": {}, "met": {} });
            for name in counted {
                told[name] = 0.into();
            }
            serde_json::from_value::<Verdict>(told).unwrap()
        };
        let figures = figures(&[verdict(1), verdict(2)]);
        assert!(figures.iter().all(|figure| figure.size == Some(1_000)));
        assert_eq!(figures[0].measure, "kept records lost, 2 seeds, 1000 operations");
    }
}
