//! Statements on accounts of staff.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Connection, FOR_UPDATE};
use crate::store::vocabulary::people::StaffRow;

pub(crate) async fn insert(db: &mut Connection, staff: &StaffRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO staff (id, email, email_key, name, role, state, password_hash, run,
             professional_kind, professional_registration, signature_svg, signature_drawn_at,
             created_at, demonstration)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(staff.id)
    .bind(&staff.email)
    .bind(&staff.email_key)
    .bind(&staff.name)
    .bind(&staff.role)
    .bind(&staff.state)
    .bind(&staff.password_hash)
    .bind(&staff.run)
    .bind(&staff.professional_kind)
    .bind(&staff.professional_registration)
    .bind(&staff.signature_svg)
    .bind(staff.signature_drawn_at)
    .bind(staff.created_at)
    .bind(staff.demonstration)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn update(db: &mut Connection, staff: &StaffRow) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE staff SET email = $2, email_key = $3, name = $4, role = $5, state = $6,
             password_hash = $7, run = $8, professional_kind = $9,
             professional_registration = $10, signature_svg = $11, signature_drawn_at = $12,
             demonstration = $13
         WHERE id = $1",
    )
    .bind(staff.id)
    .bind(&staff.email)
    .bind(&staff.email_key)
    .bind(&staff.name)
    .bind(&staff.role)
    .bind(&staff.state)
    .bind(&staff.password_hash)
    .bind(&staff.run)
    .bind(&staff.professional_kind)
    .bind(&staff.professional_registration)
    .bind(&staff.signature_svg)
    .bind(staff.signature_drawn_at)
    .bind(staff.demonstration)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<StaffRow>> {
    sqlx::query_as("SELECT * FROM staff WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn find_by_email(
    db: &mut Connection,
    email_key: &str,
) -> sqlx::Result<Option<StaffRow>> {
    sqlx::query_as("SELECT * FROM staff WHERE email_key = $1")
        .bind(email_key)
        .fetch_optional(db)
        .await
}

pub(crate) async fn list(db: &mut Connection) -> sqlx::Result<Vec<StaffRow>> {
    sqlx::query_as("SELECT * FROM staff ORDER BY name, id").fetch_all(db).await
}

pub(crate) async fn lock_active_of_role(db: &mut Connection, role: &str) -> sqlx::Result<i64> {
    let sql = format!(
        "WITH locked AS (
             SELECT id FROM staff WHERE role = $1 AND state = 'active' ORDER BY id {FOR_UPDATE})
         SELECT COUNT(*) FROM locked"
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(role).fetch_one(db).await
}
