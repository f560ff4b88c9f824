//! Statements on sessions.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::people::{HeldSessionRow, SessionRow};

pub(crate) async fn insert(db: &mut Connection, session: &SessionRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO session (id, id_hash, kind, subject_id, created_at, last_seen_at, expires_at,
             reauthenticated_at, user_agent, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(session.id)
    .bind(&session.id_hash)
    .bind(&session.kind)
    .bind(session.subject_id)
    .bind(session.created_at)
    .bind(session.last_seen_at)
    .bind(session.expires_at)
    .bind(session.reauthenticated_at)
    .bind(&session.user_agent)
    .bind(session.revoked_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn find_by_hashes(
    db: &mut Connection,
    hashes: &[Vec<u8>],
) -> sqlx::Result<Vec<HeldSessionRow>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT session.*, staff.name AS staff_name, staff.role AS staff_role,
             staff.state AS staff_state
         FROM session
         LEFT JOIN staff ON staff.id = session.subject_id AND session.kind = 'staff'
         WHERE ",
    );
    one_of(&mut query, "session.id_hash", hashes);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn touch(
    db: &mut Connection,
    id: Uuid,
    seen_at: i64,
    expires_at: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE session SET last_seen_at = $2, expires_at = $3
         WHERE id = $1 AND revoked_at IS NULL AND last_seen_at <= $2",
    )
    .bind(id)
    .bind(seen_at)
    .bind(expires_at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn reauthenticate(db: &mut Connection, id: Uuid, at: i64) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE session SET reauthenticated_at = $2 WHERE id = $1 AND revoked_at IS NULL",
    )
    .bind(id)
    .bind(at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn live(
    db: &mut Connection,
    kind: &str,
    subject: Uuid,
    now: i64,
) -> sqlx::Result<Vec<SessionRow>> {
    sqlx::query_as(
        "SELECT * FROM session
         WHERE kind = $1 AND subject_id = $2 AND revoked_at IS NULL AND expires_at > $3
         ORDER BY last_seen_at DESC, id",
    )
    .bind(kind)
    .bind(subject)
    .bind(now)
    .fetch_all(db)
    .await
}

pub(crate) async fn revoke(
    db: &mut Connection,
    kind: &str,
    subject: Uuid,
    id: Uuid,
    at: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE session SET revoked_at = $4
         WHERE kind = $1 AND subject_id = $2 AND id = $3 AND revoked_at IS NULL",
    )
    .bind(kind)
    .bind(subject)
    .bind(id)
    .bind(at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn revoke_all(
    db: &mut Connection,
    kind: &str,
    subject: Uuid,
    but: Option<Uuid>,
    at: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query(
        "UPDATE session SET revoked_at = $4
         WHERE kind = $1 AND subject_id = $2 AND ($3 IS NULL OR id <> $3)
             AND revoked_at IS NULL",
    )
    .bind(kind)
    .bind(subject)
    .bind(but)
    .bind(at)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn forget(db: &mut Connection, before: i64) -> sqlx::Result<u64> {
    let done =
        sqlx::query("DELETE FROM session WHERE expires_at < $1").bind(before).execute(db).await?;
    Ok(done.rows_affected())
}
