//! The territory: organisations and their contacts, neighbourhood units with how many live there,
//! where the next outreach does most good, and the calendar of outreaches.

mod areas;
mod calendar;
mod estimates;
mod files;
mod next;
mod organisations;
mod units;
mod waiting;

pub use areas::{keep as keep_area, sheet as area, take_out as take_area_out};
pub use calendar::{between, public};
pub(crate) use estimates::of_communes as estimates;
pub use next::{accept, map, set_weights, where_next};
pub use organisations::{list as organisations, save as save_organisation, sheet as organisation};
pub use units::{list as units, look as look_at_units, take as take_units};
pub(crate) use waiting::settle as settle_waiting;

use domain::field_error::{Field, FieldError, Problem};
use domain::refusal::Refusal;

use crate::error::Error;

/// What is told of something that there is not, in the words of the field that chooses it.
fn unknown(field: Field) -> Error {
    Error::Refused(Refusal::field(FieldError::new(field, Problem::Unknown)))
}
