//! Statements that remove what is known of a person. Each reads whole tables: it is a rare act.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::animal::AnimalRow;
use crate::store::vocabulary::submission::SubmissionRow;

pub(crate) async fn animals_ever_of(
    db: &mut Connection,
    owners: &[Uuid],
) -> sqlx::Result<Vec<AnimalRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM animal WHERE ");
    one_of(&mut query, "owner_id", owners);
    query.push(" ORDER BY id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn files(
    db: &mut Connection,
    owners: &[Uuid],
    animals: &[Uuid],
    pattern: &str,
) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new(
        "DELETE FROM document_file WHERE document_id IN (
             SELECT id FROM document WHERE facts LIKE ",
    );
    query.push_bind(pattern).push(" OR ");
    one_of(&mut query, "owner_id", owners);
    query.push(" OR ");
    one_of(&mut query, "animal_id", animals);
    query.push(")");
    query.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn facts(
    db: &mut Connection,
    owners: &[Uuid],
    animals: &[Uuid],
    pattern: &str,
) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new(
        "UPDATE document SET facts = NULL, slip_hash = NULL WHERE facts LIKE ",
    );
    query.push_bind(pattern).push(" OR ");
    one_of(&mut query, "owner_id", owners);
    query.push(" OR ");
    one_of(&mut query, "animal_id", animals);
    query.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn messages(
    db: &mut Connection,
    recipient: &str,
    pattern: &str,
) -> sqlx::Result<u64> {
    sqlx::query(
        "DELETE FROM outbox WHERE body LIKE $2
             OR (recipient = $1 AND (subject_kind IS NULL OR subject_kind <> 'booking'))",
    )
    .bind(recipient)
    .bind(pattern)
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

pub(crate) async fn messages_about(
    db: &mut Connection,
    owners: &[Uuid],
    animals: &[Uuid],
) -> sqlx::Result<u64> {
    let mut query =
        QueryBuilder::<Db>::new("DELETE FROM outbox WHERE (subject_kind = 'owner' AND ");
    one_of(&mut query, "subject_id", owners);
    query.push(") OR (subject_kind = 'animal' AND ");
    one_of(&mut query, "subject_id", animals);
    query.push(")");
    query.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn shares_email(
    db: &mut Connection,
    email: &str,
    owners: &[Uuid],
) -> sqlx::Result<bool> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM owner WHERE email IS NOT NULL AND email = ",
    );
    query.push_bind(email).push(" AND NOT (");
    one_of(&mut query, "id", owners);
    query.push(")");
    let others: i64 = query.build_query_scalar().fetch_one(db).await?;
    Ok(others > 0)
}

pub(crate) async fn kept_submissions(
    db: &mut Connection,
    pattern: &str,
) -> sqlx::Result<Vec<SubmissionRow>> {
    sqlx::query_as("SELECT * FROM submission WHERE body IS NOT NULL AND body LIKE $1 ORDER BY id")
        .bind(pattern)
        .fetch_all(db)
        .await
}

pub(crate) async fn bodies_of(db: &mut Connection, submissions: &[Uuid]) -> sqlx::Result<u64> {
    let mut query =
        QueryBuilder::<Db>::new("UPDATE submission SET body = NULL WHERE body IS NOT NULL AND ");
    one_of(&mut query, "id", submissions);
    query.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn tasks(
    db: &mut Connection,
    owners: &[Uuid],
    animals: &[Uuid],
) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new("DELETE FROM task WHERE ");
    one_of(&mut query, "owner_id", owners);
    query.push(" OR ");
    one_of(&mut query, "animal_id", animals);
    query.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn looks(db: &mut Connection, owner: Uuid) -> sqlx::Result<u64> {
    sqlx::query("DELETE FROM lookup WHERE owner_id = $1")
        .bind(owner)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

pub(crate) async fn codes(db: &mut Connection, owner: Uuid) -> sqlx::Result<u64> {
    sqlx::query("DELETE FROM access_code WHERE owner_id = $1")
        .bind(owner)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}
