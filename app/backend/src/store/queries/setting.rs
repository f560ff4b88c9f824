//! Statements on settings.

use super::Connection;

pub(crate) async fn find(db: &mut Connection, key: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT value FROM setting WHERE key = $1")
        .bind(key)
        .fetch_optional(db)
        .await
}

pub(crate) async fn put(db: &mut Connection, key: &str, value: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO setting (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn settle(db: &mut Connection, key: &str, value: &str) -> sqlx::Result<String> {
    sqlx::query_scalar(
        "INSERT INTO setting (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = setting.value RETURNING value",
    )
    .bind(key)
    .bind(value)
    .fetch_one(db)
    .await
}

pub(crate) async fn ping(db: &mut Connection) -> sqlx::Result<()> {
    sqlx::query("SELECT 1").execute(db).await.map(drop)
}
