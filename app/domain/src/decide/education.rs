//! Teaching: who listened, for how long, to what.

use super::{Context, Recorded, correction};
use crate::field_error::{Field, FieldError, Problem};
use crate::refusal::Refusal;
use crate::service::EducationSession;

/// Most people who listen at once; more is a slip of the pen in a hall of a neighbourhood.
pub const MOST_ATTENDANTS: u32 = 1_000;
/// Longest session, in minutes: a working day.
pub const MOST_MINUTES: u32 = 480;

/// Whether a teaching session may be recorded.
///
/// # Errors
/// [`Refusal::IdentifierTaken`]; [`Refusal::OutreachUnknown`] without an outreach, since a session
/// belongs to one; [`Refusal::Invalid`] for nobody, for nothing, or for more than
/// [`MOST_ATTENDANTS`] and [`MOST_MINUTES`].
pub fn record(
    context: &Context,
    session: &EducationSession,
    id_taken: bool,
) -> Result<(), Refusal> {
    if id_taken {
        return Err(Refusal::IdentifierTaken);
    }
    if context.outreach.is_none() {
        return Err(Refusal::OutreachUnknown);
    }
    bounds(session)
}

/// Whether what was recorded of a session may be replaced by this.
///
/// # Errors
/// [`Refusal::AlreadyAnnulled`]; those of [`correction`]; [`Refusal::Invalid`] as of [`record`].
pub fn correct(
    context: &Context,
    session: &EducationSession,
    recorded: Recorded,
    is_annulled: bool,
) -> Result<(), Refusal> {
    if is_annulled {
        return Err(Refusal::AlreadyAnnulled);
    }
    correction(context, recorded)?;
    bounds(session)
}

fn bounds(session: &EducationSession) -> Result<(), Refusal> {
    let within = |value: u32, most: u32, field| match value {
        0 => Some(FieldError::new(field, Problem::Empty)),
        value if value > most => Some(FieldError::new(field, Problem::TooLarge)),
        _ => None,
    };
    let fields: Vec<_> = [
        within(session.attendants, MOST_ATTENDANTS, Field::Attendants),
        within(session.minutes, MOST_MINUTES, Field::Minutes),
    ]
    .into_iter()
    .flatten()
    .collect();
    if fields.is_empty() { Ok(()) } else { Err(Refusal::Invalid { fields }) }
}
