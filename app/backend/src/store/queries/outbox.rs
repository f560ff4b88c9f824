//! Statements on messages that wait to leave the house.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, DUE, Db, ROWS, SKIP_LOCKED, add_rows};
use crate::store::vocabulary::outbox::{AttemptRow, LeaseRow, MailPageRow, MessageRow};

pub(crate) async fn insert(db: &mut Connection, messages: &[MessageRow]) -> sqlx::Result<bool> {
    let mut added = 0;
    for messages in messages.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO outbox (id, kind, recipient, body, state, due_at, attempts, lease_until,
                 last_error, created_at, sent_at, subject_kind, subject_id) ",
        );
        add_rows(&mut query, messages, |mut row, message| {
            row.push_bind(message.id).push_bind(&message.kind).push_bind(&message.recipient);
            row.push_bind(&message.body).push_bind(&message.state).push_bind(message.due_at);
            row.push_bind(message.attempts).push_bind(message.lease_until);
            row.push_bind(&message.last_error).push_bind(message.created_at);
            row.push_bind(message.sent_at).push_bind(&message.subject_kind);
            row.push_bind(message.subject_id);
        });
        query.push(" ON CONFLICT (id) DO NOTHING");
        added += query.build().execute(&mut *db).await?.rows_affected();
    }
    Ok(usize::try_from(added).is_ok_and(|added| added == messages.len()))
}

pub(crate) async fn lease(
    db: &mut Connection,
    lease: &LeaseRow<'_>,
) -> sqlx::Result<Vec<MessageRow>> {
    let mut query = QueryBuilder::<Db>::new("UPDATE outbox SET state = 'leased', lease_until = ");
    query.push_bind(lease.until).push(", due_at = ").push_bind(lease.until);
    query.push(", attempts = attempts + 1 WHERE id IN (SELECT id FROM outbox ");
    due(&mut query, lease);
    query.push(" ORDER BY due_at LIMIT ").push_bind(lease.limit);
    query.push(format!(" {SKIP_LOCKED}) RETURNING *"));
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn is_due(db: &mut Connection, lease: &LeaseRow<'_>) -> sqlx::Result<bool> {
    let mut query = QueryBuilder::<Db>::new("SELECT EXISTS (SELECT 1 FROM outbox ");
    due(&mut query, lease);
    query.push(")");
    query.build_query_scalar().fetch_one(db).await
}

/// Which messages a lease may take.
fn due(query: &mut QueryBuilder<Db>, lease: &LeaseRow<'_>) {
    let [others, these] = DUE;
    query.push(if lease.only { these } else { others });
    query.push(" WHERE state IN ('pending', 'leased') AND due_at <= ").push_bind(lease.now);
    query.push(if lease.only { " AND kind IN (" } else { " AND kind NOT IN (" });
    let mut list = query.separated(", ");
    for kind in lease.kinds {
        list.push_bind(*kind);
    }
    query.push(")");
}

pub(crate) async fn bury(db: &mut Connection, now: i64, most: i64) -> sqlx::Result<u64> {
    let done = sqlx::query(
        "UPDATE outbox
         SET state = 'dead', lease_until = NULL, last_error = COALESCE(last_error, 'lost')
         WHERE state = 'leased' AND due_at <= $1 AND attempts >= $2",
    )
    .bind(now)
    .bind(most)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn renew(
    db: &mut Connection,
    id: Uuid,
    attempts: i64,
    until: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outbox SET lease_until = $3, due_at = $3
         WHERE id = $1 AND state = 'leased' AND attempts = $2",
    )
    .bind(id)
    .bind(attempts)
    .bind(until)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn conclude(db: &mut Connection, tried: &AttemptRow<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outbox
         SET state = $3, due_at = $4, last_error = $5, sent_at = $6, lease_until = NULL,
             body = CASE WHEN $7 THEN '' ELSE body END
         WHERE id = $1 AND state = 'leased' AND attempts = $2",
    )
    .bind(tried.id)
    .bind(tried.attempts)
    .bind(tried.state)
    .bind(tried.due_at)
    .bind(tried.error)
    .bind(tried.sent_at)
    .bind(tried.forgets)
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

pub(crate) async fn page(
    db: &mut Connection,
    page: &MailPageRow<'_>,
) -> sqlx::Result<Vec<MessageRow>> {
    let escaped = page.address.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    sqlx::query_as(
        "SELECT * FROM outbox WHERE state = $1 AND LOWER(recipient) LIKE $2 ESCAPE '!'
         ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4",
    )
    .bind(page.state)
    .bind(format!("%{escaped}%"))
    .bind(page.limit)
    .bind(page.offset)
    .fetch_all(db)
    .await
}

pub(crate) async fn redirect(db: &mut Connection, id: Uuid, recipient: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outbox SET recipient = $2
         WHERE id = $1 AND state IN ('pending', 'held', 'dead')",
    )
    .bind(id)
    .bind(recipient)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn recall(db: &mut Connection, id: Uuid, recipient: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outbox SET recipient = $2, state = 'pending', lease_until = NULL,
             due_at = created_at
         WHERE id = $1 AND state = 'leased'",
    )
    .bind(id)
    .bind(recipient)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn stop(db: &mut Connection, id: Uuid, reason: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'dead', lease_until = NULL, last_error = $2
         WHERE id = $1 AND state IN ('pending', 'held', 'leased')",
    )
    .bind(id)
    .bind(reason)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn blank(db: &mut Connection, kind: &str, before: i64) -> sqlx::Result<u64> {
    let done = sqlx::query(
        "UPDATE outbox SET body = ''
         WHERE kind = $1 AND created_at < $2 AND state IN ('sent', 'dead') AND body <> ''",
    )
    .bind(kind)
    .bind(before)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
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
