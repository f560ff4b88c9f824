//! Everything that must hold before a change lands, in an order that fails early.

use anyhow::{Error, Result, anyhow, ensure};
use std::{process::Command, thread, time::Instant};

use crate::{
    budget,
    check::{self, PROFILE, cargo, with_lints},
    checkout::Checkout,
    console::{run, run_keeping, say, step},
    dependencies,
    postgres::Cluster,
    site, tools,
};

/// What is compiled with the features that it has by itself. Together, the crates that this tool
/// was made of would be compiled a second time, with what the server needs of them.
const PARTS: [&[&str]; 2] = [&["--workspace", "--exclude", "xtask"], &["--package", "xtask"]];

/// Runs all tests; its last lines are the closing lines of the test runners.
///
/// # Errors
/// At the first step that fails, and when a runner ran no test.
pub(crate) fn test(checkout: &Checkout) -> Result<()> {
    let begun = Instant::now();
    tools::node()?;
    // What is installed comes over a network while what is compiled keeps the processor busy.
    let site = thread::scope(|scope| {
        let installed = scope.spawn(|| step("tools", installed));
        check::formatting(checkout)?;
        step("licences and bans", || dependencies::check(checkout))?;
        let site = site::build(checkout)?;
        installed.join().map_err(|_| anyhow!("what installs the tools died"))??;
        Ok::<_, Error>(site)
    })?;
    step("size budgets", || budget::check(&site))?;
    check::browser_lints(checkout)?;
    step("build and lints: tests and server", || {
        PARTS.iter().try_for_each(|part| {
            let mut builder = cargo(checkout);
            builder.args(["build", "--profile", PROFILE, "--all-targets"]).args(*part);
            run(with_lints(&mut builder))
        })
    })?;
    let cluster = step("PostgreSQL cluster", Cluster::start)?;
    let mut closing = step("tests", || native(checkout, &cluster))?;
    closing.extend(step("end-to-end", || browser(checkout, &cluster))?);
    drop(cluster);
    closing.extend(step("end-to-end on WebKit", || webkit(checkout))?);
    say(&format!("── everything: done in {:.0} s", begun.elapsed().as_secs_f64()));
    closing.iter().for_each(|line| say(line));
    Ok(())
}

/// The programs that the tests start, on the machine or installed by this.
fn installed() -> Result<()> {
    tools::all_or_what_is_missing([
        tools::postgres_programs().map(drop),
        tools::poppler(),
        tools::chromium().map(drop),
        tools::webkit(),
    ])
}

/// Unit, property, story and integration tests.
fn native(checkout: &Checkout, cluster: &Cluster) -> Result<Vec<String>> {
    let mut closing = Vec::new();
    for part in PARTS {
        closing.extend(native_part(checkout, cluster, part)?);
    }
    Ok(closing)
}

fn native_part(checkout: &Checkout, cluster: &Cluster, part: &[&str]) -> Result<Vec<String>> {
    let mut runner = cargo(checkout);
    with_lints(&mut runner);
    if tools::has_nextest() {
        runner.args(["nextest", "run", "--cargo-profile", PROFILE]).args(part);
        runner.args(["--no-fail-fast", "--status-level", "slow", "--final-status-level", "fail"]);
    } else {
        runner.args(["test", "--profile", PROFILE, "--all-targets", "--no-fail-fast"]).args(part);
    }
    cluster.tell(&mut runner);
    runner.env("HUELLA_BIN", checkout.binary(PROFILE));
    // A test that leaves something out where everything is tested fails.
    runner.env("HUELLA_TEST_EVERYTHING", "1");
    let closing = run_keeping(runner, |line| {
        line.trim_start().starts_with("Summary [") || line.starts_with("test result: ")
    })?;
    ensure!(closing.iter().any(|line| passed(line) > 0), "no test was run");
    Ok(closing)
}

/// The browser tests in Chromium.
fn browser(checkout: &Checkout, cluster: &Cluster) -> Result<Vec<String>> {
    run(npm_tool(checkout, "tsc").arg("--noEmit"))?;
    let mut playwright = npm_tool(checkout, "playwright");
    playwright.arg("test").env("HUELLA_CHROMIUM", tools::chromium()?);
    cluster.tell(&mut playwright);
    played(checkout, playwright)
}

/// Those on the engine of every iPhone.
fn webkit(checkout: &Checkout) -> Result<Vec<String>> {
    let mut playwright = npm_tool(checkout, "playwright");
    playwright.args(["test", "--config", "webkit/playwright.config.ts"]);
    played(checkout, playwright)
}

/// A program of the npm packages.
fn npm_tool(checkout: &Checkout, name: &str) -> Command {
    let end2end = checkout.end2end();
    let mut command = Command::new(end2end.join("node_modules/.bin").join(name));
    command.current_dir(end2end);
    command
}

/// Runs browser tests against the binary that was built for the others.
fn played(checkout: &Checkout, mut playwright: Command) -> Result<Vec<String>> {
    playwright.env("HUELLA_BIN", checkout.binary(PROFILE));
    let closing = run_keeping(playwright, |line| passed(line) > 0)?;
    ensure!(!closing.is_empty(), "no browser test was run");
    Ok(closing)
}

/// The number before the word `passed`, as all three runners write it.
fn passed(line: &str) -> u32 {
    let words: Vec<&str> = line.split_whitespace().collect();
    words
        .windows(2)
        .filter(|pair| pair[1].trim_end_matches([',', ';']) == "passed")
        .find_map(|pair| pair[0].parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn the_runners_closing_lines_are_understood() {
        assert_eq!(passed("     Summary [   0.004s] 7 tests run: 7 passed, 0 skipped"), 7);
        assert_eq!(passed("test result: ok. 3 passed; 0 failed; 0 ignored"), 3);
        assert_eq!(passed("  12 passed (3.4s)"), 12);
    }

    #[test]
    fn a_run_without_a_test_counts_nothing() {
        assert_eq!(passed("test result: ok. 0 passed; 0 failed; 0 ignored"), 0);
        assert_eq!(passed("a test that passed"), 0);
    }
}
