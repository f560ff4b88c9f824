//! A lot that was received with a wrong number or expiry is put right.

use domain::desk::stock::LotCorrection;
use domain::field_error::{Field, FieldError, Problem};
use domain::name::{NameError, ShortText};
use domain::refusal::Refusal;
use domain::role::UseCase;
use domain::stock::batch_key;
use domain::timestamp::CivilDate;
use serde_json::json;

use super::doses::is_given;
use super::take_turn;
use crate::actor::Actor;
use crate::desk::done::Act;
use crate::desk::may;
use crate::error::Error;
use crate::history::{self, Entry, Subject};
use crate::office::Office;
use crate::store::Tx;
use crate::store::vocabulary::stock::ProductLotRow;

/// What of a lot is put right, and why.
#[derive(Clone)]
struct Right {
    /// The number, where it is another.
    lot: Option<String>,
    /// The last day of use, where it is another.
    expires_on: Option<String>,
    reason: String,
}

/// Puts the number or the expiry of a lot right. A number that services bear stays: in the register
/// they would be of no lot.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::SheetUsed`], [`Refusal::LotUnknown`], [`Refusal::LotGiven`];
/// [`Refusal::Invalid`] with every field that cannot be taken, when nothing is put right, and when
/// another lot has the number.
pub async fn correct_lot(office: &Office, actor: Actor, form: &LotCorrection) -> Result<(), Error> {
    may(&actor, UseCase::ManageStock)?;
    let now = office.clock.now();
    let right = read(form).map_err(Error::Refused)?;
    let id = form.lot.ok_or(Error::Refused(Refusal::LotUnknown))?;
    let said = json!(["lot_corrected", id, right.lot, right.expires_on, right.reason]);
    let act = Act::new(form.act, &said);
    office
        .store
        .write_with((act, right), move |tx, (act, right)| {
            Box::pin(async move {
                take_turn(tx, now).await?;
                if act.before::<()>(tx).await?.is_some() {
                    return Ok(());
                }
                let before = tx.product_lot(id.0).await?;
                let before = before.ok_or(Error::Refused(Refusal::LotUnknown))?;
                let row = put_right(tx, &before, right).await?;
                // It is as it should be.
                if row == before {
                    return act.done(tx, (), now).await;
                }
                tx.update_product_lot(&row).await?;
                let said = json!({
                    "lot": id, "reason": right.reason,
                    "before": [before.lot, before.expires_on], "after": [row.lot, row.expires_on],
                });
                let subject = Subject::acting(&actor);
                let entry = Entry::new(subject, "lot_corrected", actor, now, &said)?;
                history::append(tx, &entry).await?;
                act.done(tx, (), now).await
            })
        })
        .await
}

/// The lot as it should be.
async fn put_right(
    tx: &mut Tx,
    before: &ProductLotRow,
    right: &Right,
) -> Result<ProductLotRow, Error> {
    let mut row = before.clone();
    if let Some(lot) = &right.lot {
        (row.lot, row.batch) = (lot.clone(), batch_key(lot));
    }
    if let Some(expires_on) = &right.expires_on {
        row.expires_on.clone_from(expires_on);
    }
    if row.batch == before.batch {
        return Ok(row);
    }
    if tx.product_lot_of(&row.batch, &row.kind).await?.is_some() {
        let taken = FieldError::new(Field::Batch, Problem::Repeated);
        return Err(Error::Refused(Refusal::field(taken)));
    }
    match is_given(tx, before).await? {
        true => Err(Error::Refused(Refusal::LotGiven)),
        false => Ok(row),
    }
}

fn read(form: &LotCorrection) -> Result<Right, Refusal> {
    let mut fields = Vec::new();
    let lot = match ShortText::<40>::parse(&form.batch) {
        Ok(lot) if batch_key(lot.as_str()).is_empty() => {
            fields.push(FieldError::new(Field::Batch, Problem::Malformed));
            None
        }
        Ok(lot) => Some(lot.to_string()),
        Err(NameError::Empty) => None,
        Err(error) => {
            fields.push(FieldError::new(Field::Batch, error));
            None
        }
    };
    let expiry = form.expiry.trim();
    let expires_on = match expiry.parse::<CivilDate>() {
        Ok(day) => Some(day.to_string()),
        Err(_) if expiry.is_empty() && !form.batch.trim().is_empty() => None,
        Err(_) => {
            let problem = if expiry.is_empty() { Problem::Empty } else { Problem::Malformed };
            fields.push(FieldError::new(Field::Expiry, problem));
            None
        }
    };
    match ShortText::<400>::parse(&form.reason) {
        Ok(reason) if fields.is_empty() => {
            Ok(Right { lot, expires_on, reason: reason.to_string() })
        }
        Ok(_) => Err(Refusal::Invalid { fields }),
        Err(error) => {
            fields.push(FieldError::new(Field::Reason, error));
            Err(Refusal::Invalid { fields })
        }
    }
}
