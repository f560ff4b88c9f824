//! Statements on what is planned of an outreach.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, one_of};
use crate::store::vocabulary::plan::{
    CrewRow, ElsewhereRow, OfferingRow, OutreachPlanRow, PlaceChange, SlotRow,
};

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<OutreachPlanRow>> {
    sqlx::query_as("SELECT * FROM outreach_plan WHERE outreach_id = $1")
        .bind(id)
        .fetch_optional(db)
        .await
}

pub(crate) async fn put(db: &mut Connection, plan: &OutreachPlanRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO outreach_plan (outreach_id, part_of, phase_on, booking_opens_at, bring, way,
             cost, latitude, longitude, suspended_reason, moved_from, left_on, priority,
             was_draft, called_number, last_number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0)
         ON CONFLICT (outreach_id) DO UPDATE
         SET part_of = excluded.part_of, phase_on = excluded.phase_on,
             booking_opens_at = excluded.booking_opens_at, bring = excluded.bring,
             way = excluded.way, cost = excluded.cost, latitude = excluded.latitude,
             longitude = excluded.longitude, suspended_reason = excluded.suspended_reason,
             moved_from = excluded.moved_from, left_on = excluded.left_on,
             priority = excluded.priority, was_draft = excluded.was_draft",
    )
    .bind(plan.outreach_id)
    .bind(&plan.part_of)
    .bind(&plan.phase_on)
    .bind(plan.booking_opens_at)
    .bind(&plan.bring)
    .bind(&plan.way)
    .bind(plan.cost)
    .bind(plan.latitude)
    .bind(plan.longitude)
    .bind(&plan.suspended_reason)
    .bind(plan.moved_from)
    .bind(&plan.left_on)
    .bind(&plan.priority)
    .bind(plan.was_draft)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn note_closed(
    db: &mut Connection,
    id: Uuid,
    at: i64,
    by: Option<Uuid>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO outreach_plan (outreach_id, closed_at, closed_by, called_number, last_number)
         VALUES ($1, $2, $3, 0, 0)
         ON CONFLICT (outreach_id) DO UPDATE
         SET closed_at = excluded.closed_at, closed_by = excluded.closed_by",
    )
    .bind(id)
    .bind(at)
    .bind(by)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn note_reported(db: &mut Connection, id: Uuid, at: i64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO outreach_plan (outreach_id, reported_at, called_number, last_number)
         VALUES ($1, $2, 0, 0)
         ON CONFLICT (outreach_id) DO UPDATE SET reported_at = excluded.reported_at",
    )
    .bind(id)
    .bind(at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn units(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar("SELECT unit FROM outreach_unit WHERE outreach_id = $1 ORDER BY unit")
        .bind(id)
        .fetch_all(db)
        .await
}

pub(crate) async fn put_units(db: &mut Connection, id: Uuid, units: &[String]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM outreach_unit WHERE outreach_id = $1")
        .bind(id)
        .execute(&mut *db)
        .await?;
    for units in units.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new("INSERT INTO outreach_unit (outreach_id, unit) ");
        query.push_values(units, |mut row, unit| {
            row.push_bind(id).push_bind(unit);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn offerings(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<OfferingRow>> {
    sqlx::query_as("SELECT * FROM outreach_offering WHERE outreach_id = $1 ORDER BY offering")
        .bind(id)
        .fetch_all(db)
        .await
}

pub(crate) async fn offering(
    db: &mut Connection,
    id: Uuid,
    offering: &str,
) -> sqlx::Result<Option<OfferingRow>> {
    sqlx::query_as("SELECT * FROM outreach_offering WHERE outreach_id = $1 AND offering = $2")
        .bind(id)
        .bind(offering)
        .fetch_optional(db)
        .await
}

pub(crate) async fn put_offering(db: &mut Connection, row: &OfferingRow) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO outreach_offering (outreach_id, offering, capacity, minutes, stations,
             eligibility, booked, used, shared, programme_id)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7)
         ON CONFLICT (outreach_id, offering) DO UPDATE
         SET capacity = excluded.capacity, minutes = excluded.minutes,
             stations = excluded.stations, eligibility = excluded.eligibility,
             programme_id = excluded.programme_id
         WHERE outreach_offering.booked + outreach_offering.used + outreach_offering.shared
             <= excluded.capacity",
    )
    .bind(row.outreach_id)
    .bind(&row.offering)
    .bind(row.capacity)
    .bind(row.minutes)
    .bind(row.stations)
    .bind(&row.eligibility)
    .bind(row.programme_id)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn delete_offering(
    db: &mut Connection,
    id: Uuid,
    offering: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "DELETE FROM outreach_offering
         WHERE outreach_id = $1 AND offering = $2 AND booked = 0 AND used = 0 AND shared = 0",
    )
    .bind(id)
    .bind(offering)
    .execute(&mut *db)
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    put_slots(db, id, offering, &[]).await?;
    Ok(true)
}

pub(crate) async fn move_places(
    db: &mut Connection,
    outreach: Uuid,
    offering: &str,
    change: PlaceChange,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outreach_offering
         SET booked = booked + $3, used = used + $4, shared = shared + $5
         WHERE outreach_id = $1 AND offering = $2
             AND booked + $3 >= 0 AND used + $4 >= 0 AND shared + $5 >= 0
             AND booked + used + shared + $3 + $4 + $5 <= capacity",
    )
    .bind(outreach)
    .bind(offering)
    .bind(change.booked)
    .bind(change.used)
    .bind(change.shared)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn slots(
    db: &mut Connection,
    id: Uuid,
    offering: &str,
) -> sqlx::Result<Vec<SlotRow>> {
    sqlx::query_as("SELECT * FROM slot WHERE outreach_id = $1 AND offering = $2 ORDER BY starts_at")
        .bind(id)
        .bind(offering)
        .fetch_all(db)
        .await
}

/// What is free in the times of coming after a moment, of each offering of some outreaches.
pub(crate) async fn places_ahead(
    db: &mut Connection,
    outreaches: &[Uuid],
    after: i64,
) -> sqlx::Result<Vec<(Uuid, String, i64)>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT outreach_id, offering, CAST(SUM(capacity - booked) AS BIGINT) FROM slot WHERE ",
    );
    one_of(&mut query, "outreach_id", outreaches);
    query.push(" AND starts_at > ").push_bind(after);
    query.push(" AND booked < capacity GROUP BY outreach_id, offering");
    query.push(" ORDER BY outreach_id, offering");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn put_slots(
    db: &mut Connection,
    id: Uuid,
    offering: &str,
    slots: &[SlotRow],
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM slot WHERE outreach_id = $1 AND offering = $2")
        .bind(id)
        .bind(offering)
        .execute(&mut *db)
        .await?;
    for slots in slots.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO slot (outreach_id, offering, starts_at, capacity, booked) ",
        );
        query.push_values(slots, |mut row, slot| {
            row.push_bind(slot.outreach_id).push_bind(&slot.offering);
            row.push_bind(slot.starts_at).push_bind(slot.capacity).push_bind(slot.booked);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn move_slot(
    db: &mut Connection,
    outreach: Uuid,
    offering: &str,
    starts_at: i64,
    change: i64,
) -> sqlx::Result<bool> {
    change_slot(db, outreach, offering, starts_at, (change, 0)).await
}

pub(crate) async fn change_slot(
    db: &mut Connection,
    outreach: Uuid,
    offering: &str,
    starts_at: i64,
    (booked, capacity): (i64, i64),
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE slot SET booked = booked + $4, capacity = capacity + $5
         WHERE outreach_id = $1 AND offering = $2 AND starts_at = $3
             AND booked + $4 >= 0 AND booked + $4 <= capacity + $5",
    )
    .bind(outreach)
    .bind(offering)
    .bind(starts_at)
    .bind(booked)
    .bind(capacity)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn expecting(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar(
        "SELECT id FROM booking
         WHERE outreach_id = $1 AND state IN ('waiting', 'offered', 'booked')
         ORDER BY created_at, id",
    )
    .bind(id)
    .fetch_all(db)
    .await
}

pub(crate) async fn expecting_of(
    db: &mut Connection,
    id: Uuid,
    offering: &str,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar(
        "SELECT id FROM booking
         WHERE outreach_id = $1 AND offering = $2 AND state IN ('waiting', 'offered', 'booked')
         ORDER BY created_at, id",
    )
    .bind(id)
    .bind(offering)
    .fetch_all(db)
    .await
}

/// The team of an outreach, up to which.
const CREW: &str = "SELECT member.staff_id, staff.name, staff.role,
         staff.professional_registration, member.duty, member.starts_at, member.ends_at
     FROM outreach_staff member JOIN staff ON staff.id = member.staff_id
     WHERE member.outreach_id = ";

pub(crate) async fn crew(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<CrewRow>> {
    let mut query = QueryBuilder::<Db>::new(CREW);
    query.push_bind(id).push(" AND member.left_at IS NULL ORDER BY staff.name, staff.id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn crew_since(
    db: &mut Connection,
    id: Uuid,
    from: i64,
) -> sqlx::Result<Vec<CrewRow>> {
    let mut query = QueryBuilder::<Db>::new(CREW);
    query.push_bind(id).push(" AND (member.left_at IS NULL OR member.left_at >= ");
    query.push_bind(from).push(
        ") AND NOT EXISTS (
             SELECT 1 FROM outreach_staff later
             WHERE later.outreach_id = member.outreach_id AND later.staff_id = member.staff_id
                 AND later.span > member.span)
         ORDER BY staff.name, staff.id",
    );
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn set_duty(
    db: &mut Connection,
    id: Uuid,
    member: &CrewRow,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outreach_staff SET duty = $3, starts_at = $4, ends_at = $5
         WHERE outreach_id = $1 AND staff_id = $2 AND left_at IS NULL",
    )
    .bind(id)
    .bind(member.staff_id)
    .bind(&member.duty)
    .bind(member.starts_at)
    .bind(member.ends_at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn elsewhere(db: &mut Connection, id: Uuid) -> sqlx::Result<Vec<ElsewhereRow>> {
    sqlx::query_as(
        "SELECT staff.name, other.id AS outreach_id, other.name AS outreach_name
         FROM outreach_staff one JOIN outreach own ON own.id = one.outreach_id
             JOIN staff ON staff.id = one.staff_id
             JOIN outreach_staff two
                 ON two.staff_id = one.staff_id AND two.outreach_id <> one.outreach_id
                     AND two.left_at IS NULL
             JOIN outreach other ON other.id = two.outreach_id
         WHERE one.outreach_id = $1 AND one.left_at IS NULL AND other.status <> 'suspended'
             AND COALESCE(two.starts_at, other.starts_at) < COALESCE(one.ends_at, own.ends_at)
             AND COALESCE(two.ends_at, other.ends_at) > COALESCE(one.starts_at, own.starts_at)
         ORDER BY staff.name, other.starts_at, other.id",
    )
    .bind(id)
    .fetch_all(db)
    .await
}
