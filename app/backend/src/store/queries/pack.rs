//! Statements on what a phone takes along to an outreach.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::pack::SiteRow;

pub(crate) async fn outreaches_at(
    db: &mut Connection,
    site: &SiteRow,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    let mut query = QueryBuilder::<Db>::new("SELECT id FROM outreach WHERE ");
    match (&site.unit, site.host_id) {
        (Some(unit), _) => query.push("unit IS NOT NULL AND unit = ").push_bind(unit),
        (None, Some(host)) => query
            .push("commune = ")
            .push_bind(&site.commune)
            .push(" AND host_id IS NOT NULL AND host_id = ")
            .push_bind(host),
        (None, None) => return Ok(Vec::new()),
    };
    query.push(" ORDER BY held_on DESC, id LIMIT ").push_bind(limit);
    query.build_query_scalar().fetch_all(db).await
}

pub(crate) async fn owners_at_home(
    db: &mut Connection,
    site: &SiteRow,
    limit: i64,
) -> sqlx::Result<Vec<(Uuid, i64)>> {
    // Answered from an index of either column, from its end, so that it stops at the limit.
    let mut query =
        QueryBuilder::<Db>::new("SELECT id, updated_at FROM owner WHERE merged_into IS NULL AND ");
    match &site.unit {
        Some(unit) => query.push("unit IS NOT NULL AND unit = ").push_bind(unit),
        None => query.push("commune IS NOT NULL AND commune = ").push_bind(&site.commune),
    };
    query.push(" ORDER BY updated_at DESC, id DESC LIMIT ").push_bind(limit);
    query.build_query_as().fetch_all(db).await
}

/// An animal's owner; for a merged animal that of the kept one, which is looked up only then.
const OWNER_OF_ANIMAL: &str = "CASE WHEN animal.merged_into IS NULL THEN animal.owner_id
     ELSE (SELECT kept.owner_id FROM animal AS kept WHERE kept.id = animal.merged_into) END";

pub(crate) async fn owners_served_at(
    db: &mut Connection,
    outreaches: &[Uuid],
    nobody: &str,
) -> sqlx::Result<Vec<(Uuid, i64)>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT COALESCE(holder.merged_into, holder.id), MAX(holder.updated_at) FROM (
             SELECT DISTINCT ",
    );
    query.push(OWNER_OF_ANIMAL);
    query
        .push(" AS id FROM (SELECT DISTINCT animal_id FROM service WHERE annulled_at IS NULL AND ");
    one_of(&mut query, "outreach_id", outreaches);
    query.push(
        ") AS seen JOIN animal ON animal.id = seen.animal_id
         ) AS served JOIN owner AS holder ON holder.id = served.id
         WHERE holder.document_key IS NOT NULL OR holder.phone IS NOT NULL
             OR holder.email IS NOT NULL OR holder.commune IS NOT NULL OR holder.search_key <> ",
    );
    query.push_bind(nobody).push(" GROUP BY COALESCE(holder.merged_into, holder.id)");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn owners_served_since(
    db: &mut Connection,
    outreaches: &[Uuid],
    since: i64,
) -> sqlx::Result<Vec<Uuid>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT DISTINCT COALESCE(holder.merged_into, holder.id) FROM (SELECT DISTINCT ",
    );
    query.push(OWNER_OF_ANIMAL);
    query.push(
        " AS id FROM service
             LEFT JOIN submission ON submission.id = service.submission_id
             JOIN animal ON animal.id = service.animal_id WHERE ",
    );
    one_of(&mut query, "service.outreach_id", outreaches);
    query.push(" AND (submission.received_at > ").push_bind(since);
    query.push(" OR service.annulled_at > ").push_bind(since);
    query.push(")) AS served JOIN owner AS holder ON holder.id = served.id");
    query.build_query_scalar().fetch_all(db).await
}

pub(crate) async fn owners_of_changed_animals(
    db: &mut Connection,
    since: i64,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar(
        "SELECT COALESCE(owner.merged_into, owner.id) FROM (
             SELECT owner_id FROM animal WHERE updated_at > $1 ORDER BY updated_at LIMIT $2
         ) AS changed JOIN owner ON owner.id = changed.owner_id",
    )
    .bind(since)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn owners_changed(
    db: &mut Connection,
    since: i64,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar(
        "SELECT id FROM owner WHERE updated_at > created_at AND updated_at > $1
         UNION
         SELECT owner_id FROM animal WHERE updated_at > created_at AND updated_at > $1
         LIMIT $2",
    )
    .bind(since)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn owners_with_documents(
    db: &mut Connection,
    documents: &[(String, Vec<String>)],
) -> sqlx::Result<Vec<(String, String, Uuid, i64)>> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new("");
    for (at, (kind, keys)) in documents.iter().enumerate() {
        // Each state has an index of its own.
        for (next, state) in ["NULL", "NOT NULL"].into_iter().enumerate() {
            if at + next > 0 {
                query.push(" UNION ALL ");
            }
            query.push(
                "SELECT document_kind, document_key, COALESCE(merged_into, id), updated_at
                 FROM owner WHERE document_kind = ",
            );
            query.push_bind(kind).push(" AND ");
            one_of(&mut query, "document_key", keys);
            query.push(" AND document_key IS NOT NULL AND merged_into IS ").push(state);
        }
    }
    query.build_query_as().persistent(false).fetch_all(db).await
}
