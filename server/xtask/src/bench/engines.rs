//! What the server does on each database, in an order in which no measure disturbs the next.

use anyhow::{Context, Result, ensure};
use std::path::Path;

use super::figure::Figure;
use super::serving::{Engine, Load, Measured, Serving};
use crate::console::say;

/// Animals in the register when lists and look-ups are measured.
const HELD: usize = 100_000;
/// Where the visits of each load begin to be numbered.
const BATCHED: usize = 5_000;
const FILLING: usize = 20_000;
const AT_FEW: usize = 200_000;
const AT_MANY: usize = 210_000;
const ABORTED: usize = 300_000;
/// Visits of the batches: what is held when few are.
const FEW: usize = 10_000;
/// Documents that must have been printed before the memory is read again.
const PRINTED: u64 = 1_000;
/// The lists of a coordinator's day.
const LISTS: [&str; 5] = [
    "/coordinacion",
    "/coordinacion/operativos",
    "/coordinacion/programas",
    "/coordinacion/rnm",
    "/coordinacion/correos",
];

/// Where to measure, and what was measured so far.
pub(super) struct Bench<'a> {
    /// The server's binary, beside which the load's client is.
    pub(super) binary: &'a Path,
    /// A folder for databases.
    pub(super) folder: &'a Path,
    /// The figures so far.
    pub(super) figures: &'a mut Vec<Figure>,
}

impl Bench<'_> {
    fn add(&mut self, figure: Figure) {
        self.figures.push(figure);
    }
}

/// The figures of one file, one writer.
pub(super) fn sqlite(bench: &mut Bench<'_>) -> Result<()> {
    let engine = Engine::Sqlite(bench.folder.join("limit.db"));
    let commits = Serving::commits(bench.binary, &engine, 8)?.per_second;
    bench.add(Figure::of_the_machine("limit-sqlite", "single-row commits of SQLite", commits));
    let engine = Engine::Sqlite(bench.folder.join("sqlite/huella.db"));
    let serving = Serving::begin(bench.binary, &bench.folder.join("sqlite"), engine)?;
    let started = serving.started.as_secs_f64();
    bench.add(Figure::at_most("P14-start", "process start to ready", started, (1.0, "s")));
    let resident = serving.resident_mb()?;
    let words = "resident before the first PDF";
    bench.add(Figure::at_most("P14-resident", words, resident, (60.0, "MB")));
    registrations(bench, &serving, commits)?;
    let few = latencies(bench, &serving, AT_FEW, (BATCHED, FEW), "10,000")?;
    verifications(bench, &serving)?;
    let filling = Load::Visits { clients: 2, count: HELD, batch: 250, skip: FILLING, mail: false };
    serving.load(&filling).context("filling the register")?;
    let many = latencies(bench, &serving, AT_MANY, (FILLING, HELD), "100,000")?;
    flatness(bench, &few, &many);
    chips(bench, &serving)?;
    let lists = serving.load(&Load::Lists { paths: &LISTS, clients: 8, count: 400 })?;
    bench.add(Figure::at_most(
        "P10",
        "lists at 100,000, 8 clients, p95",
        lists.p95_ms,
        (150.0, "ms"),
    ));
    aborts(bench, &serving, ["R10-sqlite", "R10-sqlite-idle", "R10-sqlite-halves"])
}

/// P8 on SQLite, and what printing all those documents does to the memory.
fn registrations(bench: &mut Bench<'_>, serving: &Serving, commits: f64) -> Result<()> {
    let visits =
        |clients, count, batch, skip| Load::Visits { clients, count, batch, skip, mail: true };
    let single = serving.load(&visits(8, 4_000, 1, 0))?.per_second;
    bench.add(
        Figure::at_least("P8-sqlite-single", "visits, one a request", single, (1e3, "1/s"))
            .beside(commits),
    );
    let batches = serving.load(&visits(2, FEW, 250, BATCHED))?.per_second;
    bench.add(
        Figure::at_least("P8-sqlite-batch", "visits in batches", batches, (2e3, "1/s"))
            .beside(commits),
    );
    let printed = serving.printed()?;
    ensure!(printed >= PRINTED, "only {printed} documents were printed");
    let words = format!("resident after {printed} PDFs");
    bench.add(Figure::at_most("P14-after", words, serving.resident_mb()?, (150.0, "MB")));
    Ok(())
}

/// The list of chips that a phone takes along.
fn chips(bench: &mut Bench<'_>, serving: &Serving) -> Result<()> {
    let carried = serving.chips(FILLING, HELD)?;
    let words = format!("the phone's list of {} chips", carried.chips);
    bench.add(Figure::at_most("chips-size", words, carried.kilobytes, (300.0, "KB")));
    let words = "asking for it until it is there";
    bench.add(Figure::at_most("chips-fetched", words, carried.fetched_ms, (1_000.0, "ms")));
    let words = "of 1,000,000 strange chips taken for known";
    bench.add(Figure::at_most("chips-mistaken", words, carried.mistaken, (35.0, "")));
    Ok(())
}

fn verifications(bench: &mut Bench<'_>, serving: &Serving) -> Result<()> {
    let empty = serving.load(&Load::Pages("/livez", 8, 20_000))?.per_second;
    bench.add(Figure::of_the_machine("limit-answers", "empty answers, 8 clients", empty));
    for (id, words, way, least) in [
        ("P12-page", "verification pages, 8 clients", "page", 3e3),
        ("P12-api", "verification answers, 8 clients", "api", 5e3),
    ] {
        let each = serving.load(&Load::Verify(way))?.per_second;
        bench.add(Figure::at_least(id, words, each, (least, "1/s")).beside(empty));
    }
    let papers = serving.load(&Load::Papers(600))?.per_second;
    bench.add(Figure::at_least("P11", "documents by one core", papers, (250.0, "1/s")));
    Ok(())
}

/// Registering and searching, one request at a time.
struct Latencies {
    register: Measured,
    search: Measured,
}

fn latencies(
    bench: &mut Bench<'_>,
    serving: &Serving,
    skip: usize,
    (first, held): (usize, usize),
    told: &str,
) -> Result<Latencies> {
    let register = Load::Visits { clients: 1, count: 1_000, batch: 1, skip, mail: true };
    let register = serving.load(&register)?;
    serving.printed()?;
    let search = serving.load(&Load::Search { first, held, count: 2_000 })?;
    if held == HELD {
        let of = [register.p50_ms, register.p95_ms, register.p99_ms];
        let ids = ["P9-register-p50", "P9-register-p95", "P9-register-p99"];
        for ((id, value), most) in ids.into_iter().zip(of).zip([10.0, 40.0, 100.0]) {
            bench.add(Figure::at_most(id, format!("registering at {told}"), value, (most, "ms")));
        }
        let of = [search.p50_ms, search.p95_ms, search.p99_ms];
        let ids = ["P9-search-p50", "P9-search-p95", "P9-search-p99"];
        for ((id, value), most) in ids.into_iter().zip(of).zip([5.0, 25.0, 60.0]) {
            bench.add(Figure::at_most(id, format!("searching {told}"), value, (most, "ms")));
        }
    }
    Ok(Latencies { register, search })
}

/// How much slower the same is with ten times as much held.
fn flatness(bench: &mut Bench<'_>, few: &Latencies, many: &Latencies) {
    for (id, words, few, many) in [
        ("P9-register-flat", "registering", &few.register, &many.register),
        ("P9-search-flat", "searching", &few.search, &many.search),
    ] {
        let (before, after) = (few.p95_ms, many.p95_ms);
        let words = format!("{words}, p95 at 100,000 over 10,000: {after:.1} / {before:.1} ms");
        bench.add(Figure::at_most(id, words, after / before, (2.0, "×")));
    }
}

/// R10: the requests after a thousand that were aborted, and what those left behind.
fn aborts(bench: &mut Bench<'_>, serving: &Serving, ids: [&'static str; 3]) -> Result<()> {
    let left = serving.aborts(1_000, ABORTED)?;
    let (before, after) = (left.before_p95_ms, left.measured.p95_ms);
    say(&format!("   {} of 1,000 aborted uploads were registered, whole", left.whole));
    // As before: within twice, and what a machine as busy as this one adds by chance.
    let most = before * 2.0 + 10.0;
    let words = format!("p95 of 50 after 1,000 aborts; before {before:.1} ms");
    bench.add(Figure::at_most(ids[0], words, after, (most, "ms")));
    let words = "connections left in a transaction";
    bench.add(Figure::at_most(ids[1], words, left.idle, (0.0, "")));
    bench.add(Figure::at_most(ids[2], "records without their half", left.halves, (0.0, "")));
    Ok(())
}

/// The figures of a server with many writers.
pub(super) fn postgres(bench: &mut Bench<'_>, url: &str) -> Result<()> {
    let engine = Engine::Postgres(url.to_owned());
    let serving = Serving::begin(bench.binary, &bench.folder.join("postgres"), engine.clone())?;
    let visits = Load::Visits { clients: 32, count: 8_000, batch: 1, skip: 0, mail: true };
    let many = serving.load(&visits)?.per_second;
    serving.printed()?;
    aborts(bench, &serving, ["R10-postgres", "R10-postgres-idle", "R10-postgres-halves"])?;
    let commits = Serving::commits(bench.binary, &engine, 32)?.per_second;
    let words = "single-row commits of PostgreSQL, 32 connections";
    bench.add(Figure::of_the_machine("limit-postgres", words, commits));
    bench.add(
        Figure::at_least("P8-postgres", "visits at 32 clients", many, (2.5e3, "1/s"))
            .beside(commits),
    );
    Ok(())
}
