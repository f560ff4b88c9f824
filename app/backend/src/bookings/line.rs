//! The places of one offering at an outreach while an act moves them, and the line of those who
//! wait for what becomes free.

use domain::booking::{
    AnimalAsked, BookingState, Eligibility, Offering, SHORTEST_OFFER_MS, Slot, ends_lateness, lent,
    offered_until, room, slots,
};
use domain::outreach::OutreachStatus;
use domain::outreach::times::{GivenBack, Promised, given_back};
use domain::refusal::Refusal;
use domain::timestamp::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::letters::{self, LetterKind};
use super::ticket::{Place, owner_of};
use crate::desk::number;
use crate::error::Error;
use crate::office::Office;
use crate::records::{self, from_json};
use crate::store::Tx;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::plan::{PlaceChange, SlotRow};

/// How many of those who wait are read at a time.
const LOOKED_AT: i64 = 100;

/// An offering at an outreach, locked: nobody else moves its places until the end. What is taken
/// and given back is written by [`Hall::write`], once.
pub(crate) struct Hall {
    pub(crate) place: Place,
    pub(crate) offering: Offering,
    pub(crate) eligibility: Eligibility,
    slots: Vec<SlotRow>,
    capacity: i64,
    free: i64,
    /// Places taken since, less those given back.
    moved: i64,
    /// The same by slot, with what others lent to it, less what it lent.
    moved_slots: BTreeMap<i64, (i64, i64)>,
}

/// Locks an offering at an outreach and reads how it stands; nothing when there is none.
///
/// # Errors
/// [`Refusal::OutreachUnknown`]; a failed database.
pub(crate) async fn lock(
    tx: &mut Tx,
    (outreach, offering): (Uuid, &str),
) -> Result<Option<Hall>, Error> {
    if !tx.lock_offering(outreach, offering).await? {
        return Ok(None);
    }
    let place = Place::of(tx, outreach).await?;
    let Some(row) = tx.offering(outreach, offering).await? else { return Ok(None) };
    let slots = tx.slots_of(outreach, offering).await?;
    Ok(Some(Hall {
        place,
        offering: records::code(&row.offering, Offering::from_code)?,
        eligibility: from_json(&row.eligibility)?,
        slots,
        capacity: row.capacity,
        free: row.capacity - row.booked - row.used - row.shared,
        moved: 0,
        moved_slots: BTreeMap::new(),
    }))
}

impl Hall {
    /// Whether places may be booked, or waited for, now.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.place.takes_bookings(now)
    }

    /// Whether who has not come yet may come late no more.
    pub(super) fn ends_lateness(&self, now: Timestamp, is_waited_for: bool) -> bool {
        let free = u32::try_from(self.free).unwrap_or(0);
        let is_over = self.place.outreach.ends_at <= now;
        ends_lateness(free, is_waited_for, is_over, self.place.comes_home())
    }

    /// Whether places that become free are still offered: to who waits already, also while nobody
    /// may book any more; but not before anybody may.
    fn still_offers(&self, now: Timestamp) -> bool {
        let is_coming = match self.place.outreach.status {
            OutreachStatus::Open | OutreachStatus::UnderWay => true,
            OutreachStatus::Published => self.place.has_opened(now),
            _ => false,
        };
        is_coming && now < self.place.outreach.ends_at
    }

    /// Whether there is such a slot, and it begins after a moment.
    pub(super) fn has_slot(&self, slot: Timestamp, after: Timestamp) -> bool {
        slot > after && self.slots.iter().any(|row| row.starts_at == slot.0)
    }

    /// How many places there are at all, where so many are more: nobody waits for what cannot be.
    pub(super) fn most_within(&self, places: i64) -> Option<u8> {
        let is_too_many = self.capacity > 0 && places > self.capacity;
        is_too_many.then(|| u8::try_from(self.capacity).unwrap_or(u8::MAX))
    }

    /// The slot with room for so many ([`room`]): the one that is wanted, or without one the first
    /// of those that begin after a moment.
    pub(super) fn room(
        &self,
        wanted: Option<Timestamp>,
        places: i64,
        after: Timestamp,
    ) -> Option<Timestamp> {
        if self.free < places {
            return None;
        }
        room(&self.free_slots(after.0), wanted, number(places))
    }

    /// For how many animals of one booking there is room, in slots that begin after a moment.
    fn largest(&self, after: Timestamp) -> i64 {
        let free = self.free_slots(after.0);
        let most: i64 = free.iter().map(|slot| i64::from(slot.capacity)).sum();
        most.min(self.free)
    }

    /// How many places may be lent to phones: all that are free, but those that whoever waits may
    /// still be offered.
    pub(crate) fn lendable(&self, is_waited_for: bool, now: Timestamp) -> u32 {
        let kept = match is_waited_for && self.still_offers(now) {
            true => self.largest(now.plus_ms(SHORTEST_OFFER_MS - 1)),
            false => 0,
        };
        number((self.free - kept).max(0))
    }

    /// What is free in the slots that begin after a moment, in order.
    fn free_slots(&self, after: i64) -> Vec<Slot> {
        let rows = self.slots.iter().filter(|row| row.starts_at > after);
        let free = |row: &SlotRow| Slot {
            starts_at: Timestamp(row.starts_at),
            capacity: number((row.capacity - row.booked).max(0)),
        };
        rows.map(free).collect()
    }

    /// Takes so many places in a slot.
    pub(super) fn take(&mut self, slot: Timestamp, places: i64) {
        self.free -= places;
        self.moved += places;
        self.shift(slot, places);
    }

    /// Moves what is held in one slot to another, which may have lent places to the first; `false`
    /// where that has no room, and nothing is moved.
    pub(super) fn exchange(
        &mut self,
        (from, to): (Option<i64>, Timestamp),
        places: i64,
        now: Timestamp,
    ) -> bool {
        let before = (self.slots.clone(), self.moved_slots.clone());
        if let Some(from) = from {
            self.shift(Timestamp(from), -places);
            self.call_back(now);
        }
        if room(&self.free_slots(now.0), Some(to), number(places)).is_none() {
            (self.slots, self.moved_slots) = before;
            return false;
        }
        self.shift(to, places);
        true
    }

    /// Moves what is held in a slot beyond the hours of the outreach to the last one within them
    /// that has room for it and begins after a moment; nothing where none does.
    fn bring_in(&mut self, from: Timestamp, places: i64, now: Timestamp) -> Option<Timestamp> {
        let before = (self.slots.clone(), self.moved_slots.clone());
        self.shift(from, -places);
        self.call_back(now);
        let ends_at = self.place.outreach.ends_at;
        let mut free = self.free_slots(now.0);
        free.retain(|slot| slot.starts_at < ends_at);
        let mut last = free.iter().rev().map(|slot| slot.starts_at);
        let to = last.find(|at| room(&free, Some(*at), number(places)).is_some());
        match to {
            Some(to) => self.shift(to, places),
            None => (self.slots, self.moved_slots) = before,
        }
        to
    }

    /// Gives back what a booking holds, if it holds any.
    pub(crate) fn give_back(&mut self, row: &BookingRow, now: Timestamp) {
        let state = BookingState::from_code(&row.state);
        if !state.is_some_and(BookingState::holds_places) {
            return;
        }
        self.free += row.places;
        self.moved -= row.places;
        if let Some(slot) = row.slot_at {
            self.shift(Timestamp(slot), -row.places);
            self.call_back(now);
        }
    }

    /// Lets slots to come have back what they lent to others that need it no more
    /// ([`given_back`]).
    fn call_back(&mut self, now: Timestamp) {
        let outreach = &self.place.outreach;
        let fresh = slots(outreach.starts_at, outreach.ends_at, number(self.capacity));
        let held = |row: &SlotRow| Promised {
            slot: Slot { starts_at: Timestamp(row.starts_at), capacity: number(row.capacity) },
            booked: number(row.booked),
        };
        let held: Vec<_> = self.slots.iter().map(held).collect();
        for GivenBack { from, to, places } in given_back(&fresh, &held, now) {
            self.change(from.0, (0, -i64::from(places)));
            self.change(to.0, (0, i64::from(places)));
        }
    }

    /// Moves what is promised of a slot. Where it has too few left, those after it lend theirs
    /// ([`lent`]). A slot that is no more, as after a change of plans, keeps no places either.
    fn shift(&mut self, slot: Timestamp, places: i64) {
        let free = self.free_slots(slot.0 - 1);
        let parts = lent(&free, slot, number(places.max(0))).unwrap_or_default();
        for (later, part) in parts {
            self.change(later.0, (0, -i64::from(part)));
            self.change(slot.0, (0, i64::from(part)));
        }
        self.change(slot.0, (places, 0));
    }

    fn change(&mut self, starts_at: i64, (booked, capacity): (i64, i64)) {
        if let Some(row) = self.slots.iter_mut().find(|row| row.starts_at == starts_at) {
            row.booked += booked;
            row.capacity += capacity;
            let moved = self.moved_slots.entry(starts_at).or_default();
            *moved = (moved.0 + booked, moved.1 + capacity);
        }
    }

    /// Writes what was taken and given back. The database's own sums are the last word: when they
    /// say otherwise, all is run again.
    ///
    /// # Errors
    /// [`Refusal::ChangedMeanwhile`]; a failed database.
    pub(crate) async fn write(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let (outreach, offering) = (self.place.outreach.id.0, self.offering.code());
        let mut fits = true;
        let booked = std::mem::take(&mut self.moved);
        if booked != 0 {
            let change = PlaceChange { booked, used: 0, shared: 0 };
            fits &= tx.move_places(outreach, offering, change).await?;
        }
        for (slot, change) in std::mem::take(&mut self.moved_slots) {
            if change != (0, 0) {
                fits &= tx.change_slot(outreach, offering, slot, change).await?;
            }
        }
        if fits {
            return Ok(());
        }
        tx.run_again();
        Err(Error::Refused(Refusal::ChangedMeanwhile))
    }
}

/// Lets the slots of an offering have back what they lent, where promises were given back by
/// statements of their own.
///
/// # Errors
/// As [`Hall::write`].
pub(crate) async fn call_back(tx: &mut Tx, at: (Uuid, &str), now: Timestamp) -> Result<(), Error> {
    let Some(mut hall) = lock(tx, at).await? else { return Ok(()) };
    hall.call_back(now);
    hall.write(tx).await
}

/// Gives whoever has an hour of an offering that lies beyond the end of the outreach the last one
/// that is left, which they have to accept. Answers whether there was anybody.
///
/// # Errors
/// [`Refusal::HoursPromised`] where no hour is left for somebody; as [`Hall::write`].
pub(crate) async fn bring_in(tx: &mut Tx, at: (Uuid, &str), now: Timestamp) -> Result<bool, Error> {
    let Some(mut hall) = lock(tx, at).await? else { return Ok(false) };
    let ends_at = hall.place.outreach.ends_at;
    let ids = tx.expecting_of(at.0, at.1).await?;
    let mut rows = tx.bookings_with_ids(&ids).await?;
    rows.retain(|row| row.slot_at.is_some_and(|slot| slot >= ends_at.0 && slot > now.0));
    // Who comes last has the last hour.
    rows.sort_by_key(|row| (std::cmp::Reverse(row.slot_at), row.id));
    for row in &rows {
        let from = Timestamp(row.slot_at.unwrap_or(ends_at.0));
        let to = hall.bring_in(from, row.places, now);
        let to = to.ok_or(Error::Refused(Refusal::HoursPromised))?;
        let moved = BookingRow {
            slot_at: Some(to.0),
            accepted_date: 0,
            offered_until: row.offered_until.map(|until| until.min(to.0)),
            changed_at: now.0,
            ..row.clone()
        };
        if !tx.replace_booking(&row.state, &moved).await? {
            return Err(Error::Refused(Refusal::ChangedMeanwhile));
        }
    }
    hall.write(tx).await?;
    Ok(!rows.is_empty())
}

/// Offers what is free to those who wait: whoever is served first before the others, and each in
/// the order in which they came, but nobody for animals that are not taken there any more, or for
/// more than there is room for. The line is read in parts, each for what is left then, until
/// nothing is or it ends. Answers how many were offered a place.
///
/// # Errors
/// A failed database.
pub(crate) async fn offer_free(
    tx: &mut Tx,
    office: &Office,
    hall: &mut Hall,
    now: Timestamp,
) -> Result<u32, Error> {
    if !hall.still_offers(now) {
        return Ok(0);
    }
    let (outreach, offering) = (hall.place.outreach.id.0, hall.offering.code());
    // A slot that begins at once leaves no time to accept it.
    let after = now.plus_ms(SHORTEST_OFFER_MS - 1);
    let (mut offered, mut passed) = (0, None);
    loop {
        let most = hall.largest(after);
        if most <= 0 {
            return Ok(offered);
        }
        let most = (most, hall.place.gives_priority());
        let line = tx.waiting_line((outreach, offering), most, passed, LOOKED_AT).await?;
        passed = line.last().map(|row| (row.priority, row.created_at, row.id));
        let is_last = i64::try_from(line.len()).is_ok_and(|read| read < LOOKED_AT);
        for mut row in line {
            if offer(tx, office, hall, (&mut row, after, now)).await? {
                offered += 1;
            }
        }
        if is_last {
            return Ok(offered);
        }
    }
}

/// Offers somebody who waits a place, if their animals are taken and there is room for them.
async fn offer(
    tx: &mut Tx,
    office: &Office,
    hall: &mut Hall,
    (row, after, now): (&mut BookingRow, Timestamp, Timestamp),
) -> Result<bool, Error> {
    let wanted = row.wanted_slot.map(Timestamp);
    let slot = hall.room(wanted, row.places, after);
    let slot = slot.or_else(|| hall.room(None, row.places, after));
    let until = slot.and_then(|slot| offered_until(now, slot, &office.zone));
    let Some((slot, until)) = slot.zip(until) else { return Ok(false) };
    // What is taken, and the day, may have changed since they asked.
    let Some(owner) = owner_of(row)? else { return Ok(false) };
    let days = (office.day_of(Timestamp(row.created_at)), hall.place.outreach.held_on);
    let there = |animal: &AnimalAsked| animal.on_day(days.0, days.1);
    let is_taken = |animal| hall.eligibility.lacks(&there(animal)).is_empty();
    if hall.eligibility.is_too_many(owner.animals.len()) || !owner.animals.iter().all(is_taken) {
        return Ok(false);
    }
    let from = std::mem::replace(&mut row.state, BookingState::Offered.code().to_owned());
    row.slot_at = Some(slot.0);
    row.offered_until = Some(until.0);
    row.changed_at = now.0;
    if !tx.replace_booking(&from, row).await? {
        return Ok(false);
    }
    hall.take(slot, row.places);
    letters::write(tx, LetterKind::PlaceOffered, row, now).await?;
    Ok(true)
}

/// How many wait who are served first, if anybody is, and how many others.
pub(super) fn counts(by_priority: &[(i64, i64)], gives_priority: bool) -> (u32, u32) {
    let goes_first = |priority: i64| gives_priority && priority > 0;
    let of = |is_first: bool| {
        let own = by_priority.iter().filter(|(priority, _)| goes_first(*priority) == is_first);
        own.fold(0_u32, |sum, (_, count)| {
            sum.saturating_add(u32::try_from(*count).unwrap_or(u32::MAX))
        })
    };
    (of(true), of(false))
}

#[cfg(test)]
mod tests;
