//! The life of an outreach as it is lived: each step with what it changes and whom it tells.

use domain::booking::Reminding;
use domain::desk::planned::{Asked, DayForm, PlanField};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::OutreachId;
use domain::outreach::life::{Hindrance, LifeFacts, LifeStep};
use domain::outreach::{Outreach, OutreachKind, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::timestamp::{CivilDate, Timestamp};
use std::collections::BTreeSet;

use super::another_day::{AnotherDay, lost, on_another_day, on_day};
use super::concerned;
use super::offerings::remake_slots;
use super::plan::{as_known, date_phase, plan_of};
use super::typed::Typed;
use crate::actor::Actor;
use crate::bookings::line;
use crate::bookings::news::{self, Known};
use crate::day;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records;
use crate::store::Tx;
use crate::store::vocabulary::plan::{CrewRow, OutreachPlanRow, SlotRow};

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
    let before = record.outreach;
    let outreach = Outreach { status, ..before.clone() };
    tx.update_outreach(&records::outreach_row(&outreach)).await?;
    if step == LifeStep::Publish && !quiet {
        concerned::tell(tx, (&before, &outreach), "", now).await?;
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
    (now, today, reminding): (Timestamp, CivilDate, Reminding),
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
    let visits = |outreach: &Outreach| outreach.kind == OutreachKind::HomeVisits;
    if visits(before) != visits(after) && !tx.expecting_bookings(after.id.0).await?.is_empty() {
        // Who booked was told to come, or was asked where the team should.
        return Err(Error::Refused(Refusal::StillBooked));
    }
    let before = &as_known(tx, before).await?;
    let known = news::known(tx, before).await?;
    tx.update_outreach(&records::outreach_row(after)).await?;
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at) {
        let is_told = matches!(before.status, OutreachStatus::Closed | OutreachStatus::Reported);
        let is_past = before.status.is_ahead()
            && before.status != OutreachStatus::UnderWay
            && after.ends_at <= now
            && before.ends_at > now;
        if is_told || is_past {
            let unfit = FieldError::new(Field::Time, Problem::WrongHour);
            return Err(Error::Refused(Refusal::field(unfit)));
        }
        follow(tx, (before, after), (now, reminding)).await?;
    }
    if before.phase != after.phase {
        date_phase(tx, after, today).await?;
    }
    // Of what is over, and put right afterwards, nobody need hear; and of what is called off they
    // are told once it is announced anew.
    if concerned::is_announced(before, now) || concerned::is_announced(after, now) {
        concerned::tell(tx, (before, after), "", now).await?;
        news::tell(tx, after, &known, now).await?;
    }
    concerned::tell_hosts(tx, (before, after), now).await
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
        let draft = Outreach { status: Draft, ..outreach.clone() };
        concerned::tell(tx, (&draft, outreach), "", now).await?;
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
    let before = record.outreach;
    if before.status == OutreachStatus::UnderWay {
        // Whose visit is in the register was served, whether or not a desk said so.
        day::settle(tx, id, now).await?;
    }
    let outreach = Outreach { status, ..before.clone() };
    let mut known = news::known(tx, &before).await?;
    tx.update_outreach(&records::outreach_row(&outreach)).await?;
    let (suspended_reason, was_draft) =
        (Some(reason.to_owned()), before.status == OutreachStatus::Draft);
    let plan = OutreachPlanRow { suspended_reason, was_draft, ..record.plan };
    tx.put_outreach_plan(&plan).await?;
    tx.call_off_bookings(id.0, reason, now.0, false).await?;
    let kept = tx.keep_bookings(id.0, reason, now.0).await?;
    let waits: BTreeSet<_> = known.iter().map(|(booking, _)| *booking).collect();
    // Those who are there, too.
    for row in tx.bookings_with_ids(&kept).await? {
        if !waits.contains(&row.id) {
            known.push((row.id, Known::of(&row, &before)));
        }
    }
    day::take_all_back(tx, id, now).await?;
    // What times lent to others that hold nothing any more goes back.
    for one in &record.offerings {
        remake_slots(tx, &outreach, (one.offering, one.places.capacity)).await?;
    }
    let told = news::tell(tx, &outreach, &known, now).await?;
    concerned::tell(tx, (&before, &outreach), reason, now).await?;
    let body = serde_json::json!({ "reason": reason, "bookings": told });
    let entry = Entry::new(Subject::Outreach(id), "outreach_suspended", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(told))
}

/// Puts an outreach off to another day and hour: times and bookings go along, and who booked is
/// asked to accept the new date; so is who was there and not served when it was called off. A draft
/// that was called off is a draft again, of which nobody is told. Answers how many are asked.
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

async fn put_off(
    tx: &mut Tx,
    id: OutreachId,
    &AnotherDay { ref zone, day, by: (actor, now) }: &AnotherDay,
) -> Result<Asked<u32>, Error> {
    let record = plan_of(tx, id.0).await?;
    let status = match record.life(now).after(LifeStep::Reschedule) {
        Ok(status) => status,
        Err(hindrance) => return Ok(Asked::Hindered(hindrance)),
    };
    let before = as_known(tx, &record.outreach).await?;
    let after = Outreach { status, ..on_day(&before, day, zone) };
    if let Some(faults) = lost(&after) {
        return Ok(Asked::Faults(faults));
    }
    if status != record.outreach.status {
        let reason = record.plan.suspended_reason.clone().unwrap_or_default();
        let plan = OutreachPlanRow { suspended_reason: None, was_draft: false, ..record.plan };
        tx.put_outreach_plan(&plan).await?;
        day::settle(tx, id, now).await?;
        // Whom a phone brought home since has no reason yet, and a letter says the booking's.
        tx.keep_bookings(id.0, &reason, now.0).await?;
        day::expect_again(tx, id, now).await?;
    }
    let known = news::known(tx, &before).await?;
    tx.update_outreach(&records::outreach_row(&after)).await?;
    follow(tx, (&before, &after), (now, Reminding::at(now, zone))).await?;
    concerned::tell(tx, (&before, &after), "", now).await?;
    let told = news::tell(tx, &after, &known, now).await?;
    let body = serde_json::json!({
        "from": before.held_on, "held_on": after.held_on, "starts_at": after.starts_at,
        "bookings": told,
    });
    let entry = Entry::new(Subject::Outreach(id), "outreach_moved", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(told))
}

/// Lets everything follow an outreach whose hours changed: the times of coming with what is
/// promised, the bookings, the team's hours. Who booked has to accept another hour.
///
/// # Errors
/// [`Refusal::HoursPromised`] where somebody's hour falls out and no other is free; a failed
/// database.
async fn follow(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    (now, reminding): (Timestamp, Reminding),
) -> Result<(), Error> {
    let id = after.id.0;
    let by = after.starts_at.since_ms(before.starts_at);
    if before.held_on != after.held_on {
        // What a phone was lent it was to promise on that day, and it may not come on the other.
        day::take_all_back(tx, after.id, now).await?;
    }
    let record = plan_of(tx, id).await?;
    let (offerings, plan) = (record.offerings, record.plan);
    for one in &offerings {
        let code = one.offering.code();
        // Who books, gives back or comes meanwhile waits, and then sees the new times.
        day::hold_offering(tx, after.id, one.offering).await?;
        let rows = tx.slots_of(id, code).await?.into_iter();
        let rows = rows.map(|row| SlotRow { starts_at: row.starts_at + by, ..row });
        tx.put_slots(id, code, &rows.collect::<Vec<_>>()).await?;
        remake_slots(tx, after, (one.offering, one.places.capacity)).await?;
    }
    // Who was told that nobody should come is asked again, also where the hour is the same.
    if by != 0 || before.status == OutreachStatus::Suspended {
        go_along(tx, (before, after), plan, (now, reminding)).await?;
    }
    if after.status == OutreachStatus::Suspended {
        return Ok(());
    }
    for one in &offerings {
        if line::bring_in(tx, (id, one.offering.code()), now).await? {
            remake_slots(tx, after, (one.offering, one.places.capacity)).await?;
        }
    }
    Ok(())
}

/// Lets the team's hours and the bookings go along with the start of an outreach.
async fn go_along(
    tx: &mut Tx,
    (before, after): (&Outreach, &Outreach),
    plan: OutreachPlanRow,
    (now, reminding): (Timestamp, Reminding),
) -> Result<(), Error> {
    let (id, by) = (after.id.0, after.starts_at.since_ms(before.starts_at));
    let reason = plan.suspended_reason.clone();
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
            false => plan.left_on,
        };
        tx.put_outreach_plan(&OutreachPlanRow { moved_from, left_on, ..plan }).await?;
    }
    // Who is told the new date now is not reminded of it beside.
    let reminded_before = (reminding.first_before.0, reminding.second_before.0);
    tx.put_off_bookings(id, by, reminded_before, now.0).await?;
    if let Some(reason) = reason.filter(|_| after.status == OutreachStatus::Suspended) {
        tx.keep_bookings(id, &reason, now.0).await?;
    }
    Ok(())
}
