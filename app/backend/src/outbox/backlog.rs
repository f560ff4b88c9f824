//! What of the outbox has not left, and for how long.

use domain::timestamp::Timestamp;

use crate::store::{StoreError, Tx};

/// For how many milliseconds the oldest message has waited that is due or was tried already; 0
/// when none does. One whose next try is yet to come counts: while the mail server is away every
/// message is of that kind.
///
/// # Errors
/// A failed database.
pub async fn oldest_pending_age_ms(tx: &mut Tx, now: Timestamp) -> Result<i64, StoreError> {
    let written = tx.oldest_waiting_message(now.0).await?;
    Ok(written.map_or(0, |at| now.since_ms(Timestamp(at)).max(0)))
}

/// How the outbox stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// As [`oldest_pending_age_ms`].
    pub oldest_ms: i64,
    /// Messages by state; what was sent is not counted.
    pub counts: Vec<(String, i64)>,
}

impl Backlog {
    /// How many messages are in a state.
    #[must_use]
    pub fn of(&self, state: &str) -> i64 {
        self.counts.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count)
    }
}

/// How the outbox stands.
///
/// # Errors
/// A failed database.
pub async fn backlog(tx: &mut Tx, now: Timestamp) -> Result<Backlog, StoreError> {
    let oldest_ms = oldest_pending_age_ms(tx, now).await?;
    Ok(Backlog { oldest_ms, counts: tx.count_unsent_messages().await? })
}
