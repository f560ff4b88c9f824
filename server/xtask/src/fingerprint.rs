//! Content hashes: what changed is rebuilt, what did not is not. Times of files say nothing after
//! a fresh clone, so contents are compared.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The first 16 hexadecimal digits of SHA-256: enough to tell files apart, short in an address.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// One hash over the names and contents of files and of all files below folders; an absent one
/// counts as absent.
///
/// # Errors
/// When something that exists cannot be read.
pub(crate) fn of_files(paths: &[PathBuf]) -> Result<String> {
    let mut digest = Sha256::new();
    for path in paths {
        for file in files_below(path)? {
            digest.update(file.to_string_lossy().as_bytes());
            digest.update(Sha256::digest(fs::read(&file)?));
        }
    }
    Ok(of_bytes(&digest.finalize()))
}

/// All files below a folder in the order of their names; a file is itself, what is absent is none.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries = fs::read_dir(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot read {}", path.display()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry.path())?);
    }
    Ok(files)
}

/// Does the work unless it was done for the same inputs before: `stamp` keeps the inputs' hash and
/// is written last, so that work broken off is done again. Answers whether it was done now.
///
/// # Errors
/// The work's own, or when the stamp cannot be written.
pub(crate) fn unless_done(
    stamp: &Path,
    inputs: &str,
    work: impl FnOnce() -> Result<()>,
) -> Result<bool> {
    if fs::read_to_string(stamp).is_ok_and(|done| done == inputs) {
        return Ok(false);
    }
    let _ = fs::remove_file(stamp);
    work()?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, inputs)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    #[test]
    fn work_is_done_again_only_for_other_inputs() {
        let stamp = env::temp_dir().join(format!("huella-stamp-{}", std::process::id()));
        assert!(unless_done(&stamp, "a", || Ok(())).unwrap());
        assert!(!unless_done(&stamp, "a", || panic!("done twice")).unwrap());
        assert!(unless_done(&stamp, "b", || anyhow::bail!("broken off")).is_err());
        assert!(unless_done(&stamp, "b", || Ok(())).unwrap());
        fs::remove_file(stamp).unwrap();
    }

    #[test]
    fn the_hash_changes_with_the_content() {
        assert_ne!(of_bytes(b"a"), of_bytes(b"b"));
        assert_eq!(of_bytes(b"a").len(), 16);
    }
}
