//! Statements on submissions and phones.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, FOR_UPDATE, LISTED, PARTS, ROWS, add_rows, one_of};
use crate::store::vocabulary::submission::{
    DeviceRow, SubmissionRow, Unaccepted, UnacceptedWantedRow,
};

pub(crate) async fn insert(
    db: &mut Connection,
    submissions: &[SubmissionRow],
) -> sqlx::Result<bool> {
    let mut added = 0;
    for submissions in submissions.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO submission (id, device_id, sequence, staff_id, maker_id, outreach_id,
                 body_hash, recorded_at, received_at, outcome, answer, body, replaces, resolved_at,
                 resolved_by, withdrawn_at) ",
        );
        add_rows(&mut query, submissions, |mut row, submission| {
            row.push_bind(submission.id).push_bind(submission.device_id);
            row.push_bind(submission.sequence).push_bind(submission.staff_id);
            row.push_bind(submission.maker_id);
            row.push_bind(submission.outreach_id).push_bind(&submission.body_hash);
            row.push_bind(submission.recorded_at).push_bind(submission.received_at);
            row.push_bind(&submission.outcome).push_bind(&submission.answer);
            row.push_bind(&submission.body).push_bind(submission.replaces);
            row.push_bind(submission.resolved_at).push_bind(submission.resolved_by);
            row.push_bind(submission.withdrawn_at);
        });
        query.push(" ON CONFLICT (id) DO NOTHING");
        added += query.build().execute(&mut *db).await?.rows_affected();
    }
    Ok(usize::try_from(added).is_ok_and(|added| added == submissions.len()))
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<SubmissionRow>> {
    sqlx::query_as("SELECT * FROM submission WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn lock(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<SubmissionRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM submission WHERE id = ");
    query.push_bind(id).push(" ").push(FOR_UPDATE);
    query.build_query_as().fetch_optional(db).await
}

pub(crate) async fn known(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<SubmissionRow>> {
    let mut found = Vec::new();
    for ids in ids.chunks(LISTED) {
        let mut query = QueryBuilder::<Db>::new("SELECT * FROM submission WHERE ");
        one_of(&mut query, "id", ids);
        let mut some = query.build_query_as().fetch_all(&mut *db).await?;
        found.append(&mut some);
    }
    Ok(found)
}

pub(crate) async fn sequences_beyond(
    db: &mut Connection,
    devices: &[(Uuid, i64)],
    limit: i64,
) -> sqlx::Result<Vec<(Uuid, i64)>> {
    let mut found = Vec::new();
    for devices in devices.chunks(PARTS) {
        let mut query = QueryBuilder::<Db>::new("");
        for (place, (device, above)) in devices.iter().enumerate() {
            query.push(if place == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            query.push("SELECT DISTINCT device_id, sequence FROM submission WHERE device_id = ");
            query.push_bind(*device).push(" AND sequence > ").push_bind(*above);
            query.push(" ORDER BY sequence LIMIT ").push_bind(limit).push(") AS beyond");
        }
        query.push(" ORDER BY device_id, sequence");
        let mut some = query.build_query_as().fetch_all(&mut *db).await?;
        found.append(&mut some);
    }
    Ok(found)
}

/// What was refused and nobody has mended: what a correction was refused for, too, is its own to
/// mend.
const REFUSED: &str = "submission.outcome = 'refused' AND submission.outcome <> 'accepted'
     AND submission.resolved_at IS NULL
     AND NOT EXISTS (
         SELECT 1 FROM device WHERE device.id = submission.device_id AND device.is_desk
     )
     AND NOT EXISTS (
         SELECT 1 FROM submission AS later
         WHERE later.device_id = submission.device_id AND later.outcome <> 'accepted'
             AND later.replaces = submission.id AND later.withdrawn_at IS NULL
     )";

/// Which of what was not accepted is wanted.
fn narrow(query: &mut QueryBuilder<Db>, wanted: &UnacceptedWantedRow) {
    query.push(" FROM submission WHERE ");
    match wanted.list {
        Unaccepted::Waiting => query.push(
            "submission.outcome IN ('conflict', 'quarantined')
             AND submission.outcome <> 'accepted' AND submission.resolved_at IS NULL",
        ),
        Unaccepted::Refused => query.push(REFUSED),
        Unaccepted::Withdrawn { since } => query
            .push("submission.withdrawn_at IS NOT NULL AND submission.resolved_at > ")
            .push_bind(since),
    };
    if let Some(device) = wanted.device {
        query.push(" AND submission.device_id = ").push_bind(device);
    }
}

pub(crate) async fn list_unaccepted(
    db: &mut Connection,
    wanted: &UnacceptedWantedRow,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<SubmissionRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT submission.*");
    narrow(&mut query, wanted);
    query.push(match wanted.list {
        Unaccepted::Waiting => {
            " ORDER BY submission.received_at, submission.sequence, submission.id"
        }
        Unaccepted::Refused => " ORDER BY submission.received_at DESC, submission.id DESC",
        Unaccepted::Withdrawn { .. } => " ORDER BY submission.resolved_at DESC, submission.id DESC",
    });
    query.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn count_unaccepted(
    db: &mut Connection,
    wanted: &UnacceptedWantedRow,
) -> sqlx::Result<i64> {
    let mut query = QueryBuilder::<Db>::new("SELECT COUNT(*)");
    narrow(&mut query, wanted);
    query.build_query_scalar().fetch_one(db).await
}

pub(crate) async fn phones_unaccepted(
    db: &mut Connection,
    wanted: &UnacceptedWantedRow,
    limit: i64,
) -> sqlx::Result<Vec<(Uuid, i64)>> {
    let mut query = QueryBuilder::<Db>::new("SELECT submission.device_id, COUNT(*)");
    narrow(&mut query, wanted);
    query.push(" GROUP BY submission.device_id ORDER BY COUNT(*) DESC, submission.device_id");
    query.push(" LIMIT ").push_bind(limit);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn quarantined_of(
    db: &mut Connection,
    device: Uuid,
    at: i64,
    after: (i64, Uuid),
    limit: i64,
) -> sqlx::Result<Vec<SubmissionRow>> {
    sqlx::query_as(
        "SELECT * FROM submission
         WHERE device_id = $1 AND outcome = 'quarantined' AND outcome <> 'accepted'
             AND received_at <= $2 AND (resolved_at IS NULL OR resolved_at >= $2)
             AND (sequence, id) > ($3, $4)
         ORDER BY sequence, id LIMIT $5",
    )
    .bind(device)
    .bind(at)
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// How many of a phone's submissions that were not accepted are read for a text in them.
const READ_FOR_A_TEXT: i64 = 300;

pub(crate) async fn unaccepted_naming(
    db: &mut Connection,
    (device, outreach): (Uuid, Uuid),
    text: &str,
) -> sqlx::Result<Option<SubmissionRow>> {
    sqlx::query_as(
        "SELECT * FROM (
             SELECT * FROM submission AS sent
             WHERE sent.device_id = $1 AND sent.outreach_id = $2 AND sent.outcome <> 'accepted'
                 AND (sent.maker_id = sent.staff_id OR sent.outcome <> 'refused')
                 AND sent.maker_id IN (
                     SELECT delegation.paired_by FROM delegation
                     WHERE delegation.device_id = $1 AND delegation.outreach_id = $2
                     UNION SELECT taken.maker_id FROM submission AS taken
                     WHERE taken.device_id = $1 AND taken.outreach_id = $2
                         AND taken.outcome = 'accepted'
                 )
             ORDER BY sent.received_at DESC, sent.id DESC LIMIT $4
         ) AS latest
         WHERE LOWER(body) LIKE $3
         ORDER BY CASE WHEN outcome <> 'refused' AND resolved_at IS NULL THEN 0 ELSE 1 END,
             received_at DESC, id DESC LIMIT 1",
    )
    .bind(device)
    .bind(outreach)
    .bind(format!("%{}%", text.to_ascii_lowercase()))
    .bind(READ_FOR_A_TEXT)
    .fetch_optional(db)
    .await
}

pub(crate) async fn has_resolved(
    db: &mut Connection,
    devices: &[Uuid],
    since: i64,
) -> sqlx::Result<bool> {
    let mut query =
        QueryBuilder::<Db>::new("SELECT EXISTS (SELECT 1 FROM submission WHERE resolved_at > ");
    query.push_bind(since).push(" AND resolved_at IS NOT NULL AND ");
    one_of(&mut query, "device_id", devices);
    query.push(")");
    query.build_query_scalar().fetch_one(db).await
}

pub(crate) async fn resolved_answers(
    db: &mut Connection,
    senders: &[(Uuid, Uuid)],
    since: i64,
    limit: i64,
) -> sqlx::Result<Vec<(Uuid, Uuid, Uuid, String)>> {
    let mut found = Vec::new();
    for senders in senders.chunks(PARTS) {
        let mut query = QueryBuilder::<Db>::new("");
        for (place, (device, staff)) in senders.iter().enumerate() {
            query.push(if place == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            query
                .push("SELECT device_id, ")
                .push_bind(*staff)
                .push(" AS told_to, maker_id, answer");
            query.push(" FROM submission WHERE device_id = ").push_bind(*device);
            query.push(" AND (staff_id = ").push_bind(*staff);
            query.push(" OR maker_id = ").push_bind(*staff).push(")");
            query.push(" AND resolved_at IS NOT NULL AND resolved_at > ").push_bind(since);
            query.push(" ORDER BY told, resolved_at DESC, id LIMIT ").push_bind(limit);
            query.push(") AS resolved");
        }
        let mut some = query.build_query_as().fetch_all(&mut *db).await?;
        found.append(&mut some);
    }
    Ok(found)
}

pub(crate) async fn note_told(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<()> {
    for ids in ids.chunks(LISTED) {
        let mut query = QueryBuilder::<Db>::new("UPDATE submission SET told = told + 1 WHERE ");
        one_of(&mut query, "id", ids);
        query.build().execute(&mut *db).await?;
    }
    Ok(())
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

pub(crate) async fn free(db: &mut Connection, row: &SubmissionRow) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE submission SET outcome = $2, answer = $3, body = $4, staff_id = $5
         WHERE id = $1 AND outcome = 'quarantined' AND resolved_at IS NULL",
    )
    .bind(row.id)
    .bind(&row.outcome)
    .bind(&row.answer)
    .bind(&row.body)
    .bind(row.staff_id)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn withdraw(
    db: &mut Connection,
    id: Uuid,
    answer: &str,
    by: Uuid,
    (now, withdrawn_at): (i64, i64),
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE submission SET answer = $2, resolved_by = $3, resolved_at = $4, withdrawn_at = $5
         WHERE id = $1 AND resolved_at IS NULL",
    )
    .bind(id)
    .bind(answer)
    .bind(by)
    .bind(now)
    .bind(withdrawn_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn devices(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<DeviceRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM device WHERE ");
    one_of(&mut query, "id", ids);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn write_devices(db: &mut Connection, devices: &[DeviceRow]) -> sqlx::Result<()> {
    for devices in devices.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO device (id, staff_id, name, is_desk, created_at, last_seen_at, revoked_at,
                 stored_total, complete_to_sequence, reported_at, build, waiting, to_mend, at_desk,
                 oldest_at, persisted, skew_ms, aside, pictures) ",
        );
        add_rows(&mut query, devices, |mut row, device| {
            row.push_bind(device.id).push_bind(device.staff_id).push_bind(&device.name);
            row.push_bind(device.is_desk).push_bind(device.created_at);
            row.push_bind(device.last_seen_at).push_bind(device.revoked_at);
            row.push_bind(device.stored_total).push_bind(device.complete_to_sequence);
            row.push_bind(device.reported_at).push_bind(&device.build);
            row.push_bind(device.waiting).push_bind(device.to_mend).push_bind(device.at_desk);
            row.push_bind(device.oldest_at).push_bind(device.persisted).push_bind(device.skew_ms);
            row.push_bind(device.aside).push_bind(device.pictures);
        });
        query.push(
            " ON CONFLICT (id) DO UPDATE SET staff_id = excluded.staff_id,
                 last_seen_at = excluded.last_seen_at, stored_total = excluded.stored_total,
                 complete_to_sequence = excluded.complete_to_sequence,
                 reported_at = excluded.reported_at, build = excluded.build,
                 waiting = excluded.waiting, to_mend = excluded.to_mend,
                 at_desk = excluded.at_desk, oldest_at = excluded.oldest_at,
                 persisted = excluded.persisted, skew_ms = excluded.skew_ms,
                 aside = excluded.aside, pictures = excluded.pictures",
        );
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}
