//! What who booked is told of an outreach that changes: how it stands, less how they know it. They
//! know what the letters said that have left, what they were telephoned about, and what they did
//! themselves. What has not been said yet is taken back, and said with the rest; where it is again
//! as they know it, nothing is.

use domain::desk::queue::CallAbout;
use domain::name::search_key;
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

use super::letters::{self, BookingMail, LetterKind};
use crate::error::Error;
use crate::records::from_json;
use crate::store::Tx;
use crate::store::vocabulary::booking::BookingRow;
use crate::tasks::TaskBody;

/// What somebody knows of an outreach at which they have a booking, and how the booking stood by
/// that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// When they are asked to come; none while they wait.
    pub slot: Option<Timestamp>,
    /// When it begins.
    pub begins_at: Timestamp,
    /// Where it is held: the hall and its commune.
    pub place: String,
    /// It is called off.
    pub is_off: bool,
    /// They have said that the date suits them, or nobody asked.
    pub accepted: bool,
    /// How many of its reminders they had.
    pub reminders: i64,
    /// Until when a place is kept that was offered to them.
    pub until: Option<Timestamp>,
}

impl Known {
    /// Of a booking as it stands.
    pub(crate) fn of(row: &BookingRow, outreach: &Outreach) -> Self {
        Self {
            slot: row.slot_at.map(Timestamp),
            begins_at: outreach.starts_at,
            place: format!("{}, {}", outreach.place, outreach.commune),
            is_off: outreach.status == OutreachStatus::Suspended,
            accepted: row.accepted_date == 1,
            reminders: row.reminders,
            until: row.offered_until.map(Timestamp),
        }
    }

    /// When they come; who waits knows the beginning alone.
    fn at(&self) -> Timestamp {
        self.slot.unwrap_or(self.begins_at)
    }

    /// Whether it is held where they know it to be: written otherwise, it is the same.
    fn is_at(&self, place: &str) -> bool {
        search_key(&self.place) == search_key(place)
    }

    /// Whether there is nothing to be told between the two.
    fn is_as(&self, stands: &Self) -> bool {
        let when = |one: &Self| (one.slot, one.begins_at, one.is_off);
        when(self) == when(stands) && self.is_at(&stands.place)
    }

    /// Which letter they are to have about what stands now; none where that is what they know.
    fn letter(&self, stands: &Self, comes_home: bool) -> Option<LetterKind> {
        if stands.is_off {
            return (!self.is_off).then_some(LetterKind::OutreachSuspended);
        }
        if self.is_off || self.at() != stands.at() {
            return Some(LetterKind::OutreachMoved);
        }
        let is_there = comes_home || self.is_at(&stands.place);
        (!is_there).then_some(LetterKind::OutreachRelocated)
    }
}

/// What those know who expect something of an outreach, by the age of their bookings: to be asked
/// before it changes.
///
/// # Errors
/// A failed database.
pub(crate) async fn known(tx: &mut Tx, outreach: &Outreach) -> Result<Vec<(Uuid, Known)>, Error> {
    let ids = tx.expecting_bookings(outreach.id.0).await?;
    let rows = tx.bookings_with_ids(&ids).await?.into_iter();
    let mut known: HashMap<_, _> = rows.map(|row| (row.id, Known::of(&row, outreach))).collect();
    Ok(ids.into_iter().filter_map(|id| Some((id, known.remove(&id)?))).collect())
}

/// Tells those who have a booking how the outreach stands, as far as they do not know it; who left
/// no address is telephoned. Answers how many are told.
///
/// # Errors
/// A failed database.
pub(crate) async fn tell(
    tx: &mut Tx,
    outreach: &Outreach,
    known: &[(Uuid, Known)],
    now: Timestamp,
) -> Result<u32, Error> {
    let mut told = 0_u32;
    for (booking, before) in known {
        if let Some(row) = tx.booking(*booking).await? {
            told += u32::from(tell_one(tx, (outreach, row), before, now).await?);
        }
    }
    Ok(told)
}

async fn tell_one(
    tx: &mut Tx,
    (outreach, row): (&Outreach, BookingRow),
    before: &Known,
    now: Timestamp,
) -> Result<bool, Error> {
    let stands = Known::of(&row, outreach);
    if before.is_as(&stands) {
        // What was written of an earlier change says what holds.
        return Ok(false);
    }
    let unheard = Unheard::of(tx, row.id).await?;
    let known = unheard.known(before);
    let comes_home = outreach.kind == OutreachKind::HomeVisits;
    let letter = known.letter(&stands, comes_home);
    unheard.take_back(tx, letter).await?;
    let is_as_known = known.at() == stands.at() && !known.is_off && !stands.is_off;
    let row = if is_as_known { restored(tx, row, &known).await? } else { row };
    let Some(kind) = letter else { return Ok(false) };
    let plain = letters::body(&row);
    let is_off = kind == LetterKind::OutreachSuspended;
    let mail = BookingMail {
        // What is off is the hour that they know.
        slot: known.slot.filter(|_| is_off).or(plain.slot),
        was_at: (!is_off && known.at() != stands.at()).then(|| known.at()),
        was_place: (!is_off && !comes_home && !known.is_at(&stands.place))
            .then(|| known.place.clone()),
        known: Some(known),
        ..plain
    };
    letters::deliver(tx, (kind, &mail), &row, now).await
}

/// Gives a booking back what it had by the date that is again the one its people know: their yes,
/// the reminders they had, and the time that a place is kept.
async fn restored(tx: &mut Tx, row: BookingRow, known: &Known) -> Result<BookingRow, Error> {
    let until = known.until.map(|at| at.0);
    let back = BookingRow {
        accepted_date: i64::from(known.accepted),
        reminders: known.reminders,
        offered_until: row.offered_until.and(until).or(row.offered_until),
        ..row.clone()
    };
    if back != row {
        tx.replace_booking(&row.state, &back).await?;
    }
    Ok(back)
}

/// Tells somebody that the day is off, and that they have no place on any other; what was written
/// of it before and has not left is taken back. `false` when there is no way to tell them.
///
/// # Errors
/// A failed database.
pub(crate) async fn tell_for_good(
    tx: &mut Tx,
    booking: Uuid,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(row) = tx.booking(booking).await? else { return Ok(false) };
    tell_last(tx, LetterKind::OutreachSuspended, &row, now).await
}

/// Tells somebody that the outreach ended before their turn came; what was written of it before and
/// has not left is taken back. `false` when there is no way to tell them.
///
/// # Errors
/// A failed database.
pub(crate) async fn tell_it_ended(
    tx: &mut Tx,
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    tell_last(tx, LetterKind::OutreachEnded, row, now).await
}

/// Tells somebody that their hour is none any more: the one that they know.
async fn tell_last(
    tx: &mut Tx,
    kind: LetterKind,
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let unheard = Unheard::of(tx, row.id).await?;
    unheard.take_back(tx, Some(kind)).await?;
    let (plain, known) = (letters::body(row), unheard.first.map(|(_, known)| known));
    let slot = known.as_ref().and_then(|known| known.slot).or(plain.slot);
    letters::deliver(tx, (kind, &BookingMail { slot, known, ..plain }), row, now).await
}

/// What was to be told to somebody, by letter or telephone, and has not been.
#[derive(Default)]
struct Unheard {
    /// What the first of it is about, and what they know without it.
    first: Option<(LetterKind, Known)>,
    /// What they were told by the last letter that has left and says that all is off.
    off: Option<Known>,
    letters: Vec<Uuid>,
    calls: Vec<Uuid>,
    /// The calls that ask whether a date suits.
    questions: Vec<Uuid>,
}

impl Unheard {
    async fn of(tx: &mut Tx, booking: Uuid) -> Result<Self, Error> {
        let mut unheard = Self::default();
        for letter in tx.messages_about(letters::ABOUT, booking).await? {
            let kind = LetterKind::from_code(&letter.kind);
            let Some(kind) = kind.filter(|kind| tells_change(*kind)) else { continue };
            let has_left = matches!(letter.state.as_str(), "sent" | "leased");
            if letter.state == "pending" {
                let mail: BookingMail = from_json(&letter.body)?;
                unheard.add(kind, mail.known);
                unheard.letters.push(letter.id);
            } else if has_left && kind == LetterKind::OutreachSuspended {
                unheard.off = from_json::<BookingMail>(&letter.body)?.known;
            }
        }
        for task in tx.open_tasks_of_booking(booking).await? {
            let TaskBody::CallBooker { about, known, .. } = from_json(&task.body)? else {
                continue;
            };
            match about {
                CallAbout::Moved => unheard.add(LetterKind::OutreachMoved, known),
                CallAbout::Suspended => unheard.add(LetterKind::OutreachSuspended, known),
                CallAbout::Relocated => unheard.add(LetterKind::OutreachRelocated, known),
                CallAbout::Unanswered => {
                    unheard.questions.push(task.id);
                    continue;
                }
                CallAbout::Offered | CallAbout::Ended => continue,
            }
            unheard.calls.push(task.id);
        }
        Ok(unheard)
    }

    fn add(&mut self, kind: LetterKind, known: Option<Known>) {
        if self.first.is_none() {
            self.first = known.map(|known| (kind, known));
        }
    }

    /// What they know, of whom it was so `before` this change.
    fn known(&self, before: &Known) -> Known {
        let before = before.clone();
        match (&self.first, &self.off) {
            // Of the hour they know what they did themselves meanwhile; not of the place.
            (Some((LetterKind::OutreachRelocated, first)), _) => {
                Known { place: first.place.clone(), ..before }
            }
            // Who has said since that the date suits knows it; and a place that was offered since
            // was offered for it.
            (Some((LetterKind::OutreachMoved, first)), _)
                if before.accepted || first.slot.is_some() != before.slot.is_some() =>
            {
                Known { place: first.place.clone(), ..before }
            }
            (Some((_, first)), _) => first.clone(),
            // Its form may have put it on another day or elsewhere while it was off.
            (None, Some(off)) if before.is_off => Known {
                slot: off.slot.or(before.slot),
                begins_at: off.begins_at,
                place: off.place.clone(),
                ..before
            },
            (None, _) => before,
        }
    }

    /// Takes it back, for a letter that says all of it; or for none, where nothing is left to say.
    async fn take_back(&self, tx: &mut Tx, by: Option<LetterKind>) -> Result<(), Error> {
        for letter in &self.letters {
            tx.withdraw_message(*letter).await?;
        }
        // Whose date is the same is asked still whether it suits.
        let is_asked = matches!(by, None | Some(LetterKind::OutreachRelocated));
        let questions = self.questions.iter().filter(|_| !is_asked);
        for task in self.calls.iter().chain(questions) {
            tx.withdraw_task(*task).await?;
        }
        Ok(())
    }
}

/// Whether a letter tells that an outreach is not as it was.
const fn tells_change(kind: LetterKind) -> bool {
    matches!(
        kind,
        LetterKind::OutreachMoved | LetterKind::OutreachSuspended | LetterKind::OutreachRelocated
    )
}

#[cfg(test)]
mod tests;
