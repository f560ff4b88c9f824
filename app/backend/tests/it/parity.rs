//! Both databases have the same tables, columns, absences and unique indexes.

use crate::it::databases::{Database, Stored};
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::collections::BTreeSet;

/// The type of a column, by what the program binds to it.
fn family(kind: &str) -> &'static str {
    match kind {
        "text" => "text",
        "integer" | "bigint" | "boolean" => "number",
        "blob" | "bytea" | "uuid" => "bytes",
        "real" | "double precision" => "decimal",
        other => unreachable!("a column has the type {other}, which has no portable meaning"),
    }
}

async fn columns(database: &Database) -> BTreeSet<String> {
    let columns = database.store.glance(|tx| Box::pin(async move { tx.catalogue().await }));
    let columns: Stored<Vec<_>> = columns.await;
    let columns = columns.unwrap();
    let written = columns.iter().map(|column| {
        let kind = family(&column.type_name);
        let absent = if column.nullable { "or null" } else { "always" };
        format!("{}.{} {kind} {absent}", column.table_name, column.column_name)
    });
    written.collect()
}

const SQLITE_INDEXES: &str = r#"
    SELECT t.name || ' (' || (SELECT GROUP_CONCAT(c.name, ', ' ORDER BY c.seqno)
        FROM pragma_index_info(i.name) AS c) || ')' ||
        CASE WHEN i.partial THEN ' where' ELSE '' END
    FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS i
    WHERE t.type = 'table' AND i."unique" AND t.name NOT LIKE '\_sqlx%' ESCAPE '\'"#;

const POSTGRES_INDEXES: &str = r"
    SELECT t.relname || ' (' || (SELECT STRING_AGG(a.attname, ', ' ORDER BY k.place)
        FROM UNNEST(i.indkey::int2[]) WITH ORDINALITY AS k (column_number, place)
        JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.column_number) || ')' ||
        CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END
    FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid
    WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace
        AND t.relname NOT LIKE '\_sqlx%'";

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let (sqlite, postgres) = (Database::sqlite().await, Database::postgres().await);
    let (sqlite, postgres) = (columns(&sqlite).await, columns(&postgres).await);
    assert!(sqlite.contains("staff.email_key text always"));
    let only: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(only.is_empty(), "in one database only: {only:#?}");
}

#[tokio::test]
async fn both_databases_have_the_same_unique_indexes() {
    let (sqlite, postgres) = (Database::sqlite().await, Database::postgres().await);
    let mut db = SqliteConnection::connect(&sqlite.url).await.unwrap();
    let sqlite: Vec<String> = sqlx::query_scalar(SQLITE_INDEXES).fetch_all(&mut db).await.unwrap();
    let mut db = PgConnection::connect(&postgres.url).await.unwrap();
    let postgres: Vec<String> =
        sqlx::query_scalar(POSTGRES_INDEXES).fetch_all(&mut db).await.unwrap();
    let sqlite: BTreeSet<_> = sqlite.into_iter().collect();
    let postgres: BTreeSet<_> = postgres.into_iter().collect();
    assert!(sqlite.contains("signing_key (purpose) where"), "{sqlite:#?}");
    let only: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(only.is_empty(), "in one database only: {only:#?}");
}

#[tokio::test]
async fn every_sqlite_table_is_strict() {
    let database = Database::sqlite().await;
    let loose = r"SELECT COUNT(*) FROM pragma_table_list
        WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'
            AND name NOT LIKE '\_sqlx%' ESCAPE '\'";
    assert_eq!(database.number(loose).await, 0);
}
