//! An outreach once more, on another day.

use domain::desk::planned::{Asked, DayForm};
use domain::id::{OutreachId, SubmissionId};
use domain::outreach::{Outreach, OutreachStatus};

use super::another_day::{AnotherDay, lost, on_another_day, on_day};
use super::is_made;
use super::offerings::remake_slots;
use super::plan::plan_of;
use crate::accounts::ACTIVE;
use crate::actor::Actor;
use crate::clock;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records;
use crate::store::Tx;
use crate::store::vocabulary::plan::{CrewRow, OfferingRow, OutreachPlanRow};

/// Makes a draft on another day like an outreach: its place, hours, units, offerings and team. What
/// belongs to the day, its phase, its cost and its bookings, is not copied. It has the identifier
/// that its sheet gave it: the same form sent again, after a doubled click or a lost answer, is the
/// same draft, whatever became of it meanwhile.
///
/// # Errors
/// `Refusal::Forbidden`, `Refusal::OutreachUnknown`; `Refusal::SheetUsed` when something else was
/// made under that identifier.
pub async fn copy(
    office: &Office,
    actor: Actor,
    id: OutreachId,
    (form, act): (&DayForm, Option<SubmissionId>),
) -> Result<Asked<OutreachId>, Error> {
    // What no sheet gave names nothing.
    let act = act.filter(|act| act.0.get_version_num() == 7);
    let copied = OutreachId(act.map_or_else(clock::fresh_id, |act| act.0));
    on_another_day(office, actor, form, move |tx, asked| Box::pin(write(tx, (id, copied), asked)))
        .await
}

async fn write(
    tx: &mut Tx,
    (id, copied): (OutreachId, OutreachId),
    &AnotherDay { ref zone, day, by: (actor, now) }: &AnotherDay,
) -> Result<Asked<OutreachId>, Error> {
    let record = plan_of(tx, id.0).await?;
    let on_the_day = on_day(&record.outreach, day, zone);
    if let Some(faults) = lost(&on_the_day) {
        return Ok(Asked::Faults(faults));
    }
    let body = serde_json::json!({
        "copied_from": id, "held_on": on_the_day.held_on, "starts_at": on_the_day.starts_at,
    });
    if is_made(tx, copied, &body).await? {
        return Ok(Asked::Done(copied));
    }
    let outreach =
        Outreach { id: copied, status: OutreachStatus::Draft, phase: None, ..on_the_day };
    tx.insert_outreach(&records::outreach_row(&outreach)).await?;
    let plan = OutreachPlanRow {
        outreach_id: copied.0,
        part_of: record.plan.part_of,
        priority: record.plan.priority,
        bring: record.plan.bring,
        way: record.plan.way,
        latitude: record.plan.latitude,
        longitude: record.plan.longitude,
        ..OutreachPlanRow::default()
    };
    tx.put_outreach_plan(&plan).await?;
    let units: Vec<_> = record.units.iter().map(ToString::to_string).collect();
    tx.put_outreach_units(copied.0, &units).await?;
    for row in tx.offerings_of(id.0).await? {
        tx.put_offering(&OfferingRow { outreach_id: copied.0, ..row }).await?;
    }
    for one in &record.offerings {
        remake_slots(tx, &outreach, (one.offering, one.places.capacity)).await?;
    }
    let by = outreach.starts_at.since_ms(record.outreach.starts_at);
    for member in tx.crew(id.0).await? {
        // Who has left since then is not asked again.
        let account = tx.staff(member.staff_id).await?;
        if account.is_none_or(|account| account.state != ACTIVE) {
            continue;
        }
        tx.join_team(copied.0, member.staff_id, now.0).await?;
        let (starts_at, ends_at) =
            (member.starts_at.map(|at| at + by), member.ends_at.map(|at| at + by));
        tx.set_duty(copied.0, &CrewRow { starts_at, ends_at, ..member }).await?;
    }
    let entry = Entry::new(Subject::Outreach(copied), "outreach_planned", actor, now, &body)?;
    history::append(tx, &entry).await?;
    Ok(Asked::Done(copied))
}
