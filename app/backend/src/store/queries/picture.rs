//! Statements on pictures and their pieces.

use sqlx::{AssertSqlSafe, QueryBuilder};
use uuid::Uuid;

use super::{Connection, Db, FOR_UPDATE, one_of};
use crate::store::vocabulary::picture::PictureRow;

pub(crate) async fn insert(db: &mut Connection, picture: &PictureRow) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO picture (id, submission_id, animal_id, owner_id, staff_id, kind, bytes,
             sha256, taken_at, announced_at, received, completed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(picture.id)
    .bind(picture.submission_id)
    .bind(picture.animal_id)
    .bind(picture.owner_id)
    .bind(picture.staff_id)
    .bind(&picture.kind)
    .bind(picture.bytes)
    .bind(&picture.sha256)
    .bind(picture.taken_at)
    .bind(picture.announced_at)
    .bind(picture.received)
    .bind(picture.completed_at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<PictureRow>> {
    sqlx::query_as("SELECT * FROM picture WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn hold(db: &mut Connection, submission: Uuid) -> sqlx::Result<()> {
    let sql = format!("SELECT 1 FROM submission WHERE id = $1 {FOR_UPDATE}");
    sqlx::query(AssertSqlSafe(sql)).bind(submission).execute(db).await.map(drop)
}

pub(crate) async fn count(
    db: &mut Connection,
    submission: Uuid,
    animal: Uuid,
) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM picture WHERE submission_id = $1 AND animal_id = $2")
        .bind(submission)
        .bind(animal)
        .fetch_one(db)
        .await
}

pub(crate) async fn of(db: &mut Connection, animals: &[Uuid]) -> sqlx::Result<Vec<PictureRow>> {
    let mut query =
        QueryBuilder::<Db>::new("SELECT * FROM picture WHERE completed_at IS NOT NULL AND ");
    one_of(&mut query, "animal_id", animals);
    query.push(" ORDER BY taken_at DESC, id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn advance(
    db: &mut Connection,
    id: Uuid,
    from: i64,
    to: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE picture SET received = $3
         WHERE id = $1 AND received = $2 AND completed_at IS NULL",
    )
    .bind(id)
    .bind(from)
    .bind(to)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn insert_piece(
    db: &mut Connection,
    id: Uuid,
    place: i64,
    bytes: &[u8],
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO picture_piece (picture_id, place, bytes) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(place)
        .bind(bytes)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn pieces(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<Vec<u8>>> {
    sqlx::query_scalar("SELECT bytes FROM picture_piece WHERE picture_id = $1 ORDER BY place")
        .bind(id)
        .fetch_all(db)
        .await
}

pub(crate) async fn complete(db: &mut Connection, id: Uuid, now: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE picture SET completed_at = $2 WHERE id = $1 AND completed_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn begin_anew(db: &mut Connection, id: Uuid) -> sqlx::Result<()> {
    let done =
        sqlx::query("UPDATE picture SET received = 0 WHERE id = $1 AND completed_at IS NULL")
            .bind(id)
            .execute(&mut *db)
            .await?;
    if done.rows_affected() == 1 {
        sqlx::query("DELETE FROM picture_piece WHERE picture_id = $1").bind(id).execute(db).await?;
    }
    Ok(())
}

pub(crate) async fn count_incomplete(
    db: &mut Connection,
    announced_before: i64,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM picture WHERE completed_at IS NULL AND announced_at < $1",
    )
    .bind(announced_before)
    .fetch_one(db)
    .await
}

pub(crate) async fn forget_incomplete(
    db: &mut Connection,
    announced_before: i64,
) -> sqlx::Result<u64> {
    sqlx::query(
        "DELETE FROM picture_piece WHERE picture_id IN (
             SELECT id FROM picture WHERE completed_at IS NULL AND announced_at < $1)",
    )
    .bind(announced_before)
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM picture WHERE completed_at IS NULL AND announced_at < $1")
        .bind(announced_before)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

pub(crate) async fn erase(
    db: &mut Connection,
    owners: &[Uuid],
    animals: &[Uuid],
) -> sqlx::Result<u64> {
    delete(db, Chosen { owners, animals, consenting: &[] }).await
}

pub(crate) async fn withdraw(db: &mut Connection, owners: &[Uuid]) -> sqlx::Result<u64> {
    delete(db, Chosen { owners: &[], animals: &[], consenting: owners }).await
}

/// Which pictures are to be deleted.
#[derive(Clone, Copy)]
struct Chosen<'a> {
    /// All of these owners.
    owners: &'a [Uuid],
    /// All of these animals.
    animals: &'a [Uuid],
    /// Those that these owners had to consent to.
    consenting: &'a [Uuid],
}

fn narrow(query: &mut QueryBuilder<Db>, chosen: Chosen<'_>) {
    one_of(query, "owner_id", chosen.owners);
    query.push(" OR ");
    one_of(query, "animal_id", chosen.animals);
    query.push(" OR (kind = 'animal' AND ");
    one_of(query, "owner_id", chosen.consenting);
    query.push(")");
}

async fn delete(db: &mut Connection, chosen: Chosen<'_>) -> sqlx::Result<u64> {
    let mut pieces = QueryBuilder::<Db>::new(
        "DELETE FROM picture_piece WHERE picture_id IN (SELECT id FROM picture WHERE ",
    );
    narrow(&mut pieces, chosen);
    pieces.push(")");
    pieces.build().execute(&mut *db).await?;
    let mut facts = QueryBuilder::<Db>::new("DELETE FROM picture WHERE ");
    narrow(&mut facts, chosen);
    facts.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn is_about(
    db: &mut Connection,
    submission: Uuid,
    animals: &[Uuid],
) -> sqlx::Result<bool> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT COUNT(*) FROM history WHERE subject_kind = 'animal' AND submission_id = ",
    );
    query.push_bind(submission).push(" AND ");
    one_of(&mut query, "subject_id", animals);
    let links: i64 = query.build_query_scalar().fetch_one(db).await?;
    Ok(links > 0)
}
