//! Statements on outreaches as lists ask for them.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::programme::{OutreachRow, OutreachesWantedRow};

pub(crate) async fn latest(
    db: &mut Connection,
    asked: &OutreachesWantedRow,
) -> sqlx::Result<Vec<OutreachRow>> {
    wanted(db, asked, " ORDER BY held_on DESC, starts_at DESC, id LIMIT ").await
}

pub(crate) async fn soonest(
    db: &mut Connection,
    asked: &OutreachesWantedRow,
) -> sqlx::Result<Vec<OutreachRow>> {
    wanted(db, asked, " ORDER BY held_on, starts_at, id LIMIT ").await
}

pub(crate) async fn held(
    db: &mut Connection,
    (from, to): (&str, &str),
    after: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<OutreachRow>> {
    sqlx::query_as(
        "SELECT * FROM outreach WHERE held_on >= $1 AND held_on <= $2 AND id > $3
         ORDER BY id LIMIT $4",
    )
    .bind(from)
    .bind(to)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

async fn wanted(
    db: &mut Connection,
    asked: &OutreachesWantedRow,
    order: &'static str,
) -> sqlx::Result<Vec<OutreachRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM outreach WHERE held_on >= ");
    query.push_bind(&asked.from).push(" AND held_on <= ").push_bind(&asked.to);
    if !asked.statuses.is_empty() {
        query.push(" AND ");
        one_of(&mut query, "status", &asked.statuses);
    }
    if let Some(commune) = &asked.commune {
        query.push(" AND commune = ").push_bind(commune);
    }
    if let Some(offering) = &asked.offering {
        query.push(
            " AND EXISTS (SELECT 1 FROM outreach_offering
                 WHERE outreach_offering.outreach_id = outreach.id
                     AND outreach_offering.offering = ",
        );
        query.push_bind(offering).push(")");
    }
    if asked.holds_chips {
        query.push(
            " AND EXISTS (SELECT 1 FROM chip_allotment
                 WHERE chip_allotment.outreach_id = outreach.id)",
        );
    }
    query.push(order).push_bind(asked.limit);
    query.build_query_as().fetch_all(db).await
}
