//! Link tokens: 128 bits, hashed at rest, of one purpose, expiring, used once.

use data_encoding::BASE32_NOPAD;
use domain::refusal::Refusal;
use domain::timestamp::{DAY_MS, HOUR_MS, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::clock;
use crate::error::{Error, Fault};
use crate::store::vocabulary::people::TokenRow;
use crate::store::{StoreError, Tx};

/// What a token is for, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// Its code: a token of one purpose is nothing to another.
    pub code: &'static str,
    /// How long a token lasts, in milliseconds.
    pub lasts_ms: i64,
}

/// To accept an invitation: seven days.
pub const INVITATION: Purpose = Purpose { code: "invitation", lasts_ms: 7 * DAY_MS };
/// To set a new password: one hour.
pub const PASSWORD_RESET: Purpose = Purpose { code: "password_reset", lasts_ms: HOUR_MS };

/// A token as it travels: 26 base32 characters. It must not be logged or stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one of 128 random bits.
    ///
    /// # Errors
    /// [`Fault`] when the system gives no random bytes.
    pub fn fresh() -> Result<Self, Fault> {
        Ok(Self(BASE32_NOPAD.encode(&clock::random::<16>()?)))
    }

    /// The text for a link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a token of `purpose` is found by; letters may have lost their case on the way.
#[must_use]
pub fn hash(purpose: Purpose, token: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(purpose.code.as_bytes());
    hash.update([0]);
    hash.update(token.trim().to_ascii_uppercase().as_bytes());
    hash.finalize().to_vec()
}

/// Makes a token about `subject` that carries `data`; those before it of the same purpose and
/// subject become useless.
///
/// # Errors
/// A failed database.
pub async fn issue(
    tx: &mut Tx,
    purpose: Purpose,
    subject: &str,
    data: &(impl Serialize + Sync),
    now: Timestamp,
) -> Result<Token, Error> {
    let token = Token::fresh()?;
    let row = TokenRow {
        hash: hash(purpose, token.as_str()),
        purpose: purpose.code.to_owned(),
        subject: subject.to_owned(),
        data: serde_json::to_string(data).map_err(Fault::from)?,
        created_at: now.0,
        expires_at: now.plus_ms(purpose.lasts_ms).0,
        used_at: None,
    };
    tx.void_tokens(purpose.code, subject, now.0).await?;
    tx.insert_token(&row).await?;
    Ok(token)
}

/// What a token is about, without using it: pages show this, since mail scanners open every link.
///
/// # Errors
/// [`Refusal::LinkUnusable`] for one that is used, over, unknown or of another purpose.
pub async fn look<T: DeserializeOwned>(
    tx: &mut Tx,
    purpose: Purpose,
    token: &str,
    now: Timestamp,
) -> Result<(String, T), Error> {
    let row = tx.token(&hash(purpose, token)).await?;
    let usable = row.filter(|row| row.used_at.is_none() && row.expires_at > now.0);
    opened(usable)
}

/// Uses a token up; only the first call gets its subject and data.
///
/// # Errors
/// [`Refusal::LinkUnusable`] for one that is used, over, unknown or of another purpose.
pub async fn redeem<T: DeserializeOwned>(
    tx: &mut Tx,
    purpose: Purpose,
    token: &str,
    now: Timestamp,
) -> Result<(String, T), Error> {
    let row = tx.use_token(&hash(purpose, token), now.0).await?;
    opened(row)
}

fn opened<T: DeserializeOwned>(row: Option<TokenRow>) -> Result<(String, T), Error> {
    let row = row.ok_or(Error::Refused(Refusal::LinkUnusable))?;
    let data = serde_json::from_str(&row.data)
        .map_err(|_| StoreError::Inconsistent("a link token holds unreadable data"))?;
    Ok((row.subject, data))
}
