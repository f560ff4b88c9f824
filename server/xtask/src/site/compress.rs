//! Brotli and gzip at their best quality, done once for each content and kept beside the parts:
//! a changed style sheet renames the folder of the wasm, which must not compress it again.

use anyhow::Result;
use brotli::{CompressorWriter, enc::BrotliEncoderParams};
use flate2::{Compression, write::GzEncoder};
use std::{collections::BTreeSet, fs, io::Write, path::PathBuf};

use crate::checkout::Checkout;

const ALREADY_COMPRESSED: [&str; 6] = ["woff2", "png", "jpg", "webp", "avif", "gz"];
const WINDOW_BITS: i32 = 22;
const BEST_QUALITY: i32 = 11;
/// The packed program is of many parts, each like itself alone: looked at in pieces of so many bits
/// it takes 1 KB less of 300.
const PIECE_BITS: i32 = 17;

/// The compressed contents of former runs.
pub(super) struct Compressor {
    folder: PathBuf,
    used: BTreeSet<String>,
}

/// Two encodings of one content.
pub(super) struct Compressed {
    /// Brotli, quality 11.
    pub(super) brotli: Vec<u8>,
    /// Gzip, level 9.
    pub(super) gzip: Vec<u8>,
}

impl Compressor {
    /// Opens the folder of former results.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn open(checkout: &Checkout) -> Result<Self> {
        let folder = checkout.part("compressed");
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, used: BTreeSet::new() })
    }

    /// The encodings of a file's content, or none where compressing gains nothing.
    ///
    /// # Errors
    /// When a result cannot be kept.
    pub(super) fn compress(
        &mut self,
        path: &str,
        hash: &str,
        bytes: &[u8],
    ) -> Result<Option<Compressed>> {
        let extension = path.rsplit('.').next().unwrap_or_default();
        if ALREADY_COMPRESSED.contains(&extension) {
            return Ok(None);
        }
        let brotli = self.kept(&format!("{hash}.br"), || {
            let mut out = Vec::new();
            let size = bytes.len().max(1);
            let (quality, lgwin) = (BEST_QUALITY, WINDOW_BITS);
            let mut how = BrotliEncoderParams { quality, lgwin, ..Default::default() };
            if extension == "packed" {
                how.lgblock = PIECE_BITS;
            }
            let mut writer = CompressorWriter::with_params(&mut out, size, &how);
            writer.write_all(bytes)?;
            drop(writer);
            Ok(out)
        })?;
        let gzip = self.kept(&format!("{hash}.gz"), || {
            let mut writer = GzEncoder::new(Vec::new(), Compression::best());
            writer.write_all(bytes)?;
            Ok(writer.finish()?)
        })?;
        Ok((brotli.len() < bytes.len()).then_some(Compressed { brotli, gzip }))
    }

    /// Deletes what this run did not need.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(super) fn prune(self) -> Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if !self.used.contains(entry.file_name().to_string_lossy().as_ref()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn kept(&mut self, name: &str, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
        self.used.insert(name.to_owned());
        let file = self.folder.join(name);
        if let Ok(bytes) = fs::read(&file) {
            return Ok(bytes);
        }
        let bytes = make()?;
        // A run broken off while writing must not leave half a result under the final name.
        let half = self.folder.join(format!("{name}.half"));
        fs::write(&half, &bytes)?;
        fs::rename(half, file)?;
        Ok(bytes)
    }
}
