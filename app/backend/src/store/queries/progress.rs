//! How far a programme is.

use uuid::Uuid;

use super::Connection;
use crate::store::vocabulary::progress::KindTotalRow;

pub(crate) async fn totals(
    db: &mut Connection,
    programme: Uuid,
) -> sqlx::Result<Vec<KindTotalRow>> {
    sqlx::query_as(
        "SELECT done.kind, CAST(SUM(done.total) AS BIGINT) AS total
         FROM (SELECT outreach_id, kind, COUNT(*) AS total FROM service
               WHERE outreach_id IN (SELECT id FROM outreach WHERE programme_id = $1)
                   AND annulled_at IS NULL AND counts
               GROUP BY outreach_id, kind) AS done
         GROUP BY done.kind ORDER BY done.kind",
    )
    .bind(programme)
    .fetch_all(db)
    .await
}

pub(crate) async fn outreaches(db: &mut Connection, programme: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM outreach
         WHERE programme_id = $1 AND (
             EXISTS (SELECT 1 FROM service WHERE service.outreach_id = outreach.id
                 AND service.annulled_at IS NULL AND service.counts)
             OR EXISTS (SELECT 1 FROM education_session
                 WHERE education_session.outreach_id = outreach.id
                     AND education_session.annulled_at IS NULL))",
    )
    .bind(programme)
    .fetch_one(db)
    .await
}
