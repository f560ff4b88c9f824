//! Statements around one record of a batch, and on transactions seen from outside.

use super::{Connection, IDLE_TRANSACTIONS};

pub(crate) async fn begin(db: &mut Connection) -> sqlx::Result<()> {
    sqlx::raw_sql("SAVEPOINT record").execute(db).await.map(drop)
}

pub(crate) async fn release(db: &mut Connection) -> sqlx::Result<()> {
    sqlx::raw_sql("RELEASE SAVEPOINT record").execute(db).await.map(drop)
}

pub(crate) async fn rollback(db: &mut Connection) -> sqlx::Result<()> {
    sqlx::raw_sql("ROLLBACK TO SAVEPOINT record; RELEASE SAVEPOINT record")
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn idle(db: &mut Connection) -> sqlx::Result<i64> {
    sqlx::query_scalar(IDLE_TRANSACTIONS).fetch_one(db).await
}
