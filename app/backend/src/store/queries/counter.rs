//! Statements on counters of attempts.

use super::Connection;
use crate::store::vocabulary::counters::CounterRow;

pub(crate) async fn count_up(
    db: &mut Connection,
    key: &[u8],
    now: i64,
    window_since: i64,
) -> sqlx::Result<CounterRow> {
    sqlx::query_as(
        "INSERT INTO counter (key, window_start, count) VALUES ($1, $2, 1)
         ON CONFLICT (key) DO UPDATE SET
             count = CASE WHEN counter.window_start < $3 THEN 1 ELSE counter.count + 1 END,
             window_start =
                 CASE WHEN counter.window_start < $3 THEN $2 ELSE counter.window_start END
         RETURNING window_start, count",
    )
    .bind(key)
    .bind(now)
    .bind(window_since)
    .fetch_one(db)
    .await
}

pub(crate) async fn find(db: &mut Connection, key: &[u8]) -> sqlx::Result<Option<CounterRow>> {
    sqlx::query_as("SELECT window_start, count FROM counter WHERE key = $1")
        .bind(key)
        .fetch_optional(db)
        .await
}

pub(crate) async fn clear(db: &mut Connection, key: &[u8]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM counter WHERE key = $1").bind(key).execute(db).await.map(drop)
}

pub(crate) async fn forget(db: &mut Connection, before: i64) -> sqlx::Result<u64> {
    let done =
        sqlx::query("DELETE FROM counter WHERE window_start < $1").bind(before).execute(db).await?;
    Ok(done.rows_affected())
}
