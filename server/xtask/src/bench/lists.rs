//! P10: a coordinator's lists and dashboards, with many animals registered and many places booked.

use anyhow::{Context, Result, ensure};

use super::figure::{Figure, grouped};
use super::serving::{Given, Load, Serving};
use crate::console::say;

/// Coordinators at once.
const CLIENTS: usize = 8;
/// Pages asked for, of all in turn and of one.
const ASKED: usize = 1_040;
const ASKED_OF_ONE: usize = 160;
/// The longest that a page may take.
const MOST: (f64, &str) = (150.0, "ms");
/// Animals in the register for each booking: the goal is stated for 1,000,000 and 100,000.
const ANIMALS_FOR_A_BOOKING: u32 = 10;
/// Places at one outreach, all of them taken: four times as many as came to each of the programme's
/// seventeen, on average (876 animals).
const PLACES: u32 = 200;
/// People who book here, numbered apart from all others.
const GUESTS: u32 = 4_000_000;
/// The lists of a coordinator's day. Of the stock the box of one outreach, and not the whole, which
/// is counted by outreach: all animals of the register were served at one, as in no hall.
const LISTS: [&str; 8] = [
    "/coordinacion",
    "/coordinacion/tareas",
    "/coordinacion/operativos",
    "/coordinacion/programas",
    "/coordinacion/rnm",
    "/coordinacion/correos",
    "/coordinacion/donde-sigue",
    "/coordinacion/calendario",
];
/// The dashboards of one outreach, below its path.
const OF_AN_OUTREACH: [&str; 6] = ["", "/dia", "/plan", "/hoja", "/reservas", "/cierre"];

/// The figure of all these pages together, and of the slowest of them, with these names.
///
/// # Errors
/// When bookings are not given, or a page is not shown.
pub(super) fn measure(
    serving: &Serving,
    animals: u32,
    ids: [&'static str; 2],
) -> Result<[Figure; 2]> {
    let (last, bookings) = booked(serving, animals / ANIMALS_FOR_A_BOOKING)?;
    // No register grows so within a minute: where one does, by a restore, the same is done.
    serving.settle()?;
    let below = |page: &str| format!("/coordinacion/operativos/{}{page}", last.outreach);
    let mut paths: Vec<String> = LISTS.iter().map(|path| (*path).to_owned()).collect();
    for page in ["", "/servicios", "/servicios?servicio=implantation"] {
        paths.push(format!("/coordinacion/programas/{}{page}", last.programme));
    }
    paths.extend(OF_AN_OUTREACH.into_iter().map(below));
    paths.push(format!("/coordinacion/existencias/{}", last.outreach));
    let p95 = |paths: Vec<String>, count: usize| {
        let asked = Load::Lists { paths, clients: CLIENTS, count };
        serving.load(&asked).map(|measured| measured.p95_ms)
    };
    let held = format!(
        "{} animals, {} bookings, {PLACES} at each outreach",
        grouped(animals),
        grouped(bookings)
    );
    let words = format!("{} lists and dashboards at {held}, 8 clients, p95", paths.len());
    let all = Figure::at_most(ids[0], words, p95(paths.clone(), ASKED)?, MOST).held(animals);
    let mut slowest = (0.0, String::new());
    for path in paths {
        let told = path.replace(&last.outreach, "{id}").replace(&last.programme, "{id}");
        let took = p95(vec![path], ASKED_OF_ONE)?;
        say(&format!("   {took:6.1} ms {told}"));
        if took > slowest.0 {
            slowest = (took, told);
        }
    }
    let words = format!("the slowest of them, by itself, 8 clients, p95: {}", slowest.1);
    Ok([all, Figure::at_most(ids[1], words, slowest.0, MOST).held(animals)])
}

/// Fills outreaches until so many places are booked; the last of them, and how many are.
fn booked(serving: &Serving, count: u32) -> Result<(Given, u32)> {
    let outreaches = count.div_ceil(PLACES).max(1);
    let mut last = None;
    for number in 0..outreaches {
        let first = GUESTS + number * PLACES;
        let given = serving.places((PLACES, PLACES, first), false).context("filling outreaches")?;
        ensure!(given.booked == PLACES, "only {} of {PLACES} were given a place", given.booked);
        last = Some(given);
    }
    Ok((last.context("no outreach was filled")?, outreaches * PLACES))
}
