//! How far a programme is.

use uuid::Uuid;

use super::Connection;
use crate::store::vocabulary::progress::KindTotalRow;

pub(crate) async fn totals(
    db: &mut Connection,
    programme: Uuid,
) -> sqlx::Result<Vec<KindTotalRow>> {
    sqlx::query_as(
        "SELECT service.kind, COUNT(*) AS total
         FROM service JOIN outreach ON outreach.id = service.outreach_id
         WHERE outreach.programme_id = $1 AND service.annulled_at IS NULL AND service.counts
         GROUP BY service.kind ORDER BY service.kind",
    )
    .bind(programme)
    .fetch_all(db)
    .await
}

pub(crate) async fn outreaches(db: &mut Connection, programme: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(DISTINCT service.outreach_id)
         FROM service JOIN outreach ON outreach.id = service.outreach_id
         WHERE outreach.programme_id = $1 AND service.annulled_at IS NULL AND service.counts",
    )
    .bind(programme)
    .fetch_one(db)
    .await
}
