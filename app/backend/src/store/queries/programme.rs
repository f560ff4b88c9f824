//! Statements on programmes, organisations, outreaches, teams and authorisations.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, one_of};
use crate::store::vocabulary::programme::{
    AuthorisationRow, OrganisationRow, OutreachRow, ProgrammeRow, SignerRow, TeamRow,
};

pub(crate) async fn insert_programme(
    db: &mut Connection,
    programme: &ProgrammeRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO programme (id, number, name, issuer, starts_on, ends_on,
             target_implantations, target_dewormings_internal, target_dewormings_external,
             target_sterilisations, target_outreaches)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(programme.id)
    .bind(programme.number)
    .bind(&programme.name)
    .bind(&programme.issuer)
    .bind(&programme.starts_on)
    .bind(&programme.ends_on)
    .bind(programme.target_implantations)
    .bind(programme.target_dewormings_internal)
    .bind(programme.target_dewormings_external)
    .bind(programme.target_sterilisations)
    .bind(programme.target_outreaches)
    .execute(db)
    .await
    .map(drop)
}

/// Its number stays: it is in what was issued.
pub(crate) async fn update_programme(
    db: &mut Connection,
    programme: &ProgrammeRow,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE programme SET name = $2, issuer = $3, starts_on = $4, ends_on = $5,
             target_implantations = $6, target_dewormings_internal = $7,
             target_dewormings_external = $8, target_sterilisations = $9, target_outreaches = $10
         WHERE id = $1",
    )
    .bind(programme.id)
    .bind(&programme.name)
    .bind(&programme.issuer)
    .bind(&programme.starts_on)
    .bind(&programme.ends_on)
    .bind(programme.target_implantations)
    .bind(programme.target_dewormings_internal)
    .bind(programme.target_dewormings_external)
    .bind(programme.target_sterilisations)
    .bind(programme.target_outreaches)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn programmes(db: &mut Connection) -> sqlx::Result<Vec<ProgrammeRow>> {
    sqlx::query_as("SELECT * FROM programme ORDER BY number").fetch_all(db).await
}

pub(crate) async fn find_programme(
    db: &mut Connection,
    id: Uuid,
) -> sqlx::Result<Option<ProgrammeRow>> {
    sqlx::query_as("SELECT * FROM programme WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn insert_organisation(
    db: &mut Connection,
    organisation: &OrganisationRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO organisation (id, kind, name, commune, unit, address, contact_name, phone,
             email)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
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
    .await
    .map(drop)
}

pub(crate) async fn organisations(db: &mut Connection) -> sqlx::Result<Vec<OrganisationRow>> {
    sqlx::query_as("SELECT * FROM organisation ORDER BY name, id").fetch_all(db).await
}

pub(crate) async fn organisations_with_ids(
    db: &mut Connection,
    ids: &[Uuid],
) -> sqlx::Result<Vec<OrganisationRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM organisation WHERE ");
    one_of(&mut query, "id", ids);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn insert_outreach(
    db: &mut Connection,
    outreach: &OutreachRow,
) -> sqlx::Result<()> {
    let sql = "INSERT INTO outreach (id, programme_id, name, kind, status, held_on, starts_at,
             ends_at, place, commune, unit, host_id, phase, max_people)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    write_outreach(db, sql, outreach).await
}

pub(crate) async fn update_outreach(
    db: &mut Connection,
    outreach: &OutreachRow,
) -> sqlx::Result<()> {
    let sql = "UPDATE outreach SET programme_id = $2, name = $3, kind = $4, status = $5,
             held_on = $6, starts_at = $7, ends_at = $8, place = $9, commune = $10, unit = $11,
             host_id = $12, phase = $13, max_people = $14
         WHERE id = $1";
    write_outreach(db, sql, outreach).await
}

async fn write_outreach(
    db: &mut Connection,
    sql: &'static str,
    outreach: &OutreachRow,
) -> sqlx::Result<()> {
    sqlx::query(sql)
        .bind(outreach.id)
        .bind(outreach.programme_id)
        .bind(&outreach.name)
        .bind(&outreach.kind)
        .bind(&outreach.status)
        .bind(&outreach.held_on)
        .bind(outreach.starts_at)
        .bind(outreach.ends_at)
        .bind(&outreach.place)
        .bind(&outreach.commune)
        .bind(&outreach.unit)
        .bind(outreach.host_id)
        .bind(&outreach.phase)
        .bind(outreach.max_people)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn find_outreach(
    db: &mut Connection,
    id: Uuid,
) -> sqlx::Result<Option<OutreachRow>> {
    sqlx::query_as("SELECT * FROM outreach WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn between(
    db: &mut Connection,
    from: &str,
    to: &str,
    limit: i64,
) -> sqlx::Result<Vec<OutreachRow>> {
    sqlx::query_as(
        "SELECT * FROM outreach WHERE held_on >= $1 AND held_on <= $2
         ORDER BY held_on DESC, starts_at DESC, id LIMIT $3",
    )
    .bind(from)
    .bind(to)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn heard_of(
    db: &mut Connection,
    since: i64,
    after: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<OutreachRow>> {
    sqlx::query_as(
        "SELECT * FROM outreach
         WHERE id > $2 AND EXISTS (
             SELECT 1 FROM submission
             WHERE submission.outreach_id = outreach.id AND submission.received_at >= $1)
         ORDER BY id LIMIT $3",
    )
    .bind(since)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub(crate) async fn of_staff(
    db: &mut Connection,
    staff: Uuid,
    from: &str,
) -> sqlx::Result<Vec<OutreachRow>> {
    sqlx::query_as(
        "SELECT * FROM outreach
         WHERE held_on >= $2 AND id IN (
             SELECT outreach_id FROM outreach_staff
             WHERE staff_id = $1 AND left_at IS NULL)
         ORDER BY held_on, starts_at, id",
    )
    .bind(staff)
    .bind(from)
    .fetch_all(db)
    .await
}

pub(crate) async fn join_team(
    db: &mut Connection,
    outreach: Uuid,
    staff: Uuid,
    now: i64,
) -> sqlx::Result<bool> {
    // Who is in it has a time without an end; of two who put in the same the later finds the number
    // of the time taken.
    let done = sqlx::query(
        "INSERT INTO outreach_staff (outreach_id, staff_id, span, joined_at)
         SELECT $1, $2, COUNT(*) + 1, $3 FROM outreach_staff
         WHERE outreach_id = $1 AND staff_id = $2
         HAVING COUNT(*) = COUNT(left_at)
         ON CONFLICT (outreach_id, staff_id, span) DO NOTHING",
    )
    .bind(outreach)
    .bind(staff)
    .bind(now)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn resume_team(
    db: &mut Connection,
    outreach: Uuid,
    staff: Uuid,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outreach_staff SET left_at = NULL
         WHERE outreach_id = $1 AND staff_id = $2 AND left_at IS NOT NULL AND span = (
             SELECT MAX(own.span) FROM outreach_staff own
             WHERE own.outreach_id = $1 AND own.staff_id = $2)",
    )
    .bind(outreach)
    .bind(staff)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn leave_team(
    db: &mut Connection,
    outreach: Uuid,
    staff: Uuid,
    now: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE outreach_staff SET left_at = $3
         WHERE outreach_id = $1 AND staff_id = $2 AND left_at IS NULL",
    )
    .bind(outreach)
    .bind(staff)
    .bind(now)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn team(db: &mut Connection, outreaches: &[Uuid]) -> sqlx::Result<Vec<TeamRow>> {
    members(db, outreaches, " AND member.left_at IS NULL").await
}

pub(crate) async fn ever_in_team(
    db: &mut Connection,
    outreaches: &[Uuid],
) -> sqlx::Result<Vec<TeamRow>> {
    members(db, outreaches, "").await
}

async fn members(
    db: &mut Connection,
    outreaches: &[Uuid],
    which: &'static str,
) -> sqlx::Result<Vec<TeamRow>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT member.outreach_id, member.staff_id, staff.name, staff.role,
             CASE WHEN member.span > 1 THEN member.joined_at END AS back_at, member.left_at
         FROM outreach_staff member JOIN staff ON staff.id = member.staff_id WHERE ",
    );
    one_of(&mut query, "member.outreach_id", outreaches);
    query.push(which).push(" ORDER BY staff.name, staff.id, member.span");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn authorise(
    db: &mut Connection,
    authorisation: &AuthorisationRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO authorisation (staff_id, outreach_id, signature, authorised_at, revoked_at)
         VALUES ($1, $2, $3, $4, NULL)
         ON CONFLICT (staff_id, outreach_id) DO UPDATE
         SET signature = excluded.signature, authorised_at = excluded.authorised_at,
             revoked_at = NULL",
    )
    .bind(authorisation.staff_id)
    .bind(authorisation.outreach_id)
    .bind(&authorisation.signature)
    .bind(authorisation.authorised_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn withdraw(
    db: &mut Connection,
    staff: Uuid,
    outreach: Uuid,
    now: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE authorisation SET revoked_at = $3
         WHERE staff_id = $1 AND outreach_id = $2 AND revoked_at IS NULL",
    )
    .bind(staff)
    .bind(outreach)
    .bind(now)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn authorisation(
    db: &mut Connection,
    staff: Uuid,
    outreach: Uuid,
) -> sqlx::Result<Option<AuthorisationRow>> {
    sqlx::query_as(
        "SELECT * FROM authorisation
         WHERE staff_id = $1 AND outreach_id = $2 AND revoked_at IS NULL",
    )
    .bind(staff)
    .bind(outreach)
    .fetch_optional(db)
    .await
}

pub(crate) async fn authorisations_of(
    db: &mut Connection,
    staff: Uuid,
) -> sqlx::Result<Vec<AuthorisationRow>> {
    sqlx::query_as(
        "SELECT * FROM authorisation WHERE staff_id = $1 AND revoked_at IS NULL
         ORDER BY outreach_id",
    )
    .bind(staff)
    .fetch_all(db)
    .await
}

pub(crate) async fn signer(
    db: &mut Connection,
    staff: Uuid,
    outreach: Uuid,
    offering: &str,
) -> sqlx::Result<Option<SignerRow>> {
    sqlx::query_as(
        "SELECT staff.name, staff.run, staff.professional_registration, authorisation.signature,
             programme.number AS programme_number, programme.name AS programme_name,
             programme.issuer
         FROM authorisation
         JOIN staff ON staff.id = authorisation.staff_id
         JOIN outreach ON outreach.id = authorisation.outreach_id
         LEFT JOIN outreach_offering AS offered
             ON offered.outreach_id = outreach.id AND offered.offering = $3
         JOIN programme
             ON programme.id = COALESCE(offered.programme_id, outreach.programme_id)
         WHERE authorisation.staff_id = $1 AND authorisation.outreach_id = $2
             AND authorisation.revoked_at IS NULL",
    )
    .bind(staff)
    .bind(outreach)
    .bind(offering)
    .fetch_optional(db)
    .await
}
