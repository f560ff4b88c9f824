//! Statements on signing keys and on the recovery keys of outreaches.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, one_of};
use crate::store::vocabulary::keys::{KeyRow, RecoveryKeyRow};

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

pub(crate) async fn add_recovery(db: &mut Connection, keys: &[RecoveryKeyRow]) -> sqlx::Result<()> {
    for keys in keys.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO recovery_key (outreach_id, public_key, sealed_private, created_at) ",
        );
        query.push_values(keys, |mut row, key| {
            row.push_bind(key.outreach_id)
                .push_bind(&key.public_key)
                .push_bind(&key.sealed_private)
                .push_bind(key.created_at);
        });
        query.push(" ON CONFLICT (outreach_id) DO NOTHING");
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn recovery(
    db: &mut Connection,
    outreaches: &[Uuid],
) -> sqlx::Result<Vec<RecoveryKeyRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM recovery_key WHERE ");
    one_of(&mut query, "outreach_id", outreaches);
    query.build_query_as().fetch_all(db).await
}
