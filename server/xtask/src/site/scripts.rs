//! Our own scripts of `public/` without comments and long names: a phone pays for every byte, and
//! who reads them reads them in the repository.

use anyhow::{Context, Result};
use std::{fs, path::Path, process::Command};

use crate::{checkout::Checkout, console::run_quietly, fingerprint};

/// Writes each script, smaller, below its own name.
///
/// # Errors
/// When a script is no JavaScript, or a file cannot be read or written.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let public = checkout.root.join("public");
    let lock = checkout.end2end().join("package-lock.json");
    let inputs = fingerprint::of_files(&[public.clone(), lock])?;
    let part = checkout.part("scripts");
    fingerprint::unless_done(&part.with_extension("inputs"), &inputs, || {
        let _ = fs::remove_dir_all(&part);
        fs::create_dir_all(&part)?;
        for file in fingerprint::files_below(&public)? {
            if file.extension().is_some_and(|extension| extension == "js") {
                let to = part.join(file.strip_prefix(&public)?);
                fs::create_dir_all(to.parent().context("a script stands in a folder")?)?;
                minify(checkout, &file, &to)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Takes names and spaces out of a script: a third of the bytes in brotli.
///
/// # Errors
/// When it is no JavaScript.
pub(super) fn minify(checkout: &Checkout, script: &Path, to: &Path) -> Result<()> {
    let terser = checkout.end2end().join("node_modules/.bin/terser");
    let mut command = Command::new(terser);
    command.arg(script).args(["--module", "--compress", "passes=2", "--mangle", "--output"]);
    run_quietly(command.arg(to)).map(drop)
}
