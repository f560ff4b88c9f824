//! Puts the parts together: names the package folder by its content, compresses, and writes the
//! list that the server embeds and the service worker caches by.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::Path};

use super::compress::Compressor;
use crate::{checkout::Checkout, fingerprint};

/// `target/site/site.json`: what the site consists of.
#[derive(Serialize, Deserialize, PartialEq)]
pub(crate) struct Site {
    /// Name of the folder of wasm, scripts, style and fonts: `pkg-` and a content hash.
    pub(crate) pkg: String,
    /// Every file in the order of the paths.
    pub(crate) files: Vec<File>,
}

/// One file of the site.
#[derive(Serialize, Deserialize, PartialEq)]
pub(crate) struct File {
    /// Relative to the site's root, with `/`, without a leading one.
    pub(crate) path: String,
    /// 16 hexadecimal digits of the content's hash.
    pub(crate) hash: String,
    /// Size uncompressed.
    pub(crate) bytes: usize,
    /// Size as sent to a browser that takes brotli.
    pub(crate) sent_bytes: usize,
}

/// Writes `target/site`, unless it holds the same already.
///
/// # Errors
/// When a part is missing or a file cannot be written.
pub(super) fn assemble(checkout: &Checkout) -> Result<Site> {
    let mut package = BTreeMap::new();
    let parts = ["wasm/csr", "wasm/hydrate", "style", "bundle"].map(|part| checkout.part(part));
    for part in parts.into_iter().chain([checkout.fonts().join("web")]) {
        collect(&part, "", &mut package)?;
    }
    let named: Vec<String> = package
        .iter()
        .map(|(path, bytes)| format!("{path} {}", fingerprint::of_bytes(bytes)))
        .collect();
    let pkg = format!("pkg-{}", fingerprint::of_bytes(named.join("\n").as_bytes()));
    let mut files = BTreeMap::new();
    for (path, bytes) in package {
        files.insert(format!("{pkg}/{path}"), bytes);
    }
    collect(&checkout.part("root"), "", &mut files)?;
    collect(&checkout.part("decoder"), "", &mut files)?;
    collect(&checkout.part("map"), "", &mut files)?;
    collect(&checkout.root.join("public"), "", &mut files)?;
    // In the place of those that were read just now.
    collect(&checkout.part("scripts"), "", &mut files)?;
    write(checkout, pkg, &files)
}

fn collect(folder: &Path, prefix: &str, into: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for file in fingerprint::files_below(folder)? {
        let path = file.strip_prefix(folder)?.to_str().context("a file's name is not UTF-8")?;
        into.insert(format!("{prefix}{path}"), fs::read(&file)?);
    }
    Ok(())
}

fn write(checkout: &Checkout, pkg: String, files: &BTreeMap<String, Vec<u8>>) -> Result<Site> {
    let next = checkout.part("site-next");
    let _ = fs::remove_dir_all(&next);
    let mut compressor = Compressor::open(checkout)?;
    let mut site = Site { pkg, files: Vec::new() };
    for (path, bytes) in files {
        let hash = fingerprint::of_bytes(bytes);
        let place = next.join(path);
        fs::create_dir_all(place.parent().context("a file stands in a folder")?)?;
        fs::write(&place, bytes)?;
        let mut sent_bytes = bytes.len();
        if let Some(compressed) = compressor.compress(path, &hash, bytes)? {
            sent_bytes = compressed.brotli.len();
            fs::write(next.join(format!("{path}.br")), compressed.brotli)?;
            fs::write(next.join(format!("{path}.gz")), compressed.gzip)?;
        }
        site.files.push(File { path: path.clone(), hash, bytes: bytes.len(), sent_bytes });
    }
    compressor.prune()?;
    let list = serde_json::to_string_pretty(&site)?;
    let folder = checkout.site();
    // The same list stays untouched: the server's build script watches it.
    if fs::read_to_string(folder.join("site.json")).is_ok_and(|former| former == list) {
        return Ok(site);
    }
    fs::write(next.join("site.json"), list)?;
    let _ = fs::remove_dir_all(&folder);
    fs::rename(&next, &folder)?;
    Ok(site)
}
