//! The figures of the goals, each beside its goal and, where there is one, the machine's own
//! limit taken in the same run.

mod browser;
mod chaos;
mod engines;
mod figure;
mod kept;
mod lists;
mod serving;

use anyhow::Result;
use clap::Subcommand;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    time::{Duration, Instant},
};

use crate::{
    budget, check,
    checkout::Checkout,
    console::{say, step},
    postgres::Cluster,
    site, tools,
};
use engines::Bench;
use figure::Figure;

/// A part of the bench that is run by itself.
#[derive(Subcommand)]
pub(crate) enum Part {
    /// Phones and server in chaos: many seeds, nothing lost, doubled or hidden (goal R1)
    Chaos(chaos::Chaos),
}

impl Part {
    /// Measures this part only.
    ///
    /// # Errors
    /// When it does not build, cannot be measured, or found what must not be.
    pub(crate) fn run(&self, checkout: &Checkout, profile: &str) -> Result<()> {
        let Self::Chaos(chaos) = self;
        chaos.run(checkout, profile)
    }
}

/// The profile whose figures count.
pub(crate) const RELEASE: &str = "release";
const MEASURED: Duration = Duration::from_secs(3);
/// What SQLite's write-ahead log appends for one changed page.
const FRAME_BYTES: usize = 4096 + 24;

/// Builds the release and measures it. Every figure that could be taken is printed and written,
/// also when another could not; lists and look-ups are measured with so many animals held.
///
/// # Errors
/// When something does not build or cannot be measured. A goal that is missed is no error.
pub(crate) fn bench(checkout: &Checkout, profile: &str, animals: u32) -> Result<()> {
    // Before anything is built: what is changed while it measures is of the next program.
    let program = kept::program(checkout, profile)?;
    let site = site::build(checkout)?;
    check::server(checkout, profile)?;
    step("tools", || {
        tools::postgres_programs()?;
        tools::chromium().map(drop)
    })?;
    let binary_mb = megabytes(fs::metadata(checkout.binary(profile))?.len());
    let field_kb = megabytes(u64::try_from(budget::field_bytes(&site))?) * 1000.0;
    let goal_kb = f64::from(u16::try_from(budget::FIELD_GOAL_KB)?);
    let mut figures = vec![
        Figure::at_most("P2", "field app, brotli", field_kb, (goal_kb, "KB")),
        Figure::at_most("P14-binary", "the one binary", binary_mb, (80.0, "MB")),
    ];
    let measured = measure(checkout, (profile, animals), &mut figures);
    figure::tell(&figures);
    if profile != RELEASE {
        say(&format!("Measured with the profile {profile}: these are no figures of Huella."));
    }
    kept::put(&checkout.figures(), &program, &figures, false)?;
    measured
}

fn measure(
    checkout: &Checkout,
    (profile, animals): (&str, u32),
    figures: &mut Vec<Figure>,
) -> Result<()> {
    let binary = checkout.binary(profile);
    let folder = checkout.root.join("target/bench");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let commits = step("bench: the disk", || durable_commits(checkout))?;
    figures.push(Figure::of_the_machine("limit-disk", "4 KB appends, each fsynced", commits));
    // What one part has measured is told when the next begins: a bench that is cut short has not
    // measured in vain.
    let mut told = 0;
    let mut tell = |figures: &[Figure]| {
        figure::rows(figures.get(told..).unwrap_or_default());
        told = figures.len();
    };
    let sqlite = step("bench: SQLite", || {
        engines::sqlite(&mut Bench { binary: &binary, folder: &folder, figures }, animals)
    });
    tell(figures);
    let mut verdicts = chaos::Verdicts::default();
    let first = step("bench: chaos on SQLite", || {
        verdicts.extend(chaos::short(&binary, &folder, None)?);
        Ok(())
    });
    let postgres = step("bench: PostgreSQL", || {
        let cluster = Cluster::start()?;
        let bench = &mut Bench { binary: &binary, folder: &folder, figures };
        engines::postgres(bench, &cluster.url(), animals)?;
        verdicts.extend(chaos::short(&binary, &folder, Some(&cluster))?);
        Ok(())
    });
    figures.extend(verdicts.figures(2));
    tell(figures);
    let browser = step("bench: browser", || browser::browse(checkout, &binary, &folder, figures));
    sqlite.and(first).and(postgres).and(browser)
}

/// How many times a second this disk can promise that something is kept.
fn durable_commits(checkout: &Checkout) -> Result<f64> {
    let path = checkout.root.join("target/bench.fsync");
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < MEASURED {
        file.write_all(&[7; FRAME_BYTES])?;
        file.sync_data()?;
        count += 1;
    }
    let seconds = begun.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(f64::from(count) / seconds)
}

/// Megabytes of 1,000,000 bytes, to a thousandth.
fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}
