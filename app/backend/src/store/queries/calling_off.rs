//! Statements on the bookings of an outreach that is put off or called off.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db};
use crate::store::vocabulary::programme::OutreachRow;

pub(crate) async fn put_off(
    db: &mut Connection,
    id: Uuid,
    by: i64,
    (first_before, second_before): (i64, i64),
    now: i64,
) -> sqlx::Result<u64> {
    // Who is there keeps the hour, which goes along.
    sqlx::query(
        "UPDATE booking SET slot_at = slot_at + $2 WHERE outreach_id = $1 AND state = 'arrived'",
    )
    .bind(id)
    .bind(by)
    .execute(&mut *db)
    .await?;
    let done = sqlx::query(
        "UPDATE booking
         SET slot_at = slot_at + $2, wanted_slot = wanted_slot + $2, accepted_date = 0,
             offered_until = CASE WHEN offered_until > slot_at + $2 THEN slot_at + $2
                 ELSE offered_until END,
             reminders = CASE
                 WHEN slot_at + $2 < $4 THEN 2
                 WHEN slot_at + $2 < $3
                     AND (reminders < 1 OR $2 NOT BETWEEN -43200000 AND 43200000) THEN 1
                 WHEN $2 BETWEEN -43200000 AND 43200000 THEN reminders
                 ELSE 0 END,
             ended_reason = NULL, changed_at = $5
         WHERE outreach_id = $1 AND state IN ('waiting', 'offered', 'booked')",
    )
    .bind(id)
    .bind(by)
    .bind(first_before)
    .bind(second_before)
    .bind(now)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Takes the places of the bookings that end out of a table's sums, of the rows that are theirs.
async fn give_back(
    db: &mut Connection,
    (table, and_theirs): (&str, &str),
    id: Uuid,
    with_places: bool,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<Db>::new("UPDATE ");
    query.push(table).push(
        " AS counted SET booked = booked - CAST(COALESCE((
             SELECT SUM(booking.places) FROM booking
             WHERE booking.outreach_id = counted.outreach_id
                 AND booking.offering = counted.offering",
    );
    query
        .push(and_theirs)
        .push(" AND (booking.state = 'offered' OR (booking.state = 'booked' AND ");
    query.push_bind(with_places).push("))), 0) AS BIGINT) WHERE outreach_id = ").push_bind(id);
    query.build().execute(db).await.map(drop)
}

pub(crate) async fn call_off(
    db: &mut Connection,
    id: Uuid,
    reason: &str,
    now: i64,
    with_places: bool,
) -> sqlx::Result<u64> {
    give_back(db, ("slot", " AND booking.slot_at = counted.starts_at"), id, with_places).await?;
    give_back(db, ("outreach_offering", ""), id, with_places).await?;
    let done = sqlx::query(
        "UPDATE booking
         SET state = 'cancelled', ended_reason = $2, offered_until = NULL, changed_at = $3
         WHERE outreach_id = $1
             AND (state IN ('waiting', 'offered') OR (state = 'booked' AND $4))",
    )
    .bind(id)
    .bind(reason)
    .bind(now)
    .bind(with_places)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn keep(
    db: &mut Connection,
    id: Uuid,
    reason: &str,
    now: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar(
        "UPDATE booking SET ended_reason = $2, changed_at = $3
         WHERE outreach_id = $1 AND state IN ('booked', 'arrived') RETURNING id",
    )
    .bind(id)
    .bind(reason)
    .bind(now)
    .fetch_all(db)
    .await
}

pub(crate) async fn expect_again(
    db: &mut Connection,
    booking: Uuid,
    now: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking
         SET state = 'booked', places = places - served_places, served_places = 0,
             queue_number = NULL, arrived_at = NULL, called_at = NULL, station = NULL,
             device_id = NULL, submission_id = NULL, changed_at = $2
         WHERE id = $1 AND state = 'arrived' AND slot_at IS NOT NULL AND over_count = 0",
    )
    .bind(booking)
    .bind(now)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A time that promised more than it has, as when somebody came too late and got in all the same,
/// has as many places as it promised.
pub(crate) async fn recount_slots(db: &mut Connection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query(
        "WITH promised AS (
             SELECT offering, slot_at, CAST(SUM(places) AS BIGINT) AS places FROM booking
             WHERE outreach_id = $1 AND state IN ('offered', 'booked') AND slot_at IS NOT NULL
             GROUP BY offering, slot_at)
         INSERT INTO slot (outreach_id, offering, starts_at, capacity, booked)
         SELECT slot.outreach_id, slot.offering, slot.starts_at,
             CASE WHEN COALESCE(promised.places, 0) > slot.capacity THEN promised.places
                 ELSE slot.capacity END,
             COALESCE(promised.places, 0)
         FROM slot LEFT JOIN promised
             ON promised.offering = slot.offering AND promised.slot_at = slot.starts_at
         WHERE slot.outreach_id = $1
         ON CONFLICT (outreach_id, offering, starts_at) DO UPDATE
         SET capacity = excluded.capacity, booked = excluded.booked",
    )
    .bind(id)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn recount_slot(
    db: &mut Connection,
    id: Uuid,
    offering: &str,
    starts_at: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE slot SET booked = (
             SELECT CASE WHEN COALESCE(SUM(booking.places), 0) > slot.capacity THEN slot.capacity
                 ELSE CAST(COALESCE(SUM(booking.places), 0) AS BIGINT) END
             FROM booking
             WHERE booking.outreach_id = slot.outreach_id AND booking.offering = slot.offering
                 AND booking.slot_at = slot.starts_at
                 AND booking.state IN ('offered', 'booked', 'arrived'))
         WHERE outreach_id = $1 AND offering = $2 AND starts_at = $3",
    )
    .bind(id)
    .bind(offering)
    .bind(starts_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn moved(
    db: &mut Connection,
    now: i64,
    after: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<OutreachRow>> {
    sqlx::query_as(
        "SELECT outreach.* FROM outreach
         JOIN outreach_plan ON outreach_plan.outreach_id = outreach.id
         WHERE outreach_plan.moved_from IS NOT NULL AND outreach.ends_at > $1
             AND outreach.id > $2
         ORDER BY outreach.id LIMIT $3",
    )
    .bind(now)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}
