//! What is typed at the desk of the stock, read; and whom stock may go to.

use domain::field_error::{Field, FieldError, Problem};
use domain::id::{DeviceId, OutreachId};
use domain::name::{NameError, ShortText};
use domain::refusal::Refusal;
use domain::timestamp::CivilDate;
use uuid::Uuid;

use crate::error::Error;
use crate::store::vocabulary::programme::OutreachRow;
use crate::store::{StoreError, Tx};

/// A short text that may be left out.
pub(super) fn optional(field: Field, text: &str) -> Result<Option<String>, FieldError> {
    match ShortText::<80>::parse(text) {
        Ok(text) => Ok(Some(text.to_string())),
        Err(NameError::Empty) => Ok(None),
        Err(error) => Err(FieldError::new(field, error)),
    }
}

/// A day that has come.
pub(super) fn past_day(text: &str, today: CivilDate) -> Result<CivilDate, FieldError> {
    match text.trim().parse::<CivilDate>() {
        Ok(day) if day > today => Err(FieldError::new(Field::Date, Problem::InFuture)),
        Ok(day) => Ok(day),
        Err(_) if text.trim().is_empty() => Err(FieldError::new(Field::Date, Problem::Empty)),
        Err(_) => Err(FieldError::new(Field::Date, Problem::Malformed)),
    }
}

/// The outreach, if it is one, and if a phone is paired for it and not revoked.
pub(super) async fn holder(
    tx: &mut Tx,
    outreach: OutreachId,
    device: Option<DeviceId>,
) -> Result<OutreachRow, Error> {
    let row = tx.outreach(outreach.0).await?;
    let row = row.ok_or(Error::Refused(Refusal::OutreachUnknown))?;
    let Some(device) = device else { return Ok(row) };
    match paired(tx, outreach.0, device.0).await? {
        Some(_) => Ok(row),
        None => Err(Error::Refused(Refusal::PhoneUnknown)),
    }
}

/// The phone, if it is paired for the outreach and not revoked.
pub(super) async fn paired(
    tx: &mut Tx,
    outreach: Uuid,
    device: Uuid,
) -> Result<Option<Uuid>, StoreError> {
    let known = tx.devices(&[device]).await?.pop();
    if known.is_none_or(|row| row.revoked_at.is_some()) {
        return Ok(None);
    }
    let delegations = tx.delegations_of(&[device]).await?;
    let is_here = delegations.iter().any(|one| one.outreach_id == outreach);
    Ok(is_here.then_some(device))
}
