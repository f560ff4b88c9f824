//! Statements on the checkpoints that seal the history.

use sqlx::QueryBuilder;

use super::{Connection, Db};
use crate::store::vocabulary::history::{CheckpointRow, HeadRow, UnsealedRow};

pub(crate) async fn unsealed(db: &mut Connection, most: i64) -> sqlx::Result<UnsealedRow> {
    sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(links), 0) AS BIGINT) AS rows, MIN(since) AS oldest_at
         FROM (SELECT links, since FROM history_unsealed LIMIT $1) AS waiting",
    )
    .bind(most)
    .fetch_one(db)
    .await
}

pub(crate) async fn count_unsealed(db: &mut Connection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT CAST(COALESCE(SUM(links), 0) AS BIGINT) FROM history_unsealed")
        .fetch_one(db)
        .await
}

pub(crate) async fn unsealed_heads(db: &mut Connection, chains: i64) -> sqlx::Result<Vec<HeadRow>> {
    // Each head is looked for by itself: a join could be made of the whole history. Chains whose
    // links are all gone are passed over before the limit: many of them would be all within it.
    sqlx::query_as(
        "SELECT chain.subject_kind, chain.subject_id, chain.sequence,
             (SELECT head.hash FROM history AS head
              WHERE head.subject_kind = chain.subject_kind
                  AND head.subject_id = chain.subject_id
                  AND head.sequence = chain.sequence) AS hash
         FROM (SELECT grown.subject_kind, grown.subject_id,
                   (SELECT MAX(own.sequence) FROM history AS own
                    WHERE own.subject_kind = grown.subject_kind
                        AND own.subject_id = grown.subject_id) AS sequence
               FROM history_unsealed AS grown
               WHERE (SELECT MAX(own.sequence) FROM history AS own
                      WHERE own.subject_kind = grown.subject_kind
                          AND own.subject_id = grown.subject_id) IS NOT NULL
               ORDER BY grown.subject_kind, grown.subject_id LIMIT $1) AS chain
         ORDER BY chain.subject_kind, chain.subject_id",
    )
    .bind(chains)
    .fetch_all(db)
    .await
}

pub(crate) async fn mark_sealed(db: &mut Connection, last: &HeadRow) -> sqlx::Result<u64> {
    let done =
        sqlx::query("DELETE FROM history_unsealed WHERE (subject_kind, subject_id) <= ($1, $2)")
            .bind(&last.subject_kind)
            .bind(last.subject_id)
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

pub(crate) async fn is_seal_lost(db: &mut Connection) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT 1
             FROM (SELECT subject_kind, subject_id, MAX(sequence) AS links FROM history
                   GROUP BY subject_kind, subject_id) AS chain
             LEFT JOIN history_unsealed AS grown ON grown.subject_kind = chain.subject_kind
                 AND grown.subject_id = chain.subject_id
             LEFT JOIN (SELECT subject_kind, subject_id, MAX(sequence) AS links
                        FROM checkpoint_head
                        WHERE checkpoint IN (SELECT kept.sequence FROM checkpoint AS kept)
                        GROUP BY subject_kind, subject_id) AS sealed
                 ON sealed.subject_kind = chain.subject_kind
                 AND sealed.subject_id = chain.subject_id
             WHERE chain.links > COALESCE(sealed.links, 0) + COALESCE(grown.links, 0))",
    )
    .fetch_one(db)
    .await
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
