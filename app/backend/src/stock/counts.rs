//! What is counted in a box, beside what should be there.

use domain::desk::stock::{ChipCount, Count, DoseTally};
use domain::id::OutreachId;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::stock::{CountReason, DoseCount, Mending, parse_doses};
use domain::timestamp::{CivilDate, Timestamp};
use serde_json::json;

use super::chips::ChipBox;
use super::doses::{ALLOTTED, Doses, GivenAt};
use super::take_turn;
use super::typed::holder;
use crate::actor::Actor;
use crate::clock;
use crate::desk::done::Act;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::store::Tx;
use crate::store::vocabulary::stock::ProductMovementRow;

/// A number that was counted: nothing left is a count, too.
fn counted(text: &str) -> Result<u32, Error> {
    match text.trim() {
        "0" => Ok(0),
        text => parse_doses(text).map_err(|error| Error::Refused(Refusal::field(error))),
    }
}

/// Notes how many chips were counted in the box of a phone of an outreach, or in all of its boxes,
/// beside what should be there.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Invalid`], [`Refusal::OutreachUnknown`],
/// [`Refusal::SheetUsed`]; [`Refusal::PhoneUnknown`] of one that holds no chips there.
pub async fn count(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    form: &ChipCount,
) -> Result<Count, Error> {
    may(&actor, UseCase::ManageStock)?;
    let (now, device) = (office.clock.now(), form.device);
    let counted = counted(&form.quantity)?;
    let act = Act::new(form.act, &json!(["chips_counted", outreach, device, counted]));
    office
        .store
        .write_with(act, move |tx, act| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                if let Some((counted, expected)) = act.before(tx).await? {
                    return Ok(Count { counted, expected });
                }
                holder(tx, outreach, None).await?;
                let held = ChipBox::of(tx, outreach.0).await?;
                let holding = match device {
                    None => held.whole(),
                    Some(phone) if held.phones().contains(&phone.0) => held.part(Some(phone.0)),
                    Some(_) => return Err(Error::Refused(Refusal::PhoneUnknown)),
                };
                let expected = holding.balance().in_box;
                let said = json!({ "counted": counted, "expected": expected, "device": device });
                let subject = Subject::Outreach(outreach);
                let entry = Entry::new(subject, "chips_counted", actor, now, &said)?;
                history::append(tx, &entry).await?;
                act.done(tx, (counted, expected), now).await?;
                Ok(Count { counted, expected })
            })
        })
        .await
}

/// What a count of doses came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DosesCounted {
    /// It is in the history, and a difference that was explained is in the books.
    Noted(DoseCount),
    /// It differs from what should be there, and has to be looked at: nothing was noted.
    Differs(DoseCount),
}

/// Notes how many doses of a lot were counted in a box. Where they differ from what should be
/// there, that is answered first; noted it is with a reason, by which the books hold what is there.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`], [`Refusal::SheetUsed`];
/// [`Refusal::Invalid`], also for a reason that explains no such difference;
/// [`Refusal::LotUnknown`] of a lot that this box does not hold; [`Refusal::StockNotFree`] when the
/// office has not as many as are said to have come from there.
pub async fn count_doses(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    form: &DoseTally,
) -> Result<DosesCounted, Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let counted = counted(&form.quantity)?;
    let said = json!(["doses_counted", outreach, form.device, form.lot, counted, form.why]);
    let act = Act::new(form.act, &said);
    let tally = Tally { outreach, actor, counted, now, today: office.day_of(now) };
    office
        .store
        .write_with((act, form.clone()), move |tx, (act, form)| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                if let Some(before) = act.before(tx).await? {
                    return Ok(DosesCounted::Noted(before));
                }
                holder(tx, outreach, None).await?;
                let (count, free) = tally.held(tx, form).await?;
                let why = match form.why {
                    _ if count.agrees() => CountReason::Unknown,
                    // What the reason is about is what was read.
                    Some(why) if form.expected == Some(count.expected()) => why,
                    _ => return Ok(DosesCounted::Differs(count)),
                };
                let mending = count.mended(why);
                let mending = mending.map_err(|error| Error::Refused(Refusal::field(error)))?;
                if matches!(mending, Mending::Allotted(more) if more > i64::from(free)) {
                    return Err(Error::Refused(Refusal::StockNotFree));
                }
                let moved = match mending {
                    Mending::Nothing => None,
                    Mending::Allotted(doses) => Some((ALLOTTED, doses)),
                    Mending::Lost(reason, doses) => Some((reason.code(), doses)),
                };
                if let Some(moved) = moved {
                    tx.insert_product_movement(&tally.movement(form, &count, moved)).await?;
                }
                let said = json!({
                    "batch": count.lot.lot.lot, "device": form.device, "counted": counted,
                    "expected": count.expected(), "reason": (!count.agrees()).then_some(why),
                });
                let subject = Subject::Outreach(outreach);
                let entry = Entry::new(subject, "doses_counted", actor, now, &said)?;
                history::append(tx, &entry).await?;
                Ok(DosesCounted::Noted(act.done(tx, count, now).await?))
            })
        })
        .await
}

/// A count of doses as it was sent.
#[derive(Clone, Copy)]
struct Tally {
    outreach: OutreachId,
    actor: Actor,
    counted: u32,
    now: Timestamp,
    today: CivilDate,
}

impl Tally {
    /// The lot as its box holds it, and how many doses of it the office has.
    async fn held(&self, tx: &mut Tx, form: &DoseTally) -> Result<(DoseCount, u32), Error> {
        let unknown = || Error::Refused(Refusal::LotUnknown);
        let lot = form.lot.ok_or_else(unknown)?;
        let all = Doses::read(tx).await?;
        let here = GivenAt::read(tx, self.outreach.0).await?;
        let part = all.part(&here, form.device.map(|device| device.0));
        let held = part.into_iter().find(|one| one.lot.id == lot).ok_or_else(unknown)?;
        let given = all.given(tx).await?;
        let line = all.lines(&given).into_iter().find(|line| line.lot().id == lot);
        let free = line.map_or(0, |line| line.free);
        Ok((DoseCount { lot: held, counted: self.counted }, free))
    }

    /// What is written of a difference: its kind, and how many doses.
    fn movement(
        &self,
        form: &DoseTally,
        count: &DoseCount,
        (kind, doses): (&str, i64),
    ) -> ProductMovementRow {
        ProductMovementRow {
            id: clock::fresh_id(),
            lot_id: count.lot.lot.id.0,
            kind: kind.to_owned(),
            doses,
            outreach_id: Some(self.outreach.0),
            device_id: form.device.map(|device| device.0),
            supplier: None,
            paper: None,
            moved_on: self.today.to_string(),
            moved_by: self.actor.id(),
            moved_at: self.now.0,
        }
    }
}
