//! Statements on whose an animal was, and where its owner of then lived.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::tenure::TenureRow;

/// Whose an animal was when a service was done, as `domain::tenure::owner_then` tells it.
const OWNER_THEN: &str = "COALESCE(
    (SELECT tenure.owner_id FROM tenure
     WHERE tenure.animal_id = service.animal_id AND tenure.left_at > service.performed_at
     ORDER BY tenure.place LIMIT 1),
    animal.owner_id)";

pub(crate) async fn note(
    db: &mut Connection,
    animal: Uuid,
    owner: Uuid,
    left_at: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO tenure (animal_id, place, owner_id, left_at)
         VALUES (
             $1, (SELECT COALESCE(MAX(place), 0) + 1 FROM tenure WHERE animal_id = $1), $2, $3)",
    )
    .bind(animal)
    .bind(owner)
    .bind(left_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn of(db: &mut Connection, animals: &[Uuid]) -> sqlx::Result<Vec<TenureRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM tenure WHERE ");
    one_of(&mut query, "animal_id", animals);
    query.push(" ORDER BY animal_id, place");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn move_services(
    db: &mut Connection,
    animal: Uuid,
    since: i64,
    residence: Option<&str>,
) -> sqlx::Result<u64> {
    sqlx::query("UPDATE service SET residence = $3 WHERE animal_id = $1 AND performed_at >= $2")
        .bind(animal)
        .bind(since)
        .bind(residence)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}

pub(crate) async fn settle_services(
    db: &mut Connection,
    owners: &[Uuid],
    residence: &str,
    is_for_all: bool,
) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new("UPDATE service SET residence = ");
    query.push_bind(residence);
    query.push(" WHERE (residence IS NULL OR (").push_bind(is_for_all);
    query.push(" AND residence <> ").push_bind(residence);
    query.push(")) AND animal_id IN (SELECT id FROM animal WHERE ");
    one_of(&mut query, "owner_id", owners);
    query.push(" UNION SELECT animal_id FROM tenure WHERE ");
    one_of(&mut query, "owner_id", owners);
    query.push(") AND EXISTS (SELECT 1 FROM animal WHERE animal.id = service.animal_id AND ");
    one_of(&mut query, OWNER_THEN, owners);
    query.push(")");
    query.build().execute(db).await.map(|done| done.rows_affected())
}
