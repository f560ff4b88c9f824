//! Statements on submissions and phones.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db};
use crate::store::vocabulary::submission::{DeviceRow, SubmissionRow};

pub(crate) async fn insert(
    db: &mut Connection,
    submissions: &[SubmissionRow],
) -> sqlx::Result<bool> {
    let mut added = 0;
    for submissions in submissions.chunks(100) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO submission (id, device_id, sequence, staff_id, outreach_id, body_hash,
                 recorded_at, received_at, outcome, answer, body, replaces, resolved_at,
                 resolved_by) ",
        );
        query.push_values(submissions, |mut row, submission| {
            row.push_bind(submission.id).push_bind(submission.device_id);
            row.push_bind(submission.sequence).push_bind(submission.staff_id);
            row.push_bind(submission.outreach_id).push_bind(&submission.body_hash);
            row.push_bind(submission.recorded_at).push_bind(submission.received_at);
            row.push_bind(&submission.outcome).push_bind(&submission.answer);
            row.push_bind(&submission.body).push_bind(submission.replaces);
            row.push_bind(submission.resolved_at).push_bind(submission.resolved_by);
        });
        query.push(" ON CONFLICT (id) DO NOTHING");
        added += query.build().execute(&mut *db).await?.rows_affected();
    }
    Ok(usize::try_from(added).is_ok_and(|added| added == submissions.len()))
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<SubmissionRow>> {
    sqlx::query_as("SELECT * FROM submission WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn known(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<SubmissionRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM submission WHERE id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    query.push(")");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn sequences_above(
    db: &mut Connection,
    device: Uuid,
    above: i64,
    limit: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar(
        "SELECT DISTINCT sequence FROM submission WHERE device_id = $1 AND sequence > $2
         ORDER BY sequence LIMIT $3",
    )
    .bind(device)
    .bind(above)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn unresolved(
    db: &mut Connection,
    outcome: &str,
    limit: i64,
) -> sqlx::Result<Vec<SubmissionRow>> {
    sqlx::query_as(
        "SELECT * FROM submission
         WHERE outcome = $1 AND outcome <> 'accepted' AND resolved_at IS NULL
         ORDER BY received_at, id LIMIT $2",
    )
    .bind(outcome)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn count_unresolved(db: &mut Connection, outcome: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM submission
         WHERE outcome = $1 AND outcome <> 'accepted' AND resolved_at IS NULL",
    )
    .bind(outcome)
    .fetch_one(db)
    .await
}

pub(crate) async fn resolved_since(
    db: &mut Connection,
    device: Uuid,
    since: i64,
    limit: i64,
) -> sqlx::Result<Vec<SubmissionRow>> {
    sqlx::query_as(
        "SELECT * FROM submission
         WHERE device_id = $1 AND resolved_at > $2 AND resolved_at IS NOT NULL
         ORDER BY resolved_at DESC, id LIMIT $3",
    )
    .bind(device)
    .bind(since)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn resolve(
    db: &mut Connection,
    id: Uuid,
    answer: &str,
    by: Uuid,
    now: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE submission SET answer = $2, resolved_by = $3, resolved_at = $4
         WHERE id = $1 AND resolved_at IS NULL",
    )
    .bind(id)
    .bind(answer)
    .bind(by)
    .bind(now)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn insert_device(db: &mut Connection, device: &DeviceRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO device (id, staff_id, name, created_at, last_seen_at, revoked_at,
             stored_total, complete_to_sequence)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(device.id)
    .bind(device.staff_id)
    .bind(&device.name)
    .bind(device.created_at)
    .bind(device.last_seen_at)
    .bind(device.revoked_at)
    .bind(device.stored_total)
    .bind(device.complete_to_sequence)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn find_device(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<DeviceRow>> {
    sqlx::query_as("SELECT * FROM device WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn update_device(db: &mut Connection, device: &DeviceRow) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE device SET staff_id = $2, last_seen_at = $3, revoked_at = $4, stored_total = $5,
             complete_to_sequence = $6
         WHERE id = $1",
    )
    .bind(device.id)
    .bind(device.staff_id)
    .bind(device.last_seen_at)
    .bind(device.revoked_at)
    .bind(device.stored_total)
    .bind(device.complete_to_sequence)
    .execute(db)
    .await
    .map(drop)
}
