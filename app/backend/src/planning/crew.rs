//! Who does what at an outreach, and when; and who comes into its team or leaves it, once people
//! know of it, is told so.

use domain::desk::planned::{Asked, CrewLine, Duty, DutyForm, PlanField, PlanProblem};
use domain::id::{OutreachId, StaffId};
use domain::outreach::{Outreach, OutreachStatus};
use domain::refusal::Refusal;
use domain::role::{Role, UseCase};
use domain::timestamp::{DAY_MS, Timestamp, Zone};
use uuid::Uuid;

use super::concerned::{self, Change, Concerned};
use super::news::{Known, News, Telling};
use super::plan::as_known;
use super::typed::Typed;
use crate::accounts::ACTIVE;
use crate::actor::Actor;
use crate::desk::{may, number};
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::{self, code};
use crate::store::vocabulary::people::StaffRow;
use crate::store::vocabulary::plan::CrewRow;
use crate::store::{StoreError, Tx};

/// The team of an outreach, by name.
///
/// # Errors
/// A failed database.
pub(super) async fn lines(tx: &mut Tx, id: Uuid) -> Result<Vec<CrewLine>, StoreError> {
    let rows = tx.crew(id).await?;
    let line = |row: CrewRow| {
        Ok(CrewLine {
            id: StaffId(row.staff_id),
            role: code(&row.role, Role::from_code)?,
            duty: row.duty.as_deref().map(|duty| code(duty, Duty::from_code)).transpose()?,
            name: row.name,
            registration: row.professional_registration,
            starts_at: row.starts_at.map(Timestamp),
            ends_at: row.ends_at.map(Timestamp),
        })
    };
    rows.into_iter().map(line).collect()
}

/// What becomes of somebody in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Joins,
    /// They were taken out by mistake, and were in it all the time.
    Stayed,
    Leaves,
}

/// Puts somebody in the team of an outreach, or takes them out of it. Once people know of the
/// outreach they are told so, but for who does it; a letter that has not left is taken back where
/// the team is again as they know it. Answers how many phones of who was taken out still hold
/// records, as they last said: those of this outreach are taken as of when they were made.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`], [`Refusal::ChangedMeanwhile`] for an
/// account that is closed.
pub async fn set_member(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    (staff, joins): (StaffId, bool),
) -> Result<u32, Error> {
    let turn = if joins { Turn::Joins } else { Turn::Leaves };
    turned(office, actor, id, (staff, turn)).await
}

/// Puts somebody back who was taken out of the team by mistake: the last time that they were in it
/// goes on as if they had not left it, and what they recorded meanwhile is taken. Who has never
/// left it just joins. Otherwise as [`set_member`].
///
/// # Errors
/// As [`set_member`].
pub async fn put_back(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    staff: StaffId,
) -> Result<u32, Error> {
    turned(office, actor, id, (staff, Turn::Stayed)).await
}

async fn turned(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    member: (StaffId, Turn),
) -> Result<u32, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let (now, quiet) = (office.clock.now(), office.quiet);
    office
        .store
        .write(move |tx| Box::pin(async move { place(tx, id, member, (actor, quiet, now)).await }))
        .await
}

async fn place(
    tx: &mut Tx,
    id: OutreachId,
    (staff, turn): (StaffId, Turn),
    (actor, quiet, now): (Actor, bool, Timestamp),
) -> Result<u32, Error> {
    let row = tx.outreach(id.0).await?.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
    let outreach = records::outreach(row)?;
    let account = tx.staff(staff.0).await?.filter(|account| account.state == ACTIVE);
    let joins = turn != Turn::Leaves;
    if joins && account.is_none() {
        return Err(Error::Refused(Refusal::ChangedMeanwhile));
    }
    let is_back = turn == Turn::Stayed && tx.resume_team(id.0, staff.0).await?;
    let (is_new, kind) = match joins {
        true if is_back => (true, "member_put_back"),
        true => (tx.join_team(id.0, staff.0, now.0).await?, "member_joined"),
        false => (tx.leave_team(id.0, staff.0, now.0).await?, "member_left"),
    };
    let unsent = match joins {
        true => 0,
        false => number(tx.count_phones_unsent(staff.0).await?),
    };
    if !is_new {
        return Ok(unsent);
    }
    let knows = quiet || actor.id() == Some(staff.0);
    if let Some(account) = account.filter(|_| !knows) {
        let outreach = as_known(tx, &outreach).await?;
        tell_member(tx, &outreach, (account, joins), now).await?;
    }
    let entry = Entry::new(Subject::Outreach(id), kind, actor, now, &staff)?;
    history::append(tx, &entry).await?;
    Ok(unsent)
}

/// Tells somebody that they are in the team now, or no more; nothing where that is what they know.
/// Who was taken out and put in again before they heard of it hears of what changed meanwhile.
async fn tell_member(
    tx: &mut Tx,
    outreach: &Outreach,
    (account, joins): (StaffRow, bool),
    now: Timestamp,
) -> Result<(), Error> {
    // Of what is called off, only that they are not to wait for its new day: of that everybody is
    // told who is in the team then.
    let waits_for_day = !joins && outreach.status == OutreachStatus::Suspended;
    if !concerned::is_announced(outreach, now) && !waits_for_day {
        return Ok(());
    }
    let telling = Telling { first: News::Joined, ..Telling::plain() };
    let knew = (!joins).then(|| Known::of(outreach));
    let change = Change { outreach, knew, stands: joins, telling: &telling };
    concerned::write(tx, Concerned::member(account), &change, now).await
}

/// Says what a member of the team does, and from when to when.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn set_duty(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    form: &DutyForm,
) -> Result<Asked<()>, Error> {
    may(&actor, UseCase::PlanOutreaches)?;
    let facts = (form.clone(), office.zone.clone(), (actor, office.clock.now()));
    office
        .store
        .write_with(facts, move |tx, (form, zone, asked)| {
            Box::pin(async move { write(tx, id, (form, zone), *asked).await })
        })
        .await
}

async fn write(
    tx: &mut Tx,
    id: OutreachId,
    (form, zone): (&DutyForm, &Zone),
    (actor, now): (Actor, Timestamp),
) -> Result<Asked<()>, Error> {
    let row = tx.outreach(id.0).await?.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
    let outreach = records::outreach(row)?;
    let mut typed = Typed::default();
    if form.member.is_empty() {
        typed.fault(PlanField::Member, PlanProblem::Missing);
    }
    let member: Option<StaffId> =
        typed.listed(PlanField::Member, &form.member, |text| text.parse().ok());
    let duty = typed.listed(PlanField::Duty, &form.duty, Duty::from_code);
    let (starts_at, ends_at) = hours(&mut typed, form, (&outreach, zone));
    let (Some(member), true) = (member, typed.is_clean()) else {
        return Ok(Asked::Faults(typed.faults().unwrap_or_default()));
    };
    let row = CrewRow {
        staff_id: member.0,
        name: String::new(),
        role: String::new(),
        professional_registration: None,
        duty: duty.map(|duty| duty.code().to_owned()),
        starts_at: starts_at.map(|at| at.0),
        ends_at: ends_at.map(|at| at.0),
    };
    if !tx.set_duty(id.0, &row).await? {
        typed.fault(PlanField::Member, PlanProblem::Unknown);
        return Ok(Asked::Faults(typed.faults().unwrap_or_default()));
    }
    let body = serde_json::json!({
        "member": member, "duty": row.duty, "starts_at": row.starts_at, "ends_at": row.ends_at,
    });
    let entry = Entry::new(Subject::Outreach(id), "duty_set", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(()))
}

/// The hours of a member on the outreach's day; an end that is not after the start is the next
/// day's.
fn hours(
    typed: &mut Typed,
    form: &DutyForm,
    (outreach, zone): (&Outreach, &Zone),
) -> (Option<Timestamp>, Option<Timestamp>) {
    let (first, start) = zone.local(outreach.starts_at);
    let (last, end) = zone.local(outreach.ends_at);
    let (start, end) = (i64::from(start) * 60_000, i64::from(end) * 60_000);
    // At one that ends on the next day, an hour before its end is that day's.
    let is_after_midnight = |ms: i64| last > first && ms < start && ms < end;
    let from = typed
        .hour(PlanField::Starts, &form.starts)
        .map(|ms| if is_after_midnight(ms) { ms + DAY_MS } else { ms });
    let to = typed.hour(PlanField::Ends, &form.ends);
    let begins = from.unwrap_or(start);
    let to = to.map(|to| if to <= begins { to + DAY_MS } else { to });
    let at = |ms: i64| zone.moment(outreach.held_on, ms);
    (from.map(at), to.map(at))
}
