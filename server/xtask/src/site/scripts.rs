//! Our own scripts of `public/` without comments and long names: a phone pays for every byte, and
//! who reads them reads them in the repository.

use anyhow::{Context, Result};
use std::{fs, path::Path, process::Command};

use super::globals;
use crate::{checkout::Checkout, console::run_quietly, fingerprint};

/// Writes each script, smaller, below its own name, where none uses a name that it neither declares
/// nor imports, and neither does the service worker, which the server fills in.
///
/// # Errors
/// When a script is no JavaScript or uses such a name, or a file cannot be read or written.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let public = checkout.root.join("public");
    let lock = checkout.end2end().join("package-lock.json");
    let finder = globals::finder(checkout);
    let unfilled = globals::unfilled_worker(checkout);
    let files = fingerprint::of_files(&[public.clone(), unfilled, lock, finder.clone()])?;
    let inputs = format!("{files} {}", globals::KNOWN.join(" "));
    let part = checkout.part("scripts");
    fingerprint::unless_done(&part.with_extension("inputs"), &inputs, || {
        let _ = fs::remove_dir_all(&part);
        fs::create_dir_all(&part)?;
        let mut scripts = fingerprint::files_below(&public)?;
        scripts.retain(|file| file.extension().is_some_and(|extension| extension == "js"));
        let worker = checkout.part("sw.js");
        fs::write(&worker, globals::worker(checkout)?)?;
        globals::check(&finder, &[scripts.as_slice(), &[worker]].concat())?;
        for file in scripts {
            let to = part.join(file.strip_prefix(&public)?);
            fs::create_dir_all(to.parent().context("a script stands in a folder")?)?;
            minify(checkout, &file, &to)?;
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
