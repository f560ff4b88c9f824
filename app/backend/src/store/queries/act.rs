//! Statements on acts at the desk.

use uuid::Uuid;

use super::Connection;
use crate::store::vocabulary::act::DeskActRow;

pub(crate) async fn find(db: &mut Connection, id: Uuid) -> sqlx::Result<Option<DeskActRow>> {
    sqlx::query_as("SELECT * FROM desk_act WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn insert(db: &mut Connection, act: &DeskActRow) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO desk_act (id, said, answer, done_at) VALUES ($1, $2, $3, $4)")
        .bind(act.id)
        .bind(&act.said)
        .bind(&act.answer)
        .bind(act.done_at)
        .execute(db)
        .await
        .map(drop)
}
