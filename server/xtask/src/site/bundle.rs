//! What the field app asks of its scripts, in one file: together they pack by a quarter better, and
//! one request brings them, of the version of the program beside them. The scripts themselves are
//! served too, to pages that need one of them.

use anyhow::Result;
use std::{fs, process::Command};

use super::scripts::minify;
use crate::{checkout::Checkout, console::run_quietly, fingerprint};

/// The scripts that are asked by their names (`window.huella` of `public/field.js`).
const ASKED: [&str; 16] = [
    "album",
    "camera",
    "carried",
    "door",
    "handover",
    "keys",
    "lent",
    "pack",
    "phone",
    "pictures",
    "provisional",
    "seal",
    "shell",
    "unpack",
    "vault",
    "verify",
];
/// The file, in the package folder.
const NAME: &str = "scripts.js";

/// Writes the file below a part of its own: each script under its name.
///
/// # Errors
/// When a script is missing or imports what is not there.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let public = checkout.root.join("public");
    let lock = checkout.end2end().join("package-lock.json");
    let inputs = format!("{} {}", fingerprint::of_files(&[public.clone(), lock])?, ASKED.join(" "));
    let part = checkout.part("bundle");
    fingerprint::unless_done(&part.with_extension("inputs"), &inputs, || {
        let (asked, whole) = (part.with_extension("asked.js"), part.with_extension("js"));
        let _ = fs::remove_dir_all(&part);
        fs::create_dir_all(&part)?;
        let exports = ASKED.map(|name| {
            let script = public.join(name).with_extension("js").display().to_string();
            format!("export * as {name} from {script:?};\n")
        });
        fs::write(&asked, exports.concat())?;
        let mut rollup = Command::new(checkout.end2end().join("node_modules/.bin/rollup"));
        rollup.arg(&asked).arg("--file").arg(&whole);
        // What is asked for by name is nobody's to change, and nothing of it ever does.
        rollup.args(["--format", "es", "--generatedCode", "es2015", "--no-freeze"]);
        rollup.args(["--no-externalLiveBindings", "--inlineDynamicImports"]);
        run_quietly(rollup.args(["--failAfterWarnings", "--silent"]))?;
        minify(checkout, &whole, &part.join(NAME))
    })?;
    Ok(())
}
