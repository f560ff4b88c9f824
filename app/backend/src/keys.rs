//! Signing keys: Ed25519, one current key for each purpose, private halves sealed at rest.
//!
//! The private halves are sealed with XChaCha20-Poly1305 under the secret file, which no backup
//! contains. Retired keys go on verifying.

mod secret;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::timestamp::Timestamp;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

pub use secret::Secret;

use crate::actor::{Actor, authorise};
use crate::clock;
use crate::error::{Error, Fault};
use crate::history::{self, Entry, Subject};
use crate::store::vocabulary::keys::KeyRow;
use crate::store::{Store, StoreError};
use domain::role::UseCase;
use domain::view::ReceiptKey;

/// Identifier of a key: the first 8 bytes of the SHA-256 of its public half.
pub type Kid = [u8; 8];

/// Pause between two looks for keys that are not known, in milliseconds.
pub const ASKED_EVERY_MS: i64 = 5_000;

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Certificates.
    Documents,
    /// Receipts for submissions.
    Receipts,
    /// The right of a phone to issue provisional certificates.
    Delegation,
    /// Checkpoints of the history.
    Checkpoints,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 4] =
        [Self::Documents, Self::Receipts, Self::Delegation, Self::Checkpoints];

    /// Its code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Receipts => "receipts",
            Self::Delegation => "delegation",
            Self::Checkpoints => "checkpoints",
        }
    }

    /// The purpose of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// A public key as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its identifier.
    pub kid: Kid,
    /// What it signs or signed.
    pub purpose: Purpose,
    /// The 32 bytes.
    pub bytes: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// When another took its place.
    pub retired_at: Option<Timestamp>,
}

/// Every key of the database, in memory. Cloning it shares them.
#[derive(Clone)]
pub struct Keys {
    secret: Arc<Secret>,
    held: Arc<RwLock<Vec<Held>>>,
    /// When a key that was not known was last looked for, in UTC milliseconds.
    asked_at: Arc<AtomicI64>,
    /// When the keys were last read because a phone wants them, in UTC milliseconds.
    told_at: Arc<AtomicI64>,
}

/// A key that signs.
pub struct Pen {
    /// Which it is.
    pub kid: Kid,
    key: SigningKey,
}

impl Pen {
    /// The signature of these bytes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }
}

#[derive(Clone)]
struct Held {
    public: PublicKey,
    verifying: VerifyingKey,
    signing: SigningKey,
}

impl Keys {
    /// Reads the keys, making those that are missing.
    ///
    /// # Errors
    /// A failed database, or keys that another secret file sealed.
    pub async fn open(store: &Store, secret: Secret, now: Timestamp) -> Result<Self, Error> {
        let (asked_at, told_at) = (Arc::default(), Arc::default());
        let keys = Self { secret: Arc::new(secret), held: Arc::default(), asked_at, told_at };
        keys.refresh(store).await?;
        for purpose in Purpose::ALL {
            if keys.current(purpose).is_none() {
                keys.replace(store, purpose, now).await?;
            }
        }
        Ok(keys)
    }

    /// The same with the secret of a file, which is made at the first start. Once there are keys it
    /// is not: another secret could not open them, and making one would hide what is missing.
    ///
    /// # Errors
    /// As [`Keys::open`], and when the file is missing although there are keys, as after a restore.
    pub async fn open_with(store: &Store, file: &Path, now: Timestamp) -> Result<Self, Error> {
        // The keys first: another process that starts makes the file before them.
        let known = store.glance(|tx| Box::pin(async move { tx.list_keys().await })).await;
        let known = known.map_err(|error: StoreError| Error::from(error))?;
        if !known.is_empty() && !file.try_exists().map_err(Fault::from)? {
            return Err(Error::Failed(Fault::new(format!(
                "the secret file {} is missing, and the keys of this database are sealed with it; \
                 put it back from where it is kept apart from the backups",
                file.display()
            ))));
        }
        Self::open(store, Secret::read_or_make(file)?, now).await
    }

    /// Reads the keys again: another process may have rotated one.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub async fn refresh(&self, store: &Store) -> Result<(), Error> {
        let rows = store.glance(|tx| Box::pin(async move { tx.list_keys().await })).await;
        let rows = rows.map_err(|error: StoreError| Error::from(error))?;
        let held = rows.iter().map(|row| self.opened(row)).collect::<Result<Vec<_>, _>>()?;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        Ok(())
    }

    /// Puts a new key in the place of the current one of a purpose.
    ///
    /// # Errors
    /// A refusal when the actor may not, a failed database.
    pub async fn rotate(
        &self,
        store: &Store,
        actor: &Actor,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Kid, Error> {
        authorise(actor, UseCase::ManageKeys).map_err(Error::Refused)?;
        let row = self.fresh(purpose, now)?;
        let kid = kid_of(&row.kid)?;
        let (actor, hex) = (*actor, HEXLOWER.encode(&kid));
        store
            .write_with((row, hex), move |tx, (row, hex)| {
                Box::pin(async move {
                    tx.retire_key(&row.purpose, row.created_at).await?;
                    tx.insert_key(row).await?;
                    let body = serde_json::json!({ "purpose": row.purpose, "kid": hex });
                    let entry =
                        Entry::new(Subject::acting(&actor), "key_rotated", actor, now, &body)?;
                    history::append(tx, &entry).await
                })
            })
            .await?;
        self.refresh(store).await?;
        Ok(kid)
    }

    /// Every public key, oldest first.
    #[must_use]
    pub fn list(&self) -> Vec<PublicKey> {
        self.snapshot().into_iter().map(|held| held.public).collect()
    }

    /// The keys of a purpose, retired ones too, as a JSON Web Key Set (RFC 7517, RFC 8037).
    #[must_use]
    pub fn jwks(&self, purpose: Purpose) -> serde_json::Value {
        let wanted = self.list().into_iter().filter(|key| key.purpose == purpose);
        let keys: Vec<_> = wanted
            .map(|key| {
                serde_json::json!({
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "use": "sig",
                    "alg": "EdDSA",
                    "kid": BASE64URL_NOPAD.encode(&key.kid),
                    "x": BASE64URL_NOPAD.encode(&key.bytes),
                })
            })
            .collect();
        serde_json::json!({ "keys": keys })
    }

    /// The keys of a purpose, retired ones too, as phones get them.
    #[must_use]
    pub fn told(&self, purpose: Purpose) -> Vec<ReceiptKey> {
        let wanted = self.list().into_iter().filter(|key| key.purpose == purpose);
        let told = |key: PublicKey| ReceiptKey {
            kid: HEXLOWER.encode(&key.kid),
            key: BASE64URL_NOPAD.encode(&key.bytes),
        };
        wanted.map(told).collect()
    }

    /// Signs with the current key of a purpose.
    ///
    /// # Errors
    /// [`Fault`] when there is none, which [`Keys::open`] prevents.
    pub fn sign(&self, purpose: Purpose, bytes: &[u8]) -> Result<(Kid, [u8; 64]), Fault> {
        let pen = self.pen(purpose)?;
        Ok((pen.kid, pen.sign(bytes)))
    }

    /// The current key of a purpose, for what names the key in the text that it signs: rotated
    /// meanwhile, name and signature would be of two keys.
    ///
    /// # Errors
    /// [`Fault`] when there is none, which [`Keys::open`] prevents.
    pub fn pen(&self, purpose: Purpose) -> Result<Pen, Fault> {
        let held = self.current(purpose).ok_or_else(|| Fault::new("a signing key is missing"))?;
        Ok(Pen { kid: held.public.kid, key: held.signing })
    }

    /// 32 bytes that follow from the secret file, a purpose and a text, and from nothing else.
    #[must_use]
    pub fn derive(&self, purpose: &[u8], about: &[u8]) -> [u8; 32] {
        self.secret.derive(&[purpose, about])
    }

    /// Seals a text with the secret file, bound to `about`.
    ///
    /// # Errors
    /// [`Fault`] when the system gives no random bytes.
    pub fn seal(&self, plain: &[u8], about: &[u8]) -> Result<Vec<u8>, Fault> {
        self.secret.seal(plain, about)
    }

    /// Opens what [`Keys::seal`] sealed.
    ///
    /// # Errors
    /// [`Fault`] when another secret file sealed it, or it was changed.
    pub fn open_sealed(&self, sealed: &[u8], about: &[u8]) -> Result<Vec<u8>, Fault> {
        self.secret.open(sealed, about)
    }

    /// Whether a key of `purpose` has this identifier, current or retired. One that is not known is
    /// looked for in the database, at most every [`ASKED_EVERY_MS`]: another process may have
    /// rotated a moment ago, and a stranger's texts must not become queries without end.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub async fn knows(
        &self,
        store: &Store,
        purpose: Purpose,
        kid: &[u8],
        now: Timestamp,
    ) -> Result<bool, Error> {
        if self.holds(purpose, kid) {
            return Ok(true);
        }
        if !is_due(&self.asked_at, now) {
            return Ok(false);
        }
        self.refresh(store).await?;
        Ok(self.holds(purpose, kid))
    }

    /// Reads the keys again, at most every [`ASKED_EVERY_MS`], for one who asks which there are:
    /// another process may have rotated a moment ago.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub async fn renew(&self, store: &Store, now: Timestamp) -> Result<(), Error> {
        if is_due(&self.told_at, now) { self.refresh(store).await } else { Ok(()) }
    }

    fn holds(&self, purpose: Purpose, kid: &[u8]) -> bool {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.iter().any(|held| held.public.kid == kid && held.public.purpose == purpose)
    }

    /// Whether the key `kid`, of `purpose`, made this signature; no for a key we do not know.
    #[must_use]
    pub fn verify(&self, purpose: Purpose, kid: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let key = held.iter().find(|held| held.public.kid == kid && held.public.purpose == purpose);
        key.is_some_and(|held| held.verifying.verify_strict(bytes, &signature).is_ok())
    }

    fn snapshot(&self) -> Vec<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn current(&self, purpose: Purpose) -> Option<Held> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let mut current = held.iter().filter(|held| held.public.retired_at.is_none());
        current.find(|held| held.public.purpose == purpose).cloned()
    }

    /// Makes the first key of a purpose; another process may have been quicker.
    async fn replace(&self, store: &Store, purpose: Purpose, now: Timestamp) -> Result<(), Error> {
        let row = self.fresh(purpose, now)?;
        let made = store
            .write_with(row, |tx, row| Box::pin(async move { tx.insert_key(row).await }))
            .await;
        match made {
            Err(error) if !StoreError::is_unique_violation(&error) => Err(error.into()),
            _ => self.refresh(store).await,
        }
    }

    fn fresh(&self, purpose: Purpose, now: Timestamp) -> Result<KeyRow, Fault> {
        let private = clock::random::<32>()?;
        let public = SigningKey::from_bytes(&private).verifying_key().to_bytes();
        let kid = Sha256::digest(public)[..8].to_vec();
        let sealed_private = self.secret.seal(&private, &named(purpose.code(), &kid))?;
        let code = purpose.code().to_owned();
        let public_key = public.to_vec();
        let created_at = now.0;
        Ok(KeyRow { kid, purpose: code, public_key, sealed_private, created_at, retired_at: None })
    }

    fn opened(&self, row: &KeyRow) -> Result<Held, Fault> {
        let broken = || Fault::new("a signing key is unreadable");
        let private = self.secret.open(&row.sealed_private, &named(&row.purpose, &row.kid))?;
        let private: [u8; 32] = private.try_into().map_err(|_| broken())?;
        let signing = SigningKey::from_bytes(&private);
        let verifying = signing.verifying_key();
        let public = PublicKey {
            kid: kid_of(&row.kid)?,
            purpose: Purpose::from_code(&row.purpose).ok_or_else(broken)?,
            bytes: row.public_key.as_slice().try_into().map_err(|_| broken())?,
            created_at: Timestamp(row.created_at),
            retired_at: row.retired_at.map(Timestamp),
        };
        if public.bytes != verifying.to_bytes() {
            return Err(Fault::new("a signing key's public half is not its own"));
        }
        Ok(Held { public, verifying, signing })
    }
}

/// Whether the last look is long enough ago; then this is the next one.
fn is_due(last: &AtomicI64, now: Timestamp) -> bool {
    let before = last.load(Ordering::Relaxed);
    let is_due = before == 0 || now.0.saturating_sub(before) >= ASKED_EVERY_MS;
    let relaxed = Ordering::Relaxed;
    is_due && last.compare_exchange(before, now.0, relaxed, relaxed).is_ok()
}

fn kid_of(bytes: &[u8]) -> Result<Kid, Fault> {
    bytes.try_into().map_err(|_| Fault::new("a key identifier is not 8 bytes long"))
}

/// What a sealed key is bound to, so that it cannot be put in another's place.
fn named(purpose: &str, kid: &[u8]) -> Vec<u8> {
    [b"huella-key-1:", purpose.as_bytes(), b":", kid].concat()
}
