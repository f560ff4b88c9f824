//! Statements on phones as the coordination sees them.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db};
use crate::store::vocabulary::phone::PhonesWantedRow;
use crate::store::vocabulary::submission::DeviceRow;

/// Which phones are wanted. A phone's clock is measured against the server's before its oldest
/// record is called old.
fn narrow(query: &mut QueryBuilder<Db>, wanted: &PhonesWantedRow) {
    query.push(" FROM device WHERE NOT is_desk AND COALESCE(waiting + to_mend + at_desk, 0) >= ");
    query.push_bind(wanted.least).push(" AND last_seen_at < ").push_bind(wanted.seen_before);
    if let Some(before) = wanted.worrying_before {
        query.push(" AND ((waiting > 0 AND oldest_at - skew_ms < ").push_bind(before);
        query.push(") OR last_seen_at > revoked_at OR stored_total > complete_to_sequence)");
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
