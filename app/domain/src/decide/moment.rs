//! When something was done, as a correction says it: the clock of the phone that recorded it may
//! have been wrong, and what was told later is told with the hour of the telling.

use super::Context;
use crate::field_error::{Field, FieldError, Problem};
use crate::outreach::Outreach;
use crate::refusal::Refusal;
use crate::timestamp::{CivilDate, Timestamp};

/// The day to which belongs what was done at a moment, on that local day, at an outreach if at one.
///
/// # Errors
/// [`Refusal::Invalid`] for what has not come yet by the server's clock, and for another day than
/// that of the outreach.
pub fn moved(
    context: &Context,
    (at, on): (Timestamp, CivilDate),
    outreach: Option<&Outreach>,
) -> Result<CivilDate, Refusal> {
    let wrong = |field, problem| Err(Refusal::field(FieldError::new(field, problem)));
    match outreach {
        Some(outreach) if !outreach.may_have_seen(at, on) => wrong(Field::Date, Problem::OtherDay),
        _ if at > context.now => wrong(Field::Time, Problem::InFuture),
        Some(outreach) => Ok(outreach.day_of(at, on)),
        None => Ok(on),
    }
}
