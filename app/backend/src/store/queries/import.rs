//! Statements on imports and their rows, and on what they may take out again.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, one_of};
use crate::store::vocabulary::import::{ChipHolderRow, DocumentHolderRow, ImportRow, ImportedRow};

pub(crate) async fn insert(db: &mut Connection, row: &ImportRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO import (id, name, state, columns, row_count, done_to, started_at, started_by,
             finished_at, undone_at, undone_by, changed_at, cleared_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(row.id)
    .bind(&row.name)
    .bind(&row.state)
    .bind(&row.columns)
    .bind(row.row_count)
    .bind(row.done_to)
    .bind(row.started_at)
    .bind(row.started_by)
    .bind(row.finished_at)
    .bind(row.undone_at)
    .bind(row.undone_by)
    .bind(row.changed_at)
    .bind(row.cleared_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<ImportRow>> {
    sqlx::query_as("SELECT * FROM import WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn list(db: &mut Connection, limit: i64) -> sqlx::Result<Vec<ImportRow>> {
    sqlx::query_as("SELECT * FROM import ORDER BY started_at DESC, id DESC LIMIT $1")
        .bind(limit)
        .fetch_all(db)
        .await
}

pub(crate) async fn at_work(db: &mut Connection) -> sqlx::Result<Option<ImportRow>> {
    sqlx::query_as(
        "SELECT * FROM import WHERE state IN ('running', 'undoing')
         ORDER BY started_at, id LIMIT 1",
    )
    .fetch_optional(db)
    .await
}

pub(crate) async fn update(db: &mut Connection, row: &ImportRow) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE import SET state = $2, columns = $3, done_to = $4, finished_at = $5,
             undone_at = $6, undone_by = $7, started_by = $8, changed_at = $9, cleared_at = $10
         WHERE id = $1",
    )
    .bind(row.id)
    .bind(&row.state)
    .bind(&row.columns)
    .bind(row.done_to)
    .bind(row.finished_at)
    .bind(row.undone_at)
    .bind(row.undone_by)
    .bind(row.started_by)
    .bind(row.changed_at)
    .bind(row.cleared_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn to_clear(
    db: &mut Connection,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<ImportRow>> {
    sqlx::query_as(
        "SELECT * FROM import
         WHERE cleared_at IS NULL AND changed_at <= $1 AND state NOT IN ('running', 'undoing')
         ORDER BY changed_at, id LIMIT $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn clear_rows(
    db: &mut Connection,
    import: Uuid,
    made: &[&str],
    lapsed: &str,
) -> sqlx::Result<u64> {
    let mut query =
        QueryBuilder::<Db>::new("UPDATE import_row SET cells = '[]', verdict = COALESCE(verdict, ");
    query.push_bind(lapsed).push(") WHERE import_id = ").push_bind(import);
    query.push(" AND (verdict IS NULL OR (cells <> '[]' AND NOT ");
    one_of(&mut query, "verdict", made);
    query.push("))");
    query.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn delete(db: &mut Connection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM import_row WHERE import_id = $1").bind(id).execute(&mut *db).await?;
    sqlx::query("DELETE FROM import WHERE id = $1").bind(id).execute(db).await.map(drop)
}

pub(crate) async fn put_rows(db: &mut Connection, rows: &[ImportedRow]) -> sqlx::Result<()> {
    for rows in rows.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO import_row (import_id, place, cells, verdict, owner_id, animal_id) ",
        );
        query.push_values(rows, |mut values, row| {
            values.push_bind(row.import_id).push_bind(row.place).push_bind(&row.cells);
            values.push_bind(&row.verdict).push_bind(row.owner_id).push_bind(row.animal_id);
        });
        query.push(
            " ON CONFLICT (import_id, place) DO UPDATE SET cells = excluded.cells,
                 verdict = excluded.verdict, owner_id = excluded.owner_id,
                 animal_id = excluded.animal_id",
        );
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn rows(
    db: &mut Connection,
    import: Uuid,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<ImportedRow>> {
    sqlx::query_as(
        "SELECT * FROM import_row WHERE import_id = $1 AND place > $2 ORDER BY place LIMIT $3",
    )
    .bind(import)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn rows_back(
    db: &mut Connection,
    import: Uuid,
    to: i64,
    limit: i64,
) -> sqlx::Result<Vec<ImportedRow>> {
    sqlx::query_as(
        "SELECT * FROM import_row WHERE import_id = $1 AND place <= $2
         ORDER BY place DESC LIMIT $3",
    )
    .bind(import)
    .bind(to)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn rows_with(
    db: &mut Connection,
    import: Uuid,
    verdicts: &[&str],
    limit: i64,
) -> sqlx::Result<Vec<ImportedRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM import_row WHERE import_id = ");
    query.push_bind(import).push(" AND ");
    one_of(&mut query, "verdict", verdicts);
    query.push(" ORDER BY place LIMIT ").push_bind(limit);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn count_verdicts(
    db: &mut Connection,
    import: Uuid,
) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "SELECT verdict, COUNT(*) FROM import_row
         WHERE import_id = $1 AND verdict IS NOT NULL GROUP BY verdict ORDER BY verdict",
    )
    .bind(import)
    .fetch_all(db)
    .await
}

pub(crate) async fn chip_holders(
    db: &mut Connection,
    chips: &[String],
) -> sqlx::Result<Vec<ChipHolderRow>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT animal.chip, owner.document_kind, owner.document_key,
             kept.document_kind AS kept_kind, kept.document_key AS kept_key
         FROM animal LEFT JOIN animal AS stands ON stands.id = animal.merged_into
         JOIN owner ON owner.id = COALESCE(stands.owner_id, animal.owner_id)
         LEFT JOIN owner AS kept ON kept.id = owner.merged_into
         WHERE animal.chip IS NOT NULL AND ",
    );
    one_of(&mut query, "animal.chip", chips);
    query.push(" ORDER BY animal.chip");
    query.build_query_as().persistent(false).fetch_all(db).await
}

pub(crate) async fn document_holders(
    db: &mut Connection,
    kind: &str,
    keys: &[String],
) -> sqlx::Result<Vec<DocumentHolderRow>> {
    // Each half reads the index of its own records.
    let mut query = QueryBuilder::<Db>::new("");
    for (place, state) in ["NOT NULL", "NULL"].into_iter().enumerate() {
        query.push(if place == 0 { "" } else { " UNION ALL " });
        query.push("SELECT document_key, id, merged_into FROM owner WHERE document_kind = ");
        query.push_bind(kind).push(" AND ");
        one_of(&mut query, "document_key", keys);
        query.push(" AND document_key IS NOT NULL AND merged_into IS ").push(state);
    }
    query.build_query_as().persistent(false).fetch_all(db).await
}

pub(crate) async fn untouched_animals(
    db: &mut Connection,
    ids: &[Uuid],
) -> sqlx::Result<Vec<Uuid>> {
    let mut query = QueryBuilder::<Db>::new("SELECT id FROM animal WHERE ");
    one_of(&mut query, "id", ids);
    query.push(
        " AND updated_at = created_at AND merged_into IS NULL AND merged_to IS NULL
         AND NOT EXISTS (SELECT 1 FROM service WHERE service.animal_id = animal.id)
         AND NOT EXISTS (SELECT 1 FROM document WHERE document.animal_id = animal.id)
         AND NOT EXISTS (SELECT 1 FROM picture WHERE picture.animal_id = animal.id)
         AND NOT EXISTS (SELECT 1 FROM lookup WHERE lookup.owner_id = animal.owner_id
             AND lookup.at >= animal.created_at AND lookup.kind <> 'pack')
         AND NOT EXISTS (SELECT 1 FROM animal AS merged
             WHERE merged.merged_into = animal.id AND merged.merged_into IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM history WHERE history.subject_kind = 'animal'
             AND history.subject_id = animal.id AND history.sequence > 1)
         AND id NOT IN (SELECT animal_id FROM task WHERE ",
    );
    // Tables without such an index are read once for all.
    one_of(&mut query, "animal_id", ids);
    query.push(") ORDER BY id");
    query.build_query_scalar().persistent(false).fetch_all(db).await
}

pub(crate) async fn untouched_owners(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    let mut query = QueryBuilder::<Db>::new("SELECT id FROM owner WHERE ");
    one_of(&mut query, "id", ids);
    query.push(
        " AND updated_at = created_at AND merged_into IS NULL AND merged_to IS NULL
         AND NOT EXISTS (SELECT 1 FROM animal WHERE animal.owner_id = owner.id)
         AND NOT EXISTS (SELECT 1 FROM document WHERE document.owner_id = owner.id)
         AND NOT EXISTS (SELECT 1 FROM picture WHERE picture.owner_id = owner.id)
         AND NOT EXISTS (SELECT 1 FROM lookup WHERE lookup.owner_id = owner.id
             AND lookup.kind <> 'pack')
         AND NOT EXISTS (SELECT 1 FROM booking
             WHERE booking.owner_id = owner.id AND booking.owner_id IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM owner AS merged
             WHERE merged.merged_into = owner.id AND merged.merged_into IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM history WHERE history.subject_kind = 'owner'
             AND history.subject_id = owner.id AND history.sequence > 1)
         AND id NOT IN (SELECT owner_id FROM task WHERE ",
    );
    one_of(&mut query, "owner_id", ids);
    query.push(") AND id NOT IN (SELECT owner_id FROM owner_alias WHERE ");
    one_of(&mut query, "owner_id", ids);
    query.push(") ORDER BY id");
    query.build_query_scalar().persistent(false).fetch_all(db).await
}

pub(crate) async fn remove_animals(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<Db>::new("DELETE FROM animal WHERE ");
    one_of(&mut query, "id", ids);
    query.build().persistent(false).execute(db).await.map(drop)
}

pub(crate) async fn remove_owners(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<()> {
    for (table, column) in [("search_word", "owner_id"), ("lookup", "owner_id"), ("owner", "id")] {
        let mut query = QueryBuilder::<Db>::new("DELETE FROM ");
        query.push(table).push(" WHERE ");
        one_of(&mut query, column, ids);
        query.build().persistent(false).execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn undone_since(db: &mut Connection, since: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM import WHERE undone_at IS NOT NULL AND changed_at > $1)",
    )
    .bind(since)
    .fetch_one(db)
    .await
}

pub(crate) async fn blank_rows(db: &mut Connection, owners: &[Uuid]) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new("UPDATE import_row SET cells = '[]' WHERE ");
    one_of(&mut query, "owner_id", owners);
    query.push(" AND owner_id IS NOT NULL");
    let done = query.build().execute(db).await?;
    Ok(done.rows_affected())
}
