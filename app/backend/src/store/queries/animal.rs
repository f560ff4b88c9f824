//! Statements on animals.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, add_rows, one_of};
use crate::store::vocabulary::animal::{AnimalRow, MergedAnimalRow};

pub(crate) async fn insert(db: &mut Connection, animals: &[AnimalRow]) -> sqlx::Result<()> {
    for animals in animals.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO animal (id, owner_id, species, sex, search_key, chip, vital_state,
                 vital_since, rnm_state, rnm_number, rnm_reason, rnm_changed_at, details,
                 recorded_by, recorded_on, created_at, updated_at, own_state) ",
        );
        add_rows(&mut query, animals, |mut row, animal| {
            row.push_bind(animal.id).push_bind(animal.owner_id).push_bind(&animal.species);
            row.push_bind(&animal.sex).push_bind(&animal.search_key).push_bind(&animal.chip);
            row.push_bind(&animal.vital_state).push_bind(&animal.vital_since);
            row.push_bind(&animal.rnm_state).push_bind(&animal.rnm_number);
            row.push_bind(&animal.rnm_reason).push_bind(animal.rnm_changed_at);
            row.push_bind(&animal.details).push_bind(animal.recorded_by);
            row.push_bind(&animal.recorded_on).push_bind(animal.created_at);
            row.push_bind(animal.updated_at).push_bind(&animal.own_state);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn update(db: &mut Connection, animal: &AnimalRow) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE animal SET owner_id = $2, species = $3, sex = $4, search_key = $5, chip = $6,
             vital_state = $7, vital_since = $8, rnm_state = $9, rnm_number = $10,
             rnm_reason = $11, rnm_changed_at = $12, details = $13, updated_at = $14,
             merged_into = $15, merged_to = $16, own_state = $17
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
    .bind(&animal.own_state)
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
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM animal WHERE ");
    one_of(&mut query, "id", ids);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn by_chip(db: &mut Connection, chip: &str) -> sqlx::Result<Option<AnimalRow>> {
    sqlx::query_as("SELECT * FROM animal WHERE chip = $1 AND chip IS NOT NULL")
        .bind(chip)
        .fetch_optional(db)
        .await
}

pub(crate) async fn chips_after(
    db: &mut Connection,
    last: &str,
    limit: i64,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT chip FROM animal WHERE chip > $1 AND chip IS NOT NULL ORDER BY chip LIMIT $2",
    )
    .bind(last)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn of(db: &mut Connection, owners: &[Uuid]) -> sqlx::Result<Vec<AnimalRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM animal WHERE merged_into IS NULL AND ");
    one_of(&mut query, "owner_id", owners);
    query.push(" ORDER BY created_at, id");
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
    let mut query = QueryBuilder::<Db>::new(
        "SELECT id, merged_into, chip FROM animal
         WHERE merged_into IS NOT NULL AND ",
    );
    one_of(&mut query, "merged_into", kept);
    query.push(" ORDER BY id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn in_rnm_state(
    db: &mut Connection,
    (state, vital_states): (&str, &[&str]),
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<AnimalRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM animal WHERE rnm_state = ");
    query.push_bind(state).push(" AND merged_into IS NULL AND ");
    one_of(&mut query, "vital_state", vital_states);
    query.push(" ORDER BY rnm_changed_at, id LIMIT ").push_bind(limit);
    query.push(" OFFSET ").push_bind(offset);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn count_rnm_states(
    db: &mut Connection,
) -> sqlx::Result<Vec<(String, String, i64)>> {
    sqlx::query_as(
        "SELECT rnm_state, vital_state, COUNT(*) FROM animal WHERE merged_into IS NULL
         GROUP BY rnm_state, vital_state ORDER BY rnm_state, vital_state",
    )
    .fetch_all(db)
    .await
}

pub(crate) async fn count(db: &mut Connection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM animal WHERE merged_into IS NULL").fetch_one(db).await
}
