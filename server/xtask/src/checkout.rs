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
    /// Where cargo writes: `HUELLA_TARGET_DIR`, else `CARGO_TARGET_DIR`, else `target`.
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
        anyhow::ensure!(
            root.join("Cargo.toml").is_file(),
            "no checkout at {}",
            root.display()
        );
        let target = ["HUELLA_TARGET_DIR", "CARGO_TARGET_DIR"]
            .iter()
            .find_map(env::var_os)
            .map_or_else(|| root.join("target"), |folder| root.join(folder));
        Ok(Self { root, target })
    }
}
