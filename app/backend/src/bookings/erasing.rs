//! Bookings that say nothing of a person any more: by a lawful erasure, which gives live ones back
//! first, and by themselves some time after their outreach. The mails and tasks about them go too.

use domain::booking::BookingState;
use domain::identity::IdentityDocument;
use domain::timestamp::{DAY_MS, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::acts::end;
use super::{line, reason, secrets, ticket};
use crate::error::Error;
use crate::keys::Keys;
use crate::office::Office;
use crate::store::{Isolation, StoreError, Tx};
use crate::territory;

/// How long after the end of its outreach a booking says whose it was, in milliseconds: ninety
/// days, in which it can still be asked after.
pub const KEPT_MS: i64 = 90 * DAY_MS;
/// How many are emptied in one go.
const AT_ONCE: i64 = 500;

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Removed {
    /// Bookings that were emptied.
    pub(crate) bookings: u64,
    /// Messages about them.
    pub(crate) messages: u64,
    /// Tasks about them.
    pub(crate) tasks: u64,
}

/// Empties the bookings of some owners of the register, and those made with their documents.
///
/// # Errors
/// A failed database.
pub(crate) async fn erase(
    tx: &mut Tx,
    keys: &Keys,
    (owners, documents): (&[Uuid], &[IdentityDocument]),
    now: Timestamp,
) -> Result<Removed, Error> {
    let documents = documents.iter().filter_map(|document| secrets::owner_key(keys, document));
    let documents: Vec<_> = documents.collect();
    let rows = tx.bookings_of_person(owners, &documents).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut halls: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        halls.entry((row.outreach_id, row.offering)).or_default().push(row.id);
    }
    for ((outreach, offering), ids) in halls {
        let Some(mut hall) = line::lock(tx, (outreach, &offering)).await? else { continue };
        for mut row in tx.bookings_with_ids(&ids).await? {
            let state = ticket::state_of(&row)?;
            if state.holds_places() || state == BookingState::Waiting {
                let ending = (BookingState::Cancelled, reason::ERASED, now);
                end(tx, &mut hall, &mut row, ending).await?;
            }
        }
        // What became free is offered at the next turn of the worker.
        hall.write(tx).await?;
    }
    Ok(empty(tx, &ids).await?)
}

async fn empty(tx: &mut Tx, ids: &[Uuid]) -> Result<Removed, StoreError> {
    Ok(Removed {
        bookings: tx.erase_bookings(ids).await?,
        messages: tx.erase_booking_messages(ids).await?,
        tasks: tx.erase_booking_tasks(ids).await?,
    })
}

/// Empties what bookings say of people [`KEPT_MS`] after the end of their outreach. What was
/// offered, when, for how many and what became of it stays, for the papers of the outreach are
/// printed from it, and where the next one does most good is asked of it. Answers how many were
/// emptied.
///
/// # Errors
/// A failed database.
pub async fn forget(office: &Office) -> Result<u64, Error> {
    let before = office.clock.now().plus_ms(-KEPT_MS);
    let mut forgotten = 0;
    loop {
        let written = office.store.write_at(Isolation::Committed, before, |tx, before| {
            Box::pin(async move {
                let ids = tx.bookings_to_forget(before.0, AT_ONCE).await?;
                territory::settle_waiting(tx, &ids).await?;
                empty(tx, &ids).await
            })
        });
        let emptied = written.await.map_err(|error: StoreError| Error::from(error))?.bookings;
        if emptied == 0 {
            return Ok(forgotten);
        }
        forgotten += emptied;
    }
}
