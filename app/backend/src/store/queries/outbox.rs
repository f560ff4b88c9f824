//! Statements on messages that wait to leave the house.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Connection, SKIP_LOCKED};
use crate::store::vocabulary::outbox::{AttemptRow, MessageRow};

pub(crate) async fn insert(db: &mut Connection, message: &MessageRow) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO outbox (id, kind, recipient, body, state, due_at, attempts, lease_until,
             last_error, created_at, sent_at, subject_kind, subject_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(message.id)
    .bind(&message.kind)
    .bind(&message.recipient)
    .bind(&message.body)
    .bind(&message.state)
    .bind(message.due_at)
    .bind(message.attempts)
    .bind(message.lease_until)
    .bind(&message.last_error)
    .bind(message.created_at)
    .bind(message.sent_at)
    .bind(&message.subject_kind)
    .bind(message.subject_id)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn lease(
    db: &mut Connection,
    now: i64,
    until: i64,
    limit: i64,
) -> sqlx::Result<Vec<MessageRow>> {
    let sql = format!(
        "UPDATE outbox SET state = 'leased', lease_until = $2, due_at = $2,
             attempts = attempts + 1
         WHERE id IN (
             SELECT id FROM outbox
             WHERE state IN ('pending', 'leased') AND due_at <= $1
             ORDER BY due_at LIMIT $3 {SKIP_LOCKED})
         RETURNING *"
    );
    sqlx::query_as(AssertSqlSafe(sql)).bind(now).bind(until).bind(limit).fetch_all(db).await
}

pub(crate) async fn conclude(db: &mut Connection, tried: &AttemptRow<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outbox
         SET state = $3, due_at = $4, last_error = $5, sent_at = $6, lease_until = NULL
         WHERE id = $1 AND state = 'leased' AND attempts = $2",
    )
    .bind(tried.id)
    .bind(tried.attempts)
    .bind(tried.state)
    .bind(tried.due_at)
    .bind(tried.error)
    .bind(tried.sent_at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn in_state(
    db: &mut Connection,
    state: &str,
    limit: i64,
) -> sqlx::Result<Vec<MessageRow>> {
    sqlx::query_as("SELECT * FROM outbox WHERE state = $1 ORDER BY created_at, id LIMIT $2")
        .bind(state)
        .bind(limit)
        .fetch_all(db)
        .await
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<MessageRow>> {
    sqlx::query_as("SELECT * FROM outbox WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn about(
    db: &mut Connection,
    subject_kind: &str,
    subject_id: Uuid,
) -> sqlx::Result<Vec<MessageRow>> {
    sqlx::query_as(
        "SELECT * FROM outbox WHERE subject_kind = $1 AND subject_id = $2
         ORDER BY created_at, id",
    )
    .bind(subject_kind)
    .bind(subject_id)
    .fetch_all(db)
    .await
}

pub(crate) async fn revive(
    db: &mut Connection,
    id: Uuid,
    now: i64,
    recipient: Option<&str>,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'pending', due_at = $2, attempts = 0, last_error = NULL,
             recipient = COALESCE($3, recipient)
         WHERE id = $1 AND state IN ('dead', 'held')",
    )
    .bind(id)
    .bind(now)
    .bind(recipient)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn unsent(db: &mut Connection, limit: i64) -> sqlx::Result<Vec<MessageRow>> {
    sqlx::query_as(
        "SELECT * FROM outbox WHERE state IN ('dead', 'held', 'leased', 'pending')
         ORDER BY state, created_at, id LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn oldest_waiting(db: &mut Connection, now: i64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar(
        "SELECT MIN(created_at) FROM outbox
         WHERE state IN ('pending', 'leased') AND (due_at <= $1 OR attempts > 0)",
    )
    .bind(now)
    .fetch_one(db)
    .await
}

pub(crate) async fn count_unsent(db: &mut Connection) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "SELECT state, COUNT(*) FROM outbox WHERE state IN ('dead', 'held', 'leased', 'pending')
         GROUP BY state ORDER BY state",
    )
    .fetch_all(db)
    .await
}

pub(crate) async fn count_by_state(db: &mut Connection) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as("SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state")
        .fetch_all(db)
        .await
}
