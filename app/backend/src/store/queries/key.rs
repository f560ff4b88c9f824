//! Statements on signing keys.

use super::Connection;
use crate::store::vocabulary::keys::KeyRow;

pub(crate) async fn insert(db: &mut Connection, key: &KeyRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO signing_key (kid, purpose, public_key, sealed_private, created_at, retired_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&key.kid)
    .bind(&key.purpose)
    .bind(&key.public_key)
    .bind(&key.sealed_private)
    .bind(key.created_at)
    .bind(key.retired_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn retire(db: &mut Connection, purpose: &str, at: i64) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE signing_key SET retired_at = $2 WHERE purpose = $1 AND retired_at IS NULL",
    )
    .bind(purpose)
    .bind(at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn list(db: &mut Connection) -> sqlx::Result<Vec<KeyRow>> {
    sqlx::query_as("SELECT * FROM signing_key ORDER BY created_at, kid").fetch_all(db).await
}
