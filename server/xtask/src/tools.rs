//! What the other tasks need on the machine. A missing thing is installed where that is possible,
//! else named in one line with how to get it.

use anyhow::{Context, Result, bail, ensure};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    checkout::Checkout,
    console::{run_quietly, say},
    fingerprint,
};

/// The oldest major version of Node.js that the tools of `end2end` run on.
const OLDEST_NODE: u32 = 20;

/// The browser's target.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The folder with Debian's newest `initdb` and `postgres`, installing the package when it is not
/// there.
///
/// # Errors
/// When it is absent and cannot be installed by this user.
pub(crate) fn postgres_programs() -> Result<PathBuf> {
    if let Some(found) = newest_postgres() {
        return Ok(found);
    }
    // Without this the package makes and starts a cluster of its own.
    if is_root()? {
        let folder = Path::new("/etc/postgresql-common");
        fs::create_dir_all(folder)?;
        fs::write(folder.join("createcluster.conf"), "create_main_cluster = false\n")?;
    }
    install("postgresql")?;
    newest_postgres().context("the package postgresql brought no initdb")
}

/// Adds rustc's browser target when it is absent.
///
/// # Errors
/// When rustup is absent or has no such target.
pub(crate) fn wasm_target() -> Result<()> {
    let libraries =
        run_quietly(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    say("adding the target wasm32-unknown-unknown");
    run_quietly(Command::new("rustup").args(["target", "add", WASM])).context(
        "the wasm target is missing; get it with: rustup target add wasm32-unknown-unknown",
    )?;
    Ok(())
}

/// The source of rustc's standard library, for a rustc that compiles it together with a program, in
/// which a panic says nothing and ends it. Adds it when it is absent.
///
/// # Errors
/// When this rustc does not know `flags`, which ask for that, or rustup is absent or has no source.
pub(crate) fn std_source(flags: &str) -> Result<()> {
    let mut probe = Command::new("rustc");
    probe.env("RUSTC_BOOTSTRAP", "1").args(["--print", "cfg"]).args(flags.split_whitespace());
    let is_known = probe.output().is_ok_and(|output| output.status.success());
    ensure!(is_known, "rustc is too old for a library of its own; get a newer one: rustup update");
    let sysroot = run_quietly(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Ok(());
    }
    say("adding the component rust-src");
    let added = Command::new("rustup").args(["component", "add", "rust-src"]).output();
    let is_added = added.is_ok_and(|output| output.status.success());
    ensure!(is_added, "rust-src is missing; get it with: rustup component add rust-src");
    Ok(())
}

/// Node and npm, new enough.
///
/// # Errors
/// When one is absent, or node is older than [`OLDEST_NODE`].
pub(crate) fn node() -> Result<()> {
    let how = format!(
        "get Node.js {OLDEST_NODE} or newer with its npm, for example with: \
         sudo apt-get install nodejs npm"
    );
    let version = run_quietly(Command::new("node").arg("--version"))
        .with_context(|| format!("node is missing; {how}"))?;
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!("node is {}, which is too old; {how}", version.trim());
    }
    run_quietly(Command::new("npm").arg("--version"))
        .with_context(|| format!("npm is missing; {how}"))?;
    Ok(())
}

/// The first number of `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Looks at every tool before it complains, so that all that is missing is named at once.
///
/// # Errors
/// One line for each tool that cannot be had.
pub(crate) fn all_or_what_is_missing<const N: usize>(tools: [Result<()>; N]) -> Result<()> {
    let missing: Vec<String> =
        tools.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    if missing.is_empty() { Ok(()) } else { bail!("{}", missing.join("\n")) }
}

/// Installs the npm packages of `end2end` as its lock file has them, unless they are there.
///
/// # Errors
/// When node or npm is absent or a package cannot be had.
pub(crate) fn npm_packages(checkout: &Checkout) -> Result<()> {
    locked_packages(checkout, "end2end")
}

/// Installs Lighthouse, unless it is there. It brings two hundred packages, which only the bench
/// needs, and so it is a folder of its own.
///
/// # Errors
/// When node or npm is absent or a package cannot be had.
pub(crate) fn lighthouse(checkout: &Checkout) -> Result<()> {
    locked_packages(checkout, "end2end/lighthouse")
}

/// What the lock file of a folder of the checkout names.
fn locked_packages(checkout: &Checkout, name: &str) -> Result<()> {
    node()?;
    let folder = checkout.root.join(name);
    let inputs = fingerprint::of_files(&[folder.join("package-lock.json")])?;
    // Inside the folder, so that it goes when the packages do.
    let stamp = folder.join("node_modules/.huella-lock");
    fingerprint::unless_done(&stamp, &inputs, || {
        say(&format!("installing the npm packages of {name}"));
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-fund", "--no-audit"]).current_dir(&folder);
        run_quietly(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
            .with_context(|| format!("npm ci in {name} failed"))?;
        Ok(())
    })?;
    Ok(())
}

/// The browser of the tests: `HUELLA_CHROMIUM`, else Debian's, installed when absent.
///
/// # Errors
/// When it is absent and cannot be installed by this user.
pub(crate) fn chromium() -> Result<PathBuf> {
    let path =
        env::var_os("HUELLA_CHROMIUM").map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from);
    if !path.is_file() {
        install("chromium")?;
    }
    Ok(path)
}

/// The programs that read documents back in tests (`pdftotext`, `pdftoppm`, `pdfinfo`).
///
/// # Errors
/// When they are absent and cannot be installed by this user.
pub(crate) fn poppler() -> Result<()> {
    program("pdftotext", "-v", "poppler-utils")
}

/// The engine of every iPhone as Debian has it: the browser with its driver, the screen it stands
/// on, and what makes the certificate of the server that it trusts.
///
/// # Errors
/// One line for each that is absent and cannot be installed by this user.
pub(crate) fn webkit() -> Result<()> {
    all_or_what_is_missing([
        program("WebKitWebDriver", "--help", "webkit2gtk-driver"),
        program("Xvfb", "-version", "xvfb"),
        program("openssl", "version", "openssl"),
    ])
}

/// A program that answers to `word`, else Debian's package that brings it.
fn program(name: &str, word: &str, package: &str) -> Result<()> {
    let mut asked = Command::new(name);
    asked.arg(word).stdout(Stdio::null()).stderr(Stdio::null());
    if asked.status().is_ok() { Ok(()) } else { install(package) }
}

/// Whether tests run with cargo-nextest or with cargo's own runner.
pub(crate) fn has_nextest() -> bool {
    let mut asked = Command::new("cargo");
    asked.args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// Whether this process may install packages and change to another user.
///
/// # Errors
/// When `id` cannot be run.
pub(crate) fn is_root() -> Result<bool> {
    Ok(run_quietly(Command::new("id").arg("-u"))?.trim() == "0")
}

fn newest_postgres() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().parse().unwrap_or(0), entry.path()))
        .map(|(version, folder)| (version, folder.join("bin")))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder)
}

fn install(package: &str) -> Result<()> {
    let apt = Path::new("/usr/bin/apt-get");
    if !apt.is_file() || !is_root()? {
        bail!("{package} is missing; get it with: sudo apt-get install {package}");
    }
    say(&format!("installing Debian's {package}"));
    let apt_get = |words: &[&str]| {
        let mut command = Command::new(apt);
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        run_quietly(&mut command)
    };
    apt_get(&["update", "-q"])?;
    apt_get(&["install", "-q", "-y", "--no-install-recommends", package])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.11.1\n"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("unknown"), None);
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let missing = |what: &str| Err(anyhow::anyhow!("{what} is missing"));
        let told = all_or_what_is_missing([missing("node"), Ok(()), missing("chromium")]);
        assert_eq!(told.unwrap_err().to_string(), "node is missing\nchromium is missing");
        assert!(all_or_what_is_missing([Ok(()), Ok(())]).is_ok());
    }
}
