//! The bookings of an outreach at the desk of the coordination: who booked, how they are reached,
//! and what they say when they are telephoned.

use domain::booking::{BookingState, Offering};
use domain::desk::bookings::{Answered, BookedLine, BookingAnswer, BookingSheet, BookingsShown};
use domain::desk::queue::CallAbout;
use domain::id::{BookingId, OutreachId};
use domain::outreach::OutreachStatus;
use domain::role::UseCase;
use domain::timestamp::{Timestamp, Zone};
use std::collections::HashMap;
use uuid::Uuid;

use super::acts;
use super::calls::is_over;
use super::ticket::{Place, owner_of, position, state_of};
use super::unfit;
use crate::actor::Actor;
use crate::desk::{may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::booking_desk::ListedRow;
use crate::store::{Isolation, StoreError, Tx};

/// Bookings on one page.
pub const ON_PAGE: u32 = 100;

/// The bookings of an outreach, a page of those that are asked for.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`.
pub async fn sheet(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    (shown, page): (BookingsShown, u32),
) -> Result<BookingSheet, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let (page, now, zone) = (page.max(1), office.clock.now(), office.zone.clone());
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let place = Place::of(tx, outreach.0).await?;
            Ok(look(tx, &place, (shown, page), (&zone, now)).await?)
        })
    });
    read.await
}

async fn look(
    tx: &mut Tx,
    place: &Place,
    (shown, page): (BookingsShown, u32),
    (zone, now): (&Zone, Timestamp),
) -> Result<BookingSheet, StoreError> {
    let here = &place.outreach;
    let states: Vec<_> = BookingState::ALL
        .iter()
        .filter(|state| is_shown(shown, **state))
        .map(|state| state.code())
        .collect();
    let ask = ListedRow {
        outreach: here.id.0,
        states: &states,
        is_unanswered: shown == BookingsShown::Unanswered,
        is_to_call: shown == BookingsShown::ToCall,
        gives_priority: place.gives_priority(),
        from: i64::from(page - 1) * i64::from(ON_PAGE),
        limit: i64::from(ON_PAGE) + 1,
    };
    let mut rows = tx.bookings_listed(&ask).await?;
    let most = usize::try_from(ON_PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut calls: HashMap<Uuid, Vec<_>> = HashMap::new();
    for (booking, kind) in tx.open_calls_of(&ids).await? {
        calls.entry(booking).or_default().extend(CallAbout::from_code(&kind));
    }
    let mut taken = HashMap::new();
    for row in tx.offerings_of(here.id.0).await? {
        taken.insert(row.offering, records::from_json(&row.eligibility)?);
    }
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let mut due = Vec::new();
        for about in calls.remove(&row.id).unwrap_or_default() {
            if !is_over(place, &row, (about, now))? {
                due.push(about);
            }
        }
        if due.is_empty() && shown == BookingsShown::ToCall {
            continue;
        }
        let position = position(tx, place, &row).await?;
        let unfit = unfit::animals(&row, here, (taken.get(&row.offering), zone))?;
        lines.push(BookedLine { unfit, ..line(&row, place, (position, due))? });
    }
    Ok(BookingSheet {
        outreach: here.id,
        name: here.name.to_string(),
        place: here.place.to_string(),
        held_on: here.held_on,
        shown,
        page,
        more,
        lines,
    })
}

/// Whether bookings in a state are among those that are shown.
const fn is_shown(shown: BookingsShown, state: BookingState) -> bool {
    match shown {
        BookingsShown::Live => state.is_live(),
        BookingsShown::Unanswered => matches!(state, BookingState::Booked),
        BookingsShown::Waiting => matches!(state, BookingState::Waiting | BookingState::Offered),
        BookingsShown::ToCall | BookingsShown::All => true,
    }
}

fn line(
    row: &BookingRow,
    place: &Place,
    (position, calls): (Option<u32>, Vec<CallAbout>),
) -> Result<BookedLine, StoreError> {
    let (owner, state) = (owner_of(row)?, state_of(row)?);
    let animals = owner.iter().flat_map(|owner| &owner.animals);
    let animals = animals.map(|animal| animal.name.to_string()).collect();
    let text = |value: Option<String>| value.unwrap_or_default();
    // Of one that is called off there is no new date yet.
    let is_off = matches!(place.outreach.status, OutreachStatus::Suspended);
    Ok(BookedLine {
        booking: BookingId(row.id),
        person: text(owner.as_ref().map(|owner| owner.name.full())),
        document: text(owner.as_ref().map(|owner| owner.document.to_string())),
        phone: owner.as_ref().and_then(|owner| owner.phone.map(|phone| phone.to_string())),
        email: owner.as_ref().and_then(|owner| owner.email.as_ref().map(ToString::to_string)),
        offering: records::code(&row.offering, Offering::from_code)?,
        slot: row.slot_at.map(Timestamp),
        state,
        places: number(row.places),
        animals,
        unfit: Vec::new(),
        has_priority: place.gives_priority() && row.priority == 1,
        asks_new_date: state == BookingState::Booked && row.accepted_date == 0 && !is_off,
        offered_until: row.offered_until.map(Timestamp),
        position,
        calls,
    })
}

/// Notes what somebody said by telephone: their booking is as if they had said it by themselves,
/// with the same letters, and nobody need telephone them any more.
///
/// # Errors
/// `Refusal::Forbidden`; `Refusal::ChangedMeanwhile` where it does not apply any more.
pub async fn answer(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    said: (BookingId, BookingAnswer),
) -> Result<Answered, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let written = office.store.write_at(Isolation::Committed, office.clone(), move |tx, office| {
        Box::pin(async move { note(tx, office, (outreach, said), (actor, now)).await })
    });
    written.await
}

async fn note(
    tx: &mut Tx,
    office: &Office,
    (outreach, (booking, answer)): (OutreachId, (BookingId, BookingAnswer)),
    (actor, now): (Actor, Timestamp),
) -> Result<Answered, Error> {
    let (answered, is_new) = acts::answer(tx, office, (outreach, booking), (answer, now)).await?;
    let by = actor.id().unwrap_or_default();
    tx.solve_calls(booking.0, (by, answer.code()), now.0).await?;
    if is_new {
        let body = serde_json::json!({ "booking": booking, "answer": answer });
        let entry = Entry::new(Subject::Outreach(outreach), "booking_answered", actor, now, &body)?;
        history::append(tx, &entry).await?;
    }
    Ok(answered)
}
