//! Statements on link tokens.

use super::Connection;
use crate::store::vocabulary::people::TokenRow;

pub(crate) async fn insert(db: &mut Connection, token: &TokenRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO link_token (hash, purpose, subject, data, created_at, expires_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&token.hash)
    .bind(&token.purpose)
    .bind(&token.subject)
    .bind(&token.data)
    .bind(token.created_at)
    .bind(token.expires_at)
    .bind(token.used_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn find(db: &mut Connection, hash: &[u8]) -> sqlx::Result<Option<TokenRow>> {
    sqlx::query_as("SELECT * FROM link_token WHERE hash = $1").bind(hash).fetch_optional(db).await
}

pub(crate) async fn take(
    db: &mut Connection,
    hash: &[u8],
    now: i64,
) -> sqlx::Result<Option<TokenRow>> {
    sqlx::query_as(
        "UPDATE link_token SET used_at = $2
         WHERE hash = $1 AND used_at IS NULL AND expires_at > $2
         RETURNING *",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(db)
    .await
}

pub(crate) async fn void(
    db: &mut Connection,
    purpose: &str,
    subject: &str,
    now: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query(
        "UPDATE link_token SET used_at = $3
         WHERE purpose = $1 AND subject = $2 AND used_at IS NULL",
    )
    .bind(purpose)
    .bind(subject)
    .bind(now)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn forget(db: &mut Connection, before: i64) -> sqlx::Result<u64> {
    let done = sqlx::query("DELETE FROM link_token WHERE expires_at < $1")
        .bind(before)
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}
