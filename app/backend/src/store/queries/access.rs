//! Statements on owners' one-time codes, and those of public pages.

use uuid::Uuid;

use super::Connection;
use crate::store::vocabulary::access::{AccessCodeRow, ServiceDaysRow};

pub(crate) async fn has_chip_end(
    db: &mut Connection,
    owner: Uuid,
    end: &str,
) -> sqlx::Result<bool> {
    // Of united records the chip is on any, and whose the animal is says the one that stands for
    // them.
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT CAST(1 AS BIGINT) FROM animal
         WHERE animal.merged_into IS NULL AND animal.owner_id IN (
             SELECT id FROM owner WHERE id = $1
             UNION ALL SELECT id FROM owner WHERE merged_into = $1)
             AND (animal.chip LIKE $2 OR EXISTS (
                 SELECT 1 FROM animal AS united
                 WHERE united.merged_into = animal.id AND united.merged_into IS NOT NULL
                     AND united.chip LIKE $2))
         LIMIT 1",
    )
    .bind(owner)
    .bind(format!("%{end}"))
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

pub(crate) async fn insert_code(db: &mut Connection, code: &AccessCodeRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO access_code (handle_hash, owner_id, fits, code_hash, created_at, expires_at,
             attempts, used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&code.handle_hash)
    .bind(code.owner_id)
    .bind(code.fits)
    .bind(&code.code_hash)
    .bind(code.created_at)
    .bind(code.expires_at)
    .bind(code.attempts)
    .bind(code.used_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn try_code(
    db: &mut Connection,
    handle: &[u8],
    most: i64,
    now: i64,
) -> sqlx::Result<Option<AccessCodeRow>> {
    sqlx::query_as(
        "UPDATE access_code SET attempts = attempts + 1
         WHERE handle_hash = $1 AND used_at IS NULL AND expires_at > $3 AND attempts < $2
         RETURNING *",
    )
    .bind(handle)
    .bind(most)
    .bind(now)
    .fetch_optional(db)
    .await
}

pub(crate) async fn use_code(db: &mut Connection, handle: &[u8], now: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE access_code SET used_at = $2 WHERE handle_hash = $1")
        .bind(handle)
        .bind(now)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn codes_of(
    db: &mut Connection,
    owner: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<AccessCodeRow>> {
    sqlx::query_as(
        "SELECT * FROM access_code WHERE owner_id = $1
         ORDER BY created_at DESC, handle_hash LIMIT $2",
    )
    .bind(owner)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn forget_codes(db: &mut Connection, before: i64) -> sqlx::Result<u64> {
    let done = sqlx::query("DELETE FROM access_code WHERE created_at < $1")
        .bind(before)
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn count_slip_attempts(db: &mut Connection, owner: Uuid) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE document SET slip_attempts = slip_attempts + 1
         WHERE slip_hash IS NOT NULL
             AND owner_id IN (SELECT id FROM owner WHERE id = $1
                 UNION ALL SELECT id FROM owner WHERE merged_into = $1)",
    )
    .bind(owner)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn withdraw_message(db: &mut Connection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM outbox WHERE id = $1").bind(id).execute(db).await.map(drop)
}

pub(crate) async fn service_days(db: &mut Connection) -> sqlx::Result<ServiceDaysRow> {
    sqlx::query_as(
        "SELECT (SELECT MIN(performed_on) FROM service) AS first,
             (SELECT MAX(performed_on) FROM service) AS last",
    )
    .fetch_one(db)
    .await
}
