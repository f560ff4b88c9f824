//! What the server does on each database, in an order in which no measure disturbs the next.

use anyhow::{Context, Result, ensure};
use std::path::Path;

use super::figure::{Figure, grouped};
use super::lists;
use super::serving::{Carried, Engine, Load, Measured, Serving};
use crate::console::say;

/// Where the visits of each load begin to be numbered.
const BATCHED: usize = 5_000;
const AT_FEW: usize = 200_000;
const AT_MANY: usize = 210_000;
const ABORTED: usize = 300_000;
/// Behind all others, for it may be a million of them.
const FILLING: usize = 1_000_000;
/// People who book, numbered apart from those who come to visits.
const BOOKING: u32 = 3_000_000;
const RACING: u32 = 3_100_000;
/// Places at the one event, and people who book them.
const BOOKED: u32 = 6_000;
/// Places that are raced for, and by how many.
const RACE: (u32, u32) = (500, 10_000);
/// Visits of the batches: what is held when few are.
const FEW: usize = 10_000;
/// Visits in each request that fills the register.
const BATCH: usize = 250;
/// Documents that must have been printed before the memory is read again.
const PRINTED: u64 = 1_000;

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

/// The figures of one file, one writer; lists and look-ups with so many animals held.
pub(super) fn sqlite(bench: &mut Bench<'_>, animals: u32) -> Result<()> {
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
    let few = latencies(&serving, AT_FEW, (BATCHED, FEW))?;
    verifications(bench, &serving)?;
    let held = filled(&serving, animals)?;
    let many = latencies(&serving, AT_MANY, (FILLING, held))?;
    many.tell(bench, animals);
    flatness(bench, &few, &many, animals);
    bench.figures.extend(chips(&serving.chips(FILLING, held)?, animals));
    bench.figures.extend(lists::measure(&serving, animals, ["P10", "P10-slowest"])?);
    aborts(bench, &serving, ["R10-sqlite", "R10-sqlite-idle", "R10-sqlite-halves"])?;
    bookings(bench, &serving, commits, ["P13-sqlite", "P13-sqlite-race", "P13-sqlite-racing"])
}

/// Fills the register with so many animals, which it answers.
fn filled(serving: &Serving, animals: u32) -> Result<usize> {
    // Two phones, and no batch that is left over.
    let count = usize::try_from(animals)?.next_multiple_of(2 * BATCH);
    let filling = Load::Visits { clients: 2, count, batch: BATCH, skip: FILLING, mail: false };
    serving.load(&filling).context("filling the register")?;
    Ok(count)
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

/// The list of chips that a phone takes along, of so many animals.
fn chips(carried: &Carried, animals: u32) -> [Figure; 3] {
    let words = format!("the phone's list of {} chips", carried.chips);
    // 300 KB for the hundred thousand of a province.
    let most = f64::from(animals) * 0.003;
    let fetched = "asking for it until it is there";
    let mistaken = "of 1,000,000 strange chips taken for known";
    let figures = [
        Figure::at_most("chips-size", words, carried.kilobytes, (most, "KB")),
        Figure::at_most("chips-fetched", fetched, carried.fetched_ms, (1_000.0, "ms")),
        Figure::at_most("chips-mistaken", mistaken, carried.mistaken, (35.0, "")),
    ];
    figures.map(|figure| figure.sized(animals))
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

fn latencies(serving: &Serving, skip: usize, (first, held): (usize, usize)) -> Result<Latencies> {
    let register = Load::Visits { clients: 1, count: 1_000, batch: 1, skip, mail: true };
    let register = serving.load(&register)?;
    serving.printed()?;
    let search = serving.load(&Load::Search { first, held, count: 2_000 })?;
    Ok(Latencies { register, search })
}

impl Latencies {
    /// P9, with so many animals held.
    fn tell(&self, bench: &mut Bench<'_>, animals: u32) {
        let ids = ["P9-register-p50", "P9-register-p95", "P9-register-p99"];
        let words = format!("registering at {} animals, one at a time", grouped(animals));
        tell(bench, (&self.register, animals), &words, ids.into_iter().zip([10.0, 40.0, 100.0]));
        let ids = ["P9-search-p50", "P9-search-p95", "P9-search-p99"];
        let words = format!("searching {} animals, one at a time", grouped(animals));
        tell(bench, (&self.search, animals), &words, ids.into_iter().zip([5.0, 25.0, 60.0]));
    }
}

/// The three times of a measure, each with its name and how long it may be, in milliseconds.
fn tell(
    bench: &mut Bench<'_>,
    (measured, animals): (&Measured, u32),
    words: &str,
    goals: impl Iterator<Item = (&'static str, f64)>,
) {
    let of = [measured.p50_ms, measured.p95_ms, measured.p99_ms];
    for (value, (id, most)) in of.into_iter().zip(goals) {
        bench.add(Figure::at_most(id, words, value, (most, "ms")).held(animals));
    }
}

/// How much slower the same is with that many animals held than with 10,000.
fn flatness(bench: &mut Bench<'_>, few: &Latencies, many: &Latencies, animals: u32) {
    let held = grouped(animals);
    for (id, words, few, many) in [
        ("P9-register-flat", "registering", &few.register, &many.register),
        ("P9-search-flat", "searching", &few.search, &many.search),
    ] {
        let (before, after) = (few.p95_ms, many.p95_ms);
        let words = format!("{words}, p95 at {held} over 10,000: {after:.1} / {before:.1} ms");
        bench.add(Figure::at_most(id, words, after / before, (2.0, "×")).held(animals));
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

/// P13: bookings on one event, and more people than there are places. Beside them, what the
/// database itself can promise.
fn bookings(
    bench: &mut Bench<'_>,
    serving: &Serving,
    commits: f64,
    ids: [&'static str; 3],
) -> Result<()> {
    let given = serving.places((BOOKED, BOOKED, BOOKING), true).context("booking at one event")?;
    ensure!(given.booked == BOOKED, "only {} of {BOOKED} were given a place", given.booked);
    let each = given.measured.per_second;
    let words = format!("bookings on one event, 64 at once, p50 {:.0} ms", given.measured.p50_ms);
    bench.add(Figure::at_least(ids[0], words, each, (1e3, "1/s")).beside(commits));
    serving.printed()?;
    let (places, people) = RACE;
    let given = serving.places((places, people, RACING), true).context("racing for places")?;
    let failed = given.measured.failed;
    let is_sound = given.booked == given.promised && given.promised == given.in_slots;
    ensure!(
        failed == 0 && is_sound && given.booked + given.full == people,
        "{} were told that they have a place, {} places are promised, {} in the slots, {failed} \
         were answered otherwise",
        given.booked,
        given.promised,
        given.in_slots
    );
    let words = format!("places given, of {places}, to {} who raced", grouped(people));
    bench.add(Figure::exactly(ids[1], words, given.promised, places));
    let words = "answers in that race, most of them that all is full";
    bench.add(Figure::of_the_machine(ids[2], words, given.measured.per_second));
    Ok(())
}

/// The figures of a server with many writers; lists with so many animals held.
pub(super) fn postgres(bench: &mut Bench<'_>, url: &str, animals: u32) -> Result<()> {
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
    let ids = ["P13-postgres", "P13-postgres-race", "P13-postgres-racing"];
    bookings(bench, &serving, commits, ids)?;
    filled(&serving, animals)?;
    let ids = ["P10-postgres", "P10-postgres-slowest"];
    bench.figures.extend(lists::measure(&serving, animals, ids)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_chips_tells_of_how_many_animals_it_is() {
        let carried = Carried { chips: 7, kilobytes: 299.0, fetched_ms: 9.0, mistaken: 15.0 };
        let figures = chips(&carried, 100_000);
        assert!(figures.iter().all(|figure| figure.size == Some(100_000)));
        assert!(figures.iter().all(|figure| figure.met == Some(true)));
        assert_eq!(chips(&carried, 50_000)[0].met, Some(false), "half may weigh half");
    }
}
