//! The barcode decoder for browsers that have none: the reader of npm's zxing-wasm, with its wasm
//! and its licences, in a folder named by its content. A phone that has taken it along keeps it
//! over new versions of the app.

use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

use super::scripts::minify;
use crate::{checkout::Checkout, fingerprint};

/// Where each part stands in the package, and where in the folder.
const PARTS: [(&str, &str); 3] = [
    ("dist/es/reader/index.js", "reader/index.js"),
    ("dist/es/share.js", "share.js"),
    ("dist/reader/zxing_reader.wasm", "reader/zxing_reader.wasm"),
];
/// What stands between the two licences.
const INSIDE: &str = "\n\nThe wasm is made from zxing-cpp \
                      (https://github.com/zxing-cpp/zxing-cpp), which is under the Apache \
                      License 2.0:\n\n";

/// Writes the folder below a part of its own.
///
/// # Errors
/// When the package lacks a file, or one cannot be written.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    let package = checkout.end2end().join("node_modules/zxing-wasm");
    let licences = [package.join("LICENSE"), checkout.root.join("LICENSE-APACHE")];
    let sources = PARTS.iter().map(|(from, _)| package.join(from));
    let sources: Vec<PathBuf> = sources.chain(licences.clone()).collect();
    let inputs = fingerprint::of_files(&sources)?;
    let part = checkout.part("decoder");
    fingerprint::unless_done(&part.with_extension("inputs"), &inputs, || {
        let next = checkout.part("decoder-next");
        let _ = fs::remove_dir_all(&next);
        for (from, to) in PARTS {
            put(checkout, &package.join(from), &next.join(to))?;
        }
        let texts: Vec<String> =
            licences.iter().map(fs::read_to_string).collect::<Result<_, _>>()?;
        fs::write(next.join("LICENSE.txt"), texts.join(INSIDE))?;
        let _ = fs::remove_dir_all(&part);
        fs::create_dir_all(&part)?;
        let name = format!("zxing-{}", content(&next)?);
        fs::rename(&next, part.join(name))?;
        Ok(())
    })?;
    Ok(())
}

/// Scripts go smaller, the wasm as it is.
fn put(checkout: &Checkout, from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a part stands in a folder")?)?;
    if from.extension().is_some_and(|extension| extension == "js") {
        return minify(checkout, from, to);
    }
    fs::copy(from, to).with_context(|| format!("zxing-wasm has no {}", from.display()))?;
    Ok(())
}

/// The hash of what the folder holds, wherever the folder stands.
fn content(folder: &Path) -> Result<String> {
    let mut named = Vec::new();
    for file in fingerprint::files_below(folder)? {
        let path = file.strip_prefix(folder)?.to_string_lossy().into_owned();
        named.push(format!("{path} {}", fingerprint::of_bytes(&fs::read(&file)?)));
    }
    Ok(fingerprint::of_bytes(named.join("\n").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::content;
    use std::{env, fs};

    #[test]
    fn the_name_follows_the_content_and_not_the_place() {
        let base = env::temp_dir().join(format!("huella-decoder-{}", std::process::id()));
        let folders = ["a", "b", "c"].map(|name| base.join(name));
        for (folder, text) in folders.iter().zip(["one", "one", "two"]) {
            fs::create_dir_all(folder.join("reader")).unwrap();
            fs::write(folder.join("reader/index.js"), text).unwrap();
        }
        let [first, same, other] = folders.map(|folder| content(&folder).unwrap());
        assert_eq!(first, same);
        assert_ne!(first, other);
        fs::remove_dir_all(base).unwrap();
    }
}
