//! What a coordinator does with the stock. Each act takes its turn, so that no number is received
//! or allotted twice however many do it at once.

use domain::command::Command;
use domain::desk::stock::ChipReceipt;
use domain::field_error::{Field, FieldError};
use domain::id::{DeviceId, OutreachId, SubmissionId};
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::stock::{ChipRange, parse_doses, without};
use domain::timestamp::Timestamp;
use serde_json::json;

use super::chips::{self, ChipBox};
use super::typed::{holder, optional, past_day};
use super::{named, take_turn};
use crate::accounts::session::Present;
use crate::actor::Actor;
use crate::clock;
use crate::desk::act::{self, Draft};
use crate::desk::may;
use crate::error::{Error, Fault};
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::store::vocabulary::stock::{ChipAllotmentRow, ChipLotRow, ChipRangeRow};

/// What a count of a box comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// What was counted.
    pub counted: u32,
    /// What should be there.
    pub expected: u32,
}

/// Receives a delivery of chips that follow one another. Unless it `is_final`, it is only looked
/// whether it could be received.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Invalid`]; [`Refusal::StockTaken`] when a number of it was
/// received before.
pub async fn receive_chips(
    office: &Office,
    actor: Actor,
    form: &ChipReceipt,
    is_final: bool,
) -> Result<ChipRange, Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let (range, row) = read_delivery(office, actor, form).map_err(Error::Refused)?;
    office
        .store
        .write_with((range, row), move |tx, (range, row)| {
            Box::pin(async move {
                take_turn(tx, now).await?;
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
                Ok(*range)
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
/// [`Refusal::PhoneUnknown`]; [`Refusal::StockNotFree`] when a number of them was not received, is
/// held by somebody, or has left the box.
pub async fn allot(
    office: &Office,
    actor: Actor,
    (outreach, device): (OutreachId, Option<DeviceId>),
    (first, last): (&str, &str),
    is_final: bool,
) -> Result<ChipRange, Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let range = ChipRange::parse(first, last, office.test_chips());
    let range = range.map_err(|fault| Error::Refused(Refusal::field(fault.into())))?;
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                take_turn(tx, now).await?;
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
                Ok(range)
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
/// [`Refusal::Forbidden`], [`Refusal::OutreachUnknown`].
pub async fn take_back(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    device: Option<DeviceId>,
) -> Result<u32, Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                holder(tx, outreach, None).await?;
                let held = ChipBox::of(tx, outreach.0).await?;
                let part = held.part(device.map(|device| device.0));
                let count = part.balance().in_box;
                if count == 0 {
                    return Ok(0);
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
                Ok(count)
            })
        })
        .await
}

/// Notes how many chips were counted in an outreach's box, beside what should be there.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Invalid`], [`Refusal::OutreachUnknown`].
pub async fn count(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    counted: &str,
) -> Result<Count, Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    // Nothing left is a count, too.
    let counted = match counted.trim() {
        "0" => 0,
        text => parse_doses(text).map_err(|error| Error::Refused(Refusal::field(error)))?,
    };
    office
        .store
        .write(move |tx| {
            Box::pin(async move {
                holder(tx, outreach, None).await?;
                let held = ChipBox::of(tx, outreach.0).await?;
                let expected = held.whole().balance().in_box;
                let said = json!({ "counted": counted, "expected": expected });
                let subject = Subject::Outreach(outreach);
                let entry = Entry::new(subject, "chips_counted", actor, now, &said)?;
                history::append(tx, &entry).await?;
                Ok(Count { counted, expected })
            })
        })
        .await
}

/// Writes something off from the desk: the same record as from a phone. Without an outreach it is
/// the office's own.
///
/// # Errors
/// [`Refusal::Forbidden`], and what the submission is refused for.
pub async fn write_off(
    office: &Office,
    present: &Present,
    outreach: Option<OutreachId>,
    (id, command): (SubmissionId, Command),
) -> Result<(), Error> {
    may(&present.actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let said = serde_json::to_string(&command).map_err(Fault::from)?;
    let draft = Draft {
        id: named(id, &said),
        outreach,
        visit: None,
        recorded_at: now,
        replaces: None,
        commands: vec![command],
        listed: None,
    };
    act::taken(act::submit(office, present, draft).await?).map(drop)
}
