//! What the other tasks need on the machine. A missing thing is installed where that is possible,
//! else named in one line with how to get it.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::console::{run_quietly, say};

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
        fs::write(
            folder.join("createcluster.conf"),
            "create_main_cluster = false\n",
        )?;
    }
    install("postgresql")?;
    newest_postgres().context("the package postgresql brought no initdb")
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
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().parse().unwrap_or(0),
                entry.path(),
            )
        })
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
