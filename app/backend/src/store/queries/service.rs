//! Statements on services and teaching sessions.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, ROWS, add_rows, one_of};
use crate::store::vocabulary::service::{
    AttendeeRow, EducationRow, OutreachTotalRow, ServiceLineRow, ServiceRow, TotalRow,
};

pub(crate) async fn insert(db: &mut Connection, services: &[ServiceRow]) -> sqlx::Result<()> {
    for services in services.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO service (id, kind, counts, animal_id, outreach_id, visit_id,
                 submission_id, staff_id, veterinarian_id, performed_at, performed_on, chip,
                 details, recorded_on, annulled_at, annulled_by, annulled_reason, state_before,
                 batch, residence) ",
        );
        add_rows(&mut query, services, |mut row, service| {
            row.push_bind(service.id).push_bind(&service.kind).push_bind(service.counts);
            row.push_bind(service.animal_id).push_bind(service.outreach_id);
            row.push_bind(service.visit_id).push_bind(service.submission_id);
            row.push_bind(service.staff_id).push_bind(service.veterinarian_id);
            row.push_bind(service.performed_at).push_bind(&service.performed_on);
            row.push_bind(&service.chip).push_bind(&service.details);
            row.push_bind(&service.recorded_on).push_bind(service.annulled_at);
            row.push_bind(service.annulled_by).push_bind(&service.annulled_reason);
            row.push_bind(&service.state_before).push_bind(&service.batch);
            row.push_bind(&service.residence);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<ServiceRow>> {
    sqlx::query_as("SELECT * FROM service WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn of(db: &mut Connection, animals: &[Uuid]) -> sqlx::Result<Vec<ServiceRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM service WHERE ");
    one_of(&mut query, "animal_id", animals);
    query.push(" ORDER BY performed_at DESC, id DESC");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn lines_of(
    db: &mut Connection,
    animals: &[Uuid],
) -> sqlx::Result<Vec<ServiceLineRow>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT id, kind, animal_id, outreach_id, performed_on, annulled_at FROM service
         WHERE ",
    );
    one_of(&mut query, "animal_id", animals);
    query.push(" ORDER BY performed_at DESC, id DESC");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn of_outreach(
    db: &mut Connection,
    outreach: Uuid,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<ServiceRow>> {
    sqlx::query_as(
        "SELECT * FROM service WHERE outreach_id = $1
         ORDER BY performed_at, id LIMIT $2 OFFSET $3",
    )
    .bind(outreach)
    .bind(limit)
    .bind(offset)
    .fetch_all(db)
    .await
}

pub(crate) async fn annul(
    db: &mut Connection,
    id: Uuid,
    by: Option<Uuid>,
    reason: &str,
    now: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE service SET annulled_at = $4, annulled_by = $2, annulled_reason = $3
         WHERE id = $1",
    )
    .bind(id)
    .bind(by)
    .bind(reason)
    .bind(now)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn correct(db: &mut Connection, service: &ServiceRow) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE service SET kind = $2, counts = $3, veterinarian_id = $4, chip = $5, details = $6,
             state_before = $7, batch = $8, performed_at = $9, performed_on = $10,
             residence = $11
         WHERE id = $1",
    )
    .bind(service.id)
    .bind(&service.kind)
    .bind(service.counts)
    .bind(service.veterinarian_id)
    .bind(&service.chip)
    .bind(&service.details)
    .bind(&service.state_before)
    .bind(&service.batch)
    .bind(service.performed_at)
    .bind(&service.performed_on)
    .bind(&service.residence)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn note_changed(
    db: &mut Connection,
    id: Uuid,
    submission: Uuid,
) -> sqlx::Result<()> {
    for sql in [
        "UPDATE service SET changed_by = $2 WHERE id = $1",
        "UPDATE education_session SET changed_by = $2 WHERE id = $1",
    ] {
        sqlx::query(sql).bind(id).bind(submission).execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn replace_details(
    db: &mut Connection,
    id: Uuid,
    details: &str,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE service SET details = $2 WHERE id = $1")
        .bind(id)
        .bind(details)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn count(
    db: &mut Connection,
    outreaches: &[Uuid],
) -> sqlx::Result<Vec<OutreachTotalRow>> {
    let mut query =
        QueryBuilder::<Db>::new("SELECT outreach_id, kind, COUNT(*) AS total FROM service WHERE ");
    one_of(&mut query, "outreach_id", outreaches);
    query.push(
        " AND annulled_at IS NULL AND counts
         GROUP BY outreach_id, kind ORDER BY outreach_id, kind",
    );
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn costed(db: &mut Connection) -> sqlx::Result<Vec<OutreachTotalRow>> {
    sqlx::query_as(
        "SELECT service.outreach_id, service.kind, COUNT(*) AS total
         FROM outreach_plan JOIN service ON service.outreach_id = outreach_plan.outreach_id
         WHERE outreach_plan.cost IS NOT NULL AND service.annulled_at IS NULL AND service.counts
         GROUP BY service.outreach_id, service.kind
         ORDER BY service.outreach_id, service.kind",
    )
    .fetch_all(db)
    .await
}

pub(crate) async fn totals(
    db: &mut Connection,
    from: &str,
    to: &str,
) -> sqlx::Result<Vec<TotalRow>> {
    // First within each outreach, in the order of the index that holds all of it.
    sqlx::query_as(
        "SELECT done.kind, outreach.commune, CAST(SUM(done.total) AS BIGINT) AS total,
             COUNT(*) AS outreaches
         FROM (SELECT outreach_id, kind, COUNT(*) AS total FROM service
               WHERE performed_on >= $1 AND performed_on <= $2 AND annulled_at IS NULL
                   AND counts
               GROUP BY outreach_id, kind) AS done
             LEFT JOIN outreach ON outreach.id = done.outreach_id
         GROUP BY done.kind, outreach.commune
         ORDER BY done.kind, outreach.commune",
    )
    .bind(from)
    .bind(to)
    .fetch_all(db)
    .await
}

pub(crate) async fn insert_education(
    db: &mut Connection,
    session: &EducationRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO education_session (id, outreach_id, topic, attendants, minutes, staff_id,
             submission_id, performed_at, performed_on, annulled_at, material)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(session.id)
    .bind(session.outreach_id)
    .bind(&session.topic)
    .bind(session.attendants)
    .bind(session.minutes)
    .bind(session.staff_id)
    .bind(session.submission_id)
    .bind(session.performed_at)
    .bind(&session.performed_on)
    .bind(session.annulled_at)
    .bind(&session.material)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn education_of(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<EducationRow>> {
    sqlx::query_as(
        "SELECT * FROM education_session WHERE outreach_id = $1 ORDER BY performed_at, id",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn education(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<EducationRow>> {
    sqlx::query_as("SELECT * FROM education_session WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await
}

pub(crate) async fn correct_education(
    db: &mut Connection,
    session: &EducationRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE education_session
         SET topic = $2, attendants = $3, minutes = $4, material = $5, performed_at = $6,
             performed_on = $7
         WHERE id = $1",
    )
    .bind(session.id)
    .bind(&session.topic)
    .bind(session.attendants)
    .bind(session.minutes)
    .bind(&session.material)
    .bind(session.performed_at)
    .bind(&session.performed_on)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn annul_education(
    db: &mut Connection,
    id: Uuid,
    by: Option<Uuid>,
    reason: &str,
    now: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE education_session
         SET annulled_at = $4, annulled_by = $2, annulled_reason = $3 WHERE id = $1",
    )
    .bind(id)
    .bind(by)
    .bind(reason)
    .bind(now)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn insert_attendees(
    db: &mut Connection,
    attendees: &[AttendeeRow],
) -> sqlx::Result<()> {
    for attendees in attendees.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO education_attendee (session_id, place, name, run) ",
        );
        query.push_values(attendees, |mut row, one| {
            row.push_bind(one.session_id).push_bind(one.place);
            row.push_bind(&one.name).push_bind(&one.run);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn attendees_of(
    db: &mut Connection,
    sessions: &[Uuid],
) -> sqlx::Result<Vec<AttendeeRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM education_attendee WHERE ");
    one_of(&mut query, "session_id", sessions);
    query.push(" ORDER BY session_id, place");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn drop_attendees(db: &mut Connection, session: Uuid) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM education_attendee WHERE session_id = $1")
        .bind(session)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn forget_attendees(db: &mut Connection, before: i64) -> sqlx::Result<u64> {
    sqlx::query(
        "DELETE FROM education_attendee
         WHERE session_id IN (SELECT id FROM education_session WHERE performed_at < $1)",
    )
    .bind(before)
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}

pub(crate) async fn erase_attendees(db: &mut Connection, run: &str) -> sqlx::Result<u64> {
    sqlx::query("DELETE FROM education_attendee WHERE run = $1")
        .bind(run)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}
