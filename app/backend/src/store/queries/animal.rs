//! Statements on animals.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db};
use crate::store::vocabulary::animal::{AnimalRow, MergedAnimalRow};

pub(crate) async fn insert(db: &mut Connection, animal: &AnimalRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO animal (id, owner_id, species, sex, search_key, chip, vital_state,
             vital_since, rnm_state, rnm_number, rnm_reason, rnm_changed_at, details,
             recorded_by, recorded_on, created_at, updated_at, merged_into)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
             NULL)",
    )
    .bind(animal.id)
    .bind(animal.owner_id)
    .bind(&animal.species)
    .bind(&animal.sex)
    .bind(&animal.search_key)
    .bind(&animal.chip)
    .bind(&animal.vital_state)
    .bind(&animal.vital_since)
    .bind(&animal.rnm_state)
    .bind(&animal.rnm_number)
    .bind(&animal.rnm_reason)
    .bind(animal.rnm_changed_at)
    .bind(&animal.details)
    .bind(animal.recorded_by)
    .bind(&animal.recorded_on)
    .bind(animal.created_at)
    .bind(animal.updated_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn update(db: &mut Connection, animal: &AnimalRow) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE animal SET owner_id = $2, species = $3, sex = $4, search_key = $5, chip = $6,
             vital_state = $7, vital_since = $8, rnm_state = $9, rnm_number = $10,
             rnm_reason = $11, rnm_changed_at = $12, details = $13, updated_at = $14,
             merged_into = $15, merged_to = $16
         WHERE id = $1",
    )
    .bind(animal.id)
    .bind(animal.owner_id)
    .bind(&animal.species)
    .bind(&animal.sex)
    .bind(&animal.search_key)
    .bind(&animal.chip)
    .bind(&animal.vital_state)
    .bind(&animal.vital_since)
    .bind(&animal.rnm_state)
    .bind(&animal.rnm_number)
    .bind(&animal.rnm_reason)
    .bind(animal.rnm_changed_at)
    .bind(&animal.details)
    .bind(animal.updated_at)
    .bind(animal.merged_into)
    .bind(animal.merged_to)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn release_chip(db: &mut Connection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query("UPDATE animal SET chip = NULL WHERE id = $1").bind(id).execute(db).await.map(drop)
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<AnimalRow>> {
    sqlx::query_as("SELECT * FROM animal WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn with_ids(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<AnimalRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM animal WHERE id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    query.push(")");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn by_chip(db: &mut Connection, chip: &str) -> sqlx::Result<Option<AnimalRow>> {
    sqlx::query_as("SELECT * FROM animal WHERE chip = $1 AND chip IS NOT NULL")
        .bind(chip)
        .fetch_optional(db)
        .await
}

pub(crate) async fn of(db: &mut Connection, owners: &[Uuid]) -> sqlx::Result<Vec<AnimalRow>> {
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let mut query =
        QueryBuilder::<Db>::new("SELECT * FROM animal WHERE merged_into IS NULL AND owner_id IN (");
    let mut list = query.separated(", ");
    for owner in owners {
        list.push_bind(*owner);
    }
    query.push(") ORDER BY created_at, id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn merged_into(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<AnimalRow>> {
    sqlx::query_as(
        "SELECT * FROM animal WHERE merged_into = $1 AND merged_into IS NOT NULL ORDER BY id",
    )
    .bind(id)
    .fetch_all(db)
    .await
}

pub(crate) async fn merged_chips(
    db: &mut Connection,
    kept: &[Uuid],
) -> sqlx::Result<Vec<MergedAnimalRow>> {
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new(
        "SELECT id, merged_into, chip FROM animal
         WHERE merged_into IS NOT NULL AND merged_into IN (",
    );
    let mut list = query.separated(", ");
    for animal in kept {
        list.push_bind(*animal);
    }
    query.push(") ORDER BY id");
    query.build_query_as().fetch_all(db).await
}

/// Nobody asks the RNM for an animal that is dead or with somebody else by now; what was asked
/// before goes on.
macro_rules! of_rnm {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " merged_into IS NULL AND (vital_state IN ('alive', 'lost')
              OR rnm_state NOT IN ('no_chip', 'incomplete', 'blocked_no_run', 'ready')) ",
            $after
        )
    };
}

pub(crate) async fn in_rnm_state(
    db: &mut Connection,
    state: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<AnimalRow>> {
    sqlx::query_as(of_rnm!(
        "SELECT * FROM animal WHERE rnm_state = $1 AND",
        "ORDER BY rnm_changed_at, id LIMIT $2 OFFSET $3"
    ))
    .bind(state)
    .bind(limit)
    .bind(offset)
    .fetch_all(db)
    .await
}

pub(crate) async fn count_rnm_states(db: &mut Connection) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(of_rnm!(
        "SELECT rnm_state, COUNT(*) FROM animal WHERE",
        "GROUP BY rnm_state ORDER BY rnm_state"
    ))
    .fetch_all(db)
    .await
}

pub(crate) async fn count(db: &mut Connection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM animal WHERE merged_into IS NULL").fetch_one(db).await
}
