//! Statements on whole tables, for backups. Names of tables and columns come from the catalogue.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, QueryBuilder, Row};

use super::{
    BYTES_IN, BYTES_OUT, CATALOGUE, CHECK_REFERENCES, Connection, DEFER_REFERENCES, Db, NUMBER_IN,
};
use crate::store::vocabulary::dump::{ColumnRow, Sink, TextRow};

/// Rows in one statement: 100 rows of 40 columns stay below SQLite's 32,766 parameters.
const ROWS: usize = 100;

pub(crate) async fn catalogue(db: &mut Connection) -> sqlx::Result<Vec<ColumnRow>> {
    sqlx::query_as(CATALOGUE).fetch_all(db).await
}

pub(crate) async fn dump(
    db: &mut Connection,
    columns: &[ColumnRow],
    sink: &mut Sink<'_>,
) -> sqlx::Result<u64> {
    let Some(first) = columns.first() else { return Ok(0) };
    let values: Vec<_> = columns.iter().map(outward).collect();
    let sql = format!("SELECT {} FROM \"{}\"", values.join(", "), first.table_name);
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(db);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        let values = (0..columns.len()).map(|place| row.try_get(place));
        sink(values.collect::<sqlx::Result<TextRow>>()?)?;
        count += 1;
    }
    Ok(count)
}

pub(crate) async fn load(
    db: &mut Connection,
    columns: &[ColumnRow],
    rows: &[TextRow],
) -> sqlx::Result<()> {
    let Some(first) = columns.first() else { return Ok(()) };
    let names: Vec<_> = columns.iter().map(|column| quoted(&column.column_name)).collect();
    for rows in rows.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new("INSERT INTO ");
        query.push(quoted(&first.table_name)).push(" (").push(names.join(", ")).push(") VALUES ");
        for (number, row) in rows.iter().enumerate() {
            query.push(if number == 0 { "(" } else { ", (" });
            for (place, (column, value)) in columns.iter().zip(row).enumerate() {
                let [before, after] = inward(column);
                query.push(if place == 0 { "" } else { ", " }).push(before);
                query.push_bind(value).push(after);
            }
            query.push(")");
        }
        query.build().persistent(false).execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn count(db: &mut Connection, table: &str) -> sqlx::Result<i64> {
    let sql = format!("SELECT COUNT(*) FROM {}", quoted(table));
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await
}

pub(crate) async fn empty(db: &mut Connection, table: &str) -> sqlx::Result<u64> {
    let sql = format!("DELETE FROM {}", quoted(table));
    Ok(sqlx::query(AssertSqlSafe(sql)).execute(db).await?.rows_affected())
}

pub(crate) async fn defer(db: &mut Connection) -> sqlx::Result<()> {
    sqlx::raw_sql(DEFER_REFERENCES).execute(db).await.map(drop)
}

pub(crate) async fn check(db: &mut Connection) -> sqlx::Result<()> {
    sqlx::raw_sql(CHECK_REFERENCES).execute(db).await.map(drop)
}

/// A column's value as text.
fn outward(column: &ColumnRow) -> String {
    let name = quoted(&column.column_name);
    match column.type_name.as_str() {
        "text" => name,
        "blob" | "bytea" => {
            // SQLite writes an absent value as an empty text.
            let text = format!("{}{name}{}", BYTES_OUT[0], BYTES_OUT[1]);
            format!("CASE WHEN {name} IS NOT NULL THEN {text} END")
        }
        "uuid" => format!("REPLACE(CAST({name} AS TEXT), '-', '')"),
        "boolean" => format!("CASE {name} WHEN TRUE THEN '1' WHEN FALSE THEN '0' END"),
        _ => format!("CAST({name} AS TEXT)"),
    }
}

/// What stands before and after a text to make it a column's value.
fn inward(column: &ColumnRow) -> [&'static str; 2] {
    match column.type_name.as_str() {
        "text" => ["", ""],
        "blob" | "bytea" => BYTES_IN,
        "uuid" => ["CAST(", " AS UUID)"],
        "boolean" => ["CAST(", " AS BOOLEAN)"],
        "real" | "double precision" => ["CAST(", " AS DOUBLE PRECISION)"],
        _ => NUMBER_IN,
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
