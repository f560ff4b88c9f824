//! Recovery keys: one pair for each outreach, ECDH on P-256. Phones seal a copy of every record to
//! the public half, so that it outlives a forgotten PIN (contracts, section 7); the private half is
//! sealed with the secret file, like those that sign ([`crate::keys`]), and opens the copies here.
//!
//! A pair is made when its outreach is first told to a phone, and never changes: one that was
//! prepared weeks ago may still bring a copy.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use data_encoding::BASE64URL_NOPAD;
use domain::id::DeviceId;
use domain::picture::SealedPiece;
use domain::submission::{Sealed, SealedParts, bound_to};
use domain::timestamp::Timestamp;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use serde_json::Value;
use sha2::Sha256;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

use crate::clock;
use crate::error::{Error, Fault};
use crate::keys::Keys;
use crate::office::Office;
use crate::store::vocabulary::keys::RecoveryKeyRow;
use crate::store::{Isolation, StoreError};

/// The public halves of some outreaches, in base64url; makes those that are missing. Of two
/// processes that make one at the same time, both tell that of the first.
///
/// # Errors
/// A failed database, or a system that gives no random bytes.
pub(crate) async fn public_keys(
    office: &Office,
    outreaches: Vec<Uuid>,
) -> Result<HashMap<Uuid, String>, Error> {
    let mut rows = known(office, outreaches.clone()).await?;
    let is_known = |id: &Uuid| rows.iter().any(|row| row.outreach_id == *id);
    let missing: Vec<_> = outreaches.into_iter().filter(|id| !is_known(id)).collect();
    if !missing.is_empty() {
        rows.extend(make(office, &missing).await?);
    }
    let told = |row: RecoveryKeyRow| (row.outreach_id, BASE64URL_NOPAD.encode(&row.public_key));
    Ok(rows.into_iter().map(told).collect())
}

/// What some sealed copies of a phone hold, in their order; nothing for one that cannot be opened,
/// or was none.
///
/// # Errors
/// A failed database, or keys that another secret file sealed.
pub(crate) async fn open(
    office: &Office,
    device: DeviceId,
    copies: Vec<Option<Sealed>>,
) -> Result<Vec<Option<Value>>, Error> {
    let outreaches: BTreeSet<_> = copies.iter().flatten().map(|copy| copy.outreach.0).collect();
    let rows = known(office, outreaches.into_iter().collect()).await?;
    let own = |row: &RecoveryKeyRow| private(&office.keys, row).map(|key| (row.outreach_id, key));
    let keys = rows.iter().map(own).collect::<Result<HashMap<_, _>, Fault>>()?;
    // A whole batch takes longer than others should wait for their turn.
    let working = tokio::task::spawn_blocking(move || {
        let held = |copy: &Sealed| opened(keys.get(&copy.outreach.0)?, device, copy);
        copies.iter().map(|copy| copy.as_ref().and_then(held)).collect::<Vec<_>>()
    });
    let held = working.await.map_err(|error| Fault::caused("opening copies stopped", error))?;
    Ok(held)
}

/// What a copy holds; nothing when the key is not its own, it was changed, another phone made it,
/// or it holds no JSON.
fn opened(key: &SecretKey, device: DeviceId, copy: &Sealed) -> Option<Value> {
    let plain = decrypted(key, &copy.parts()?, (&copy.info(), &bound_to(device)))?;
    serde_json::from_slice(&plain).ok()
}

/// What was encrypted under a key for one thing, and bound to another.
fn decrypted(key: &SecretKey, parts: &SealedParts, (info, about): (&str, &str)) -> Option<Vec<u8>> {
    let shared = key.diffie_hellman(&PublicKey::from_sec1_bytes(&parts.ephemeral).ok()?);
    let mut derived = [0; 32];
    shared.extract::<Sha256>(None).expand(info.as_bytes(), &mut derived).ok()?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(derived));
    let payload = Payload { msg: &parts.body, aad: about.as_bytes() };
    cipher.decrypt(&Nonce::from(parts.nonce), payload).ok()
}

/// What a sealed piece of a picture holds; nothing when it cannot be opened, or was none.
///
/// # Errors
/// A failed database, or keys that another secret file sealed.
pub(crate) async fn open_piece(
    office: &Office,
    piece: SealedPiece,
    bytes: &[u8],
) -> Result<Option<Vec<u8>>, Error> {
    let Some(parts) = SealedPiece::parts(bytes) else { return Ok(None) };
    let Some(row) = known(office, vec![piece.outreach.0]).await?.pop() else { return Ok(None) };
    let key = private(&office.keys, &row)?;
    Ok(decrypted(&key, &parts, (&piece.info(), &piece.bound_to())))
}

async fn known(office: &Office, outreaches: Vec<Uuid>) -> Result<Vec<RecoveryKeyRow>, Error> {
    if outreaches.is_empty() {
        return Ok(Vec::new());
    }
    let rows = office
        .store
        .glance(move |tx| Box::pin(async move { tx.recovery_keys(&outreaches).await }))
        .await;
    rows.map_err(|error: StoreError| Error::from(error))
}

/// Makes pairs for outreaches that had none a moment ago; answers the pairs that they have now.
async fn make(office: &Office, outreaches: &[Uuid]) -> Result<Vec<RecoveryKeyRow>, Error> {
    let now = office.clock.now();
    let made = outreaches.iter().map(|outreach| fresh(&office.keys, *outreach, now));
    let made = made.collect::<Result<Vec<_>, Fault>>()?;
    let rows = office
        .store
        // So that what another process made meanwhile is seen once it has committed.
        .write_at(Isolation::Committed, made, |tx, made| {
            Box::pin(async move {
                tx.add_recovery_keys(made).await?;
                let outreaches: Vec<_> = made.iter().map(|row| row.outreach_id).collect();
                tx.recovery_keys(&outreaches).await
            })
        })
        .await;
    rows.map_err(|error: StoreError| Error::from(error))
}

fn fresh(keys: &Keys, outreach: Uuid, now: Timestamp) -> Result<RecoveryKeyRow, Fault> {
    let (private, bytes) = loop {
        // Of 2³² draws one is no number of this curve.
        let drawn = clock::random::<32>()?;
        if let Ok(private) = SecretKey::from_slice(&drawn) {
            break (private, drawn);
        }
    };
    Ok(RecoveryKeyRow {
        outreach_id: outreach,
        public_key: private.public_key().to_sec1_point(false).as_bytes().to_vec(),
        sealed_private: keys.seal(&bytes, &named(outreach))?,
        created_at: now.0,
    })
}

fn private(keys: &Keys, row: &RecoveryKeyRow) -> Result<SecretKey, Fault> {
    let bytes = keys.open_sealed(&row.sealed_private, &named(row.outreach_id))?;
    SecretKey::from_slice(&bytes).map_err(|_| Fault::new("a recovery key is unreadable"))
}

/// What a sealed private half is bound to, so that it cannot be put in another's place.
fn named(outreach: Uuid) -> Vec<u8> {
    [b"huella-recovery-1:".as_slice(), outreach.as_bytes()].concat()
}
