//! Statements on documents.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, add_rows, one_of};
use crate::store::vocabulary::document::{DocumentRow, EndRow, FileRow, IssueRow};

pub(crate) async fn insert(db: &mut Connection, documents: &[DocumentRow]) -> sqlx::Result<()> {
    for documents in documents.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO document (id, kind, animal_id, owner_id, service_id, visit_id,
                 outreach_id, veterinarian_id, state, link, facts, slip_seed, slip_hash,
                 slip_attempts, created_at, issued_at, sha256, replaces_id, ended_at, ended_by,
                 ended_reason) ",
        );
        add_rows(&mut query, documents, |mut row, document| {
            row.push_bind(document.id).push_bind(&document.kind).push_bind(document.animal_id);
            row.push_bind(document.owner_id).push_bind(document.service_id);
            row.push_bind(document.visit_id).push_bind(document.outreach_id);
            row.push_bind(document.veterinarian_id).push_bind(&document.state);
            row.push_bind(&document.link).push_bind(&document.facts);
            row.push_bind(document.slip_seed).push_bind(&document.slip_hash);
            row.push_bind(document.slip_attempts).push_bind(document.created_at);
            row.push_bind(document.issued_at).push_bind(&document.sha256);
            row.push_bind(document.replaces_id).push_bind(document.ended_at);
            row.push_bind(document.ended_by).push_bind(&document.ended_reason);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<DocumentRow>> {
    sqlx::query_as("SELECT * FROM document WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn by_slip(db: &mut Connection, hash: &[u8]) -> sqlx::Result<Option<DocumentRow>> {
    sqlx::query_as("SELECT * FROM document WHERE slip_hash = $1 AND slip_hash IS NOT NULL")
        .bind(hash)
        .fetch_optional(db)
        .await
}

pub(crate) async fn of(db: &mut Connection, animals: &[Uuid]) -> sqlx::Result<Vec<DocumentRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM document WHERE ");
    one_of(&mut query, "animal_id", animals);
    query.push(" ORDER BY created_at DESC, id DESC");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn ids_of(
    db: &mut Connection,
    animals: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, Uuid)>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT service_id, id FROM document WHERE service_id IS NOT NULL AND ",
    );
    one_of(&mut query, "animal_id", animals);
    query.push(" ORDER BY created_at, id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn of_visit(db: &mut Connection, visit: Uuid) -> sqlx::Result<Vec<DocumentRow>> {
    sqlx::query_as(
        "SELECT * FROM document WHERE visit_id = $1 AND visit_id IS NOT NULL
         ORDER BY created_at, id",
    )
    .bind(visit)
    .fetch_all(db)
    .await
}

pub(crate) async fn of_service(
    db: &mut Connection,
    service: Uuid,
) -> sqlx::Result<Vec<DocumentRow>> {
    sqlx::query_as(
        "SELECT * FROM document WHERE service_id = $1 AND service_id IS NOT NULL
         ORDER BY created_at, id",
    )
    .bind(service)
    .fetch_all(db)
    .await
}

pub(crate) async fn waiting(
    db: &mut Connection,
    veterinarian: Uuid,
    outreach: Uuid,
) -> sqlx::Result<Vec<DocumentRow>> {
    sqlx::query_as(
        "SELECT * FROM document
         WHERE veterinarian_id = $1 AND outreach_id = $2 AND state = 'waiting'
         ORDER BY created_at, id",
    )
    .bind(veterinarian)
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn in_name(
    db: &mut Connection,
    veterinarian: Uuid,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<DocumentRow>> {
    // Without the facts, which can be large and which no list shows.
    sqlx::query_as(
        "SELECT id, kind, animal_id, owner_id, service_id, visit_id, outreach_id, veterinarian_id,
             state, link, CAST(NULL AS TEXT) AS facts, slip_hash, slip_seed, slip_attempts,
             created_at, issued_at, sha256, replaces_id, ended_at, ended_by, ended_reason
         FROM document WHERE veterinarian_id = $1
         ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3",
    )
    .bind(veterinarian)
    .bind(limit)
    .bind(offset)
    .fetch_all(db)
    .await
}

pub(crate) async fn count_waiting(
    db: &mut Connection,
    veterinarian: Uuid,
) -> sqlx::Result<Vec<(Uuid, i64)>> {
    sqlx::query_as(
        "SELECT outreach_id, COUNT(*) FROM document
         WHERE veterinarian_id = $1 AND state = 'waiting' AND outreach_id IS NOT NULL
         GROUP BY outreach_id ORDER BY outreach_id",
    )
    .bind(veterinarian)
    .fetch_all(db)
    .await
}

/// Of every veterinarian.
pub(crate) async fn count_all_waiting(db: &mut Connection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM document WHERE state = 'waiting'").fetch_one(db).await
}

pub(crate) async fn issue(db: &mut Connection, issue: &IssueRow<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE document
         SET state = 'issued', link = $2, facts = $3, issued_at = $4, owner_id = $5,
             slip_seed = CASE WHEN $6 THEN slip_seed END,
             slip_hash = CASE WHEN $6 THEN slip_hash END
         WHERE id = $1 AND state = 'waiting'",
    )
    .bind(issue.id)
    .bind(issue.link)
    .bind(issue.facts)
    .bind(issue.issued_at)
    .bind(issue.owner_id)
    .bind(issue.keeps_slip)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn entrust(db: &mut Connection, id: Uuid, veterinarian: Uuid) -> sqlx::Result<()> {
    sqlx::query("UPDATE document SET veterinarian_id = $2 WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .bind(veterinarian)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn end(db: &mut Connection, end: &EndRow<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE document
         SET state = $2, ended_by = $3, ended_reason = $4, ended_at = $5,
             slip_seed = NULL, slip_hash = NULL
         WHERE id = $1 AND state IN ('waiting', 'issued')",
    )
    .bind(end.id)
    .bind(end.state)
    .bind(end.by)
    .bind(end.reason)
    .bind(end.at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn insert_file(
    db: &mut Connection,
    file: &FileRow,
    sha256: &[u8],
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO document_file (document_id, media_type, bytes) VALUES ($1, $2, $3)
         ON CONFLICT (document_id) DO NOTHING",
    )
    .bind(file.document_id)
    .bind(&file.media_type)
    .bind(&file.bytes)
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 1 {
        sqlx::query("UPDATE document SET sha256 = $2 WHERE id = $1")
            .bind(file.document_id)
            .bind(sha256)
            .execute(db)
            .await?;
    }
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn find_file(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<FileRow>> {
    sqlx::query_as("SELECT * FROM document_file WHERE document_id = $1")
        .bind(id)
        .fetch_optional(db)
        .await
}

pub(crate) async fn by_sha256(
    db: &mut Connection,
    sha256: &[u8],
) -> sqlx::Result<Option<DocumentRow>> {
    sqlx::query_as("SELECT * FROM document WHERE sha256 = $1 AND sha256 IS NOT NULL LIMIT 1")
        .bind(sha256)
        .fetch_optional(db)
        .await
}

pub(crate) async fn set_slip(
    db: &mut Connection,
    id: Uuid,
    seed: Uuid,
    hash: &[u8],
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE document SET slip_seed = $2, slip_hash = $3, slip_attempts = 0
         WHERE id = $1 AND state IN ('waiting', 'issued')",
    )
    .bind(id)
    .bind(seed)
    .bind(hash)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn of_owners(
    db: &mut Connection,
    owners: &[Uuid],
) -> sqlx::Result<Vec<DocumentRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM document WHERE ");
    one_of(&mut query, "owner_id", owners);
    query.push(" ORDER BY created_at, id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn ended(db: &mut Connection) -> sqlx::Result<Vec<(Uuid, String)>> {
    sqlx::query_as(
        "SELECT id, state FROM document
         WHERE state IN ('replaced', 'revoked', 'withdrawn') AND link IS NOT NULL
         ORDER BY id",
    )
    .fetch_all(db)
    .await
}
