//! Statements on stock.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{Connection, Db, PARTS, ROWS, one_of};
use crate::store::vocabulary::stock::{
    ChipAllotmentRow, ChipLotRow, ChipRangeRow, ChipWriteOffRow, DosesGivenAtRow, DosesGivenRow,
    ProductLotRow, ProductMovementRow, ProductSumRow, UsedChipRow,
};

/// What is implanted, with the phone on which it was recorded; an index follows what it asks.
const IMPLANTED: &str = "SELECT service.chip, service.outreach_id, submission.device_id
     FROM service LEFT JOIN submission ON submission.id = service.submission_id
     WHERE service.kind = 'implantation' AND service.annulled_at IS NULL AND ";

pub(crate) async fn insert_chip_lot(db: &mut Connection, lot: &ChipLotRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO chip_lot (id, supplier, paper, received_on, received_by, received_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(lot.id)
    .bind(&lot.supplier)
    .bind(&lot.paper)
    .bind(&lot.received_on)
    .bind(lot.received_by)
    .bind(lot.received_at)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn chip_lots(db: &mut Connection) -> sqlx::Result<Vec<ChipLotRow>> {
    sqlx::query_as("SELECT * FROM chip_lot ORDER BY received_on DESC, received_at DESC, id")
        .fetch_all(db)
        .await
}

pub(crate) async fn insert_chip_range(
    db: &mut Connection,
    range: &ChipRangeRow,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO chip_range (first, last, lot_id) VALUES ($1, $2, $3)")
        .bind(&range.first)
        .bind(&range.last)
        .bind(range.lot_id)
        .execute(db)
        .await
        .map(drop)
}

pub(crate) async fn chip_ranges(db: &mut Connection) -> sqlx::Result<Vec<ChipRangeRow>> {
    sqlx::query_as("SELECT * FROM chip_range ORDER BY first").fetch_all(db).await
}

pub(crate) async fn insert_chip_allotments(
    db: &mut Connection,
    held: &[ChipAllotmentRow],
) -> sqlx::Result<()> {
    for held in held.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new(
            "INSERT INTO chip_allotment (first, last, outreach_id, device_id, allotted_by,
                 allotted_at) ",
        );
        query.push_values(held, |mut row, held| {
            row.push_bind(&held.first).push_bind(&held.last).push_bind(held.outreach_id);
            row.push_bind(held.device_id).push_bind(held.allotted_by);
            row.push_bind(held.allotted_at);
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn chip_allotments(db: &mut Connection) -> sqlx::Result<Vec<ChipAllotmentRow>> {
    sqlx::query_as("SELECT * FROM chip_allotment ORDER BY first").fetch_all(db).await
}

pub(crate) async fn chip_allotments_of(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<ChipAllotmentRow>> {
    sqlx::query_as("SELECT * FROM chip_allotment WHERE outreach_id = $1 ORDER BY first")
        .bind(outreach)
        .fetch_all(db)
        .await
}

pub(crate) async fn delete_chip_allotments(
    db: &mut Connection,
    firsts: &[String],
) -> sqlx::Result<()> {
    for firsts in firsts.chunks(ROWS) {
        let mut query = QueryBuilder::<Db>::new("DELETE FROM chip_allotment WHERE ");
        one_of(&mut query, "first", firsts);
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) async fn insert_chip_write_off(
    db: &mut Connection,
    lost: &ChipWriteOffRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO chip_write_off (chip, reason, outreach_id, device_id, submission_id,
             staff_id, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (chip) DO NOTHING",
    )
    .bind(&lost.chip)
    .bind(&lost.reason)
    .bind(lost.outreach_id)
    .bind(lost.device_id)
    .bind(lost.submission_id)
    .bind(lost.staff_id)
    .bind(lost.recorded_at)
    .execute(db)
    .await
    .map(drop)
}

/// Asks the same of each range, some ranges at a time. Ranges that are asked together do not
/// overlap, so that no number is answered twice.
async fn within(
    db: &mut Connection,
    (select, column): (&str, &str),
    ranges: &[(String, String)],
) -> sqlx::Result<Vec<UsedChipRow>> {
    let mut found: Vec<UsedChipRow> = Vec::new();
    for ranges in ranges.chunks(PARTS) {
        let mut query = QueryBuilder::<Db>::new("");
        for (place, (first, last)) in ranges.iter().enumerate() {
            query.push(if place == 0 { "" } else { " UNION ALL " });
            query.push(select).push(column).push(" >= ").push_bind(first);
            query.push(" AND ").push(column).push(" <= ").push_bind(last);
        }
        let part: Vec<UsedChipRow> = query.build_query_as().fetch_all(&mut *db).await?;
        found.extend(part);
    }
    found.sort_unstable_by(|one, other| one.chip.cmp(&other.chip));
    Ok(found)
}

pub(crate) async fn chips_lost(
    db: &mut Connection,
    ranges: &[(String, String)],
) -> sqlx::Result<Vec<UsedChipRow>> {
    let select = "SELECT chip, outreach_id, device_id FROM chip_write_off WHERE ";
    within(db, (select, "chip"), ranges).await
}

pub(crate) async fn chips_lost_at(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<UsedChipRow>> {
    sqlx::query_as(
        "SELECT chip, outreach_id, device_id FROM chip_write_off WHERE outreach_id = $1
         ORDER BY chip",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}

pub(crate) async fn chips_implanted(
    db: &mut Connection,
    ranges: &[(String, String)],
) -> sqlx::Result<Vec<UsedChipRow>> {
    within(db, (IMPLANTED, "service.chip"), ranges).await
}

pub(crate) async fn chips_implanted_at(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<UsedChipRow>> {
    let mut query = QueryBuilder::<Db>::new(IMPLANTED);
    query.push("service.outreach_id = ").push_bind(outreach);
    query.push(" AND service.chip IS NOT NULL ORDER BY service.chip");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn insert_product_lot(
    db: &mut Connection,
    lot: &ProductLotRow,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO product_lot (id, product, kind, lot, batch, expires_on)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(lot.id)
    .bind(&lot.product)
    .bind(&lot.kind)
    .bind(&lot.lot)
    .bind(&lot.batch)
    .bind(&lot.expires_on)
    .execute(db)
    .await
    .map(drop)
}

pub(crate) async fn update_product_lot(
    db: &mut Connection,
    lot: &ProductLotRow,
) -> sqlx::Result<bool> {
    let done =
        sqlx::query("UPDATE product_lot SET lot = $2, batch = $3, expires_on = $4 WHERE id = $1")
            .bind(lot.id)
            .bind(&lot.lot)
            .bind(&lot.batch)
            .bind(&lot.expires_on)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn product_lots(db: &mut Connection) -> sqlx::Result<Vec<ProductLotRow>> {
    sqlx::query_as("SELECT * FROM product_lot ORDER BY expires_on, id").fetch_all(db).await
}

pub(crate) async fn product_lot(
    db: &mut Connection,
    id: Uuid,
) -> sqlx::Result<Option<ProductLotRow>> {
    sqlx::query_as("SELECT * FROM product_lot WHERE id = $1").bind(id).fetch_optional(db).await
}

pub(crate) async fn product_lot_of(
    db: &mut Connection,
    batch: &str,
    kind: &str,
) -> sqlx::Result<Option<ProductLotRow>> {
    sqlx::query_as("SELECT * FROM product_lot WHERE batch = $1 AND kind = $2")
        .bind(batch)
        .bind(kind)
        .fetch_optional(db)
        .await
}

pub(crate) async fn insert_product_movement(
    db: &mut Connection,
    moved: &ProductMovementRow,
) -> sqlx::Result<bool> {
    sqlx::query(
        "INSERT INTO product_movement (id, lot_id, kind, doses, outreach_id, device_id, supplier,
             paper, moved_on, moved_by, moved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
    )
    .bind(moved.id)
    .bind(moved.lot_id)
    .bind(&moved.kind)
    .bind(moved.doses)
    .bind(moved.outreach_id)
    .bind(moved.device_id)
    .bind(&moved.supplier)
    .bind(&moved.paper)
    .bind(&moved.moved_on)
    .bind(moved.moved_by)
    .bind(moved.moved_at)
    .execute(db)
    .await
    .map(|done| done.rows_affected() == 1)
}

pub(crate) async fn product_sums(db: &mut Connection) -> sqlx::Result<Vec<ProductSumRow>> {
    sqlx::query_as(
        "SELECT lot_id, kind, outreach_id, device_id, CAST(SUM(doses) AS BIGINT) AS doses
         FROM product_movement GROUP BY lot_id, kind, outreach_id, device_id
         ORDER BY lot_id, kind, outreach_id, device_id",
    )
    .fetch_all(db)
    .await
}

/// Counted in the index of the batches: no service is read.
pub(crate) async fn doses_given(
    db: &mut Connection,
    batches: &[String],
) -> sqlx::Result<Vec<DosesGivenRow>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT batch, kind, outreach_id, COUNT(*) AS doses FROM service
         WHERE annulled_at IS NULL AND ",
    );
    one_of(&mut query, "batch", batches);
    query.push(" GROUP BY batch, kind, outreach_id ORDER BY batch, kind, outreach_id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn doses_given_at(
    db: &mut Connection,
    outreach: Uuid,
) -> sqlx::Result<Vec<DosesGivenAtRow>> {
    sqlx::query_as(
        "SELECT service.batch, service.kind, submission.device_id, COUNT(*) AS doses
         FROM service LEFT JOIN submission ON submission.id = service.submission_id
         WHERE service.outreach_id = $1 AND service.annulled_at IS NULL
             AND service.batch IS NOT NULL
         GROUP BY service.batch, service.kind, submission.device_id
         ORDER BY service.batch, service.kind, submission.device_id",
    )
    .bind(outreach)
    .fetch_all(db)
    .await
}
