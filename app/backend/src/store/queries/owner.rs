//! Statements on owners.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, add_rows, one_of};
use crate::store::vocabulary::owner::{OwnerRow, SearchWordRow};

pub(crate) async fn insert(db: &mut Connection, owners: &[OwnerRow]) -> sqlx::Result<bool> {
    let mut added = 0;
    for owners in owners.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO owner (id, document_kind, document_key, search_key, phone, email, commune,
                 unit, details, recorded_by, recorded_on, created_at, updated_at) ",
        );
        add_rows(&mut query, owners, |mut row, owner| {
            row.push_bind(owner.id).push_bind(&owner.document_kind);
            row.push_bind(&owner.document_key).push_bind(&owner.search_key);
            row.push_bind(&owner.phone).push_bind(&owner.email).push_bind(&owner.commune);
            row.push_bind(&owner.unit).push_bind(&owner.details).push_bind(owner.recorded_by);
            row.push_bind(&owner.recorded_on).push_bind(owner.created_at);
            row.push_bind(owner.updated_at);
        });
        query.push(
            " ON CONFLICT (document_kind, document_key)
                 WHERE document_key IS NOT NULL AND merged_into IS NULL DO NOTHING",
        );
        added += query.build().execute(&mut *db).await?.rows_affected();
    }
    Ok(usize::try_from(added).is_ok_and(|added| added == owners.len()))
}

pub(crate) async fn update(db: &mut Connection, owner: &OwnerRow) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE owner SET document_kind = $2, document_key = $3, search_key = $4, phone = $5,
             email = $6, commune = $7, unit = $8, details = $9, updated_at = $10,
             merged_into = $11, merged_to = $12
         WHERE id = $1",
    )
    .bind(owner.id)
    .bind(&owner.document_kind)
    .bind(&owner.document_key)
    .bind(&owner.search_key)
    .bind(&owner.phone)
    .bind(&owner.email)
    .bind(&owner.commune)
    .bind(&owner.unit)
    .bind(&owner.details)
    .bind(owner.updated_at)
    .bind(owner.merged_into)
    .bind(owner.merged_to)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<OwnerRow>> {
    sqlx::query_as("SELECT * FROM owner WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn with_ids(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<OwnerRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM owner WHERE ");
    one_of(&mut query, "id", ids);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn by_document(
    db: &mut Connection,
    kind: &str,
    key: &str,
) -> sqlx::Result<Option<OwnerRow>> {
    sqlx::query_as(
        "SELECT * FROM (
             SELECT * FROM owner
             WHERE document_kind = $1 AND document_key = $2 AND document_key IS NOT NULL
                 AND merged_into IS NULL
             UNION ALL
             SELECT * FROM owner
             WHERE document_kind = $1 AND document_key = $2 AND document_key IS NOT NULL
                 AND merged_into IS NOT NULL
         ) AS holder ORDER BY CASE WHEN merged_into IS NULL THEN 0 ELSE 1 END, id LIMIT 1",
    )
    .bind(kind)
    .bind(key)
    .fetch_optional(db)
    .await
}

pub(crate) async fn by_phone(
    db: &mut Connection,
    phone: &str,
    limit: i64,
) -> sqlx::Result<Vec<OwnerRow>> {
    sqlx::query_as(
        "SELECT * FROM owner WHERE phone = $1 AND phone IS NOT NULL AND merged_into IS NULL
         ORDER BY search_key, id LIMIT $2",
    )
    .bind(phone)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn by_words(
    db: &mut Connection,
    first: &str,
    others: &[String],
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    // All of it is answered from the key of `search_word`, in its order, so that it stops at the
    // limit and no owner is read.
    let mut query = QueryBuilder::<Db>::new("SELECT owner_id FROM search_word WHERE word >= ");
    query.push_bind(first).push(" AND word < ").push_bind(after(first));
    for other in others {
        query.push(" AND search_key LIKE ").push_bind(format!("% {other}%"));
    }
    query.push(" ORDER BY word, search_key, owner_id LIMIT ").push_bind(limit);
    query.build_query_scalar().fetch_all(db).await
}

pub(crate) async fn count_words(
    db: &mut Connection,
    words: &[&str],
    most: i64,
) -> sqlx::Result<Vec<(i64, i64)>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new("");
    for (place, &word) in words.iter().enumerate() {
        query.push(if place == 0 { "SELECT " } else { " UNION ALL SELECT " });
        query.push(format!("CAST({place} AS BIGINT), COUNT(*) FROM (SELECT word FROM search_word"));
        query.push(" WHERE word >= ").push_bind(word).push(" AND word < ").push_bind(after(word));
        query.push(" LIMIT ").push_bind(most).push(") AS some_words");
    }
    query.build_query_as().fetch_all(db).await
}

/// What stands behind every word that begins with `first`.
fn after(first: &str) -> String {
    format!("{first}\u{10FFFF}")
}

pub(crate) async fn merged_into(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<OwnerRow>> {
    sqlx::query_as(
        "SELECT * FROM owner WHERE merged_into = $1 AND merged_into IS NOT NULL ORDER BY id",
    )
    .bind(id)
    .fetch_all(db)
    .await
}

pub(crate) async fn merged_ids(
    db: &mut Connection,
    kept: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, Uuid)>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT id, merged_into FROM owner WHERE merged_into IS NOT NULL AND ",
    );
    one_of(&mut query, "merged_into", kept);
    query.push(" ORDER BY id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn alias(db: &mut Connection, alias: Uuid) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar("SELECT owner_id FROM owner_alias WHERE alias_id = $1")
        .bind(alias)
        .fetch_optional(db)
        .await
}

pub(crate) async fn insert_alias(
    db: &mut Connection,
    alias: Uuid,
    owner: Uuid,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO owner_alias (alias_id, owner_id) VALUES ($1, $2)
         ON CONFLICT (alias_id) DO NOTHING",
    )
    .bind(alias)
    .bind(owner)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn insert_words(db: &mut Connection, words: &[SearchWordRow]) -> sqlx::Result<()> {
    for words in words.chunks(ROWS) {
        let mut query =
            QueryBuilder::<Db>::new("INSERT INTO search_word (word, search_key, owner_id) ");
        add_rows(&mut query, words, |mut row, word| {
            row.push_bind(&word.word).push_bind(&word.search_key).push_bind(word.owner_id);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn delete_words(db: &mut Connection, owner: Uuid) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM search_word WHERE owner_id = $1")
        .bind(owner)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn count(db: &mut Connection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM owner WHERE merged_into IS NULL").fetch_one(db).await
}
