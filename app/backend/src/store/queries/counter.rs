//! Statements on counters of attempts.

use sqlx::QueryBuilder;

use super::{Connection, Db, ROWS};
use crate::store::vocabulary::counters::{CounterRow, KeyedCounterRow};

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

pub(crate) async fn count_up_all(
    db: &mut Connection,
    attempts: &[(Vec<u8>, i64)],
    now: i64,
    window_since: i64,
) -> sqlx::Result<Vec<KeyedCounterRow>> {
    let mut counted: Vec<KeyedCounterRow> = Vec::new();
    for attempts in attempts.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new("INSERT INTO counter (key, window_start, count) ");
        query.push_values(attempts, |mut row, (key, count)| {
            row.push_bind(key).push_bind(now).push_bind(count);
        });
        query.push(
            " ON CONFLICT (key) DO UPDATE SET
                 count = excluded.count + CASE WHEN counter.window_start < ",
        );
        query.push_bind(window_since);
        query.push(" THEN 0 ELSE counter.count END, window_start = CASE WHEN ");
        query.push("counter.window_start < ").push_bind(window_since);
        query.push(" THEN excluded.window_start ELSE counter.window_start END");
        query.push(" RETURNING key, window_start, count");
        let part: Vec<KeyedCounterRow> = query.build_query_as().fetch_all(&mut *db).await?;
        counted.extend(part);
    }
    Ok(counted)
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
