//! Statements on bookings as the desk of the coordination lists and answers them.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::booking::first;
use super::{Connection, Db, one_of};
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::booking_desk::{ListedRow, UnansweredRow};

pub(crate) async fn listed(
    db: &mut Connection,
    ask: &ListedRow<'_>,
) -> sqlx::Result<Vec<BookingRow>> {
    let mut query = QueryBuilder::<Db>::new("SELECT * FROM booking WHERE outreach_id = ");
    query.push_bind(ask.outreach).push(" AND ");
    one_of(&mut query, "state", ask.states);
    if ask.is_unanswered {
        query.push(" AND accepted_date = 0");
    }
    if ask.is_to_call {
        query.push(
            " AND EXISTS (SELECT 1 FROM task
                 WHERE task.booking_id = booking.id AND task.state = 'open')",
        );
    }
    query.push(" ORDER BY CASE WHEN slot_at IS NULL THEN 1 ELSE 0 END, slot_at, ");
    query.push(first(ask.gives_priority)).push(" DESC, created_at, id LIMIT ");
    query.push_bind(ask.limit).push(" OFFSET ").push_bind(ask.from);
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn open_calls(
    db: &mut Connection,
    bookings: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, String)>> {
    let mut query = QueryBuilder::<Db>::new(
        "SELECT booking_id, kind FROM task WHERE booking_id IS NOT NULL AND state = 'open' AND ",
    );
    one_of(&mut query, "booking_id", bookings);
    query.push(" ORDER BY created_at, id");
    query.build_query_as().fetch_all(db).await
}

pub(crate) async fn solve_calls(
    db: &mut Connection,
    booking: Uuid,
    (by, resolution): (Uuid, &str),
    at: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query(
        "UPDATE task SET state = 'done', solved_by = $2, resolution = $3, solved_at = $4
         WHERE booking_id = $1 AND state = 'open'",
    )
    .bind(booking)
    .bind(by)
    .bind(resolution)
    .bind(at)
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn unanswered(
    db: &mut Connection,
    due: UnansweredRow,
) -> sqlx::Result<Vec<BookingRow>> {
    sqlx::query_as(
        "SELECT booking.* FROM booking
         JOIN outreach ON outreach.id = booking.outreach_id
         WHERE booking.state = 'booked' AND booking.accepted_date = 0
             AND booking.slot_at > $1 AND booking.details <> ''
             AND (booking.changed_at <= $2 OR booking.changed_at + booking.slot_at <= $1 + $1)
             AND outreach.status IN ('published', 'open', 'under_way')
             AND NOT EXISTS (SELECT 1 FROM task
                 WHERE task.booking_id = booking.id AND (
                     (task.kind = 'call_unanswered'
                         AND (task.state = 'open' OR task.created_at >= booking.changed_at))
                     OR (task.kind = 'call_moved' AND task.state = 'open'
                         AND task.created_at >= booking.changed_at)))
         ORDER BY booking.slot_at, booking.id LIMIT $3",
    )
    .bind(due.now)
    .bind(due.told_before)
    .bind(due.limit)
    .fetch_all(db)
    .await
}
