//! Statements on tasks and looks.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, one_of};
use crate::store::vocabulary::task::{LookupRow, SolutionRow, TaskRow};

pub(crate) async fn insert(db: &mut Connection, task: &TaskRow) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO task (id, kind, state, owner_id, animal_id, submission_id, message_id,
             booking_id, outreach_id, organisation_id, body, created_at, solved_at, solved_by,
             resolution)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT DO NOTHING",
    )
    .bind(task.id)
    .bind(&task.kind)
    .bind(&task.state)
    .bind(task.owner_id)
    .bind(task.animal_id)
    .bind(task.submission_id)
    .bind(task.message_id)
    .bind(task.booking_id)
    .bind(task.outreach_id)
    .bind(task.organisation_id)
    .bind(&task.body)
    .bind(task.created_at)
    .bind(task.solved_at)
    .bind(task.solved_by)
    .bind(&task.resolution)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<TaskRow>> {
    sqlx::query_as("SELECT * FROM task WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn open(
    db: &mut Connection,
    kind: Option<&str>,
    limit: i64,
) -> sqlx::Result<Vec<TaskRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM task WHERE state = 'open'");
    if let Some(kind) = kind {
        query.push(" AND kind = ").push_bind(kind);
    }
    query.push(" ORDER BY created_at, id LIMIT ").push_bind(limit);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn of_booking(db: &mut Connection, booking: Uuid) -> sqlx::Result<Vec<TaskRow>> {
    sqlx::query_as(
        "SELECT * FROM task WHERE booking_id = $1 AND state = 'open' ORDER BY created_at, id",
    )
    .bind(booking)
    .fetch_all(db)
    .await
}

pub(crate) async fn of_host(
    db: &mut Connection,
    outreach: Uuid,
    organisation: Uuid,
) -> sqlx::Result<Vec<TaskRow>> {
    sqlx::query_as(
        "SELECT * FROM task
         WHERE outreach_id = $1 AND organisation_id = $2 AND state = 'open'
         ORDER BY created_at, id",
    )
    .bind(outreach)
    .bind(organisation)
    .fetch_all(db)
    .await
}

pub(crate) async fn withdraw(db: &mut Connection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM task WHERE id = $1 AND state = 'open'")
        .bind(id)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn withdraw_of(
    db: &mut Connection,
    kind: &str,
    owners: &[Uuid],
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<Db>::new("DELETE FROM task WHERE state = 'open' AND kind = ");
    query.push_bind(kind).push(" AND ");
    one_of(&mut query, "owner_id", owners);
    query.build().execute(db).await.map(drop)
}

pub(crate) async fn count_open(db: &mut Connection) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "SELECT kind, COUNT(*) FROM task WHERE state = 'open' GROUP BY kind ORDER BY kind",
    )
    .fetch_all(db)
    .await
}

pub(crate) async fn solve(db: &mut Connection, solution: &SolutionRow<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE task SET state = $2, solved_by = $3, resolution = $4, solved_at = $5
         WHERE id = $1 AND state = 'open'",
    )
    .bind(solution.id)
    .bind(solution.state)
    .bind(solution.by)
    .bind(solution.resolution)
    .bind(solution.at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn insert_lookups(db: &mut Connection, lookups: &[LookupRow]) -> sqlx::Result<()> {
    for lookups in lookups.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO lookup (id, owner_id, at, kind, by_kind, by_id, outreach_id) ",
        );
        query.push_values(lookups, |mut row, look| {
            row.push_bind(look.id)
                .push_bind(look.owner_id)
                .push_bind(look.at)
                .push_bind(&look.kind)
                .push_bind(&look.by_kind)
                .push_bind(look.by_id)
                .push_bind(look.outreach_id);
        });
        query.push(" ON CONFLICT (id) DO NOTHING");
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn lookups_of(
    db: &mut Connection,
    owner: Uuid,
    is_pack: bool,
    limit: i64,
) -> sqlx::Result<Vec<LookupRow>> {
    sqlx::query_as(
        "SELECT * FROM lookup WHERE owner_id = $1 AND (kind = 'pack') = $2
         ORDER BY at DESC, id DESC LIMIT $3",
    )
    .bind(owner)
    .bind(is_pack)
    .bind(limit)
    .fetch_all(db)
    .await
}
