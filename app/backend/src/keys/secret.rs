//! The secret file: 32 random bytes under which private keys are sealed.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::clock;
use crate::error::Fault;

const NONCE_BYTES: usize = 24;

/// Makes the file, whole or not at all: it is written under another name, and then given its own
/// unless another process was quicker.
fn make(path: &Path) -> Result<(), Fault> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", clock::fresh_id().simple()));
    let beside = PathBuf::from(name);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(&clock::random::<32>()?)?;
    file.sync_all()?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            Ok(())
        }
    }
}

/// The contents of the secret file, and which it is. It has no `Debug`, so that it reaches no log.
#[derive(Clone)]
pub struct Secret {
    bytes: [u8; 32],
    file: PathBuf,
}

impl Secret {
    /// Reads the file, making it with mode 0600 when there is none.
    ///
    /// # Errors
    /// [`Fault`], with the name of the file, when it cannot be read or made, is not 32 bytes long,
    /// or others may read it.
    pub fn read_or_make(path: &Path) -> Result<Self, Fault> {
        Self::found(path).map_err(|fault| {
            Fault::new(format!("the secret file {} cannot be used: {fault}", path.display()))
        })
    }

    fn found(path: &Path) -> Result<Self, Fault> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if !path.try_exists()? {
            make(path)?;
        }
        Self::read(path)
    }

    fn read(path: &Path) -> Result<Self, Fault> {
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            return Err(Fault::new("others may read it; set its mode to 0600"));
        }
        let bytes = fs::read(path)?;
        let bytes = bytes.try_into().map_err(|_| Fault::new("it is not 32 bytes long"))?;
        Ok(Self { bytes, file: path.to_owned() })
    }

    /// Seals `plain`, bound to `about`.
    ///
    /// # Errors
    /// [`Fault`] when the system gives no random bytes.
    pub fn seal(&self, plain: &[u8], about: &[u8]) -> Result<Vec<u8>, Fault> {
        let nonce = clock::random::<NONCE_BYTES>()?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: about })
            .map_err(|_| Fault::new("a key could not be sealed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Secret::seal`] sealed.
    ///
    /// # Errors
    /// [`Fault`] when another secret sealed it, or it was changed.
    pub fn open(&self, sealed: &[u8], about: &[u8]) -> Result<Vec<u8>, Fault> {
        let other = || {
            Fault::new(format!(
                "the secret file {} is not the one that sealed the keys of this database; put that \
                 one back, or say with HUELLA_SECRET_FILE where it is",
                self.file.display()
            ))
        };
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(other)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: about })
            .map_err(|_| other())
    }

    /// 32 bytes that follow from the secret and `about`, and tell nothing of the secret: SHA-256 of
    /// the secret and of an inner hash, as in HMAC (RFC 2104).
    #[must_use]
    pub fn derive(&self, about: &[&[u8]]) -> [u8; 32] {
        let mut inner = Sha256::new_with_prefix(self.bytes);
        for part in about {
            inner.update((part.len() as u64).to_be_bytes());
            inner.update(part);
        }
        let mut outer = Sha256::new_with_prefix(b"huella-derive");
        outer.update(self.bytes);
        outer.update(inner.finalize());
        outer.finalize().into()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.bytes))
    }
}
