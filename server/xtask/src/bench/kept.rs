//! `target/bench.json`: the list of figures, in which a smaller measure of the same program does
//! not take the place of a larger one.

use anyhow::Result;
use serde_json::Value;
use std::{fs, path::Path};

use super::figure::Figure;
use crate::{checkout::Checkout, console::say, fingerprint};

/// What of the checkout the program is made of, and how.
const SOURCES: [&str; 7] =
    [".cargo", "Cargo.lock", "Cargo.toml", "app", "server", "public", "style"];

/// Names the program that was measured: the same for the same sources and profile.
///
/// # Errors
/// When a source cannot be read.
pub(super) fn program(checkout: &Checkout, profile: &str) -> Result<String> {
    let sources = SOURCES.map(|source| checkout.root.join(source));
    Ok(format!("{profile}-{}", fingerprint::of_files(&sources)?))
}

/// Writes figures of a program into the list at `path`, in the place of those with the same names.
///
/// One that was measured on more of the same program stays, and is told, unless the new one misses
/// its goal: what was found is never hidden. Of the others, those of a size stay as long as the
/// program is the same, and all of them when only a part of the bench was run. What is no number
/// (a share of nothing) is no figure, and is told in its place.
///
/// # Errors
/// When the list cannot be written.
pub(super) fn put(path: &Path, program: &str, figures: &[Figure], is_part: bool) -> Result<()> {
    let before = fs::read_to_string(path).unwrap_or_else(|_| "[]".to_owned());
    let before: Vec<Value> = serde_json::from_str(&before).unwrap_or_default();
    let mut all = Vec::new();
    for figure in figures {
        if !figure.value.is_finite() {
            say(&format!("{} is no number and is left out", figure.id));
            continue;
        }
        let known = before.iter().find(|known| known["id"] == figure.id);
        let larger = known.filter(|known| outweighs(known, figure, program));
        if let Some(larger) = larger {
            say(&format!("{} stays as it was measured on {}", figure.id, larger["size"]));
            all.push(larger.clone());
        } else {
            let mut value = serde_json::to_value(figure)?;
            value["program"] = program.into();
            all.push(value);
        }
    }
    let is_measured = |known: &Value| figures.iter().any(|figure| known["id"] == figure.id);
    let stays = |known: &Value| is_part || (is_of(known, program) && known["size"].is_u64());
    all.extend(before.into_iter().filter(|known| !is_measured(known) && stays(known)));
    fs::write(path, serde_json::to_string_pretty(&all)?)?;
    Ok(())
}

fn outweighs(known: &Value, figure: &Figure, program: &str) -> bool {
    let is_larger = known["size"].as_u64() > figure.size.map(u64::from);
    is_of(known, program) && is_larger && figure.met != Some(false)
}

fn is_of(known: &Value, program: &str) -> bool {
    known["program"] == program
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the list holds after runs of these programs, each with its figures.
    fn after(name: &str, runs: &[(&str, bool, Figure)]) -> Vec<Value> {
        let name = format!("huella-figures-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        for (program, is_part, figure) in runs {
            put(&path, program, std::slice::from_ref(figure), *is_part).unwrap();
        }
        let all = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        fs::remove_file(&path).unwrap();
        all
    }

    fn lost(value: f64, operations: u32) -> Figure {
        Figure::at_most("R1-lost", "lost", value, (0.0, "")).sized(operations)
    }

    /// Of each figure its name, its value and its size.
    fn told(all: &[Value]) -> Vec<(&str, f64, Option<u64>)> {
        let mut told = Vec::new();
        for figure in all {
            let (id, value) = (figure["id"].as_str().unwrap(), figure["value"].as_f64().unwrap());
            told.push((id, value, figure["size"].as_u64()));
        }
        told
    }

    #[test]
    fn each_figure_is_written_as_whoever_reads_the_list_expects_it() {
        let beside_goal = Figure::at_least("P8-sqlite-single", "visits", 1.5e3, (1e3, "1/s"));
        let of_few = Figure::at_most("P10", "lists", 20.0, (150.0, "ms")).held(20_000);
        let of_machine = Figure::of_the_machine("limit-disk", "appends", 7e3);
        let share = Figure::at_most("P9-search-flat", "searching", f64::INFINITY, (2.0, "×"));
        let runs = [beside_goal.beside(7.7e3), of_few, of_machine, share];
        let all = after("shape", &runs.map(|figure| ("one", true, figure)));
        let told: Vec<_> = all.iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(told, ["limit-disk", "P10", "P8-sqlite-single"], "and nothing without a number");
        for one in &all {
            let is_known = |name: &str| one.get(name).is_some();
            assert!(["goal", "met", "limit"].into_iter().all(is_known), "{one}");
            assert!(one["measure"].is_string() && one["unit"].is_string(), "{one}");
            assert!(one["value"].is_f64(), "{one}");
        }
        let expected = serde_json::json!({
            "id": "P8-sqlite-single", "measure": "visits", "value": 1_500.0, "unit": "1/s",
            "goal": 1_000.0, "met": true, "limit": 7_700.0,
            "size": null, "goal_size": null, "program": "one",
        });
        assert_eq!(all[2], expected);
        assert_eq!((&all[1]["met"], &all[1]["goal"]), (&Value::Null, &150.0.into()));
        assert_eq!((&all[0]["met"], &all[0]["goal"]), (&Value::Null, &Value::Null));
    }

    #[test]
    fn a_long_run_stays_when_a_short_one_of_the_same_program_follows() {
        let long = || ("one", true, lost(0.0, 200_000));
        let all = after("same", &[long(), ("one", false, lost(0.0, 1_000))]);
        assert_eq!(told(&all), [("R1-lost", 0.0, Some(200_000))]);
        let all = after("other", &[long(), ("two", false, lost(0.0, 1_000))]);
        assert_eq!(told(&all), [("R1-lost", 0.0, Some(1_000))], "that was another program");
        let all = after("longer", &[long(), ("one", true, lost(0.0, 400_000))]);
        assert_eq!(told(&all), [("R1-lost", 0.0, Some(400_000))]);
    }

    #[test]
    fn what_a_short_run_found_is_not_hidden_by_a_long_one() {
        let all = after("found", &[("one", true, lost(0.0, 9)), ("one", true, lost(2.0, 1))]);
        assert_eq!(told(&all), [("R1-lost", 2.0, Some(1))]);
    }

    #[test]
    fn a_part_leaves_the_other_figures_and_the_whole_only_what_it_did_not_measure() {
        let p2 = || Figure::at_most("P2", "field app", 300.0, (350.0, "KB"));
        let all = after("part", &[("one", false, p2()), ("two", true, lost(0.0, 9))]);
        assert_eq!(told(&all), [("R1-lost", 0.0, Some(9)), ("P2", 300.0, None)]);
        let all = after("whole", &[("one", true, lost(0.0, 9)), ("one", false, p2())]);
        assert_eq!(told(&all), [("P2", 300.0, None), ("R1-lost", 0.0, Some(9))]);
        let all = after("gone", &[("one", true, lost(0.0, 9)), ("two", false, p2())]);
        assert_eq!(told(&all), [("P2", 300.0, None)], "nothing is known of this program's");
    }
}
