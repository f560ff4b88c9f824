//! Statements on the day of an outreach.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db};
use crate::store::vocabulary::day::{ArrivalRow, DayRow, EndRow, ServedRow, ShareRow, TurnRow};

const BOOKINGS: &str = "SELECT id, outreach_id, offering, slot_at, state, places, priority,
     details, queue_number, arrived_at, called_at, station, served_at, served_places, walk_in,
     over_count, device_id, submission_id, owner_id, created_at, changed_at FROM booking WHERE ";

pub(crate) async fn bookings(db: &mut Connection, outreach: Uuid) -> sqlx::Result<Vec<DayRow>> {
    let mut query = QueryBuilder::<Db>::new(BOOKINGS);
    query.push("outreach_id = ").push_bind(outreach);
    query.push(" AND state <> 'cancelled' ORDER BY created_at, id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn booking(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<DayRow>> {
    let mut query = QueryBuilder::<Db>::new(BOOKINGS);
    query.push("id = ").push_bind(id);
    query.build_query_as().fetch_optional(db).await
}

pub(crate) async fn take_numbers(
    db: &mut Connection,
    outreach: Uuid,
    count: i64,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "INSERT INTO outreach_plan (outreach_id, called_number, last_number) VALUES ($1, 0, $2)
         ON CONFLICT (outreach_id) DO UPDATE SET last_number = outreach_plan.last_number + $2
         RETURNING last_number",
    )
    .bind(outreach)
    .bind(count)
    .fetch_one(db)
    .await
}

pub(crate) async fn is_number_unused(
    db: &mut Connection,
    outreach: Uuid,
    number: i64,
) -> sqlx::Result<bool> {
    let fits: Option<i64> = sqlx::query_scalar(
        "SELECT last_number FROM outreach_plan
         WHERE outreach_id = $1 AND last_number >= $2 AND NOT EXISTS (
             SELECT 1 FROM booking WHERE outreach_id = $1 AND queue_number = $2)",
    )
    .bind(outreach)
    .bind(number)
    .fetch_optional(db)
    .await?;
    Ok(fits.is_some())
}

pub(crate) async fn note_arrival(db: &mut Connection, arrival: &ArrivalRow) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking SET state = 'arrived', queue_number = $3, arrived_at = $4,
             changed_at = $4, device_id = $5, submission_id = $6, offered_until = NULL,
             ended_reason = NULL
         WHERE id = $1 AND state = $2",
    )
    .bind(arrival.id)
    .bind(arrival.from)
    .bind(arrival.number)
    .bind(arrival.at)
    .bind(arrival.device)
    .bind(arrival.submission)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn note_called(
    db: &mut Connection,
    id: Uuid,
    station: i64,
    at: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking SET called_at = $2, station = $3, changed_at = $2
         WHERE id = $1 AND state = 'arrived' AND called_at IS NULL",
    )
    .bind(id)
    .bind(at)
    .bind(station)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn keep_call(
    db: &mut Connection,
    id: Uuid,
    (called_at, station): (Option<i64>, Option<i64>),
) -> sqlx::Result<()> {
    sqlx::query("UPDATE booking SET called_at = $2, station = $3 WHERE id = $1")
        .bind(id)
        .bind(called_at)
        .bind(station)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn show_called(
    db: &mut Connection,
    outreach: Uuid,
    number: i64,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE outreach_plan SET called_number = $2 WHERE outreach_id = $1")
        .bind(outreach)
        .bind(number)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn end_booking(db: &mut Connection, end: &EndRow) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking SET state = $3, ended_reason = $4, served_at = $5,
             owner_id = COALESCE($6, owner_id), changed_at = $7
         WHERE id = $1 AND state = $2",
    )
    .bind(end.id)
    .bind(end.from)
    .bind(end.to)
    .bind(end.reason)
    .bind(end.served_at)
    .bind(end.owner)
    .bind(end.at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn note_over_count(
    db: &mut Connection,
    id: Uuid,
    places: i64,
) -> sqlx::Result<bool> {
    let done =
        sqlx::query("UPDATE booking SET over_count = $2 WHERE id = $1 AND $2 BETWEEN 0 AND places")
            .bind(id)
            .bind(places)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn leave_places(
    db: &mut Connection,
    id: Uuid,
    places: i64,
    at: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking SET places = $2, changed_at = $3
         WHERE id = $1 AND $2 BETWEEN 1 AND places - 1",
    )
    .bind(id)
    .bind(places)
    .bind(at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn count_over(db: &mut Connection, outreach: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(over_count), 0) AS BIGINT) FROM booking
         WHERE outreach_id = $1 AND state IN ('arrived', 'served')",
    )
    .bind(outreach)
    .fetch_one(db)
    .await
}

pub(crate) async fn know(db: &mut Connection, id: Uuid, owner: Uuid) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE booking SET owner_id = $2 WHERE id = $1 AND owner_id IS NULL")
        .bind(id)
        .bind(owner)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn note_served(
    db: &mut Connection,
    id: Uuid,
    places: i64,
    owner: Option<Uuid>,
    at: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking SET served_places = $2, owner_id = COALESCE($3, owner_id), changed_at = $4
         WHERE id = $1 AND state = 'arrived' AND served_places <> $2",
    )
    .bind(id)
    .bind(places)
    .bind(owner)
    .bind(at)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn services(db: &mut Connection, outreach: Uuid) -> sqlx::Result<Vec<ServedRow>> {
    sqlx::query_as(
        "SELECT owner.id AS owner_id, owner.document_kind, owner.document_key,
             service.animal_id, service.kind, MAX(service.performed_at) AS last_at
         FROM service
         JOIN animal ON animal.id = service.animal_id
         JOIN owner ON owner.id = animal.owner_id
         WHERE service.outreach_id = $1 AND service.annulled_at IS NULL
         GROUP BY owner.id, owner.document_kind, owner.document_key, service.animal_id,
             service.kind
         ORDER BY owner.id, service.animal_id, service.kind",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn turns(
    db: &mut Connection,
    outreach: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<TurnRow>> {
    sqlx::query_as(
        "SELECT queue_number, offering, station FROM booking
         WHERE outreach_id = $1 AND state = 'arrived' AND called_at IS NOT NULL
             AND queue_number IS NOT NULL
         ORDER BY called_at DESC, queue_number DESC LIMIT $2",
    )
    .bind(outreach)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn count_uncalled(db: &mut Connection, outreach: Uuid) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM booking
         WHERE outreach_id = $1 AND state = 'arrived' AND called_at IS NULL
             AND served_places = 0",
    )
    .bind(outreach)
    .fetch_one(db)
    .await
}

pub(crate) async fn insert_share(db: &mut Connection, share: &ShareRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO capacity_share (id, outreach_id, offering, device_id, granted, used,
             granted_at, returned_at, written_off_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(share.id)
    .bind(share.outreach_id)
    .bind(&share.offering)
    .bind(share.device_id)
    .bind(share.granted)
    .bind(share.used)
    .bind(share.granted_at)
    .bind(share.returned_at)
    .bind(share.written_off_by)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn share(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<ShareRow>> {
    sqlx::query_as("SELECT * FROM capacity_share WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn shares_out(db: &mut Connection, outreach: Uuid) -> sqlx::Result<Vec<ShareRow>> {
    sqlx::query_as(
        "SELECT * FROM capacity_share WHERE outreach_id = $1 AND returned_at IS NULL
         ORDER BY granted_at, id",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn use_share(db: &mut Connection, id: Uuid, places: i64) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE capacity_share SET used = used + $2
         WHERE id = $1 AND returned_at IS NULL AND used + $2 <= granted",
    )
    .bind(id)
    .bind(places)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn end_share(
    db: &mut Connection,
    id: Uuid,
    at: i64,
    written_off_by: Option<Uuid>,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE capacity_share SET returned_at = $2, written_off_by = $3
         WHERE id = $1 AND returned_at IS NULL",
    )
    .bind(id)
    .bind(at)
    .bind(written_off_by)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
