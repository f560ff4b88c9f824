//! The figures of the goals, each beside its goal and, where there is one, the machine's own
//! limit taken in the same run.

use anyhow::Result;
use serde::Serialize;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    time::{Duration, Instant},
};

use crate::{
    budget, check,
    checkout::Checkout,
    console::{say, step},
    site,
};

const MEASURED: Duration = Duration::from_secs(3);
/// What SQLite's write-ahead log appends for one changed page.
const FRAME_BYTES: usize = 4096 + 24;

/// One measured figure; `target/bench.json` is a list of these.
#[derive(Serialize)]
pub(crate) struct Figure {
    /// As in the goals, with a suffix where one goal has several: `P8-sqlite-single`.
    pub(crate) id: &'static str,
    /// What was measured, in words.
    pub(crate) measure: &'static str,
    /// The figure.
    pub(crate) value: f64,
    /// Its unit: `MB`, `1/s`, `ms`.
    pub(crate) unit: &'static str,
    /// The figure to reach; none for what only tells about the machine.
    pub(crate) goal: Option<f64>,
    /// Whether the goal is reached.
    pub(crate) met: Option<bool>,
    /// The machine's own limit of the same measure, where it was taken.
    pub(crate) limit: Option<f64>,
}

impl Figure {
    /// A figure that is good when it is at most the goal.
    fn at_most(
        id: &'static str,
        measure: &'static str,
        value: f64,
        goal: (f64, &'static str),
    ) -> Self {
        let met = Some(value <= goal.0);
        Self { id, measure, value, unit: goal.1, goal: Some(goal.0), met, limit: None }
    }

    /// A figure of the machine itself.
    fn of_the_machine(
        id: &'static str,
        measure: &'static str,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self { id, measure, value, unit, goal: None, met: None, limit: None }
    }
}

/// Builds the release and measures it.
///
/// # Errors
/// When something does not build or cannot be measured. A goal that is missed is no error.
pub(crate) fn bench(checkout: &Checkout) -> Result<()> {
    let site = site::build(checkout)?;
    check::server(checkout, "release")?;
    let binary_mb = megabytes(fs::metadata(checkout.binary("release"))?.len());
    let field_mb = megabytes(u64::try_from(budget::field_bytes(&site))?);
    let commits = step("bench: durable commits", || durable_commits(checkout))?;
    let goal_kb = f64::from(u16::try_from(budget::FIELD_GOAL_KB)?);
    let figures = [
        Figure::of_the_machine("limit-commits", "4 KB appends, each fsynced", commits, "1/s"),
        Figure::at_most("P2", "field app, brotli", field_mb * 1000.0, (goal_kb, "KB")),
        Figure::at_most("P14-binary", "the one binary", binary_mb, (80.0, "MB")),
    ];
    tell(&figures);
    fs::create_dir_all(checkout.root.join("target"))?;
    fs::write(checkout.root.join("target/bench.json"), serde_json::to_string_pretty(&figures)?)?;
    Ok(())
}

fn tell(figures: &[Figure]) {
    say(&format!("{:<24} {:>12} {:<5} {:>10} {:>10}  measure", "", "value", "", "goal", "limit"));
    for figure in figures {
        let optional = |number: Option<f64>| number.map_or_else(String::new, |n| format!("{n:.1}"));
        let met = match figure.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let Figure { id, value, unit, measure, .. } = figure;
        let (goal, limit) = (optional(figure.goal), optional(figure.limit));
        say(&format!("{id:<24} {value:>12.1} {unit:<5} {goal:>10} {limit:>10}  {measure} {met}"));
    }
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
