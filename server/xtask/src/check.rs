//! Formatting, lints and builds. Everything native is built with the one profile `ci`, so that
//! the big dependencies are compiled once.

use anyhow::Result;
use std::process::Command;

use crate::{
    checkout::Checkout,
    console::{run, step},
    site, tools,
};

/// The profile of lints, tests and `start`.
pub(crate) const PROFILE: &str = "ci";

/// The quick part of the tests.
///
/// # Errors
/// At the first step that fails.
pub(crate) fn check(checkout: &Checkout) -> Result<()> {
    formatting(checkout)?;
    site::prepare(checkout)?;
    lints(checkout)?;
    step("tests of the domain", || {
        run(cargo(checkout).args(["test", "--profile", PROFILE, "--package", "domain"]))
    })
}

/// Builds the site and the server that embeds it.
///
/// # Errors
/// At the first step that fails.
pub(crate) fn build(checkout: &Checkout, release: bool) -> Result<()> {
    site::build(checkout)?;
    server(checkout, if release { "release" } else { PROFILE })
}

/// Builds the binary `huella`.
///
/// # Errors
/// When it does not compile.
pub(crate) fn server(checkout: &Checkout, profile: &str) -> Result<()> {
    step(&format!("build: server ({profile})"), || {
        run(cargo(checkout).args(["build", "--profile", profile, "--package", "server"]))
    })
}

/// `cargo fmt --check`.
///
/// # Errors
/// When a file is not formatted.
pub(crate) fn formatting(checkout: &Checkout) -> Result<()> {
    step("formatting", || run(cargo(checkout).args(["fmt", "--all", "--check"])))
}

/// Clippy for the server's target and for the browser's, warnings denied.
///
/// # Errors
/// At the first warning.
pub(crate) fn lints(checkout: &Checkout) -> Result<()> {
    let clippy = |words: &[&str]| {
        let mut cargo = cargo(checkout);
        // Its macros and build scripts are then those of the build too.
        cargo.args(["clippy", "--quiet", "--profile", PROFILE]).args(words);
        run(cargo.args(["--", "--deny", "warnings"]))
    };
    step("lints, server", || clippy(&["--all-targets", "--workspace", "--exclude", "xtask"]))?;
    step("lints, xtask", || clippy(&["--all-targets", "--package", "xtask"]))?;
    for program in ["csr", "hydrate"] {
        step(&format!("lints, browser ({program})"), || {
            clippy(&["--package", "app", "--features", program, "--target", tools::WASM])
        })?;
    }
    Ok(())
}

/// A cargo that works on this checkout and in the folder that this tool was told.
pub(crate) fn cargo(checkout: &Checkout) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&checkout.root).env("CARGO_TARGET_DIR", &checkout.target);
    cargo
}
