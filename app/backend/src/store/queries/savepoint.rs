//! Statements around one record of a batch.

use super::Connection;

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
