//! What happens to bookings by themselves: an offer that was not taken passes on, who does not
//! come frees the places when others would have them or all is over, whoever waits is offered what
//! is free, everybody is reminded twice, and who does not answer about a new date is telephoned.
//!
//! Several processes may do it at once. Each act locks its offering or writes only where its row
//! still is as it was read, so that it is done once.

use domain::booking::{ANSWER_WITHIN_MS, BookingState, NO_SHOW_AFTER_MS, Reminding, is_no_show};
use domain::id::{BookingId, OutreachId};
use domain::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::acts::end;
use super::letters::{self, LetterKind};
use super::{line, reason, ticket};
use crate::day;
use crate::error::Error;
use crate::office::Office;
use crate::store::vocabulary::booking::{BookingRow, RemindRow};
use crate::store::vocabulary::booking_desk::UnansweredRow;
use crate::store::{Isolation, StoreError, Tx};

/// How many of each kind are dealt with in one go.
pub const AT_ONCE: u32 = 250;

/// Does what is due; answers how many bookings changed or were reminded. When that is
/// [`AT_ONCE`] or more there may be more to do at once.
///
/// # Errors
/// A failed database.
pub async fn tick(office: &Office) -> Result<u32, Error> {
    let now = office.clock.now();
    let due = office.store.read(move |tx| Box::pin(async move { Due::look(tx, now).await }));
    let due = due.await?;
    let mut done = 0;
    // Whose visit is in the register came, and is not missed.
    let ending = due.halls.iter().filter(|(_, ids)| !ids.is_empty());
    let ending: BTreeSet<_> = ending.map(|((outreach, _), _)| OutreachId(*outreach)).collect();
    for outreach in ending {
        let served = office
            .store
            .write_at(Isolation::Committed, outreach, move |tx, outreach| {
                Box::pin(async move { day::settle(tx, *outreach, now).await })
            })
            .await;
        done += told(served);
    }
    for (at, ids) in due.halls {
        let facts = (office.clone(), at, ids);
        let settled = office
            .store
            .write_at(Isolation::Committed, facts, move |tx, (office, at, ids)| {
                Box::pin(async move { settle(tx, office, (at, ids.as_slice()), now).await })
            })
            .await;
        done += told(settled);
    }
    done += remind(office, now).await?;
    Ok(done + ask_after(office, now).await?)
}

/// How many bookings were settled: one that fails keeps neither the others nor a reminder back.
fn told(settled: Result<u32, Error>) -> u32 {
    settled.unwrap_or_else(|error| {
        tracing::error!(%error, "bookings were not settled");
        0
    })
}

/// What is due, by offering: the bookings that end. An offering without any has places for those
/// who wait.
struct Due {
    halls: BTreeMap<(Uuid, String), Vec<Uuid>>,
}

impl Due {
    async fn look(tx: &mut Tx, now: Timestamp) -> Result<Self, StoreError> {
        let limit = i64::from(AT_ONCE);
        let missed = now.plus_ms(-NO_SHOW_AFTER_MS);
        let mut ending = tx.offers_over(now.0, limit).await?;
        ending.extend(tx.bookings_missed(missed.0, now.0, limit).await?);
        let lines = tx.lines_with_room(now.0).await?;
        let mut halls: BTreeMap<_, Vec<_>> =
            lines.into_iter().map(|line| (line, Vec::new())).collect();
        for row in ending {
            halls.entry((row.outreach_id, row.offering)).or_default().push(row.id);
        }
        Ok(Self { halls })
    }
}

/// Ends what is over at an offering, and offers what is free there.
async fn settle(
    tx: &mut Tx,
    office: &Office,
    ((outreach, offering), ids): (&(Uuid, String), &[Uuid]),
    now: Timestamp,
) -> Result<u32, Error> {
    let Some(mut hall) = line::lock(tx, (*outreach, offering)).await? else { return Ok(0) };
    // Somebody may have accepted, come or moved it while the lock was waited for.
    let rows = tx.bookings_with_ids(ids).await?;
    let ended = end_over(tx, &mut hall, rows, now).await?.len();
    let mut done = u32::try_from(ended).unwrap_or(u32::MAX);
    done += line::offer_free(tx, office, &mut hall, now).await?;
    hall.write(tx).await?;
    Ok(done)
}

/// Ends those of some bookings of a locked offering that are over, the earliest hour first: by the
/// places of one, whoever is late after it need not be missed any more. Answers which.
///
/// # Errors
/// A failed database.
pub(crate) async fn end_over(
    tx: &mut Tx,
    hall: &mut line::Hall,
    mut rows: Vec<BookingRow>,
    now: Timestamp,
) -> Result<Vec<BookingId>, Error> {
    let (outreach, offering) = (hall.place.outreach.id.0, hall.offering.code());
    let waits = !tx.waiting_counts(outreach, offering).await?.is_empty();
    rows.sort_by_key(|row| (row.slot_at, row.id));
    let mut ended = Vec::new();
    for mut row in rows {
        let ending = ending(&row, now, hall.ends_lateness(now, waits))?;
        let Some((state, why)) = ending else { continue };
        end(tx, hall, &mut row, (state, why, now)).await?;
        ended.push(BookingId(row.id));
    }
    Ok(ended)
}

/// How a booking ends that is over; nothing for one that is not.
fn ending(
    row: &BookingRow,
    now: Timestamp,
    ends_lateness: bool,
) -> Result<Option<(BookingState, &'static str)>, StoreError> {
    let slot = row.slot_at.map(Timestamp);
    Ok(match ticket::state_of(row)? {
        BookingState::Offered if row.offered_until.is_some_and(|until| until <= now.0) => {
            Some((BookingState::Lapsed, reason::LAPSED))
        }
        state if is_no_show(state, slot, now, ends_lateness) => {
            Some((BookingState::NoShow, reason::NO_SHOW))
        }
        _ => None,
    })
}

/// Writes the reminders that are due, each once.
async fn remind(office: &Office, now: Timestamp) -> Result<u32, Error> {
    let reminding = Reminding::at(now, &office.zone);
    let due = RemindRow {
        now: now.0,
        first_before: reminding.first_before.0,
        second_before: reminding.second_before.0,
        limit: i64::from(AT_ONCE),
    };
    let written = office.store.write_at(Isolation::Committed, due, move |tx, due| {
        Box::pin(async move {
            let mut done = 0;
            for row in tx.bookings_to_remind(due).await? {
                let Some(slot) = row.slot_at else { continue };
                let stage = i64::from(reminding.stage(Timestamp(slot)));
                if tx.note_reminder(row.id, slot, stage).await? {
                    letters::write(tx, LetterKind::BookingReminder, &row, now).await?;
                    done += 1;
                }
            }
            Ok::<_, Error>(done)
        })
    });
    written.await
}

/// Has the coordination ask those who have not said whether a new date suits, by telephone or, of
/// who left none, by e-mail. Their places stay theirs: who was promised one loses it by no silence,
/// and the reminder asks them again.
async fn ask_after(office: &Office, now: Timestamp) -> Result<u32, Error> {
    let due = UnansweredRow {
        now: now.0,
        told_before: now.plus_ms(-ANSWER_WITHIN_MS).0,
        limit: i64::from(AT_ONCE),
    };
    let written = office.store.write_at(Isolation::Committed, due, move |tx, due| {
        Box::pin(async move {
            let mut done = 0;
            for row in tx.bookings_unanswered(*due).await? {
                letters::ask_by_telephone(tx, &row, now).await?;
                done += 1;
            }
            Ok::<_, Error>(done)
        })
    });
    written.await
}
