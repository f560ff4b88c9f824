//! What only a browser can measure: the specs in `end2end/bench`, on the release.

use anyhow::{Result, ensure};
use serde::Deserialize;
use std::{fs, path::Path, process::Command};

use super::figure::Figure;
use crate::{checkout::Checkout, console::run, tools};
use Wanted::{Least, Most};

/// A line that a spec wrote.
#[derive(Deserialize)]
struct Noted {
    id: String,
    value: f64,
    about: String,
    /// What nothing could be better than.
    #[serde(default)]
    limit: Option<f64>,
}

/// How good a figure is to be.
#[derive(Clone, Copy)]
enum Wanted {
    /// At most so much.
    Most(f64),
    /// At least so much.
    Least(f64),
}

/// What the specs measure: id, in words, how good it is to be, its unit.
const MEASURES: [(&str, &str, Wanted, &str); 19] = [
    ("P1", "the heaviest public page, fonts included:", Most(50.0), "KB"),
    ("P3-public-performance", "Lighthouse, the lowest public page:", Least(98.0), "/100"),
    ("P3-public-lcp", "Lighthouse, the last largest paint of a public page:", Most(1.5), "s"),
    ("P3-field-performance", "Lighthouse, the field app:", Least(90.0), "/100"),
    ("P3-coordination-performance", "Lighthouse, the lowest page:", Least(90.0), "/100"),
    ("P3-accessibility", "Lighthouse, the fewest points of a page:", Least(100.0), "/100"),
    ("P3-best-practices", "Lighthouse, the fewest points of a page:", Least(100.0), "/100"),
    ("P4-start", "cold start of the field app, off-line, to the PIN:", Most(1.5), "s"),
    ("P4-search", "from the PIN to the first search answered:", Most(1.5), "s"),
    ("P4-anew", "the same where nothing was summed up of what is held:", Most(1.5), "s"),
    ("P5", "p95 of looking up by chip, RUN and names, off-line:", Most(50.0), "ms"),
    ("P6-known-taps", "taps for a known animal:", Most(12.0), "taps"),
    ("P6-new-taps", "taps for a new owner and animal:", Most(22.0), "taps"),
    ("P6-known-seconds", "modelled, a known animal:", Most(30.0), "s"),
    ("P6-new-seconds", "modelled, a new owner and animal:", Most(75.0), "s"),
    ("P6-saved-p95", "from the last tap to kept, off-line", Most(50.0), "ms"),
    ("P7-seconds", "500 submissions sent over the goals' line,", Most(3.0), "s"),
    ("P7-kilobytes", "what they weigh on it", Most(150.0), "KB"),
    ("P12-browser", "p95 of the browser's own check", Most(20.0), "ms"),
];

/// Runs the specs; adds what they measured, also when one of them failed.
pub(super) fn browse(
    checkout: &Checkout,
    binary: &Path,
    folder: &Path,
    figures: &mut Vec<Figure>,
) -> Result<()> {
    let (end2end, told) = (checkout.end2end(), folder.join("browser.jsonl"));
    fs::write(&told, "")?;
    tools::npm_packages(checkout)?;
    // Without it the other specs measure all the same.
    let judge = tools::lighthouse(checkout);
    let mut playwright = Command::new(end2end.join("node_modules/.bin/playwright"));
    playwright.current_dir(&end2end).args(["test", "--config", "bench/playwright.config.ts"]);
    playwright.env("HUELLA_BIN", binary);
    playwright.env("HUELLA_CHROMIUM", tools::chromium()?).env("HUELLA_FIGURES", &told);
    let ran = run(&mut playwright);
    let noted: Result<Vec<Noted>, _> =
        fs::read_to_string(&told)?.lines().map(serde_json::from_str).collect();
    let (noted, mut missing) = (noted?, Vec::new());
    for (id, measure, wanted, unit) in MEASURES {
        if let Some(one) = noted.iter().find(|one| one.id == id) {
            let measure = format!("{measure} {}", one.about).trim_end().to_owned();
            let figure = match wanted {
                Most(goal) => Figure::at_most(id, measure, one.value, (goal, unit)),
                Least(goal) => Figure::at_least(id, measure, one.value, (goal, unit)),
            };
            figures.push(Figure { limit: one.limit, ..figure });
        } else {
            missing.push(id);
        }
    }
    judge.and(ran)?;
    ensure!(missing.is_empty(), "end2end/bench: no spec measured {}", missing.join(", "));
    Ok(())
}
