//! Another day for an outreach: as it is typed, and what the outreach is on it.

use domain::desk::planned::{Asked, DayForm, PlanFault, PlanField, PlanProblem};
use domain::outreach::Outreach;
use domain::role::UseCase;
use domain::timestamp::{CivilDate, DAY_MS, Timestamp, Zone};

use super::typed::Typed;
use crate::actor::Actor;
use crate::desk::may;
use crate::error::Error;
use crate::office::Office;
use crate::store::{Tx, Work};

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

/// What is wrong with a day on which an outreach would be over before it began: the clocks go
/// forward in that night.
pub(super) fn lost(outreach: &Outreach) -> Option<Vec<PlanFault>> {
    let is_lost = outreach.ends_at <= outreach.starts_at;
    is_lost.then(|| vec![PlanFault::new(PlanField::Starts, PlanProblem::ClocksChange)])
}

#[cfg(test)]
mod tests;
