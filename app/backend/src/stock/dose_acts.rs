//! Doses: received, allotted, taken back.

use domain::catalogue::DewormingKind;
use domain::desk::stock::{DoseMove, DoseReceipt};
use domain::field_error::{Field, FieldError, Problem};
use domain::id::OutreachId;
use domain::name::ShortText;
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::stock::{batch_key, is_same_product, parse_doses};
use domain::timestamp::CivilDate;
use serde_json::json;

use super::doses::{ALLOTTED, Doses, GivenAt, RECEIVED};
use super::take_turn;
use super::typed::{holder, optional};
use crate::actor::Actor;
use crate::clock;
use crate::desk::done::Act;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::records::date;
use crate::store::vocabulary::stock::{ProductLotRow, ProductMovementRow};

/// Receives doses of a lot; more of one that is known are added to it.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Unreadable`], [`Refusal::SheetUsed`]; [`Refusal::Invalid`],
/// also when the lot is known with another expiry; [`Refusal::LotOfAnotherProduct`] with another
/// name.
pub async fn receive_doses(office: &Office, actor: Actor, form: &DoseReceipt) -> Result<(), Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let (lot, moved) = read_doses(office, actor, form).map_err(Error::Refused)?;
    let said = json!([
        "doses_received",
        lot.product,
        lot.kind,
        lot.batch,
        lot.expires_on,
        moved.doses,
        moved.supplier,
        moved.paper,
    ]);
    let act = Act::new(form.act, &said);
    office
        .store
        .write_with((act, lot, moved), move |tx, (act, lot, moved)| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                if act.before::<()>(tx).await?.is_some() {
                    return Ok(());
                }
                let known = tx.product_lot_of(&lot.batch, &lot.kind).await?;
                let lot_id = match known {
                    Some(known) if !is_same_product(&known.product, &lot.product) => {
                        let product = known.product;
                        return Err(Error::Refused(Refusal::LotOfAnotherProduct { product }));
                    }
                    Some(known) if known.expires_on != lot.expires_on => {
                        let error = FieldError::new(Field::Expiry, Problem::Differs);
                        return Err(Error::Refused(Refusal::field(error)));
                    }
                    Some(known) => known.id,
                    None => {
                        tx.insert_product_lot(lot).await?;
                        lot.id
                    }
                };
                let moved = ProductMovementRow { lot_id, ..moved.clone() };
                tx.insert_product_movement(&moved).await?;
                let said = json!({ "batch": lot.lot, "doses": moved.doses });
                let subject = Subject::acting(&actor);
                let entry = Entry::new(subject, "doses_received", actor, now, &said)?;
                history::append(tx, &entry).await?;
                act.done(tx, (), now).await
            })
        })
        .await
}

fn read_doses(
    office: &Office,
    actor: Actor,
    form: &DoseReceipt,
) -> Result<(ProductLotRow, ProductMovementRow), Refusal> {
    let kind = DewormingKind::from_code(&form.kind).ok_or(Refusal::Unreadable)?;
    let mut fields = Vec::new();
    let product = ShortText::<60>::parse(&form.product);
    let product = product.map_err(|error| fields.push(FieldError::new(Field::Product, error)));
    let batch = ShortText::<40>::parse(&form.batch);
    let batch = batch.map_err(|error| fields.push(FieldError::new(Field::Batch, error)));
    if batch.as_ref().is_ok_and(|batch| batch_key(batch.as_str()).is_empty()) {
        fields.push(FieldError::new(Field::Batch, Problem::Malformed));
    }
    let expires_on = form.expiry.trim().parse::<CivilDate>();
    let problem = if form.expiry.trim().is_empty() { Problem::Empty } else { Problem::Malformed };
    let expires_on = expires_on.map_err(|_| fields.push(FieldError::new(Field::Expiry, problem)));
    let doses = parse_doses(&form.quantity).map_err(|error| fields.push(error));
    let supplier = optional(Field::Supplier, &form.supplier).map_err(|error| fields.push(error));
    let paper = optional(Field::Paper, &form.paper).map_err(|error| fields.push(error));
    if !fields.is_empty() {
        return Err(Refusal::Invalid { fields });
    }
    let (Ok(product), Ok(batch), Ok(expires_on)) = (product, batch, expires_on) else {
        return Err(Refusal::Invalid { fields });
    };
    let (Ok(doses), Ok(supplier), Ok(paper)) = (doses, supplier, paper) else {
        return Err(Refusal::Invalid { fields });
    };
    let id = clock::fresh_id();
    let lot = ProductLotRow {
        id,
        product: product.to_string(),
        kind: kind.code().to_owned(),
        batch: batch_key(batch.as_str()),
        lot: batch.to_string(),
        expires_on: expires_on.to_string(),
    };
    let now = office.clock.now();
    let moved = ProductMovementRow {
        id: clock::fresh_id(),
        lot_id: id,
        kind: RECEIVED.to_owned(),
        doses: i64::from(doses),
        outreach_id: None,
        device_id: None,
        supplier,
        paper,
        moved_on: office.day_of(now).to_string(),
        moved_by: actor.id(),
        moved_at: now.0,
    };
    Ok((lot, moved))
}

/// Allots doses of a lot to an outreach, or to one phone that is paired for it, or takes some back.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::Invalid`], [`Refusal::OutreachUnknown`],
/// [`Refusal::PhoneUnknown`], [`Refusal::LotUnknown`], [`Refusal::SheetUsed`];
/// [`Refusal::StockNotFree`] when so many are not there; [`Refusal::LotExpiresBefore`] of a lot
/// that would be refused at the table.
pub async fn allot_doses(
    office: &Office,
    actor: Actor,
    outreach: OutreachId,
    form: &DoseMove,
) -> Result<(), Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let doses =
        parse_doses(&form.quantity).map_err(|error| Error::Refused(Refusal::field(error)))?;
    let lot = form.lot.ok_or(Error::Refused(Refusal::LotUnknown))?;
    let (device, is_return) = (form.device, form.is_return);
    let act = Act::new(form.act, &json!(["doses_moved", outreach, device, lot, doses, is_return]));
    let row = ProductMovementRow {
        id: clock::fresh_id(),
        lot_id: lot.0,
        kind: ALLOTTED.to_owned(),
        doses: if is_return { -i64::from(doses) } else { i64::from(doses) },
        outreach_id: Some(outreach.0),
        device_id: device.map(|device| device.0),
        supplier: None,
        paper: None,
        moved_on: office.day_of(now).to_string(),
        moved_by: actor.id(),
        moved_at: now.0,
    };
    office
        .store
        .write_with((act, row), move |tx, (act, row)| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                // What was done before is looked for first: it may have taken the last doses.
                if act.before::<()>(tx).await?.is_some() {
                    return Ok(());
                }
                let here = holder(tx, outreach, device.filter(|_| !is_return)).await?;
                let all = Doses::read(tx).await?;
                let given = all.given(tx).await?;
                let line = all.lines(&given).into_iter().find(|line| line.lot().id == lot);
                let line = line.ok_or(Error::Refused(Refusal::LotUnknown))?;
                if !is_return && line.lot().is_expired(date(&here.held_on)?) {
                    return Err(Error::Refused(Refusal::LotExpiresBefore));
                }
                let there = if is_return {
                    let here = GivenAt::read(tx, outreach.0).await?;
                    let part = all.part(&here, row.device_id);
                    part.iter().find(|one| one.lot.id == lot).map_or(0, |one| one.left())
                } else {
                    line.free
                };
                if doses > there {
                    return Err(Error::Refused(Refusal::StockNotFree));
                }
                tx.insert_product_movement(row).await?;
                let kind = if is_return { "doses_taken_back" } else { "doses_allotted" };
                let said = json!({ "batch": line.lot().lot, "doses": doses, "device": device });
                let entry = Entry::new(Subject::Outreach(outreach), kind, actor, now, &said)?;
                history::append(tx, &entry).await?;
                act.done(tx, (), now).await
            })
        })
        .await
}
