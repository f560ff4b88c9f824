//! Where things are: the checkout, the folder that cargo builds into, and what the build makes.

use anyhow::{Context, Result};
use std::{
    env,
    path::{Path, PathBuf},
};

/// The folders of one run, all absolute.
pub(crate) struct Checkout {
    /// The repository's top folder.
    pub(crate) root: PathBuf,
    /// Where cargo writes: `HUELLA_TARGET_DIR`, else `CARGO_TARGET_DIR`; else, with `CI` set, the
    /// user's cache, so that a fresh clone finds what an earlier one compiled; else `target`.
    pub(crate) target: PathBuf,
}

impl Checkout {
    /// Finds the checkout this tool was compiled in.
    ///
    /// # Errors
    /// When the tool was moved away from its sources.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("server/xtask is two folders below the checkout")?
            .to_path_buf();
        anyhow::ensure!(root.join("Cargo.toml").is_file(), "no checkout at {}", root.display());
        let target = ["HUELLA_TARGET_DIR", "CARGO_TARGET_DIR"]
            .iter()
            .find_map(env::var_os)
            .map(|folder| root.join(folder))
            .or_else(shared_cache)
            .unwrap_or_else(|| root.join("target"));
        Ok(Self { root, target })
    }
    /// The site as the server embeds it; always inside the checkout.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// Fonts for pages (`web`) and documents (`print`); always inside the checkout.
    pub(crate) fn fonts(&self) -> PathBuf {
        self.root.join("target/fonts")
    }

    /// A half-finished product of the build.
    pub(crate) fn part(&self, name: &str) -> PathBuf {
        self.root.join("target/parts").join(name)
    }

    /// The list of what the bench measured; always inside the checkout.
    pub(crate) fn figures(&self) -> PathBuf {
        self.root.join("target/bench.json")
    }

    /// The browser tests, and the npm packages.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The binary that a profile builds.
    pub(crate) fn binary(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join("huella")
    }
}

/// The folder that clones on a machine of continuous integration share. It may be empty.
fn shared_cache() -> Option<PathBuf> {
    env::var_os("CI")?;
    Some(Path::new(&env::var_os("HOME")?).join(".cache/huella/target"))
}
