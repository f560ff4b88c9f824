//! The lawful erasure of a person's bookings: live ones are given back, all say nothing any more,
//! and the mails about them are gone.

use domain::booking::BookingState;
use domain::identity::IdentityDocument;
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::acts::end;
use super::{line, reason, secrets, ticket};
use crate::error::Error;
use crate::keys::Keys;
use crate::store::Tx;

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
    let bookings = tx.erase_bookings(&ids).await?;
    let messages = tx.erase_booking_messages(&ids).await?;
    Ok(Removed { bookings, messages, tasks: tx.erase_booking_tasks(&ids).await? })
}
