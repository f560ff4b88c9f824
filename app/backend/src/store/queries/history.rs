//! Statements on the history's chains.

use sqlx::QueryBuilder;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::{Connection, Db, ROWS, add_rows};
use crate::store::vocabulary::history::{BodyRow, CorrectionRow, HeadRow, HistoryRow};

/// Columns of a link.
const LINK: &str = "subject_kind, subject_id, sequence, kind, at, actor_kind, actor_id, device_id,
    submission_id, body_hash, previous_hash, hash";

pub(crate) async fn heads(
    db: &mut Connection,
    subjects: &[(&str, Uuid)],
) -> sqlx::Result<Vec<HeadRow>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new("");
    for (place, &(kind, id)) in subjects.iter().enumerate() {
        query.push(if place == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
        query.push("SELECT subject_kind, subject_id, sequence, hash FROM history");
        query.push(" WHERE subject_kind = ").push_bind(kind);
        query.push(" AND subject_id = ").push_bind(id);
        query.push(" ORDER BY sequence DESC LIMIT 1) AS head");
    }
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn insert(
    db: &mut Connection,
    rows: &[HistoryRow],
    bodies: &[BodyRow],
) -> sqlx::Result<()> {
    for rows in rows.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new("INSERT INTO history (");
        query.push(LINK).push(") ");
        add_rows(&mut query, rows, |mut values, row| {
            values.push_bind(&row.subject_kind).push_bind(row.subject_id).push_bind(row.sequence);
            values.push_bind(&row.kind).push_bind(row.at).push_bind(&row.actor_kind);
            values.push_bind(row.actor_id).push_bind(row.device_id).push_bind(row.submission_id);
            values.push_bind(&row.body_hash).push_bind(&row.previous_hash).push_bind(&row.hash);
        });
        query.build().execute(&mut *db).await?;
    }
    for bodies in bodies.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO history_body (subject_kind, subject_id, sequence, salt, body) ",
        );
        add_rows(&mut query, bodies, |mut values, body| {
            values.push_bind(&body.subject_kind).push_bind(body.subject_id);
            values.push_bind(body.sequence).push_bind(&body.salt).push_bind(&body.body);
        });
        query.build().execute(&mut *db).await?;
    }
    grow(db, rows).await
}

/// Notes which chains have links that no checkpoint seals, always in one order, so that two
/// transactions wait for the same chains alike.
async fn grow(db: &mut Connection, rows: &[HistoryRow]) -> sqlx::Result<()> {
    let mut grown: BTreeMap<(&String, Uuid), (i64, i64)> = BTreeMap::new();
    for row in rows {
        let chain = (&row.subject_kind, row.subject_id);
        let (links, since) = grown.entry(chain).or_insert((0, row.at));
        *links += 1;
        *since = row.at.min(*since);
    }
    let grown: Vec<_> = grown.into_iter().collect();
    for grown in grown.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO history_unsealed (subject_kind, subject_id, links, since) ",
        );
        add_rows(&mut query, grown, |mut values, ((kind, id), (links, since))| {
            values.push_bind(*kind).push_bind(*id).push_bind(*links).push_bind(*since);
        });
        query.push(
            " ON CONFLICT (subject_kind, subject_id)
                 DO UPDATE SET links = history_unsealed.links + excluded.links",
        );
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn of(
    db: &mut Connection,
    subject_kind: &str,
    subject_id: Uuid,
) -> sqlx::Result<Vec<HistoryRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT ");
    query.push(LINK).push(" FROM history WHERE subject_kind = ").push_bind(subject_kind);
    query.push(" AND subject_id = ").push_bind(subject_id).push(" ORDER BY sequence");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn bodies_of(
    db: &mut Connection,
    subject_kind: &str,
    subject_id: Uuid,
) -> sqlx::Result<Vec<BodyRow>> {
    sqlx::query_as(
        "SELECT * FROM history_body WHERE subject_kind = $1 AND subject_id = $2
         ORDER BY sequence",
    )
    .bind(subject_kind)
    .bind(subject_id)
    .fetch_all(db)
    .await
}

/// The kinds are named, too, as the index of them names them: without that it is not taken.
pub(crate) async fn corrections(
    db: &mut Connection,
    kind: &str,
) -> sqlx::Result<Vec<CorrectionRow>> {
    sqlx::query_as(
        "SELECT history.at, staff.name AS who, history_body.body
         FROM history
         JOIN history_body ON history_body.subject_kind = history.subject_kind
             AND history_body.subject_id = history.subject_id
             AND history_body.sequence = history.sequence
         LEFT JOIN staff ON staff.id = history.actor_id
         WHERE history.kind = $1
             AND history.kind IN ('lot_corrected', 'programme_corrected', 'programme_made')
         ORDER BY history.at DESC, history.subject_id, history.sequence DESC",
    )
    .bind(kind)
    .fetch_all(db)
    .await
}

pub(crate) async fn erase(
    db: &mut Connection,
    subject_kind: &str,
    subject_id: Uuid,
) -> sqlx::Result<u64> {
    let done = sqlx::query("DELETE FROM history_body WHERE subject_kind = $1 AND subject_id = $2")
        .bind(subject_kind)
        .bind(subject_id)
        .execute(db)
        .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn after(
    db: &mut Connection,
    place: &HeadRow,
    limit: i64,
) -> sqlx::Result<Vec<HistoryRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT ");
    query.push(LINK).push(" FROM history WHERE (subject_kind, subject_id, sequence) > (");
    query.push_bind(&place.subject_kind).push(", ").push_bind(place.subject_id).push(", ");
    query.push_bind(place.sequence);
    query.push(") ORDER BY subject_kind, subject_id, sequence LIMIT ").push_bind(limit);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn bodies_between(
    db: &mut Connection,
    from: &HeadRow,
    to: &HeadRow,
) -> sqlx::Result<Vec<BodyRow>> {
    sqlx::query_as(
        "SELECT * FROM history_body
         WHERE (subject_kind, subject_id, sequence) >= ($1, $2, $3)
             AND (subject_kind, subject_id, sequence) <= ($4, $5, $6)
         ORDER BY subject_kind, subject_id, sequence",
    )
    .bind(&from.subject_kind)
    .bind(from.subject_id)
    .bind(from.sequence)
    .bind(&to.subject_kind)
    .bind(to.subject_id)
    .bind(to.sequence)
    .fetch_all(db)
    .await
}
