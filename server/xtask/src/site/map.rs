//! The library of the map of where next: npm's Leaflet, as a module without its comments, with its
//! style and licence, beside our own script in `public/desk`. Only that page loads it.

use anyhow::{Context, Result};
use std::{fs, path::PathBuf};

use super::scripts::minify;
use crate::{checkout::Checkout, fingerprint};

/// Where each part stands in the package, and how it is called in the folder.
const PARTS: [(&str, &str); 3] = [
    ("dist/leaflet-src.esm.js", "leaflet.js"),
    ("dist/leaflet.css", "leaflet.css"),
    ("LICENSE", "leaflet-LICENSE.txt"),
];
/// The folder below the site's root.
const FOLDER: &str = "desk";

/// Writes the folder below a part of its own.
///
/// # Errors
/// When the package lacks a file, or one cannot be written.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let package = checkout.end2end().join("node_modules/leaflet");
    let sources: Vec<PathBuf> = PARTS.iter().map(|(from, _)| package.join(from)).collect();
    let inputs = fingerprint::of_files(&sources)?;
    let part = checkout.part("map");
    fingerprint::unless_done(&part.with_extension("inputs"), &inputs, || {
        let _ = fs::remove_dir_all(&part);
        let folder = part.join(FOLDER);
        fs::create_dir_all(&folder)?;
        for (from, to) in PARTS {
            let (from, to) = (package.join(from), folder.join(to));
            if to.extension().is_some_and(|extension| extension == "js") {
                minify(checkout, &from, &to)?;
            } else {
                fs::copy(&from, &to)
                    .with_context(|| format!("leaflet has no {}", from.display()))?;
            }
        }
        Ok(())
    })?;
    Ok(())
}
