//! The outbox: every effect outside the database begins as a row written with its cause.
//!
//! A worker leases what is due, commits, delivers outside any transaction, and notes how it went.
//! A lease that ends without a note makes the message due again: it is sent at least once, always
//! under the same identifier, and never by two at the same time.

mod backlog;

pub use backlog::{Backlog, backlog, oldest_pending_age_ms};

use domain::id::MessageId;
use domain::timestamp::{HOUR_MS, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use crate::clock;
use crate::error::{Error, Fault};
use crate::keys::Keys;
use crate::store::vocabulary::outbox::{AttemptRow, LeaseRow, MessageRow};
use crate::store::{Isolation, Store, StoreError, Tx};

/// Attempts after which a message is dead until a person sends it again.
pub const ATTEMPTS: i64 = 12;

/// Letters that carry a one-time secret, each with the milliseconds after which it opens nothing.
/// They leave before all others, are sealed while they wait and are forgotten when they left.
pub const SECRET: [(&str, i64); 3] = [
    (crate::owner_access::code::LETTER, crate::owner_access::code::MINUTES as i64 * 60_000),
    (crate::accounts::invitation::RESET_LETTER, crate::tokens::PASSWORD_RESET.lasts_ms),
    (crate::accounts::invitation::INVITATION_LETTER, crate::tokens::INVITATION.lasts_ms),
];

/// The kinds of those letters.
const SECRET_KINDS: [&str; 3] = [SECRET[0].0, SECRET[1].0, SECRET[2].0];

/// First pause after a temporary failure, in milliseconds; it doubles each time.
const FIRST_PAUSE_MS: i64 = 30_000;
/// Longest pause after a temporary failure: one hour.
const LONGEST_PAUSE_MS: i64 = HOUR_MS;

/// A message to be written.
#[derive(Clone, Debug)]
pub struct Letter<'a, B> {
    /// Which letter it is; the mailroom has a template of this name.
    pub kind: &'a str,
    /// The address it goes to.
    pub recipient: &'a str,
    /// What the letter says.
    pub body: &'a B,
    /// What it is about: kind and identifier.
    pub about: Option<(&'a str, Uuid)>,
    /// When it may leave.
    pub due_at: Timestamp,
}

/// Writes a letter to the outbox in the transaction of its cause.
///
/// # Errors
/// A failed database, or a body that is no JSON.
pub async fn enqueue<B: Serialize + Sync>(
    tx: &mut Tx,
    letter: Letter<'_, B>,
    now: Timestamp,
) -> Result<MessageId, Error> {
    insert(tx, pending(letter, now)?).await
}

/// The row of a letter that leaves when it is due, to be written with others.
///
/// # Errors
/// A body that is no JSON.
pub(crate) fn pending<B: Serialize>(
    letter: Letter<'_, B>,
    now: Timestamp,
) -> Result<MessageRow, Error> {
    let body = serde_json::to_string(letter.body).map_err(Fault::from)?;
    Ok(row(letter, (clock::fresh_id(), "pending", body), now))
}

/// The row of a letter that does not leave before somebody releases it with [`resend`].
///
/// # Errors
/// A body that is no JSON.
pub(crate) fn held<B: Serialize>(
    letter: Letter<'_, B>,
    now: Timestamp,
) -> Result<MessageRow, Error> {
    Ok(MessageRow { state: "held".to_owned(), ..pending(letter, now)? })
}

/// As [`enqueue`], for a letter with a secret: its body is kept sealed with the secret file, bound
/// to this message, so that neither the database nor a backup opens anything.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_sealed<B: Serialize + Sync>(
    tx: &mut Tx,
    keys: &Keys,
    letter: Letter<'_, B>,
    now: Timestamp,
) -> Result<MessageId, Error> {
    let id = clock::fresh_id();
    let plain = serde_json::to_vec(letter.body).map_err(Fault::from)?;
    let sealed = keys.seal(&plain, &bound_to(id))?;
    let body = data_encoding::BASE64.encode(&sealed);
    insert(tx, row(letter, (id, "pending", body), now)).await
}

/// What a sealed message is bound to.
fn bound_to(id: Uuid) -> Vec<u8> {
    [b"huella-outbox-1:".as_slice(), id.as_bytes()].concat()
}

/// What a message says, as JSON, sealed or not; nothing when it was forgotten.
///
/// # Errors
/// [`Fault`] when another secret file sealed it.
pub fn body_of(keys: &Keys, message: &MessageRow) -> Result<Option<String>, Fault> {
    if message.body.is_empty() {
        return Ok(None);
    }
    if !is_secret(&message.kind) {
        return Ok(Some(message.body.clone()));
    }
    let sealed = data_encoding::BASE64
        .decode(message.body.as_bytes())
        .map_err(|error| Fault::caused("a sealed letter is unreadable", error))?;
    let plain = keys.open_sealed(&sealed, &bound_to(message.id))?;
    let text = String::from_utf8(plain);
    Ok(Some(text.map_err(|error| Fault::caused("a sealed letter is no text", error))?))
}

/// Whether letters of a kind carry a one-time secret.
#[must_use]
pub fn is_secret(kind: &str) -> bool {
    SECRET_KINDS.contains(&kind)
}

/// Whether a letter's secret opens nothing any more.
#[must_use]
pub fn is_over(message: &MessageRow, now: Timestamp) -> bool {
    let lasts = SECRET.iter().find(|(kind, _)| *kind == message.kind).map(|(_, lasts)| *lasts);
    lasts.is_some_and(|lasts| now.since_ms(Timestamp(message.created_at)) >= lasts)
}

/// Forgets what letters said whose secret opens nothing any more and that have left or are dead;
/// answers how many.
///
/// # Errors
/// A failed database.
pub async fn forget_secrets(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let mut forgotten = 0;
                for (kind, lasts_ms) in SECRET {
                    forgotten += tx.blank_messages(kind, now.plus_ms(-lasts_ms).0).await?;
                }
                Ok(forgotten)
            })
        })
        .await
}

async fn insert(tx: &mut Tx, row: MessageRow) -> Result<MessageId, Error> {
    tx.insert_messages(std::slice::from_ref(&row)).await?;
    Ok(MessageId(row.id))
}

fn row<B>(
    letter: Letter<'_, B>,
    (id, state, body): (Uuid, &str, String),
    now: Timestamp,
) -> MessageRow {
    MessageRow {
        id,
        kind: letter.kind.to_owned(),
        recipient: letter.recipient.to_owned(),
        body,
        state: state.to_owned(),
        due_at: letter.due_at.0,
        attempts: 0,
        lease_until: None,
        last_error: None,
        created_at: now.0,
        sent_at: None,
        subject_kind: letter.about.map(|(kind, _)| kind.to_owned()),
        subject_id: letter.about.map(|(_, id)| id),
    }
}

/// Which messages somebody takes: those that somebody waits for at a screen never queue behind the
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Codes and links.
    Urgent,
    /// Everything else.
    Ordinary,
}

/// Takes up to `limit` messages of a lane due at `now` for `lease_ms` milliseconds. A message whose
/// taker vanished [`ATTEMPTS`] times is left dead instead.
///
/// # Errors
/// A failed database.
pub async fn lease_due(
    store: &Store,
    lane: Lane,
    now: Timestamp,
    limit: i64,
    lease_ms: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    let (until, only) = (now.plus_ms(lease_ms).0, lane == Lane::Urgent);
    let lease = LeaseRow { now: now.0, until, limit, kinds: &SECRET_KINDS, only };
    // Who writes is not held up by a look, and most looks find nothing.
    let is_due = store.glance(move |tx| Box::pin(async move { tx.is_message_due(&lease).await }));
    let is_due: Result<bool, StoreError> = is_due.await;
    if !is_due? {
        return Ok(Vec::new());
    }
    store
        .write_at(Isolation::Committed, lease, |tx, lease| {
            Box::pin(async move {
                tx.bury_messages(lease.now, ATTEMPTS).await?;
                tx.lease_messages(lease).await
            })
        })
        .await
}

/// Holds a leased message for `lease_ms` milliseconds from now on, for what has taken longer than
/// was thought; `false` when somebody else has taken it since.
///
/// # Errors
/// A failed database.
pub async fn renew_lease(
    store: &Store,
    message: &MessageRow,
    now: Timestamp,
    lease_ms: i64,
) -> Result<bool, StoreError> {
    let (id, attempts, until) = (message.id, message.attempts, now.plus_ms(lease_ms).0);
    store
        .write_at(Isolation::Committed, (), move |tx, ()| {
            Box::pin(async move { tx.renew_lease(id, attempts, until).await })
        })
        .await
}

/// Notes that the transport accepted a leased message, and forgets what it said if that was secret;
/// `false` when the lease was lost.
///
/// # Errors
/// A failed database.
pub async fn mark_sent(
    store: &Store,
    message: &MessageRow,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (id, attempts, forgets) = (message.id, message.attempts, is_secret(&message.kind));
    store
        .write_at(Isolation::Committed, (), move |tx, ()| {
            Box::pin(async move {
                let tried = AttemptRow {
                    id,
                    attempts,
                    state: "sent",
                    due_at: now.0,
                    error: None,
                    sent_at: Some(now.0),
                    forgets,
                };
                tx.conclude_attempt(&tried).await
            })
        })
        .await
}

/// How a delivery failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A code for the coordinator, without personal data.
    pub code: String,
    /// Whether trying again can help.
    pub temporary: bool,
    /// Any number that differs between messages: it spreads the next attempts in time.
    pub seed: u64,
}

/// Notes that a leased message was not delivered. A temporary failure is tried again after a
/// growing pause; a permanent one, or the last of [`ATTEMPTS`], leaves it dead. Answers `false`
/// when the lease was lost.
///
/// # Errors
/// A failed database.
pub async fn mark_failed(
    store: &Store,
    message: &MessageRow,
    failure: Failure,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (id, attempts) = (message.id, message.attempts);
    let again = failure.temporary && attempts < ATTEMPTS;
    let forgets = !again && is_over(message, now);
    let due_at = now.plus_ms(pause_ms(attempts, failure.seed)).0;
    store
        .write_at(Isolation::Committed, failure, move |tx, failure| {
            Box::pin(async move {
                let tried = AttemptRow {
                    id,
                    attempts,
                    state: if again { "pending" } else { "dead" },
                    due_at,
                    error: Some(&failure.code),
                    sent_at: None,
                    forgets,
                };
                tx.conclude_attempt(&tried).await
            })
        })
        .await
}

/// Milliseconds to wait after the given attempt: doubling from 30 s to one hour, and between half
/// and all of that by the seed.
#[must_use]
pub fn pause_ms(attempts: i64, seed: u64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 30) - 1).unwrap_or(0);
    let whole = FIRST_PAUSE_MS.saturating_mul(1 << doublings).min(LONGEST_PAUSE_MS);
    let spread = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    let half = whole / 2;
    half + i64::try_from(spread).unwrap_or(0) % (half + 1)
}

/// Makes a dead or held message due, to another address if one is given; `false` if it is neither.
///
/// # Errors
/// A failed database.
pub async fn resend(
    tx: &mut Tx,
    id: MessageId,
    recipient: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    tx.revive_message(id.0, now.0, recipient).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour_and_spreads() {
        for attempts in 1..=ATTEMPTS {
            for seed in 0..200 {
                let pause = pause_ms(attempts, seed);
                assert!((FIRST_PAUSE_MS / 2..=LONGEST_PAUSE_MS).contains(&pause), "{pause}");
            }
        }
        assert!(pause_ms(8, 3) >= LONGEST_PAUSE_MS / 2);
        let different: std::collections::BTreeSet<_> = (0..100).map(|s| pause_ms(3, s)).collect();
        assert!(different.len() > 90);
    }
}
