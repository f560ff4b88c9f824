//! Statements on what an outreach leaves behind, and on why a programme may pass its targets.

use uuid::Uuid;

use super::Connection;
use crate::store::vocabulary::closing::{
    BookingCountRow, PhoneAtRow, ResidenceTotalRow, ShareOutRow, SurgeryRow, TargetReasonRow,
};

pub(crate) async fn has_remains(db: &mut Connection, outreach: Uuid) -> sqlx::Result<bool> {
    let found: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM outreach WHERE id = $1 AND (
             EXISTS (SELECT 1 FROM service WHERE outreach_id = $1)
             OR EXISTS (SELECT 1 FROM education_session WHERE outreach_id = $1)
             OR EXISTS (SELECT 1 FROM booking WHERE outreach_id = $1
                 AND (arrived_at IS NOT NULL OR state IN ('offered', 'booked', 'arrived'))))",
    )
    .bind(outreach)
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

pub(crate) async fn phones(db: &mut Connection, outreach: Uuid) -> sqlx::Result<Vec<PhoneAtRow>> {
    sqlx::query_as(
        "SELECT id, name, reported_at, waiting, to_mend FROM device
         WHERE revoked_at IS NULL AND id IN (
             SELECT device_id FROM delegation WHERE outreach_id = $1)
         ORDER BY name, id",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn surgeries(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<SurgeryRow>> {
    sqlx::query_as(
        "SELECT service.id, service.details, service.counts,
             authorisation.staff_id IS NOT NULL AS has_leave
         FROM service LEFT JOIN authorisation
             ON authorisation.staff_id = service.veterinarian_id
                 AND authorisation.outreach_id = service.outreach_id
                 AND authorisation.revoked_at IS NULL
         WHERE service.outreach_id = $1 AND service.kind = 'sterilisation'
             AND service.annulled_at IS NULL
         ORDER BY service.performed_at, service.id",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn count_unsigned(db: &mut Connection, outreach: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM document
         WHERE state = 'waiting' AND state <> 'issued' AND outreach_id = $1",
    )
    .bind(outreach)
    .fetch_one(db)
    .await
}

pub(crate) async fn count_unresolved(db: &mut Connection, outreach: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM submission
         WHERE outcome IN ('conflict', 'quarantined') AND outcome <> 'accepted'
             AND resolved_at IS NULL AND outreach_id = $1",
    )
    .bind(outreach)
    .fetch_one(db)
    .await
}

pub(crate) async fn count_after(
    db: &mut Connection,
    outreach: Uuid,
    closed_at: i64,
) -> sqlx::Result<i64> {
    // What the desk corrects or annuls names no outreach, but what it was done to does.
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM (
             SELECT id FROM submission
             WHERE outreach_id = $1 AND received_at > $2 AND outcome = 'accepted'
             UNION SELECT submission.id FROM service
                 JOIN submission ON submission.id = service.changed_by
             WHERE service.outreach_id = $1 AND submission.received_at > $2
             UNION SELECT submission.id FROM education_session
                 JOIN submission ON submission.id = education_session.changed_by
             WHERE education_session.outreach_id = $1 AND submission.received_at > $2) AS came",
    )
    .bind(outreach)
    .bind(closed_at)
    .fetch_one(db)
    .await
}

pub(crate) async fn booking_counts(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<BookingCountRow>> {
    sqlx::query_as(
        "SELECT offering, state, walk_in <> 0 AS walk_in, COUNT(*) AS bookings,
             CAST(SUM(places) AS BIGINT) AS places,
             CAST(SUM(CASE WHEN state = 'served' THEN places ELSE served_places END) AS BIGINT)
                 AS served,
             CAST(SUM(CASE
                 WHEN state IN ('arrived', 'served') THEN over_count
                 WHEN state = 'turned_away' AND over_count + served_places > places
                     THEN over_count + served_places - places
                 ELSE 0 END) AS BIGINT) AS beyond
         FROM booking WHERE outreach_id = $1
         GROUP BY offering, state, walk_in <> 0 ORDER BY offering, state, walk_in <> 0",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn turned_away(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<(String, Option<String>, i64)>> {
    sqlx::query_as(
        "SELECT offering, ended_reason, CAST(SUM(places - served_places) AS BIGINT)
         FROM booking WHERE outreach_id = $1 AND state = 'turned_away'
         GROUP BY offering, ended_reason ORDER BY offering, ended_reason",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn shares_out(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<ShareOutRow>> {
    sqlx::query_as(
        "SELECT device.name AS phone, lent.offering, lent.granted, lent.used
         FROM capacity_share lent JOIN device ON device.id = lent.device_id
         WHERE lent.outreach_id = $1 AND lent.returned_at IS NULL
         ORDER BY device.name, lent.offering, lent.id",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn residences(
    db: &mut Connection,
    from: &str,
    to: &str,
) -> sqlx::Result<Vec<ResidenceTotalRow>> {
    sqlx::query_as(
        "SELECT kind, residence, COUNT(*) AS total FROM service
         WHERE performed_on >= $1 AND performed_on <= $2 AND annulled_at IS NULL AND counts
         GROUP BY kind, residence ORDER BY kind, residence",
    )
    .bind(from)
    .bind(to)
    .fetch_all(db)
    .await
}

pub(crate) async fn target_reasons(
    db: &mut Connection,
    programme: Uuid,
) -> sqlx::Result<Vec<TargetReasonRow>> {
    sqlx::query_as("SELECT * FROM target_reason WHERE programme_id = $1 ORDER BY target")
        .bind(programme)
        .fetch_all(db)
        .await
}

pub(crate) async fn put_target_reason(
    db: &mut Connection,
    reason: &TargetReasonRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO target_reason (programme_id, target, promised, expected, reason, noted_by,
             noted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (programme_id, target) DO UPDATE
         SET promised = excluded.promised, expected = excluded.expected,
             reason = excluded.reason, noted_by = excluded.noted_by,
             noted_at = excluded.noted_at",
    )
    .bind(reason.programme_id)
    .bind(&reason.target)
    .bind(reason.promised)
    .bind(reason.expected)
    .bind(&reason.reason)
    .bind(reason.noted_by)
    .bind(reason.noted_at)
    .execute(db)
    .await
    .map(drop)
}
