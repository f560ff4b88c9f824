//! A replica of the PostgreSQL database: asked when it is there, never waited for.

use sqlx::Postgres;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::store::StoreError;

/// How long a replica that did not answer is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(5);

/// The connections to a replica, and until when they are not used.
#[derive(Debug)]
pub(super) struct Replica {
    pool: sqlx::Pool<Postgres>,
    quiet_until: Mutex<Option<Instant>>,
}

impl Replica {
    pub(super) fn new(pool: sqlx::Pool<Postgres>) -> Self {
        Self { pool, quiet_until: Mutex::default() }
    }

    /// Its connections, unless it did not answer a moment ago.
    pub(super) fn pool(&self) -> Option<&sqlx::Pool<Postgres>> {
        let mut quiet = self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner);
        if quiet.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        *quiet = None;
        Some(&self.pool)
    }

    /// Notes that it did not answer.
    pub(super) fn leave_alone(&self, error: &StoreError) {
        tracing::warn!(%error, "the replica does not answer; the primary is asked");
        let until = Instant::now() + LEFT_ALONE;
        *self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}
