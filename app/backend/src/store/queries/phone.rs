//! Statements on phones as the coordination sees them.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::phone::{DelegationRow, KeyHolderRow, PhonesWantedRow};
use crate::store::vocabulary::submission::DeviceRow;

/// How many numbers of a phone's count have not come between the last without a gap and the
/// highest. It counts submissions, and so is asked only of phones that have more than that last.
const ABSENT: &str = "(SELECT
     COALESCE(MAX(sequence) - COUNT(DISTINCT sequence), device.complete_to_sequence)
         - device.complete_to_sequence
     FROM submission
     WHERE submission.device_id = device.id
         AND submission.sequence > device.complete_to_sequence)";

/// Which phones are wanted. A phone's clock is measured against the server's before its oldest
/// record is called old.
fn narrow(query: &mut QueryBuilder<Db>, wanted: &PhonesWantedRow) {
    query.push(" FROM device WHERE NOT is_desk");
    query.push(" AND COALESCE(waiting + to_mend + at_desk + COALESCE(pictures, 0), 0) >= ");
    query.push_bind(wanted.least).push(" AND last_seen_at < ").push_bind(wanted.seen_before);
    if let Some(before) = wanted.worrying_before {
        query.push(" AND ((waiting > 0 AND oldest_at - skew_ms < ").push_bind(before);
        query.push(") OR last_seen_at > revoked_at OR (stored_total > complete_to_sequence AND ");
        query.push(ABSENT).push(" > COALESCE(aside, 0)))");
    }
}

pub(crate) async fn list(
    db: &mut Connection,
    wanted: &PhonesWantedRow,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<DeviceRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT *");
    narrow(&mut query, wanted);
    query.push(" ORDER BY last_seen_at DESC, id LIMIT ").push_bind(limit);
    query.push(" OFFSET ").push_bind(offset);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn count(db: &mut Connection, wanted: &PhonesWantedRow) -> sqlx::Result<i64> {
    let mut query = QueryBuilder::<Db>::new("SELECT COUNT(*)");
    narrow(&mut query, wanted);
    query.build_query_scalar().fetch_one(db).await
}

pub(crate) async fn count_unsent(db: &mut Connection, staff: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM device
         WHERE staff_id = $1 AND waiting > 0 AND revoked_at IS NULL AND NOT is_desk",
    )
    .bind(staff)
    .fetch_one(db)
    .await
}

pub(crate) async fn absent(
    db: &mut Connection,
    devices: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, i64)>> {
    let mut query = QueryBuilder::<Db>::new("SELECT id, ");
    query.push(ABSENT).push(" FROM device WHERE stored_total > complete_to_sequence AND ");
    one_of(&mut query, "id", devices);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn rename(db: &mut Connection, id: Uuid, name: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE device SET name = $2 WHERE id = $1")
        .bind(id)
        .bind(name)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn revoke(db: &mut Connection, id: Uuid, at: Option<i64>) -> sqlx::Result<()> {
    sqlx::query("UPDATE device SET revoked_at = $2 WHERE id = $1")
        .bind(id)
        .bind(at)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn keep_delegation(
    db: &mut Connection,
    delegation: &DelegationRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO delegation (device_id, outreach_id, public_key, paired_by, paired_at, ends_at,
             kid, signature, rekeyed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (device_id, outreach_id) DO UPDATE SET public_key = excluded.public_key,
             paired_by = excluded.paired_by, paired_at = excluded.paired_at,
             ends_at = excluded.ends_at, kid = excluded.kid, signature = excluded.signature,
             rekeyed_at = excluded.rekeyed_at",
    )
    .bind(delegation.device_id)
    .bind(delegation.outreach_id)
    .bind(&delegation.public_key)
    .bind(delegation.paired_by)
    .bind(delegation.paired_at)
    .bind(delegation.ends_at)
    .bind(&delegation.kid)
    .bind(&delegation.signature)
    .bind(delegation.rekeyed_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn delegations_of(
    db: &mut Connection,
    devices: &[Uuid],
) -> sqlx::Result<Vec<DelegationRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM delegation WHERE ");
    one_of(&mut query, "device_id", devices);
    query.push(" ORDER BY paired_at DESC, outreach_id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn paired_for(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<DeviceRow>> {
    sqlx::query_as(
        "SELECT device.* FROM delegation JOIN device ON device.id = delegation.device_id
         WHERE delegation.outreach_id = $1 AND device.revoked_at IS NULL AND NOT device.is_desk
         ORDER BY device.last_seen_at DESC, device.id",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn key_holders(
    db: &mut Connection,
    keys: &[Vec<u8>],
) -> sqlx::Result<Vec<KeyHolderRow>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT DISTINCT delegation.public_key, device.id, device.name, device.revoked_at
         FROM delegation JOIN device ON device.id = delegation.device_id WHERE ",
    );
    one_of(&mut query, "delegation.public_key", keys);
    query.push(" ORDER BY device.id, delegation.public_key");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn outreach_names(
    db: &mut Connection,
    outreaches: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, String)>> {
    let mut query = QueryBuilder::<Db>::new("SELECT id, name FROM outreach WHERE ");
    one_of(&mut query, "id", outreaches);
    query.build_query_as().fetch_all(db).await
}
