//! Names that a script of `public/`, or the service worker, uses and neither declares nor imports.
//! One that lost its import would break on the phone alone; and where the window has something of
//! that name, as it has `close`, not even there: it would do something else.

use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{checkout::Checkout, console::run_quietly};

/// What our scripts may use of the language and of the browser. None that a script may well mean
/// otherwise: of the window's own `open`, `close`, `name`, `event` or `status` the window is named.
pub(super) const KNOWN: &[&str] = &[
    "AbortController",
    "AbortSignal",
    "Array",
    "ArrayBuffer",
    "AudioContext",
    "BarcodeDetector",
    "BigInt",
    "Blob",
    "Boolean",
    "BroadcastChannel",
    "CompressionStream",
    "CryptoKey",
    "CustomEvent",
    "DOMException",
    "DOMParser",
    "DataTransfer",
    "DataView",
    "Date",
    "DecompressionStream",
    "Error",
    "Event",
    "File",
    "FormData",
    "Headers",
    "IDBKeyRange",
    "Image",
    "ImageData",
    "Infinity",
    "Intl",
    "JSON",
    "Map",
    "Math",
    "MutationObserver",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "PublicKeyCredential",
    "RangeError",
    "ReadableStream",
    "RegExp",
    "Request",
    "Response",
    "Set",
    "String",
    "Symbol",
    "TextDecoder",
    "TextEncoder",
    "TypeError",
    "URL",
    "URLSearchParams",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "WeakMap",
    "WebAssembly",
    "addEventListener",
    "atob",
    "btoa",
    "caches",
    "cancelAnimationFrame",
    "clearInterval",
    "clearTimeout",
    "console",
    "createImageBitmap",
    "crypto",
    "decodeURIComponent",
    "dispatchEvent",
    "document",
    "encodeURIComponent",
    "fetch",
    "getComputedStyle",
    "globalThis",
    "history",
    "indexedDB",
    "isNaN",
    "localStorage",
    "location",
    "matchMedia",
    "navigator",
    "parseFloat",
    "parseInt",
    "performance",
    "queueMicrotask",
    "removeEventListener",
    "requestAnimationFrame",
    "requestIdleCallback",
    "self",
    "sessionStorage",
    "setInterval",
    "setTimeout",
    "structuredClone",
    "undefined",
    "window",
];

/// The script that says what is neither declared nor imported.
pub(super) fn finder(checkout: &Checkout) -> PathBuf {
    checkout.end2end().join("assets/unresolved.mjs")
}

/// The service worker, as it is written: the server fills it in.
pub(super) fn unfilled_worker(checkout: &Checkout) -> PathBuf {
    checkout.root.join("server/src/pwa/sw.js")
}

/// The service worker as the server fills it in (`server/src/pwa.rs`), without its files. A mark
/// that is not known here is left, and is no JavaScript.
///
/// # Errors
/// When a part of it cannot be read.
pub(super) fn worker(checkout: &Checkout) -> Result<String> {
    let read = |path: PathBuf| {
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let mut text = read(unfilled_worker(checkout))?;
    for files in ["@FILES@", "@DECODER@"] {
        text = text.replace(files, "[]");
    }
    for (mark, script) in
        [("@UNPACK@", "unpack.js"), ("@WAITING@", "waiting.js"), ("@CARRY@", "carry.js")]
    {
        let script = read(checkout.root.join("public").join(script))?;
        text = text.replace(mark, &script.replace("export ", ""));
    }
    Ok(text)
}

/// Refuses scripts that use what nobody has declared.
///
/// # Errors
/// With each such name behind its script's path; and when one is no JavaScript.
pub(super) fn check(finder: &Path, scripts: &[PathBuf]) -> Result<()> {
    let told = run_quietly(Command::new("node").arg(finder).args(scripts))
        .context("names of the scripts")?;
    let unknown: Vec<&str> = told.lines().filter(|line| !is_known(line)).collect();
    ensure!(
        unknown.is_empty(),
        "neither declared nor imported, and not in server/xtask/src/site/globals.rs:\n{}",
        unknown.join("\n")
    );
    Ok(())
}

/// Whether a browser has what a line names last.
fn is_known(line: &str) -> bool {
    line.rsplit_once(' ').is_some_and(|(_, name)| KNOWN.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::{check, finder, worker};
    use crate::{checkout::Checkout, tools};
    use std::{env, fs};

    const BODY: &str = "export const late = async ({ at = Date.now(), ...rest }) => {\n\
                        \x20 for (const one of Object.values(rest)) await close(one, at);\n\
                        \x20 return typeof document;\n\
                        };\n";

    #[test]
    fn a_name_that_the_worker_is_not_given_is_refused() {
        let checkout = Checkout::find().unwrap();
        tools::npm_packages(&checkout).unwrap();
        let folder = env::temp_dir().join(format!("huella-worker-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let script = folder.join("sw.js");
        let judged = |text: &str| {
            fs::write(&script, text).unwrap();
            let judged = check(&finder(&checkout), std::slice::from_ref(&script));
            judged.map_err(|error| error.to_string())
        };
        let text = worker(&checkout).unwrap();
        assert_eq!(judged(&text), Ok(()));
        let renamed = text.replace("function unpack(", "function unpacked(");
        assert_ne!(renamed, text);
        let told = judged(&renamed).unwrap_err();
        let lacking: Vec<&str> = told.lines().skip(1).collect();
        assert_eq!(lacking, [format!("{} unpack", script.display())]);
        let unfilled = judged(&format!("{text}\n@ANOTHER@\n")).unwrap_err();
        assert!(unfilled.contains("names of the scripts"), "{unfilled}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_script_that_lacks_an_import_is_refused() {
        let checkout = Checkout::find().unwrap();
        tools::npm_packages(&checkout).unwrap();
        let folder = env::temp_dir().join(format!("huella-globals-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let script = folder.join("late.js");
        let judged = |text: &str| {
            fs::write(&script, text).unwrap();
            let judged = check(&finder(&checkout), std::slice::from_ref(&script));
            judged.map_err(|error| error.to_string())
        };
        let passed_on = "export { open } from \"./door.js\";\n";
        let import = "import { close } from \"./vault.js\";\n";
        assert_eq!(judged(&format!("{import}{passed_on}{BODY}")), Ok(()));
        let told = judged(&format!("{passed_on}{BODY}")).unwrap_err();
        let lacking: Vec<&str> = told.lines().skip(1).collect();
        assert_eq!(lacking, [format!("{} close", script.display())]);
        let told = judged("{").unwrap_err();
        assert!(told.contains("names of the scripts"), "{told}");
        fs::remove_dir_all(folder).unwrap();
    }
}
