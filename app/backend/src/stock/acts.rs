//! What a coordinator does with the stock. Each act takes its turn, so that no number is received
//! or allotted twice however many do it at once.

use domain::command::Command;
use domain::desk::stock::{ChipMove, ChipReceipt};
use domain::field_error::{Field, FieldError};
use domain::id::{DeviceId, OutreachId, SubmissionId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::stock::{ChipRange, without};
use domain::timestamp::Timestamp;
use serde_json::json;

use super::chips::{self, ChipBox};
use super::take_turn;
use super::typed::{holder, optional, past_day};
use crate::accounts::session::Present;
use crate::actor::Actor;
use crate::clock;
use crate::desk::act::{self, Draft};
use crate::desk::done::Act;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::store::vocabulary::stock::{ChipAllotmentRow, ChipLotRow, ChipRangeRow};

/// Receives a delivery of chips that follow one another. Unless it `is_final`, it is only looked
/// whether it could be received.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Invalid`], [`Refusal::SheetUsed`]; [`Refusal::StockTaken`]
/// when a number of it was received before.
pub async fn receive_chips(
    office: &Office,
    actor: Actor,
    form: &ChipReceipt,
    is_final: bool,
) -> Result<ChipRange, Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let (range, row) = read_delivery(office, actor, form).map_err(Error::Refused)?;
    let said = json!(["chips_received", range, row.supplier, row.paper, row.received_on]);
    let act = Act::new(form.act, &said);
    office
        .store
        .write_with((act, range, row), move |tx, (act, range, row)| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                if let Some(before) = act.before(tx).await? {
                    return Ok(before);
                }
                for known in tx.chip_ranges().await? {
                    if chips::range(&known.first, &known.last)?.overlap(*range).is_some() {
                        return Err(Error::Refused(Refusal::StockTaken));
                    }
                }
                if !is_final {
                    return Ok(*range);
                }
                let (first, last) = (range.first().to_string(), range.last().to_string());
                tx.insert_chip_lot(row).await?;
                tx.insert_chip_range(&ChipRangeRow { first, last, lot_id: row.id }).await?;
                let said = json!({ "range": range, "supplier": row.supplier, "paper": row.paper });
                let subject = Subject::acting(&actor);
                let entry = Entry::new(subject, "chips_received", actor, now, &said)?;
                history::append(tx, &entry).await?;
                act.done(tx, *range, now).await
            })
        })
        .await
}

fn read_delivery(
    office: &Office,
    actor: Actor,
    form: &ChipReceipt,
) -> Result<(ChipRange, ChipLotRow), Refusal> {
    let mut fields = Vec::new();
    let range = ChipRange::parse(&form.first, &form.last, office.test_chips());
    let range = range.map_err(|fault| fields.push(fault.into()));
    let supplier = ShortText::<80>::parse(&form.supplier);
    let supplier = supplier.map_err(|error| fields.push(FieldError::new(Field::Supplier, error)));
    let paper = optional(Field::Paper, &form.paper).map_err(|error| fields.push(error));
    let now = office.clock.now();
    let date = past_day(&form.date, office.day_of(now)).map_err(|error| fields.push(error));
    let (Ok(range), Ok(supplier), Ok(paper), Ok(date)) = (range, supplier, paper, date) else {
        return Err(Refusal::Invalid { fields });
    };
    let row = ChipLotRow {
        id: clock::fresh_id(),
        supplier: supplier.to_string(),
        paper,
        received_on: date.to_string(),
        received_by: actor.id(),
        received_at: now.0,
    };
    Ok((range, row))
}

/// Allots chips to an outreach, or to one phone that is paired for it. Unless it `is_final`, it is
/// only looked whether they could be.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Invalid`], [`Refusal::OutreachUnknown`],
/// [`Refusal::PhoneUnknown`], [`Refusal::SheetUsed`]; [`Refusal::StockNotFree`] when a number of
/// them was not received, is held by somebody, or has left the box.
pub async fn allot(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    form: &ChipMove,
    is_final: bool,
) -> Result<ChipRange, Error> {
    may(&actor, UseCase::ManageStock)?;
    let (now, device) = (office.clock.now(), form.device);
    let range = ChipRange::parse(&form.first, &form.last, office.test_chips());
    let range = range.map_err(|fault| Error::Refused(Refusal::field(fault.into())))?;
    let act = Act::new(form.act, &json!(["chips_allotted", outreach, device, range]));
    office
        .store
        .write_with(act, move |tx, act| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                if let Some(before) = act.before(tx).await? {
                    return Ok(before);
                }
                holder(tx, outreach, device).await?;
                let free = chips::free(tx).await?;
                if !without(&[range], &free).is_empty() {
                    return Err(Error::Refused(Refusal::StockNotFree));
                }
                if !is_final {
                    return Ok(range);
                }
                let row = allotment(range, (outreach, device), actor, now);
                tx.insert_chip_allotments(std::slice::from_ref(&row)).await?;
                let said = json!({ "range": range, "device": device });
                let subject = Subject::Outreach(outreach);
                let entry = Entry::new(subject, "chips_allotted", actor, now, &said)?;
                history::append(tx, &entry).await?;
                act.done(tx, range, now).await
            })
        })
        .await
}

fn allotment(
    range: ChipRange,
    (outreach, device): (OutreachId, Option<DeviceId>),
    actor: Actor,
    now: Timestamp,
) -> ChipAllotmentRow {
    ChipAllotmentRow {
        first: range.first().to_string(),
        last: range.last().to_string(),
        outreach_id: outreach.0,
        device_id: device.map(|device| device.0),
        allotted_by: actor.id(),
        allotted_at: now.0,
    }
}

/// Takes back what a phone of an outreach, or all of them in common, still hold: the numbers that
/// left the box stay with them, so that their balance goes on telling what they used. Answers how
/// many came back.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`], [`Refusal::SheetUsed`].
pub async fn take_back(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    (act, device): (Option<SubmissionId>, Option<DeviceId>),
) -> Result<u32, Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let act = Act::new(act, &json!(["chips_taken_back", outreach, device]));
    office
        .store
        .write_with(act, move |tx, act| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                if let Some(before) = act.before(tx).await? {
                    return Ok(before);
                }
                holder(tx, outreach, None).await?;
                let held = ChipBox::of(tx, outreach.0).await?;
                let part = held.part(device.map(|device| device.0));
                let count = part.balance().in_box;
                if count == 0 {
                    return act.done(tx, 0, now).await;
                }
                let left: Vec<_> = part.in_box().map(ChipRange::one).collect();
                let used = without(&part.ranges, &left);
                let firsts: Vec<_> =
                    part.ranges.iter().map(|range| range.first().to_string()).collect();
                tx.delete_chip_allotments(&firsts).await?;
                let rows = used.iter().map(|one| allotment(*one, (outreach, device), actor, now));
                tx.insert_chip_allotments(&rows.collect::<Vec<_>>()).await?;
                let back = without(&part.ranges, &used);
                let said = json!({ "count": count, "ranges": back, "device": device });
                let subject = Subject::Outreach(outreach);
                let entry = Entry::new(subject, "chips_taken_back", actor, now, &said)?;
                history::append(tx, &entry).await?;
                act.done(tx, count, now).await
            })
        })
        .await
}

/// Writes something off from the desk: the same record as from a phone. Without an outreach it is
/// the office's own.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::SheetUsed`], and what the submission is refused for.
pub async fn write_off(
    office: &Office,
    present: &Present,
    outreach: Option<OutreachId>,
    (id, command): (SubmissionId, Command),
) -> Result<(), Error> {
    may(&present.actor, UseCase::ManageStock)?;
    let draft = Draft {
        id,
        outreach,
        visit: None,
        recorded_at: office.clock.now(),
        replaces: None,
        commands: vec![command],
        listed: None,
    };
    act::taken(act::submit(office, present, draft).await?).map(drop)
}
