//! Fonts for pages and for printed documents, made from npm packages by a script of the browser
//! tests' folder, which has those packages.

use anyhow::Result;
use std::process::Command;

use crate::{checkout::Checkout, console::run, fingerprint};

/// Writes `target/fonts/{web,print}`.
///
/// # Errors
/// When the script fails.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let end2end = checkout.end2end();
    let script = end2end.join("assets/fonts.mjs");
    let inputs = fingerprint::of_files(&[script.clone(), end2end.join("package-lock.json")])?;
    let stamp = checkout.part("fonts.inputs");
    if !checkout.fonts().join("web").is_dir() {
        let _ = std::fs::remove_file(&stamp);
    }
    fingerprint::unless_done(&stamp, &inputs, || {
        run(Command::new("node").arg(&script).arg(checkout.fonts()).current_dir(&end2end))
    })?;
    Ok(())
}
