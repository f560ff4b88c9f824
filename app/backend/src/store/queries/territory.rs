//! Statements on organisations, neighbourhood units, and what is counted of each unit.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, one_of};
use crate::store::vocabulary::programme::OrganisationRow;
use crate::store::vocabulary::territory::{
    CommuneRow, LastServiceRow, UnitCountRow, UnitPlanRow, UnitReachRow, UnitRow, UnitVisitRow,
    WaitRow,
};

/// The neighbourhood units that an outreach reaches: where it is held, and those it is meant for.
macro_rules! reached {
    () => {
        "(SELECT id AS outreach_id, unit FROM outreach WHERE unit IS NOT NULL
          UNION SELECT outreach_id, unit FROM outreach_unit) AS reached"
    };
}

pub(crate) async fn update_organisation(
    db: &mut Connection,
    organisation: &OrganisationRow,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE organisation SET kind = $2, name = $3, commune = $4, unit = $5, address = $6,
             contact_name = $7, phone = $8, email = $9
         WHERE id = $1",
    )
    .bind(organisation.id)
    .bind(&organisation.kind)
    .bind(&organisation.name)
    .bind(&organisation.commune)
    .bind(&organisation.unit)
    .bind(&organisation.address)
    .bind(&organisation.contact_name)
    .bind(&organisation.phone)
    .bind(&organisation.email)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn organisation(
    db: &mut Connection,
    id: Uuid,
) -> sqlx::Result<Option<OrganisationRow>> {
    sqlx::query_as("SELECT * FROM organisation WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn put_units(db: &mut Connection, units: &[UnitRow]) -> sqlx::Result<()> {
    for units in units.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO neighbourhood_unit (unit, commune, name, households, dogs_and_cats,
                 source, source_year, latitude, longitude, boundary, changed_at) ",
        );
        query.push_values(units, |mut row, unit| {
            row.push_bind(&unit.unit).push_bind(&unit.commune).push_bind(&unit.name);
            row.push_bind(unit.households).push_bind(unit.dogs_and_cats);
            row.push_bind(&unit.source).push_bind(unit.source_year);
            row.push_bind(unit.latitude).push_bind(unit.longitude);
            row.push_bind(&unit.boundary).push_bind(unit.changed_at);
        });
        query.push(
            " ON CONFLICT (unit) DO UPDATE
             SET name = excluded.name, households = excluded.households,
                 dogs_and_cats = excluded.dogs_and_cats, source = excluded.source,
                 source_year = excluded.source_year, latitude = excluded.latitude,
                 longitude = excluded.longitude, boundary = excluded.boundary,
                 changed_at = excluded.changed_at",
        );
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn units(db: &mut Connection) -> sqlx::Result<Vec<UnitRow>> {
    sqlx::query_as("SELECT * FROM neighbourhood_unit ORDER BY unit").fetch_all(db).await
}

pub(crate) async fn units_without_boundaries(db: &mut Connection) -> sqlx::Result<Vec<UnitRow>> {
    sqlx::query_as(
        "SELECT unit, commune, name, households, dogs_and_cats, source, source_year, latitude,
             longitude, CAST(NULL AS TEXT) AS boundary, changed_at
         FROM neighbourhood_unit ORDER BY unit",
    )
    .fetch_all(db)
    .await
}

pub(crate) async fn unit(db: &mut Connection, unit: &str) -> sqlx::Result<Option<UnitRow>> {
    let row = sqlx::query_as("SELECT * FROM neighbourhood_unit WHERE unit = $1");
    row.bind(unit).fetch_optional(db).await
}

/// Writing what is there makes others wait on both databases, and on PostgreSQL read again.
pub(crate) async fn take_turn(db: &mut Connection, unit: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE neighbourhood_unit SET changed_at = changed_at WHERE unit = $1")
        .bind(unit)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn remove_unit(db: &mut Connection, unit: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM neighbourhood_unit WHERE unit = $1")
        .bind(unit)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn outreaches_reaching(db: &mut Connection, unit: &str) -> sqlx::Result<i64> {
    let count = concat!("SELECT COUNT(*) FROM ", reached!(), " WHERE reached.unit = $1");
    sqlx::query_scalar(count).bind(unit).fetch_one(db).await
}

pub(crate) async fn put_communes(db: &mut Connection, communes: &[CommuneRow]) -> sqlx::Result<()> {
    for communes in communes.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO commune_figure (commune, households, dogs_and_cats, source, source_year,
                 changed_at) ",
        );
        query.push_values(communes, |mut row, commune| {
            row.push_bind(&commune.commune).push_bind(commune.households);
            row.push_bind(commune.dogs_and_cats).push_bind(&commune.source);
            row.push_bind(commune.source_year).push_bind(commune.changed_at);
        });
        query.push(
            " ON CONFLICT (commune) DO UPDATE
             SET households = excluded.households, dogs_and_cats = excluded.dogs_and_cats,
                 source = excluded.source, source_year = excluded.source_year,
                 changed_at = excluded.changed_at",
        );
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn communes(db: &mut Connection) -> sqlx::Result<Vec<CommuneRow>> {
    sqlx::query_as("SELECT * FROM commune_figure ORDER BY commune").fetch_all(db).await
}

pub(crate) async fn remove_commune(db: &mut Connection, commune: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM commune_figure WHERE commune = $1")
        .bind(commune)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// By where its people live: an animal that was served elsewhere is served.
pub(crate) async fn served(db: &mut Connection) -> sqlx::Result<Vec<UnitCountRow>> {
    sqlx::query_as(
        "SELECT owner.unit AS unit, COUNT(*) AS total
         FROM owner JOIN animal ON animal.owner_id = owner.id
         WHERE owner.unit IS NOT NULL AND owner.merged_into IS NULL
             AND animal.merged_into IS NULL AND EXISTS (
                 SELECT 1 FROM service WHERE service.animal_id = animal.id
                     AND service.annulled_at IS NULL AND service.counts)
         GROUP BY owner.unit ORDER BY owner.unit",
    )
    .fetch_all(db)
    .await
}

pub(crate) async fn reached(db: &mut Connection, since: &str) -> sqlx::Result<Vec<UnitReachRow>> {
    sqlx::query_as(concat!(
        "SELECT reached.outreach_id, reached.unit FROM ",
        reached!(),
        " JOIN outreach ON outreach.id = reached.outreach_id
         WHERE outreach.held_on >= $1 ORDER BY reached.outreach_id, reached.unit",
    ))
    .bind(since)
    .fetch_all(db)
    .await
}

/// Who has asked for a place again elsewhere, or was offered one there, waits there and not here.
pub(crate) async fn waiting(db: &mut Connection, since: &str) -> sqlx::Result<Vec<WaitRow>> {
    sqlx::query_as(
        "SELECT booking.id, booking.outreach_id, booking.offering, booking.places,
             booking.created_at, booking.owner_id, booking.details
         FROM outreach JOIN booking
             ON booking.outreach_id = outreach.id AND booking.state = 'waiting'
         WHERE outreach.held_on >= $1 AND booking.settled IS NULL
             AND (outreach.unit IS NOT NULL OR EXISTS (
                 SELECT 1 FROM outreach_unit WHERE outreach_unit.outreach_id = outreach.id))
             AND NOT EXISTS (
                 SELECT 1 FROM booking AS later
                 WHERE later.owner_key = booking.owner_key AND later.owner_key IS NOT NULL
                     AND later.offering = booking.offering
                     AND later.outreach_id <> booking.outreach_id
                     AND later.created_at > booking.created_at
                     AND (later.state <> 'cancelled' OR later.ended_reason = 'declined'))
         ORDER BY booking.outreach_id, booking.id",
    )
    .bind(since)
    .fetch_all(db)
    .await
}

pub(crate) async fn waiting_of(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<WaitRow>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT id, outreach_id, offering, places, created_at, owner_id, details FROM booking
         WHERE state = 'waiting' AND settled IS NULL AND ",
    );
    one_of(&mut query, "id", ids);
    query.push(" ORDER BY id");
    query.build_query_as().persistent(false).fetch_all(db).await
}

pub(crate) async fn settle(db: &mut Connection, ids: &[Uuid], how: &str) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new("UPDATE booking SET settled = ");
    query.push_bind(how);
    query.push(" WHERE state = 'waiting' AND settled IS NULL AND ");
    one_of(&mut query, "id", ids);
    query.build().persistent(false).execute(db).await.map(|done| done.rows_affected())
}

/// Also of those who wait and are not forgotten yet: what tells of their place elsewhere is.
pub(crate) async fn settle_elsewhere(
    db: &mut Connection,
    ids: &[Uuid],
    how: &str,
) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new("UPDATE booking SET settled = ");
    query.push_bind(how);
    query.push(
        " WHERE state = 'waiting' AND settled IS NULL AND owner_key IN (
             SELECT gone.owner_key FROM booking AS gone
             WHERE gone.owner_key IS NOT NULL AND ",
    );
    one_of(&mut query, "gone.id", ids);
    query.push(
        ") AND EXISTS (
             SELECT 1 FROM booking AS later
             WHERE later.owner_key = booking.owner_key AND later.offering = booking.offering
                 AND later.outreach_id <> booking.outreach_id
                 AND later.created_at > booking.created_at
                 AND (later.state <> 'cancelled' OR later.ended_reason = 'declined'))",
    );
    query.build().persistent(false).execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn last_services(
    db: &mut Connection,
    owners: &[Uuid],
) -> sqlx::Result<Vec<LastServiceRow>> {
    // What was merged keeps its rows, and stands for the owner it was merged into.
    let mut query = QueryBuilder::<Db>::new(
        "SELECT part.owner_id, service.kind, MAX(service.performed_at) AS last_at
         FROM (SELECT id, id AS owner_id FROM owner WHERE ",
    );
    one_of(&mut query, "id", owners);
    query.push(" UNION ALL SELECT id, merged_into FROM owner WHERE merged_into IS NOT NULL AND ");
    one_of(&mut query, "merged_into", owners);
    query.push(
        ") AS part
         JOIN animal ON animal.owner_id = part.id
         JOIN service ON service.animal_id = animal.id AND service.annulled_at IS NULL
             AND service.counts
         GROUP BY part.owner_id, service.kind ORDER BY part.owner_id, service.kind",
    );
    query.build_query_as().persistent(false).fetch_all(db).await
}

pub(crate) async fn visited(db: &mut Connection, today: &str) -> sqlx::Result<Vec<UnitVisitRow>> {
    sqlx::query_as(concat!(
        "SELECT reached.unit, outreach.id AS outreach_id, outreach.held_on, outreach_plan.cost
         FROM ",
        reached!(),
        " JOIN outreach ON outreach.id = reached.outreach_id
         LEFT JOIN outreach_plan ON outreach_plan.outreach_id = reached.outreach_id
         WHERE outreach.held_on <= $1 AND outreach.status NOT IN ('draft', 'suspended')
         ORDER BY reached.unit, outreach.held_on, outreach.id",
    ))
    .bind(today)
    .fetch_all(db)
    .await
}

pub(crate) async fn planned(db: &mut Connection, today: &str) -> sqlx::Result<Vec<UnitPlanRow>> {
    sqlx::query_as(concat!(
        "SELECT reached.unit, outreach.id AS outreach_id, outreach.status, outreach.held_on
         FROM ",
        reached!(),
        " JOIN outreach ON outreach.id = reached.outreach_id
         WHERE outreach.status <> 'suspended' AND (outreach.status = 'draft'
             OR outreach.held_on > $1)
         ORDER BY reached.unit, outreach.held_on, outreach.id",
    ))
    .bind(today)
    .fetch_all(db)
    .await
}
