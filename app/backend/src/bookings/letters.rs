//! The mails about a booking: what they are about is written to the outbox with their cause; what
//! they say is put together when they leave, so that neither code nor link is ever stored.

use domain::booking::BookingState;
use domain::desk::queue::CallAbout;
use domain::id::BookingId;
use domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

use super::news::Known;
use super::ticket::{Place, owner_of, position, state_of, ticket};
use super::{Ticket, reason, unfit};
use crate::error::Error;
use crate::office::Office;
use crate::outbox::{self, Letter};
use crate::store::Tx;
use crate::store::vocabulary::booking::BookingRow;
use crate::store::vocabulary::outbox::MessageRow;
use crate::tasks::{self, About, TaskBody};

/// What such a message is about, beside the booking's identifier.
pub const ABOUT: &str = "booking";

/// Which letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// The places are theirs.
    Booked,
    /// They are on the waiting list.
    Waiting,
    /// A place became free and is kept for them for a while.
    PlaceOffered,
    /// They come at another time than before, as they asked.
    BookingMoved,
    /// The booking is cancelled.
    BookingCancelled,
    /// It is soon.
    BookingReminder,
    /// The outreach is put off to another day.
    OutreachMoved,
    /// The outreach is called off.
    OutreachSuspended,
    /// The outreach is held elsewhere.
    OutreachRelocated,
    /// The outreach ended before their turn came, and has no other day.
    OutreachEnded,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Booked,
        Self::Waiting,
        Self::PlaceOffered,
        Self::BookingMoved,
        Self::BookingCancelled,
        Self::BookingReminder,
        Self::OutreachMoved,
        Self::OutreachSuspended,
        Self::OutreachRelocated,
        Self::OutreachEnded,
    ];

    /// The kind of its message in the outbox, and the folder of its templates.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Waiting => "waiting",
            Self::PlaceOffered => "place_offered",
            Self::BookingMoved => "booking_moved",
            Self::BookingCancelled => "booking_cancelled",
            Self::BookingReminder => "booking_reminder",
            Self::OutreachMoved => "outreach_moved",
            Self::OutreachSuspended => "outreach_suspended",
            Self::OutreachRelocated => "outreach_relocated",
            Self::OutreachEnded => "outreach_ended",
        }
    }

    /// The letter of a message's kind, if it is one of these.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The body of such a message: what held when it was written. Nothing of the owner, so that an
/// erasure need not look into it, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingMail {
    /// Which booking.
    pub booking: BookingId,
    /// When they were asked to come.
    pub slot: Option<Timestamp>,
    /// Until when a place is kept.
    pub until: Option<Timestamp>,
    /// Why it ended.
    pub reason: Option<String>,
    /// When that was before the outreach was put off.
    #[serde(default)]
    pub was_at: Option<Timestamp>,
    /// Where they were asked to come before, if that changed.
    #[serde(default)]
    pub was_place: Option<String>,
    /// What they know, as long as this letter has not left; of one that tells a change.
    #[serde(default)]
    pub known: Option<Known>,
}

/// What such a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which letter.
    pub kind: LetterKind,
    /// The booking as it stands when the letter leaves, with the token of its link.
    pub ticket: Ticket,
    /// The owner's whole name.
    pub owner_name: String,
    /// When they were asked to come, as the letter was written; the start of the outreach for one
    /// who waits.
    pub at: Timestamp,
    /// When it was before an outreach was put off.
    pub was_at: Option<Timestamp>,
    /// Until when a place is kept.
    pub until: Option<Timestamp>,
    /// Why the booking or the outreach ended: words of the coordination, or a code of
    /// [`super::reason`].
    pub reason: Option<String>,
    /// Where they were asked to come before, if that changed.
    pub was_place: Option<String>,
    /// A letter with the appointment has left before this one.
    pub has_appointment: bool,
    /// Demonstration data: the mail says so.
    pub demonstration: bool,
}

/// Writes a letter about a booking to the outbox, in the transaction of its cause and after it:
/// what the letter says of hours and reasons is what the booking's row holds now. Who left no
/// address is to be telephoned about what they cannot know, as a task of the coordination. `false`
/// when nobody is told: who came without a booking has left neither, and an erased owner is nobody.
///
/// # Errors
/// A failed database.
pub(super) async fn write(
    tx: &mut Tx,
    kind: LetterKind,
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    deliver(tx, (kind, &body(row)), row, now).await
}

/// The same with what the letter says.
pub(super) async fn deliver(
    tx: &mut Tx,
    (kind, mail): (LetterKind, &BookingMail),
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(owner) = owner_of(row)? else { return Ok(false) };
    match owner.email {
        Some(email) => {
            tx.insert_messages(&[written(kind, mail, &email.to_string(), now)?]).await?;
            Ok(true)
        }
        // They are there, and left no number.
        None if row.walk_in == 1 => Ok(false),
        None => call(tx, (kind, mail), row, now).await,
    }
}

/// Asks the coordination to telephone somebody about what happened without them. What they did
/// themselves the page has told them.
async fn call(
    tx: &mut Tx,
    (kind, mail): (LetterKind, &BookingMail),
    row: &BookingRow,
    now: Timestamp,
) -> Result<bool, Error> {
    let about = match kind {
        LetterKind::OutreachMoved => CallAbout::Moved,
        LetterKind::OutreachSuspended => CallAbout::Suspended,
        LetterKind::OutreachRelocated => CallAbout::Relocated,
        LetterKind::OutreachEnded => CallAbout::Ended,
        LetterKind::PlaceOffered => CallAbout::Offered,
        LetterKind::Booked
        | LetterKind::Waiting
        | LetterKind::BookingMoved
        | LetterKind::BookingCancelled
        | LetterKind::BookingReminder => return Ok(false),
    };
    telephone(tx, (about, mail), row, now).await?;
    Ok(true)
}

/// Asks the coordination to telephone somebody about a new date that they have not answered.
///
/// # Errors
/// A failed database.
pub(super) async fn ask_by_telephone(
    tx: &mut Tx,
    row: &BookingRow,
    now: Timestamp,
) -> Result<(), Error> {
    let place = Place::of(tx, row.outreach_id).await?;
    let begins_at = place.outreach.starts_at.0;
    let moved_from = place.plan.and_then(|plan| plan.moved_from);
    // Every slot went as far as the outreach.
    let was_at = moved_from.map(|from| row.slot_at.map_or(from, |slot| slot - begins_at + from));
    let mail = BookingMail { was_at: was_at.map(Timestamp), ..body(row) };
    telephone(tx, (CallAbout::Unanswered, &mail), row, now).await
}

async fn telephone(
    tx: &mut Tx,
    (about, mail): (CallAbout, &BookingMail),
    row: &BookingRow,
    now: Timestamp,
) -> Result<(), Error> {
    let about_it = About { booking: Some(mail.booking), ..About::default() };
    let body = TaskBody::CallBooker {
        booking: mail.booking,
        about,
        was_at: mail.was_at,
        was_place: mail.was_place.clone(),
        reason: reason::words(row.ended_reason.clone()),
        known: mail.known.clone(),
    };
    tasks::open(tx, &body, about_it, now).await?;
    Ok(())
}

/// Writes what stands of a live booking once more, to its own address if it has one.
pub(super) async fn again(tx: &mut Tx, row: &BookingRow, now: Timestamp) -> Result<(), Error> {
    let kind = match state_of(row)? {
        BookingState::Booked => LetterKind::Booked,
        BookingState::Waiting => LetterKind::Waiting,
        BookingState::Offered => LetterKind::PlaceOffered,
        _ => return Ok(()),
    };
    if let Some(email) = owner_of(row)?.and_then(|owner| owner.email) {
        let message = message(kind, row, &email.to_string(), now)?;
        tx.insert_messages(&[message]).await?;
    }
    Ok(())
}

/// The message of such a letter, to be written with others.
pub(super) fn message(
    kind: LetterKind,
    row: &BookingRow,
    email: &str,
    now: Timestamp,
) -> Result<MessageRow, Error> {
    written(kind, &body(row), email, now)
}

/// What a letter says of a booking that did not change.
pub(super) fn body(row: &BookingRow) -> BookingMail {
    BookingMail {
        booking: BookingId(row.id),
        // Who came without an hour is told of the day on which they came.
        slot: row.slot_at.or(row.arrived_at).map(Timestamp),
        until: row.offered_until.map(Timestamp),
        reason: row.ended_reason.clone(),
        was_at: None,
        was_place: None,
        known: None,
    }
}

fn written(
    kind: LetterKind,
    body: &BookingMail,
    email: &str,
    now: Timestamp,
) -> Result<MessageRow, Error> {
    let letter = Letter {
        kind: kind.code(),
        recipient: email,
        body,
        about: Some((ABOUT, body.booking.0)),
        due_at: now,
    };
    outbox::pending(letter, now)
}

/// Whether a letter has left that had the appointment with it.
fn gave_appointment(letter: &MessageRow) -> bool {
    let gives = matches!(
        LetterKind::from_code(&letter.kind),
        Some(LetterKind::Booked | LetterKind::BookingMoved | LetterKind::BookingReminder)
    );
    gives && matches!(letter.state.as_str(), "sent" | "leased")
}

/// What a message of the outbox says; nothing when its booking is no more, or its owner was
/// erased.
///
/// # Errors
/// A failed database.
pub async fn told(
    office: &Office,
    kind: LetterKind,
    mail: BookingMail,
) -> Result<Option<Told>, Error> {
    let facts = office.clone();
    let read = office.store.read(move |tx| {
        Box::pin(async move {
            let Some(row) = tx.booking(mail.booking.0).await? else { return Ok(None) };
            let Some(owner) = owner_of(&row)? else { return Ok(None) };
            let place = Place::of(tx, row.outreach_id).await?;
            let position = position(tx, &place, &row).await?;
            let rule = unfit::rule(tx, &row).await?;
            let starts_at = place.outreach.starts_at;
            let at = mail.slot.unwrap_or(starts_at);
            let before = tx.messages_about(ABOUT, mail.booking.0).await?;
            Ok(Some(Told {
                kind,
                ticket: ticket(&facts, &place, &row, (position, rule.as_ref()))?,
                owner_name: owner.name.full(),
                at,
                was_at: mail.was_at,
                until: mail.until,
                reason: mail.reason,
                was_place: mail.was_place,
                has_appointment: before.iter().any(gave_appointment),
                demonstration: facts.demonstration.is_set(),
            }))
        })
    });
    read.await
}
