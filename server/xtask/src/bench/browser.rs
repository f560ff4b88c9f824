//! What only a browser can measure: the specs in `end2end/bench`, on the release.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::{fs, path::Path, process::Command};

use super::figure::Figure;
use crate::{checkout::Checkout, console::run, tools};

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

/// What the specs measure: id, in words, the most it may be, its unit.
const MEASURES: [(&str, &str, f64, &str); 12] = [
    ("P1", "the heaviest public page, fonts included:", 50.0, "KB"),
    ("P4-start", "cold start of the field app, off-line:", 1.5, "s"),
    ("P4-search", "from its first page to the first search answered:", 1.5, "s"),
    ("P5", "p95 of looking up by chip, RUN and names, off-line:", 50.0, "ms"),
    ("P6-known-taps", "taps for a known animal:", 12.0, "taps"),
    ("P6-new-taps", "taps for a new owner and animal:", 22.0, "taps"),
    ("P6-known-seconds", "modelled, a known animal:", 30.0, "s"),
    ("P6-new-seconds", "modelled, a new owner and animal:", 75.0, "s"),
    ("P6-saved-p95", "from the last tap to kept", 50.0, "ms"),
    ("P7-seconds", "500 submissions sent over the goals' line,", 3.0, "s"),
    ("P7-kilobytes", "what they weigh on it", 150.0, "KB"),
    ("P12-browser", "p95 of the browser's own check", 20.0, "ms"),
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
    let mut playwright = Command::new(end2end.join("node_modules/.bin/playwright"));
    playwright.current_dir(&end2end).args(["test", "--config", "bench/playwright.config.ts"]);
    playwright.env("HUELLA_BIN", binary);
    playwright.env("HUELLA_CHROMIUM", tools::chromium()?).env("HUELLA_FIGURES", &told);
    let ran = run(&mut playwright);
    let noted: Result<Vec<Noted>, _> =
        fs::read_to_string(&told)?.lines().map(serde_json::from_str).collect();
    let noted = noted?;
    for (id, measure, most, unit) in MEASURES {
        if let Some(one) = noted.iter().find(|one| one.id == id) {
            let measure = format!("{measure} {}", one.about).trim_end().to_owned();
            let figure = Figure::at_most(id, measure, one.value, (most, unit));
            figures.push(Figure { limit: one.limit, ..figure });
        } else if ran.is_ok() {
            return Err(anyhow::anyhow!("no spec measured {id}")).context("end2end/bench");
        }
    }
    ran
}
