//! Teaching: who listened, for how long, to what.

use super::{Context, Recorded, correction};
use crate::field_error::{Field, FieldError, Problem};
use crate::name::ShortText;
use crate::refusal::Refusal;
use crate::run::Run;
use crate::service::EducationSession;
use crate::timestamp::{DAY_MS, Timestamp};
use std::fmt;

/// Most people who listen at once; more is a slip of the pen in a hall of a neighbourhood.
pub const MOST_ATTENDANTS: u32 = 1_000;
/// Longest session, in minutes: a working day.
pub const MOST_MINUTES: u32 = 480;

/// How long it is known who listened to a session, in milliseconds: a year, in which the programme
/// gives account of it. Nobody finds a name without a RUN when it has to be erased.
pub const NAMED_MS: i64 = 365 * DAY_MS;

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
/// [`Refusal::AlreadyAnnulled`]; those of [`correction`]; [`Refusal::Invalid`] as of [`record`],
/// and for fewer than are on the list of those who listened.
pub fn correct(
    context: &Context,
    session: &EducationSession,
    recorded: Recorded,
    (is_annulled, listed): (bool, u32),
) -> Result<(), Refusal> {
    if is_annulled {
        return Err(Refusal::AlreadyAnnulled);
    }
    correction(context, recorded)?;
    bounds(session)?;
    if session.attendants < listed {
        return Err(Refusal::field(FieldError::new(Field::Attendants, Problem::TooSmall)));
    }
    Ok(())
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

/// Whether who listened to a session of some moment is still known, or may still be said.
#[must_use]
pub const fn is_named(held_at: Timestamp, now: Timestamp) -> bool {
    now.since_ms(held_at) < NAMED_MS
}

/// Whether a list may be kept of who listened to a session of some moment.
///
/// # Errors
/// [`Refusal::Invalid`] after [`NAMED_MS`].
pub fn listing(held_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let late = FieldError::new(Field::PersonName, Problem::TooLongAgo);
    if is_named(held_at, now) { Ok(()) } else { Err(Refusal::field(late)) }
}

/// Somebody of the list of those who listened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// The name as written.
    pub name: ShortText<120>,
    /// The RUN, if it was said.
    pub run: Option<Run>,
}

/// As it stands in a list, and as [`attendees`] reads it again.
impl fmt::Display for Attendee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.run {
            Some(run) => write!(f, "{}, {run}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

/// Reads a list as typed: one person a line, the name and, behind it, the RUN of who said it.
///
/// # Errors
/// What is wrong with the first line that cannot be read; [`Problem::TooMany`] for more than
/// [`MOST_ATTENDANTS`].
pub fn attendees(text: &str) -> Result<Vec<Attendee>, FieldError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let listed: Vec<_> = lines.map(attendee).collect::<Result<_, _>>()?;
    if u32::try_from(listed.len()).is_ok_and(|count| count <= MOST_ATTENDANTS) {
        return Ok(listed);
    }
    Err(FieldError::new(Field::PersonName, Problem::TooMany))
}

fn attendee(line: &str) -> Result<Attendee, FieldError> {
    let is_number = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let (name, run) = match line.rsplit_once([',', ';', '\t', ' ']) {
        Some((name, run)) if is_number(run) => (name, Some(run)),
        _ => (line, None),
    };
    let name = name.trim_end_matches([',', ';', '\t', ' ']);
    // Digits that are left would be a RUN that nobody finds when it has to be erased.
    if is_number(name) {
        return Err(FieldError::new(Field::Run, Problem::Malformed));
    }
    let run = run.map(Run::parse_person).transpose();
    let run = run.map_err(|error| FieldError::new(Field::Run, error))?;
    let name = ShortText::parse(name);
    Ok(Attendee { name: name.map_err(|error| FieldError::new(Field::PersonName, error))?, run })
}
