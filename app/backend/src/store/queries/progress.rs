//! How far a programme is. Which one a service counts to is said by what it was offered under at
//! its outreach, and kept nowhere beside it: who puts a plan right puts right what is counted.

use uuid::Uuid;

use super::Connection;
use crate::store::vocabulary::progress::{
    CountedRow, CountedWantedRow, KindTotalRow, OutreachCostRow, PlannedRow, ProgressRow,
    ReachedRow, ReachedWantedRow,
};

/// The outreaches for which a programme, `$1`, pays in part or whole.
macro_rules! its_own {
    () => {
        "(SELECT id FROM outreach WHERE programme_id = $1
          UNION SELECT outreach_id FROM outreach_offering WHERE programme_id = $1)"
    };
}

/// Of these the kinds of services for which it pays, as `domain::outreach::funding::Funding` says
/// it: by what they are offered under, doses else by chips, and else by the outreach.
macro_rules! funded {
    () => {
        concat!(
            "(SELECT outreach.id AS outreach_id, outreach.commune, kinds.kind
              FROM outreach CROSS JOIN (
                      SELECT 'implantation' AS kind, 'chip' AS offering
                      UNION ALL SELECT 'verification', 'chip'
                      UNION ALL SELECT 'deworming_internal', 'deworming'
                      UNION ALL SELECT 'deworming_external', 'deworming'
                      UNION ALL SELECT 'sterilisation', 'sterilisation') AS kinds
                  LEFT JOIN outreach_offering AS own
                      ON own.outreach_id = outreach.id AND own.offering = kinds.offering
                  LEFT JOIN outreach_offering AS chip
                      ON chip.outreach_id = outreach.id AND chip.offering = 'chip'
                          AND own.outreach_id IS NULL AND kinds.offering = 'deworming'
              WHERE outreach.id IN ",
            its_own!(),
            " AND COALESCE(own.programme_id, chip.programme_id, outreach.programme_id) = $1)
              AS funded"
        )
    };
}

pub(crate) async fn totals(
    db: &mut Connection,
    programme: Uuid,
) -> sqlx::Result<Vec<KindTotalRow>> {
    // Kind by kind, so that who pays for one of an outreach goes through no other.
    sqlx::query_as(concat!(
        "SELECT funded.kind, COUNT(*) AS total FROM ",
        funded!(),
        " JOIN service ON service.outreach_id = funded.outreach_id AND service.kind = funded.kind
         WHERE service.annulled_at IS NULL AND service.counts
         GROUP BY funded.kind ORDER BY funded.kind",
    ))
    .bind(programme)
    .fetch_all(db)
    .await
}

/// What is taught is of the outreach's own programme.
pub(crate) async fn outreaches(db: &mut Connection, programme: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(concat!(
        "SELECT COUNT(*) FROM (
             SELECT funded.outreach_id FROM ",
        funded!(),
        " WHERE EXISTS (
                 SELECT 1 FROM service
                 WHERE service.outreach_id = funded.outreach_id AND service.kind = funded.kind
                     AND service.annulled_at IS NULL AND service.counts)
             UNION SELECT id FROM outreach
             WHERE programme_id = $1 AND EXISTS (
                 SELECT 1 FROM education_session
                 WHERE education_session.outreach_id = outreach.id
                     AND education_session.annulled_at IS NULL)) AS held",
    ))
    .bind(programme)
    .fetch_one(db)
    .await
}

pub(crate) async fn parts(db: &mut Connection, programme: Uuid) -> sqlx::Result<Vec<ProgressRow>> {
    sqlx::query_as(concat!(
        "SELECT done.outreach_id, outreach.commune, outreach.unit, done.residence,
             done.performed_on, done.kind, done.total
         FROM (SELECT service.outreach_id, service.kind, service.performed_on,
                   service.residence, COUNT(*) AS total FROM ",
        funded!(),
        " JOIN service
                   ON service.outreach_id = funded.outreach_id AND service.kind = funded.kind
               WHERE service.annulled_at IS NULL AND service.counts
               GROUP BY service.outreach_id, service.kind, service.performed_on,
                   service.residence) AS done
             JOIN outreach ON outreach.id = done.outreach_id
         ORDER BY outreach.held_on DESC, done.outreach_id, done.kind, done.performed_on",
    ))
    .bind(programme)
    .fetch_all(db)
    .await
}

pub(crate) async fn of_outreach(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<ProgressRow>> {
    sqlx::query_as(
        "SELECT done.outreach_id, outreach.commune, outreach.unit, done.residence,
             done.performed_on, done.kind, done.total
         FROM (SELECT outreach_id, kind, performed_on, residence, COUNT(*) AS total FROM service
               WHERE outreach_id = $1 AND annulled_at IS NULL AND counts
               GROUP BY outreach_id, kind, performed_on, residence) AS done
             JOIN outreach ON outreach.id = done.outreach_id
         ORDER BY done.kind, done.performed_on",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

/// In the order of the index that holds all that is asked, from a place in it, so that no page
/// sorts or goes through a register: only an animal's own services of a day are put in order.
macro_rules! counted {
    ($beyond:literal, $way:literal) => {
        concat!(
            "SELECT id, animal_id, chip FROM service
             WHERE outreach_id = $1 AND kind = $2 AND performed_on = $3 AND counts = TRUE
                 AND annulled_at IS NULL AND ($4 OR COALESCE(residence, '') = $5)
                 AND (animal_id, id) ",
            $beyond,
            " ($6, $7) ORDER BY annulled_at ",
            $way,
            ", animal_id ",
            $way,
            ", id ",
            $way,
            " LIMIT $8"
        )
    };
}

pub(crate) async fn counted(
    db: &mut Connection,
    wanted: &CountedWantedRow,
) -> sqlx::Result<Vec<CountedRow>> {
    let statement = if wanted.is_back { counted!("<", "DESC") } else { counted!(">", "ASC") };
    sqlx::query_as(statement)
        .bind(wanted.outreach_id)
        .bind(&wanted.kind)
        .bind(&wanted.performed_on)
        .bind(wanted.residence.is_none())
        .bind(wanted.residence.as_deref().unwrap_or_default())
        .bind(wanted.from.0)
        .bind(wanted.from.1)
        .bind(wanted.limit)
        .fetch_all(db)
        .await
}

pub(crate) async fn covered(
    db: &mut Connection,
    programme: Uuid,
) -> sqlx::Result<Vec<(String, i64)>> {
    sqlx::query_as(concat!(
        "SELECT done.commune, COUNT(DISTINCT done.animal_id)
         FROM (SELECT COALESCE(service.residence, funded.commune) AS commune, service.animal_id
               FROM ",
        funded!(),
        " JOIN service
                   ON service.outreach_id = funded.outreach_id AND service.kind = funded.kind
                       AND service.annulled_at IS NULL AND service.counts) AS done
         GROUP BY done.commune ORDER BY done.commune",
    ))
    .bind(programme)
    .fetch_all(db)
    .await
}

/// Of services of one day that of the kind whose code comes first is the last one. Only those of
/// the animals on the page are put in order: a register is not sorted for fifty lines.
macro_rules! reached {
    ($beyond:literal, $way:literal) => {
        concat!(
            "SELECT animal_id, id, kind, performed_on, outreach_id
             FROM (SELECT service.animal_id, service.id, service.kind, service.performed_on,
                       service.outreach_id, ROW_NUMBER() OVER (
                           PARTITION BY service.animal_id
                           ORDER BY service.performed_on DESC, service.kind, service.outreach_id,
                               service.id) AS place
                   FROM (SELECT DISTINCT service.animal_id FROM ",
            funded!(),
            " JOIN service
                             ON service.outreach_id = funded.outreach_id
                                 AND service.kind = funded.kind
                                 AND service.annulled_at IS NULL AND service.counts
                         WHERE COALESCE(service.residence, funded.commune) = $2
                             AND service.animal_id ",
            $beyond,
            " $3 ORDER BY service.animal_id ",
            $way,
            " LIMIT $4) AS page
                       JOIN service ON service.animal_id = page.animal_id
                           AND service.annulled_at IS NULL AND service.counts
                       JOIN ",
            funded!(),
            " ON funded.outreach_id = service.outreach_id AND funded.kind = service.kind
                   WHERE COALESCE(service.residence, funded.commune) = $2) AS done
             WHERE place = 1 ORDER BY animal_id"
        )
    };
}

pub(crate) async fn reached(
    db: &mut Connection,
    wanted: &ReachedWantedRow,
) -> sqlx::Result<Vec<ReachedRow>> {
    let statement = if wanted.is_back { reached!("<", "DESC") } else { reached!(">", "ASC") };
    sqlx::query_as(statement)
        .bind(wanted.programme_id)
        .bind(&wanted.commune)
        .bind(wanted.from)
        .bind(wanted.limit)
        .fetch_all(db)
        .await
}

pub(crate) async fn costs(
    db: &mut Connection,
    programme: Uuid,
) -> sqlx::Result<Vec<OutreachCostRow>> {
    sqlx::query_as(concat!(
        "SELECT outreach.id AS outreach_id, outreach.programme_id, outreach.name,
             outreach.held_on, plan.cost
         FROM outreach JOIN outreach_plan plan ON plan.outreach_id = outreach.id
         WHERE outreach.id IN ",
        its_own!(),
        " AND plan.cost IS NOT NULL
             AND outreach.status IN ('under_way', 'closed', 'reported')
         ORDER BY outreach.held_on DESC, outreach.id",
    ))
    .bind(programme)
    .fetch_all(db)
    .await
}

pub(crate) async fn days(
    db: &mut Connection,
    programme: Uuid,
    from: &str,
    to: &str,
) -> sqlx::Result<(Option<String>, Option<String>)> {
    sqlx::query_as(concat!(
        "SELECT MIN(held_on) AS first, MAX(held_on) AS last FROM outreach
         WHERE outreach.id IN ",
        its_own!(),
        " AND held_on >= $2 AND held_on <= $3 AND status <> 'suspended'",
    ))
    .bind(programme)
    .bind(from)
    .bind(to)
    .fetch_one(db)
    .await
}

pub(crate) async fn planned(
    db: &mut Connection,
    programme: Uuid,
    draft: Uuid,
    now: i64,
) -> sqlx::Result<Vec<PlannedRow>> {
    sqlx::query_as(concat!(
        "SELECT outreach.id AS outreach_id, outreach.programme_id AS own_id, part.offering,
             part.programme_id, part.capacity, EXISTS (
                 SELECT 1 FROM education_session
                 WHERE education_session.outreach_id = outreach.id
                     AND education_session.annulled_at IS NULL) AS is_taught
         FROM outreach LEFT JOIN outreach_offering part ON part.outreach_id = outreach.id
         WHERE outreach.id IN ",
        its_own!(),
        " AND ((outreach.status IN ('published', 'open') AND outreach.ends_at > $3)
             OR (outreach.status = 'draft' AND outreach.id = $2))
         ORDER BY outreach.id, part.offering",
    ))
    .bind(programme)
    .bind(draft)
    .bind(now)
    .fetch_all(db)
    .await
}
