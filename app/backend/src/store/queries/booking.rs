//! Statements on bookings.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, FOR_UPDATE, ROWS, one_of};
use crate::store::vocabulary::booking::{BookingRow, HeldRow, RemindRow};
use crate::store::vocabulary::plan::{OfferingRow, OutreachPlanRow};

pub(crate) async fn insert(db: &mut Connection, bookings: &[BookingRow]) -> sqlx::Result<()> {
    for bookings in bookings.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO booking (id, outreach_id, offering, slot_at, state, places, priority,
                 code_hash, owner_key, household_key, details, created_at, changed_at,
                 offered_until, wanted_slot, reminders, accepted_date, queue_number, arrived_at,
                 served_at, ended_reason, walk_in, device_id, submission_id, owner_id) ",
        );
        query.push_values(bookings, |mut row, one| {
            row.push_bind(one.id).push_bind(one.outreach_id).push_bind(&one.offering);
            row.push_bind(one.slot_at).push_bind(&one.state).push_bind(one.places);
            row.push_bind(one.priority).push_bind(&one.code_hash).push_bind(&one.owner_key);
            row.push_bind(&one.household_key).push_bind(&one.details).push_bind(one.created_at);
            row.push_bind(one.changed_at).push_bind(one.offered_until);
            row.push_bind(one.wanted_slot).push_bind(one.reminders).push_bind(one.accepted_date);
            row.push_bind(one.queue_number).push_bind(one.arrived_at).push_bind(one.served_at);
            row.push_bind(&one.ended_reason).push_bind(one.walk_in).push_bind(one.device_id);
            row.push_bind(one.submission_id).push_bind(one.owner_id);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<BookingRow>> {
    sqlx::query_as("SELECT * FROM booking WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn lock(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<BookingRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM booking WHERE id = ");
    query.push_bind(id).push(" ").push(FOR_UPDATE);
    query.build_query_as().fetch_optional(db).await
}

pub(crate) async fn with_ids(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<Vec<BookingRow>> {
    let mut found: Vec<BookingRow> = Vec::new();
    for ids in ids.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new("SELECT * FROM booking WHERE ");
        one_of(&mut query, "id", ids);
        let part: Vec<BookingRow> = query.build_query_as().fetch_all(&mut *db).await?;
        found.extend(part);
    }
    Ok(found)
}

pub(crate) async fn by_code(
    db: &mut Connection,
    code_hash: &[u8],
) -> sqlx::Result<Option<BookingRow>> {
    sqlx::query_as("SELECT * FROM booking WHERE code_hash = $1")
        .bind(code_hash)
        .fetch_optional(db)
        .await
}

pub(crate) async fn lock_offering(
    db: &mut Connection,
    outreach: Uuid,
    offering: &str,
) -> sqlx::Result<bool> {
    let mut query =
        QueryBuilder::<Db>::new("SELECT capacity FROM outreach_offering WHERE outreach_id = ");
    query.push_bind(outreach).push(" AND offering = ").push_bind(offering);
    query.push(" ").push(FOR_UPDATE);
    let capacity: Option<i64> = query.build_query_scalar().fetch_optional(db).await?;
    Ok(capacity.is_some())
}

pub(crate) async fn replace(
    db: &mut Connection,
    from: &str,
    booking: &BookingRow,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking SET state = $3, slot_at = $4, changed_at = $5, offered_until = $6,
             wanted_slot = $7, reminders = $8, accepted_date = $9, queue_number = $10,
             arrived_at = $11, served_at = $12, ended_reason = $13, device_id = $14,
             submission_id = $15, owner_id = $16
         WHERE id = $1 AND state = $2",
    )
    .bind(booking.id)
    .bind(from)
    .bind(&booking.state)
    .bind(booking.slot_at)
    .bind(booking.changed_at)
    .bind(booking.offered_until)
    .bind(booking.wanted_slot)
    .bind(booking.reminders)
    .bind(booking.accepted_date)
    .bind(booking.queue_number)
    .bind(booking.arrived_at)
    .bind(booking.served_at)
    .bind(&booking.ended_reason)
    .bind(booking.device_id)
    .bind(booking.submission_id)
    .bind(booking.owner_id)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn of_documents(
    db: &mut Connection,
    outreach: Uuid,
    offering: &str,
    keys: &[Vec<u8>],
) -> sqlx::Result<Vec<HeldRow>> {
    held(db, (outreach, offering), "owner_key", keys).await
}

pub(crate) async fn of_households(
    db: &mut Connection,
    outreach: Uuid,
    offering: &str,
    keys: &[Vec<u8>],
) -> sqlx::Result<Vec<HeldRow>> {
    held(db, (outreach, offering), "household_key", keys).await
}

async fn held(
    db: &mut Connection,
    (outreach, offering): (Uuid, &str),
    holder: &str,
    keys: &[Vec<u8>],
) -> sqlx::Result<Vec<HeldRow>> {
    let mut found: Vec<HeldRow> = Vec::new();
    for keys in keys.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new("SELECT id, ");
        query.push(holder).push(" AS holder, places FROM booking WHERE ");
        one_of(&mut query, holder, keys);
        query.push(" AND outreach_id = ").push_bind(outreach);
        query.push(" AND offering = ").push_bind(offering);
        query.push(" AND state IN ('waiting', 'offered', 'booked', 'arrived')");
        let part: Vec<HeldRow> = query.build_query_as().fetch_all(&mut *db).await?;
        found.extend(part);
    }
    Ok(found)
}

/// Who is served first: as they said, where the plan lets anybody be.
pub(super) const fn first(gives_priority: bool) -> &'static str {
    if gives_priority { "priority" } else { "priority * 0" }
}

pub(crate) async fn line(
    db: &mut Connection,
    (outreach, offering): (Uuid, &str),
    (places, gives_priority): (i64, bool),
    after: Option<(i64, i64, Uuid)>,
    limit: i64,
) -> sqlx::Result<Vec<BookingRow>> {
    let first = first(gives_priority);
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM booking WHERE outreach_id = ");
    query.push_bind(outreach).push(" AND offering = ").push_bind(offering);
    query.push(" AND state = 'waiting' AND places <= ").push_bind(places);
    if let Some((priority, created_at, id)) = after {
        let priority = priority * i64::from(gives_priority);
        query.push(" AND (").push(first).push(" < ").push_bind(priority);
        query.push(" OR (").push(first).push(" = ").push_bind(priority);
        query.push(" AND (created_at > ").push_bind(created_at);
        query.push(" OR (created_at = ").push_bind(created_at);
        query.push(" AND id > ").push_bind(id).push("))))");
    }
    query.push(" ORDER BY ").push(first).push(" DESC, created_at, id LIMIT ").push_bind(limit);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn waiting_counts(
    db: &mut Connection,
    outreach: Uuid,
    offering: &str,
) -> sqlx::Result<Vec<(i64, i64)>> {
    sqlx::query_as(
        "SELECT priority, COUNT(*) FROM booking
         WHERE outreach_id = $1 AND offering = $2 AND state = 'waiting'
         GROUP BY priority ORDER BY priority DESC",
    )
    .bind(outreach)
    .bind(offering)
    .fetch_all(db)
    .await
}

pub(crate) async fn waiting_before(
    db: &mut Connection,
    booking: &BookingRow,
    gives_priority: bool,
) -> sqlx::Result<i64> {
    let gives = i64::from(gives_priority);
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM booking
         WHERE outreach_id = $1 AND offering = $2 AND state = 'waiting'
             AND (priority * $6 > $3
             OR (priority * $6 = $3 AND (created_at < $4 OR (created_at = $4 AND id < $5))))",
    )
    .bind(booking.outreach_id)
    .bind(&booking.offering)
    .bind(booking.priority * gives)
    .bind(booking.created_at)
    .bind(booking.id)
    .bind(gives)
    .fetch_one(db)
    .await
}

pub(crate) async fn lines_with_room(
    db: &mut Connection,
    now: i64,
) -> sqlx::Result<Vec<(Uuid, String)>> {
    sqlx::query_as(
        "SELECT booking.outreach_id, booking.offering
         FROM booking
         JOIN outreach_offering ON outreach_offering.outreach_id = booking.outreach_id
             AND outreach_offering.offering = booking.offering
         JOIN outreach ON outreach.id = booking.outreach_id
         WHERE booking.state = 'waiting' AND outreach.ends_at > $1
             AND outreach_offering.booked + outreach_offering.used + outreach_offering.shared
                 + booking.places <= outreach_offering.capacity
         GROUP BY booking.outreach_id, booking.offering
         ORDER BY booking.outreach_id, booking.offering",
    )
    .bind(now)
    .fetch_all(db)
    .await
}

pub(crate) async fn offers_over(
    db: &mut Connection,
    now: i64,
    limit: i64,
) -> sqlx::Result<Vec<BookingRow>> {
    sqlx::query_as(
        "SELECT * FROM booking WHERE state = 'offered' AND offered_until <= $1
         ORDER BY offered_until, id LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn missed(
    db: &mut Connection,
    before: i64,
    now: i64,
    limit: i64,
) -> sqlx::Result<Vec<BookingRow>> {
    sqlx::query_as(
        "SELECT booking.* FROM booking
         JOIN outreach ON outreach.id = booking.outreach_id
         JOIN outreach_offering AS offered ON offered.outreach_id = booking.outreach_id
             AND offered.offering = booking.offering
         WHERE booking.state = 'booked' AND booking.slot_at <= $1
             AND outreach.status <> 'suspended' AND (outreach.ends_at <= $2
             OR (outreach.status = 'under_way' AND outreach.kind <> 'home_visits' AND (
                 offered.booked + offered.used + offered.shared >= offered.capacity
                 OR EXISTS (SELECT 1 FROM booking AS other
                     WHERE other.outreach_id = booking.outreach_id
                         AND other.offering = booking.offering AND other.state = 'waiting'))))
         ORDER BY booking.slot_at, booking.id LIMIT $3",
    )
    .bind(before)
    .bind(now)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn to_remind(
    db: &mut Connection,
    remind: &RemindRow,
) -> sqlx::Result<Vec<BookingRow>> {
    sqlx::query_as(
        "SELECT * FROM booking
         WHERE state = 'booked' AND slot_at > $1 AND slot_at < $2
             AND (reminders < 1 OR (reminders < 2 AND slot_at < $3))
             AND NOT EXISTS (SELECT 1 FROM outreach
                 WHERE outreach.id = booking.outreach_id AND outreach.status = 'suspended')
         ORDER BY slot_at, id LIMIT $4",
    )
    .bind(remind.now)
    .bind(remind.first_before)
    .bind(remind.second_before)
    .bind(remind.limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn note_reminder(
    db: &mut Connection,
    id: Uuid,
    slot: i64,
    stage: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE booking SET reminders = $3
         WHERE id = $1 AND state = 'booked' AND slot_at = $2 AND reminders < $3",
    )
    .bind(id)
    .bind(slot)
    .bind(stage)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn offerings_of(
    db: &mut Connection,
    outreaches: &[Uuid],
) -> sqlx::Result<Vec<OfferingRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM outreach_offering WHERE ");
    one_of(&mut query, "outreach_id", outreaches);
    query.push(" ORDER BY outreach_id, offering");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn plans_of(
    db: &mut Connection,
    outreaches: &[Uuid],
) -> sqlx::Result<Vec<OutreachPlanRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM outreach_plan WHERE ");
    one_of(&mut query, "outreach_id", outreaches);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn of_person(
    db: &mut Connection,
    owners: &[Uuid],
    keys: &[Vec<u8>],
) -> sqlx::Result<Vec<BookingRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM booking WHERE ");
    one_of(&mut query, "owner_id", owners);
    query.push(" OR ");
    one_of(&mut query, "owner_key", keys);
    query.push(" ORDER BY id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn erase(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new(
        "UPDATE booking SET details = '', owner_key = NULL, household_key = NULL,
             owner_id = NULL,
             ended_reason = CASE WHEN state = 'cancelled' THEN NULL ELSE ended_reason END
         WHERE details <> '' AND ",
    );
    one_of(&mut query, "id", ids);
    query.build().execute(db).await.map(|done| done.rows_affected())
}

/// Of one that was called off, who keeps a place for its new day is known for a year instead.
pub(crate) async fn to_forget(
    db: &mut Connection,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar(
        "SELECT booking.id FROM booking
         JOIN outreach ON outreach.id = booking.outreach_id
         WHERE booking.details <> '' AND outreach.ends_at < $1
             AND NOT (outreach.status = 'suspended' AND booking.state IN ('booked', 'arrived')
                 AND outreach.ends_at >= $1 - 23760000000)
         ORDER BY booking.id LIMIT $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn erase_messages(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<u64> {
    let mut query =
        QueryBuilder::<Db>::new("DELETE FROM outbox WHERE subject_kind = 'booking' AND ");
    one_of(&mut query, "subject_id", ids);
    query.build().execute(db).await.map(|done| done.rows_affected())
}

pub(crate) async fn erase_tasks(db: &mut Connection, ids: &[Uuid]) -> sqlx::Result<u64> {
    let mut query = QueryBuilder::<Db>::new("DELETE FROM task WHERE ");
    one_of(&mut query, "booking_id", ids);
    query.build().execute(db).await.map(|done| done.rows_affected())
}
