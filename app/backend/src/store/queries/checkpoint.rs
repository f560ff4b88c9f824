//! Statements on the checkpoints that seal the history.

use sqlx::QueryBuilder;

use super::{Connection, Db};
use crate::store::vocabulary::history::{CheckpointRow, HeadRow, UnsealedRow};

pub(crate) async fn unsealed(db: &mut Connection, most: i64) -> sqlx::Result<UnsealedRow> {
    sqlx::query_as(
        "SELECT COUNT(*) AS rows, MIN(at) AS oldest_at
         FROM (SELECT at FROM history WHERE checkpoint IS NULL LIMIT $1) AS waiting",
    )
    .bind(most)
    .fetch_one(db)
    .await
}

pub(crate) async fn count_unsealed(db: &mut Connection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM history WHERE checkpoint IS NULL").fetch_one(db).await
}

pub(crate) async fn unsealed_heads(db: &mut Connection, links: i64) -> sqlx::Result<Vec<HeadRow>> {
    // Links first and chains of them after: chains of all that waits would be grouped of all of it.
    sqlx::query_as(
        "SELECT head.subject_kind, head.subject_id, head.sequence, head.hash
         FROM (SELECT DISTINCT subject_kind, subject_id
               FROM (SELECT subject_kind, subject_id FROM history WHERE checkpoint IS NULL
                     ORDER BY subject_kind, subject_id LIMIT $1) AS link) AS chain
         JOIN history AS head ON head.subject_kind = chain.subject_kind
             AND head.subject_id = chain.subject_id
             AND head.sequence = (SELECT MAX(own.sequence) FROM history AS own
                 WHERE own.subject_kind = chain.subject_kind
                     AND own.subject_id = chain.subject_id)
         ORDER BY head.subject_kind, head.subject_id",
    )
    .bind(links)
    .fetch_all(db)
    .await
}

pub(crate) async fn mark_sealed(db: &mut Connection, checkpoint: i64) -> sqlx::Result<u64> {
    // The sign keeps it from the index of what is unsealed, all of which it would go through.
    let done = sqlx::query(
        "UPDATE history SET checkpoint = $1 FROM checkpoint_head AS head
         WHERE head.checkpoint = $1 AND history.subject_kind = head.subject_kind
             AND history.subject_id = head.subject_id AND history.sequence <= head.sequence
             AND +history.checkpoint IS NULL",
    )
    .bind(checkpoint)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn insert(
    db: &mut Connection,
    row: &CheckpointRow,
    heads: &[HeadRow],
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO checkpoint (sequence, at, previous_hash, heads_hash, head_count, kid,
             signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.sequence)
    .bind(row.at)
    .bind(&row.previous_hash)
    .bind(&row.heads_hash)
    .bind(row.head_count)
    .bind(&row.kid)
    .bind(&row.signature)
    .execute(&mut *db)
    .await?;
    for heads in heads.chunks(100) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO checkpoint_head (checkpoint, subject_kind, subject_id, sequence, hash) ",
        );
        query.push_values(heads, |mut values, head| {
            values.push_bind(row.sequence).push_bind(&head.subject_kind);
            values.push_bind(head.subject_id).push_bind(head.sequence).push_bind(&head.hash);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn last(db: &mut Connection) -> sqlx::Result<Option<CheckpointRow>> {
    sqlx::query_as("SELECT * FROM checkpoint ORDER BY sequence DESC LIMIT 1")
        .fetch_optional(db)
        .await
}

pub(crate) async fn last_sealing(db: &mut Connection) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT MAX(checkpoint) FROM history").fetch_one(db).await
}

pub(crate) async fn list(db: &mut Connection) -> sqlx::Result<Vec<CheckpointRow>> {
    sqlx::query_as("SELECT * FROM checkpoint ORDER BY sequence").fetch_all(db).await
}

pub(crate) async fn heads(db: &mut Connection, checkpoint: i64) -> sqlx::Result<Vec<HeadRow>> {
    sqlx::query_as(
        "SELECT subject_kind, subject_id, sequence, hash FROM checkpoint_head
         WHERE checkpoint = $1 ORDER BY subject_kind, subject_id",
    )
    .bind(checkpoint)
    .fetch_all(db)
    .await
}

pub(crate) async fn lost_heads(db: &mut Connection, limit: i64) -> sqlx::Result<Vec<HeadRow>> {
    sqlx::query_as(
        "SELECT sealed.subject_kind, sealed.subject_id, sealed.sequence, sealed.hash
         FROM checkpoint_head AS sealed
         LEFT JOIN history ON history.subject_kind = sealed.subject_kind
             AND history.subject_id = sealed.subject_id
             AND history.sequence = sealed.sequence AND history.hash = sealed.hash
         WHERE history.hash IS NULL
         ORDER BY sealed.subject_kind, sealed.subject_id, sealed.sequence LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await
}
