//! The life of an outreach as it is lived: each step with what it changes and whom it tells.

use domain::desk::planned::{Asked, DayForm, PlanField, PlanProblem};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::OutreachId;
use domain::outreach::life::{Hindrance, LifeFacts, LifeStep};
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::{CivilDate, DAY_MS, Timestamp, Zone};
use std::collections::BTreeSet;

use super::concerned::{self, News};
use super::offerings::remake_slots;
use super::plan::{PlanRecord, date_phase, plan_of};
use super::typed::Typed;
use crate::actor::Actor;
use crate::bookings::letters::{self, LetterKind};
use crate::day;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records;
use crate::store::vocabulary::plan::{CrewRow, OutreachPlanRow, SlotRow};
use crate::store::{Tx, Work};

/// Takes a step that needs nothing but the decision. Those that tell people, or look at what is
/// open, have forms of their own: here they lead nowhere.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`.
pub async fn step(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    step: LifeStep,
) -> Result<Asked<OutreachStatus>, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let (now, quiet) = (office.clock.now(), office.quiet);
    office
        .store
        .write(move |tx| Box::pin(async move { take(tx, id, (step, quiet), (actor, now)).await }))
        .await
}

async fn take(
    tx: &mut Tx,
    id: OutreachId,
    (step, quiet): (LifeStep, bool),
    (actor, now): (Actor, Timestamp),
) -> Result<Asked<OutreachStatus>, Error> {
    let record = plan_of(tx, id.0).await?;
    if step.has_own_form() {
        return Ok(Asked::Hindered(Hindrance::NotFromHere));
    }
    let status = match record.life(now).after(step) {
        Ok(status) => status,
        Err(hindrance) => return Ok(Asked::Hindered(hindrance)),
    };
    let before = record.outreach.status;
    let outreach = Outreach { status, ..record.outreach };
    tx.update_outreach(&records::outreach_row(&outreach)).await?;
    if step == LifeStep::Publish && !quiet {
        concerned::tell(tx, (before, &outreach), &News::Published, now).await?;
    }
    let body = serde_json::json!({ "step": step, "status": status });
    let entry = Entry::new(Subject::Outreach(id), "outreach_stepped", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(status))
}

/// Changes an outreach as its own form says: a status that a plain step leads to, with everything
/// that follows its hours.
///
/// # Errors
/// [`Refusal::Invalid`] for a status that no such step leads to; a failed database.
pub(super) async fn change(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    (now, today): (Timestamp, CivilDate),
) -> Result<(), Error> {
    if before.status != after.status {
        let record = plan_of(tx, after.id.0).await?;
        let facts =
            LifeFacts { starts_at: after.starts_at, ends_at: after.ends_at, ..record.life(now) };
        let step = LifeStep::between(before.status, after.status);
        if step.is_none_or(|step| facts.after(step).is_err()) {
            return Err(unfit());
        }
    }
    tx.update_outreach(&records::outreach_row(after)).await?;
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at) {
        let is_told = matches!(before.status, OutreachStatus::Closed | OutreachStatus::Reported);
        let is_past = before.status.is_ahead()
            && before.status != OutreachStatus::UnderWay
            && after.ends_at <= now
            && before.ends_at > now;
        if is_told || is_past {
            let unfit = FieldError::new(Field::Time, Problem::Unknown);
            return Err(Error::Refused(Refusal::field(unfit)));
        }
        follow(tx, (before, after), now).await?;
    }
    if before.phase != after.phase {
        date_phase(tx, after, today).await?;
    }
    if LifeStep::between(before.status, after.status) == Some(LifeStep::Publish) {
        concerned::tell(tx, (before.status, after), &News::Published, now).await?;
    }
    Ok(())
}

/// Adds an outreach as its own form says: a draft, an announced one, or one that is under way.
///
/// # Errors
/// As [`change`].
pub(super) async fn begin(
    tx: &mut Tx,
    outreach: &Outreach,
    (now, today): (Timestamp, CivilDate),
) -> Result<(), Error> {
    use OutreachStatus::{Draft, Published, UnderWay};
    if !matches!(outreach.status, Draft | Published | UnderWay) {
        return Err(unfit());
    }
    tx.insert_outreach(&records::outreach_row(outreach)).await?;
    if outreach.phase.is_some() {
        date_phase(tx, outreach, today).await?;
    }
    if outreach.status == Published {
        concerned::tell(tx, (Draft, outreach), &News::Published, now).await?;
    }
    Ok(())
}

/// The status cannot be this one.
fn unfit() -> Error {
    Error::Refused(Refusal::field(FieldError::new(Field::Outreach, Problem::Unknown)))
}

/// Calls an outreach off, and tells who booked why. Who has an hour keeps the place, and is told
/// the new date when there is one, to accept it; the waiting list ends. Of one that is under way,
/// who was served stays served, who was not keeps the place, and nobody is missed meanwhile.
/// Answers how many are told.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`.
pub async fn suspend(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    reason: &str,
) -> Result<Asked<u32>, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let mut typed = Typed::default();
    let Some(reason) = typed.words::<300>(PlanField::Reason, reason) else {
        return Ok(Asked::Faults(typed.faults().unwrap_or_default()));
    };
    let now = office.clock.now();
    office
        .store
        .write_with(reason, move |tx, reason| {
            Box::pin(async move { call_off(tx, id, reason, (actor, now)).await })
        })
        .await
}

async fn call_off(
    tx: &mut Tx,
    id: OutreachId,
    reason: &str,
    (actor, now): (Actor, Timestamp),
) -> Result<Asked<u32>, Error> {
    let record = plan_of(tx, id.0).await?;
    let status = match record.life(now).after(LifeStep::Suspend) {
        Ok(status) => status,
        Err(hindrance) => return Ok(Asked::Hindered(hindrance)),
    };
    let before = record.outreach.status;
    if before == OutreachStatus::UnderWay {
        // Whose visit is in the register was served, whether or not a desk said so.
        day::settle(tx, id, now).await?;
    }
    let outreach = Outreach { status, ..record.outreach };
    tx.update_outreach(&records::outreach_row(&outreach)).await?;
    let plan = OutreachPlanRow { suspended_reason: Some(reason.to_owned()), ..record.plan };
    tx.put_outreach_plan(&plan).await?;
    let mut bookings = tx.expecting_bookings(id.0).await?;
    tx.call_off_bookings(id.0, reason, now.0, false).await?;
    let kept = tx.keep_bookings(id.0, reason, now.0).await?;
    let known: BTreeSet<_> = bookings.iter().copied().collect();
    bookings.extend(kept.into_iter().filter(|booking| !known.contains(booking)));
    day::take_all_back(tx, id, now).await?;
    let mut told = 0_u32;
    for booking in &bookings {
        told += u32::from(letters::notify(tx, LetterKind::OutreachSuspended, *booking, now).await?);
    }
    let news = News::Suspended { reason: reason.to_owned() };
    concerned::tell(tx, (before, &outreach), &news, now).await?;
    let body = serde_json::json!({ "reason": reason, "bookings": told });
    let entry = Entry::new(Subject::Outreach(id), "outreach_suspended", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(told))
}

/// Puts an outreach off to another day and hour: times and bookings go along, and who booked is
/// asked to accept the new date; so is who was there and not served when it was called off. Answers
/// how many are asked.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`.
pub async fn reschedule(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    form: &DayForm,
) -> Result<Asked<u32>, Error> {
    on_another_day(office, actor, form, move |tx, asked| Box::pin(put_off(tx, id, asked))).await
}

/// The day that was asked for, and when it begins, with the zone it is in; who asks, and when.
pub(super) struct AnotherDay {
    pub(super) zone: Zone,
    pub(super) day: (CivilDate, i64),
    pub(super) by: (Actor, Timestamp),
}

/// Does something with an outreach that needs another day for it.
///
/// # Errors
/// `Refusal::Forbidden`; those of the work.
pub(super) async fn on_another_day<T, F>(
    office: &Office,
    actor: Actor,
    form: &DayForm,
    work: F,
) -> Result<Asked<T>, Error>
where
    F: for<'t> Fn(&'t mut Tx, &'t AnotherDay) -> Work<'t, Asked<T>, Error> + Send + Sync + 'static,
    T: Send + 'static,
{
    may(&actor, UseCase::PlanOutreaches)?;
    let now = office.clock.now();
    let mut typed = Typed::default();
    let Some(day) = read_day(&mut typed, form, (&office.zone, now)) else {
        return Ok(Asked::Faults(typed.faults().unwrap_or_default()));
    };
    let asked = AnotherDay { zone: office.zone.clone(), day, by: (actor, now) };
    office.store.write_with(asked, work).await
}

async fn put_off(
    tx: &mut Tx,
    id: OutreachId,
    &AnotherDay { ref zone, day, by: (actor, now) }: &AnotherDay,
) -> Result<Asked<u32>, Error> {
    let PlanRecord { outreach: before, plan, .. } = {
        let record = plan_of(tx, id.0).await?;
        if let Err(hindrance) = record.life(now).after(LifeStep::Reschedule) {
            return Ok(Asked::Hindered(hindrance));
        }
        record
    };
    let status = match before.status {
        OutreachStatus::Suspended => OutreachStatus::Published,
        same => same,
    };
    if status != before.status {
        let reason = plan.suspended_reason.clone().unwrap_or_default();
        tx.put_outreach_plan(&OutreachPlanRow { suspended_reason: None, ..plan }).await?;
        day::settle(tx, id, now).await?;
        // Whom a phone brought home since has no reason yet, and a letter says the booking's.
        tx.keep_bookings(id.0, &reason, now.0).await?;
        day::expect_again(tx, id, now).await?;
    }
    let after = Outreach { status, ..on_day(&before, day, zone) };
    tx.update_outreach(&records::outreach_row(&after)).await?;
    let told = follow(tx, (&before, &after), now).await?;
    let body = serde_json::json!({
        "from": before.held_on, "held_on": after.held_on, "starts_at": after.starts_at,
        "bookings": told,
    });
    let entry = Entry::new(Subject::Outreach(id), "outreach_moved", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(told))
}

/// A day and the millisecond of it at which something starts, still to come.
fn read_day(
    typed: &mut Typed,
    form: &DayForm,
    (zone, now): (&Zone, Timestamp),
) -> Option<(CivilDate, i64)> {
    if form.day.trim().is_empty() {
        typed.fault(PlanField::Day, PlanProblem::Missing);
    }
    if form.starts.trim().is_empty() {
        typed.fault(PlanField::Starts, PlanProblem::Missing);
    }
    let day = typed.day(PlanField::Day, &form.day);
    let starts = typed.hour(PlanField::Starts, &form.starts);
    let read = day.zip(starts)?;
    if zone.moment(read.0, read.1) <= now {
        typed.fault(PlanField::Day, PlanProblem::IsPast);
        return None;
    }
    Some(read)
}

/// The same outreach on another day: as long as before by the clocks on the wall, whatever they do
/// that night.
pub(super) fn on_day(
    outreach: &Outreach,
    (day, starts): (CivilDate, i64),
    zone: &Zone,
) -> Outreach {
    let wall = |at: Timestamp| {
        let (day, minute) = zone.local(at);
        day.days() * DAY_MS + i64::from(minute) * 60_000
    };
    let length = (wall(outreach.ends_at) - wall(outreach.starts_at)).max(0);
    Outreach {
        held_on: day,
        starts_at: zone.moment(day, starts),
        ends_at: zone.moment(day, starts + length),
        ..outreach.clone()
    }
}

/// Lets everything follow an outreach whose hours changed: the times of coming with what is
/// promised, the bookings, the team's hours. Who booked is told when the start is another one, and
/// has to accept it. Answers how many are told.
///
/// # Errors
/// A failed database.
pub(super) async fn follow(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    now: Timestamp,
) -> Result<u32, Error> {
    let id = after.id.0;
    let by = after.starts_at.since_ms(before.starts_at);
    let record = plan_of(tx, id).await?;
    let reason = record.plan.suspended_reason.clone();
    for one in &record.offerings {
        let code = one.offering.code();
        // Who books, gives back or comes meanwhile waits, and then sees the new times.
        day::hold_offering(tx, after.id, one.offering).await?;
        let rows = tx.slots_of(id, code).await?.into_iter();
        let rows = rows.map(|row| SlotRow { starts_at: row.starts_at + by, ..row });
        tx.put_slots(id, code, &rows.collect::<Vec<_>>()).await?;
        remake_slots(tx, after, (one.offering, one.places.capacity)).await?;
    }
    // Who was told that nobody should come is told again, also where the hour is the same.
    if by == 0 && before.status != OutreachStatus::Suspended {
        return Ok(0);
    }
    for member in tx.crew(id).await? {
        let moved = |at: Option<i64>| at.map(|at| at + by);
        let (starts_at, ends_at) = (moved(member.starts_at), moved(member.ends_at));
        if starts_at.is_some() || ends_at.is_some() {
            tx.set_duty(id, &CrewRow { starts_at, ends_at, ..member }).await?;
        }
    }
    if before.status != OutreachStatus::Draft && by != 0 {
        let moved_from = Some(before.starts_at.0);
        let left_on = match before.held_on < after.held_on {
            true => Some(before.held_on.to_string()),
            false => record.plan.left_on,
        };
        tx.put_outreach_plan(&OutreachPlanRow { moved_from, left_on, ..record.plan }).await?;
    }
    let bookings = tx.expecting_bookings(id).await?;
    tx.put_off_bookings(id, by, now.0).await?;
    // Of one that is called off, the new hour is told once it is announced anew.
    if after.status == OutreachStatus::Suspended {
        if let Some(reason) = reason {
            tx.keep_bookings(id, &reason, now.0).await?;
        }
        return Ok(0);
    }
    let was_at = (by != 0).then_some(before.starts_at);
    concerned::tell(tx, (before.status, after), &News::Moved { was_at }, now).await?;
    let mut told = 0_u32;
    for booking in &bookings {
        told += u32::from(letters::notify(tx, LetterKind::OutreachMoved, *booking, now).await?);
    }
    Ok(told)
}

#[cfg(test)]
mod tests;
