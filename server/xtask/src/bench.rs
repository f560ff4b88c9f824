//! The figures of the goals, each beside its goal and, where there is one, the machine's own
//! limit taken in the same run.

mod figure;
mod serving;

use anyhow::{Context, Result};
use std::{
    fs::{self, OpenOptions},
    io::Write,
    time::{Duration, Instant},
};

use crate::{budget, check, checkout::Checkout, console::step, postgres::Cluster, site};
use figure::Figure;
use serving::{Load, Serving};

const MEASURED: Duration = Duration::from_secs(3);
/// What SQLite's write-ahead log appends for one changed page.
const FRAME_BYTES: usize = 4096 + 24;
/// Animals in the register when lists and look-ups are measured.
const HELD_ANIMALS: usize = 100_000;

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
    let mut figures = vec![
        Figure::of_the_machine("limit-commits", "4 KB appends, each fsynced", commits, "1/s"),
        Figure::at_most("P2", "field app, brotli", field_mb * 1000.0, (goal_kb, "KB")),
        Figure::at_most("P14-binary", "the one binary", binary_mb, (80.0, "MB")),
    ];
    let folder = checkout.root.join("target/bench");
    step("bench: SQLite", || {
        let serving = Serving::begin(checkout, &folder.join("sqlite"), None)?;
        sqlite(&serving, commits, &mut figures)
    })?;
    step("bench: PostgreSQL", || {
        let cluster = Cluster::start()?;
        let serving = Serving::begin(checkout, &folder.join("postgres"), Some(&cluster.url()))?;
        postgres(&serving, &mut figures)
    })?;
    figure::tell(&figures);
    fs::write(checkout.root.join("target/bench.json"), serde_json::to_string_pretty(&figures)?)?;
    Ok(())
}

fn sqlite(serving: &Serving, commits: f64, figures: &mut Vec<Figure>) -> Result<()> {
    let started = serving.started.as_secs_f64();
    let resident = serving.resident_mb()?;
    figures.extend([
        Figure::at_most("P14-start", "start to the first answer", started, (1.0, "s")),
        Figure::at_most("P14-resident", "resident before the first PDF", resident, (60.0, "MB")),
    ]);
    let empty = serving.load(&Load::Pages("/livez", 8, 20_000))?.per_second;
    figures.push(Figure::of_the_machine("limit-answers", "empty answers", empty, "1/s"));
    let single = serving.load(&Load::Visits { clients: 8, count: 4_000, batch: 1, skip: 0 })?;
    let batches =
        serving.load(&Load::Visits { clients: 2, count: 10_000, batch: 250, skip: 5_000 })?;
    figures.extend([
        Figure::at_least(
            "P8-sqlite-single",
            "visits, one a request",
            single.per_second,
            (1e3, "1/s"),
        )
        .beside(commits),
        Figure::at_least("P8-sqlite-batch", "visits in batches", batches.per_second, (2e3, "1/s"))
            .beside(commits),
    ]);
    let page = serving.load(&Load::Verify("page"))?.per_second;
    let api = serving.load(&Load::Verify("api"))?.per_second;
    let papers = serving.load(&Load::Papers(600))?.per_second;
    figures.extend([
        Figure::at_least("P12-page", "verification pages", page, (3e3, "1/s")).beside(empty),
        Figure::at_least("P12-api", "verification answers", api, (5e3, "1/s")).beside(empty),
        Figure::at_least("P11", "documents by one core", papers, (250.0, "1/s")),
    ]);
    let filled = Load::Visits { clients: 2, count: HELD_ANIMALS, batch: 250, skip: 20_000 };
    serving.load(&filled).context("filling the register")?;
    let one = serving.load(&Load::Visits { clients: 1, count: 1_000, batch: 1, skip: 200_000 })?;
    let search = serving.load(&Load::Search { held: HELD_ANIMALS, count: 2_000 })?;
    figures.extend([
        Figure::at_most("P9-register-p50", "registering at 100,000", one.p50_ms, (10.0, "ms")),
        Figure::at_most("P9-register-p95", "registering at 100,000", one.p95_ms, (40.0, "ms")),
        Figure::at_most("P9-register-p99", "registering at 100,000", one.p99_ms, (100.0, "ms")),
        Figure::at_most("P9-search-p50", "searching 100,000", search.p50_ms, (5.0, "ms")),
        Figure::at_most("P9-search-p95", "searching 100,000", search.p95_ms, (25.0, "ms")),
        Figure::at_most("P9-search-p99", "searching 100,000", search.p99_ms, (60.0, "ms")),
    ]);
    let after = serving.resident_mb()?;
    figures.push(Figure::at_most("P14-after", "resident after 1,000 PDFs", after, (150.0, "MB")));
    Ok(())
}

fn postgres(serving: &Serving, figures: &mut Vec<Figure>) -> Result<()> {
    let many = serving.load(&Load::Visits { clients: 32, count: 8_000, batch: 1, skip: 0 })?;
    let aborted = serving.load(&Load::Aborts { count: 1_000, skip: 50_000 })?;
    figures.extend([
        Figure::at_least("P8-postgres", "visits at 32 clients", many.per_second, (2.5e3, "1/s")),
        Figure::at_most("R10", "slowest of 50 after 1,000 aborts", aborted.p99_ms, (1e3, "ms")),
    ]);
    Ok(())
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
