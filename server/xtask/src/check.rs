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
    step("lints, server", || {
        clippy(checkout, &["--all-targets", "--workspace", "--exclude", "xtask"])
    })?;
    step("lints, xtask", || clippy(checkout, &["--all-targets", "--package", "xtask"]))?;
    browser_lints(checkout)
}

/// Clippy for the programs of the browser, warnings denied.
///
/// # Errors
/// At the first warning.
pub(crate) fn browser_lints(checkout: &Checkout) -> Result<()> {
    for program in ["csr", "hydrate"] {
        step(&format!("lints, browser ({program})"), || {
            clippy(checkout, &["--package", "app", "--features", program, "--target", tools::WASM])
        })?;
    }
    Ok(())
}

fn clippy(checkout: &Checkout, words: &[&str]) -> Result<()> {
    let mut cargo = cargo(checkout);
    // Its macros and build scripts are then those of the build too.
    cargo.args(["clippy", "--quiet", "--profile", PROFILE]).args(words);
    run(cargo.args(["--", "--deny", "warnings"]))
}

/// Has a cargo compile this workspace with clippy, warnings denied. The lints then come with the
/// tests that are built, and nothing is gone through twice: the minutes that checking alone takes
/// matter where no cache is. What is measured and released is compiled by rustc itself, since
/// clippy leaves some optimisations out.
pub(crate) fn with_lints(cargo: &mut Command) -> &mut Command {
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-Dwarnings")
}

/// A cargo that works on this checkout and in the folder that this tool was told.
pub(crate) fn cargo(checkout: &Checkout) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&checkout.root).env("CARGO_TARGET_DIR", &checkout.target);
    cargo
}
